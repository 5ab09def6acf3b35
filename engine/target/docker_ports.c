/* Host ports: which are taken, by whom, and which are chosen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/work.h"
#include "source/ports.h"
#include "target/docker_target.h"

/* How far an automatic port looks before it gives up. */
#define SEARCH_SPAN 1000

struct owner_search {
	struct docker_target *t;
	int port;
	bool udp;
	struct port_owner owner;
};

/* On a remote engine the ports of this machine say nothing. */
static bool engine_is_here(const struct docker_target *t)
{
	return docker_endpoint(t->docker)->socket_path != NULL;
}

int ports_remember(struct docker_target *t, const struct container_list *list)
{
	struct container_row *rows = calloc(list->count + 1, sizeof(*rows));

	if (rows == NULL) {
		docker_target_failf(t, STAGE_VALIDATE, BERTH_E_MEMORY, NULL,
			"out of memory for the containers");
		return -1;
	}
	memcpy(rows, list->rows, list->count * sizeof(*rows));
	free(t->taken.rows);
	t->taken = (struct container_list){rows, list->count};
	return 0;
}

static bool publishes(const struct container_port *ports, size_t count, int port, bool udp)
{
	for (size_t i = 0; i < count; i++)
		if (ports[i].host == port && ports[i].udp == udp)
			return true;
	return false;
}

static const struct container_row *owner_row(const struct docker_target *t, int port, bool udp)
{
	for (size_t i = 0; i < t->taken.count; i++)
		if (publishes(t->taken.rows[i].ports, t->taken.rows[i].port_count, port, udp))
			return &t->taken.rows[i];
	return NULL;
}

static bool is_old(const struct docker_target *t, const struct container_row *row)
{
	return t->name_taken && strcmp(row->id, t->old.id) == 0;
}

static bool chosen_already(const struct docker_target *t, int port, bool udp)
{
	for (size_t i = 0; i < t->request->port_count; i++)
		if (t->ports[i].host == port && t->request->ports[i].udp == udp)
			return true;
	return false;
}

/* A number the request names itself must stay free for it. */
static bool wanted_by_number(const struct docker_target *t, int port, bool udp)
{
	for (size_t i = 0; i < t->request->port_count; i++) {
		const struct berth_port *other = &t->request->ports[i];

		if (other->published && !other->automatic && other->host == port &&
			other->udp == udp)
			return true;
	}
	return false;
}

/* Free for a container of ours: nobody has it, or only the one that steps aside. */
static bool is_free(const struct docker_target *t, int port, bool udp)
{
	const struct container_row *row = owner_row(t, port, udp);

	if (row != NULL)
		return is_old(t, row);
	/* Not testable (-1) counts as free: the engine has the last word. */
	return !engine_is_here(t) || port_is_free(port, udp, NULL) != 0;
}

static int search(const struct docker_target *t, int from, bool udp)
{
	for (int port = from; port <= 65535 && port < from + SEARCH_SPAN; port++)
		if (!chosen_already(t, port, udp) && !wanted_by_number(t, port, udp) &&
			is_free(t, port, udp))
			return port;
	return 0;
}

static void set_taken(const struct docker_target *t, int port, bool udp, const char *owner,
	struct berth_error *err)
{
	int next = search(t, port + 1, udp);

	berth_error_set(err, BERTH_E_CONFLICT, 0, "port %d%s is taken by %s", port,
		udp ? "/udp" : "", owner);
	if (next != 0)
		berth_error_hint(
			err, "port %d is free; or write 'auto' instead of the number", next);
}

int ports_taken(struct docker_target *t, int port, bool udp, struct berth_error *err)
{
	const struct container_row *row = owner_row(t, port, udp);
	char owner[200];

	if (is_free(t, port, udp))
		return 0;
	if (row == NULL)
		return -1;
	snprintf(owner, sizeof(owner), "container '%.160s'", row->name);
	set_taken(t, port, udp, owner, err);
	return -1;
}

static void find_owner(void *context, const atomic_bool *cancelled)
{
	struct owner_search *search_for = context;

	(void)cancelled;
	port_find_owner(&search_for->owner, search_for->port, search_for->udp, NULL);
}

static void owner_found(void *context, bool cancelled)
{
	struct owner_search *found = context;
	struct docker_target *t = found->t;
	struct berth_error err = {0};
	char owner[160] = "a process of this machine";

	(void)cancelled;
	if (flight_land(t, SLOT_OWNER)) {
		if (found->owner.pid > 0)
			snprintf(owner, sizeof(owner), "process '%s' (pid %d)", found->owner.name,
				(int)found->owner.pid);
		set_taken(t, found->port, found->udp, owner, &err);
		docker_target_fail(t,
			plan_is(&t->plan, STAGE_VALIDATE, PLAN_DONE) ? STAGE_START : STAGE_VALIDATE,
			&err);
	}
	free(found);
}

static void cancel_work(void *handle)
{
	work_cancel(handle);
}

void ports_name_owner(struct docker_target *t, int port, bool udp)
{
	struct owner_search *wanted = calloc(1, sizeof(*wanted));
	struct berth_error err = {0};
	struct work *work;

	if (wanted == NULL) {
		docker_target_failf(t, STAGE_VALIDATE, BERTH_E_MEMORY, NULL, "out of memory");
		return;
	}
	*wanted = (struct owner_search){.t = t, .port = port, .udp = udp};
	work = work_start(t->setup.loop, find_owner, owner_found, wanted, &err);
	if (work == NULL)
		free(wanted);
	flight_start(t, SLOT_OWNER, work, cancel_work, STAGE_VALIDATE, &err);
}

static int choose_automatic(struct docker_target *t, size_t i, struct berth_error *err)
{
	const struct berth_port *port = &t->request->ports[i];
	int from = t->ports[i].above >= port->host ? t->ports[i].above + 1 : port->host;
	int found = search(t, from, port->udp);
	const struct container_row *row;

	if (found == 0) {
		berth_error_set(err, BERTH_E_CONFLICT, 0,
			"no free port from %d upward for port '%s' of the container", from,
			port->name);
		return berth_error_hint(
			err, "give a number with --port NUMBER:%d", port->container);
	}
	t->ports[i].host = found;
	if (found == port->host)
		return 0;
	row = owner_row(t, port->host, port->udp);
	plan_log(&t->plan, STAGE_START, BERTH_WARN, "Port %d is taken%s%s%s, using %d", port->host,
		row != NULL ? " by container '" : "", row != NULL ? row->name : "",
		row != NULL ? "'" : "", found);
	return 0;
}

int ports_choose(struct docker_target *t, struct berth_error *err)
{
	for (size_t i = 0; i < t->request->port_count; i++)
		t->ports[i].host = t->request->ports[i].automatic ? 0 : t->request->ports[i].host;
	for (size_t i = 0; i < t->request->port_count; i++)
		if (t->request->ports[i].published && t->request->ports[i].automatic &&
			choose_automatic(t, i, err) == -1)
			return -1;
	return 0;
}

/* "Bind for 0.0.0.0:8080 failed": a container's port may be taken without a listener of its own. */
static bool names_port(const char *refusal, int port)
{
	char text[16];
	size_t len = (size_t)snprintf(text, sizeof(text), ":%d", port);

	for (; (refusal = strstr(refusal, text)) != NULL; refusal += len)
		if (strspn(refusal + len, "0123456789") == 0)
			return true;
	return false;
}

bool ports_give_up_lost(struct docker_target *t, const char *refusal)
{
	bool another = false;

	for (size_t i = 0; i < t->request->port_count; i++)
		if (t->request->ports[i].published && t->request->ports[i].automatic &&
			(names_port(refusal, t->ports[i].host) ||
				!is_free(t, t->ports[i].host, t->request->ports[i].udp))) {
			t->ports[i].above = t->ports[i].host;
			another = true;
		}
	return another;
}

bool ports_shared_with_old(const struct docker_target *t)
{
	for (size_t i = 0; i < t->request->port_count; i++)
		if (t->request->ports[i].published &&
			publishes(t->old.ports, t->old.port_count, t->ports[i].host,
				t->request->ports[i].udp))
			return true;
	return false;
}

/* Host ports: which are taken, by whom, and which are chosen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/work.h"
#include "source/ports.h"
#include "target/docker/docker_target.h"

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

/* One that is stopped holds no port, whatever it will publish. */
static bool has_process(const struct container_row *row)
{
	return strcmp(row->state, "exited") != 0 && strcmp(row->state, "created") != 0 &&
	       strcmp(row->state, "dead") != 0;
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
	for (size_t i = 0; i < list->count; i++)
		if (!has_process(&rows[i]))
			rows[i].port_count = 0;
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

/* For a person to take up: nothing is chosen by it. */
static int propose(const struct docker_target *t, int from, bool udp)
{
	for (int port = from; port <= 65535 && port < from + SEARCH_SPAN; port++)
		if (!wanted_by_number(t, port, udp) && is_free(t, port, udp))
			return port;
	return 0;
}

static void set_taken(const struct docker_target *t, int port, bool udp, const char *owner,
	struct berth_error *err)
{
	int next = propose(t, port + 1, udp);

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

/* --- choosing --- */

static bool is_automatic(const struct berth_port *port)
{
	return port->published && port->automatic;
}

static size_t list_wishes(const struct docker_target *t, struct port_wish wishes[MAX_PORTS])
{
	size_t count = 0;

	for (size_t i = 0; i < t->request->port_count; i++) {
		const struct berth_port *port = &t->request->ports[i];
		int last = port->last != 0 ? port->last : port->host + SEARCH_SPAN - 1;

		if (is_automatic(port))
			wishes[count++] = (struct port_wish){
				.container = port->container,
				.udp = port->udp,
				.from = port->host,
				.to = last < 65535 ? last : 65535,
				.above = t->ports[i].above,
			};
	}
	return count;
}

static void list_taken(const struct docker_target *t, struct port_number *taken, size_t *count)
{
	for (size_t i = 0; i < t->taken.count; i++)
		for (size_t k = 0; k < t->taken.rows[i].port_count; k++)
			if (!is_old(t, &t->taken.rows[i]))
				taken[(*count)++] = (struct port_number){
					t->taken.rows[i].ports[k].host,
					t->taken.rows[i].ports[k].udp};
	for (size_t i = 0; i < t->request->port_count; i++) {
		const struct berth_port *port = &t->request->ports[i];

		if (port->published && !port->automatic)
			taken[(*count)++] = (struct port_number){port->host, port->udp};
	}
}

static void say_other(struct docker_target *t, const struct berth_port *port, int chosen)
{
	const struct container_row *row = owner_row(t, port->host, port->udp);

	/* Where there is a range to choose from, no number in it is better than another. */
	if (chosen == port->host || port->last != 0)
		return;
	if (is_free(t, port->host, port->udp))
		plan_log(&t->plan, STAGE_START, BERTH_INFO, "Using port %d, as before", chosen);
	else
		plan_log(&t->plan, STAGE_START, BERTH_WARN, "Port %d is taken%s%s%s, using %d",
			port->host, row != NULL ? " by container '" : "",
			row != NULL ? row->name : "", row != NULL ? "'" : "", chosen);
}

static void none_free(
	struct docker_target *t, const struct berth_port *port, const struct port_wish *wish)
{
	int from = wish->above >= wish->from ? wish->above + 1 : wish->from;
	struct berth_error err;

	berth_error_set(&err, BERTH_E_CONFLICT, 0,
		"no free port from %d upward for port '%s' of the container", from, port->name);
	berth_error_hint(&err, "give a number with --port NUMBER:%d", port->container);
	docker_target_fail(t, STAGE_START, &err);
}

static void chosen(void *context, const struct port_wish *wishes, size_t count,
	const struct berth_error *trouble, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_LEASE))
		return;
	if (err != NULL) {
		docker_target_fail(t, STAGE_START, err);
		return;
	}
	if (trouble != NULL)
		plan_log(&t->plan, STAGE_START, BERTH_WARN,
			"Ports are chosen without the record of those given out: %s",
			trouble->message);
	for (size_t i = 0, wish = 0; i < t->request->port_count && wish < count; i++) {
		const struct berth_port *port = &t->request->ports[i];

		if (!is_automatic(port))
			continue;
		if (wishes[wish].port == 0) {
			none_free(t, port, &wishes[wish]);
			return;
		}
		t->ports[i].host = wishes[wish++].port;
		say_other(t, port, t->ports[i].host);
	}
	t->ports_chosen(t);
}

static void cancel_choice(void *handle)
{
	struct docker_target *t = handle;

	t->setup.leases->cancel(t->port_call);
}

static void ask_for(struct docker_target *t, const struct port_wish *wishes, size_t count)
{
	struct port_number own[CONTAINER_MAX_PORTS];
	struct port_number *taken = calloc(
		t->taken.count * CONTAINER_MAX_PORTS + t->request->port_count, sizeof(*taken));
	const char **names = calloc(t->taken.count + 1, sizeof(*names));
	struct port_request request = {
		.engine = docker_endpoint(t->docker)->address,
		.is_here = engine_is_here(t),
		.name = t->request->name,
		.container = t->request->container,
		.deployment_id = t->setup.deployment_id,
		.wishes = wishes,
		.count = count,
		.taken = taken,
		.own = own,
		.own_count = t->name_taken ? t->old.port_count : 0,
		.containers = names,
		.container_count = t->taken.count,
	};
	struct berth_error err = {0};

	t->port_call = NULL;
	if (taken == NULL || names == NULL) {
		berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
	} else {
		list_taken(t, taken, &request.taken_count);
		for (size_t i = 0; i < t->taken.count; i++)
			names[i] = t->taken.rows[i].name;
		for (size_t i = 0; i < request.own_count; i++)
			own[i] = (struct port_number){t->old.ports[i].host, t->old.ports[i].udp};
		t->port_call = t->setup.leases->take(
			t->setup.leases->context, &request, chosen, t, &err);
	}
	free(taken);
	free(names);
	flight_start(
		t, SLOT_LEASE, t->port_call != NULL ? t : NULL, cancel_choice, STAGE_START, &err);
}

void ports_choose(struct docker_target *t, void (*next)(struct docker_target *t))
{
	struct port_wish wishes[MAX_PORTS];
	size_t count = list_wishes(t, wishes);

	t->ports_chosen = next;
	for (size_t i = 0; i < t->request->port_count; i++)
		t->ports[i].host = t->request->ports[i].automatic ? 0 : t->request->ports[i].host;
	if (count > 0)
		ask_for(t, wishes, count);
	else
		next(t);
}

void ports_let_go(struct docker_target *t)
{
	struct port_wish wishes[MAX_PORTS];

	/* What is back has its port again. */
	if (!t->name_taken && list_wishes(t, wishes) > 0)
		t->setup.leases->release(t->setup.leases->context, t->setup.deployment_id);
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

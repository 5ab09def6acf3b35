/* The container itself, on the Docker engine of the server's host, where the configuration names
 * it. */
#include <stdio.h>
#include <string.h>

#include "docker/client.h"
#include "target/fractalic/fractalic.h"

static void done(struct fractalic *t, enum look_state state)
{
	t->look = state;
	come_back(t, 0, t->looked);
}

static void failed(struct fractalic *t, const struct berth_error *err)
{
	server_run_say(&t->run, BERTH_WARN, "Cannot look for container '%s' on %s: %s",
		t->container, t->run.server->docker_host, err->message);
	done(t, LOOK_FAILED);
}

static void describe(struct fractalic *t, const struct container_info *info)
{
	const char *health = info->health;

	snprintf(t->look_id, sizeof(t->look_id), "%s", info->id);
	t->running = info->running;
	if (info->running)
		snprintf(t->look_state, sizeof(t->look_state), "running%s%s",
			health[0] != '\0' ? ", its health is " : "", health);
	else if (strcmp(info->status, "exited") == 0)
		snprintf(t->look_state, sizeof(t->look_state), "exited with code %d%s",
			info->exit_code, info->oom_killed ? ", out of memory" : "");
	else
		snprintf(t->look_state, sizeof(t->look_state), "%s", info->status);
	server_run_say(&t->run, BERTH_INFO, "Container '%s' (%.12s) is there: %s", t->container,
		info->id, t->look_state);
}

static void inspected(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct fractalic *t = context;

	t->inspect = NULL;
	if (server_run_is_dropped(&t->run))
		return;
	if (err == NULL) {
		describe(t, info);
		done(t, LOOK_THERE);
	} else if (err->code == BERTH_E_NOT_FOUND) {
		server_run_say(&t->run, BERTH_INFO, "There is no container '%s' on %s",
			t->container, t->run.server->docker_host);
		done(t, LOOK_ABSENT);
	} else {
		failed(t, err);
	}
}

static void inspect(struct fractalic *t)
{
	struct berth_error err = {0};

	t->inspect = container_inspect(t->docker, t->container, inspected, t, &err);
	if (t->inspect == NULL)
		failed(t, &err);
}

static void connected(void *context, const struct docker_info *info, const struct berth_error *err)
{
	struct fractalic *t = context;

	(void)info;
	t->connect = NULL;
	if (server_run_is_dropped(&t->run))
		return;
	if (err != NULL)
		failed(t, err);
	else
		inspect(t);
}

void look_begin(struct fractalic *t, void (*looked)(struct fractalic *t))
{
	struct berth_error err = {0};

	t->looked = looked;
	if (t->run.server->docker_host == NULL || t->container == NULL) {
		done(t, LOOK_NOT);
		return;
	}
	if (t->docker != NULL) {
		inspect(t);
		return;
	}
	t->docker = docker_new(t->run.setup.net, t->run.server->docker_host, &err);
	if (t->docker != NULL)
		t->connect = docker_connect(t->docker, connected, t, &err);
	if (t->connect == NULL)
		failed(t, &err);
}

bool look_is_ours(const struct fractalic *t)
{
	return t->look == LOOK_THERE && t->made[0] != '\0' &&
	       strncmp(t->look_id, t->made, strlen(t->made)) == 0;
}

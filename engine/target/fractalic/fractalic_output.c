/* What the container says after the result, from the Docker engine of the server's host, where the
 * configuration names it. The server itself has no way to its output. */
#include <stdlib.h>
#include <string.h>

#include "docker/client.h"
#include "target/fractalic/fractalic.h"

static void on_line(
	void *context, enum log_source source, const char *line, size_t len, bool partial)
{
	struct fractalic *t = context;
	bool continues = t->goes_on[source];
	struct berth_event *event;

	t->goes_on[source] = partial;
	if (t->run.closing)
		return;
	event = berth_event_new(BERTH_EVENT_LOG, registry_stages[STAGE_HEALTH].name, 0, line, len);
	if (event != NULL) {
		event->level = BERTH_INFO;
		event->stream = source == LOG_STDERR ? BERTH_STDERR : BERTH_STDOUT;
		event->continues = continues;
	}
	t->run.setup.sink.emit(t->run.setup.sink.context, event);
}

static bool on_wait(void *context)
{
	struct fractalic *t = context;

	return t->run.setup.sink.full(t->run.setup.sink.context);
}

static void no_more(struct fractalic *t, const struct berth_error *err)
{
	server_run_say(&t->run, BERTH_WARN, "No output of container %s from %s: %s", t->said_id,
		t->run.server->docker_host, err->message);
}

static void output_ended(void *context, const struct berth_error *err)
{
	struct fractalic *t = context;

	t->output = NULL;
	if (!server_run_is_dropped(&t->run) && err != NULL)
		no_more(t, err);
}

static void listen_to(struct fractalic *t)
{
	struct berth_error err = {0};

	t->output = container_logs(t->docker,
		&(struct container_logs_request){
			.id = t->said_id,
			.follow = true,
			.tail = -1,
			.on_line = on_line,
			.wait = on_wait,
			.done = output_ended,
			.context = t,
		},
		&err);
	if (t->output == NULL)
		no_more(t, &err);
}

static void connected(void *context, const struct docker_info *info, const struct berth_error *err)
{
	struct fractalic *t = context;

	(void)info;
	t->connect = NULL;
	if (server_run_is_dropped(&t->run))
		return;
	if (err != NULL)
		no_more(t, err);
	else
		listen_to(t);
}

void output_begin(struct fractalic *t)
{
	struct berth_error err = {0};

	if (!t->run.setup.follow || t->run.server->docker_host == NULL || t->said_id == NULL)
		return;
	if (t->docker != NULL) {
		listen_to(t);
		return;
	}
	t->docker = docker_new(t->run.setup.net, t->run.server->docker_host, &err);
	if (t->docker != NULL)
		t->connect = docker_connect(t->docker, connected, t, &err);
	if (t->connect == NULL)
		no_more(t, &err);
}

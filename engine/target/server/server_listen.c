/* A stream of events from a deploy server, {"type", "data"} each, as one step of an act. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "loop/websocket.h"
#include "proto/json_repair.h"
#include "target/server/server_access.h"
#include "target/server/server_act.h"

enum { ROUTE_MAX = 256, MESSAGE_MAX = 1 << 20, CLOSE_MS = 1000 };

static void on_message(void *context, const char *bytes, size_t len, bool text)
{
	const struct buf json = {.data = (char *)bytes, .len = len, .max = len};
	struct server_act *act = context;
	json_t *event = NULL;

	(void)text;
	/* One that can't be read is passed over: a server may cut its own messages short. */
	if (!act->cancelled && json_repair_load(&json, &event, NULL) == 0) {
		const json_t *data = json_object_get(event, "data");
		const char *type = server_text_at(event, "type");

		if (type != NULL)
			act->ear.heard(act, type, json_is_object(data) ? data : event);
	}
	json_decref(event);
}

static void done(void *context, const struct websocket_end *end)
{
	struct server_act *act = context;

	act->socket = NULL;
	if (act->cancelled)
		server_act_end(act, NULL);
	else
		act->ear.over(act, end->error.code != BERTH_E_OK ? &end->error : NULL);
}

void server_act_listen(
	struct server_act *act, const struct server_act_ear *ear, const char *route, ...)
{
	struct berth_error err = {0};
	struct websocket_request request = {
		.message_max = MESSAGE_MAX,
		.close_ms = CLOSE_MS,
		.on_message = on_message,
		.done = done,
		.context = act,
	};
	char path[ROUTE_MAX], *url = NULL;
	va_list args;

	va_start(args, route);
	vsnprintf(path, sizeof(path), route, args);
	va_end(args);
	act->ear = *ear;
	if (asprintf(&url, "%s%s", act->setup.server->url, path) < 0) {
		berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
		server_act_end(act, &err);
		return;
	}
	request.http.url = url;
	server_access_prepare(act->access, SERVER_ANYTHING, &request.http);
	act->socket = websocket_start(act->setup.net, &request, &err);
	free(url);
	if (act->socket == NULL)
		server_act_end(act, &err);
}

void server_act_leave(struct server_act *act)
{
	if (act->socket != NULL)
		websocket_close(act->socket);
}

void server_act_drop(struct server_act *act)
{
	if (act->socket != NULL)
		websocket_cancel(act->socket);
}

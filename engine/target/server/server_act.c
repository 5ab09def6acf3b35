#include "target/server/server_act.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/net.h"
#include "loop/timer.h"
#include "target/server/server_access.h"
#include "target/server/server_login.h"

#define ROUTE_MAX 256
/* A server stops a container within half a minute, and answers after that. */
#define DEED_MS (2 * SERVER_CALL_MS)
#define LOG_MAX (16u << 20)

static const char *const names[BERTH_DEEDS] = {
	[BERTH_DEED_LIST] = "list",
	[BERTH_DEED_LOOK] = "look at",
	[BERTH_DEED_STOP] = "stop",
	[BERTH_DEED_RESTART] = "restart",
	[BERTH_DEED_REMOVE] = "remove",
	[BERTH_DEED_LOGS] = "show the log of",
	[BERTH_DEED_FOLLOW] = "follow the log of",
};

const char *berth_deed_name(enum berth_deed deed)
{
	return names[deed];
}

/* --- the end --- */

static void release(struct server_act *act)
{
	if (act->kind->release != NULL)
		act->kind->release(act);
	server_access_free(act->access);
	timer_close(act->turn);
	free(act->word);
	free(act);
}

static void over(void *context)
{
	struct server_act *act = context;
	const struct berth_deed_request *request = &act->setup.request;

	if (act->cancelled)
		berth_error_set(&act->error, BERTH_E_CANCELLED, 0,
			"nobody waits any more for the server's answer");
	request->done(request->context, act->known ? &act->remote : NULL,
		act->error.code != BERTH_E_OK ? &act->error : NULL);
	release(act);
}

void server_act_end(struct server_act *act, const struct berth_error *err)
{
	if (err != NULL)
		act->error = *err;
	timer_start(act->turn, 0);
}

/* --- what is told --- */

void server_act_row(struct server_act *act, const struct berth_remote *remote)
{
	if (act->setup.request.row != NULL)
		act->setup.request.row(act->setup.request.context, remote);
}

void server_act_line(struct server_act *act, enum berth_stream stream, const char *text, size_t len)
{
	if (act->setup.request.line != NULL)
		act->setup.request.line(act->setup.request.context, stream, text, len);
}

void server_act_note(struct server_act *act, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (act->setup.request.note != NULL)
		act->setup.request.note(act->setup.request.context, text);
}

/* --- questions --- */

static void said(void *context, const struct server_said *answer)
{
	struct server_act *act = context;

	act->call = NULL;
	if (act->cancelled)
		server_act_end(act, NULL);
	else
		act->answered(act, answer);
}

void server_act_ask(struct server_act *act, const char *method, const char *body,
	server_act_fn *answered, const char *route, ...)
{
	struct berth_error err = {0};
	char path[ROUTE_MAX];
	va_list args;

	va_start(args, route);
	vsnprintf(path, sizeof(path), route, args);
	va_end(args);
	act->answered = answered;
	act->call = server_call_start(&(struct server_call_setup){.net = act->setup.net,
					      .server = act->setup.server,
					      .access = act->access,
					      .who = act->kind->who,
					      .login = act->kind->login,
					      .method = method,
					      .route = path,
					      .body = body,
					      .total_ms = DEED_MS,
					      .body_max = LOG_MAX,
					      .done = said,
					      .context = act},
		&err);
	if (act->call == NULL)
		server_act_end(act, &err);
}

/* --- beginning --- */

static void go_on(struct server_act *act, const struct berth_error *err)
{
	if (act->cancelled || err != NULL)
		server_act_end(act, err);
	else
		act->kind->begin(act);
}

static void logged_in(void *context, const char *cookie, const struct berth_error *err)
{
	struct server_act *act = context;

	(void)cookie;
	act->login = NULL;
	go_on(act, err);
}

static void access_given(void *context, const struct berth_error *err)
{
	struct server_act *act = context;
	struct berth_error why = {0};

	act->access_open = false;
	if (err != NULL || act->cancelled || act->kind->login == NULL ||
		!server_login_possible(act->setup.server)) {
		go_on(act, err);
		return;
	}
	act->login = server_login_start(act->setup.net, act->setup.server, act->access,
		act->kind->login, logged_in, act, &why);
	if (act->login == NULL)
		server_act_end(act, &why);
}

struct server_act *server_act_start(struct server_act *act, const struct server_act_kind *kind,
	const struct server_act_setup *setup, struct berth_error *err)
{
	if (act == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	act->kind = kind;
	act->setup = *setup;
	if (setup->request.word != NULL && (act->word = strdup(setup->request.word)) == NULL)
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	else if ((act->turn = timer_new(net_loop(setup->net), over, act, err)) != NULL)
		act->access = server_access_start(setup->net, setup->server,
			kind->login != NULL ? kind->login->cookie : NULL, access_given, act, err);
	act->access_open = act->access != NULL;
	if (act->access_open)
		return act;
	release(act);
	return NULL;
}

void server_act_cancel(struct server_act *act)
{
	act->cancelled = true;
	if (act->access_open)
		server_access_cancel(act->access);
	if (act->login != NULL)
		server_login_cancel(act->login);
	if (act->call != NULL)
		server_call_cancel(act->call);
	server_act_drop(act);
}

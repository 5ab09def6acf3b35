#include "support/mist_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ATTRIBUTES "Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"

static const struct {
	const char *method, *path;
} routes[MS_ROUTES] = {
	[MS_LOGIN] = {"POST", "/api/auth/login"},
	[MS_HEALTH] = {"GET", "/api/health"},
	[MS_ME] = {"GET", "/api/auth/me"},
	[MS_PROJECTS] = {"GET", "/api/projects/getAll"},
	[MS_APPS] = {"POST", "/api/apps/getByProjectId"},
	[MS_DEPLOY] = {"POST", "/api/deployments"},
	[MS_LIST] = {"POST", "/api/deployments/getByAppId"},
	[MS_LOGS] = {"GET", "/api/deployments/logs"},
	[MS_PREVIEW] = {"POST", "/api/apps/getPreviewUrl"},
	[MS_STOP] = {"POST", "/api/deployments/stopDep"},
	[MS_STREAM] = {"GET", "/api/deployments/logs/stream"},
	[MS_BOX_STATUS] = {"GET", "/api/apps/container/status"},
	[MS_BOX_STOP] = {"POST", "/api/apps/container/stop"},
	[MS_BOX_START] = {"POST", "/api/apps/container/start"},
	[MS_BOX_RESTART] = {"POST", "/api/apps/container/restart"},
	[MS_BOX_LOGS] = {"GET", "/api/apps/container/logs"},
	[MS_BOX_FOLLOW] = {"GET", "/api/ws/container/logs"},
	[MS_BOX_STATS] = {"GET", "/api/ws/container/stats"},
};

static enum ms_route route_of(const struct peer_request *request)
{
	/* Through a proxy the whole address is asked for. */
	const char *path = strstr(request->target, "/api/");

	for (int i = 0; path != NULL && i < MS_OTHER; i++) {
		size_t len = strlen(routes[i].path);

		if (!strcmp(request->method, routes[i].method) &&
			!strncmp(path, routes[i].path, len) &&
			(path[len] == '\0' || path[len] == '?'))
			return (enum ms_route)i;
	}
	return MS_OTHER;
}

/* --- what the plan leaves out --- */

static int send_page(struct peer_conn *conn)
{
	static const char page[] =
		"<!doctype html><html><head><title>Mist</title></head><body></body></html>";

	return peer_reply(conn, 200, "text/html; charset=utf-8", page, sizeof(page) - 1);
}

static int log_in(struct mist_server *server, struct peer_request *request, struct peer_conn *conn)
{
	char cookie[256];

	if (strcmp(request->body, "{\"email\":\"ops@example.com\",\"password\":\"s3cret-pw\"}") !=
		0)
		return peer_reply_json(
			conn, 401, MS_NO("Invalid email or password", "Invalid email or password"));
	snprintf(cookie, sizeof(cookie), "mist_token=jwt-%d; %s",
		atomic_fetch_add(&server->session, 1) + 1,
		server->plan->attributes ? server->plan->attributes : ATTRIBUTES);
	peer_add_header(conn, "Set-Cookie", cookie);
	return peer_reply_json(conn, 200,
		"{\"success\":true,\"data\":{\"id\":1,\"email\":\"ops@example.com\"},"
		"\"message\":\"Login successful\",\"error\":\"\"}");
}

static int list_projects(struct peer_conn *conn)
{
	return peer_reply_json(conn, 200,
		MS_ROWS("{\"id\":1,\"name\":\"shop\",\"tags\":[]},{\"id\":2,\"name\":\"lab\"},"
			"{\"id\":3,\"name\":\"empty\"}"));
}

static int list_apps(struct peer_request *request, struct peer_conn *conn)
{
	if (strstr(request->body, "{\"projectId\":1}"))
		return peer_reply_json(conn, 200,
			MS_ROWS("{\"id\":7,\"projectId\":1,\"name\":\"web\",\"appType\":\"web\"},"
				"{\"id\":9,\"projectId\":1,\"name\":\"api\"}"));
	if (strstr(request->body, "{\"projectId\":2}"))
		return peer_reply_json(
			conn, 200, MS_ROWS("{\"id\":12,\"projectId\":2,\"name\":\"web\"}"));
	return peer_reply_json(
		conn, 200, "{\"success\":true,\"data\":null,\"message\":\"\",\"error\":\"\"}");
}

static int answer_anyway(struct mist_server *server, enum ms_route route,
	struct peer_request *request, struct peer_conn *conn)
{
	switch (route) {
	case MS_LOGIN:
		return log_in(server, request, conn);
	case MS_HEALTH:
		return peer_reply_json(conn, 200, "{\"status\":\"OK\"}");
	case MS_ME:
		return peer_reply_json(conn, 200,
			"{\"success\":true,\"data\":{\"setupRequired\":false,\"user\":null},"
			"\"message\":\"\",\"error\":\"\"}");
	case MS_PROJECTS:
		return list_projects(conn);
	case MS_APPS:
		return list_apps(request, conn);
	case MS_PREVIEW:
		return peer_reply_json(conn, 200,
			"{\"success\":true,\"data\":{\"url\":\"http://"
			"10.1.2.3:3000\",\"type\":\"ip\","
			"\"ip\":\"10.1.2.3\",\"port\":3000},\"message\":\"\",\"error\":\"\"}");
	case MS_LIST:
		return peer_reply_json(conn, 200,
			"{\"success\":true,\"data\":null,\"message\":\"\",\"error\":\"\"}");
	case MS_LOGS:
		return strstr(request->target, "id=456") == NULL &&
				       strpbrk(strchr(request->target, '='), "0123456789") == NULL
			       ? peer_reply_json(
					 conn, 400, MS_NO("invalid deployment id", "syntax"))
			       : peer_reply_json(conn, 404,
					 MS_NO("deployment not found", "record not found"));
	default:
		return send_page(conn);
	}
}

/* --- who is let in --- */

static bool is_let_in(struct mist_server *server, enum ms_route route, struct peer_request *request)
{
	char cookie[512] = "", right[64];
	int session;

	if (route == MS_LOGIN || route == MS_HEALTH || route == MS_ME || route == MS_STREAM ||
		route == MS_BOX_FOLLOW || route == MS_BOX_STATS || route == MS_OTHER)
		return true;
	if (atomic_fetch_add(&server->requests, 1) + 1 == server->plan->forget_at)
		atomic_fetch_add(&server->session, 1);
	session = atomic_load(&server->session);
	snprintf(right, sizeof(right), "mist_token=jwt-%d", session);
	peer_request_header(request, "Cookie", cookie, sizeof(cookie));
	if (session > 0 && !strcmp(cookie, right))
		return true;
	return server->plan->token && !strncmp(cookie, "mist_token=", 11) &&
	       !strcmp(cookie + 11, server->plan->token);
}

/* --- the plan --- */

static int run_step(struct peer_conn *conn, const struct ms_step *step)
{
	char name[64];

	switch (step->what) {
	case MS_REPLY:
		return peer_reply_json(conn, step->number, step->text);
	case MS_PAGE:
		return send_page(conn);
	case MS_HEADER:
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(step->text, ":"), step->text);
		peer_add_header(conn, name, strchr(step->text, ':') + 2);
		return 0;
	case MS_SEND:
		return peer_send(conn, step->text, strlen(step->text));
	case MS_PAUSE:
		return peer_pause(conn);
	case MS_STALL:
		peer_stall(conn);
		return -1;
	case MS_RESET:
		peer_reset(conn);
		return -1;
	case MS_END:
	case MS_CLOSE:
		break;
	}
	return -1;
}

static int serve(void *context, struct peer_request *request, struct peer_conn *conn)
{
	struct mist_server *server = context;
	enum ms_route route = route_of(request);
	const struct ms_step *const *answers = server->plan->answers[route];
	const struct ms_step *step = answers[0];
	int nth;

	if (!is_let_in(server, route, request))
		return peer_reply_json(
			conn, 401, MS_NO("Authentication required", "No token provided"));
	nth = atomic_fetch_add(&server->asked[route], 1);
	if (route == MS_STREAM && server->plan->stream)
		return server->plan->stream(server->plan->context, request, conn);
	if ((route == MS_BOX_FOLLOW || route == MS_BOX_STATS) && server->plan->box)
		return server->plan->box(server->plan->context, request, conn);
	if (!step)
		return answer_anyway(server, route, request, conn);
	for (int i = 1; i < MS_ANSWERS && answers[i] && i <= nth; i++)
		step = answers[i];
	for (; step->what != MS_END; step++)
		if (run_step(conn, step))
			return -1;
	return 0;
}

void mist_server_start(struct mist_server *server, const struct ms_plan *plan)
{
	*server = (struct mist_server){.plan = plan};
	server->peer = peer_start(
		&(struct peer_options){.tcp = true, .handler = serve, .context = server});
	assert_non_null(server->peer);
}

void mist_server_stop(struct mist_server *server)
{
	assert_int_equal(peer_free(server->peer), 0);
	server->peer = NULL;
}

int mist_server_asked(const struct mist_server *server, enum ms_route route)
{
	return atomic_load(&server->asked[route]);
}

const char *mist_server_body(const struct mist_server *server, const char *part)
{
	const char *body = NULL;

	for (int i = 0; peer_request_at(server->peer, i); i++)
		if (strstr(peer_request_at(server->peer, i)->line, part))
			body = peer_request_at(server->peer, i)->body;
	return body;
}

/* --- requests --- */

void mist_entry(struct berth_server *entry, const struct mist_server *server)
{
	*entry = (struct berth_server){
		.url = (char *)peer_url(server->peer),
		.email = (char *)"ops@example.com",
		.password = {.from = BERTH_SECRET_TEXT, .source = (char *)"s3cret-pw"},
	};
}

struct berth_deployment mist_request(struct berth_server *entry, const char *app)
{
	return (struct berth_deployment){
		.target = (char *)"prod",
		.kind = (char *)"mist",
		.server = entry,
		.name = (char *)app,
		.rollback = true,
	};
}

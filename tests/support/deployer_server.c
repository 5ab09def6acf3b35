#include "support/deployer_server.h"

#include <stdio.h>
#include <string.h>

#define BASE "/api/deployments/"

/* The first that fits counts; `rest`: an id comes behind the path. */
static const struct {
	const char *method, *path;
	bool rest;
	enum ds_route route;
} routes[] = {
	{"GET", "/api/health", false, DS_HEALTH},
	{"GET", BASE "cloned-repos", false, DS_REPOS},
	{"POST", BASE "detect", false, DS_DETECT},
	{"POST", BASE "create", false, DS_CREATE},
	{"POST", BASE "start", false, DS_START},
	{"POST", BASE "stop/", true, DS_STOP},
	{"POST", BASE "restart/", true, DS_RESTART},
	{"GET", BASE "repo/", true, DS_LIST},
	{"GET", BASE, true, DS_GET},
	{"DELETE", BASE, true, DS_DELETE},
};

static enum ds_route route_of(const struct peer_request *request)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		size_t len = strlen(routes[i].path);
		const char *rest = request->target + len;

		if (!strcmp(request->method, routes[i].method) &&
			!strncmp(request->target, routes[i].path, len) &&
			(routes[i].rest ? rest[0] && !rest[strspn(rest, "0123456789")] : !rest[0]))
			return routes[i].route;
	}
	return DS_OTHER;
}

/* --- what the plan leaves out --- */

static int answer_anyway(enum ds_route route, struct peer_conn *conn)
{
	switch (route) {
	case DS_HEALTH:
		return peer_reply_json(
			conn, 200, "{\"status\":\"healthy\",\"database\":\"connected\"}");
	case DS_REPOS:
		return peer_reply_json(conn, 200,
			"[{\"id\":3,\"name\":\"acme/shop\",\"path\":\"/srv/repos/shop\",\"zip_"
			"file\":null},"
			"{\"id\":4,\"name\":\"acme/api\",\"path\":\"/srv/repos/api\"},"
			"{\"id\":5,\"name\":\"Shop_API\",\"path\":\"/srv/repos/Shop_API\"}]");
	case DS_DETECT:
		return peer_reply_json(conn, 200,
			"{\"stack\":\"node\",\"confidence_score\":90,\"framework\":\"Express\","
			"\"detected_files\":[\"package.json\"],\"requires_db\":true,\"internal_"
			"port\":3000,\"build_command\":\"npm install\",\"run_command\":\"npm "
			"start\"}");
	case DS_CREATE:
		return peer_reply_json(conn, 200, DS_ROW("pending", "null", "null", "null"));
	case DS_LIST:
		return peer_reply_json(conn, 200, "[]");
	case DS_START:
		return peer_reply_json(
			conn, 500, DS_DETAIL("'NoneType' object has no attribute 'get'"));
	case DS_STOP:
		return peer_reply_json(conn, 500, DS_DETAIL("Failed to stop deployment"));
	case DS_RESTART:
		return peer_reply_json(conn, 500, DS_DETAIL("Failed to restart deployment"));
	case DS_GET:
	case DS_DELETE:
		return peer_reply_json(conn, 404, DS_DETAIL("Deployment not found"));
	default:
		return peer_reply_json(conn, 404, DS_DETAIL("Not Found"));
	}
}

/* --- the plan --- */

/* Until so many questions for a record have come: the long request is answered after them. */
static int hold(struct deployer_server *server, struct peer_conn *conn, int questions)
{
	while (atomic_load(&server->asked[DS_GET]) < questions)
		if (peer_pause(conn) < 0)
			return -1;
	return 0;
}

static int run_step(
	struct deployer_server *server, struct peer_conn *conn, const struct ds_step *step)
{
	static const char page[] = "<html><head><title>Welcome</title></head></html>";

	switch (step->what) {
	case DS_REPLY:
		return peer_reply_json(conn, step->number, step->text);
	case DS_TEXT:
		return peer_reply(conn, step->number, "text/plain; charset=utf-8", step->text,
			strlen(step->text));
	case DS_PAGE:
		return peer_reply(conn, 200, "text/html", page, sizeof(page) - 1);
	case DS_PAUSE:
		return peer_pause(conn);
	case DS_HOLD:
		return hold(server, conn, step->number);
	case DS_STALL:
		peer_stall(conn);
		return -1;
	case DS_RESET:
		peer_reset(conn);
		return -1;
	case DS_END:
	case DS_CLOSE:
		break;
	}
	return -1;
}

static int serve(void *context, struct peer_request *request, struct peer_conn *conn)
{
	struct deployer_server *server = context;
	enum ds_route route = route_of(request);
	const struct ds_step *const *answers = server->plan->answers[route];
	const struct ds_step *step = answers[0];
	int nth = atomic_fetch_add(&server->asked[route], 1);

	if (route == DS_GET)
		peer_release(server->peer);
	if (!step)
		return answer_anyway(route, conn);
	for (int i = 1; i < DS_ANSWERS && answers[i] && i <= nth; i++)
		step = answers[i];
	for (; step->what != DS_END; step++)
		if (run_step(server, conn, step))
			return -1;
	return 0;
}

void deployer_server_start(struct deployer_server *server, const struct ds_plan *plan)
{
	*server = (struct deployer_server){.plan = plan};
	server->peer = peer_start(
		&(struct peer_options){.tcp = true, .handler = serve, .context = server});
	assert_non_null(server->peer);
}

void deployer_server_stop(struct deployer_server *server)
{
	assert_int_equal(peer_free(server->peer), 0);
	server->peer = NULL;
}

int deployer_server_asked(const struct deployer_server *server, enum ds_route route)
{
	return atomic_load(&server->asked[route]);
}

const char *deployer_server_body(const struct deployer_server *server, const char *part)
{
	const char *body = NULL;

	for (int i = 0; peer_request_at(server->peer, i); i++)
		if (strstr(peer_request_at(server->peer, i)->line, part))
			body = peer_request_at(server->peer, i)->body;
	return body;
}

struct berth_deployment deployer_request(
	struct berth_server *entry, const struct deployer_server *server)
{
	*entry = (struct berth_server){.url = (char *)peer_url(server->peer)};
	return (struct berth_deployment){
		.target = (char *)"repos",
		.kind = (char *)"deployer",
		.server = entry,
		.name = (char *)"acme/shop",
		.folder = (char *)"/srv/repos/shop",
		.rollback = true,
	};
}

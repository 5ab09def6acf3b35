/*
 * A Smart Deployment System for tests: it answers its routes as the plan says, and what the plan
 * leaves out as the real one does (remote-servers.md, 2). An unknown route is 404, {"detail":"Not
 * Found"}.
 *
 * It has the repositories acme/shop (3, /srv/repos/shop), acme/api (4) and Shop_API (5). A record
 * that the plan does not answer for is 404, "Deployment not found".
 */
#ifndef SUPPORT_DEPLOYER_SERVER_H
#define SUPPORT_DEPLOYER_SERVER_H

#include <stdatomic.h>

#include "support/deploy_flow.h"
#include "support/fractalic_server.h"
#include "support/http_peer.h"

enum ds_route {
	DS_HEALTH,
	DS_REPOS,
	DS_DETECT,
	DS_CREATE,
	DS_START,
	DS_STOP,
	DS_RESTART,
	DS_LIST,
	DS_GET,
	DS_DELETE,
	DS_OTHER,
	DS_ROUTES
};

enum ds_do {
	DS_END,   /* no more steps: the connection is kept */
	DS_REPLY, /* status `number`, body `text` as JSON */
	DS_TEXT,  /* the same, as text/plain */
	DS_PAGE,  /* a page, 200 */
	DS_PAUSE, /* until peer_release() */
	DS_HOLD,  /* until `number` questions for a record have come */
	DS_STALL, /* nothing until the client goes away */
	DS_CLOSE,
	DS_RESET,
};

struct ds_step {
	enum ds_do what;
	const char *text;
	int number;
};

enum { DS_ANSWERS = 24 };

/* The nth request of a route gets its nth answer, and the last one for ever. */
struct ds_plan {
	const struct ds_step *answers[DS_ROUTES][DS_ANSWERS];
};

struct deployer_server {
	const struct ds_plan *plan;
	struct peer *peer;
	atomic_int asked[DS_ROUTES];
};

void deployer_server_start(struct deployer_server *server, const struct ds_plan *plan);
void deployer_server_stop(struct deployer_server *server);
int deployer_server_asked(const struct deployer_server *server, enum ds_route route);
/* The body of the last request whose line holds this; NULL if there was none. */
const char *deployer_server_body(const struct deployer_server *server, const char *part);

/* A request for acme/shop there; `entry` is filled in and must outlive it. */
struct berth_deployment deployer_request(
	struct berth_server *entry, const struct deployer_server *server);

/* Record 7 of repository 3, and what goes with it. */
#define DS_ROW(status, container, error, tail)                                                     \
	"{\"id\":7,\"repository_id\":3,\"repo_name\":\"acme-shop\",\"stack\":\"node\","            \
	"\"confidence_score\":90,\"assigned_port\":20001,\"status\":\"" status                     \
	"\",\"container_id\":" container ",\"error_message\":" error ",\"log_tail\":" tail         \
	",\"created_at\":\"2026-11-20T16:03:12.020655+00:00\",\"started_at\":"                     \
	"\"2026-11-20T16:03:43.647256+00:00\",\"stopped_at\":null}"
#define DS_ID           "\"dce84cbef73d8e361a3b90dbcb5dbbd189896db32f71c8fdd4fff14e18b15bdf\""
#define DS_OLD          "\"aaaa4cbef73d8e361a3b90dbcb5dbbd189896db32f71c8fdd4fff14e18b15bdf\""
#define DS_DETAIL(text) "{\"detail\":\"" text "\"}"

#endif

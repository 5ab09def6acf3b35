/*
 * A Mist server for tests: it answers its routes as the plan says, and what the plan leaves out as
 * the real one does. An unknown route, or a known one by another method, answers 200 with a page.
 *
 * Its apps, unless the plan has others: shop (1) has web (7) and api (9), lab (2) has web (12), and
 * "empty" (3) has none, which it says with null. Who logs in as "ops@example.com" with "s3cret-pw"
 * gets the cookie mist_token=jwt-1, then jwt-2, ...; only the newest is let in.
 */
#ifndef SUPPORT_MIST_SERVER_H
#define SUPPORT_MIST_SERVER_H

#include <stdatomic.h>

#include "support/deploy_flow.h"
#include "support/fractalic_server.h"
#include "support/http_peer.h"

enum ms_route {
	MS_LOGIN,
	MS_HEALTH,
	MS_ME,
	MS_PROJECTS,
	MS_APPS,
	MS_DEPLOY,
	MS_LIST,
	MS_LOGS,
	MS_PREVIEW,
	MS_STOP,
	MS_STREAM,
	MS_BOX_STATUS, /* of an app's container */
	MS_BOX_STOP,
	MS_BOX_START,
	MS_BOX_RESTART,
	MS_BOX_LOGS,
	MS_BOX_FOLLOW, /* WebSockets */
	MS_BOX_STATS,
	MS_OTHER,
	MS_ROUTES
};

enum ms_do {
	MS_END,    /* no more steps: the connection is kept */
	MS_REPLY,  /* status `number`, body `text` as JSON */
	MS_PAGE,   /* the start page, 200 */
	MS_HEADER, /* "Name: value" for the next reply */
	MS_SEND,   /* text as it is */
	MS_PAUSE,  /* until peer_release() */
	MS_STALL,  /* nothing until the client goes away */
	MS_CLOSE,
	MS_RESET,
};

struct ms_step {
	enum ms_do what;
	const char *text;
	int number;
};

enum { MS_ANSWERS = 24 };

/* The nth request of a route gets its nth answer, and the last one for ever. */
struct ms_plan {
	const struct ms_step *answers[MS_ROUTES][MS_ANSWERS];
	/* Instead of the steps of the stream's route, and of those of a container; NULL: none. */
	peer_handler_fn *stream, *box;
	void *context;
	const char *token;      /* is let in as well */
	const char *attributes; /* of the cookie; NULL: as the server has them over http */
	int forget_at;          /* before the nth request of an app or deployment, from 1: nobody is
				   let in any more until he logs in again */
};

struct mist_server {
	const struct ms_plan *plan;
	struct peer *peer;
	atomic_int asked[MS_ROUTES], session, requests;
};

void mist_server_start(struct mist_server *server, const struct ms_plan *plan);
void mist_server_stop(struct mist_server *server);
int mist_server_asked(const struct mist_server *server, enum ms_route route);
/* The body of the last request whose line holds this; NULL if there was none. */
const char *mist_server_body(const struct mist_server *server, const char *part);

/* An entry with the right e-mail and password. */
void mist_entry(struct berth_server *entry, const struct mist_server *server);
/* A request for an app there; `entry` must outlive it. */
struct berth_deployment mist_request(struct berth_server *entry, const char *app);

/* A row of the deployment 456 of app 9, and what goes with it. */
#define MS_ROW(state, stage, progress)                                                             \
	"{\"id\":456,\"app_id\":9,\"commit_hash\":\"abc123\",\"commit_message\":\"Update "         \
	"feature\",\"deployment_number\":12,\"status\":\"" state "\",\"stage\":\"" stage           \
	"\",\"progress\":" #progress ",\"created_at\":\"2026-11-14T10:00:00.5+05:30\","            \
	"\"is_active\":false}"
#define MS_FAILED_ROW(why)                                                                         \
	"{\"id\":456,\"app_id\":9,\"commit_hash\":\"abc123\",\"status\":\"failed\",\"stage\":"     \
	"\"failed\",\"progress\":0,\"duration\":31,\"error_message\":\"" why "\"}"
#define MS_DONE_ROW                                                                                \
	"{\"id\":456,\"app_id\":9,\"commit_hash\":\"abc123\",\"commit_message\":\"Update "         \
	"feature\",\"deployment_number\":12,\"status\":\"success\",\"stage\":\"success\","         \
	"\"progress\":100,\"duration\":125,\"error_message\":null}"
#define MS_ROWS(rows) "{\"success\":true,\"data\":[" rows "],\"message\":\"ok\",\"error\":\"\"}"
#define MS_LOG(row, log)                                                                           \
	"{\"data\":{\"deployment\":" row ",\"logs\":\"" log "\"},\"message\":\"Deployment logs "   \
	"retrieved successfully\",\"success\":true}"
#define MS_NO(message, error)                                                                      \
	"{\"success\":false,\"data\":null,\"message\":\"" message "\",\"error\":\"" error "\"}"
#define MS_LIVE MS_NO("deployment is still in progress, use WebSocket endpoint", "")

#endif

/*
 * A Fractalic UI server for tests: it answers its three routes with recorded bytes or with a
 * script, and whatever else as the real one does. A prefix of the path ("/a", "/r17") is taken for
 * another server on the same port: a test gives several deployments one each. Nothing below "/old"
 * is one of its routes.
 */
#ifndef SUPPORT_FRACTALIC_SERVER_H
#define SUPPORT_FRACTALIC_SERVER_H

#include <stdatomic.h>

#include "support/deploy_flow.h"
#include "support/http_peer.h"

enum fx_do {
	FX_END,     /* no more steps: the connection is kept */
	FX_SEND,    /* text as it is */
	FX_CAPTURE, /* the recorded file, from byte `from`; `len` bytes of it, 0: to its end */
	FX_TRICKLE, /* the same, byte by byte */
	FX_STREAM,  /* the head of a stream, as recorded */
	FX_EVENT,   /* "data: TEXT\n\n" as one chunk */
	FX_CHUNK,   /* text as one chunk */
	FX_FILL,    /* a chunk of `len` bytes 'x' */
	FX_DONE,    /* the last chunk */
	FX_REPLY,   /* status `len`, body `text` as JSON */
	FX_PAGE,    /* the same, as text/html */
	FX_HEADER,  /* "Name: value" for the next reply */
	FX_PAUSE,   /* until peer_release() */
	FX_STALL,   /* nothing until the client goes away */
	FX_CLOSE,
	FX_RESET,
};

struct fx_step {
	enum fx_do what;
	const char *text;
	size_t len;
	size_t from;
};

enum fx_route { FX_STREAM_ROUTE, FX_PLAIN_ROUTE, FX_PROGRESS_ROUTE, FX_OTHER_ROUTE, FX_ROUTES };

enum { FX_ANSWERS = 16 };

/* The nth request of a route gets its nth answer, and the last one for ever; a route without any
 * answers 404, as the real one answers for progress. */
struct fx_plan {
	const struct fx_step *answers[FX_ROUTES][FX_ANSWERS];
	/* Instead of a script; NULL: none. */
	peer_handler_fn *handler;
	void *context;
};

struct fractalic_server {
	const struct fx_plan *plan;
	struct peer *peer;
	atomic_int asked[FX_ROUTES];
};

/* Fails the test if there is no socket. The plan is borrowed. */
void fractalic_server_start(struct fractalic_server *server, const struct fx_plan *plan);
void fractalic_server_stop(struct fractalic_server *server);
/* Requests that came for a route. */
int fractalic_server_asked(const struct fractalic_server *server, enum fx_route route);
/* The body of the first POST. */
const char *fractalic_server_body(const struct fractalic_server *server);

/* What a recorded file holds; malloc'd. */
char *fx_capture(const char *name, size_t *len);

/* A request to it: script "hello" from "/srv/scripts/hello" as container "fxcap-hello". `entry`
 * must outlive it. */
struct berth_deployment fx_request(
	const struct fractalic_server *server, struct berth_server *entry, const char *prefix);

/*
 * The whole record in short, a line an event:
 *
 *   status STAGE PERCENT MESSAGE        link STATE [ATTEMPT]
 *   progress STAGE PERCENT              result OUTCOME EXIT-STATUS MESSAGE
 *   LEVEL STAGE STREAM MESSAGE          left WHAT, check NAME true, url NAME URL, hint TEXT, ...
 *
 * with URL for the server's address. malloc'd.
 */
char *fx_story(const struct record *record, const struct berth_deployment *request);
#define assert_story(record, request, wanted)                                                      \
	assert_story_(record, request, wanted, __FILE__, __LINE__)
void assert_story_(const struct record *record, const struct berth_deployment *request,
	const char *wanted, const char *file, int line);

#endif

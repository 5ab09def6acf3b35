/*
 * One question to a deploy server that is answered with JSON: redirects, a login that has run out
 * and is renewed once, an envelope ({"success", "data", "message", "error"}) where there is one,
 * and what a refusal means. A web page is no answer, whatever its status: some servers show theirs
 * for routes that they do not have.
 */
#ifndef TARGET_SERVER_CALL_H
#define TARGET_SERVER_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/deployment.h>
#include <berth/error.h>
#include <berth/event.h>

struct json_t;
struct net;
struct server_access;
struct server_call;
struct server_login_way;

#define SERVER_CALL_MS 30000 /* for an answer that a server gives at once */

/* `err` is OK exactly if it is a JSON value of below 300. */
struct server_said {
	int status;                /* 0: none came */
	bool sent;                 /* the server may have the question */
	bool no_route;             /* a page came, and no refusal */
	const struct json_t *root; /* NULL if it is not JSON */
	const struct json_t *data; /* of the envelope; the whole where there is none */
	const char *why;           /* what it said, one line; "" if nothing */
	struct berth_error err;
};

/* Exactly once, after start has returned; CANCELLED if it was cancelled. */
typedef void server_call_fn(void *context, const struct server_said *said);

/* A string member of an answer below 300 that is told while it comes, and is "" in the answer. */
struct server_call_tap {
	const char *member; /* its name, static; NULL: there is none */
	/* No more of it for now: server_call_resume() goes on. */
	bool (*full)(void *context);
	/* `before`: with the first piece, what `data` has before it; NULL if that can't be told,
	 * and with the others. */
	void (*piece)(void *context, const struct json_t *before, const char *text, size_t len);
};

struct server_call_setup {
	struct net *net;
	const struct berth_server *server;    /* borrowed until the end, as access is */
	struct server_access *access;         /* of a server_access_start() that is done */
	const char *who;                      /* "a Mist server"; static */
	const struct server_login_way *login; /* NULL: there is none */
	/* The login was renewed: this cookie must appear in nothing that is said. NULL: nobody
	 * cares. */
	void (*renewed)(void *context, const char *cookie);
	const char *method, *route, *body; /* copied; body NULL: none */
	int total_ms, silence_ms;          /* 0: none */
	size_t body_max;                   /* 0: as exchanges have it */
	struct server_call_tap tap;
	server_call_fn *done;
	void *context;
};

struct server_call *server_call_start(
	const struct server_call_setup *setup, struct berth_error *err);
void server_call_cancel(struct server_call *call);
void server_call_resume(struct server_call *call);

/* What an end for that reason is called before anything was asked for. */
enum berth_outcome server_outcome_of(const struct berth_error *err);
/* Somebody has the question, and it is not known what became of it. */
bool server_said_is_lost(const struct server_said *said);

/* A text of a JSON object, NULL if there is none or it is empty; a number, or `otherwise`. */
const char *server_text_at(const struct json_t *object, const char *key);
long long server_number_at(const struct json_t *object, const char *key, long long otherwise);

#endif

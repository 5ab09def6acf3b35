/*
 * One thing done on a deploy server with what is deployed there: secrets, a login where there is
 * one, and then the questions of the kind, one after the other.
 */
#ifndef TARGET_SERVER_ACT_H
#define TARGET_SERVER_ACT_H

#include <berth/remote.h>

#include "target/server/server_call.h"

struct json_t;
struct net;
struct server_act;
struct websocket;

struct server_act_setup {
	struct net *net;
	const struct berth_server *server; /* outlives it */
	struct berth_deed_request request; /* word is copied */
};

typedef void server_act_fn(struct server_act *act, const struct server_said *said);

/* What a kind adds. */
struct server_act_kind {
	const char *who;                      /* "a Mist server" */
	const struct server_login_way *login; /* NULL: there is none */
	void (*begin)(struct server_act *act);
	void (*release)(struct server_act *act); /* what the kind holds; NULL: nothing */
};

/* Who listens to a stream. */
struct server_act_ear {
	/* `data` of {"type", "data"}; the event itself where there is none. */
	void (*heard)(struct server_act *act, const char *type, const struct json_t *data);
	/* Exactly once, unless the act is cancelled; err NULL: the server closed it. */
	void (*over)(struct server_act *act, const struct berth_error *err);
};

/* First member of each kind's own struct. */
struct server_act {
	const struct server_act_kind *kind;
	struct server_act_setup setup;
	char *word; /* NULL for LIST */
	struct server_access *access;
	bool access_open; /* secrets are being asked for */
	struct server_login *login;
	struct server_call *call;
	server_act_fn *answered;
	struct websocket *socket; /* of a stream; NULL: none */
	struct server_act_ear ear;
	struct timer *turn;         /* ends it */
	struct berth_remote remote; /* of the one that is acted on */
	bool known;                 /* `remote` says how it is now */
	bool cancelled;
	struct berth_error error; /* how it ends; OK: it is done */
};

/* `act` is zeroed memory of the kind's, freed at the end; also if this fails, with NULL. */
struct server_act *server_act_start(struct server_act *act, const struct server_act_kind *kind,
	const struct server_act_setup *setup, struct berth_error *err);
/* `done` comes from the loop. */
void server_act_cancel(struct server_act *act);

/* For kinds. After a question was asked, or the end, nothing more is done with the act. */
void server_act_ask(struct server_act *act, const char *method, const char *body,
	server_act_fn *answered, const char *route, ...) __attribute__((format(printf, 5, 6)));
/* err NULL: it is done. */
void server_act_end(struct server_act *act, const struct berth_error *err);
void server_act_row(struct server_act *act, const struct berth_remote *remote);
void server_act_line(
	struct server_act *act, enum berth_stream stream, const char *text, size_t len);
void server_act_note(struct server_act *act, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* server_listen.c: a WebSocket route, as one more question. After leave() `over` still comes, soon;
 * drop() is for the cancelling. */
void server_act_listen(struct server_act *act, const struct server_act_ear *ear, const char *route,
	...) __attribute__((format(printf, 3, 4)));
void server_act_leave(struct server_act *act);
void server_act_drop(struct server_act *act);

#endif

/*
 * How a deploy server is entered: the secrets of its entry in the configuration, asked for when
 * they are needed, and what every request to it carries. Shared by all kinds of deploy server.
 *
 * Credentials go to the server that the configuration names and to no other. They are held here
 * only, and wiped.
 */
#ifndef TARGET_SERVER_ACCESS_H
#define TARGET_SERVER_ACCESS_H

#include <stdbool.h>

#include <berth/deployment.h>
#include <berth/error.h>

#include "loop/xfer.h"

struct net;
struct server_access;

/* NULL err: server_access_prepare() can be used. Otherwise DENIED (a secret could not be had),
 * USAGE (it cannot be sent) or CANCELLED. Fires exactly once, after start has returned. */
typedef void server_access_fn(void *context, const struct berth_error *err);

/* Asks for all secrets, one after the other: environment, the first line of a file, the first line
 * that a command writes within 10 s. `server` is borrowed. `cookie` names the cookie that a token
 * is sent as (static); NULL: it is sent as Authorization. */
struct server_access *server_access_start(struct net *net, const struct berth_server *server,
	const char *cookie, server_access_fn *done, void *context, struct berth_error *err);
void server_access_cancel(struct server_access *access);
/* After done. NULL is allowed. */
void server_access_free(struct server_access *access);

/* What must not appear in anything that is said; NULL past the last one. */
const char *server_access_secret(const struct server_access *access, size_t index);

/* For a login (server_login.h): the password that goes with the e-mail, NULL if there is none, and
 * the value of the cookie that is sent from now on. */
const char *server_access_password(const struct server_access *access);
int server_access_set_cookie(
	struct server_access *access, const char *value, struct berth_error *err);

enum server_accept { SERVER_JSON, SERVER_EVENTS, SERVER_ANYTHING };

bool server_has_credentials(const struct berth_server *server);
/* They go to another machine unencrypted. */
bool server_access_in_the_clear(const struct berth_server *server);

/* Fill in headers and TLS of a request to the server; method, url, body and callbacks are the
 * caller's. The headers live until the next prepare. */
void server_access_prepare(
	struct server_access *access, enum server_accept accept, struct xfer_request *request);

/*
 * A redirect: only 307 and 308 say that the same request is to be made again, and only on the same
 * host credentials may go along; *count is how many there were, from 0. The new address in malloc'd
 * memory, or NULL: err says where it led and what to do. `location` NULL: it did not say.
 */
char *server_access_redirect(
	const char *url, int status, const char *location, int *count, struct berth_error *err);

#endif

/*
 * A login: the e-mail and the password of the configuration, given once to a route of the server,
 * for a cookie that all later requests carry. Where the cookie has run out, it is done again.
 *
 * The cookie is kept by server_access.h, not by curl: it goes to this server alone. One that is
 * marked `Secure` goes over https only, or stays on this machine.
 */
#ifndef TARGET_SERVER_LOGIN_H
#define TARGET_SERVER_LOGIN_H

#include <stdbool.h>

#include "target/server/server_access.h"

struct server_login;

struct server_login_way {
	const char *route;  /* takes {"email", "password"} by POST */
	const char *cookie; /* its name */
	const char *kind;   /* "a Mist server" */
};

/* The cookie is in use already, and must appear in nothing that is said; NULL with an error:
 * DENIED, NOT_FOUND (no such route), UNREACHABLE, ... Fires exactly once, after start has returned.
 */
typedef void server_login_fn(void *context, const char *cookie, const struct berth_error *err);

/* There is something to log in with; a token needs no login. */
bool server_login_possible(const struct berth_server *server);
/* After server_access_start() is done. All are borrowed until the end. */
struct server_login *server_login_start(struct net *net, const struct berth_server *server,
	struct server_access *access, const struct server_login_way *way, server_login_fn *done,
	void *context, struct berth_error *err);
void server_login_cancel(struct server_login *login);

#endif

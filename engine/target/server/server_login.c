#include "target/server/server_login.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json_write.h"
#include "loop/net.h"
#include "target/server/server_answer.h"

#define ANSWER_MS  30000
#define BODY_MAX   65536
#define COOKIE_MAX 8192

struct server_login {
	struct net *net;
	const struct berth_server *server;
	struct server_access *access;
	const struct server_login_way *way;
	server_login_fn *done;
	void *context;
	struct xfer *xfer;
	char *url, *location;
	int redirects;
	char *cookie; /* its value */
	bool secure;  /* as the server marked it */
};

static void wipe_free(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

bool server_login_possible(const struct berth_server *server)
{
	return server->email != NULL;
}

static void finish(struct server_login *login, const struct berth_error *err)
{
	struct server_login dead = *login;

	free(login);
	dead.done(dead.context, err != NULL ? NULL : dead.cookie, err);
	wipe_free(dead.cookie);
	free(dead.location);
	free(dead.url);
}

/* --- the cookie --- */

static bool has_attribute(const char *attributes, const char *wanted)
{
	size_t len = strlen(wanted);

	while ((attributes = strchr(attributes, ';')) != NULL) {
		attributes += 1 + strspn(attributes + 1, " \t");
		if (strncasecmp(attributes, wanted, len) == 0 &&
			strchr("; \t=", attributes[len]) != NULL)
			return true;
	}
	return false;
}

/* "mist_token=eyJ...; Path=/; Max-Age=2592000; HttpOnly; Secure". An empty one takes it away. */
static void take_cookie(struct server_login *login, const char *text)
{
	size_t len = strlen(login->way->cookie);
	size_t size;

	if (strncmp(text, login->way->cookie, len) != 0 || text[len] != '=')
		return;
	text += len + 1;
	size = strcspn(text, "; \t");
	if (size >= COOKIE_MAX)
		return;
	wipe_free(login->cookie);
	login->cookie = size > 0 ? strndup(text, size) : NULL;
	login->secure = has_attribute(text, "secure");
}

static void on_header(void *context, const char *name, const char *value)
{
	struct server_login *login = context;

	if (strcasecmp(name, "set-cookie") == 0)
		take_cookie(login, value);
	else if (strcasecmp(name, "location") == 0 && login->location == NULL)
		login->location = strdup(value);
}

/* What is marked so may cross no network in the clear. */
static bool may_be_sent(const struct server_login *login)
{
	char host[256];

	return !login->secure || strncasecmp(login->url, "https:", 6) == 0 ||
	       (xfer_url_host(login->url, host, sizeof(host)) == 0 && xfer_is_here(host));
}

/* --- the answer --- */

static void send_it(struct server_login *login);

static void go_elsewhere(struct server_login *login, int status)
{
	struct berth_error err = {0};
	char *to = server_access_redirect(
		login->url, status, login->location, &login->redirects, &err);

	if (to == NULL) {
		finish(login, &err);
		return;
	}
	free(login->url);
	login->url = to;
	send_it(login);
}

static void no_such_route(struct server_login *login, const struct xfer_reply *reply)
{
	struct berth_error err = {0};

	berth_error_set(&err, BERTH_E_NOT_FOUND, reply->status,
		"%.200s is not %s: there is no login at %s (%d%s%.60s)", login->server->url,
		login->way->kind, login->way->route, reply->status,
		reply->content_type[0] != '\0' ? ", " : "", reply->content_type);
	berth_error_hint(&err, "check the target's url and kind");
	finish(login, &err);
}

static void refused(struct server_login *login, const struct xfer_reply *reply)
{
	bool passing = reply->status >= 500 || reply->status == 408 || reply->status == 429;
	char why[SERVER_ANSWER_MAX];
	struct berth_error err = {0};

	server_answer_text(why, reply->content_type, reply->body, reply->body_len);
	berth_error_set(&err, passing ? BERTH_E_REFUSED : BERTH_E_DENIED, reply->status,
		"the %s said %d to the login of '%.100s'%s%s",
		reply->status == 407 ? "proxy" : "server", reply->status, login->server->email,
		why[0] != '\0' ? ": " : "", why);
	if (!passing)
		berth_error_hint(&err, "check the target's 'email' and password");
	finish(login, &err);
}

static void let_in(struct server_login *login)
{
	struct berth_error err = {0};

	if (login->cookie == NULL) {
		berth_error_set(&err, BERTH_E_PROTOCOL, 0,
			"the server took the login of '%.100s' and gave no cookie '%s'",
			login->server->email, login->way->cookie);
		finish(login, &err);
	} else if (!may_be_sent(login)) {
		berth_error_set(&err, BERTH_E_DENIED, 200,
			"the server took the login of '%.100s', but marks its cookie 'Secure', and "
			"so it may not be sent to an http:// address",
			login->server->email);
		berth_error_hint(&err,
			"give the target an https:// url; or turn secure cookies off in the "
			"server's settings, and everybody on the way can read them");
		finish(login, &err);
	} else if (server_access_set_cookie(login->access, login->cookie, &err) < 0) {
		finish(login, &err);
	} else {
		finish(login, NULL);
	}
}

static void answered(void *context, const struct xfer_reply *reply)
{
	struct server_login *login = context;
	bool page = strncasecmp(reply->content_type, "text/html", 9) == 0;

	login->xfer = NULL;
	if (reply->error.code != BERTH_E_OK)
		finish(login, &reply->error);
	else if (reply->status >= 300 && reply->status < 400)
		go_elsewhere(login, reply->status);
	else if (reply->status == 404 || reply->status == 405 || (reply->status < 300 && page))
		no_such_route(login, reply);
	else if (reply->status >= 400)
		refused(login, reply);
	else
		let_in(login);
}

/* --- the question --- */

static int write_body(const struct server_login *login, struct buf *body, struct berth_error *err)
{
	struct json_writer out;

	json_writer_init(&out, BODY_MAX);
	json_write_open(&out, '{');
	json_write_key(&out, "email");
	json_write_text(&out, login->server->email);
	json_write_key(&out, "password");
	json_write_text(&out, server_access_password(login->access));
	json_write_close(&out, '}');
	*body = out.buf;
	return out.failed ? berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory") : 0;
}

static int ask(struct server_login *login, struct berth_error *err)
{
	struct buf body;
	struct xfer_request request = {
		.method = "POST",
		.url = login->url,
		.secret_body = true,
		.total_timeout_ms = ANSWER_MS,
		.body_max = BODY_MAX,
		.on_header = on_header,
		.done = answered,
		.context = login,
	};

	free(login->location);
	login->location = NULL;
	wipe_free(login->cookie);
	login->cookie = NULL;
	if (write_body(login, &body, err) == 0) {
		request.body = body.data;
		request.body_len = body.len;
		server_access_prepare(login->access, SERVER_JSON, &request);
		login->xfer = xfer_start(login->net, &request, err);
	}
	explicit_bzero(body.data, body.len);
	buf_release(&body);
	return login->xfer != NULL ? 0 : -1;
}

static void send_it(struct server_login *login)
{
	struct berth_error err = {0};

	if (ask(login, &err) < 0)
		finish(login, &err);
}

struct server_login *server_login_start(struct net *net, const struct berth_server *server,
	struct server_access *access, const struct server_login_way *way, server_login_fn *done,
	void *context, struct berth_error *err)
{
	struct server_login *login = calloc(1, sizeof(*login));

	if (login == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	*login = (struct server_login){.net = net,
		.server = server,
		.access = access,
		.way = way,
		.done = done,
		.context = context};
	if (asprintf(&login->url, "%s%s", server->url, way->route) < 0) {
		login->url = NULL;
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	} else if (ask(login, err) == 0) {
		return login;
	}
	free(login->url);
	free(login);
	return NULL;
}

void server_login_cancel(struct server_login *login)
{
	xfer_cancel(login->xfer);
}

#include "target/server/server_examine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/secret.h"
#include "loop/net.h"
#include "loop/timer.h"

#define ANSWER_MS 10000
#define BODY_MAX  65536

struct server_examine {
	struct server_examine_setup setup;
	const struct server_question *questions;
	size_t count, next; /* of questions; the one that is asked now */
	server_conclude_fn *conclude;
	struct server_answered answers[SERVER_QUESTIONS];
	const struct server_login_way *way; /* NULL: there is no login */
	struct server_access *access;
	bool access_open; /* secrets are being asked for */
	struct server_login *login;
	struct secrets secrets;
	struct xfer *xfer;
	char *url, *location;
	bool allows_post, names_methods; /* by its Allow header */
	int redirects;
	struct timer *turn; /* ends it */
	bool cancelled;
};

static void ask(struct server_examine *e);

/* --- saying --- */

void server_examine_say(struct server_examine *e, enum berth_verdict verdict, const char *what,
	const struct berth_error *words)
{
	struct berth_finding finding = {verdict, what, *words};
	bool changed = false;
	struct buf clean;

	if (e->cancelled)
		return;
	buf_init(&clean, 4 * sizeof(words->message));
	if (secrets_redact(&e->secrets, words->message, strlen(words->message), &clean, &changed,
		    NULL) < 0)
		finding.words.message[0] = '\0';
	else if (changed)
		snprintf(finding.words.message, sizeof(finding.words.message), "%.*s",
			(int)clean.len, clean.data);
	buf_release(&clean);
	e->setup.found(e->setup.context, &finding);
}

static void over(void *context)
{
	struct server_examine *e = context;
	struct server_examine_setup setup = e->setup;

	timer_close(e->turn);
	server_access_free(e->access);
	secrets_release(&e->secrets);
	free(e->location);
	free(e->url);
	free(e);
	setup.found(setup.context, NULL);
}

static void end(struct server_examine *e)
{
	timer_start(e->turn, 0);
}

static void end_wrong(struct server_examine *e, const char *what, const struct berth_error *err)
{
	server_examine_say(e, BERTH_WRONG, what, err);
	end(e);
}

static void say_server(struct server_examine *e)
{
	const struct berth_server *server = e->setup.server;
	bool checked = strncasecmp(server->url, "https:", 6) == 0 && !server->insecure;
	struct berth_error words = {0};

	berth_error_set(&words, BERTH_E_OK, 0, "%.300s answers%s%s", server->url,
		checked ? ", and its certificate is right" : "",
		e->redirects > 0 ? ", by a redirect" : "");
	server_examine_say(e, BERTH_FINE, "server", &words);
}

static void say_credentials(struct server_examine *e)
{
	enum berth_verdict verdict = BERTH_FINE;
	struct berth_error words = {0};

	if (!server_has_credentials(e->setup.server)) {
		berth_error_set(&words, BERTH_E_OK, 0, "none given, and none were asked for");
	} else if (server_access_in_the_clear(e->setup.server)) {
		verdict = BERTH_LACKING;
		berth_error_set(&words, BERTH_E_OK, 0, "they go there unencrypted");
		berth_error_hint(&words, "give the target an https:// url");
	} else if (e->way != NULL && server_login_possible(e->setup.server)) {
		berth_error_set(
			&words, BERTH_E_OK, 0, "logged in as '%.200s'", e->setup.server->email);
	} else {
		berth_error_set(&words, BERTH_E_OK, 0, "sent, and not refused");
	}
	server_examine_say(e, verdict, "credentials", &words);
}

/* --- answers --- */

static bool is_page(const struct xfer_reply *reply)
{
	return strncasecmp(reply->content_type, "text/html", 9) == 0;
}

/* A web framework's own words for a path it has not; who knows the route says what is not found. */
static bool is_no_route(const struct xfer_reply *reply, const char *why)
{
	return why[0] == '\0' || strcasecmp(why, "not found") == 0 || is_page(reply);
}

static enum server_presence presence_of(
	const struct server_examine *e, const struct xfer_reply *reply, const char *why)
{
	bool takes_post = e->questions[e->next].takes_post;

	if (reply->status == 405 && (!takes_post || (e->names_methods && !e->allows_post)))
		return SERVER_ROUTE_ABSENT;
	if (reply->status == 405)
		return SERVER_ROUTE_THERE;
	if (reply->status == 404)
		return takes_post || is_no_route(reply, why) ? SERVER_ROUTE_ABSENT
							     : SERVER_ROUTE_THERE;
	/* A start page, for whatever is asked. */
	if (reply->status < 300)
		return is_page(reply) ? SERVER_ROUTE_ABSENT
		       : takes_post   ? SERVER_ROUTE_UNSURE
				      : SERVER_ROUTE_THERE;
	return reply->status == 400 || reply->status == 422 ? SERVER_ROUTE_THERE
							    : SERVER_ROUTE_UNSURE;
}

static void next_question(struct server_examine *e)
{
	if (++e->next < e->count) {
		free(e->url);
		e->url = NULL;
		e->redirects = 0;
		ask(e);
		return;
	}
	e->conclude(e, e->answers);
	end(e);
}

/* Of the first question: whether there is a server at all, and lets us in. */
static bool lets_us_in(
	struct server_examine *e, const struct xfer_reply *reply, const struct berth_error *no)
{
	bool denied = reply->status == 401 || reply->status == 403;

	if (reply->status == 0 || reply->status == 407 || reply->status == 408 ||
		reply->status == 429 || reply->status >= 500) {
		end_wrong(e, "server", no);
		return false;
	}
	say_server(e);
	if (denied)
		end_wrong(e, "credentials", no);
	else
		say_credentials(e);
	return !denied;
}

/* What is to be given where credentials are wanted and none were given. */
static const char *wanted_credentials(const struct server_examine *e)
{
	if (e->way != NULL)
		return "give the target an 'email' and a password, or a token, in the "
		       "configuration";
	return "give the target a token, or user and password, in the configuration";
}

static void say_no(struct server_examine *e, struct berth_error *no, const struct xfer_reply *reply,
	const char *why)
{
	bool credentials = server_has_credentials(e->setup.server);
	const char *who = reply->status == 407 ? "proxy" : "server";
	bool denied = reply->status == 401 || reply->status == 403;

	if (reply->status == 0) {
		*no = reply->error;
		/* The route without a stream holds up a whole server. */
		if (no->code == BERTH_E_TIMEOUT && reply->connected)
			berth_error_hint(no, "it may be busy with a deployment: try again later");
		return;
	}
	berth_error_set(no, denied ? BERTH_E_DENIED : BERTH_E_REFUSED, reply->status,
		"the %s said %d%s%s", who, reply->status, why[0] != '\0' ? ": " : "", why);
	if (denied)
		berth_error_hint(no, "%s",
			credentials ? "these credentials are not let in" : wanted_credentials(e));
}

static void cannot_be_told(struct server_examine *e, const struct berth_error *why)
{
	struct server_answered *answer = &e->answers[e->next];

	if (e->next == 0) {
		end_wrong(e, "server", why);
		return;
	}
	answer->presence = SERVER_ROUTE_UNSURE;
	snprintf(answer->said, sizeof(answer->said), "%.500s", why->message);
	next_question(e);
}

/* As a deployment would be. */
static void redirected(struct server_examine *e, int status)
{
	struct berth_error err = {0};
	char *to = server_access_redirect(e->url, status, e->location, &e->redirects, &err);

	if (to == NULL) {
		cannot_be_told(e, &err);
		return;
	}
	free(e->url);
	e->url = to;
	ask(e);
}

static void answered(void *context, const struct xfer_reply *reply)
{
	struct server_examine *e = context;
	struct server_answered *answer = &e->answers[e->next];
	char why[SERVER_ANSWER_MAX] = "";
	struct berth_error no = {0};

	e->xfer = NULL;
	if (e->cancelled) {
		end(e);
		return;
	}
	if (reply->status >= 300 && reply->status < 400) {
		redirected(e, reply->status);
		return;
	}
	server_answer_text(why, reply->content_type, reply->body, reply->body_len);
	say_no(e, &no, reply, why);
	if (e->next == 0 && !lets_us_in(e, reply, &no))
		return;
	if (reply->status == 0) {
		cannot_be_told(e, &no);
		return;
	}
	answer->presence = presence_of(e, reply, why);
	snprintf(answer->said, sizeof(answer->said), "%d%s%s", reply->status,
		why[0] != '\0' ? ", " : "", why);
	next_question(e);
}

static void on_header(void *context, const char *name, const char *value)
{
	struct server_examine *e = context;

	if (strcasecmp(name, "location") == 0 && e->location == NULL)
		e->location = strdup(value);
	if (strcasecmp(name, "allow") != 0)
		return;
	e->names_methods = true;
	e->allows_post = e->allows_post || strcasestr(value, "POST") != NULL;
}

/* --- questions --- */

static void ask(struct server_examine *e)
{
	const struct server_question *question = &e->questions[e->next];
	struct berth_error err = {0};
	struct xfer_request request = {
		.method = "GET",
		.total_timeout_ms = ANSWER_MS,
		.body_max = BODY_MAX,
		.on_header = on_header,
		.done = answered,
		.context = e,
	};

	free(e->location);
	e->location = NULL;
	e->names_methods = e->allows_post = false;
	if (e->url == NULL && asprintf(&e->url, "%s%s", e->setup.server->url, question->route) < 0)
		e->url = NULL;
	if (e->url == NULL) {
		berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
	} else {
		request.url = e->url;
		server_access_prepare(e->access, question->accept, &request);
		e->xfer = xfer_start(e->setup.net, &request, &err);
	}
	if (e->xfer == NULL)
		end_wrong(e, "server", &err);
}

static void logged_in(void *context, const char *cookie, const struct berth_error *err)
{
	struct server_examine *e = context;
	struct berth_error memory;

	e->login = NULL;
	if (err == NULL && secrets_add(&e->secrets, NULL, cookie, &memory) < 0)
		err = &memory;
	if (e->cancelled) {
		end(e);
	} else if (err != NULL && err->code == BERTH_E_DENIED && err->number != 0) {
		/* It is there, and says no. */
		say_server(e);
		end_wrong(e, "credentials", err);
	} else if (err != NULL) {
		end_wrong(e, "server", err);
	} else {
		ask(e);
	}
}

static void log_in(struct server_examine *e)
{
	struct berth_error err = {0};

	e->login = server_login_start(
		e->setup.net, e->setup.server, e->access, e->way, logged_in, e, &err);
	if (e->login == NULL)
		end_wrong(e, "credentials", &err);
}

static void access_given(void *context, const struct berth_error *err)
{
	struct server_examine *e = context;
	struct berth_error memory;
	const char *secret;

	e->access_open = false;
	for (size_t i = 0; err == NULL && (secret = server_access_secret(e->access, i)) != NULL;
		i++)
		if (secrets_add(&e->secrets, NULL, secret, &memory) < 0)
			err = &memory;
	if (e->cancelled)
		end(e);
	else if (err != NULL)
		end_wrong(e, "credentials", err);
	else if (e->way != NULL && server_login_possible(e->setup.server))
		log_in(e);
	else
		ask(e);
}

struct server_examine *server_examine_start(const struct server_examine_setup *setup,
	const struct server_login_way *login, const struct server_question *questions, size_t count,
	server_conclude_fn *conclude, struct berth_error *err)
{
	struct server_examine *e = calloc(1, sizeof(*e));

	if (e == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	e->setup = *setup;
	e->way = login;
	e->questions = questions;
	e->count = count;
	e->conclude = conclude;
	secrets_init(&e->secrets);
	e->turn = timer_new(net_loop(setup->net), over, e, err);
	if (e->turn != NULL)
		e->access = server_access_start(setup->net, setup->server,
			login != NULL ? login->cookie : NULL, access_given, e, err);
	e->access_open = e->access != NULL;
	if (e->access_open)
		return e;
	timer_close(e->turn);
	secrets_release(&e->secrets);
	free(e);
	return NULL;
}

const char *server_examine_url(const struct server_examine *e)
{
	return e->setup.server->url;
}

void server_examine_cancel(struct server_examine *e)
{
	e->cancelled = true;
	if (e->access_open)
		server_access_cancel(e->access);
	if (e->login != NULL)
		server_login_cancel(e->login);
	if (e->xfer != NULL)
		xfer_cancel(e->xfer);
}

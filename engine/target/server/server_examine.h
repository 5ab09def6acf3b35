/*
 * A deploy server examined by questions that start nothing. The same for all kinds of it: secrets,
 * connection, redirects and refused credentials are found here; a kind says which routes it needs,
 * and what their answers mean.
 */
#ifndef TARGET_SERVER_EXAMINE_H
#define TARGET_SERVER_EXAMINE_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/deployment.h>
#include <berth/finding.h>

#include "target/server/server_access.h"
#include "target/server/server_answer.h"
#include "target/server/server_login.h"

struct server_examine;

enum { SERVER_QUESTIONS = 8 };

/* Asked with GET, in this order. Of a route that takes a POST a 405 says that it is there, of
 * others that it is not. */
struct server_question {
	const char *route;
	enum server_accept accept;
	bool takes_post;
};

enum server_presence { SERVER_ROUTE_THERE, SERVER_ROUTE_ABSENT, SERVER_ROUTE_UNSURE };

struct server_answered {
	enum server_presence presence;
	char said[SERVER_ANSWER_MAX + 64]; /* "404, Not Found" */
};

struct server_examine_setup {
	struct net *net;
	const struct berth_server *server; /* outlives it */
	berth_finding_fn *found;
	void *context;
};

/* Once all questions are answered: says its findings. */
typedef void server_conclude_fn(
	struct server_examine *examine, const struct server_answered answers[]);

/* `found` gets the findings and then NULL, which happens exactly once, after start has returned;
 * then it is freed. `login` is how one gets in before the questions; NULL: without one. */
struct server_examine *server_examine_start(const struct server_examine_setup *setup,
	const struct server_login_way *login, const struct server_question *questions, size_t count,
	server_conclude_fn *conclude, struct berth_error *err);
/* The end comes from the loop, without further findings. */
void server_examine_cancel(struct server_examine *examine);

/* Secrets in it are taken out. */
void server_examine_say(struct server_examine *examine, enum berth_verdict verdict,
	const char *what, const struct berth_error *words);

/* Of the server that is examined. */
const char *server_examine_url(const struct server_examine *examine);

#endif

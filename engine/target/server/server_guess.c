/*
 * Which kind of deploy server answers at an address: the routes that tell are asked for, none of
 * which starts anything. The first is one that needs no login; all kinds but one have it.
 */
#include "target/server/server_guess.h"

#include <stdio.h>
#include <string.h>

#include "target/deployer/deployer.h"
#include "target/fractalic/fractalic.h"
#include "target/mist/mist.h"
#include "target/server/server_examine.h"

enum { HEALTH, STREAM, PLAIN, ME, LOGS, RECORD, REPOS, QUESTIONS };

static const struct server_question questions[QUESTIONS] = {
	[HEALTH] = {"/api/health", SERVER_ANYTHING, false},
	[STREAM] = {FRACTALIC_STREAM_ROUTE, SERVER_EVENTS, true},
	[PLAIN] = {FRACTALIC_PLAIN_ROUTE, SERVER_JSON, true},
	[ME] = {"/api/auth/me", SERVER_JSON, false},
	[LOGS] = {MIST_LOGS_ROUTE "?id=berth-doctor", SERVER_JSON, false},
	[RECORD] = {DEPLOYER_ROUTE "0", SERVER_JSON, false},
	[REPOS] = {DEPLOYER_REPOS_ROUTE, SERVER_JSON, false},
};
_Static_assert((int)QUESTIONS <= (int)SERVER_QUESTIONS, "an answer for each");

/* Two routes each, which no other kind has. */
static const struct {
	const char *kind, *name;
	int routes[2];
} kinds[] = {
	{"fractalic", "a Fractalic UI server", {STREAM, PLAIN}},
	{"mist", MIST_WHO, {ME, LOGS}},
	{"deployer", DEPLOYER_WHO, {RECORD, REPOS}},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* A server that wants a login first has the route. */
static bool has(const struct server_answered *answer)
{
	return answer->presence == SERVER_ROUTE_THERE || strncmp(answer->said, "401", 3) == 0;
}

static void say_routes(struct server_examine *examine, const struct server_answered answers[])
{
	struct berth_error words = {0};

	for (int i = 0; i < QUESTIONS; i++) {
		berth_error_set(
			&words, BERTH_E_OK, 0, "%s (%.400s)", questions[i].route, answers[i].said);
		server_examine_say(examine, BERTH_UNTRIED,
			has(&answers[i])                             ? "there"
			: answers[i].presence == SERVER_ROUTE_ABSENT ? "not there"
								     : "can't tell",
			&words);
	}
}

static void conclude(struct server_examine *examine, const struct server_answered answers[])
{
	const char *url = server_examine_url(examine);
	struct berth_error words = {0};
	int best = 0, second = 0, found = 0;

	for (int i = 0; i < KINDS; i++) {
		int count = has(&answers[kinds[i].routes[0]]) + has(&answers[kinds[i].routes[1]]);

		second = count > best ? best : count > second ? count : second;
		found = count > best ? i : found;
		best = count > best ? count : best;
	}
	say_routes(examine, answers);
	if (best == 0 || best == second) {
		berth_error_set(&words, BERTH_E_NOT_FOUND, 0, "%s",
			best == 0 ? "no kind of deploy server that berth knows answers there"
				  : "its routes are those of several kinds of deploy server");
		berth_error_hint(&words, "is the address right, with the port and the path?");
		server_examine_say(examine, BERTH_WRONG, "kind", &words);
		return;
	}
	berth_error_set(&words, BERTH_E_OK, 0, "%s: %s (kind '%s')",
		best == 2 && second == 0 ? "certainly" : "probably", kinds[found].name,
		kinds[found].kind);
	berth_error_hint(&words,
		"in \"targets\" of the configuration: \"NAME\": {\"kind\": \"%s\", "
		"\"url\": \"%.200s\"}",
		kinds[found].kind, url);
	server_examine_say(
		examine, best == 2 && second == 0 ? BERTH_FINE : BERTH_LACKING, "kind", &words);
}

struct server_examine *server_guess(
	const struct server_examine_setup *setup, struct berth_error *err)
{
	return server_examine_start(setup, NULL, questions, QUESTIONS, conclude, err);
}

/* Whether a server has the routes of a deployment. None of them starts anything when it is asked
 * with GET; its records are numbered from 1, and repositories too. */
#include "target/deployer/deployer.h"
#include "target/server/server_examine.h"

enum { HEALTH, REPOS, RECORD, LIST, QUESTIONS };

static const struct server_question questions[QUESTIONS] = {
	[HEALTH] = {"/api/health", SERVER_JSON, false},
	[REPOS] = {DEPLOYER_REPOS_ROUTE, SERVER_JSON, false},
	[RECORD] = {DEPLOYER_ROUTE "0", SERVER_JSON, false},
	[LIST] = {DEPLOYER_ROUTE "repo/0", SERVER_JSON, false},
};
_Static_assert((int)QUESTIONS <= (int)SERVER_QUESTIONS, "an answer for each");

static void say(struct server_examine *examine, enum berth_verdict verdict, const char *what,
	const char *hint, const char *text, const char *said)
{
	enum berth_code code = verdict == BERTH_WRONG ? BERTH_E_NOT_FOUND : BERTH_E_OK;
	struct berth_error words = {0};

	if (said != NULL)
		berth_error_set(&words, code, 0, "%s (%.400s)", text, said);
	else
		berth_error_set(&words, code, 0, "%s", text);
	if (hint != NULL)
		berth_error_hint(&words, "%s", hint);
	server_examine_say(examine, verdict, what, &words);
}

/* What is said where a route is there, and where it is not; which verdict the latter is. */
static const struct {
	const char *what, *there, *absent, *hint;
	enum berth_verdict verdict;
} rows[QUESTIONS] = {
	[HEALTH] = {"health", "it says how it is", "it does not say how it is", NULL,
		BERTH_LACKING},
	[REPOS] = {"repositories", "they are listed", "they are not listed",
		"deploy with --repo-id NUMBER", BERTH_LACKING},
	[RECORD] = {"deployment", "it can be asked how one goes on",
		"there is no route for a deployment",
		"is that " DEPLOYER_WHO "? Check the target's url and kind", BERTH_WRONG},
	[LIST] = {"list", "there is one of a repository's deployments",
		"there is no list of deployments: they are asked for one by one", NULL,
		BERTH_LACKING},
};

static void conclude(struct server_examine *examine, const struct server_answered answers[])
{
	for (int i = 0; i < QUESTIONS; i++) {
		const struct server_answered *answer = &answers[i];

		if (answer->presence == SERVER_ROUTE_THERE)
			say(examine, BERTH_FINE, rows[i].what, NULL, rows[i].there, answer->said);
		else if (answer->presence == SERVER_ROUTE_UNSURE)
			say(examine, BERTH_LACKING, rows[i].what, NULL,
				"whether there is a route for it can't be told", answer->said);
		else
			say(examine, rows[i].verdict, rows[i].what, rows[i].hint, rows[i].absent,
				answer->said);
	}
	say(examine, BERTH_UNTRIED, "building", NULL,
		"only a deployment shows whether the server's Docker can build and start what it "
		"writes; it has no route for the log of a container, only its last lines",
		NULL);
}

struct server_examine *deployer_examine(
	const struct server_examine_setup *setup, struct berth_error *err)
{
	return server_examine_start(setup, NULL, questions, QUESTIONS, conclude, err);
}

/* Whether a server has the routes of a deployment. None of them starts anything when it is asked
 * with GET; no deployment has the id that is asked for. */
#include "target/mist/mist.h"
#include "target/server/server_examine.h"

enum { PROJECTS, LOGS, QUESTIONS };

static const struct server_question questions[QUESTIONS] = {
	[PROJECTS] = {MIST_PROJECTS_ROUTE, SERVER_JSON, false},
	[LOGS] = {MIST_LOGS_ROUTE "?id=berth-doctor", SERVER_JSON, false},
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

static void conclude(struct server_examine *examine, const struct server_answered answers[])
{
	static const char *const words[QUESTIONS][2] = {
		[PROJECTS] = {"projects and apps are listed", "there is no list of projects"},
		[LOGS] = {"a deployment that is over can be looked at",
			"there is no route for a deployment's log"},
	};
	static const char *const names[QUESTIONS] = {[PROJECTS] = "apps", [LOGS] = "log"};

	for (int i = 0; i < QUESTIONS; i++) {
		const struct server_answered *answer = &answers[i];

		if (answer->presence == SERVER_ROUTE_THERE)
			say(examine, BERTH_FINE, names[i], NULL, words[i][0], answer->said);
		else if (answer->presence == SERVER_ROUTE_UNSURE)
			say(examine, BERTH_LACKING, names[i], NULL,
				"whether there is a route for it can't be told", answer->said);
		else
			say(examine, BERTH_WRONG, names[i],
				"is that a Mist server? Check the target's url and kind",
				words[i][1], answer->said);
	}
	say(examine, BERTH_UNTRIED, "deployment", NULL,
		"only one shows whether this account may deploy, and whether the server can clone, "
		"build and start what it deploys",
		NULL);
}

struct server_examine *mist_examine(
	const struct server_examine_setup *setup, struct berth_error *err)
{
	return server_examine_start(setup, &mist_login_way, questions, QUESTIONS, conclude, err);
}

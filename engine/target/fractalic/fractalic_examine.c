/* Whether a server has the routes of a deployment. None of them starts anything when it is asked
 * with GET, and nobody's deployment has the id that is asked for. */
#include <stdio.h>

#include "target/fractalic/fractalic.h"
#include "target/server/server_examine.h"

enum { STREAM, PLAIN, PROGRESS, QUESTIONS };

static const struct server_question questions[QUESTIONS] = {
	[STREAM] = {FRACTALIC_STREAM_ROUTE, SERVER_EVENTS, true},
	[PLAIN] = {FRACTALIC_PLAIN_ROUTE, SERVER_JSON, true},
	[PROGRESS] = {FRACTALIC_PROGRESS_ROUTE "berth-doctor", SERVER_JSON, false},
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

static void conclude_posts(struct server_examine *examine, const struct server_answered *stream,
	const struct server_answered *plain)
{
	bool either = stream->presence != SERVER_ROUTE_ABSENT ||
		      plain->presence != SERVER_ROUTE_ABSENT;

	if (stream->presence == SERVER_ROUTE_THERE)
		say(examine, BERTH_FINE, "stream", NULL, "there is a route for it", stream->said);
	else if (stream->presence == SERVER_ROUTE_UNSURE)
		say(examine, BERTH_LACKING, "stream", NULL,
			"whether there is a route for it can't be told", stream->said);
	else if (either)
		say(examine, BERTH_LACKING, "stream", NULL,
			"there is no route for it: deployments say nothing until they are done",
			stream->said);
	else
		say(examine, BERTH_WRONG, "stream", "check the target's url and kind",
			"there is no route for it, and none without: this is no deploy server",
			stream->said);
	/* Taken only where there is no stream. */
	if (plain->presence == SERVER_ROUTE_THERE)
		say(examine, BERTH_FINE, "no stream", NULL,
			"there is a route for servers without a stream", plain->said);
	else if (plain->presence == SERVER_ROUTE_UNSURE)
		say(examine, BERTH_LACKING, "no stream", NULL,
			"whether there is a route without a stream can't be told", plain->said);
	else if (either)
		say(examine, BERTH_FINE, "no stream", NULL,
			"there is no route without a stream, and none is needed", plain->said);
}

static void conclude_progress(
	struct server_examine *examine, const struct server_answered *progress)
{
	if (progress->presence == SERVER_ROUTE_THERE)
		say(examine, BERTH_FINE, "progress", NULL,
			"it can be asked how a deployment goes on", progress->said);
	else
		say(examine, BERTH_LACKING, "progress", NULL,
			progress->presence == SERVER_ROUTE_ABSENT
				? "it can't be asked how a deployment goes on: when a stream "
				  "breaks, how it ended is not known"
				: "whether it can be asked how a deployment goes on can't be told",
			progress->said);
}

static void conclude(struct server_examine *examine, const struct server_answered answers[])
{
	conclude_posts(examine, &answers[STREAM], &answers[PLAIN]);
	conclude_progress(examine, &answers[PROGRESS]);
	say(examine, BERTH_UNTRIED, "deployment", NULL,
		"only one shows whether these credentials may deploy, and whether the server can "
		"pull, start and reach what it deploys",
		NULL);
}

struct server_examine *fractalic_examine(
	const struct server_examine_setup *setup, struct berth_error *err)
{
	return server_examine_start(setup, NULL, questions, QUESTIONS, conclude, err);
}

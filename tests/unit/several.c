/* Local and remote deployments side by side in the console: nothing of one shows in another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "actions.h"
#include "app.h"
#include "panes/card.h"
#include "panes/link.h"

enum { LOCAL = 1, REMOTE = 2, WAITING = 3 };

static struct berth_settings *settings;
static struct app app;
static struct berth_server server = {.url = (char[]){"http://x:8000"}, .insecure = true};

static void add_run(unsigned number, const char *kind, struct berth_server *where)
{
	char name[16], target[16], copy[16];
	struct berth_deployment deployment = {.target = target,
		.kind = copy,
		.server = where,
		.name = name,
		.rollback = where == NULL};
	snprintf(name, sizeof name, "run-%u", number);
	snprintf(target, sizeof target, "%s", where != NULL ? "staging" : "local");
	snprintf(copy, sizeof copy, "%s", kind);
	assert_int_equal(berth_model_add(app.model, number, &deployment, NULL), 0);
	app.room.has_runs = true;
	app.room.form_open = false;
	app.card_wanted = true;
	app_choose(&app, number);
	app_focus(&app, PANE_LOG);
	layout_compute(&app.layout, &app.room);
}

static int setup(void **state)
{
	(void)state;
	settings = berth_settings_new();
	assert_non_null(settings);
	assert_int_equal(app_init(&app, settings, NULL), 0);
	app_resize(&app, 24, 80);
	add_run(LOCAL, "docker", NULL);
	add_run(REMOTE, "fractalic", &server);
	add_run(WAITING, "fractalic", &server);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	app_release(&app);
	berth_settings_free(settings);
	return 0;
}

static void apply(unsigned number, int64_t time_ms, struct berth_event *event)
{
	assert_non_null(event);
	event->deployment = number;
	event->time_ms = time_ms;
	app_event(&app, event);
	berth_event_free(event);
}

static void log_line(unsigned number, int64_t time_ms, const char *text)
{
	apply(number, time_ms,
		berth_event_new(BERTH_EVENT_LOG, "validating", 0, text, strlen(text)));
}

/* As app_logs() does it with the newest line of a log. */
static void hear(
	uint64_t n, unsigned number, int64_t time_ms, enum berth_stream stream, const char *text)
{
	const struct berth_log_line line = {
		.time_ms = time_ms, .stream = stream, .text = text, .len = strlen(text) - 1};
	berth_model_hear(app.model, number, n, &line);
}

static void progress(unsigned number, int percent, const char *stage, const char *text)
{
	apply(number, 1000 + percent,
		berth_event_new(BERTH_EVENT_STATUS, stage, percent, text, strlen(text)));
}

static void link_is(unsigned number, enum berth_link link)
{
	struct berth_event *event = berth_event_new(BERTH_EVENT_LINK, NULL, 0, NULL, 0);
	assert_non_null(event);
	event->link = link;
	apply(number, 2000, event);
}

static void end(unsigned number, enum berth_outcome outcome, const char *message)
{
	struct berth_event *event = berth_event_new(
		BERTH_EVENT_RESULT, NULL, 0, message, strlen(message));
	struct berth_error err;
	event->result = berth_result_new();
	event->result->outcome = outcome;
	event->result->message = strdup(message);
	if (outcome != BERTH_DEPLOYED) {
		berth_error_set(&err, BERTH_E_BROKEN, 0, "%s", message);
		berth_error_hint(&err, "look at the container '%s' on the server", message);
		berth_result_fail(event->result, &err, "pulling_image");
	}
	apply(number, 3000, event);
}

static const struct berth_run *run(unsigned number)
{
	return berth_model_find(app.model, number);
}

static void keys(const char *text)
{
	for (; *text != '\0'; text++)
		actions_key(&app, (unsigned char)*text);
}

static void each_has_its_own_stages_and_result(void **state)
{
	(void)state;
	progress(LOCAL, 70, "copying_files", "local copies");
	progress(REMOTE, 15, "pulling_image", "remote pulls");
	link_is(REMOTE, BERTH_RECONNECTING);
	end(REMOTE, BERTH_UNKNOWN, "the stream broke");
	assert_int_equal(run(WAITING)->changes, 0);
	assert_int_equal(run(LOCAL)->progress, 70);
	assert_string_equal(run(LOCAL)->message, "local copies");
	assert_int_equal(run(LOCAL)->link, BERTH_LIVE);
	assert_int_equal(run(LOCAL)->state, BERTH_RUN_RUNNING);
	assert_null(run(LOCAL)->result);
	assert_int_equal(run(REMOTE)->progress, 15);
	assert_int_equal(run(REMOTE)->state, BERTH_RUN_UNKNOWN);
	assert_int_equal(run(WAITING)->state, BERTH_RUN_QUEUED);
}

static void a_number_brings_its_own_log_and_card(void **state)
{
	(void)state;
	log_line(LOCAL, 1000, "of the local one");
	log_line(REMOTE, 1000, "of the remote one");
	end(REMOTE, BERTH_UNKNOWN, "broken stream");
	keys("1");
	assert_int_equal(app.chosen, LOCAL);
	assert_int_equal(app.log.run, LOCAL);
	keys("2");
	assert_int_equal(app.chosen, REMOTE);
	assert_int_equal(app.log.run, REMOTE);
	card_build(&app.card, app_run(&app), 200, &app.theme);
	bool check = false, fate = false;
	for (size_t i = 0; i < app.card.count; i++) {
		check |= strcmp(app.card.list[i].label, "check") == 0;
		fate |= strstr(app.card.list[i].value, "may run over there") != NULL;
		assert_null(strstr(app.card.list[i].value, "of the local one"));
		assert_null(strstr(app.card.list[i].value, "Rollback"));
	}
	assert_true(check);
	assert_true(fate);
	keys("]");
	assert_int_equal(app.log.run, WAITING);
}

static void a_result_elsewhere_leaves_alone_what_is_shown(void **state)
{
	(void)state;
	keys("1");
	progress(LOCAL, 10, "pulling_image", "pulls");
	app.stale[PANE_LOG] = app.stale[PANE_PROGRESS] = 0;
	log_line(REMOTE, 1000, "elsewhere");
	progress(REMOTE, 10, "pulling_image", "elsewhere");
	link_is(REMOTE, BERTH_POLLING);
	assert_int_equal(app.stale[PANE_LOG], 0);
	assert_int_equal(app.stale[PANE_PROGRESS], 0);
	end(REMOTE, BERTH_FAILED, "it broke");
	assert_int_equal(app.chosen, LOCAL);
	assert_int_equal(app.room.focus, PANE_LOG);
}

static void seconds_are_counted_only_while_a_stream_is_open(void **state)
{
	(void)state;
	end(WAITING, BERTH_CANCELED, "cancelled");
	app_tick(&app, 10000, app.spin);
	app.stale[PANE_HEADER] = 0;
	app_tick(&app, 10999, app.spin);
	assert_int_equal(app.stale[PANE_HEADER], 0);
	app_tick(&app, 11000, app.spin);
	assert_int_equal(app.stale[PANE_HEADER], STALE_PAINT);
	end(REMOTE, BERTH_DEPLOYED, "deployed");
	app.stale[PANE_HEADER] = 0;
	app_tick(&app, 12000, app.spin);
	assert_int_equal(app.stale[PANE_HEADER], 0);
}

static void what_waits_has_its_time_from_its_own_beginning(void **state)
{
	(void)state;
	hear(0, WAITING, 1000, BERTH_ENGINE, "waits for deployment 2|");
	assert_int_equal(run(WAITING)->state, BERTH_RUN_QUEUED);
	assert_int_equal(run(WAITING)->started_ms, 1000);
	/* All there is to say of it. */
	assert_string_equal(run(WAITING)->message, "waits for deployment 2");
	link_is(WAITING, BERTH_CONNECTING);
	assert_int_equal(run(WAITING)->state, BERTH_RUN_RUNNING);
	assert_int_equal(run(WAITING)->started_ms, 2000);
	hear(1, WAITING, 3000, BERTH_ENGINE, "asks the server|");
	assert_string_equal(run(WAITING)->message, "waits for deployment 2");
}

static void what_a_server_said_last_is_what_it_does(void **state)
{
	char said[64];
	(void)state;
	progress(REMOTE, 10, "pulling_image", "Starting deployment");
	link_is(REMOTE, BERTH_LIVE);
	assert_string_equal(link_text(run(REMOTE), 9000, said), "silent 7 s");
	hear(0, REMOTE, 6000, BERTH_SERVER, "Downloading|");
	assert_string_equal(run(REMOTE)->message, "Downloading");
	assert_string_equal(link_text(run(REMOTE), 9000, said), "live");
	/* What berth says itself is not what is done there. */
	hear(1, REMOTE, 7000, BERTH_ENGINE, "of berth itself|");
	hear(2, REMOTE, 7000, BERTH_SERVER, "|");
	assert_string_equal(run(REMOTE)->message, "Downloading");
	/* A line that was heard does not take the place of what came since. */
	progress(REMOTE, 70, "copying_files", "Copying");
	hear(0, REMOTE, 6000, BERTH_SERVER, "Downloading|");
	assert_string_equal(run(REMOTE)->message, "Copying");
	end(REMOTE, BERTH_DEPLOYED, "deployed");
	hear(3, REMOTE, 8000, BERTH_SERVER, "after the end|");
	assert_string_equal(run(REMOTE)->message, "deployed");
}

static void cancelling_says_what_becomes_of_it(void **state)
{
	(void)state;
	keys("3c");
	assert_non_null(strstr(app.prompt.text, "nothing was sent"));
	actions_key(&app, K_ESC);
	link_is(REMOTE, BERTH_LIVE);
	keys("2c");
	assert_non_null(strstr(app.prompt.text, berth_target_cancelling("fractalic")));
	assert_null(strstr(app.prompt.text, "comes back"));
	actions_key(&app, K_ESC);
	keys("1c");
	assert_non_null(strstr(app.prompt.text, "comes back"));
}

/* Nothing that is done here reaches a run whose stream is lost. */
static void a_lost_stream_is_not_closed_once_more(void **state)
{
	static const enum berth_link links[] = {BERTH_POLLING, BERTH_RECONNECTING, BERTH_LOST};
	(void)state;
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		link_is(REMOTE, links[i]);
		keys("2c");
		assert_string_equal(app.prompt.text,
			"Cancel 'run-2'? Its stream is lost: cancelling ends only the questions "
			"how it goes on there. [y/N]");
		actions_key(&app, K_ESC);
		keys("q");
		assert_non_null(strstr(app.prompt.text,
			"The stream of 'run-2' on 'staging' is lost: leaving ends only the "
			"questions how it goes on there."));
		assert_non_null(strstr(app.prompt.text, "[Esc] stay"));
		actions_key(&app, K_ESC);
	}
}

static void what_would_be_destroyed_is_said_before_what_is_lost(void **state)
{
	(void)state;
	link_is(REMOTE, BERTH_POLLING);
	link_is(WAITING, BERTH_LIVE);
	keys("q");
	assert_non_null(strstr(app.prompt.text, "'run-3' runs on 'staging'. Leaving destroys"));
	assert_null(strstr(app.prompt.text, "run-2"));
	actions_key(&app, K_ESC);
	link_is(REMOTE, BERTH_LIVE);
	keys("q");
	assert_non_null(strstr(app.prompt.text,
		"'run-2' runs on 'staging', 1 more on another server. Leaving destroys"));
	assert_true(prompt_rows(&app.prompt, 78) <= 4);
	actions_key(&app, K_ESC);
	add_run(4, "fractalic", &server);
	link_is(4, BERTH_LIVE);
	keys("q");
	assert_non_null(strstr(app.prompt.text, "2 more on other servers. Leaving destroys"));
}

static void quitting_says_what_it_would_destroy_and_offers_to_stay(void **state)
{
	(void)state;
	keys("q");
	assert_null(strstr(app.prompt.text, berth_target_leaving("fractalic")));
	actions_key(&app, K_ESC);
	link_is(REMOTE, BERTH_LIVE);
	keys("q");
	assert_non_null(strstr(app.prompt.text, "'run-2' runs on 'staging'. Leaving destroys"));
	assert_non_null(strstr(app.prompt.text, berth_target_leaving("fractalic")));
	assert_non_null(strstr(app.prompt.text, "[Esc] stay"));
	assert_null(strstr(app.prompt.text, "put back"));
	assert_true(prompt_rows(&app.prompt, 78) <= 3);
	actions_key(&app, K_ESC);
	assert_false(app.quit);
	end(REMOTE, BERTH_DEPLOYED, "deployed");
	keys("q");
	assert_null(strstr(app.prompt.text, berth_target_leaving("fractalic")));
}

#define WITH_APP(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_APP(each_has_its_own_stages_and_result),
		WITH_APP(a_number_brings_its_own_log_and_card),
		WITH_APP(a_result_elsewhere_leaves_alone_what_is_shown),
		WITH_APP(seconds_are_counted_only_while_a_stream_is_open),
		WITH_APP(what_waits_has_its_time_from_its_own_beginning),
		WITH_APP(what_a_server_said_last_is_what_it_does),
		WITH_APP(cancelling_says_what_becomes_of_it),
		WITH_APP(a_lost_stream_is_not_closed_once_more),
		WITH_APP(what_would_be_destroyed_is_said_before_what_is_lost),
		WITH_APP(quitting_says_what_it_would_destroy_and_offers_to_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Keys to state, without a screen and without an engine. */
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
#include "support/test_log.h"

static struct berth_settings *settings;
static struct app app;

enum { LOGS = 2 };
static struct test_log logs[LOGS]; /* of runs 1 and 2 */

static int setup(void **state)
{
	(void)state;
	for (int i = 0; i < LOGS; i++)
		test_log_open(&logs[i], NULL);
	settings = berth_settings_new();
	assert_non_null(settings);
	assert_int_equal(app_init(&app, settings, NULL), 0);
	app_resize(&app, 24, 80);
	layout_compute(&app.layout, &app.room);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	app_release(&app);
	berth_settings_free(settings);
	for (int i = 0; i < LOGS; i++)
		test_log_close(&logs[i]);
	return 0;
}

/* As app_deploy() leaves it. */
static void add_run(unsigned number, bool rollback)
{
	struct berth_deployment deployment = {.target = (char[]){"local"},
		.kind = (char[]){"docker"},
		.preset = (char[]){"generic"},
		.name = (char[]){"web"},
		.image = (char[]){"web"},
		.container = (char[]){"web-1"},
		.restart = (char[]){"no"},
		.rollback = rollback};
	assert_int_equal(berth_model_add(app.model, number, &deployment, NULL), 0);
	app.room.has_runs = true;
	app.room.form_open = false;
	app.card_wanted = true;
	app_choose(&app, number);
	app_focus(&app, PANE_LOG);
	layout_compute(&app.layout, &app.room);
}

static void apply(unsigned number, struct berth_event *event)
{
	assert_non_null(event);
	event->deployment = number;
	app_event(&app, event);
	berth_event_free(event);
}

static void say(unsigned number, const char *text)
{
	test_log_add(&logs[number - 1], BERTH_INFO, text);
	if (app.log.run <= LOGS)
		logview_show(&app.log, app.log.run, logs[app.log.run - 1].log);
	app_logs(&app);
}

static struct berth_result *new_result(enum berth_outcome outcome, enum berth_code code)
{
	struct berth_result *result = berth_result_new();
	struct berth_error err;
	assert_non_null(result);
	result->outcome = outcome;
	if (outcome != BERTH_DEPLOYED) {
		berth_error_set(&err, code, 0, "the name 'web-1' is taken");
		berth_error_hint(&err, "choose another name");
		assert_int_equal(berth_result_fail(result, &err, "starting_container"), 0);
	}
	return result;
}

static void end(unsigned number, struct berth_result *result)
{
	struct berth_event *event = berth_event_new(BERTH_EVENT_RESULT, NULL, 0, "over", 4);
	assert_non_null(event);
	event->result = result;
	apply(number, event);
}

static void keys(const char *text)
{
	for (; *text != '\0'; text++)
		actions_key(&app, (unsigned char)*text);
}

static unsigned stale(void)
{
	unsigned bits = 0;
	for (int pane = 0; pane < PANE_COUNT; pane++) {
		bits |= app.stale[pane];
		app.stale[pane] = 0;
	}
	return bits;
}

static void nothing_is_stale_until_something_happens(void **state)
{
	(void)state;
	assert_true(stale() & STALE_LAYOUT);
	assert_false(app_is_stale(&app));
	app_tick(&app, 1000, 7);
	assert_false(app_is_stale(&app));
	actions_key(&app, K_OTHER);
	assert_false(app_is_stale(&app));
	keys("?");
	assert_true(app_is_stale(&app));
}

static void only_the_chosen_log_is_painted(void **state)
{
	(void)state;
	add_run(1, true);
	add_run(2, true);
	stale();
	say(1, "unseen");
	assert_false(app_is_stale(&app));
	say(2, "seen");
	assert_int_equal(app.stale[PANE_LOG], STALE_DERIVE);
	assert_int_equal(app.stale[PANE_LIST], 0);
}

static void a_spinner_turns_only_while_something_runs(void **state)
{
	(void)state;
	add_run(1, true);
	stale();
	app_tick(&app, 1000, 1);
	assert_true(app_is_stale(&app));
	stale();
	app_tick(&app, 1010, 1);
	assert_false(app_is_stale(&app));
	end(1, new_result(BERTH_DEPLOYED, BERTH_E_OK));
	stale();
	app_tick(&app, 2000, 2);
	assert_false(app_is_stale(&app));
}

static void letters_are_typed_into_a_text_field_and_act_elsewhere(void **state)
{
	(void)state;
	form_go(&app.form, 2);
	keys("quit");
	assert_false(app.quit);
	assert_string_equal(app.form.fields[2].edit.text, "quit");
	actions_key(&app, K_CTRL('C'));
	assert_true(app.quit);
	app.quit = false;
	app_focus(&app, PANE_LOG);
	keys("q");
	assert_true(app.quit);
}

static void cancelling_asks_once(void **state)
{
	(void)state;
	keys("c");
	assert_int_equal(app.prompt.question, QUESTION_NONE);
	assert_string_equal(app.notice, "There is nothing to cancel.");
	add_run(1, true);
	keys("c");
	assert_int_equal(app.prompt.question, QUESTION_CANCEL);
	assert_non_null(strstr(app.prompt.text, "Cancel 'web'?"));
	keys("x");
	assert_int_equal(app.prompt.question, QUESTION_CANCEL);
	actions_key(&app, K_ENTER);
	assert_int_equal(app.prompt.question, QUESTION_NONE);
	assert_int_equal(app_run(&app)->state, BERTH_RUN_QUEUED);
}

static void quitting_asks_while_work_is_in_flight(void **state)
{
	(void)state;
	add_run(1, true);
	keys("q");
	assert_false(app.quit);
	assert_int_equal(app.prompt.question, QUESTION_QUIT);
	actions_key(&app, K_ESC);
	assert_int_equal(app.leaving, LEAVING_NOT);
	keys("qw");
	assert_int_equal(app.leaving, LEAVING_WAITING);
	assert_false(app.quit);
	actions_key(&app, K_ESC);
	assert_int_equal(app.leaving, LEAVING_NOT);
	end(1, new_result(BERTH_DEPLOYED, BERTH_E_OK));
	keys("q");
	assert_true(app.quit);
}

static struct berth_result *foreign_name(void)
{
	struct berth_result *result = new_result(BERTH_REJECTED, BERTH_E_CONFLICT);

	result->failure->replaceable = true;
	return result;
}

static void a_foreign_container_is_replaced_only_when_a_person_says_so(void **state)
{
	(void)state;
	add_run(1, true);
	end(1, foreign_name());
	assert_int_equal(app.prompt.question, QUESTION_REPLACE);
	assert_non_null(strstr(app.prompt.text, "'web-1'"));
	keys("n");
	assert_int_equal(app.prompt.question, QUESTION_NONE);
	add_run(2, true);
	end(2, new_result(BERTH_REJECTED, BERTH_E_USAGE));
	assert_int_equal(app.prompt.question, QUESTION_NONE);
	add_run(3, true);
	end(3, new_result(BERTH_FAILED, BERTH_E_CONFLICT));
	assert_int_equal(app.prompt.question, QUESTION_NONE);
	/* A port that is taken is a conflict, too, and nothing to replace. */
	add_run(4, true);
	end(4, new_result(BERTH_REJECTED, BERTH_E_CONFLICT));
	assert_int_equal(app.prompt.question, QUESTION_NONE);
}

static void the_result_comes_up_unless_someone_reads_further_up(void **state)
{
	(void)state;
	add_run(1, true);
	end(1, new_result(BERTH_DEPLOYED, BERTH_E_OK));
	assert_int_equal(app.room.focus, PANE_PROGRESS);
	add_run(2, true);
	for (int i = 0; i < 50; i++)
		say(2, "line");
	logview_resize(&app.log, 10, 40);
	keys("k");
	assert_false(logview_following(&app.log));
	end(2, new_result(BERTH_DEPLOYED, BERTH_E_OK));
	assert_int_equal(app.room.focus, PANE_LOG);
}

static void deployments_are_chosen_by_number_and_by_neighbour(void **state)
{
	(void)state;
	for (unsigned number = 1; number <= 3; number++)
		add_run(number, true);
	keys("1");
	assert_int_equal(app.chosen, 1);
	keys("]");
	assert_int_equal(app.chosen, 2);
	keys("]]]");
	assert_int_equal(app.chosen, 3);
	keys("[[[[");
	assert_int_equal(app.chosen, 1);
	keys("9");
	assert_int_equal(app.chosen, 1);
	assert_non_null(strstr(app.notice, "9"));
	keys("2");
	assert_string_equal(app.notice, "");
	assert_int_equal(app.chosen, 2);
}

static void a_paste_goes_into_text_fields_only(void **state)
{
	(void)state;
	app_focus(&app, PANE_LOG);
	actions_key(&app, K_PASTE_BEGIN);
	keys("q\rn");
	actions_key(&app, K_PASTE_END);
	assert_false(app.quit);
	assert_int_equal(app.room.focus, PANE_LOG);
	app_focus(&app, PANE_FORM);
	form_go(&app.form, 2);
	actions_key(&app, K_PASTE_BEGIN);
	keys("my\tweb\r");
	actions_key(&app, K_PASTE_END);
	assert_string_equal(app.form.fields[2].edit.text, "my web ");
	assert_int_equal(app.form.current, 2);
}

/* Where the bytes of the end come slowly, none of them is a key of its own. */
static void the_end_of_a_paste_may_be_spelled_out(void **state)
{
	(void)state;
	app_focus(&app, PANE_FORM);
	form_go(&app.form, 2);
	actions_key(&app, K_PASTE_BEGIN);
	keys("a\033[201x\033[20\033[201~");
	assert_false(app.pasting);
	keys("b");
	assert_string_equal(app.form.fields[2].edit.text, "a[201x[20b");
	actions_key(&app, K_PASTE_BEGIN);
	keys("\033[20");
	actions_key(&app, K_PASTE_END);
	assert_false(app.pasting);
	assert_string_equal(app.form.fields[2].edit.text, "a[201x[20b[20");
	app_focus(&app, PANE_LOG);
	actions_key(&app, K_PASTE_BEGIN);
	keys("q\033[201~");
	assert_false(app.pasting);
	assert_false(app.quit);
}

static void an_interrupt_ends_a_paste_and_nothing_else(void **state)
{
	(void)state;
	app_focus(&app, PANE_FORM);
	form_go(&app.form, 2);
	actions_key(&app, K_PASTE_BEGIN);
	keys("a\003");
	assert_false(app.pasting);
	assert_false(app.quit);
	assert_int_equal(app.prompt.question, QUESTION_NONE);
	keys("b");
	assert_string_equal(app.form.fields[2].edit.text, "ab");
}

static bool card_has(const char *label, const char *value)
{
	const struct theme theme = {.ascii = true};
	bool found = false;
	card_build(&app.card, app_run(&app), 60, &theme);
	for (size_t i = 0; i < app.card.count; i++) {
		const struct line *line = &app.card.list[i];
		if (strcmp(line->label, label) == 0 && strstr(line->value, value) != NULL)
			found = true;
	}
	return found;
}

static void a_card_of_success_shows_the_addresses(void **state)
{
	struct berth_result *result = new_result(BERTH_DEPLOYED, BERTH_E_OK);
	(void)state;
	add_run(1, true);
	berth_result_add_url(result, "web", "http://127.0.0.1:8080");
	berth_result_add_url(result, "admin", "http://127.0.0.1:8081");
	berth_result_add_detail(result, "Addresses", "Site", "http://127.0.0.1:8080");
	berth_result_add_check(result, "web", true);
	end(1, result);
	assert_true(card_has("Site", "http://127.0.0.1:8080"));
	assert_true(card_has("admin", "http://127.0.0.1:8081"));
	assert_false(card_has("web", "8080"));
	assert_true(card_has("health", "web: healthy"));
}

static void a_card_of_failure_says_why_and_what_is_left(void **state)
{
	struct berth_result *result = new_result(BERTH_LEFT_BEHIND, BERTH_E_EXITED);
	(void)state;
	add_run(1, true);
	result->failure->has_exit_code = true;
	result->failure->exit_code = 137;
	result->failure->oom = true;
	berth_failure_add_line(result->failure, "panic\033[31m!", 11);
	berth_failure_add_probe(result->failure, "GET / -> 503");
	berth_result_add_left_behind(result, "container web-1");
	end(1, result);
	assert_true(card_has("x", "the name 'web-1' is taken"));
	assert_true(card_has("exit code", "137, killed: out of memory"));
	assert_true(card_has("try", "choose another name"));
	assert_true(card_has("left", "container web-1"));
	assert_true(card_has("", "GET / -> 503"));
	assert_true(card_has("", "panic!"));
	assert_false(card_has("afterwards", ""));
}

/* The row of the card with this text, or -1. */
static int card_row(const char *value)
{
	for (size_t i = 0; i < app.card.count; i++) {
		if (strstr(app.card.list[i].value, value) != NULL)
			return (int)i;
	}
	return -1;
}

static void a_card_of_death_has_the_code_once_and_the_last_lines_first(void **state)
{
	static const char said[] = "container 'web' exited with code 4";
	struct berth_result *result = new_result(BERTH_FAILED, BERTH_E_EXITED);
	(void)state;
	add_run(1, true);
	free(result->failure->message);
	result->failure->message = strdup(said);
	result->failure->has_exit_code = true;
	result->failure->exit_code = 4;
	berth_failure_add_line(result->failure, "out of luck", 11);
	berth_failure_add_probe(result->failure, "GET / -> refused");
	end(1, result);
	assert_true(card_has("x", said));
	assert_false(card_has("exit code", ""));
	assert_in_range(card_row("out of luck"), 0, card_row("GET / -> refused"));
}

static void a_card_names_the_container_once(void **state)
{
	struct berth_result *result = new_result(BERTH_DEPLOYED, BERTH_E_OK);
	(void)state;
	add_run(1, true);
	berth_result_add_detail(
		result, "Deployed", "Container", app_run(&app)->deployment->container);
	result->container_id = strdup("0123456789abcdef");
	end(1, result);
	assert_true(card_has("id", "0123456789ab"));
	assert_false(card_has("container", ""));
}

static void a_card_tells_what_became_of_what_was_there(void **state)
{
	struct berth_result *result = new_result(BERTH_FAILED, BERTH_E_UNHEALTHY);
	(void)state;
	add_run(1, true);
	result->rolled_back = true;
	end(1, result);
	assert_true(card_has("afterwards", "What it made is removed"));
	add_run(2, false);
	end(2, new_result(BERTH_FAILED, BERTH_E_UNHEALTHY));
	assert_true(card_has("afterwards", "Rollback was switched off"));
	add_run(3, true);
	end(3, new_result(BERTH_UNREACHED, BERTH_E_UNREACHABLE));
	assert_true(card_has("afterwards", "Nothing was touched"));
}

#define WITH_APP(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_APP(nothing_is_stale_until_something_happens),
		WITH_APP(only_the_chosen_log_is_painted),
		WITH_APP(a_spinner_turns_only_while_something_runs),
		WITH_APP(letters_are_typed_into_a_text_field_and_act_elsewhere),
		WITH_APP(cancelling_asks_once),
		WITH_APP(quitting_asks_while_work_is_in_flight),
		WITH_APP(a_foreign_container_is_replaced_only_when_a_person_says_so),
		WITH_APP(the_result_comes_up_unless_someone_reads_further_up),
		WITH_APP(deployments_are_chosen_by_number_and_by_neighbour),
		WITH_APP(a_paste_goes_into_text_fields_only),
		WITH_APP(the_end_of_a_paste_may_be_spelled_out),
		WITH_APP(an_interrupt_ends_a_paste_and_nothing_else),
		WITH_APP(a_card_of_success_shows_the_addresses),
		WITH_APP(a_card_of_failure_says_why_and_what_is_left),
		WITH_APP(a_card_of_death_has_the_code_once_and_the_last_lines_first),
		WITH_APP(a_card_names_the_container_once),
		WITH_APP(a_card_tells_what_became_of_what_was_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

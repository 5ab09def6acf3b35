/* The command line of the console: what it finds, what it does, what it says can't be done. */
#include "unit/home.h"

#include "actions.h"
#include "app.h"
#include "keys/obstacle.h"
#include "support/test_log.h"

static struct berth_settings *settings;
static struct app app;

static int setup(void **state)
{
	(void)state;
	settings = berth_settings_new();
	assert_non_null(settings);
	assert_int_equal(app_init(&app, settings, NULL), 0);
	app_resize(&app, 24, 80);
	layout_compute(&app.layout, &app.room);
	app_focus(&app, PANE_LOG);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	app_release(&app);
	berth_settings_free(settings);
	return 0;
}

static void keys(const char *text)
{
	for (; *text; text++)
		actions_key(&app, (unsigned char)*text);
}

static size_t matches(struct command_match found[ACTION_COUNT])
{
	return command_line_matches(&app.command, &app.preferences.keys, found);
}

static void add_run(bool ended)
{
	struct berth_deployment deployment = {.target = (char[]){"local"},
		.kind = (char[]){"docker"},
		.preset = (char[]){"generic"},
		.name = (char[]){"web"},
		.image = (char[]){"web"},
		.container = (char[]){"web-1"},
		.restart = (char[]){"no"}};
	assert_int_equal(berth_model_add(app.model, 1, &deployment, NULL), 0);
	app.room.has_runs = true;
	app_choose(&app, 1);
	app_focus(&app, PANE_LOG);
	if (!ended)
		return;
	struct berth_event *event = berth_event_new(BERTH_EVENT_RESULT, NULL, 0, "over", 4);
	assert_non_null(event);
	event->deployment = 1;
	event->result = berth_result_new();
	app_event(&app, event);
	berth_event_free(event);
	app_focus(&app, PANE_LOG);
}

static void it_opens_and_closes(void **state)
{
	(void)state;
	keys(":");
	assert_int_equal(app.input.kind, INPUT_COMMAND);
	assert_int_equal(app_context(&app), IN_INPUT);
	keys("q");
	assert_string_equal(app.input.edit.text, "q");
	actions_key(&app, K_ESC);
	assert_int_equal(app.input.kind, INPUT_NONE);
	assert_false(app.quit);
	/* In a text field the letter is typed; its twin opens. */
	app_focus(&app, PANE_FORM);
	form_go(&app.form, 2);
	keys(":");
	assert_int_equal(app.input.kind, INPUT_NONE);
	actions_key(&app, K_ALT('x'));
	assert_int_equal(app.input.kind, INPUT_COMMAND);
}

/* Keys of a line that is typed do nothing of their own. */
static bool works_outside_lines(enum action action)
{
	unsigned where = 0;
	for (size_t i = 0; i < keys_table_count; i++) {
		if (keys_table[i].action == action)
			where |= keys_table[i].where;
	}
	return (where & ~(unsigned)IN_INPUT) != 0;
}

static void every_action_is_found_by_its_name(void **state)
{
	struct command_match found[ACTION_COUNT];
	(void)state;
	keys(":");
	size_t all = matches(found);
	for (size_t i = 0; i < keys_table_count; i++) {
		bool listed = false;
		for (size_t m = 0; m < all; m++)
			listed |= found[m].action == keys_table[i].action;
		assert_int_equal(listed, works_outside_lines(keys_table[i].action));
	}
	for (size_t m = 0; m < all; m++) {
		char line[COMMAND_LINE_MAX];
		snprintf(line, sizeof line, "%s", found[m].word);
		actions_key(&app, K_CTRL('U'));
		keys(line);
		struct command_match again[ACTION_COUNT];
		assert_true(matches(again) > 0);
	}
}

static void the_best_match_comes_first(void **state)
{
	struct command_match found[ACTION_COUNT];
	(void)state;
	keys(":wrap");
	assert_int_equal(matches(found), 1);
	assert_int_equal(found[0].action, ACTION_WRAP);
	actions_key(&app, K_CTRL('U'));
	/* The beginning of a name before its middle, that before what it is for. */
	keys("th");
	size_t count = matches(found);
	assert_true(count > 2);
	assert_string_equal(found[0].word, "theme.next");
	assert_string_equal(found[1].word, "theme");
	keys("zzz");
	assert_int_equal(matches(found), 0);
}

static void tab_goes_through_them(void **state)
{
	(void)state;
	keys(":log.l");
	actions_key(&app, K_TAB);
	assert_string_equal(app.input.edit.text, "log.line");
	actions_key(&app, K_TAB);
	assert_string_equal(app.input.edit.text, "log.levels");
	actions_key(&app, K_BACKTAB);
	assert_string_equal(app.input.edit.text, "log.line");
	actions_key(&app, K_BACKTAB);
	assert_string_equal(app.input.edit.text, "log.levels");
	/* What is typed on narrows it down. */
	actions_key(&app, K_BACKSPACE);
	actions_key(&app, K_TAB);
	assert_string_equal(app.input.edit.text, "log.levels");
}

static void enter_does_it(void **state)
{
	(void)state;
	assert_false(app.log.wrap);
	keys(":log.wrap\r");
	assert_true(app.log.wrap);
	assert_int_equal(app.input.kind, INPUT_NONE);
	/* The first match will do, and the focus may be elsewhere. */
	app_focus(&app, PANE_FORM);
	actions_key(&app, K_ALT('x'));
	keys("wra\r");
	assert_false(app.log.wrap);
	assert_int_equal(app.room.focus, PANE_FORM);
	/* Nothing typed, nothing done. */
	app_focus(&app, PANE_LOG);
	keys(":\r");
	assert_string_equal(app.notice, "");
}

static void commands_take_arguments(void **state)
{
	struct command_match found[ACTION_COUNT];
	(void)state;
	keys(":theme ");
	assert_int_equal(matches(found), THEME_COUNT);
	keys("hi");
	actions_key(&app, K_TAB);
	assert_string_equal(app.input.edit.text, "theme high-contrast");
	keys("\r");
	assert_int_equal(app.preferences.theme, THEME_HIGH_CONTRAST);
	assert_true(app.restyle);
	keys(":theme lihgt\r");
	assert_string_equal(app.notice, "'theme' can't be 'lihgt', did you mean 'light'?");
	assert_int_equal(app.preferences.theme, THEME_HIGH_CONTRAST);
	keys(":theme\r");
	assert_string_equal(app.notice, "'theme' needs a theme.");
	keys(":log.wrap now\r");
	assert_string_equal(app.notice, "'log.wrap' takes nothing behind it.");
	assert_false(app.log.wrap);
	keys(":pane 2\r");
	assert_int_equal(app.room.focus, PANE_FORM);
}

static void a_number_is_a_line_of_the_log(void **state)
{
	struct test_log log = {0};
	(void)state;
	add_run(false);
	test_log_open(&log, NULL);
	for (int i = 0; i < 100; i++)
		test_log_add(&log, BERTH_INFO, "line");
	logview_show(&app.log, 1, log.log);
	logview_resize(&app.log, 10, 60);
	keys(":42\r");
	logview_derive(&app.log);
	assert_int_equal(logview_position(&app.log)->cursor, 41);
	assert_false(logview_following(&app.log));
	keys(":log.line 7\r");
	logview_derive(&app.log);
	assert_int_equal(logview_position(&app.log)->cursor, 6);
	keys(":1000\r");
	assert_string_equal(app.notice, "The log has no line 1000: there are 100.");
	logview_derive(&app.log);
	assert_int_equal(logview_position(&app.log)->cursor, 6);
	keys(":99999999999999999999\r");
	assert_contains(app.notice, "can't be '99999999999999999999'");
	keys(":0\r");
	assert_contains(app.notice, "can't be '0'");
	logview_show(&app.log, 0, NULL);
	test_log_close(&log);
}

static void what_cannot_be_done_has_a_reason(void **state)
{
	(void)state;
	assert_string_equal(obstacle(&app, ACTION_CANCEL), "nothing is deployed yet");
	assert_string_equal(obstacle(&app, ACTION_EDIT_HOME), "only in a text field");
	assert_null(obstacle(&app, ACTION_WRAP));
	keys(":cancel\r");
	assert_string_equal(app.notice, "Not now: 'cancel': nothing is deployed yet.");
	assert_int_equal(app.prompt.question, QUESTION_NONE);
	add_run(false);
	assert_null(obstacle(&app, ACTION_CANCEL));
	assert_string_equal(obstacle(&app, ACTION_AGAIN), "the chosen deployment has not ended");
	keys(":cancel\r");
	assert_int_equal(app.prompt.question, QUESTION_CANCEL);
}

/* Every action there is, from the line and from its keys. */
static void nothing_is_changed_where_nothing_may_be(void **state)
{
	unsigned refused = 0;
	(void)state;
	app.read_only = true;
	add_run(false);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		enum action action = (enum action)i;
		if (action_table[i].harmless)
			continue;
		char wanted[128];
		app.notice[0] = '\0';
		assert_string_equal(obstacle(&app, action), "read-only");
		actions_do(&app, action, 1);
		snprintf(wanted, sizeof wanted, "Not now: '%s': read-only.", action_table[i].name);
		assert_string_equal(app.notice, wanted);
		actions_named(&app, action, 1);
		assert_int_equal(app.prompt.question, QUESTION_NONE);
		assert_int_equal(berth_model_count(app.model), 1);
		refused++;
	}
	assert_true(refused >= 3);
	assert_false(action_table[ACTION_DEPLOY].harmless);
	assert_false(action_table[ACTION_AGAIN].harmless);
	assert_false(action_table[ACTION_CANCEL].harmless);
	keys(":cancel\r");
	assert_string_equal(app.notice, "Not now: 'cancel': read-only.");
	keys("c");
	assert_string_equal(app.notice, "Not now: 'cancel': read-only.");
}

static void an_unknown_word_gets_the_nearest(void **state)
{
	(void)state;
	keys(":log.warp\r");
	assert_string_equal(app.notice, "There is no 'log.warp'. Did you mean 'log.wrap'?");
	keys(":qqqqqqqqqqqq\r");
	assert_contains(app.notice, "There is no 'qqqqqqqqqqqq'.");
}

static void end_in_conflict(void)
{
	add_run(false);
	struct berth_event *event = berth_event_new(BERTH_EVENT_RESULT, NULL, 0, "taken", 5);
	struct berth_error err;
	assert_non_null(event);
	event->deployment = 1;
	event->result = berth_result_new();
	event->result->outcome = BERTH_REJECTED;
	berth_error_set(&err, BERTH_E_CONFLICT, 0, "the name 'web-1' is taken");
	assert_int_equal(berth_result_fail(event->result, &err, "validating"), 0);
	app_event(&app, event);
	berth_event_free(event);
}

static void no_question_comes_between_letters(void **state)
{
	(void)state;
	keys(":cop");
	end_in_conflict();
	assert_int_equal(app.prompt.question, QUESTION_NONE);
	keys("y");
	assert_string_equal(app.input.edit.text, "copy");
}

static void the_same_goes_for_every_line(void **state)
{
	(void)state;
	keys("/cop");
	assert_int_equal(app.input.kind, INPUT_SEARCH);
	end_in_conflict();
	assert_int_equal(app.prompt.question, QUESTION_NONE);
	keys("y");
	assert_string_equal(app.input.edit.text, "copy");
	/* Each kind of line has its own memory. */
	keys("\r:");
	actions_key(&app, K_UP);
	assert_string_equal(app.input.edit.text, "");
	actions_key(&app, K_ESC);
	keys("/");
	actions_key(&app, K_UP);
	assert_string_equal(app.input.edit.text, "copy");
}

static void what_the_form_can_do_depends_on_the_field(void **state)
{
	(void)state;
	assert_string_equal(obstacle(&app, ACTION_EXPLAIN), "only in the form");
	assert_string_equal(obstacle(&app, ACTION_ROW_ADD), "only in a text field");
	app_focus(&app, PANE_FORM);
	form_go(&app.form, 2);
	assert_null(obstacle(&app, ACTION_EXPLAIN));
	assert_string_equal(obstacle(&app, ACTION_ROW_ADD), "the field takes one value");
	assert_string_equal(obstacle(&app, ACTION_REVEAL), "the field hides nothing");
	actions_key(&app, K_ALT('x'));
	keys("as-command\r");
	assert_int_equal(app.page.kind, PAGE_AS_COMMAND);
	assert_int_equal(app_context(&app), IN_PAGE);
	page_close(&app);
}

static void recent_commands_come_back(void **state)
{
	(void)state;
	keys(":log.wrap\r:log.follow\r:log.wrap\r:nonsense\r:");
	actions_key(&app, K_UP);
	assert_string_equal(app.input.edit.text, "nonsense");
	actions_key(&app, K_UP);
	assert_string_equal(app.input.edit.text, "log.wrap");
	actions_key(&app, K_UP);
	assert_string_equal(app.input.edit.text, "log.follow");
	/* No further, and each only once. */
	actions_key(&app, K_UP);
	assert_string_equal(app.input.edit.text, "log.follow");
	actions_key(&app, K_DOWN);
	assert_string_equal(app.input.edit.text, "log.wrap");
	actions_key(&app, K_DOWN);
	actions_key(&app, K_DOWN);
	assert_string_equal(app.input.edit.text, "");
	/* What was typed before looking waits below. */
	keys("lo");
	actions_key(&app, K_UP);
	assert_string_equal(app.input.edit.text, "nonsense");
	actions_key(&app, K_DOWN);
	assert_string_equal(app.input.edit.text, "lo");
	actions_key(&app, K_ESC);
	/* More than it keeps. */
	for (int i = 1; i <= INPUT_REMEMBERED + 5; i++) {
		char line[32];
		snprintf(line, sizeof line, ":%d\r", i);
		keys(line);
	}
	assert_int_equal(app.input.history[INPUT_COMMAND].count, INPUT_REMEMBERED);
	assert_string_equal(app.input.history[INPUT_COMMAND].lines[0], "25");
	assert_string_equal(app.input.history[INPUT_COMMAND].lines[INPUT_REMEMBERED - 1], "6");
}

static void a_long_line_is_bounded(void **state)
{
	(void)state;
	keys(":");
	for (int i = 0; i < 10000; i++)
		keys("x");
	assert_true(app.input.edit.len < COMMAND_LINE_MAX);
	assert_string_equal(app.command.typed, app.input.edit.text);
	/* What was cut can't make it longer either. */
	actions_key(&app, K_CTRL('U'));
	for (int i = 0; i < 5; i++)
		actions_key(&app, K_CTRL('Y'));
	assert_true(app.input.edit.len < COMMAND_LINE_MAX);
	assert_string_equal(app.command.typed, app.input.edit.text);
	keys("\r");
	assert_int_equal(app.input.kind, INPUT_NONE);
}

static void a_paste_is_typed(void **state)
{
	(void)state;
	keys(":");
	actions_key(&app, K_PASTE_BEGIN);
	keys("log.wrap\n");
	actions_key(&app, K_PASTE_END);
	assert_string_equal(app.input.edit.text, "log.wrap");
	assert_false(app.log.wrap);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_opens_and_closes),
		TEST(every_action_is_found_by_its_name),
		TEST(the_best_match_comes_first),
		TEST(tab_goes_through_them),
		TEST(enter_does_it),
		TEST(commands_take_arguments),
		TEST(a_number_is_a_line_of_the_log),
		TEST(what_cannot_be_done_has_a_reason),
		TEST(nothing_is_changed_where_nothing_may_be),
		TEST(an_unknown_word_gets_the_nearest),
		TEST(no_question_comes_between_letters),
		TEST(the_same_goes_for_every_line),
		TEST(what_the_form_can_do_depends_on_the_field),
		TEST(recent_commands_come_back),
		TEST(a_long_line_is_bounded),
		TEST(a_paste_is_typed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Taking text of a log away: what is said is what happened. */
#include "unit/tree.h"

#include "actions.h"
#include "app.h"
#include "logs/take.h"
#include "support/loop_wait.h"

static struct tree tree;
static uv_loop_t loop;
static struct berth_settings *settings;
static struct app app;
static bool engine_closed;

static void wakeup(void *context)
{
	(void)context;
}

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	assert_int_equal(uv_loop_init(&loop), 0);
	settings = berth_settings_new();
	assert_non_null(settings);
	assert_int_equal(app_init(&app, settings, NULL), 0);
	app_resize(&app, 24, 80);
	layout_compute(&app.layout, &app.room);
	app.take.clipboard = CLIPBOARD_PLAIN;
	app.engine = berth_engine_new(
		&(struct berth_engine_options){
			.loop = &loop, .wakeup = wakeup, .logs = BERTH_LOGS_KEPT},
		NULL);
	assert_non_null(app.engine);
	return 0;
}

static void closed(void *context)
{
	(void)context;
	engine_closed = true;
}

static int teardown(void **state)
{
	(void)state;
	take_export_cancel(&app);
	engine_closed = false;
	berth_engine_close(app.engine, closed, NULL);
	LOOP_UNTIL(&loop, engine_closed);
	LOOP_CLOSE(&loop);
	app_release(&app);
	berth_settings_free(settings);
	tree_release(&tree);
	return 0;
}

static void pump(void)
{
	struct berth_event *event;
	loop_turn(&loop);
	while ((event = berth_engine_next(app.engine)) != NULL) {
		app_event(&app, event);
		berth_event_free(event);
	}
}

/* A rehearsal that is over. */
static struct berth_log *deploy(const char *lines)
{
	struct berth_error err;
	berth_settings_add(settings, BERTH_FIELD_TARGET, "demo", NULL);
	berth_settings_add(settings, BERTH_FIELD_NAME, "web", NULL);
	berth_settings_add(settings, BERTH_FIELD_ENV, "DEMO_SECONDS=0.1", NULL);
	berth_settings_add(settings, BERTH_FIELD_ENV, lines, NULL);
	struct berth_deployment *deployment = berth_settings_resolve(settings, NULL, &err);
	if (deployment == NULL)
		fail_msg("%s", err.message);
	assert_int_equal(app_deploy(&app, deployment), 0);
	berth_deployment_free(deployment);
	while (app_run(&app)->result == NULL)
		pump();
	return berth_engine_log(app.engine, app.chosen);
}

static void copying_says_that_it_was_sent_and_no_more(void **state)
{
	(void)state;
	take_copy_text(&app, "a", 1);
	assert_string_equal(app.notice,
		"Sent 1 line to the terminal's clipboard; it does not say if it took it.");
	assert_int_equal(app.take.copy_len, strlen("\033]52;c;YQ==\a"));
	assert_memory_equal(app.take.copy, "\033]52;c;YQ==\a", app.take.copy_len);
	/* The newest counts. */
	app.take.clipboard = CLIPBOARD_TMUX;
	take_copy_text(&app, "b", 1);
	assert_memory_equal(
		app.take.copy, "\033Ptmux;\033\033]52;c;Yg==\a\033\\", app.take.copy_len);
}

static void lines_of_the_log_are_copied(void **state)
{
	(void)state;
	struct berth_log *log = deploy("DEMO_LINES=5");
	struct berth_log_line line;
	struct clip clip = {0};
	size_t len;
	assert_true(berth_log_end(log) > 3);
	for (uint64_t n = 1; n < 3; n++) {
		assert_true(berth_log_get(log, n, &line));
		assert_int_equal(clip_add(&clip, line.text, line.len, NULL), 0);
	}
	char *wanted = clip_sequence(&clip, CLIPBOARD_PLAIN, &len, NULL);
	take_copy(&app, &(struct berth_log_pick){.first = 1, .end = 3});
	assert_int_equal(app.take.copy_len, len);
	assert_memory_equal(app.take.copy, wanted, len);
	assert_non_null(strstr(app.notice, "Sent 2 lines"));
	free(wanted);
	clip_release(&clip);
	take_copy(&app, &(struct berth_log_pick){.first = 1000000, .end = UINT64_MAX});
	assert_string_equal(app.notice, "There is nothing to copy.");
}

static void too_much_is_refused_and_export_proposed(void **state)
{
	(void)state;
	deploy("DEMO_LINES=5000");
	take_copy(&app, &BERTH_LOG_PICK_ALL);
	assert_null(app.take.copy);
	assert_non_null(strstr(app.notice, "more than a terminal's clipboard takes"));
	assert_non_null(strstr(app.notice, "export it"));
}

static void where_nothing_can_be_copied_it_is_said(void **state)
{
	(void)state;
	app.take.clipboard = CLIPBOARD_OFF;
	take_copy_text(&app, "a", 1);
	assert_non_null(strstr(app.notice, "--clipboard off"));
	assert_non_null(strstr(app.notice, "export"));
	setenv("TERM", "linux", 1);
	app.take.clipboard = CLIPBOARD_NONE;
	take_copy_text(&app, "a", 1);
	assert_non_null(strstr(app.notice, "'linux'"));
	assert_non_null(strstr(app.notice, "export"));
	assert_null(app.take.copy);
}

static void wait_export(void)
{
	unsigned percent;
	while (take_exporting(&app, &percent))
		pump();
}

static void an_export_is_told_and_asks_before_it_replaces(void **state)
{
	char path[128], wanted[256];
	(void)state;
	struct berth_log *log = deploy("DEMO_LINES=5");
	snprintf(path, sizeof path, "%s/out.log", tree.path);
	take_export(&app, path, BERTH_EXPORT_TEXT, &BERTH_LOG_PICK_ALL);
	wait_export();
	snprintf(wanted, sizeof wanted, "Exported %llu lines to '%s'.",
		(unsigned long long)berth_log_end(log), path);
	assert_string_equal(app.notice, wanted);
	assert_null(app.take.taken);
	take_export(&app, path, BERTH_EXPORT_TEXT, &(struct berth_log_pick){.end = 1});
	take_export(&app, "/elsewhere", BERTH_EXPORT_TEXT, &BERTH_LOG_PICK_ALL);
	assert_non_null(strstr(app.notice, "under way"));
	wait_export();
	assert_int_equal(app.prompt.question, QUESTION_OVERWRITE);
	assert_non_null(strstr(app.prompt.text, path));
	assert_string_equal(app.take.taken, path);
	take_export_again(&app);
	wait_export();
	snprintf(wanted, sizeof wanted, "Exported 1 line to '%s'.", path);
	assert_string_equal(app.notice, wanted);
	assert_null(app.take.taken);
	take_export_again(&app);
	assert_string_equal(app.notice, wanted);
}

static void a_log_in_memory_has_no_pager(void **state)
{
	(void)state;
	take_pager(&app);
	assert_string_equal(app.notice, "There is no log yet.");
	deploy("DEMO_LINES=5");
	app_focus(&app, PANE_LOG);
	actions_key(&app, 'o');
	assert_string_equal(app.notice, "This log is in memory only; export it to a file.");
	assert_null(app.take.lend.argv);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(copying_says_that_it_was_sent_and_no_more),
		TEST(lines_of_the_log_are_copied),
		TEST(too_much_is_refused_and_export_proposed),
		TEST(where_nothing_can_be_copied_it_is_said),
		TEST(an_export_is_told_and_asks_before_it_replaces),
		TEST(a_log_in_memory_has_no_pager),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

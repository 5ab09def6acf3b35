/* Title, bell and notification in a terminal: sent when asked for, and the title given back. */
#include "support/console_term.h"
#include "unit/tree.h"

static struct tree tree;

static int make(void **state)
{
	(void)state;
	tree_init(&tree);
	tree_text(&tree, "berth/config.json", "{\"notify\": [\"bell\", \"terminal\", \"title\"]}");
	return 0;
}

static int unmake(void **state)
{
	tree_release(&tree);
	return close_console(state);
}

static void open_it(void)
{
	char config[96];

	snprintf(config, sizeof(config), "XDG_CONFIG_HOME=%s", tree.path);
	open_console_in(ENVIRONMENT(config), 24, 80, "--no-mouse", "--target", "demo", "--name",
		"web", SHORT_RUN);
	wait_for("Tab next pane");
	term_send(term, "\007");
	wait_for("Rehearsal complete");
	term_wait_quiet(term, 200, TERM_WAIT_MS);
}

static void an_end_is_announced_and_the_title_given_back(void **state)
{
	(void)state;
	open_it();
	assert_true(term_log_has(term, "\033[22;2t\033]2;web: ", 0));
	assert_true(
		term_log_has(term, "\033]2;web: deployed - berth\a\a\033]9;web: deployed\a", 0));
	assert_false(term_log_has(term, "\033[23;2t", 0));
	size_t before = term_bytes(term);
	term_send(term, "q");
	term_wait_exit(term, TERM_WAIT_MS);
	assert_true(term_log_has(term, "\033[23;2t", before));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			an_end_is_announced_and_the_title_given_back, make, unmake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is run on the terminal, and the words and the environment it gets. */
#include "unit/tree.h"

#include "term/lend.h"
#include "term/pager.h"

static struct tree tree;
static char path[128];

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	tree_folder(&tree, "bin");
	snprintf(path, sizeof path, "%s/bin", tree.path);
	setenv("PATH", path, 1);
	unsetenv("PAGER");
	unsetenv("LESS");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	tree_release(&tree);
	return 0;
}

static void program(const char *name)
{
	char at[64];
	snprintf(at, sizeof at, "bin/%s", name);
	tree_text(&tree, at, "#!/bin/sh\n");
	tree_mode(&tree, at, 0755);
}

/* The words, each in brackets. */
static const char *shown(char *const *words)
{
	static char text[1024];
	size_t used = 0;
	for (size_t i = 0; words[i] != NULL; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "[%s]", words[i]);
	return text;
}

static void assert_pager(const char *variable, const char *wanted)
{
	struct lend_order order = {0};
	struct berth_error err;
	if (variable != NULL)
		setenv("PAGER", variable, 1);
	if (pager_order(&order, "/a b.log", &err) < 0)
		fail_msg("%s", err.message);
	assert_string_equal(shown(order.argv), wanted);
	lend_order_release(&order);
	assert_null(order.argv);
}

static void pagers_may_have_arguments(void **state)
{
	(void)state;
	program("less");
	program("a pager");
	assert_pager(NULL, "[less][/a b.log]");
	assert_pager("less -R", "[less][-R][/a b.log]");
	assert_pager("  less  '-P a b'\t-x\\ 4 ", "[less][-P a b][-x 4][/a b.log]");
	assert_pager("\"a pager\"", "[a pager][/a b.log]");
	/* No shell looks at it. */
	assert_pager("less $HOME ; *", "[less][$HOME][;][*][/a b.log]");
	assert_pager("", "[less][/a b.log]");
	assert_pager(" ", "[less][/a b.log]");
}

static void more_where_there_is_no_less(void **state)
{
	(void)state;
	program("more");
	assert_pager(NULL, "[more][/a b.log]");
}

static void refuse(const char *variable, enum berth_code code, const char *part)
{
	struct lend_order order = {0};
	struct berth_error err;
	if (variable != NULL)
		setenv("PAGER", variable, 1);
	assert_int_equal(pager_order(&order, "/a.log", &err), -1);
	assert_int_equal(err.code, code);
	if (strstr(err.message, part) == NULL)
		fail_msg("'%s' is not in '%s'", part, err.message);
	assert_null(order.argv);
	assert_null(order.environment);
}

static void a_pager_that_is_not_there_is_an_error(void **state)
{
	char many[256] = "";
	(void)state;
	refuse(NULL, BERTH_E_NOT_FOUND, "'more'");
	tree_text(&tree, "bin/less", "not a program\n");
	refuse("less -R", BERTH_E_NOT_FOUND, "'less'");
	refuse("/nowhere/less", BERTH_E_NOT_FOUND, "'/nowhere/less'");
	for (int i = 0; i < 70; i++)
		memcpy(many + 2 * i, "a ", 3);
	refuse(many, BERTH_E_LIMIT, "PAGER: more than 64 words");
}

static void assert_less(const char *variable, const char *wanted)
{
	struct lend_order order = {0};
	size_t found = 0;
	if (variable != NULL)
		setenv("LESS", variable, 1);
	assert_int_equal(pager_order(&order, "/a.log", NULL), 0);
	for (size_t i = 0; order.environment[i] != NULL; i++) {
		if (strncmp(order.environment[i], "LESS=", 5) != 0)
			continue;
		found++;
		assert_non_null(wanted);
		assert_string_equal(order.environment[i] + 5, wanted);
	}
	assert_int_equal(found, wanted != NULL);
	lend_order_release(&order);
}

/* And all else is as it was, LESSSECURE above all. */
static void less_is_told_to_stay(void **state)
{
	struct lend_order order = {0};
	bool secure = false;
	(void)state;
	program("less");
	assert_less(NULL, NULL);
	assert_less("-FRX", "-FRX -+F");
	assert_less("FRX", "FRX -+F");
	setenv("LESSSECURE", "1", 1);
	assert_int_equal(pager_order(&order, "/a.log", NULL), 0);
	for (size_t i = 0; order.environment[i] != NULL; i++)
		secure = secure || strcmp(order.environment[i], "LESSSECURE=1") == 0;
	assert_true(secure);
	lend_order_release(&order);
	unsetenv("LESSSECURE");
}

static void programs_are_found_as_exec_does(void **state)
{
	char two[300];
	(void)state;
	program("less");
	assert_true(lend_finds("less"));
	assert_false(lend_finds("les"));
	snprintf(two, sizeof two, "/nowhere::%s", path);
	setenv("PATH", two, 1);
	assert_true(lend_finds("less"));
	/* An empty part is the working directory. */
	assert_int_equal(chdir(path), 0);
	setenv("PATH", "/nowhere:", 1);
	assert_true(lend_finds("less"));
	assert_true(lend_finds("./less"));
	assert_int_equal(chdir("/"), 0);
	assert_false(lend_finds("less"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(pagers_may_have_arguments),
		TEST(more_where_there_is_no_less),
		TEST(a_pager_that_is_not_there_is_an_error),
		TEST(less_is_told_to_stay),
		TEST(programs_are_found_as_exec_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

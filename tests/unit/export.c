/* Lines of a log in a file of one's own: all of it or nothing, and never over what is there. */
#include "unit/tree.h"

#include <signal.h>
#include <sys/resource.h>

#include <berth/export.h>

#include "support/loop_wait.h"
#include "support/test_log.h"

static struct tree tree;
static struct test_log log_;
static char target[128];

static struct {
	int count;
	struct berth_export_result result;
} ended;

static int setup(void **state)
{
	char path[128];

	(void)state;
	tree_init(&tree);
	snprintf(path, sizeof(path), "%s/state/web.log", tree.path);
	snprintf(target, sizeof(target), "%s/out.log", tree.path);
	test_log_open(&log_, path);
	memset(&ended, 0, sizeof(ended));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	test_log_close(&log_);
	tree_release(&tree);
	return 0;
}

static void done(void *context, const struct berth_export_result *result)
{
	(void)context;
	ended.count++;
	ended.result = *result;
	ended.result.path = NULL;
}

static struct berth_export_setup plain_setup(void)
{
	return (struct berth_export_setup){
		.path = target, .pick = BERTH_LOG_PICK_ALL, .done = done};
}

static void run_setup(const struct berth_export_setup *setup)
{
	ended.count = 0;
	assert_non_null(berth_log_export(log_.log, setup, NULL));
	assert_int_equal(ended.count, 0);
	LOOP_UNTIL(&log_.loop, ended.count > 0);
	assert_int_equal(ended.count, 1);
}

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *bytes = calloc(1, 64u << 20);

	assert_non_null(bytes);
	if (file == NULL)
		fail_msg("cannot open '%s'", path);
	assert_true(fread(bytes, 1, (64u << 20) - 1, file) > 0);
	fclose(file);
	return bytes;
}

static void assert_file(const char *path, const char *wanted)
{
	char *bytes = read_file(path);

	assert_string_equal(bytes, wanted);
	free(bytes);
}

/* Nothing but the folder of the log and what is named. */
static void assert_only(const char *name)
{
	DIR *folder = opendir(tree.path);
	const struct dirent *entry;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			strcmp(entry->d_name, "state") == 0)
			continue;
		if (name == NULL || strcmp(entry->d_name, name) != 0)
			fail_msg("'%s' was left", entry->d_name);
	}
	closedir(folder);
}

static void fill(unsigned lines)
{
	for (unsigned i = 0; i < lines; i++) {
		char text[64];

		snprintf(text, sizeof(text), "\033[1mline\033[m %u", i);
		test_log_add(&log_, i % 3 == 0 ? BERTH_WARN : BERTH_INFO, text);
	}
}

static void records_are_the_file_byte_by_byte(void **state)
{
	struct berth_export_setup setup = plain_setup();
	struct stat status;
	char *kept;

	(void)state;
	fill(20000);
	test_log_add(&log_, BERTH_ERROR, "");
	test_log_add(&log_, BERTH_ERROR, "two\nlines");
	test_log_settle(&log_);
	run_setup(&setup);
	assert_int_equal(ended.result.error.code, BERTH_E_OK);
	assert_int_equal(ended.result.lines, 20003);
	assert_int_equal(ended.result.lost, 0);
	kept = read_file(berth_log_path(log_.log));
	assert_file(target, kept);
	free(kept);
	assert_int_equal(stat(target, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(status.st_nlink, 1);
	assert_only("out.log");
}

static void text_is_clean(void **state)
{
	struct berth_export_setup setup = plain_setup();

	(void)state;
	test_log_add(&log_, BERTH_INFO, "\033[31mred\033[m \033]0;title\a\x01 \xff end");
	test_log_add(&log_, BERTH_INFO, "a\tb");
	test_log_add(&log_, BERTH_INFO, "10%\r20%\r30%");
	test_log_add(&log_, BERTH_INFO, "");
	setup.form = BERTH_EXPORT_TEXT;
	run_setup(&setup);
	assert_file(target, "red ␁ \xef\xbf\xbd end\na       b\n30%\n\n");
}

/* Also where cleaning makes it eight times as long. */
static void a_long_line_is_never_cut(void **state)
{
	struct berth_export_setup setup = plain_setup();
	char *tabs = malloc(BERTH_LOG_LINE_MAX + 1), *bytes;

	(void)state;
	assert_non_null(tabs);
	memset(tabs, '\t', BERTH_LOG_LINE_MAX);
	tabs[BERTH_LOG_LINE_MAX - 1] = 'x';
	tabs[BERTH_LOG_LINE_MAX] = '\0';
	for (int i = 0; i < 3; i++)
		test_log_add(&log_, BERTH_INFO, tabs);
	setup.form = BERTH_EXPORT_TEXT;
	run_setup(&setup);
	bytes = read_file(target);
	assert_int_equal(strlen(bytes), 3 * (8 * (BERTH_LOG_LINE_MAX - 1) + 2));
	assert_int_equal(strspn(bytes, " "), 8 * (BERTH_LOG_LINE_MAX - 1));
	free(bytes);
	free(tabs);
}

static bool next_even(void *context, uint64_t from, uint64_t *line)
{
	const uint64_t *last = context;

	*line = from + from % 2;
	return *line <= *last;
}

static void only_what_was_picked(void **state)
{
	uint64_t last = 1000;
	struct berth_export_setup setup = plain_setup();

	(void)state;
	fill(20);
	setup.form = BERTH_EXPORT_TEXT;
	setup.pick = (struct berth_log_pick){.first = 3, .end = 6};
	run_setup(&setup);
	assert_file(target, "line 3\nline 4\nline 5\n");
	setup.pick = (struct berth_log_pick){
		.first = 3, .end = UINT64_MAX, .next = next_even, .context = &last};
	last = 8;
	setup.overwrite = true;
	run_setup(&setup);
	assert_file(target, "line 4\nline 6\nline 8\n");
	assert_int_equal(ended.result.lines, 3);
	/* A filter that knows of lines behind the end of the selection. */
	last = 1000;
	setup.pick.end = 7;
	run_setup(&setup);
	assert_file(target, "line 4\nline 6\n");
}

static void lines_that_arrive_later_are_left_out(void **state)
{
	struct berth_export_setup setup = plain_setup();

	(void)state;
	fill(10);
	setup.form = BERTH_EXPORT_TEXT;
	assert_non_null(berth_log_export(log_.log, &setup, NULL));
	fill(10);
	LOOP_UNTIL(&log_.loop, ended.count == 1);
	assert_int_equal(ended.result.lines, 10);
}

static void a_file_that_is_there_stays(void **state)
{
	struct berth_export_setup setup = plain_setup();

	(void)state;
	tree_text(&tree, "out.log", "dear to somebody\n");
	fill(10);
	run_setup(&setup);
	assert_int_equal(ended.result.error.code, BERTH_E_CONFLICT);
	assert_non_null(strstr(ended.result.error.message, target));
	assert_file(target, "dear to somebody\n");
	assert_only("out.log");
	setup.overwrite = true;
	setup.form = BERTH_EXPORT_TEXT;
	run_setup(&setup);
	assert_int_equal(ended.result.error.code, BERTH_E_OK);
	assert_int_equal(ended.result.lines, 10);
	assert_only("out.log");
}

static bool put_there(void *context, uint64_t from, uint64_t *line)
{
	if (from == 0)
		tree_text(&tree, "out.log", "dear to somebody\n");
	return next_even(context, from, line);
}

static void a_file_that_comes_meanwhile_stays(void **state)
{
	struct berth_export_setup setup = plain_setup();
	uint64_t last = 5;

	(void)state;
	fill(10);
	setup.pick.next = put_there;
	setup.pick.context = &last;
	run_setup(&setup);
	assert_int_equal(ended.result.error.code, BERTH_E_CONFLICT);
	assert_file(target, "dear to somebody\n");
	assert_only("out.log");
}

static void only_regular_files_are_replaced(void **state)
{
	struct berth_export_setup setup = plain_setup();
	char other[160];

	(void)state;
	fill(10);
	setup.overwrite = true;
	assert_int_equal(mkdir(target, 0700), 0);
	run_setup(&setup);
	assert_int_equal(ended.result.error.code, BERTH_E_IO);
	assert_non_null(strstr(ended.result.error.message, "is a folder"));
	assert_int_equal(rmdir(target), 0);
	snprintf(other, sizeof(other), "%s/other", tree.path);
	assert_int_equal(symlink(other, target), 0);
	run_setup(&setup);
	assert_non_null(strstr(ended.result.error.message, "not a regular file"));
	assert_int_equal(access(other, F_OK), -1);
	assert_only("out.log");
}

static void a_folder_that_is_not_there_is_said(void **state)
{
	struct berth_export_setup setup = plain_setup();
	char path[160];

	(void)state;
	fill(1);
	snprintf(path, sizeof(path), "%s/nowhere/out.log", tree.path);
	setup.path = path;
	run_setup(&setup);
	assert_int_equal(ended.result.error.code, BERTH_E_IO);
	assert_non_null(strstr(ended.result.error.message, path));
	assert_non_null(strstr(ended.result.error.hint, "folder"));
	assert_only(NULL);
}

static void nothing_is_left_when_the_disk_is_full(void **state)
{
	struct berth_export_setup setup = plain_setup();
	struct rlimit before, little = {.rlim_cur = 300000};

	(void)state;
	fill(20000);
	test_log_settle(&log_);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little.rlim_max = before.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	run_setup(&setup);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(ended.result.error.code, BERTH_E_IO);
	assert_int_equal(ended.result.error.number, EFBIG);
	assert_non_null(strstr(ended.result.error.message, target));
	assert_only(NULL);
}

/* In whichever slice it comes. */
static void cancelled_it_leaves_nothing(void **state)
{
	struct berth_export_setup setup = plain_setup();

	(void)state;
	fill(30000);
	for (unsigned percent = 0; percent <= 60; percent += 20) {
		struct berth_export *export = berth_log_export(log_.log, &setup, NULL);

		ended.count = 0;
		assert_non_null(export);
		LOOP_UNTIL(&log_.loop, berth_export_percent(export) >= percent);
		berth_export_cancel(export);
		assert_int_equal(ended.count, 0);
		LOOP_UNTIL(&log_.loop, ended.count > 0);
		assert_int_equal(ended.result.error.code, BERTH_E_CANCELLED);
		assert_only(NULL);
	}
}

static void lost_lines_are_counted(void **state)
{
	struct berth_export_setup setup = plain_setup();
	struct test_log memory;
	char *text = malloc(100001);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 100000);
	text[100000] = '\0';
	test_log_open(&memory, NULL);
	for (int i = 0; i < 300; i++)
		test_log_add(&memory, BERTH_INFO, text);
	assert_true(berth_log_lost(memory.log) > 0);
	assert_non_null(berth_log_export(memory.log, &setup, NULL));
	LOOP_UNTIL(&memory.loop, ended.count == 1);
	assert_int_equal(ended.result.error.code, BERTH_E_OK);
	assert_int_equal(ended.result.lost, berth_log_lost(memory.log));
	assert_int_equal(ended.result.lines, 300 - ended.result.lost);
	test_log_close(&memory);
	free(text);
}

/* Keys are looked at between two turns of the loop: none of them may read much. */
static void a_turn_reads_a_slice_at_most(void **state)
{
	struct berth_export_setup setup = plain_setup();
	uint64_t last = UINT64_MAX;
	unsigned before = 0, steps = 0;
	struct berth_export *export;

	(void)state;
	fill(200000);
	setup.pick.next = next_even;
	setup.pick.context = &last;
	export = berth_log_export(log_.log, &setup, NULL);
	assert_non_null(export);
	while (ended.count == 0) {
		loop_turn(&log_.loop);
		if (ended.count > 0)
			break;
		unsigned percent = berth_export_percent(export);

		/* 8192 of 200000 lines are 4 %. */
		assert_in_range(percent - before, 0, 5);
		steps += percent > before;
		before = percent;
	}
	assert_true(steps > 20);
	assert_int_equal(ended.result.lines, 100000);
}

static void names_say_what_and_when(void **state)
{
	char name[BERTH_EXPORT_NAME_MAX], long_name[300];

	(void)state;
	assert_string_equal(berth_export_name(name, "my/web app", INT64_C(1700000000123)),
		"berth-my_web_app-20231114-221320.log");
	assert_string_equal(
		berth_export_name(name, NULL, 0), "berth-deployment-19700101-000000.log");
	memset(long_name, 'n', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	berth_export_name(name, long_name, 0);
	assert_string_equal(name + strlen(name) - 20, "-19700101-000000.log");
}

static void paths_are_as_people_type_them(void **state)
{
	char wanted[PATH_MAX], *path;

	(void)state;
	setenv("HOME", tree.path, 1);
	assert_int_equal(chdir(tree.path), 0);
	snprintf(wanted, sizeof(wanted), "%s/a b.log", tree.path);
	for (const char *const *text = (const char *const[]){"~/a b.log", "a b.log", wanted, NULL};
		*text != NULL; text++) {
		path = berth_path_absolute(*text, NULL);
		assert_string_equal(path, wanted);
		free(path);
	}
	assert_int_equal(chdir("/"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(records_are_the_file_byte_by_byte),
		TEST(text_is_clean),
		TEST(a_long_line_is_never_cut),
		TEST(only_what_was_picked),
		TEST(lines_that_arrive_later_are_left_out),
		TEST(a_file_that_is_there_stays),
		TEST(a_file_that_comes_meanwhile_stays),
		TEST(only_regular_files_are_replaced),
		TEST(a_folder_that_is_not_there_is_said),
		TEST(nothing_is_left_when_the_disk_is_full),
		TEST(cancelled_it_leaves_nothing),
		TEST(lost_lines_are_counted),
		TEST(a_turn_reads_a_slice_at_most),
		TEST(names_say_what_and_when),
		TEST(paths_are_as_people_type_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Programs whose output is told line by line. */
#include "support/loop_wait.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop/program.h"

struct told {
	uv_loop_t loop;
	struct program *program;
	char text[65536]; /* "1:line|" of standard output, "2:line|" of standard error */
	size_t longest;
	int done, status;
};

static void on_line(void *context, bool is_error, const char *line, size_t len)
{
	struct told *told = context;

	assert_int_equal(strlen(line), len);
	told->longest = len > told->longest ? len : told->longest;
	if (strlen(told->text) + len + 4 > sizeof(told->text))
		return;
	strcat(told->text, is_error ? "2:" : "1:");
	strcat(told->text, line);
	strcat(told->text, "|");
}

static void on_done(void *context, int exit_status)
{
	struct told *told = context;

	told->done++;
	told->status = exit_status;
}

static void start(struct told *told, const char *script, const char *const *env)
{
	struct berth_error err = {0};

	*told = (struct told){.done = 0};
	assert_int_equal(uv_loop_init(&told->loop), 0);
	told->program = program_start(
		&(struct program_setup){.loop = &told->loop,
			.argv = (const char *const[]){"sh", "-c", script, NULL},
			.env = env,
			.folder = "/tmp",
			.line = on_line,
			.done = on_done,
			.context = told},
		&err);
	assert_non_null(told->program);
}

static void finish(struct told *told, int status)
{
	LOOP_UNTIL(&told->loop, told->done);
	LOOP_CLOSE(&told->loop);
	assert_int_equal(told->done, 1);
	assert_int_equal(told->status, status);
}

static void lines_of_all_sorts(void **state)
{
	struct told *told = *state;

	start(told, "printf 'a\\rb\\r\\n\\nc\\n\\rd'; exit 3", NULL);
	finish(told, 3);
	assert_string_equal(told->text, "1:a|1:b|1:|1:c|1:|1:d|");
}

static void folder_and_environment(void **state)
{
	static const char *const env[] = {"GIVEN=new words", "TAKEN", NULL};
	struct told *told = *state;

	setenv("GIVEN", "old", 1);
	setenv("TAKEN", "old", 1);
	setenv("TAKEN_NOT", "kept", 1);
	start(told, "pwd; echo \"$GIVEN\" ${TAKEN-gone} $TAKEN_NOT >&2", env);
	finish(told, 0);
	assert_non_null(strstr(told->text, "1:/tmp|"));
	assert_non_null(strstr(told->text, "2:new words gone kept|"));
}

static void a_long_line_comes_in_pieces(void **state)
{
	struct told *told = *state;

	start(told, "head -c 20000 /dev/zero | tr '\\0' x", NULL);
	finish(told, 0);
	assert_int_equal(told->longest, PROGRAM_LINE_MAX);
	assert_int_equal(strlen(told->text), 20000 + 3 * 3);
}

/* Somebody who inherited the pipe does not hold up the end. */
static void what_it_leaves_running(void **state)
{
	struct told *told = *state;
	long left;

	start(told, "sleep 600 & echo $!", NULL);
	finish(told, 0);
	left = strtol(told->text + 2, NULL, 10);
	assert_true(left > 1);
	kill((pid_t)left, SIGKILL);
}

static void it_is_ended_with_its_children(void **state)
{
	struct told *told = *state;

	start(told, "trap 'echo asked; exit 7' TERM; echo up; sleep 600 & wait", NULL);
	LOOP_UNTIL(&told->loop, told->text[0] != '\0');
	program_end(told->program, SIGTERM, 20000);
	finish(told, 7);
	assert_string_equal(told->text, "1:up|1:asked|");
}

static void who_does_not_listen_is_killed(void **state)
{
	struct told *told = *state;

	start(told, "trap '' TERM; echo up; while :; do sleep 1; done", NULL);
	LOOP_UNTIL(&told->loop, told->text[0] != '\0');
	program_end(told->program, SIGTERM, 50);
	finish(told, 128 + SIGKILL);
}

static void there_is_no_such_program(void **state)
{
	struct told *told = *state;
	struct berth_error err = {0};

	*told = (struct told){.done = 0};
	assert_int_equal(uv_loop_init(&told->loop), 0);
	assert_null(
		program_start(&(struct program_setup){.loop = &told->loop,
				      .argv = (const char *const[]){"no-such-program-here", NULL},
				      .line = on_line,
				      .done = on_done,
				      .context = told},
			&err));
	assert_int_equal(err.code, BERTH_E_NOT_FOUND);
	LOOP_UNTIL(&told->loop, !uv_loop_alive(&told->loop));
	LOOP_CLOSE(&told->loop);
	assert_int_equal(told->done, 0);
}

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct told));
	return *state != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_of_all_sorts),
		TEST(folder_and_environment),
		TEST(a_long_line_comes_in_pieces),
		TEST(what_it_leaves_running),
		TEST(it_is_ended_with_its_children),
		TEST(who_does_not_listen_is_killed),
		TEST(there_is_no_such_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/loop_wait.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loop/child.h"

struct run {
	uv_loop_t *loop;
	struct child *child;
	int done;
	int status;
	char *output;
	size_t output_len;
	struct berth_error error;
};

static bool inside;

static int setup(void **state)
{
	uv_loop_t *loop = malloc(sizeof(*loop));

	*state = loop;
	return loop ? uv_loop_init(loop) : -1;
}

static int teardown(void **state)
{
	uv_loop_t *loop = *state;

	LOOP_CLOSE(loop);
	free(loop);
	return 0;
}

static void on_done(void *context, const struct child_reply *reply)
{
	struct run *run = context;

	assert_false(inside);
	run->done++;
	run->status = reply->exit_status;
	run->output_len = reply->output_len;
	run->output = malloc(reply->output_len + 1);
	memcpy(run->output, reply->output, reply->output_len + 1);
	assert_int_equal(run->output[reply->output_len], '\0');
	run->error = reply->error;
}

static void start(
	uv_loop_t *loop, struct run *run, const char *script, const char *input, int limit)
{
	const char *const argv[] = {"sh", "-c", script, "helper", NULL};
	struct berth_error err = {0};

	*run = (struct run){.loop = loop};
	inside = true;
	run->child = child_start(
		loop, argv, input, input ? strlen(input) : 0, limit, on_done, run, &err);
	inside = false;
	assert_string_equal(err.message, "");
	assert_non_null(run->child);
}

static void finish(struct run *run, enum berth_code code, int status)
{
	LOOP_UNTIL(run->loop, run->done);
	LOOP_UNTIL(run->loop, !uv_loop_alive(run->loop));
	assert_int_equal(run->done, 1);
	assert_int_equal(run->error.code, code);
	assert_int_equal(run->status, status);
}

static void bytes_go_in_and_out(void **state)
{
	struct run run;

	start(*state, &run, "read a; echo \"<$a>\"; cat; exit 3", "hello\nworld", 10000);
	finish(&run, BERTH_E_OK, 3);
	assert_string_equal(run.output, "<hello>\nworld");
	free(run.output);
}

static void no_input_is_an_end_of_file(void **state)
{
	struct run run;

	start(*state, &run, "cat; echo end", NULL, 0);
	finish(&run, BERTH_E_OK, 0);
	assert_string_equal(run.output, "end\n");
	free(run.output);
}

static void input_need_not_be_read(void **state)
{
	enum { size = 4 * 1024 * 1024 };
	char *input = malloc(size + 1);
	struct run run;

	memset(input, 'i', size);
	input[size] = '\0';
	start(*state, &run, "exec <&-; echo deaf", input, 10000);
	free(input);
	finish(&run, BERTH_E_OK, 0);
	assert_string_equal(run.output, "deaf\n");
	free(run.output);
}

static void errors_go_nowhere(void **state)
{
	struct run run;

	/* Neither on the screen nor into the answer. */
	start(*state, &run, "echo noise >&2; readlink /proc/self/fd/2", NULL, 10000);
	finish(&run, BERTH_E_OK, 0);
	assert_string_equal(run.output, "/dev/null\n");
	free(run.output);
}

static void a_child_has_a_session_of_its_own(void **state)
{
	struct run run;

	/* Process, process group, session. */
	start(*state, &run,
		"read pid comm state parent group session rest </proc/$$/stat;"
		"test $pid = $group && test $pid = $session && echo own",
		NULL, 10000);
	finish(&run, BERTH_E_OK, 0);
	assert_string_equal(run.output, "own\n");
	free(run.output);
}

static void a_signal_is_a_status(void **state)
{
	struct run run;

	start(*state, &run, "kill -TERM $$", NULL, 10000);
	finish(&run, BERTH_E_OK, 128 + SIGTERM);
	free(run.output);
}

static void output_has_a_limit(void **state)
{
	struct run run;

	start(*state, &run, "head -c 65536 /dev/zero | tr '\\0' x", NULL, 10000);
	finish(&run, BERTH_E_OK, 0);
	assert_int_equal(run.output_len, 65536);
	assert_int_equal(strspn(run.output, "x"), 65536);
	free(run.output);
	start(*state, &run, "head -c 65537 /dev/zero | tr '\\0' x", NULL, 10000);
	LOOP_UNTIL(run.loop, run.done);
	assert_int_equal(run.error.code, BERTH_E_LIMIT);
	assert_int_equal(run.output_len, 0);
	free(run.output);
	/* Ended, not waited for. */
	start(*state, &run, "exec cat /dev/zero", NULL, 0);
	finish(&run, BERTH_E_LIMIT, 128 + SIGKILL);
	assert_string_equal(run.error.message, "'sh' wrote more than 65536 bytes");
	free(run.output);
}

/* The child tells its own child's number and both would sleep for long. */
static const char sleepers[] = "sleep 1000 & echo $!; wait";

/* Also while nobody has asked for its exit status yet. */
static bool is_gone(pid_t pid)
{
	char path[64], state = 'Z';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return true;
	if (fscanf(file, "%*d %*s %c", &state) != 1)
		state = 'Z';
	fclose(file);
	return state == 'Z';
}

static void assert_gone(uv_loop_t *loop, const char *output)
{
	pid_t pid = (pid_t)strtol(output, NULL, 10);

	assert_true(pid > 1);
	LOOP_UNTIL(loop, is_gone(pid));
}

static void the_time_limit_ends_the_whole_group(void **state)
{
	struct run run;

	start(*state, &run, sleepers, NULL, 500);
	finish(&run, BERTH_E_TIMEOUT, 128 + SIGKILL);
	assert_string_equal(run.error.message, "'sh' did not end within 500 ms");
	assert_gone(*state, run.output);
	free(run.output);
}

static void a_child_can_be_cancelled(void **state)
{
	struct run run;
	char path[] = "/tmp/berth-child-XXXXXX", script[256];
	int fd = mkstemp(path);

	/* At once, and when it runs. */
	start(*state, &run, "exec sleep 1000", NULL, 0);
	inside = true;
	child_cancel(run.child);
	child_cancel(run.child);
	inside = false;
	finish(&run, BERTH_E_CANCELLED, 128 + SIGKILL);
	free(run.output);
	snprintf(script, sizeof(script), "rm %s; exec sleep 1000", path);
	start(*state, &run, script, NULL, 10000);
	LOOP_UNTIL(run.loop, access(path, F_OK));
	child_cancel(run.child);
	assert_int_equal(run.done, 0);
	finish(&run, BERTH_E_CANCELLED, 128 + SIGKILL);
	free(run.output);
	close(fd);
}

static void an_heir_of_the_output_delays_nothing(void **state)
{
	uint64_t began = uv_hrtime();
	struct run run;

	start(*state, &run, "setsid sleep 1000 & echo $!", NULL, 15000);
	finish(&run, BERTH_E_OK, 0);
	assert_true(uv_hrtime() - began < 10000000000u);
	/* It is the child's own business, but not to stay behind this test. */
	assert_int_equal(kill((pid_t)strtol(run.output, NULL, 10), SIGKILL), 0);
	free(run.output);
}

static void what_cannot_run_does_not_start(void **state)
{
	const char *const missing[] = {"/no/such/berth-helper", NULL};
	const char *const folder[] = {"/tmp", NULL};
	struct run run = {0};
	struct berth_error err;

	assert_null(child_start(*state, missing, "secret", 6, 1000, on_done, &run, &err));
	assert_int_equal(err.code, BERTH_E_NOT_FOUND);
	assert_int_equal(err.number, ENOENT);
	assert_non_null(strstr(err.message, "cannot run '/no/such/berth-helper'"));
	assert_null(child_start(*state, folder, NULL, 0, 1000, on_done, &run, &err));
	assert_int_equal(err.code, BERTH_E_IO);
	LOOP_UNTIL((uv_loop_t *)*state, !uv_loop_alive(*state));
	assert_int_equal(run.done, 0);
}

int main(void)
{
#define LOOP(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		LOOP(bytes_go_in_and_out),
		LOOP(no_input_is_an_end_of_file),
		LOOP(input_need_not_be_read),
		LOOP(errors_go_nowhere),
		LOOP(a_child_has_a_session_of_its_own),
		LOOP(a_signal_is_a_status),
		LOOP(output_has_a_limit),
		LOOP(the_time_limit_ends_the_whole_group),
		LOOP(a_child_can_be_cancelled),
		LOOP(an_heir_of_the_output_delays_nothing),
		LOOP(what_cannot_run_does_not_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Going away while a deployment runs: the line is lost, or it is left running. It is seen to its
 * end without a terminal, the next console shows it, and nothing is left of all that. */
#include "support/console_term.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/fake_engine.h"
#include "support/process.h"
#include "unit/tree.h"

static struct tree tree;
static struct fake_engine *fake;
static char state_home[96], docker_host[160];
static pid_t keeper;

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	fake = fake_engine_start();
	assert_non_null(fake);
	snprintf(state_home, sizeof(state_home), "XDG_STATE_HOME=%s/state", tree.path);
	snprintf(docker_host, sizeof(docker_host), "DOCKER_HOST=%s", fake_engine_host(fake));
	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0"});
	keeper = 0;
	return 0;
}

static int teardown(void **state)
{
	if (keeper > 0)
		kill(keeper, SIGKILL);
	close_console(state);
	fake_engine_stop(fake);
	tree_release(&tree);
	return 0;
}

#define keeper_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void open_here(void)
{
	open_console_in(ENVIRONMENT(state_home, docker_host), 30, 100, "--target", "local",
		"--name", "web", "--image", "demo/web:1.0", "--env", "TOKEN=s3cr3t-value");
	wait_for("live");
}

/* It is held up by its engine at `call`. */
static void deploy_held(const char *call)
{
	fake_engine_fault(fake, &(struct fake_fault){.at = call, .what = FAKE_HOLD});
	open_here();
	term_send(term, KEY_SEQ_F5);
	while (fake_engine_faults(fake) == 0)
		term_watch(term, 10);
}

/* Journals, or -1 if there is no folder of them. */
static int journals(void)
{
	char path[128];
	const struct dirent *entry;
	int count = 0;

	snprintf(path, sizeof(path), "%s/state/berth/runs", tree.path);
	DIR *folder = opendir(path);
	if (folder == NULL)
		return -1;
	while ((entry = readdir(folder)) != NULL)
		count += strstr(entry->d_name, ".journal") != NULL;
	closedir(folder);
	return count;
}

static bool is_alive(pid_t pid)
{
	return pid > 0 && kill(pid, 0) == 0;
}

static void wait_until_it_is_gone(void)
{
	int64_t deadline = process_clock_ms() + TERM_WAIT_MS;

	while (is_alive(keeper) && process_clock_ms() < deadline)
		usleep(5000);
	assert_false(is_alive(keeper));
	keeper = 0;
}

static void leave_it_running(void)
{
	static const char said[] = "berth: process ";
	size_t len;
	const char *log, *number;

	term_send(term, "q");
	wait_for("[l] leave it running");
	term_send(term, "l");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
	log = term_log(term, &len);
	number = memmem(log, len, said, sizeof(said) - 1);
	assert_non_null(number);
	keeper = (pid_t)strtol(number + sizeof(said) - 1, NULL, 10);
	assert_true(is_alive(keeper));
	assert_int_equal(getsid(keeper), keeper);
	assert_int_equal(journals(), 1);
	close_console(NULL);
}

static char *berth_says(int status, const char *const words[])
{
	const char *argv[16] = {BERTH_PROGRAM};
	const char *const env[] = {state_home, docker_host, "LC_ALL=C.UTF-8", NULL};
	char *out = NULL;

	for (size_t i = 0; words[i] != NULL; i++)
		argv[i + 1] = words[i];
	assert_int_equal(
		process_run(argv, &(struct process_options){.env = env}, TERM_WAIT_MS, &out),
		status);
	assert_non_null(out);
	return out;
}

static void it_is_recorded_as(const char *result)
{
	char *out = berth_says(0, WORDS("history"));

	assert_non_null(strstr(out, result));
	assert_null(strstr(out, "s3cr3t"));
	free(out);
}

/* Its numbers go on without a gap from the console to the keeper. */
static void the_record_is_whole(int status)
{
	char *out = berth_says(status, WORDS("watch", "local", "web", "--output", "json"));
	char key[32];
	int seq = 0;

	for (const char *line = out; *line != '\0'; line = strchr(line, '\n') + 1) {
		const char *end = strchr(line, '\n');

		assert_non_null(end);
		snprintf(key, sizeof(key), "\"seq\":%d,", ++seq);
		assert_non_null(memmem(line, (size_t)(end - line), key, strlen(key)));
	}
	assert_true(seq > 10);
	free(out);
}

static void a_lost_terminal_ends_nothing(void **state)
{
	(void)state;
	deploy_held("POST /images/create");
	term_kill(term, SIGHUP);
	term_kill(term, SIGHUP);
	term_watch(term, 50);
	assert_int_equal(journals(), 1);
	fake_engine_release(fake);
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 128 + SIGHUP);
	term_assert_restored(term);
	assert_true(fake_engine_runs(fake, "new"));
	assert_int_equal(journals(), 0);
	it_is_recorded_as("deployed");
	the_record_is_whole(0);
}

static void a_deploy_goes_on_without_its_terminal(void **state)
{
	(void)state;
	fake_engine_fault(
		fake, &(struct fake_fault){.at = "POST /images/create", .what = FAKE_HOLD});
	open_console_in(ENVIRONMENT(state_home, docker_host), 30, 100, "deploy", "--target",
		"local", "--name", "web", "--image", "demo/web:1.0");
	while (fake_engine_faults(fake) == 0)
		term_watch(term, 10);
	term_kill(term, SIGHUP);
	fake_engine_release(fake);
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 0);
	assert_true(fake_engine_runs(fake, "new"));
	assert_int_equal(journals(), 0);
	it_is_recorded_as("deployed");
	the_record_is_whole(0);
}

static void what_is_left_running_ends_well(void **state)
{
	(void)state;
	deploy_held("POST /images/create");
	leave_it_running();
	fake_engine_release(fake);
	wait_until_it_is_gone();
	assert_true(fake_engine_runs(fake, "new"));
	/* Nothing began again. */
	assert_int_equal(fake_engine_count(fake, "> POST /images/create"), 1);
	assert_int_equal(journals(), 0);
	it_is_recorded_as("deployed");
	the_record_is_whole(0);
}

static void the_next_console_shows_it_to_its_end(void **state)
{
	(void)state;
	deploy_held("POST /containers/<new>/start");
	leave_it_running();
	open_here();
	wait_for("watching");
	wait_for("▸1");
	wait_for("looking for demo/web:1.0");
	fake_engine_release(fake);
	wait_for("is deployed");
	wait_until_it_is_gone();
	assert_int_equal(journals(), 0);
	/* It is only shown here: there is nothing to ask about. */
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
}

static void the_next_console_cancels_it(void **state)
{
	(void)state;
	deploy_held("POST /images/create");
	leave_it_running();
	open_here();
	wait_for("watching");
	term_send(term, "c");
	wait_for("Cancel 'web'?");
	term_send(term, "y");
	wait_for("ancelled");
	wait_until_it_is_gone();
	assert_string_equal(fake_engine_who(fake, "web"), "");
	assert_int_equal(journals(), 0);
	it_is_recorded_as("cancelled");
}

static void a_keeper_that_is_killed_can_be_recovered_from(void **state)
{
	(void)state;
	deploy_held("POST /containers/<new>/start");
	leave_it_running();
	open_here();
	wait_for("watching");
	kill(keeper, SIGKILL);
	wait_for("not known");
	wait_until_it_is_gone();
	fake_engine_release(fake);
	assert_int_equal(journals(), 1);
	free(berth_says(0, WORDS("recover", "--yes")));
	assert_int_equal(journals(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		keeper_test(a_lost_terminal_ends_nothing),
		keeper_test(a_deploy_goes_on_without_its_terminal),
		keeper_test(what_is_left_running_ends_well),
		keeper_test(the_next_console_shows_it_to_its_end),
		keeper_test(the_next_console_cancels_it),
		keeper_test(a_keeper_that_is_killed_can_be_recovered_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

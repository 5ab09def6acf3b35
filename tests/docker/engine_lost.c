/* An engine that is not there, goes away, or stands still: the deployment ends, and what it says of
 * its end is true. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/docker_rig.h"
#include "unit/tree.h"

#define BIG_BYTES (400u << 20)

static void no_socket(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 3,
		WORDS("--name", "lost", "--image", "web:1", "--host", "unix:///nowhere/at/all"));
	assert_string_equal(run_error_text(&run, "code"), "unreachable");
	assert_holds(run_error_text(&run, "message"), "/nowhere/at/all");
	assert_true(run.took_ms < 5000);
	run_release(&run);
}

/* A socket that nobody listens on any more. */
static void dead_socket(void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char host[128];
	struct run run;

	(void)state;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/dead", rig.folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	snprintf(host, sizeof(host), "unix://%s", address.sun_path);
	rig_deploy(&run, 3, WORDS("--name", "lost", "--image", "web:1", "--host", host));
	assert_string_equal(run_error_text(&run, "code"), "unreachable");
	assert_true(run.took_ms < 5000);
	run_release(&run);
}

static void nobody_on_the_port(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 3,
		WORDS("--name", "lost", "--image", "web:1", "--host",
			text_of_port("tcp://127.0.0.1:%d", free_port())));
	assert_string_equal(run_error_text(&run, "code"), "unreachable");
	run_release(&run);
}

/* It cannot be known what came of the container: that is what is said, and what may be there. */
static void ended_truly(const struct run *run)
{
	assert_true(run->status == 4 || run->status == 5);
	assert_true(json_is_false(run_result_member(run, "rolled_back")));
	assert_true(lines_hold(run_result_member(run, "left_behind"), "lost"));
}

static void start_again(void)
{
	assert_int_equal(dockerd_start(&rig), 0);
}

static void killed_while_it_is_asked(void **state)
{
	struct run run;

	(void)state;
	rig_start(&run, WORDS("--name", "lost", "--image", "web:1", "--port",
				text_of_port("web=%d:8080", free_port()), "--health", "web=/never",
				"--restart", "no"));
	run_until_stage(&run, "health_check");
	assert_int_equal(dockerd_kill(&rig), 0);
	run_finish(&run, 60 * 1000);
	ended_truly(&run);
	run_release(&run);
	start_again();
	containers_are("lost");
	rig_recover(1);
	containers_are("");
}

static void killed_while_files_go_over(void **state)
{
	struct tree tree;
	struct run run;
	int fd;

	(void)state;
	tree_init(&tree);
	fd = openat(tree.fd, "big", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	/* Holes are bytes to the one who sends them. */
	assert_int_equal(ftruncate(fd, BIG_BYTES), 0);
	close(fd);
	rig_start(&run, WORDS("--name", "lost", "--image", "web:1", "--folder", tree.path));
	run_until_stage(&run, "copying_files");
	assert_int_equal(dockerd_kill(&rig), 0);
	run_finish(&run, 60 * 1000);
	ended_truly(&run);
	run_release(&run);
	tree_release(&tree);
	start_again();
	containers_are("lost");
	rig_recover(1);
	containers_are("");
}

/* It stands still for a while, and goes on: nothing is lost by that. */
static void paused_while_it_is_asked(void **state)
{
	struct run run;
	int port = free_port();
	int64_t until;

	(void)state;
	rig_start(&run, WORDS("--name", "lost", "--image", "web:1", "--port",
				text_of_port("web=%d:8080", port), "--health", "web=/ready"));
	run_until_stage(&run, "health_check");
	docker_do(WORDS("exec", "lost", "true"));
	assert_int_equal(kill(rig.engine.pid, SIGSTOP), 0);
	until = process_clock_ms() + 2000;
	while (process_clock_ms() < until)
		process_read(&run.process, 20);
	assert_false(process_has_ended(&run.process));
	assert_int_equal(kill(rig.engine.pid, SIGCONT), 0);
	docker_do(WORDS("exec", "lost", "sh", "-c", "echo yes >/app/ready"));
	rig_finish(&run, 0);
	run_release(&run);
}

/* The run that was given up has its real end now, and its place in the history. */
static void history_knows_the_end(const char *id)
{
	char home[80], *out = NULL;

	snprintf(home, sizeof(home), "HOME=%s", rig.home);
	assert_int_equal(process_run(WORDS(BERTH_PROGRAM, "history", id, "--output", "json"),
				 &(struct process_options){.env = WORDS(home, "XDG_STATE_HOME")},
				 RUN_MS, &out),
		0);
	assert_holds(out, "\"outcome\":\"failed\"");
	assert_holds(out, "health_check");
	assert_holds(out, "cut off");
	free(out);
}

/* Whoever cannot wait for an engine that stands still asks twice. */
static void two_signals_end_it_at_once(void **state)
{
	struct run run;
	int64_t asked;
	char id[64];

	(void)state;
	rig_start(
		&run, WORDS("--name", "lost", "--image", "web:1", "--port",
			      text_of_port("web=%d:8080", free_port()), "--health", "web=/never"));
	run_until_stage(&run, "health_check");
	assert_int_equal(kill(rig.engine.pid, SIGSTOP), 0);
	run_signal(&run, SIGINT);
	while (!run.process.err.text)
		process_read(&run.process, 20);
	asked = process_clock_ms();
	run_signal(&run, SIGINT);
	assert_int_equal(process_wait(&run.process, 5000), 0);
	assert_int_equal(kill(rig.engine.pid, SIGCONT), 0);
	assert_int_equal(run.process.status, 4);
	assert_true(process_clock_ms() - asked < 2000);
	assert_holds(run.process.err.text, "berth recover");
	snprintf(id, sizeof(id), "%s",
		json_string_value(json_object_get(json_array_get(run.events, 0), "deployment_id")));
	run_release(&run);
	rig_deploy(&run, 2, WORDS("--name", "lost", "--image", "web:1"));
	assert_holds(run_error_text(&run, "hint"), "berth recover");
	run_release(&run);
	/* What does not run is put back. */
	docker_do(WORDS("stop", "-t", "0", "lost"));
	rig_recover(1);
	history_knows_the_end(id);
	containers_are("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(no_socket),
		RIG_TEST(dead_socket),
		RIG_TEST(nobody_on_the_port),
		RIG_TEST(paused_while_it_is_asked),
		RIG_TEST(two_signals_end_it_at_once),
		RIG_TEST(killed_while_it_is_asked),
		RIG_TEST(killed_while_files_go_over),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}

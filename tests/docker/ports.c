/* Host ports that somebody has. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/docker_rig.h"
#include "support/fleet_words.h"

static int take(int port, int type)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), on = 1;

	/* Connections of a container that had it may linger. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void proposes_the_next(const struct run *run, int taken)
{
	assert_string_equal(run_error_text(run, "code"), "conflict");
	assert_holds(run_error_text(run, "message"), text_of_port("port %d", taken));
	assert_holds(run_error_text(run, "hint"), text_of_port("%d", taken + 1));
}

static void taken_by_a_container(void **state)
{
	struct run run;
	int port = free_port();

	(void)state;
	docker_do(WORDS(
		"run", "-d", "--name", "holder", "-p", text_of_port("%d:8080", port), "web:1"));
	rig_deploy(&run, 2,
		WORDS("--name", "late", "--image", "web:1", "--port",
			text_of_port("%d:8080", port)));
	proposes_the_next(&run, port);
	assert_holds(run_error_text(&run, "message"), "container 'holder'");
	containers_are("holder");
	run_release(&run);
}

static void taken_by_a_process(void **state)
{
	struct run run;
	int port = free_port(), fd = take(port, SOCK_STREAM);

	(void)state;
	rig_deploy(&run, 2,
		WORDS("--name", "late", "--image", "web:1", "--port",
			text_of_port("%d:8080", port)));
	proposes_the_next(&run, port);
	assert_holds(run_error_text(&run, "message"), "process 'docker_ports'");
	assert_holds(run_error_text(&run, "message"), text_of_port("pid %d", (int)getpid()));
	containers_are("");
	run_release(&run);
	close(fd);
}

/* The same number is free for the other protocol. */
static void udp_is_another_port(void **state)
{
	struct run run;
	int port = free_port(), fd = take(port, SOCK_DGRAM);

	(void)state;
	rig_deploy(&run, 2,
		WORDS("--name", "late", "--image", "web:1", "--port",
			text_of_port("%d:53/udp", port)));
	assert_holds(run_error_text(&run, "message"), text_of_port("port %d/udp", port));
	run_release(&run);
	rig_deploy(&run, 0,
		WORDS("--name", "late", "--image", "web:1", "--port",
			text_of_port("%d:8080", port)));
	run_release(&run);
	close(fd);
}

static void auto_takes_the_next_and_says_so(void **state)
{
	struct run run;
	int port = free_port(), fd = take(port, SOCK_STREAM);

	(void)state;
	rig_deploy(&run, 0,
		WORDS("--name", "next", "--image", "web:1", "--env", text_of_port("PORT=%d", port),
			"--port", text_of_port("web=auto:%d", port)));
	assert_true(run_said(&run, text_of_port("Port %d is taken", port)));
	assert_true(run_said(&run, text_of_port("using %d", port + 1)));
	assert_string_equal(run_result_text(&run, "endpoint_url"),
		text_of_port("http://localhost:%d", port + 1));
	docker_is(text_of_port("%d", port + 1),
		WORDS("inspect", "-f",
			"{{range .HostConfig.PortBindings}}{{(index . 0).HostPort}}{{end}}",
			"next"));
	run_release(&run);
	close(fd);
}

static void auto_stays_where_it_is_free(void **state)
{
	struct run run;
	int port = free_port();

	(void)state;
	rig_deploy(&run, 0,
		WORDS("--name", "first", "--image", "web:1", "--env", text_of_port("PORT=%d", port),
			"--port", text_of_port("web=auto:%d", port)));
	assert_string_equal(
		run_result_text(&run, "endpoint_url"), text_of_port("http://localhost:%d", port));
	assert_false(run_said(&run, "is taken"));
	run_release(&run);
}

static void state_is(const char *host, const char *state)
{
	struct process process = {.out = {.fd = -1}, .err = {.fd = -1}};
	char expected[96];

	snprintf(expected, sizeof(expected), "\"state\":\"%s\",\"name\":\"kept\"", state);
	berth_says(&process, 0, host, rig.home, WORDS("ports", "--output", "json"));
	assert_said(&process.out, expected);
	process_release(&process);
}

static void does(const char *command, const char *name)
{
	struct process process = {.out = {.fd = -1}, .err = {.fd = -1}};

	berth_says(&process, 0, rig.host, rig.home, WORDS(command, name));
	process_release(&process);
}

static void it_is_given_out_and_let_go_of(void **state)
{
	struct process process = {.out = {.fd = -1}, .err = {.fd = -1}};
	struct run run;
	int port = free_port(), fd = take(port, SOCK_STREAM);
	const char *wish = text_of_port("web=auto:%d", port);
	const char *inside = text_of_port("PORT=%d", port);

	(void)state;
	rig_deploy(&run, 0,
		WORDS("--name", "kept", "--image", "web:1", "--env", inside, "--port", wish));
	run_release(&run);
	berth_says(&process, 0, rig.host, rig.home, WORDS("ports"));
	assert_said(&process.out, text_of_port("%d  in use  kept        kept", port + 1));
	process_release(&process);
	/* The port it had, though a lower one is free again. */
	close(fd);
	rig_deploy(&run, 0,
		WORDS("--name", "kept", "--image", "web:1", "--env", inside, "--port", wish));
	assert_string_equal(run_result_text(&run, "endpoint_url"),
		text_of_port("http://localhost:%d", port + 1));
	run_release(&run);
	does("stop", "kept");
	state_is(rig.host, "free");
	fd = take(port + 1, SOCK_STREAM);
	state_is(rig.host, "taken");
	close(fd);
	does("remove", "kept");
	berth_says(&process, 0, rig.host, rig.home, WORDS("ports", "--output", "json"));
	assert_null(strstr(said(&process.out), "\"kept\""));
	process_release(&process);
	rig_deploy(&run, 0,
		WORDS("--name", "kept", "--image", "web:1", "--env", inside, "--port", wish));
	run_release(&run);
	docker_do(WORDS("rm", "-f", "kept"));
	state_is(rig.host, "stale");
	/* Of an engine that does not answer as much is said as is known. */
	state_is("unix:///nowhere/docker.sock", "leased");
}

/* What came to nothing keeps no port. */
static void a_failure_lets_go_of_it(void **state)
{
	struct process process = {.out = {.fd = -1}, .err = {.fd = -1}};
	struct run run;

	(void)state;
	rig_deploy(
		&run, 1, WORDS("--name", "lost", "--image", "exits:1", "--port", "web=auto:8080"));
	run_release(&run);
	berth_says(&process, 0, rig.host, rig.home, WORDS("ports", "--output", "json"));
	assert_null(strstr(said(&process.out), "\"lost\""));
	process_release(&process);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(taken_by_a_container),
		RIG_TEST(taken_by_a_process),
		RIG_TEST(udp_is_another_port),
		RIG_TEST(auto_takes_the_next_and_says_so),
		RIG_TEST(auto_stays_where_it_is_free),
		RIG_TEST(it_is_given_out_and_let_go_of),
		RIG_TEST(a_failure_lets_go_of_it),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}

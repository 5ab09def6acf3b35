/* The console as it opens, and as it stands when nothing happens. */
#include "support/console_term.h"
#include "support/fake_engine.h"
#include "support/golden.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY "DOCKER_HOST=unix:///nonexistent/docker.sock"

static bool footer_has(struct term *console, const void *context)
{
	int rows, columns;
	char *footer;
	bool has;

	term_size(console, &rows, &columns);
	footer = term_row_text(console, rows - 1);
	has = strstr(footer, context) != NULL;
	free(footer);
	return has;
}

static void assert_start_screen(void)
{
	static const char *const labels[] = {"Target", "Preset", "Name", "Image", "Folder",
		"Container", "Ports", "Platform", "Env", "Restart", "Health", "Pull"};

	wait_for("no docker engine");
	wait_for("Choose target 'demo' for a rehearsal.");
	assert_int_equal(row_of("berth"), 0);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		assert_true(row_of(labels[i]) > 0);
	for (const char *const *key = (const char *const[]){"F5 deploy", "Tab next pane", "? help",
		     "q quit", NULL};
		*key != NULL; key++)
		term_wait(term, footer_has, *key, *key, TERM_WAIT_MS);
}

static void opens_at_80x24(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(NOBODY), 24, 80, "--no-mouse");
	assert_start_screen();
	assert_golden("start-80x24");
}

static void opens_at_120x40(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(NOBODY), 40, 120, "--no-mouse");
	assert_start_screen();
	assert_golden("start-120x40");
}

static void colours_are_roles(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(NOBODY), 40, 120, "--no-mouse");
	assert_start_screen();
	assert_int_equal(cell_of("berth").foreground, 39);
	assert_true(cell_of("berth").bold);
	assert_int_equal(cell_of("no docker engine").background, TERM_DEFAULT_COLOR);
	assert_int_equal(cell_of("○").foreground, 203);
	assert_int_equal(cell_of("No Docker engine answers").foreground, 172);
	assert_int_equal(cell_of("none yet").foreground, 245);
}

/* SGR with any parameter that chooses a colour. */
static bool log_has_colour(void)
{
	size_t len;
	const char *log = term_log(term, &len);

	for (const char *at = log; (at = strstr(at, "\033[")) != NULL; at += 2) {
		size_t parameters = strspn(at + 2, "0123456789;");

		if (at[2 + parameters] != 'm')
			continue;
		for (const char *number = at + 2; number < at + 2 + parameters;) {
			char *end;
			long value = strtol(number, &end, 10);

			if ((value >= 30 && value <= 38) || (value >= 40 && value <= 48) ||
				(value >= 90 && value <= 107))
				return true;
			number = end + 1;
		}
	}
	return false;
}

static void no_colour_when_told_so(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(NOBODY, "NO_COLOR=1"), 40, 120, "--no-mouse");
	assert_start_screen();
	assert_false(log_has_colour());
	assert_true(cell_of("berth").bold);
	assert_true(cell_of("F5 deploy").bold);
	assert_true(cell_of("none yet").dim);
	/* Where the focus is can be told from weight and mark alone. */
	assert_true(cell_of("▸Deploy").bold);
	assert_true(cell_of("▸Target").bold);
	assert_false(cell_of("Preset").bold);
}

static void the_option_beats_no_color(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(NOBODY, "NO_COLOR=1"), 24, 80, "--color", "256");
	assert_start_screen();
	assert_true(log_has_colour());
}

static void empty_no_color_means_nothing(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(NOBODY, "NO_COLOR="), 24, 80, "--no-mouse");
	assert_start_screen();
	assert_true(log_has_colour());
}

static void assert_ascii_only(void)
{
	size_t len;
	const char *log = term_log(term, &len);

	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)log[i] >= 0x80)
			fail_msg("byte %zu is 0x%02x", i, (unsigned char)log[i]);
	}
}

static void ascii_where_the_locale_is_not_utf8(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(NOBODY, "LC_ALL=C"), 24, 80, "--target", "demo", "--name",
		"web", SHORT_RUN);
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
	wait_for("+ Rehearsal complete");
	term_send(term, "?");
	wait_for("Help");
	assert_ascii_only();
	wait_for("->Help");
}

static void opens_on_a_vt100(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(NOBODY, "TERM=vt100"), 24, 80, "--target", "demo", "--name",
		"web", SHORT_RUN);
	wait_for("Tab next pane");
	/* A vt100 sends the PF keys only. */
	term_send(term, "\007");
	wait_for("Rehearsal complete");
	assert_false(log_has_colour());
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
}

static void an_unknown_terminal_is_said(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(NOBODY, "TERM=no-such-terminal"), 24, 80, "--no-mouse");
	assert_int_not_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	wait_for("no-such-terminal");
	term_assert_restored(term);
}

static void says_how_much_room_it_needs(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(NOBODY), 9, 39, "--no-mouse");
	wait_for("40 x 10");
	term_wait_quiet(term, 200, TERM_WAIT_MS);
	term_resize(term, 24, 80);
	assert_start_screen();
}

/* An engine that says its version, and then nothing more on its stream of events. */
static void play_engine(int listener)
{
	static const char version[] =
		"{\"Version\":\"24.0.7\",\"ApiVersion\":\"1.43\","
		"\"MinAPIVersion\":\"1.12\",\"Os\":\"linux\",\"Arch\":\"amd64\"}";
	static const char stream[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
				     "Transfer-Encoding: chunked\r\n\r\n";
	char request[4096], reply[512];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int peer = -1;;) {
		ssize_t got = peer < 0 ? 0 : read(peer, request, sizeof(request) - 1);

		if (got <= 0) {
			close(peer);
			peer = accept(listener, NULL, NULL);
			continue;
		}
		request[got] = '\0';
		int len = strstr(request, "/events") != NULL
				  ? snprintf(reply, sizeof(reply), "%s", stream)
				  : snprintf(reply, sizeof(reply),
					    "HTTP/1.1 200 OK\r\nApi-Version: "
					    "1.43\r\nContent-Length: %zu\r\n"
					    "Content-Type: application/json\r\n\r\n%s",
					    sizeof(version) - 1,
					    strstr(request, "HEAD ") ? "" : version);
		if (write(peer, reply, (size_t)len) != len)
			_exit(1);
	}
}

/* The process that plays it; `variable` gets its DOCKER_HOST. */
static pid_t start_engine(struct sockaddr_un *address, char variable[160])
{
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t engine;

	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	snprintf(address->sun_path, sizeof(address->sun_path), "/tmp/berth-engine-%d.sock",
		(int)getpid());
	unlink(address->sun_path);
	snprintf(variable, 160, "DOCKER_HOST=unix://%s", address->sun_path);
	assert_int_equal(bind(listener, (struct sockaddr *)address, sizeof(*address)), 0);
	assert_int_equal(listen(listener, 8), 0);
	engine = fork();
	assert_true(engine >= 0);
	if (engine == 0)
		play_engine(listener);
	close(listener);
	return engine;
}

static void assert_idle(unsigned long allowed)
{
	unsigned long before;

	term_wait_quiet(term, 300, TERM_WAIT_MS);
	before = term_voluntary_switches(term);
	assert_int_equal(term_watch(term, 2000), 0);
	assert_in_range(term_voluntary_switches(term) - before, 0, allowed);
}

static void idle_is_idle(void **state)
{
	struct sockaddr_un address;
	char host[160];
	pid_t engine = start_engine(&address, host);

	(void)state;
	open_console_in(ENVIRONMENT(host), 40, 120, "--no-mouse");
	wait_for("docker 24.0.7");
	assert_idle(0);
	kill(engine, SIGKILL);
	waitpid(engine, NULL, 0);
	unlink(address.sun_path);
	wait_for("no docker engine");
}

/* Containers of long ago: how long it is since then is no reason to say anything. */
static void idle_with_a_list(void **state)
{
	struct fake_engine *fake = fake_engine_start();
	static const char *const names[] = {"shop", "worker", "stopped"};
	char host[160];

	(void)state;
	for (int i = 0; i < 3; i++)
		fake_engine_container(fake, &(struct fake_container){.tag = names[i],
						    .name = names[i],
						    .deployment = names[i],
						    .deployed = names[i],
						    .running = i < 2});
	fake_engine_health(fake, "worker", "unhealthy", "no answer");
	snprintf(host, sizeof(host), "DOCKER_HOST=%s", fake_engine_host(fake));
	open_console_in(ENVIRONMENT(host), 40, 120, "--no-mouse");
	wait_for("stopped");
	wait_for("worker");
	term_send(term, "\0331");
	wait_for("▸Deployments");
	assert_idle(0);
	close_console(NULL);
	assert_int_equal(fake_engine_stop(fake), 0);
}

/* An engine that is not there is looked for after 1, 2, 4 ... 30 seconds. */
static void idle_without_an_engine(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(NOBODY), 40, 120, "--no-mouse");
	assert_start_screen();
	assert_idle(2);
}

static void idle_after_a_run(void **state)
{
	(void)state;
	open_console(40, 120, "--target", "demo", "--name", "web", SHORT_RUN);
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
	wait_for("✓ Rehearsal complete");
	assert_idle(2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		console_test(opens_at_80x24),
		console_test(opens_at_120x40),
		console_test(colours_are_roles),
		console_test(no_colour_when_told_so),
		console_test(the_option_beats_no_color),
		console_test(empty_no_color_means_nothing),
		console_test(ascii_where_the_locale_is_not_utf8),
		console_test(opens_on_a_vt100),
		console_test(an_unknown_terminal_is_said),
		console_test(says_how_much_room_it_needs),
		console_test(idle_is_idle),
		console_test(idle_with_a_list),
		console_test(idle_without_an_engine),
		console_test(idle_after_a_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

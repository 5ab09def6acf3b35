/* What is taken away: bytes for the clipboard as they arrive, and a pager that has the terminal. */
#include "support/console_term.h"

#include <curses.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "term/clipboard.h"
#include "term/screen.h"

#define DEMO "--target", "demo", "--name", "web"

static const char *self;

enum { FLOOD = 4 << 20 };

static void wait_key(void)
{
	struct screen_mouse mouse;
	uint32_t key;
	while (!screen_key(&key, &mouse))
		usleep(1000);
}

static int copy(const char *way)
{
	struct console_options options = {.color = "auto"};
	struct preferences preferences = {.theme = THEME_DEFAULT};
	struct clip clip = {0};
	struct theme theme;
	size_t len;
	setlocale(LC_ALL, "");
	if (screen_open(&options, &preferences, &theme, NULL) != 0)
		return 1;
	mvaddstr(0, 0, "before");
	refresh();
	clip_add(&clip, "one \033[31mred\033[m", 14, NULL);
	clip_add(&clip, "two", 3, NULL);
	char *bytes = clip_sequence(&clip, clipboard_way(way, getenv("TERM")), &len, NULL);
	clip_release(&clip);
	screen_send(bytes, len);
	while (!screen_sent())
		usleep(1000);
	mvaddstr(1, 0, "after");
	refresh();
	wait_key();
	screen_close();
	return 0;
}

/* More than a terminal that does not read takes. What it does next must not wait for that. */
static int flood(bool whole)
{
	struct console_options options = {.color = "auto"};
	struct preferences preferences = {.theme = THEME_DEFAULT};
	struct theme theme;
	char *bytes = malloc(FLOOD);
	if (bytes == NULL || screen_open(&options, &preferences, &theme, NULL) != 0)
		return 1;
	refresh();
	memset(bytes, 'A', FLOOD);
	memcpy(bytes, "\033]52;c;", 7);
	bytes[FLOOD - 1] = '\a';
	screen_send(bytes, FLOOD);
	if (screen_sent())
		return 2;
	if (mkdir("free", 0700) != 0)
		return 3;
	while (whole && !screen_sent())
		usleep(1000);
	screen_close();
	return 0;
}

static int be_the_program(const char *mode, const char *way)
{
	if (strcmp(mode, "copy") == 0)
		return copy(way);
	return flood(strcmp(mode, "flood") == 0);
}

static void run_self(const char *mode, const char *way)
{
	const char *const arguments[] = {self, mode, way, NULL};
	term = term_start(&(struct term_setup){.rows = 6, .columns = 30, .arguments = arguments});
}

static void the_clipboard_gets_exactly_this(void **state)
{
	static const struct {
		const char *way, *bytes;
	} rows[] = {
		/* "one red\ntwo" */
		{"auto", "\033]52;c;b25lIHJlZAp0d28=\a"},
		{"plain", "\033]52;c;b25lIHJlZAp0d28=\a"},
		{"tmux", "\033Ptmux;\033\033]52;c;b25lIHJlZAp0d28=\a\033\\"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t len;
		run_self("copy", rows[i].way);
		wait_for("after");
		const char *log = term_log(term, &len);
		const char *sequence = strstr(log, rows[i].bytes);
		assert_non_null(sequence);
		/* Whole, once, and between the two frames. */
		assert_null(strstr(sequence + strlen(rows[i].bytes), "]52;"));
		assert_true(strstr(log, "before") < sequence);
		assert_true(strstr(log, "after") > sequence);
		wait_for("before");
		term_send(term, "x");
		assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
		term_assert_restored(term);
		close_console(NULL);
	}
}

static void wait_for_folder(const char *name)
{
	char path[256];
	snprintf(path, sizeof path, "%s/%s", term_home(term), name);
	for (int i = 0; access(path, F_OK) != 0; i++) {
		assert_true(i < TERM_WAIT_MS);
		usleep(1000);
	}
}

static void a_terminal_that_does_not_read_is_not_waited_for(void **state)
{
	size_t len, letters = 0;
	(void)state;
	run_self("flood", "");
	/* Nobody reads yet. */
	wait_for_folder("free");
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 0);
	const char *log = term_log(term, &len);
	const char *start = strstr(log, "\033]52;c;");
	assert_non_null(start);
	for (start += 7; start[letters] == 'A'; letters++)
		continue;
	assert_int_equal(letters, FLOOD - 8);
	assert_int_equal(start[letters], '\a');
	term_assert_restored(term);
}

/* The screen is left in the middle of it: what follows is not taken for a part. */
static void a_cut_sequence_is_ended(void **state)
{
	size_t len;
	(void)state;
	run_self("cut", "");
	wait_for_folder("free");
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 0);
	const char *log = term_log(term, &len);
	const char *start = strstr(log, "\033]52;c;");
	assert_non_null(start);
	assert_null(strchr(start, '\a'));
	const char *cancel = strchr(start, '\030');
	assert_non_null(cancel);
	assert_true(strstr(start, "\033[?2004l") > cancel);
	term_assert_restored(term);
}

/* Says what it has and waits for a line. */
#define PAGER(script) "PAGER=/bin/sh -c '" script "' pager"
#define SHOWS         PAGER("head -n 1 \"$1\"; stty -a | grep -o \".icanon\"; echo THE PAGER; read line")

static bool is_screen(struct term *console, const void *context)
{
	char *screen = term_snapshot(console);
	bool same = strcmp(screen, context) == 0;
	free(screen);
	return same;
}

static void show_log(const char *until)
{
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
	wait_for(until);
	term_send(term, "\0334");
	wait_for("▸Log");
}

/* What an earlier one left may stand there still. */
static bool has_new_pager(struct term *console, const void *context)
{
	return term_log_has(console, "THE PAGER", *(const size_t *)context);
}

static size_t open_pager(void)
{
	size_t seen = term_bytes(term);
	term_send(term, "o");
	term_wait(term, has_new_pager, &seen, "THE PAGER", TERM_WAIT_MS);
	return seen;
}

static char *settled_screen(void)
{
	term_wait_quiet(term, 200, TERM_WAIT_MS);
	return term_snapshot(term);
}

static void a_pager_has_the_terminal_and_gives_it_back(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(SHOWS), 24, 80, DEMO, SHORT_RUN);
	show_log("✓ Rehearsal complete");
	char *before = settled_screen();
	for (int i = 0; i < 2; i++) {
		size_t seen = open_pager();
		/* A record of the file, the modes of a shell, and none of berth's screen. */
		assert_true(term_has(term, "Z info  engine validating Rehearsal: "));
		assert_true(term_has(term, " icanon"));
		assert_false(term_has(term, "▸Log"));
		term_assert_restored(term);
		/* What is typed is the pager's: these would be a deployment and the end. */
		term_send(term, "rq\n");
		term_wait(term, is_screen, before, "the screen of before", TERM_WAIT_MS);
		assert_true(term_log_has(term, "\033[?2004h", seen));
	}
	free(before);
	term_send(term, "?");
	wait_for("▸Help");
	term_send(term, "\033");
	wait_gone("▸Help");
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
}

/* Typed ahead, all in one read. */
static void what_follows_the_key_is_the_pagers(void **state)
{
	(void)state;
	open_console_in(
		ENVIRONMENT(PAGER("echo THE PAGER; read line; echo \"got <$line>\"; read line")),
		24, 80, DEMO, SHORT_RUN);
	show_log("✓ Rehearsal complete");
	term_send(term, "oqq\n");
	wait_for("got <qq>");
	term_send(term, "\n");
	wait_for("▸Log");
}

static void nothing_is_painted_while_it_is_lent(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(SHOWS), 24, 80, DEMO, LONG_RUN);
	show_log("(line 3)");
	open_pager();
	/* Lines arrive twenty times a second, and none of them here. */
	term_wait_quiet(term, 600, TERM_WAIT_MS);
	assert_true(term_has(term, "THE PAGER"));
	/* A window that changes meanwhile is the pager's, too. */
	term_resize(term, 40, 120);
	assert_int_equal(term_watch(term, 300), 0);
	term_send(term, "\n");
	wait_for("╭ Deployments");
	wait_for("1 running");
	/* The deployment went on. */
	wait_for("(line 30)");
}

static void an_interrupt_is_the_pagers(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(SHOWS), 24, 80, DEMO, LONG_RUN);
	show_log("(line 3)");
	open_pager();
	term_send(term, "\003");
	wait_for("'/bin/sh' ended with exit status 130.");
	wait_for("1 running");
	assert_false(term_has(term, "under way"));
	/* The same key with a core file, and after it the first is berth's again. */
	open_pager();
	term_send(term, "\034");
	wait_for("'/bin/sh' ended with exit status 131.");
	term_send(term, "\003");
	wait_for("1 deployment is under way");
}

static void a_suspended_pager_suspends_the_job(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(SHOWS), 24, 80, DEMO, SHORT_RUN);
	show_log("✓ Rehearsal complete");
	char *before = settled_screen();
	open_pager();
	term_send(term, "\032");
	term_wait_stop(term, TERM_WAIT_MS);
	assert_int_equal(kill(-term_pid(term), SIGCONT), 0);
	term_wait_quiet(term, 200, TERM_WAIT_MS);
	assert_true(term_has(term, "THE PAGER"));
	term_send(term, "\n");
	term_wait(term, is_screen, before, "the screen of before", TERM_WAIT_MS);
	free(before);
}

static void a_pager_that_is_not_there_is_said(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT("PAGER=no-such-pager -R"), 24, 80, DEMO, SHORT_RUN);
	show_log("✓ Rehearsal complete");
	size_t seen = term_bytes(term);
	term_send(term, "o");
	wait_for("there is no program 'no-such-pager'; PAGER names it");
	assert_false(term_log_has(term, "\033[?1049l", seen));
}

/* It is found, and can't be run all the same. */
static void a_pager_that_does_not_run_gives_the_screen_back(void **state)
{
	char path[64] = "/tmp/berth-pager-XXXXXX", variable[96];
	int fd = mkstemp(path);
	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, 0700), 0);
	assert_int_equal(write(fd, "#!/nonexistent\n", 15), 15);
	close(fd);
	snprintf(variable, sizeof variable, "PAGER=%s", path);
	open_console_in(ENVIRONMENT(variable), 24, 80, DEMO, SHORT_RUN);
	show_log("✓ Rehearsal complete");
	term_send(term, "o");
	wait_for("cannot run '/tmp/berth-pager-");
	wait_for("▸Log");
	unlink(path);
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
}

static void a_termination_ends_both(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(PAGER("trap \"echo; echo ENDED; exit 0\" TERM; echo THE PAGER; "
					  "while :; do read line; done")),
		24, 80, DEMO, SHORT_RUN);
	show_log("✓ Rehearsal complete");
	open_pager();
	term_kill(term, SIGTERM);
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 128 + SIGTERM);
	assert_true(term_log_has(term, "ENDED", 0));
	term_assert_restored(term);
}

static void a_hangup_ends_the_pager_only(void **state)
{
	(void)state;
	open_console_in(
		ENVIRONMENT(PAGER("trap \"echo HUNG UP; exit 0\" HUP; echo THE PAGER; read line; "
				  "read line")),
		24, 80, DEMO, LONG_RUN);
	show_log("(line 3)");
	size_t seen = open_pager();
	term_kill(term, SIGHUP);
	wait_for("HUNG UP");
	term_kill(term, SIGTERM);
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 128 + SIGTERM);
	assert_false(term_log_has(term, "\033[?1049h", seen));
}

static void a_pager_that_will_not_end_is_killed(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(PAGER("trap \"\" TERM; echo THE PAGER; while :; do read line; "
					  "done")),
		24, 80, DEMO, SHORT_RUN);
	show_log("✓ Rehearsal complete");
	open_pager();
	term_kill(term, SIGTERM);
	assert_int_equal(term_watch(term, 500), 0);
	term_kill(term, SIGTERM);
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 128 + SIGTERM);
	term_assert_restored(term);
}

static void less_stays_whatever_git_wants_of_it(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT("PAGER=less", "LESS=-FRX"), 40, 120, DEMO, SHORT_RUN);
	show_log("✓ Rehearsal complete");
	term_send(term, "o");
	wait_for("(END)");
	assert_false(term_has(term, "▸Log"));
	term_send(term, "q");
	wait_for("▸Log");
}

static void a_failure_is_copied_as_markdown(void **state)
{
	(void)state;
	open_console(24, 80, DEMO, "--env", "DEMO_SECONDS=0.3", "--env", "DEMO_FAIL=health_check");
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
	wait_for("never answered");
	size_t before = term_bytes(term);
	term_send(term, "y");
	wait_for("to the terminal's clipboard");
	/* "## web" */
	assert_true(term_log_has(term, "\033]52;c;IyMgd2Vi", before));
}

static void there_is_nothing_to_page_yet(void **state)
{
	(void)state;
	open_console_in(ENVIRONMENT(SHOWS), 24, 80, DEMO);
	wait_for("Tab next pane");
	term_send(term, "\0334o");
	wait_for("There is no log yet.");
}

int main(int argc, char **argv)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
	const struct CMUnitTest tests[] = {
		console_test(the_clipboard_gets_exactly_this),
		console_test(a_terminal_that_does_not_read_is_not_waited_for),
		console_test(a_cut_sequence_is_ended),
		console_test(a_pager_has_the_terminal_and_gives_it_back),
		console_test(what_follows_the_key_is_the_pagers),
		console_test(nothing_is_painted_while_it_is_lent),
		console_test(an_interrupt_is_the_pagers),
		console_test(a_suspended_pager_suspends_the_job),
		console_test(a_pager_that_is_not_there_is_said),
		console_test(a_pager_that_does_not_run_gives_the_screen_back),
		console_test(a_termination_ends_both),
		console_test(a_hangup_ends_the_pager_only),
		console_test(a_pager_that_will_not_end_is_killed),
		console_test(less_stays_whatever_git_wants_of_it),
		console_test(a_failure_is_copied_as_markdown),
		console_test(there_is_nothing_to_page_yet),
	};

	if (argc > 2)
		return be_the_program(argv[1], argv[2]);
	if (len <= 0)
		return 1;
	path[len] = '\0';
	self = path;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

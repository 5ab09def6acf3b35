#include "support/pty_term.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include "support/pty_term_private.h"
#include "support/term_environment.h"

enum { MAX_LOG = 64 << 20 };

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void become_program(const struct term_setup *setup, const char *home, char **environment)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	/* From the background, which it is in until this is done: SIGTTOU is ignored here. */
	tcsetpgrp(STDIN_FILENO, getpid());
	signal(SIGTTOU, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (chdir(setup->folder != NULL ? setup->folder : home) == 0)
		execve(setup->arguments[0], (char *const *)setup->arguments, environment);
	_exit(127);
}

/* Between the test and the program stands what a shell would be: the leader of the session, with
 * the program as a job of its own. Without one the kernel would not stop the program. It reports
 * the program's process id, then every stop and the end. */
static void become_leader(const struct term_setup *setup, const char *home, char **environment,
	int slave, int reports)
{
	int status;
	pid_t program;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	if (login_tty(slave) != 0)
		_exit(127);
	program = fork();
	if (program == 0)
		become_program(setup, home, environment);
	if (write(reports, &program, sizeof(program)) != sizeof(program))
		_exit(127);
	do {
		if (waitpid(program, &status, WUNTRACED) != program ||
			write(reports, &status, sizeof(status)) != sizeof(status))
			_exit(127);
	} while (WIFSTOPPED(status));
	_exit(0);
}

struct term *term_start(const struct term_setup *setup)
{
	struct term *term = calloc(1, sizeof(*term));
	struct winsize size = {
		.ws_row = (unsigned short)setup->rows, .ws_col = (unsigned short)setup->columns};
	struct environment environment;
	int slave, reports[2];

	assert_non_null(term);
	term->rows = setup->rows;
	term->columns = setup->columns;
	snprintf(term->home, sizeof(term->home), "/tmp/berth-term-XXXXXX");
	assert_non_null(mkdtemp(term->home));
	environment_make(&environment, term->home, setup->environment);
	assert_int_equal(openpty(&term->master, &slave, NULL, NULL, &size), 0);
	fcntl(term->master, F_SETFD, FD_CLOEXEC);
	assert_int_equal(tcgetattr(slave, &term->modes), 0);
	assert_int_equal(pipe2(reports, O_CLOEXEC), 0);
	term->leader = fork();
	assert_true(term->leader >= 0);
	if (term->leader == 0)
		become_leader(setup, term->home, environment.variables, slave, reports[1]);
	close(slave);
	close(reports[1]);
	environment_release(&environment);
	fcntl(term->master, F_SETFL, O_NONBLOCK);
	term->reports = reports[0];
	assert_int_equal(read(term->reports, &term->pid, sizeof(term->pid)), sizeof(term->pid));
	term_screen_open(term);
	return term;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

void term_stop(struct term *term)
{
	if (!term->exited)
		kill(term->pid, SIGKILL);
	waitpid(term->leader, NULL, 0);
	close(term->reports);
	close(term->master);
	term_screen_close(term);
	nftw(term->home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(term->log);
	free(term);
}

const char *term_home(const struct term *term)
{
	return term->home;
}

pid_t term_pid(const struct term *term)
{
	return term->pid;
}

static void keep(struct term *term, const char *bytes, size_t len)
{
	if (term->log_len + len + 1 > term->log_capacity) {
		term->log_capacity = 2 * (term->log_len + len + 1);
		assert_true(term->log_capacity <= MAX_LOG);
		term->log = realloc(term->log, term->log_capacity);
		assert_non_null(term->log);
	}
	memcpy(term->log + term->log_len, bytes, len);
	term->log_len += len;
	term->log[term->log_len] = '\0';
}

/* What is there now; false when nothing was. */
static bool take_in(struct term *term)
{
	char bytes[16384];
	ssize_t got = read(term->master, bytes, sizeof(bytes));

	if (got > 0) {
		keep(term, bytes, (size_t)got);
		term_screen_write(term, bytes, (size_t)got);
		return true;
	}
	if (got == 0 || (errno != EAGAIN && errno != EINTR))
		term->hung_up = true;
	return false;
}

static void wait_for_pty(struct term *term, short events, int64_t until)
{
	struct pollfd pty = {.fd = term->master, .events = events};
	int64_t left = until - now_ms();

	poll(&pty, 1, left > 0 ? (int)left : 0);
}

void term_send_bytes(struct term *term, const char *keys, size_t len)
{
	int64_t until = now_ms() + TERM_WAIT_MS;

	while (len > 0) {
		ssize_t sent = write(term->master, keys, len);

		if (sent > 0) {
			keys += sent;
			len -= (size_t)sent;
			continue;
		}
		if (errno != EAGAIN || now_ms() > until)
			fail_msg("the program takes no keys: %s", strerror(errno));
		wait_for_pty(term, POLLIN | POLLOUT, until);
		take_in(term);
	}
}

void term_send(struct term *term, const char *keys)
{
	term_send_bytes(term, keys, strlen(keys));
}

void term_resize(struct term *term, int rows, int columns)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

	term->rows = rows;
	term->columns = columns;
	vterm_set_size(term->emulator, rows, columns);
	assert_int_equal(ioctl(term->master, TIOCSWINSZ, &size), 0);
}

static void give_up(const struct term *term, const char *what, const char *why)
{
	char *screen = term_snapshot(term);

	fprintf(stderr, "%s: '%s' on this screen (%d x %d):\n%s", why, what, term->columns,
		term->rows, screen);
	free(screen);
	fail_msg("%s: '%s'", why, what);
}

void term_wait(struct term *term, term_condition_fn *holds, const void *context, const char *what,
	int deadline_ms)
{
	int64_t until = now_ms() + deadline_ms;

	while (take_in(term))
		continue;
	while (!holds(term, context)) {
		if (term->hung_up)
			give_up(term, what, "the program ended before this came true");
		if (now_ms() >= until)
			give_up(term, what, "did not come true in time");
		wait_for_pty(term, POLLIN, until);
		take_in(term);
	}
}

static bool has_text(struct term *term, const void *text)
{
	return term_has(term, text);
}

static bool has_no_text(struct term *term, const void *text)
{
	return !term_has(term, text);
}

void term_wait_text(struct term *term, const char *text, int deadline_ms)
{
	term_wait(term, has_text, text, text, deadline_ms);
}

void term_wait_gone(struct term *term, const char *text, int deadline_ms)
{
	term_wait(term, has_no_text, text, text, deadline_ms);
}

size_t term_watch(struct term *term, int milliseconds)
{
	int64_t until = now_ms() + milliseconds;
	size_t before = term->log_len;

	do {
		if (take_in(term))
			continue;
		if (term->hung_up)
			break;
		wait_for_pty(term, POLLIN, until);
	} while (now_ms() < until);
	return term->log_len - before;
}

void term_wait_quiet(struct term *term, int quiet_ms, int deadline_ms)
{
	int64_t until = now_ms() + deadline_ms;

	while (term_watch(term, quiet_ms) > 0) {
		if (now_ms() >= until)
			give_up(term, "", "the program goes on writing");
	}
}

const char *term_log(const struct term *term, size_t *len)
{
	*len = term->log_len;
	return term->log != NULL ? term->log : "";
}

size_t term_bytes(const struct term *term)
{
	return term->log_len;
}

bool term_log_has(const struct term *term, const char *bytes, size_t from)
{
	return from < term->log_len &&
	       memmem(term->log + from, term->log_len - from, bytes, strlen(bytes)) != NULL;
}

/* The newest of the two in everything received; true if neither ever came. */
static bool ended_with(const struct term *term, const char *off, const char *on)
{
	size_t last_off = 0, last_on = 0;

	for (size_t i = 0; i < term->log_len; i++) {
		if (strncmp(term->log + i, off, strlen(off)) == 0)
			last_off = i + 1;
		if (strncmp(term->log + i, on, strlen(on)) == 0)
			last_on = i + 1;
	}
	return last_on == 0 || last_off > last_on;
}

void term_assert_restored(struct term *term)
{
	static const struct {
		const char *what, *off, *on;
	} modes[] = {
		{"the alternate screen", "\033[?1049l", "\033[?1049h"},
		{"the cursor", "\033[?25h", "\033[?25l"},
		{"the keypad", "\033[?1l", "\033[?1h"},
		{"bracketed paste", "\033[?2004l", "\033[?2004h"},
		{"the mouse", "\033[?1000l", "\033[?1000h"},
		{"the mouse (SGR)", "\033[?1006;1000l", "\033[?1006;1000h"},
	};
	struct termios modes_now;

	while (take_in(term))
		continue;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (!ended_with(term, modes[i].off, modes[i].on))
			fail_msg("not put back: %s", modes[i].what);
	}
	assert_false(term->alternate);
	assert_false(term->filter.cursor_hidden);
	assert_int_equal(term->mouse, VTERM_PROP_MOUSE_NONE);
	assert_int_equal(tcgetattr(term->master, &modes_now), 0);
	assert_int_equal(modes_now.c_lflag, term->modes.c_lflag);
	assert_int_equal(modes_now.c_iflag, term->modes.c_iflag);
	assert_int_equal(modes_now.c_oflag, term->modes.c_oflag);
	assert_memory_equal(modes_now.c_cc, term->modes.c_cc, sizeof(modes_now.c_cc));
}

void term_kill(struct term *term, int signal_number)
{
	assert_false(term->exited);
	assert_int_equal(kill(term->pid, signal_number), 0);
}

static int next_report(struct term *term, const char *what, int deadline_ms)
{
	struct pollfd both[] = {
		{.fd = term->reports, .events = POLLIN}, {.fd = term->master, .events = POLLIN}};
	int64_t until = now_ms() + deadline_ms;
	int status;

	do {
		int64_t left = until - now_ms();

		if (left <= 0)
			give_up(term, what, "did not happen in time");
		if (term->hung_up)
			both[1].fd = -1;
		poll(both, 2, (int)left);
		if (!term->hung_up)
			take_in(term);
	} while (!(both[0].revents & POLLIN));
	assert_int_equal(read(term->reports, &status, sizeof(status)), sizeof(status));
	while (take_in(term))
		continue;
	return status;
}

int term_wait_exit(struct term *term, int deadline_ms)
{
	int status = next_report(term, "the end of the program", deadline_ms);

	assert_false(WIFSTOPPED(status));
	term->exited = true;
	return status;
}

void term_wait_stop(struct term *term, int deadline_ms)
{
	int status = next_report(term, "the stop of the program", deadline_ms);

	term->exited = !WIFSTOPPED(status);
	assert_true(WIFSTOPPED(status));
}

bool term_reports(struct term *term, int *status)
{
	struct pollfd reports = {.fd = term->reports, .events = POLLIN};

	if (term->exited || poll(&reports, 1, 0) != 1)
		return false;
	assert_int_equal(read(term->reports, status, sizeof(*status)), sizeof(*status));
	term->exited = !WIFSTOPPED(*status);
	while (take_in(term))
		continue;
	return true;
}

static unsigned long switches_of_thread(pid_t pid, const char *thread)
{
	char path[96], line[256];
	unsigned long count = 0;
	FILE *status;

	snprintf(path, sizeof(path), "/proc/%d/task/%.16s/status", (int)pid, thread);
	status = fopen(path, "r");
	if (status == NULL)
		return 0;
	while (fgets(line, sizeof(line), status) != NULL) {
		if (sscanf(line, "voluntary_ctxt_switches: %lu", &count) == 1)
			break;
	}
	fclose(status);
	return count;
}

unsigned long term_voluntary_switches(const struct term *term)
{
	char path[64];
	unsigned long count = 0;
	const struct dirent *entry;
	DIR *threads;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)term->pid);
	threads = opendir(path);
	assert_non_null(threads);
	while ((entry = readdir(threads)) != NULL) {
		if (entry->d_name[0] != '.')
			count += switches_of_thread(term->pid, entry->d_name);
	}
	closedir(threads);
	return count;
}

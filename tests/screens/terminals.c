/*
 * One session, from the start over a deployment to the end, on every kind of terminal: the text is
 * right, nothing is sent that its entry in terminfo does not have, and it gets the terminal back.
 */
#include "support/console_term.h"

#include <curses.h>
#include <stdio.h>
#include <sys/wait.h>
#include <term.h>

#define DEMO                                                                                       \
	"--target", "demo", "--name", "web", "--env", "DEMO_SECONDS=0.3", "--env", "DEMO_LINES=12"

enum { SHAPES_MAX = 128, SHAPE_MAX = 24 };

static const struct kind {
	const char *term;
	int colors; /* the most that may be used */
	bool utf8;  /* may be drawn with more than ASCII */
} kinds[] = {
	{"xterm-256color", 256, true},
	{"tmux-256color", 256, true},
	{"screen-256color", 256, true},
	{"xterm-16color", 16, true},
	{"tmux", 8, true},
	{"screen", 8, true},
	{"linux", 8, false},
	{"vt100", 0, true},
	{"xterm-mono", 0, true},
};

/* The sequences of a terminal, with '#' for their numbers; modes keep theirs. */
static struct {
	char list[SHAPES_MAX][SHAPE_MAX];
	size_t count;
} shapes;

/* One sequence from its ESC on; the end of it. */
static const char *shape_of(char shape[SHAPE_MAX], const char *at, const char *end)
{
	size_t len = 0;
	bool is_mode;

	shape[len++] = *at++;
	if (at < end && *at != '[') {
		bool two = strchr("()*+#", *at) != NULL;

		shape[len++] = *at++;
		if (two && at < end)
			shape[len++] = *at++;
		shape[len] = '\0';
		return at;
	}
	is_mode = at + 1 < end && at[1] == '?';
	for (bool final = false; at < end && !final && len < SHAPE_MAX - 2; at++) {
		bool number = !is_mode && ((*at >= '0' && *at <= '9') || *at == ';');

		if (!number)
			shape[len++] = *at;
		final = len > 2 && *at >= '@' && *at <= '~';
	}
	shape[len] = '\0';
	return at;
}

static bool has_shape(const char *shape)
{
	for (size_t i = 0; i < shapes.count; i++) {
		if (strcmp(shapes.list[i], shape) == 0)
			return true;
	}
	return false;
}

static void add_shapes(const char *sequences)
{
	const char *end = sequences + strlen(sequences);

	for (const char *at = sequences; (at = strchr(at, '\033')) != NULL;) {
		char shape[SHAPE_MAX];

		at = shape_of(shape, at, end);
		if (has_shape(shape))
			continue;
		assert_true(shapes.count < SHAPES_MAX);
		memcpy(shapes.list[shapes.count++], shape, SHAPE_MAX);
	}
}

/* With numbers that lead through both sides of its conditions. */
static void add_capability(const char *name)
{
	const char *value = tigetstr(name);
	const char *made;

	if (value == NULL || value == (char *)-1)
		return;
	for (int number = 0; number < 2; number++) {
		made = tparm(value, number, number, number, number, number, number, number, number,
			number);
		if (made != NULL)
			add_shapes(made);
	}
	add_shapes(value);
}

static void load_shapes(const char *type)
{
	static const char *const capabilities[] = {"cup", "home", "clear", "el", "el1", "ed", "cuf",
		"cub", "cuu", "cud", "cuf1", "cub1", "cuu1", "cud1", "hpa", "vpa", "csr", "ind",
		"indn", "ri", "rin", "il", "il1", "dl", "dl1", "ich", "ich1", "dch", "dch1", "ech",
		"rep", "smir", "rmir", "sgr", "sgr0", "setaf", "setab", "op", "bold", "dim", "smul",
		"rmul", "rev", "smso", "rmso", "sitm", "ritm", "blink", "smacs", "rmacs", "enacs",
		"smcup", "rmcup", "smkx", "rmkx", "civis", "cnorm", "cvvis", "smam", "rmam", "sc",
		"rc", "cbt", "ht"};
	int found;

	shapes.count = 0;
	assert_int_equal(setupterm(type, STDOUT_FILENO, &found), OK);
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
		add_capability(capabilities[i]);
	/* No entry has it; what can leave its screen is thought to know it. */
	if (tigetstr("rmcup") != NULL && tigetstr("rmcup") != (char *)-1)
		add_shapes("\033[?2004h\033[?2004l");
	del_curterm(cur_term);
}

static void assert_only_known_sequences(const char *type)
{
	size_t len;
	const char *log = term_log(term, &len);

	load_shapes(type);
	for (const char *at = log; (at = memchr(at, '\033', (size_t)(log + len - at))) != NULL;) {
		char shape[SHAPE_MAX];

		at = shape_of(shape, at, log + len);
		if (!has_shape(shape))
			fail_msg("'%s' does not know ESC%s", type, shape + 1);
	}
}

/* How many colours a terminal must have for a number of SGR. */
static int colors_for(long number, bool indexed)
{
	if (indexed)
		return 256;
	if ((number >= 90 && number <= 97) || (number >= 100 && number <= 107))
		return 16;
	return (number >= 30 && number <= 37) || (number >= 40 && number <= 47) ? 8 : 0;
}

static int colors_used(void)
{
	size_t len;
	const char *log = term_log(term, &len);
	int most = 0;

	for (const char *at = log; (at = strstr(at, "\033[")) != NULL; at += 2) {
		size_t parameters = strspn(at + 2, "0123456789;");

		if (at[2 + parameters] != 'm')
			continue;
		for (const char *number = at + 2; number < at + 2 + parameters;) {
			char *end;
			long value = strtol(number, &end, 10);
			int needed = colors_for(value, value == 38 || value == 48);

			most = needed > most ? needed : most;
			if (value == 38 || value == 48)
				break;
			number = end + 1;
		}
	}
	return most;
}

static bool has_only_ascii(void)
{
	size_t len;
	const char *log = term_log(term, &len);

	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)log[i] >= 0x80)
			return false;
	}
	return true;
}

static void deploy_and_leave(const struct kind *kind, const char *locale, const char *color)
{
	char term_variable[64], locale_variable[64];
	bool utf8 = kind->utf8 && strcmp(locale, "C") != 0;

	print_message("%s, locale %s, --color=%s\n", kind->term, locale, color);
	snprintf(term_variable, sizeof(term_variable), "TERM=%s", kind->term);
	snprintf(locale_variable, sizeof(locale_variable), "LC_ALL=%s", locale);
	open_console_in(ENVIRONMENT(term_variable, locale_variable), 24, 80, DEMO, "--no-mouse",
		"--color", color);
	wait_for(utf8 ? "▸Target     ‹ demo ›" : ">Target     < demo >");
	/* Ctrl-G, as some of them have no F5. */
	term_send(term, "\007");
	wait_for(utf8 ? "✓ Rehearsal complete" : "+ Rehearsal complete");
	term_send(term, "\0334");
	wait_for("Log");
	wait_for("(line 12)");
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	term_assert_restored(term);
	assert_int_equal(has_only_ascii(), !utf8);
}

static void every_terminal_gets_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		deploy_and_leave(&kinds[i], "C.UTF-8", "auto");
		assert_in_range(colors_used(), kinds[i].colors > 0, kinds[i].colors);
		assert_only_known_sequences(kinds[i].term);
		close_console(NULL);
	}
}

static void every_terminal_has_ascii(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		deploy_and_leave(&kinds[i], "C", "auto");
		assert_only_known_sequences(kinds[i].term);
		close_console(NULL);
	}
}

static void no_colour_where_none_is_wanted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		deploy_and_leave(&kinds[i], "C.UTF-8", "never");
		assert_int_equal(colors_used(), 0);
		close_console(NULL);
	}
}

/* Entries that can't place the cursor, and names without an entry. */
static void what_can_not_be_drawn_on_is_told(void **state)
{
	static const char *const types[] = {
		"TERM=hardcopy", "TERM=unknown", "TERM=no-such-terminal"};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		open_console_in(ENVIRONMENT(types[i]), 24, 80, "--no-mouse");
		assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 2);
		wait_for(types[i] + strlen("TERM="));
		wait_for("berth deploy");
		assert_false(term_has(term, "Sanitizer"));
		term_assert_restored(term);
		close_console(NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		console_test(every_terminal_gets_its_own),
		console_test(every_terminal_has_ascii),
		console_test(no_colour_where_none_is_wanted),
		console_test(what_can_not_be_drawn_on_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

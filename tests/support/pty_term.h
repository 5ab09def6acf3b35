/*
 * A program in a terminal: started in a real pty of a given size, its output fed to a terminal
 * emulator, its screen looked at cell by cell.
 *
 * The program gets an environment of its own: TERM=xterm-256color, LC_ALL=C.UTF-8, HOME and the XDG
 * folders in a new temporary folder, DOCKER_HOST pointing where nobody answers. It dies with the
 * test.
 *
 * Waiting never sleeps: it polls the pty until the condition holds, and fails the test with the
 * screen printed when the deadline passes or the program ends first.
 */
#ifndef SUPPORT_PTY_TERM_H
#define SUPPORT_PTY_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { TERM_WAIT_MS = 15 * 1000 };

/* What the keys of an xterm in application mode send. */
#define KEY_SEQ_UP          "\033OA"
#define KEY_SEQ_DOWN        "\033OB"
#define KEY_SEQ_RIGHT       "\033OC"
#define KEY_SEQ_LEFT        "\033OD"
#define KEY_SEQ_HOME        "\033OH"
#define KEY_SEQ_END         "\033OF"
#define KEY_SEQ_PAGE_UP     "\033[5~"
#define KEY_SEQ_PAGE_DOWN   "\033[6~"
#define KEY_SEQ_DELETE      "\033[3~"
#define KEY_SEQ_BACKTAB     "\033[Z"
#define KEY_SEQ_F1          "\033OP"
#define KEY_SEQ_F2          "\033OQ"
#define KEY_SEQ_F5          "\033[15~"
#define KEY_SEQ_PASTE(text) "\033[200~" text "\033[201~"

struct term;

struct term_setup {
	int rows, columns;
	const char *const *arguments; /* NULL-terminated, the program first */
	/* NULL-terminated, may be NULL: "NAME=VALUE" sets, "NAME" takes away. */
	const char *const *environment;
	const char *folder; /* working directory; NULL: the temporary home */
};

struct term *term_start(const struct term_setup *setup);
/* Kills the program if it still runs, and removes its home. */
void term_stop(struct term *term);
/* HOME of the program. */
const char *term_home(const struct term *term);
pid_t term_pid(const struct term *term);

void term_send(struct term *term, const char *keys);
void term_send_bytes(struct term *term, const char *keys, size_t len);
void term_resize(struct term *term, int rows, int columns);
/* Give the emulator a new size without telling the program: the next paint must stand on its own.
 */
void term_forget_screen(struct term *term);

/* Look until it is so. */
typedef bool term_condition_fn(struct term *term, const void *context);
void term_wait(struct term *term, term_condition_fn *holds, const void *context, const char *what,
	int deadline_ms);
void term_wait_text(struct term *term, const char *text, int deadline_ms);
void term_wait_gone(struct term *term, const char *text, int deadline_ms);
/* Nothing has come for so long. */
void term_wait_quiet(struct term *term, int quiet_ms, int deadline_ms);
/* Take in what comes until the time is over, and say how many bytes it was. */
size_t term_watch(struct term *term, int milliseconds);

enum { TERM_DEFAULT_COLOR = -1 };

struct term_cell {
	char text[32]; /* UTF-8 with combining marks; " " if empty, "" behind a wide character */
	int width;
	int foreground, background; /* index among 256, or TERM_DEFAULT_COLOR */
	bool bold, dim, italic, underline, reverse;
};

void term_size(const struct term *term, int *rows, int *columns);
struct term_cell term_cell(const struct term *term, int row, int column);
/* Without the blanks at its end; malloc'd. */
char *term_row_text(const struct term *term, int row);
/* All rows, each with a newline; malloc'd. */
char *term_snapshot(const struct term *term);
/* Where a text stands: the first row from `row` that has it. *column counts cells. */
bool term_find(const struct term *term, const char *text, int *row, int *column);
bool term_has(const struct term *term, const char *text);
/* False if it is hidden. */
bool term_cursor(const struct term *term, int *row, int *column);

/* Everything that was ever received. */
const char *term_log(const struct term *term, size_t *len);
size_t term_bytes(const struct term *term);
bool term_log_has(const struct term *term, const char *bytes, size_t from);
/* The terminal is as it was before the program came: modes of the line, screen, cursor, keypad,
 * paste, mouse. */
void term_assert_restored(struct term *term);

void term_kill(struct term *term, int signal_number);
/* As from waitpid(). */
int term_wait_exit(struct term *term, int deadline_ms);
void term_wait_stop(struct term *term, int deadline_ms);
/* Without waiting: has it ended or stopped since this was last asked? *status as from waitpid(). */
bool term_reports(struct term *term, int *status);
/* How often its threads went to sleep by themselves. */
unsigned long term_voluntary_switches(const struct term *term);

#endif

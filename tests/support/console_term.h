/* The console in a terminal, for tests of what a person sees. One at a time: `term`. */
#ifndef SUPPORT_CONSOLE_TERM_H
#define SUPPORT_CONSOLE_TERM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "support/pty_term.h"

#define ARGUMENTS_MAX 40

/* Options after `--target demo` of a rehearsal that is over in a moment, and of one that is not. */
#define SHORT_RUN "--env", "DEMO_SECONDS=0.3", "--env", "DEMO_LINES=12"
#define LONG_RUN  "--env", "DEMO_SECONDS=600", "--env", "DEMO_RATE=20", "--env", "DEMO_LINES=1000000"

static struct term *term;

static inline void open_console_with(
	int rows, int columns, const char *const *environment, const char *const *options)
{
	const char *arguments[ARGUMENTS_MAX] = {BERTH_PROGRAM};
	size_t count = 1;

	for (; *options != NULL; options++) {
		assert_true(count < ARGUMENTS_MAX - 1);
		arguments[count++] = *options;
	}
	term = term_start(&(struct term_setup){.rows = rows,
		.columns = columns,
		.arguments = arguments,
		.environment = environment});
}

/* open_console(rows, columns, option, ...) */
#define open_console(rows, columns, ...)                                                           \
	open_console_with(rows, columns, NULL, (const char *const[]){__VA_ARGS__, NULL})
/* open_console_in((environment, ...), rows, columns, option, ...) */
#define ENVIRONMENT(...) ((const char *const[]){__VA_ARGS__, NULL})
#define open_console_in(environment, rows, columns, ...)                                           \
	open_console_with(rows, columns, environment, (const char *const[]){__VA_ARGS__, NULL})

static inline int close_console(void **state)
{
	(void)state;
	if (term != NULL)
		term_stop(term);
	term = NULL;
	return 0;
}

#define console_test(name) cmocka_unit_test_teardown(name, close_console)

static inline void wait_for(const char *text)
{
	term_wait_text(term, text, TERM_WAIT_MS);
}

static inline void wait_gone(const char *text)
{
	term_wait_gone(term, text, TERM_WAIT_MS);
}

/* Where a text stands, once it is there. A frame comes in pieces: what is on the screen with the
 * first of them may not be all of it. */
static inline void place_of(const char *text, int *row, int *column)
{
	*row = 0;
	wait_for(text);
	assert_true(term_find(term, text, row, column));
}

static inline struct term_cell cell_of(const char *text)
{
	int row, column;

	place_of(text, &row, &column);
	return term_cell(term, row, column);
}

static inline int row_of(const char *text)
{
	int row, column;

	place_of(text, &row, &column);
	return row;
}

static inline int column_of(const char *text)
{
	int row, column;

	place_of(text, &row, &column);
	return column;
}

#endif

/*
 * The terminal is lent: a program of the person's (a pager, an editor, a shell) has it until it
 * ends, while the loop and with it every deployment goes on.
 *
 * Whoever lends leaves the screen first, paints nothing and reads no key meanwhile, and takes the
 * screen again when it is back. The program runs in our process group, so that the shell's job
 * control means both. What the terminal's keys signal reaches both: SIGINT and SIGQUIT are ignored
 * here meanwhile; with SIGTSTP whoever lends stops, too.
 */
#ifndef BERTH_TUI_LEND_H
#define BERTH_TUI_LEND_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

struct app;
struct uv_loop_s;

/* What is to be run. Zeroed is nothing. */
struct lend_order {
	char **argv;        /* NULL-terminated, malloc'd as its texts are; NULL: nothing */
	char **environment; /* the same; NULL: ours, but for what is withheld */
	/* It has ended: its exit status, or 128 + signal. NULL allowed. */
	void (*ended)(struct app *app, const char *program, int status);
};

void lend_order_release(struct lend_order *order);

/* A word list as a shell would take it, without variables and globs; the quotes are resolved. In
 * malloc'd memory with room for `more` further words. NULL: empty, too long, or no memory. */
char **lend_words(const char *text, size_t more, struct berth_error *err);
/* Is there such a program, in $PATH where the name has no slash? */
bool lend_finds(const char *program);
/* "NAME=..." of our environment whose value is a deployment's secret and no other program's. */
bool lend_withholds(const char *entry);

struct lend;

/* Run what was ordered on our standard input, output and error. NULL: it does not exist, or can't
 * be run; then `back` never fires. Else it fires once, from the loop, after this has returned. */
struct lend *lend_start(struct uv_loop_s *loop, const struct lend_order *order,
	void (*back)(void *context, int status), void *context, struct berth_error *err);
void lend_signal(struct lend *lend, int number);
/* Leave it running; `back` does not fire any more. */
void lend_abandon(struct lend *lend);

#endif

/*
 * What a person takes away of a log: copied to the terminal's clipboard, exported to a file, or
 * read in their own pager. What became of it is said in a notice.
 *
 * Knows no curses and no loop: what is to be sent to the terminal, or to be run on it, is left in
 * struct take for the console.
 */
#ifndef BERTH_TUI_TAKE_H
#define BERTH_TUI_TAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/export.h>

#include "term/clipboard.h"
#include "term/lend.h"

struct app;

struct take {
	enum clipboard_way clipboard;
	char *copy; /* to be sent; malloc'd, NULL: nothing */
	size_t copy_len;
	struct lend_order lend;      /* to be run on the terminal */
	struct berth_export *export; /* that is under way; one at a time */
	char *taken;                 /* path that the last export found taken; NULL: none */
	enum berth_export_form form; /* of that export */
	struct berth_log_pick pick;  /* the same; its context is the caller's still */
};

void take_init(struct take *take);
/* Nothing may be under way any more. */
void take_release(struct take *take);

/* Copy a text of one or several lines, or some of the log that is shown, joined by newlines; all of
 * them or none. */
void take_copy_text(struct app *app, const char *text, size_t len);
void take_copy(struct app *app, const struct berth_log_pick *pick);

/* Copy what the chosen run came to: where it answers, or why it failed, as Markdown. */
void take_copy_result(struct app *app);

/* The path to propose for an export of the log that is shown; malloc'd, NULL without memory. */
char *take_export_name(const struct app *app);
/* Export lines of the log that is shown. A file that is there is not replaced: then take.taken
 * names it, and take_export_again() replaces it. The pick is borrowed until the end, or until
 * cancelled. */
void take_export(struct app *app, const char *path, enum berth_export_form form,
	const struct berth_log_pick *pick);
void take_export_again(struct app *app);
void take_export_cancel(struct app *app);
/* True while one is under way. */
bool take_exporting(const struct app *app, unsigned *percent);

/* Show the file of the log in $PAGER. */
void take_pager(struct app *app);

#endif

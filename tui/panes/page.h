/* Something to read over the panes, a page at a time. */
#ifndef BERTH_TUI_PAGE_H
#define BERTH_TUI_PAGE_H

#include <stdbool.h>

#include "keys/keys.h"
#include "panes/layout.h"
#include "panes/lines.h"

struct app;

enum page_kind {
	PAGE_NONE,
	PAGE_EXPLAIN,    /* each value and where it comes from */
	PAGE_AS_COMMAND, /* the form as one */
	PAGE_PLAN,       /* what a protected target is to have done to it */
	PAGE_KINDS
};

struct page {
	enum page_kind kind;
	struct lines lines;
	size_t top;
};

void page_open(struct app *app, enum page_kind kind);
void page_close(struct app *app);
/* What it tells has changed. */
void page_renew(struct app *app);
bool page_act(struct app *app, enum action action);
/* Make its lines, unless they are there. */
void page_build(struct app *app, int columns);
const char *page_title(const struct app *app);
void page_update(struct app *app);

/* For whoever has lines of its own to show there. */
struct rect page_text_area(const struct app *app);
/* Moves *top; false if it is no action of reading. */
bool page_scroll(const struct app *app, const struct lines *lines, size_t *top, enum action action);
void page_paint(const struct app *app, const char *title, enum role border,
	const struct lines *lines, size_t top);

#endif

/* The cleaner of <berth/text.h> with a place to note styles: one machine for both ways to ask. */
#ifndef BASE_TEXT_CLEAN_H
#define BASE_TEXT_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/style.h>

/* Spans as they are made; the array is the caller's. */
struct span_list {
	struct berth_span *spans;
	size_t cap, count;
	struct berth_style now; /* what the next character gets */
	bool changed;           /* since the last one */
};

/* A character is about to be written at `at`. */
void span_list_mark(struct span_list *list, size_t at);
/* Everything from `at` on is gone. */
void span_list_cut(struct span_list *list, size_t at);

/* As berth_text_clean(); styles may be NULL. */
size_t text_clean(char *dst, size_t cap, const char *src, size_t len, unsigned flags,
	struct span_list *styles);

/* What shows nothing and takes no room, but makes text lie: it turns it round, breaks the line or
 * lets two texts look the same. Joiners and variation selectors are part of how letters look. */
bool text_is_hidden(uint32_t code_point);

#endif

/*
 * What goes from a program to libvterm 0.1, in terms that it knows: REP ("\033[9b") is written out,
 * and faint (SGR 2) becomes the tenth font (SGR 19), which libvterm keeps and nobody else uses.
 */
#ifndef SUPPORT_VT_FILTER_H
#define SUPPORT_VT_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#define VT_FILTER_DIM_FONT 9

struct vt_filter {
	char sequence[64]; /* what has come of an escape sequence */
	size_t sequence_len;
	char last[4]; /* the newest character, for REP */
	size_t last_len, last_need;
	bool cursor_hidden; /* libvterm saves and restores that with the screen, terminals do not */
	void (*put)(void *context, const char *bytes, size_t len);
	void *context;
};

void vt_filter_init(struct vt_filter *filter,
	void (*put)(void *context, const char *bytes, size_t len), void *context);
/* Split anywhere. */
void vt_filter_write(struct vt_filter *filter, const char *bytes, size_t len);

#endif

/* The terminal under curses: open, close, sleep, size, and keys as codes of keys.h. */
#ifndef BERTH_TUI_SCREEN_H
#define BERTH_TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "console_options.h"
#include "preferences.h"
#include "term/theme.h"

/* Take the terminal over. On failure it is as it was. */
int screen_open(const struct console_options *options, const struct preferences *preferences,
	struct theme *theme, struct berth_error *err);
/* Give it back. May be called twice, and without a screen_open() that worked. */
void screen_close(void);

/* The same for a while: suspend leaves the shell's screen, resume takes over again and has the next
 * frame written whole. */
void screen_suspend(void);
void screen_resume(void);

/* Send bytes that are no part of a frame (malloc'd, taken), as OSC 52 is. The only way for them:
 * what the terminal does not take at once is sent on by screen_sent(), which is false until all of
 * it has gone; no frame may be shown and nothing else sent before. */
void screen_send(char *bytes, size_t len);
bool screen_sent(void);
/* The window's title is ours now, and is given back wherever the terminal is. */
void screen_keep_title(void);
bool screen_keeps_title(void);
/* Take another theme, and the mouse or leave it; all must be painted anew. */
void screen_restyle(const struct preferences *preferences, struct theme *theme);

/* Have the next frame written whole. */
void screen_redraw(void);

/* Take over the terminal's size of now. */
void screen_measure(int *rows, int *columns);

/* Bytes that the terminal has not taken yet. */
bool screen_busy(void);

struct screen_mouse {
	int y, x;
	int wheel; /* -1 up, 1 down, 0: a click */
};

/* The next key that has arrived, without waiting; false when there is none. For K_MOUSE fills
 * *mouse. */
bool screen_key(uint32_t *key, struct screen_mouse *mouse);

/* Nothing can be read any more: the terminal is gone. */
bool screen_gone(void);

#endif

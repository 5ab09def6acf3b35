/*
 * Text for the clipboard of the terminal, by OSC 52.
 *
 * What is copied may be pasted where it is obeyed, so it holds nothing but what is seen: each line
 * has passed berth_text_clean(), lines are joined by a newline, there is none at the end, and no
 * other control, escape sequence or bidirectional mark is in it. A single line never holds one, so
 * that pasting it runs nothing; and nothing in it can end a bracketed paste.
 *
 * Nobody can know whether the terminal took it: many ignore the sequence, or ask. Nothing here may
 * be reported as "copied".
 *
 * Pure: no curses.
 */
#ifndef BERTH_TUI_CLIPBOARD_H
#define BERTH_TUI_CLIPBOARD_H

#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

/* Of base64. Terminals drop longer sequences, some in the middle; xterm was the first with a bound,
 * and this is the one that has become usual (k9s). */
#define CLIPBOARD_MAX 74994
/* Bytes of text. */
#define CLIPBOARD_TEXT_MAX (CLIPBOARD_MAX / 4 * 3)

enum clipboard_way {
	CLIPBOARD_PLAIN,
	CLIPBOARD_TMUX, /* in tmux's envelope, which hands it to the terminal around it */
	CLIPBOARD_OFF,  /* it is not wanted */
	CLIPBOARD_NONE, /* the type of terminal has no such thing */
};

/* The way for a word of the configuration. NULL and "auto" are plain everywhere but in a type of
 * terminal that would print the sequence: a tmux with 'set-clipboard on' takes it plain, and drops
 * the envelope unless 'allow-passthrough' is on. */
enum clipboard_way clipboard_way(const char *word, const char *term);

/* Text that is being put together. Zeroed is empty. */
struct clip {
	char *text; /* malloc'd */
	size_t len;
	uint64_t lines;
};

/* Add one line, cleaned. 0, or -1 with LIMIT when it would be longer than CLIPBOARD_TEXT_MAX, or
 * MEMORY. */
int clip_add(struct clip *clip, const char *text, size_t len, struct berth_error *err);
void clip_release(struct clip *clip);

/* What to send, PLAIN or TMUX; malloc'd, *len bytes. NULL without memory. */
char *clip_sequence(
	const struct clip *clip, enum clipboard_way way, size_t *len, struct berth_error *err);

#endif

/*
 * What the terminal shows or sounds outside of its screen: the window's title while a deployment
 * runs, and a bell or a notification of its own when one ends. All of it is off unless "notify" in
 * the configuration asks for it.
 *
 * Nothing of a server is in it but names, cleaned; a control character ends a sequence.
 *
 * Pure: no curses. Who sends it does so between two frames.
 */
#ifndef BERTH_TUI_ANNOUNCE_H
#define BERTH_TUI_ANNOUNCE_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/event.h>
#include <berth/screen_config.h>

#include "term/clipboard.h"

#define ANNOUNCE_TEXT_MAX 120

/* Which sequence a terminal takes for a notification. */
enum announce_by { ANNOUNCE_OSC_9, ANNOUNCE_OSC_777, ANNOUNCE_NOTHING };

struct announce {
	struct berth_notify wanted;
	enum announce_by by;
	bool envelope; /* tmux hands a notification on in it */
	char title[ANNOUNCE_TEXT_MAX + 4], news[ANNOUNCE_TEXT_MAX + 4];
	bool title_due, news_due;
};

/* The terminal is known by TERM, and by what wraps it: the configuration's "clipboard": "tmux" says
 * that envelopes pass. What it has no sequence for is not wanted. */
void announce_init(struct announce *announce, const struct berth_notify *wanted, const char *term,
	enum clipboard_way way);

/* An event of the deployment of that name. */
void announce_event(struct announce *announce, const char *name, const struct berth_event *event);
/* The title was taken back meanwhile and is due again. */
void announce_again(struct announce *announce);

/* What is to be sent now, malloc'd; NULL: nothing. `titled`: the terminal keeps the title it had
 * already; true afterwards if it does now. */
char *announce_take(struct announce *announce, bool *titled, size_t *len);

/* Gives the window the title back that it had. */
#define ANNOUNCE_TITLE_BACK "\033[23;2t"

#endif

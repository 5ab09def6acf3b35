#include "term/announce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

/* Beginnings of TERM. Those have the stack of titles (XTWINOPS 22 and 23); elsewhere a title could
 * not be given back. */
static const char *const with_titles[] = {"xterm", "tmux", "alacritty", "foot", "kitty", "wezterm",
	"vte", "gnome", "contour", "ghostty", NULL};
static const char *const with_777[] = {"rxvt", "foot", "vte", "gnome", NULL};
/* They have no strings of this kind and would print them. */
static const char *const without[] = {
	"dumb", "linux", "vt1", "vt2", "vt3", "vt4", "vt5", "ansi", "cons25", "unknown", NULL};

static bool begins_with_one(const char *term, const char *const *beginnings)
{
	for (; *beginnings != NULL; beginnings++) {
		if (strncmp(term, *beginnings, strlen(*beginnings)) == 0)
			return true;
	}
	return false;
}

void announce_init(struct announce *announce, const struct berth_notify *wanted, const char *term,
	enum clipboard_way way)
{
	bool none = term == NULL || begins_with_one(term, without);
	*announce = (struct announce){.wanted = *wanted, .envelope = way == CLIPBOARD_TMUX};
	announce->by = none                              ? ANNOUNCE_NOTHING
		       : begins_with_one(term, with_777) ? ANNOUNCE_OSC_777
							 : ANNOUNCE_OSC_9;
	if (none || !begins_with_one(term, with_titles))
		announce->wanted.title = false;
	if (announce->by == ANNOUNCE_NOTHING)
		announce->wanted.terminal = false;
}

/* A ';' would begin another field of the sequence. */
static void put_text(char dst[ANNOUNCE_TEXT_MAX + 4], const char *name, const char *state)
{
	char text[2 * ANNOUNCE_TEXT_MAX];
	int len = snprintf(text, sizeof text, "%.*s: %s", ANNOUNCE_TEXT_MAX - 40, name, state);
	if (len < 0)
		len = 0;
	if ((size_t)len >= sizeof text)
		len = sizeof text - 1;
	size_t end = berth_text_clean(dst, ANNOUNCE_TEXT_MAX, text, (size_t)len, BERTH_CLEAN_LINE);
	dst[end] = '\0';
	for (char *c = dst; *c != '\0'; c++) {
		if (*c == ';')
			*c = ',';
	}
}

void announce_event(struct announce *announce, const char *name, const struct berth_event *event)
{
	bool ends = event->type == BERTH_EVENT_RESULT;
	const char *state = event->stage;
	if (ends)
		state = berth_outcome_name(
			event->result != NULL ? event->result->outcome : BERTH_UNKNOWN);
	else if (event->type != BERTH_EVENT_STATUS)
		return;
	if (announce->wanted.title && state != NULL) {
		put_text(announce->title, name, state);
		announce->title_due = true;
	}
	if (ends && (announce->wanted.bell || announce->wanted.terminal)) {
		put_text(announce->news, name, state);
		announce->news_due = true;
	}
}

void announce_again(struct announce *announce)
{
	announce->title_due = announce->title[0] != '\0';
}

static int put_news(const struct announce *announce, char *dst, size_t cap)
{
	const char *open = announce->envelope ? "\033Ptmux;\033" : "";
	const char *close = announce->envelope ? "\033\\" : "";
	const char *bell = announce->wanted.bell ? "\a" : "";
	if (!announce->wanted.terminal)
		return snprintf(dst, cap, "%s", bell);
	return snprintf(dst, cap, "%s%s\033]%s%s\a%s", bell, open,
		announce->by == ANNOUNCE_OSC_777 ? "777;notify;berth;" : "9;", announce->news,
		close);
}

char *announce_take(struct announce *announce, bool *titled, size_t *len)
{
	enum { ROOM = 3 * ANNOUNCE_TEXT_MAX };
	if (!announce->title_due && !announce->news_due)
		return NULL;
	char *bytes = malloc(ROOM);
	int at = 0;
	if (bytes == NULL)
		return NULL;
	if (announce->title_due) {
		at = snprintf(bytes, ROOM, "%s\033]2;%s - berth\a", *titled ? "" : "\033[22;2t",
			announce->title);
		*titled = true;
	}
	if (announce->news_due)
		at += put_news(announce, bytes + at, ROOM - (size_t)at);
	announce->title_due = announce->news_due = false;
	*len = (size_t)at;
	return bytes;
}

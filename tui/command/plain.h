/*
 * Events as lines for people, pipes and logs of CI: stages, log lines, progress now and then, and
 * at the end a card or what is known of the failure. No escape sequence ever leaves here, whatever
 * an event holds.
 */
#ifndef BERTH_TUI_PLAIN_H
#define BERTH_TUI_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/event.h>

struct output;

struct plain {
	struct output *output;
	unsigned clean;      /* flags for berth_text_clean() */
	int64_t every_ms;    /* between two lines of progress of one stage, at least */
	bool steps;          /* of a pull also every tenth, sooner than that */
	int64_t progress_ms; /* time of the event that was last shown as progress */
	int progress;        /* shown last */
	char said[256];      /* the newest status message, if it fits */
	size_t said_len;
};

/* utf8: does the reader's locale hold it? */
void plain_init(struct plain *plain, struct output *output, bool utf8);
/* Add text of any origin, made safe for one line. These return false without memory. */
bool plain_add(struct plain *plain, const char *text, size_t len);
/* The same with text before it, which is ours, and a newline after it. */
bool plain_line(struct plain *plain, const char *before, const char *text);
bool plain_event(struct plain *plain, const struct berth_event *event);

#endif

/*
 * Events as lines for people, pipes and logs of CI: stages, log lines, progress now and then, and
 * at the end a card or what is known of the failure. No escape sequence ever leaves here, whatever
 * an event holds.
 */
#ifndef BERTH_TUI_PLAIN_H
#define BERTH_TUI_PLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include <berth/event.h>

struct output;

struct plain {
	struct output *output;
	unsigned clean;      /* flags for berth_text_clean() */
	int64_t progress_ms; /* time of the event that was last shown as progress */
	int progress;        /* shown last */
	char said[256];      /* the newest status message, if it fits */
	size_t said_len;
};

/* utf8: does the reader's locale hold it? */
void plain_init(struct plain *plain, struct output *output, bool utf8);
/* False without memory. */
bool plain_event(struct plain *plain, const struct berth_event *event);

#endif

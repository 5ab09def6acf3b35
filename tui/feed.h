/*
 * The engine of a front end that keeps its state in struct app: made with the logs kept, its events
 * folded into the state in turns, and the logs looked through for what is searched and filtered.
 */
#ifndef BERTH_TUI_FEED_H
#define BERTH_TUI_FEED_H

#include <uv.h>

#include "app.h"

/* An event that was folded in. False: no more for now, until feed_wake(). */
typedef bool feed_heard_fn(void *context, const struct berth_event *event);

struct feed {
	struct app *app; /* borrowed; must live until the loop has run out */
	struct berth_engine *engine;
	uv_idle_t drain; /* active while the engine may have events */
	feed_heard_fn *heard;
	void *context;
};

/* Make the engine and give it to the app. `heard` may be NULL. -1 leaves nothing to be closed but
 * what feed_close() closes. */
int feed_open(struct feed *feed, uv_loop_t *loop, struct app *app, feed_heard_fn *heard,
	void *context, struct berth_error *err);
/* The app has no engine any more; handles are closed by the loop. Of one that is all zero nothing
 * is done. */
void feed_close(struct feed *feed);

/* There may be events again for who wanted no more. */
void feed_wake(struct feed *feed);
/* Everything that has come was taken. */
bool feed_is_dry(const struct feed *feed);

/* Is there something to look through for a filter, a search or an export? */
bool feed_looks(const struct app *app);
/* Look through as much as fits between two keys. True while there is more. */
bool feed_look(struct app *app);

#endif

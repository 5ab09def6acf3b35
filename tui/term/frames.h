/*
 * When the screen is painted: when something is stale, not too often, and never while the terminal
 * still has the frame before to show.
 */
#ifndef BERTH_TUI_FRAMES_H
#define BERTH_TUI_FRAMES_H

#include <stdbool.h>
#include <uv.h>

#include "app.h"
#include "term/pace.h"

struct frames {
	uv_timer_t timer; /* the one timer of the console; closed by who has the loop */
	struct app *app;  /* borrowed; must live until the timer is closed */
	struct pace pace;
	unsigned busy_ms; /* pause before the terminal is looked at again */
	bool urgent;      /* a key waits to be answered */
	bool hidden;      /* the terminal is another's, or no more: nothing is painted */
};

void frames_init(struct frames *frames, uv_loop_t *loop, struct app *app);

/* Paint one now. */
void frames_paint(struct frames *frames);

/* A key waits to be answered. */
void frames_hurry(struct frames *frames);

/* To be called before every wait of the loop: is a frame needed, and when? */
void frames_plan(struct frames *frames);

#endif

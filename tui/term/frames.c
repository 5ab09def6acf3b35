#include "term/frames.h"

#include <time.h>

#include "panes/pane.h"
#include "term/screen.h"

enum {
	SPIN_MS = 125,
	BUSY_MS = 2, /* first pause for a terminal that is behind; doubles up to BUSY_MAX_MS */
	BUSY_MAX_MS = 256,
};

static int64_t wall_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint64_t now_of(const struct frames *frames)
{
	return uv_now(frames->timer.loop);
}

static void tick(struct frames *frames)
{
	app_tick(frames->app, wall_clock(), (unsigned)(now_of(frames) / SPIN_MS));
}

void frames_init(struct frames *frames, uv_loop_t *loop, struct app *app)
{
	*frames = (struct frames){.app = app, .busy_ms = BUSY_MS};
	uv_timer_init(loop, &frames->timer);
	frames->timer.data = frames;
}

void frames_paint(struct frames *frames)
{
	struct app *app = frames->app;
	tick(frames);
	if (app->restyle)
		screen_restyle(&app->preferences, &app->theme);
	app->restyle = false;
	if (app->redraw)
		screen_redraw();
	pane_update(app);
	frames->urgent = false;
	pace_mark(&frames->pace, now_of(frames));
}

static void on_frame(uv_timer_t *handle)
{
	struct frames *frames = handle->data;
	if (frames->hidden)
		return;
	bool sent = screen_sent();
	tick(frames);
	if (sent && !app_is_stale(frames->app))
		return;
	if (!sent || screen_busy()) {
		uv_timer_start(handle, on_frame, frames->busy_ms, 0);
		if (frames->busy_ms < BUSY_MAX_MS)
			frames->busy_ms *= 2;
		return;
	}
	frames->busy_ms = BUSY_MS;
	/* The timer may have been set for a spinner, with a frame too recent to have another. */
	if (pace_delay(&frames->pace, now_of(frames), frames->urgent) == 0)
		frames_paint(frames);
}

static void plan(struct frames *frames, uint64_t delay)
{
	if (uv_is_active((uv_handle_t *)&frames->timer) &&
		uv_timer_get_due_in(&frames->timer) <= delay)
		return;
	uv_timer_start(&frames->timer, on_frame, delay, 0);
}

void frames_hurry(struct frames *frames)
{
	frames->urgent = true;
	/* The pause for a terminal that was behind may be long, and the terminal long since ready.
	 */
	if (frames->busy_ms > BUSY_MS && uv_is_active((uv_handle_t *)&frames->timer)) {
		frames->busy_ms = BUSY_MS;
		uv_timer_start(&frames->timer, on_frame, 0, 0);
	}
}

void frames_plan(struct frames *frames)
{
	uint64_t now = now_of(frames);
	if (frames->busy_ms > BUSY_MS && uv_is_active((uv_handle_t *)&frames->timer))
		return;
	if (!screen_sent())
		plan(frames, frames->busy_ms);
	else if (app_is_stale(frames->app))
		plan(frames, pace_delay(&frames->pace, now, frames->urgent));
	else if (app_moves(frames->app))
		plan(frames, SPIN_MS - now % SPIN_MS);
}

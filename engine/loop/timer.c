#include "loop/timer.h"

#include <stdlib.h>
#include <time.h>

#include <uv.h>

struct timer {
	uv_timer_t handle;
	void (*fired)(void *context);
	void *context;
};

struct timer *timer_new(
	uv_loop_t *loop, void (*fired)(void *context), void *context, struct berth_error *err)
{
	struct timer *timer = calloc(1, sizeof(*timer));

	if (!timer) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	uv_timer_init(loop, &timer->handle);
	timer->handle.data = timer;
	timer->fired = fired;
	timer->context = context;
	return timer;
}

static void on_fired(uv_timer_t *handle)
{
	struct timer *timer = handle->data;

	timer->fired(timer->context);
}

void timer_start(struct timer *timer, uint64_t milliseconds)
{
	/* The loop's clock stands still during a turn; after a long one a timer would be early. */
	uv_update_time(timer->handle.loop);
	uv_timer_start(&timer->handle, on_fired, milliseconds, 0);
}

void timer_stop(struct timer *timer)
{
	uv_timer_stop(&timer->handle);
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void timer_close(struct timer *timer)
{
	if (timer)
		uv_close((uv_handle_t *)&timer->handle, on_closed);
}

static int64_t clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_unix_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t clock_turn_ms(uv_loop_t *loop)
{
	return (int64_t)uv_now(loop);
}

int64_t clock_mono_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

/*
 * One-shot timers on the loop. A timer that is not running costs nothing.
 */
#ifndef LOOP_TIMER_H
#define LOOP_TIMER_H

#include <stdint.h>

#include <berth/error.h>

struct uv_loop_s;
struct timer;

struct timer *timer_new(struct uv_loop_s *loop, void (*fired)(void *context), void *context,
	struct berth_error *err);
void timer_start(struct timer *timer, uint64_t milliseconds); /* replaces an earlier time */
void timer_stop(struct timer *timer);
void timer_close(struct timer *timer); /* NULL is allowed; `fired` is not called any more; memory
					  goes in the close callback */

/* Milliseconds since the epoch, and a monotonic clock in milliseconds. */
int64_t clock_unix_ms(void);
int64_t clock_mono_ms(void);
/* The monotonic clock as it stood when the loop's turn began: nearly free. */
int64_t clock_turn_ms(struct uv_loop_s *loop);

#endif

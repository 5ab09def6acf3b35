/*
 * Turning a libuv loop in a test: until something holds, with a deadline, and never with a sleep
 * that hopes. The condition may also depend on other threads; it is looked at every 2 ms.
 */
#ifndef SUPPORT_LOOP_WAIT_H
#define SUPPORT_LOOP_WAIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <uv.h>

enum { LOOP_WAIT_MS = 20 * 1000 };

static inline void loop_turn(uv_loop_t *loop)
{
	struct pollfd backend = {.fd = uv_backend_fd(loop), .events = POLLIN};
	int timeout;

	uv_run(loop, UV_RUN_NOWAIT);
	timeout = uv_backend_timeout(loop);
	poll(&backend, 1, timeout < 0 || timeout > 2 ? 2 : timeout);
}

#define LOOP_UNTIL_MS(loop, milliseconds, condition)                                               \
	do {                                                                                       \
		uint64_t deadline_ = uv_hrtime() + (uint64_t)(milliseconds)*1000000;               \
		while (!(condition)) {                                                             \
			if (uv_hrtime() > deadline_)                                               \
				fail_msg("not within %d ms: %s", (int)(milliseconds), #condition); \
			loop_turn(loop);                                                           \
		}                                                                                  \
	} while (0)

#define LOOP_UNTIL(loop, condition) LOOP_UNTIL_MS(loop, LOOP_WAIT_MS, condition)

/* Everything has been closed and nothing runs any more, or the test fails. */
#define LOOP_CLOSE(loop)                                                                           \
	do {                                                                                       \
		LOOP_UNTIL(loop, !uv_loop_alive(loop));                                            \
		assert_int_equal(uv_loop_close(loop), 0);                                          \
	} while (0)

#endif

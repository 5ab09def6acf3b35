/*
 * One child process with an argument vector (never a shell string): bytes in, bytes out, exit
 * status. Used for credential helpers. `done` fires exactly once, after start has returned. A child
 * still running at the time limit gets SIGKILL.
 */
#ifndef LOOP_CHILD_H
#define LOOP_CHILD_H

#include <stddef.h>

#include <berth/error.h>

struct uv_loop_s;
struct child;

struct child_reply {
	int exit_status;    /* 128 + signal when killed by one */
	const char *output; /* standard output, at most 64 KiB, NUL-terminated, wiped after done */
	size_t output_len;
	struct berth_error error; /* TIMEOUT, CANCELLED, LIMIT or OK */
};

typedef void child_done_fn(void *context, const struct child_reply *reply);

struct child *child_start(struct uv_loop_s *loop, const char *const *argv, const char *input,
	size_t input_len, int timeout_ms, child_done_fn *done, void *context,
	struct berth_error *err);
void child_cancel(struct child *child);

#endif

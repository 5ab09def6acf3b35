/*
 * Work that would block (walking a folder, reading files, looking through /proc) on libuv's worker
 * threads. `run` is called on a worker and may touch nothing but its context; `done` is called on
 * the loop exactly once, after start has returned, also when cancelled before it began. `run`
 * should look at *cancelled now and then.
 */
#ifndef LOOP_WORK_H
#define LOOP_WORK_H

#include <stdatomic.h>
#include <stdbool.h>

#include <berth/error.h>

struct uv_loop_s;
struct work;

typedef void work_run_fn(void *context, const atomic_bool *cancelled);
typedef void work_done_fn(void *context, bool cancelled);

struct work *work_start(struct uv_loop_s *loop, work_run_fn *run, work_done_fn *done, void *context,
	struct berth_error *err);
void work_cancel(struct work *work); /* done still fires; work is freed after it */

#endif

/*
 * One operation on the engine: what image.h and container.h start. Contract as in loop/xfer.h: if
 * starting fails the callback never fires; otherwise it fires exactly once, after the start has
 * returned, also when cancelled, and the operation is freed after it. Results are borrowed for the
 * callback. An operation may take several exchanges.
 */
#ifndef DOCKER_OP_H
#define DOCKER_OP_H

#include <berth/error.h>

struct docker_op;

typedef void docker_op_done_fn(void *context, const struct berth_error *err); /* NULL: success */

void docker_op_cancel(struct docker_op *op); /* calling it twice is harmless */

#endif

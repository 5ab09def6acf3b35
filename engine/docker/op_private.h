/* What the operations are made of. */
#ifndef DOCKER_OP_PRIVATE_H
#define DOCKER_OP_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "docker/client.h"
#include "docker/op.h"

/* First member of every operation's own struct. */
struct docker_op {
	struct docker *docker;
	struct docker_call *call; /* NULL between two exchanges */
	bool cancelled;
};

#define cleanup_buf __attribute__((cleanup(buf_release)))

/* Zeroed memory of `size` bytes that begins with the operation; given back with free(). */
void *op_new(struct docker *docker, size_t size, struct berth_error *err);

/* The next exchange; `done` of the request must begin with op_ended(). -1 also when cancelled. */
int op_call(struct docker_op *op, const struct docker_request *request, struct berth_error *err);
/* NULL for success, else the error of the reply. */
const struct berth_error *op_ended(struct docker_op *op, const struct docker_reply *reply);

/* "PREFIX" NAME "SUFFIX" with the name percent-encoded; suffix may be NULL. */
int op_path(struct buf *path, const char *prefix, const char *name, const char *suffix,
	struct berth_error *err);

/* True if the version agreed on is at least this one. */
bool op_speaks(const struct docker *docker, const char *version);

/* The answer had to be something else. */
int op_surprise(struct berth_error *err, const char *what);

/* An operation of one exchange without a result. */
struct docker_op *op_simple(struct docker *docker, const struct docker_request *request,
	docker_op_done_fn *done, void *context, struct berth_error *err);

#endif

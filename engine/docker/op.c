#include "docker/op.h"

#include <stdlib.h>

#include <jansson.h>

#include "docker/api_version.h"
#include "docker/op_private.h"

struct simple {
	struct docker_op op;
	docker_op_done_fn *done;
	void *context;
};

void *op_new(struct docker *docker, size_t size, struct berth_error *err)
{
	struct docker_op *op = calloc(1, size);

	if (!op) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	op->docker = docker;
	return op;
}

int op_call(struct docker_op *op, const struct docker_request *request, struct berth_error *err)
{
	if (op->cancelled) {
		json_decref(request->json);
		return berth_error_set(err, BERTH_E_CANCELLED, 0, "cancelled");
	}
	op->call = docker_call(op->docker, request, err);
	return op->call ? 0 : -1;
}

const struct berth_error *op_ended(struct docker_op *op, const struct docker_reply *reply)
{
	op->call = NULL;
	return reply->error.code == BERTH_E_OK ? NULL : &reply->error;
}

void docker_op_cancel(struct docker_op *op)
{
	op->cancelled = true;
	if (op->call)
		docker_cancel(op->call);
}

int op_path(struct buf *path, const char *prefix, const char *name, const char *suffix,
	struct berth_error *err)
{
	if (buf_adds(path, prefix, err) < 0 || docker_escape(path, name, err) < 0)
		return -1;
	return suffix ? buf_adds(path, suffix, err) : 0;
}

bool op_speaks(const struct docker *docker, const char *version)
{
	return api_version_compare(docker_info(docker)->api, version) >= 0;
}

int op_surprise(struct berth_error *err, const char *what)
{
	return berth_error_set(err, BERTH_E_PROTOCOL, 0, "the engine's answer holds no %s", what);
}

static void simple_done(void *context, const struct docker_reply *reply)
{
	struct simple *simple = context;

	simple->done(simple->context, op_ended(&simple->op, reply));
	free(simple);
}

struct docker_op *op_simple(struct docker *docker, const struct docker_request *request,
	docker_op_done_fn *done, void *context, struct berth_error *err)
{
	struct simple *simple = op_new(docker, sizeof(*simple), err);
	struct docker_request ours = *request;

	if (!simple) {
		json_decref(request->json);
		return NULL;
	}
	simple->done = done;
	simple->context = context;
	ours.done = simple_done;
	ours.context = simple;
	if (op_call(&simple->op, &ours, err) < 0) {
		free(simple);
		return NULL;
	}
	return &simple->op;
}

#include "docker/image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "docker/failure.h"
#include "docker/image_info.h"
#include "docker/op_private.h"

#define PATH_MAX_LEN 4096

struct pull {
	struct docker_op op;
	void (*on_progress)(void *context, const struct json_t *value);
	docker_op_done_fn *done;
	void *context;
};

struct removal {
	struct docker_op op;
	docker_op_done_fn *done;
	void *context;
};

struct inspect {
	struct docker_op op;
	struct reference reference;
	image_info_fn *done;
	void *context;
};

bool image_pull_retryable(const struct berth_error *err)
{
	return err->code == BERTH_E_BROKEN ||
	       (err->number >= 502 && err->number <= 504 && err->code != BERTH_E_DENIED);
}

static int pull_value(void *context, const struct json_t *value, struct berth_error *err)
{
	struct pull *pull = context;

	(void)err;
	if (pull->on_progress)
		pull->on_progress(pull->context, value);
	return 0;
}

static void pull_done(void *context, const struct docker_reply *reply)
{
	struct pull *pull = context;
	const struct berth_error *ended = op_ended(&pull->op, reply);
	struct berth_error err;

	/* What the registry says before the first byte of progress comes as the engine's own 500.
	 */
	if (ended && reply->status >= 500 && ended->code == BERTH_E_REFUSED) {
		err = *ended;
		failure_classify(&err);
		ended = &err;
	}
	pull->done(pull->context, ended);
	free(pull);
}

static int pull_path(struct buf *path, const struct reference *reference, const char *platform,
	struct berth_error *err)
{
	char name[sizeof(reference->registry) + sizeof(reference->repository)];

	snprintf(name, sizeof(name), "%s/%s", reference->registry, reference->repository);
	if (op_path(path, "/images/create?fromImage=", name, "&tag=", err) < 0 ||
		docker_escape(
			path, reference->digest[0] ? reference->digest : reference->tag, err) < 0)
		return -1;
	return platform ? op_path(path, "&platform=", platform, NULL, err) : 0;
}

static char *auth_header(const char *auth, struct berth_error *err)
{
	char *header = NULL;

	if (asprintf(&header, "X-Registry-Auth: %s", auth) < 0) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	return header;
}

struct docker_op *image_pull(
	struct docker *docker, const struct image_pull_request *request, struct berth_error *err)
{
	struct reference reference;
	struct buf path cleanup_buf;
	const char *headers[2] = {NULL, NULL};
	char *header = NULL;
	struct pull *pull;
	int status;

	buf_init(&path, PATH_MAX_LEN);
	if (reference_parse(&reference, request->reference, err) < 0 ||
		pull_path(&path, &reference, request->platform, err) < 0)
		return NULL;
	if (request->auth && !(headers[0] = header = auth_header(request->auth, err)))
		return NULL;
	pull = op_new(docker, sizeof(*pull), err);
	if (pull) {
		pull->on_progress = request->on_progress;
		pull->done = request->done;
		pull->context = request->context;
		status = op_call(&pull->op,
			&(struct docker_request){
				.method = "POST",
				.path = path.data,
				.headers = headers,
				.on_json = pull_value,
				.done = pull_done,
				.context = pull,
			},
			err);
		if (status < 0) {
			free(pull);
			pull = NULL;
		}
	}
	if (header) {
		explicit_bzero(header, strlen(header));
		free(header);
	}
	return pull ? &pull->op : NULL;
}

static void inspect_done(void *context, const struct docker_reply *reply)
{
	struct inspect *inspect = context;
	const struct berth_error *err = op_ended(&inspect->op, reply);
	struct berth_error surprise;
	struct image_info info = {0};

	if (!err && !json_is_object(reply->json)) {
		op_surprise(&surprise, "image");
		err = &surprise;
	}
	if (!err)
		image_info_read(&info, reply->json, &inspect->reference);
	inspect->done(inspect->context, err ? NULL : &info, err);
	free(inspect);
}

/* `name` for the engine; the reference that a digest is looked for of may be empty. */
static struct docker_op *inspect_start(struct docker *docker, const char *name,
	const struct reference *reference, image_info_fn *done, void *context,
	struct berth_error *err)
{
	struct inspect *inspect = op_new(docker, sizeof(*inspect), err);
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	if (!inspect)
		return NULL;
	inspect->done = done;
	inspect->context = context;
	inspect->reference = *reference;
	if (op_path(&path, "/images/", name, "/json", err) < 0 ||
		op_call(&inspect->op,
			&(struct docker_request){
				.method = "GET",
				.path = path.data,
				.done = inspect_done,
				.context = inspect,
			},
			err) < 0) {
		free(inspect);
		return NULL;
	}
	return &inspect->op;
}

struct docker_op *image_inspect(struct docker *docker, const char *reference, image_info_fn *done,
	void *context, struct berth_error *err)
{
	struct reference parsed;

	if (reference_parse(&parsed, reference, err) < 0)
		return NULL;
	return inspect_start(docker, parsed.familiar, &parsed, done, context, err);
}

struct docker_op *image_inspect_id(struct docker *docker, const char *id, image_info_fn *done,
	void *context, struct berth_error *err)
{
	return inspect_start(docker, id, &(struct reference){0}, done, context, err);
}

static void removal_done(void *context, const struct docker_reply *reply)
{
	struct removal *removal = context;
	const struct berth_error *err = op_ended(&removal->op, reply);

	removal->done(removal->context, err && err->code == BERTH_E_NOT_FOUND ? NULL : err);
	free(removal);
}

struct docker_op *image_remove(struct docker *docker, const char *reference,
	docker_op_done_fn *done, void *context, struct berth_error *err)
{
	struct removal *removal = op_new(docker, sizeof(*removal), err);
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	if (!removal)
		return NULL;
	removal->done = done;
	removal->context = context;
	if (op_path(&path, "/images/", reference, "?noprune=1", err) < 0 ||
		op_call(&removal->op,
			&(struct docker_request){
				.method = "DELETE",
				.path = path.data,
				.done = removal_done,
				.context = removal,
			},
			err) < 0) {
		free(removal);
		return NULL;
	}
	return &removal->op;
}

#include "docker/container.h"

#include <stdlib.h>

#include <jansson.h>

#include "docker/container_json.h"
#include "docker/members.h"
#include "docker/op_private.h"

#define PATH_MAX_LEN 4096
/* What the engine may take on top of the time it waits for a process to end. */
#define STOP_GRACE_MS 60000
#define MAX_STOP_S    (24 * 3600)
/* Large files of a container are deleted before the engine answers. */
#define REMOVE_TIMEOUT_MS 300000
#define WARNINGS_MAX      4096

struct create {
	struct docker_op op;
	container_created_fn *done;
	void *context;
};

struct removal {
	struct docker_op op;
	container_done_fn *done;
	void *context;
};

struct archive {
	struct docker_op op;
	int64_t (*read)(void *context, char *data, size_t cap);
	container_done_fn *done;
	void *context;
};

static void join_warnings(struct buf *joined, const json_t *warnings)
{
	json_t *warning;
	size_t i;

	json_array_foreach(warnings, i, warning) if (json_is_string(warning)) buf_addf(
		joined, NULL, "%s%s", joined->len > 0 ? "; " : "", json_string_value(warning));
}

static void create_done(void *context, const struct docker_reply *reply)
{
	struct create *create = context;
	const struct berth_error *err = op_ended(&create->op, reply);
	const char *id = member_text(reply->json, "Id");
	struct berth_error surprise;
	struct buf warnings cleanup_buf;

	buf_init(&warnings, WARNINGS_MAX);
	if (!err && !*id) {
		op_surprise(&surprise, "container id");
		err = &surprise;
	}
	if (!err)
		join_warnings(&warnings, member(reply->json, "Warnings", NULL));
	create->done(create->context, err ? NULL : id, warnings.data, err);
	free(create);
}

static int create_path(struct buf *path, const struct docker *docker,
	const struct container_spec *spec, struct berth_error *err)
{
	if (op_path(path, "/containers/create?name=", spec->name, NULL, err) < 0)
		return -1;
	/* Older engines run what was pulled, and refuse the question. */
	if (!spec->platform || !op_speaks(docker, "1.41"))
		return 0;
	return op_path(path, "&platform=", spec->platform, NULL, err);
}

struct docker_op *container_create(struct docker *docker, const struct container_spec *spec,
	container_created_fn *done, void *context, struct berth_error *err)
{
	struct create *create = op_new(docker, sizeof(*create), err);
	struct buf path cleanup_buf;
	json_t *json;

	buf_init(&path, PATH_MAX_LEN);
	if (!create)
		return NULL;
	create->done = done;
	create->context = context;
	if (create_path(&path, docker, spec, err) < 0 || !(json = container_spec_json(spec, err)) ||
		op_call(&create->op,
			&(struct docker_request){
				.method = "POST",
				.path = path.data,
				.json = json,
				.secret_body = true,
				.done = create_done,
				.context = create,
			},
			err) < 0) {
		free(create);
		return NULL;
	}
	return &create->op;
}

/* POST /containers/ID/VERB, without a result. */
static struct docker_op *act(struct docker *docker, const char *id, const char *verb,
	int timeout_ms, container_done_fn *done, void *context, struct berth_error *err)
{
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	if (op_path(&path, "/containers/", id, verb, err) < 0)
		return NULL;
	return op_simple(docker,
		&(struct docker_request){
			.method = "POST",
			.path = path.data,
			.answer_timeout_ms = timeout_ms,
		},
		done, context, err);
}

struct docker_op *container_start(struct docker *docker, const char *id, container_done_fn *done,
	void *context, struct berth_error *err)
{
	return act(docker, id, "/start", 0, done, context, err);
}

/* What lets a process end in peace may take that long. */
static struct docker_op *act_patiently(struct docker *docker, const char *id, const char *verb,
	int timeout_s, container_done_fn *done, void *context, struct berth_error *err)
{
	int patience_s = timeout_s < 0 || timeout_s > MAX_STOP_S ? MAX_STOP_S : timeout_s;
	struct buf path cleanup_buf;

	buf_init(&path, 64);
	if (buf_addf(&path, err, "/%s?t=%d", verb, timeout_s) < 0)
		return NULL;
	return act(docker, id, path.data, patience_s * 1000 + STOP_GRACE_MS, done, context, err);
}

struct docker_op *container_stop(struct docker *docker, const char *id, int timeout_s,
	container_done_fn *done, void *context, struct berth_error *err)
{
	return act_patiently(docker, id, "stop", timeout_s, done, context, err);
}

struct docker_op *container_restart(struct docker *docker, const char *id, int timeout_s,
	container_done_fn *done, void *context, struct berth_error *err)
{
	return act_patiently(docker, id, "restart", timeout_s, done, context, err);
}

struct docker_op *container_rename(struct docker *docker, const char *id, const char *name,
	container_done_fn *done, void *context, struct berth_error *err)
{
	struct buf verb cleanup_buf;

	buf_init(&verb, PATH_MAX_LEN);
	if (op_path(&verb, "/rename?name=", name, NULL, err) < 0)
		return NULL;
	return act(docker, id, verb.data, 0, done, context, err);
}

static void removal_done(void *context, const struct docker_reply *reply)
{
	struct removal *removal = context;
	const struct berth_error *err = op_ended(&removal->op, reply);

	if (err && err->code == BERTH_E_NOT_FOUND)
		err = NULL;
	removal->done(removal->context, err);
	free(removal);
}

struct docker_op *container_remove(struct docker *docker, const char *id, bool volumes,
	container_done_fn *done, void *context, struct berth_error *err)
{
	struct removal *removal = op_new(docker, sizeof(*removal), err);
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	if (!removal)
		return NULL;
	removal->done = done;
	removal->context = context;
	if (op_path(&path, "/containers/", id, volumes ? "?force=1&v=1" : "?force=1", err) < 0 ||
		op_call(&removal->op,
			&(struct docker_request){
				.method = "DELETE",
				.path = path.data,
				.answer_timeout_ms = REMOVE_TIMEOUT_MS,
				.done = removal_done,
				.context = removal,
			},
			err) < 0) {
		free(removal);
		return NULL;
	}
	return &removal->op;
}

static int64_t archive_read(void *context, char *data, size_t cap)
{
	struct archive *archive = context;

	return archive->read(archive->context, data, cap);
}

static void archive_done(void *context, const struct docker_reply *reply)
{
	struct archive *archive = context;

	archive->done(archive->context, op_ended(&archive->op, reply));
	free(archive);
}

struct docker_op *container_put_archive(struct docker *docker, const char *id, const char *path,
	int64_t (*read)(void *context, char *data, size_t cap), container_done_fn *done,
	void *context, struct berth_error *err)
{
	struct archive *archive = op_new(docker, sizeof(*archive), err);
	struct buf url cleanup_buf;

	buf_init(&url, PATH_MAX_LEN);
	if (!archive)
		return NULL;
	archive->read = read;
	archive->done = done;
	archive->context = context;
	if (op_path(&url, "/containers/", id, "/archive?path=", err) < 0 ||
		docker_escape(&url, path, err) < 0 ||
		op_call(&archive->op,
			&(struct docker_request){
				.method = "PUT",
				.path = url.data,
				.read = archive_read,
				.done = archive_done,
				.context = archive,
			},
			err) < 0) {
		free(archive);
		return NULL;
	}
	return &archive->op;
}

void container_put_resume(struct docker_op *op)
{
	if (op->call)
		docker_resume_upload(op->call);
}

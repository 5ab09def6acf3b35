/* Networks and volumes: made, and looked at. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "docker/container.h"
#include "docker/members.h"
#include "docker/named.h"
#include "docker/op_private.h"

enum { PATH_MAX_LEN = 1024 };

static const char *const create_paths[] = {
	[NAMED_NETWORK] = "/networks/create", [NAMED_VOLUME] = "/volumes/create"};
static const char *const paths[] = {[NAMED_NETWORK] = "/networks/", [NAMED_VOLUME] = "/volumes/"};

struct docker_op *named_create(struct docker *docker, enum named_kind kind, const char *name,
	const struct container_label *labels, size_t label_count, docker_op_done_fn *done,
	void *context, struct berth_error *err)
{
	json_t *marks = json_object(), *json;

	for (size_t i = 0; i < label_count; i++)
		json_object_set_new(marks, labels[i].name, json_string(labels[i].value));
	json = json_pack("{s:s, s:o}", "Name", name, "Labels", marks);
	if (json == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	/* What engines before API 1.44 need to refuse a second one of the same name. */
	if (kind == NAMED_NETWORK)
		json_object_set_new(json, "CheckDuplicate", json_true());
	return op_simple(docker,
		&(struct docker_request){
			.method = "POST", .path = create_paths[kind], .json = json},
		done, context, err);
}

struct looking {
	struct docker_op op;
	char name[256];
	named_inspected_fn *done;
	void *context;
};

static void looked(void *context, const struct docker_reply *reply)
{
	struct looking *looking = context;
	const struct berth_error *err = op_ended(&looking->op, reply);
	const json_t *labels = err == NULL ? member(reply->json, "Labels", NULL) : NULL;
	struct named_info info = {0};
	struct berth_error missing;

	/* Networks are found by the beginning of their id, too. */
	if (err == NULL && strcmp(member_text(reply->json, "Name"), looking->name) != 0) {
		berth_error_set(&missing, BERTH_E_NOT_FOUND, 0, "there is no '%s'", looking->name);
		err = &missing;
	}
	if (labels != NULL) {
		member_copy(info.deployment, sizeof(info.deployment), labels, CONTAINER_LABEL);
		member_copy(info.project, sizeof(info.project), labels, CONTAINER_LABEL_PROJECT);
	}
	looking->done(looking->context, err == NULL ? &info : NULL, err);
	free(looking);
}

struct docker_op *named_inspect(struct docker *docker, enum named_kind kind, const char *name,
	named_inspected_fn *done, void *context, struct berth_error *err)
{
	struct looking *looking = op_new(docker, sizeof(*looking), err);
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	if (looking == NULL)
		return NULL;
	looking->done = done;
	looking->context = context;
	memcpy(looking->name, name, strnlen(name, sizeof(looking->name) - 1));
	if (op_path(&path, paths[kind], name, NULL, err) == 0 &&
		op_call(&looking->op,
			&(struct docker_request){.method = "GET",
				.path = path.data,
				.done = looked,
				.context = looking},
			err) == 0)
		return &looking->op;
	free(looking);
	return NULL;
}

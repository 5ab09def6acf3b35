#include "docker/named.h"

#include <stdlib.h>

#include <jansson.h>

#include "docker/op_private.h"

enum { PATH_MAX_LEN = 1024 };

static const char *const queries[] = {
	[NAMED_NETWORK] = "/networks?filters=", [NAMED_VOLUME] = "/volumes?filters="};
static const char *const paths[] = {[NAMED_NETWORK] = "/networks/", [NAMED_VOLUME] = "/volumes/"};

struct listing {
	struct docker_op op;
	enum named_kind kind;
	named_listed_fn *done;
	void *context;
};

static void listed(void *context, const struct docker_reply *reply)
{
	struct listing *listing = context;
	const struct berth_error *err = op_ended(&listing->op, reply);
	const json_t *list = err != NULL ? NULL
			     : listing->kind == NAMED_VOLUME
				     ? json_object_get(reply->json, "Volumes")
				     : reply->json;
	const char **names = calloc(json_array_size(list) + 1, sizeof(*names));
	struct berth_error wrong;
	size_t count = 0;

	if (err == NULL && !json_is_object(reply->json) && !json_is_array(reply->json)) {
		op_surprise(&wrong, "list of networks or volumes");
		err = &wrong;
	}
	if (err == NULL && names == NULL) {
		berth_error_set(&wrong, BERTH_E_MEMORY, 0, "out of memory");
		err = &wrong;
	}
	/* null where there are none. */
	for (size_t i = 0; err == NULL && i < json_array_size(list); i++) {
		names[count] = json_string_value(json_object_get(json_array_get(list, i), "Name"));
		count += names[count] != NULL ? 1 : 0;
	}
	listing->done(listing->context, names, count, err);
	free(names);
	free(listing);
}

struct docker_op *named_list(struct docker *docker, enum named_kind kind, const char *label,
	named_listed_fn *done, void *context, struct berth_error *err)
{
	struct listing *listing = op_new(docker, sizeof(*listing), err);
	struct buf path cleanup_buf;
	json_t *filters = json_pack("{s:[s]}", "label", label);
	char *text = filters != NULL ? json_dumps(filters, JSON_COMPACT) : NULL;
	int status = -1;

	buf_init(&path, PATH_MAX_LEN);
	json_decref(filters);
	if (listing != NULL && text != NULL) {
		listing->kind = kind;
		listing->done = done;
		listing->context = context;
		status = op_path(&path, queries[kind], text, NULL, err);
	}
	free(text);
	if (status == 0)
		status = op_call(&listing->op,
			&(struct docker_request){.method = "GET",
				.path = path.data,
				.done = listed,
				.context = listing},
			err);
	if (status == 0)
		return &listing->op;
	free(listing);
	return NULL;
}

struct removal {
	struct docker_op op;
	docker_op_done_fn *done;
	void *context;
};

static void removed(void *context, const struct docker_reply *reply)
{
	struct removal *removal = context;
	const struct berth_error *err = op_ended(&removal->op, reply);

	if (err != NULL && err->code == BERTH_E_NOT_FOUND)
		err = NULL;
	removal->done(removal->context, err);
	free(removal);
}

struct docker_op *named_remove(struct docker *docker, enum named_kind kind, const char *name,
	docker_op_done_fn *done, void *context, struct berth_error *err)
{
	struct removal *removal = op_new(docker, sizeof(*removal), err);
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	if (removal == NULL)
		return NULL;
	removal->done = done;
	removal->context = context;
	if (op_path(&path, paths[kind], name, NULL, err) == 0 &&
		op_call(&removal->op,
			&(struct docker_request){.method = "DELETE",
				.path = path.data,
				.done = removed,
				.context = removal},
			err) == 0)
		return &removal->op;
	free(removal);
	return NULL;
}

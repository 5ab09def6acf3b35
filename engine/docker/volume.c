#include "docker/volume.h"

#include <stdlib.h>

#include <jansson.h>

#include "docker/op_private.h"

enum { PATH_MAX_LEN = 1024 };

struct listing {
	struct docker_op op;
	volume_listed_fn *done;
	void *context;
};

static void listed(void *context, const struct docker_reply *reply)
{
	struct listing *listing = context;
	const struct berth_error *err = op_ended(&listing->op, reply);
	const json_t *volumes = err == NULL ? json_object_get(reply->json, "Volumes") : NULL;
	const char **names = calloc(json_array_size(volumes) + 1, sizeof(*names));
	struct berth_error wrong;
	size_t count = 0;

	if (err == NULL && !json_is_object(reply->json)) {
		op_surprise(&wrong, "list of volumes");
		err = &wrong;
	}
	if (err == NULL && names == NULL) {
		berth_error_set(&wrong, BERTH_E_MEMORY, 0, "out of memory");
		err = &wrong;
	}
	/* null where there are none. */
	for (size_t i = 0; err == NULL && i < json_array_size(volumes); i++) {
		names[count] = json_string_value(
			json_object_get(json_array_get(volumes, i), "Name"));
		count += names[count] != NULL ? 1 : 0;
	}
	listing->done(listing->context, names, count, err);
	free(names);
	free(listing);
}

struct docker_op *volume_list(struct docker *docker, const char *label, volume_listed_fn *done,
	void *context, struct berth_error *err)
{
	struct listing *listing = op_new(docker, sizeof(*listing), err);
	struct buf path cleanup_buf;
	json_t *filters = json_pack("{s:[s]}", "label", label);
	char *text = filters != NULL ? json_dumps(filters, JSON_COMPACT) : NULL;
	int status = -1;

	buf_init(&path, PATH_MAX_LEN);
	json_decref(filters);
	if (listing != NULL && text != NULL) {
		listing->done = done;
		listing->context = context;
		status = op_path(&path, "/volumes?filters=", text, NULL, err);
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

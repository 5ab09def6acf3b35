#include <stdlib.h>

#include <jansson.h>

#include "docker/container_json.h"
#include "docker/op_private.h"

#define PATH_MAX_LEN 4096

struct inspect {
	struct docker_op op;
	container_inspected_fn *done;
	void *context;
};

struct listing {
	struct docker_op op;
	container_listed_fn *done;
	void *context;
};

static void inspect_done(void *context, const struct docker_reply *reply)
{
	struct inspect *inspect = context;
	const struct berth_error *err = op_ended(&inspect->op, reply);
	struct berth_error surprise;
	struct container_info info;

	if (!err && !json_is_object(reply->json)) {
		op_surprise(&surprise, "container");
		err = &surprise;
	}
	if (!err)
		container_info_read(&info, reply->json);
	inspect->done(inspect->context, err ? NULL : &info, err);
	free(inspect);
}

struct docker_op *container_inspect(struct docker *docker, const char *id,
	container_inspected_fn *done, void *context, struct berth_error *err)
{
	struct inspect *inspect = op_new(docker, sizeof(*inspect), err);
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	if (!inspect)
		return NULL;
	inspect->done = done;
	inspect->context = context;
	if (op_path(&path, "/containers/", id, "/json", err) < 0 ||
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

static int read_rows(struct container_list *list, const json_t *json, struct berth_error *err)
{
	json_t *row;
	size_t i;

	/* Anything else must not look like "no containers". */
	if (!json_is_array(json))
		return op_surprise(err, "list of containers");
	list->rows = calloc(json_array_size(json) + 1, sizeof(*list->rows));
	if (!list->rows)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	json_array_foreach(json, i, row) container_row_read(&list->rows[list->count++], row);
	return 0;
}

static void listing_done(void *context, const struct docker_reply *reply)
{
	struct listing *listing = context;
	const struct berth_error *err = op_ended(&listing->op, reply);
	struct container_list list = {0};
	struct berth_error wrong;

	if (!err && read_rows(&list, reply->json, &wrong) < 0)
		err = &wrong;
	listing->done(listing->context, err ? NULL : &list, err);
	free(list.rows);
	free(listing);
}

static int listing_path(struct buf *path, bool all, const char *label, struct berth_error *err)
{
	json_t *filters;
	char *text;
	int status;

	if (buf_adds(path, all ? "/containers/json?all=1" : "/containers/json", err) < 0)
		return -1;
	if (!label)
		return 0;
	filters = json_pack("{s:[s]}", "label", label);
	text = filters ? json_dumps(filters, JSON_COMPACT) : NULL;
	json_decref(filters);
	if (!text)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	status = op_path(path, all ? "&filters=" : "?filters=", text, NULL, err);
	free(text);
	return status;
}

struct docker_op *container_list(struct docker *docker, bool all, const char *label,
	container_listed_fn *done, void *context, struct berth_error *err)
{
	struct listing *listing = op_new(docker, sizeof(*listing), err);
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	if (!listing)
		return NULL;
	listing->done = done;
	listing->context = context;
	if (listing_path(&path, all, label, err) < 0 || op_call(&listing->op,
								&(struct docker_request){
									.method = "GET",
									.path = path.data,
									.done = listing_done,
									.context = listing,
								},
								err) < 0) {
		free(listing);
		return NULL;
	}
	return &listing->op;
}

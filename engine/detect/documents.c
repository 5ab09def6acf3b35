#include "detect/documents.h"

#include <string.h>

#include "base/cleanup.h"
#include "detect/read.h"

int documents_init(struct documents *documents, const struct scan *scan,
	const atomic_bool *cancelled, struct berth_error *err)
{
	*documents = (struct documents){scan, cancelled, json_object(), json_object(), 0};
	if (documents->parsed && documents->wrong)
		return 0;
	documents_release(documents);
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

void documents_release(struct documents *documents)
{
	json_decref(documents->parsed);
	json_decref(documents->wrong);
	*documents = (struct documents){0};
}

/* "-r base.txt" in requirements: what is in those counts as if it stood here. One level deep. */
static void include(struct documents *documents, const char *path, json_t *tree)
{
	const json_t *files = json_object_get(tree, "includes");
	const char *slash = strrchr(path, '/');
	size_t folder = slash ? (size_t)(slash - path) + 1 : 0;

	for (size_t i = 0; i < json_array_size(files); i++) {
		const char *name = json_string_value(json_array_get(files, i));
		cleanup_free char *text = NULL;
		size_t len;
		char at[4096];
		if (!name || folder + strlen(name) >= sizeof at)
			continue;
		memcpy(at, path, folder);
		memcpy(at + folder, name, strlen(name) + 1);
		text = scan_read(documents->scan, at, DOCUMENTS_MAX_FILE, &len, NULL);
		if (!text || documents->bytes + len > DOCUMENTS_MAX_ALL)
			continue;
		documents->bytes += len;
		json_t *more = read_requirements(text, len, NULL);
		json_object_update_missing(
			json_object_get(tree, "requires"), json_object_get(more, "requires"));
		json_decref(more);
	}
}

static json_t *load(struct documents *documents, const char *path, struct berth_error *err)
{
	size_t len;

	if (atomic_load_explicit(documents->cancelled, memory_order_relaxed)) {
		berth_error_set(err, BERTH_E_CANCELLED, 0, "cancelled");
		return NULL;
	}
	if (json_object_size(documents->parsed) >= DOCUMENTS_MAX_COUNT) {
		berth_error_set(err, BERTH_E_LIMIT, 0, "one file too many, not read");
		return NULL;
	}
	cleanup_free char *text = scan_read(documents->scan, path, DOCUMENTS_MAX_FILE, &len, err);
	if (!text)
		return NULL;
	if (documents->bytes + len > DOCUMENTS_MAX_ALL) {
		berth_error_set(err, BERTH_E_LIMIT, 0, "too much was read already, not read");
		return NULL;
	}
	documents->bytes += len;
	json_t *tree = read_for(path)(text, len, err);
	if (tree)
		include(documents, path, tree);
	return tree;
}

const json_t *documents_get(struct documents *documents, const char *path)
{
	const json_t *known = json_object_get(documents->parsed, path);
	struct berth_error err = {0};

	if (known)
		return json_is_null(known) ? NULL : known;
	json_t *tree = load(documents, path, &err);
	if (!tree && err.code != BERTH_E_NOT_FOUND && err.code != BERTH_E_CANCELLED)
		json_object_set_new(documents->wrong, path, json_string(err.message));
	/* Refused if the path is not UTF-8; the tree is gone then. */
	if (json_object_set_new(documents->parsed, path, tree ? tree : json_null()) < 0)
		return NULL;
	return tree;
}

const char *documents_wrong(const struct documents *documents, const char *path)
{
	return json_string_value(json_object_get(documents->wrong, path));
}

#include "detect/facet.h"

#include <stdio.h>
#include <string.h>

#include "config/strings.h"

struct gather {
	struct facet *facet;
	const json_t *source; /* the row of "dependencies" */
	const json_t *through;
};

/* What an alias stands for, in the file that says so: beside the project or at the top. */
static const json_t *aliases(struct facet *facet, const json_t *row)
{
	const json_t *through = json_object_get(row, "through");
	const char *file = json_string_value(json_object_get(through, "file"));
	const json_t *at = json_object_get(through, "at");
	char path[512];

	if (!file)
		return NULL;
	const json_t *tree = facet_join(facet, file, path, sizeof path)
				     ? documents_get(facet->documents, path)
				     : NULL;
	if (!tree)
		tree = documents_get(facet->documents, file);
	for (size_t i = 0; i < json_array_size(at); i++)
		tree = json_object_get(tree, json_string_value(json_array_get(at, i)));
	return tree;
}

static void take_one(
	const struct gather *gather, const char *file, const char *name, const json_t *value)
{
	json_t *into = gather->facet->dependencies;
	bool dev = json_is_true(json_object_get(gather->source, "dev"));
	const json_t *known = json_object_get(into, name);
	const char *version = json_string_value(
		json_is_object(value) ? json_object_get(value, "version") : value);

	if (gather->through) {
		name = json_string_value(json_object_get(gather->through, name));
		version = "";
	}
	if (!name || (known && (dev || !json_is_true(json_object_get(known, "dev")))))
		return;
	json_object_set_new(into, name,
		json_pack("{s:s, s:s, s:b}", "version", version ? version : "", "file", file, "dev",
			dev));
}

static void take(void *context, const char *file, const json_t *value)
{
	const struct gather *gather = context;
	const char *name;
	json_t *below;

	json_object_foreach((json_t *)value, name, below) take_one(gather, file, name, below);
}

static void gather_dependencies(struct facet *facet)
{
	const json_t *rows = json_object_get(facet->stack, "dependencies");

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		struct gather gather = {facet, row, aliases(facet, row)};
		if (!json_object_get(row, "through") || gather.through)
			place_each(facet, row, take, &gather);
	}
}

int facet_init(struct facet *facet, struct documents *documents, const char *name,
	const json_t *stack, size_t folder, int kind, struct berth_error *err)
{
	*facet = (struct facet){.documents = documents,
		.name = name,
		.stack = stack,
		.folder = folder,
		.kind = kind,
		.dependencies = json_object()};
	if (!facet->dependencies)
		return string_no_memory(err);
	gather_dependencies(facet);
	return 0;
}

void facet_release(struct facet *facet)
{
	json_decref(facet->dependencies);
	facet->dependencies = NULL;
}

const char *facet_path(const struct facet *facet)
{
	return facet->documents->scan->folders[facet->folder].path;
}

bool facet_join(const struct facet *facet, const char *name, char *path, size_t cap)
{
	const char *folder = facet_path(facet);
	return snprintf(path, cap, "%s%s%s", folder, *folder ? "/" : "", name) < (int)cap;
}

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "detect/facet.h"

/* "*" of a pattern for names and values crosses '/': they are no paths. */
static bool is_like(const char *pattern, const char *text)
{
	return fnmatch(pattern, text, 0) == 0;
}

static bool has_pattern(const char *step)
{
	return strpbrk(step, "*?[") != NULL;
}

static bool keep(char *dst, size_t cap, const char *text)
{
	return snprintf(dst, cap, "%s", text) < (int)cap;
}

/* What a value says: false if it says nothing that could be compared. */
static bool value_text(const json_t *value, char *text, size_t cap)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return keep(text, cap, json_string_value(value));
	case JSON_INTEGER:
		snprintf(text, cap, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		return true;
	case JSON_REAL:
		snprintf(text, cap, "%g", json_real_value(value));
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		return keep(text, cap, json_is_true(value) ? "true" : "false");
	case JSON_OBJECT:
		if (json_is_string(json_object_get(value, "version")))
			return keep(
				text, cap, json_string_value(json_object_get(value, "version")));
		if (json_is_string(json_object_get(value, "#")))
			return keep(text, cap, json_string_value(json_object_get(value, "#")));
		return keep(text, cap, "");
	default:
		return keep(text, cap, "");
	}
}

static bool find(
	const json_t *node, const json_t *at, size_t step, const char *like, struct match *match);

static bool find_in_object(
	const json_t *node, const json_t *at, size_t step, const char *like, struct match *match)
{
	const char *wanted = json_string_value(json_array_get(at, step)), *key;
	json_t *value;

	if (!has_pattern(wanted)) {
		value = json_object_get(node, wanted);
		return value && keep(match->key, sizeof match->key, wanted) &&
		       find(value, at, step + 1, like, match);
	}
	json_object_foreach((json_t *)node, key, value)
	{
		if (is_like(wanted, key) && keep(match->key, sizeof match->key, key) &&
			find(value, at, step + 1, like, match))
			return true;
	}
	return false;
}

static bool find(
	const json_t *node, const json_t *at, size_t step, const char *like, struct match *match)
{
	if (json_is_array(node)) {
		for (size_t i = 0; i < json_array_size(node); i++) {
			if (find(json_array_get(node, i), at, step, like, match))
				return true;
		}
		return false;
	}
	if (step < json_array_size(at))
		return json_is_object(node) && find_in_object(node, at, step, like, match);
	if (!node || json_is_null(node))
		return false;
	return value_text(node, match->value, sizeof match->value) &&
	       (!like || is_like(like, match->value));
}

bool place_find(const json_t *tree, const json_t *at, const char *like, struct match *match)
{
	return find(tree, at, 0, like, match);
}

struct search {
	struct facet *facet;
	const json_t *condition;
	struct match *match;
};

static bool try_file(void *context, const char *path)
{
	const struct search *search = context;
	const json_t *at = json_object_get(search->condition, "at");
	const char *like = json_string_value(json_object_get(search->condition, "like"));
	struct match *match = search->match;

	if (!keep(match->file, sizeof match->file, path))
		return false;
	if (!at)
		return true;
	const json_t *tree = documents_get(search->facet->documents, path);
	return tree && place_find(tree, at, like, match);
}

static bool search_folder(const json_t *files, size_t folder, struct search *search)
{
	const struct scan *scan = search->facet->documents->scan;

	if (json_is_string(files))
		return scan_each(scan, folder, json_string_value(files), try_file, search);
	for (size_t i = 0; i < json_array_size(files); i++) {
		if (scan_each(scan, folder, json_string_value(json_array_get(files, i)), try_file,
			    search))
			return true;
	}
	return false;
}

static bool search_files(struct facet *facet, const json_t *condition, struct match *match)
{
	const json_t *files = json_object_get(condition, "file");
	bool top = json_is_true(json_object_get(condition, "top")) && facet->folder != 0;
	struct search search = {facet, condition, match};

	if (search_folder(files, facet->folder, &search) ||
		(top && search_folder(files, 0, &search)))
		return true;
	match->file[0] = '\0';
	return false;
}

static bool needs_package(struct facet *facet, const char *wanted, bool dev, struct match *match)
{
	const char *name;
	json_t *found;

	json_object_foreach(facet->dependencies, name, found)
	{
		if (json_is_true(json_object_get(found, "dev")) && !dev)
			continue;
		if (has_pattern(wanted) ? !is_like(wanted, name) : strcmp(wanted, name) != 0)
			continue;
		keep(match->key, sizeof match->key, name);
		keep(match->value, sizeof match->value,
			json_string_value(json_object_get(found, "version")));
		return keep(match->file, sizeof match->file,
			json_string_value(json_object_get(found, "file")));
	}
	return false;
}

static bool needs(struct facet *facet, const json_t *condition, struct match *match)
{
	const json_t *names = json_object_get(condition, "needs");
	bool dev = json_is_true(json_object_get(condition, "dev"));

	if (json_is_string(names))
		return needs_package(facet, json_string_value(names), dev, match);
	for (size_t i = 0; i < json_array_size(names); i++) {
		if (needs_package(facet, json_string_value(json_array_get(names, i)), dev, match))
			return true;
	}
	return false;
}

static bool has_sources(const struct facet *facet, const json_t *count, struct match *match)
{
	const struct scan_folder *folder = &facet->documents->scan->folders[facet->folder];
	unsigned there = facet->kind < 0 ? 0 : folder->sources[facet->kind];

	snprintf(match->value, sizeof match->value, "%u", there);
	return there >= (unsigned)json_integer_value(count);
}

static bool has_database(const struct facet *facet, const char *name)
{
	for (size_t i = 0; facet->found && i < facet->found->database_count; i++) {
		if (strcmp(facet->found->databases[i].name, name) == 0)
			return true;
	}
	return false;
}

static bool any_holds(struct facet *facet, const json_t *conditions, struct match *match)
{
	for (size_t i = 0; i < json_array_size(conditions); i++) {
		if (condition_holds(facet, json_array_get(conditions, i), match))
			return true;
	}
	return false;
}

bool condition_holds(struct facet *facet, const json_t *condition, struct match *match)
{
	const json_t *value;
	struct match other = {0};

	*match = (struct match){0};
	if ((value = json_object_get(condition, "member")) && json_is_true(value) != facet->member)
		return false;
	if ((value = json_object_get(condition, "manager")) &&
		!is_like(json_string_value(value), facet->manager))
		return false;
	if ((value = json_object_get(condition, "image")) &&
		(!*facet->image || !is_like(json_string_value(value), facet->image)))
		return false;
	if ((value = json_object_get(condition, "database")) &&
		!has_database(facet, json_string_value(value)))
		return false;
	if ((value = json_object_get(condition, "sources")) && !has_sources(facet, value, match))
		return false;
	if ((value = json_object_get(condition, "any")) && !any_holds(facet, value, match))
		return false;
	if (json_object_get(condition, "needs") && !needs(facet, condition, match))
		return false;
	if (json_object_get(condition, "file") && !search_files(facet, condition, match))
		return false;
	return !(value = json_object_get(condition, "not")) || !any_holds(facet, value, &other);
}

struct each {
	struct facet *facet;
	const json_t *at;
	place_take_fn *take;
	void *context;
};

static void each_value(const struct each *each, const char *path, const json_t *node, size_t step)
{
	const char *wanted = json_string_value(json_array_get(each->at, step)), *key;
	json_t *value;

	if (step == json_array_size(each->at)) {
		each->take(each->context, path, node);
	} else if (json_is_array(node)) {
		for (size_t i = 0; i < json_array_size(node); i++)
			each_value(each, path, json_array_get(node, i), step);
	} else if (!has_pattern(wanted)) {
		value = json_object_get(node, wanted);
		if (value)
			each_value(each, path, value, step + 1);
	} else {
		json_object_foreach((json_t *)node, key, value)
		{
			if (is_like(wanted, key))
				each_value(each, path, value, step + 1);
		}
	}
}

static bool each_file(void *context, const char *path)
{
	const struct each *each = context;
	const json_t *tree = documents_get(each->facet->documents, path);

	if (tree)
		each_value(each, path, tree, 0);
	return false;
}

void place_each(struct facet *facet, const json_t *place, place_take_fn *take, void *context)
{
	const json_t *files = json_object_get(place, "file");
	struct each each = {facet, json_object_get(place, "at"), take, context};
	size_t count = json_is_array(files) ? json_array_size(files) : 1;

	for (size_t i = 0; i < count; i++)
		scan_each(facet->documents->scan, facet->folder,
			json_string_value(json_is_array(files) ? json_array_get(files, i) : files),
			each_file, &each);
}

#include "detect/option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/copy.h"
#include "config/strings.h"
#include "source/pattern.h"

enum {
	LEAST = 15, /* less than that says nothing */
	MAX_FOLDER_DEPTH = 4,
	FRAMEWORK_POINTS = 25,
	POINTS_BROKEN = -5,
	POINTS_MEMBER = -5, /* of a workspace that says so at the top */
	POINTS_BELOW = -15,
	POINTS_DEEPER = -3, /* for each folder more */
};

struct finder {
	struct options *options;
	const json_t *rules;
	struct documents *documents;
	struct berth_error *err;
	json_t *members; /* patterns of folders that a workspace names */
};

/* "package.json: scripts.start", or what the rule says that it means. */
static int add_evidence(struct facet *facet, const json_t *row, struct berth_candidate *candidate)
{
	struct match match = {0};
	char text[1024];
	const char *says = json_string_value(json_object_get(row, "says"));

	if (!condition_holds(facet, row, &match) ||
		!expand_text(facet, says ? says : "{key}", &match, text, sizeof text, 0))
		return 0;
	return candidate_add(candidate, (int)json_integer_value(json_object_get(row, "points")),
		match.file, "%s", text);
}

/* The better name for it: one that builds on another is named before that. */
static const json_t *find_framework(struct facet *facet, struct match *match)
{
	const json_t *rows = json_object_get(facet->stack, "frameworks");
	const json_t *base = NULL;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		struct match found = {0};
		bool is_base = json_is_true(json_object_get(row, "base"));
		if ((base && is_base) ||
			!condition_holds(facet, json_object_get(row, "when"), &found))
			continue;
		*match = found;
		if (!is_base)
			return row;
		base = row;
	}
	return base;
}

static int add_framework(struct facet *facet, struct berth_candidate *candidate)
{
	struct match match = {0};
	const json_t *points;
	const char *name;

	facet->framework = find_framework(facet, &match);
	if (!facet->framework)
		return 0;
	name = json_string_value(json_object_get(facet->framework, "name"));
	points = json_object_get(facet->framework, "points");
	candidate->framework = copy_text(name);
	if (!candidate->framework)
		return -1;
	return candidate_add(candidate, points ? (int)json_integer_value(points) : FRAMEWORK_POINTS,
		match.file, "%s%s%s%s%s", name, *match.key ? ": " : "", match.key,
		*match.key && *match.value ? " " : "", *match.key ? match.value : "");
}

/* A mark that is not what its name says is still a mark, but a poor one. */
static int add_broken(struct facet *facet, struct berth_candidate *candidate)
{
	const char *path;
	json_t *why;

	json_object_foreach(facet->documents->wrong, path, why)
	{
		const char *slash = strrchr(path, '/');
		const char *folder = facet_path(facet);
		size_t len = slash ? (size_t)(slash - path) : 0;
		if (len != strlen(folder) || strncmp(path, folder, len) != 0)
			continue;
		const json_t *marks = json_object_get(facet->stack, "marks");
		for (size_t i = 0; i < json_array_size(marks); i++) {
			if (pattern_match(json_string_value(json_array_get(marks, i)),
				    slash ? slash + 1 : path, false) &&
				candidate_add(candidate, POINTS_BROKEN, path, "can't be used: %s",
					json_string_value(why)) < 0)
				return -1;
		}
	}
	return 0;
}

static int add_place(const struct facet *facet, struct berth_candidate *candidate)
{
	const struct scan_folder *folder = &facet->documents->scan->folders[facet->folder];

	if (facet->folder == 0)
		return 0;
	if (facet->member)
		return candidate_add(
			candidate, POINTS_MEMBER, "", "'%s' is one of a workspace", folder->path);
	return candidate_add(candidate, POINTS_BELOW + POINTS_DEEPER * ((int)folder->depth - 1), "",
		"it is in '%s', not at the top", folder->path);
}

static int judge(struct facet *facet, struct berth_candidate *candidate)
{
	const json_t *rows = json_object_get(facet->stack, "evidence");
	const char *label = json_string_value(json_object_get(facet->stack, "label"));

	candidate->stack = copy_text(facet->name);
	candidate->label = copy_text(label ? label : facet->name);
	candidate->folder = copy_text(facet_path(facet));
	if (!candidate->stack || !candidate->label || !candidate->folder)
		return -1;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		if (add_evidence(facet, json_array_get(rows, i), candidate) < 0)
			return -1;
	}
	/* A framework alone is no sign: it may be one of another stack's tools. */
	if (candidate->confidence == 0)
		return 0;
	if (add_framework(facet, candidate) < 0 || add_broken(facet, candidate) < 0)
		return -1;
	return add_place(facet, candidate);
}

static int keep(struct finder *finder, const struct facet *facet, struct berth_candidate *candidate)
{
	struct options *options = finder->options;

	if (options->count == options->capacity) {
		size_t capacity = options->capacity ? options->capacity * 2 : 16;
		struct option *items = reallocarray(options->items, capacity, sizeof *items);
		if (!items)
			return -1;
		options->items = items;
		options->capacity = capacity;
	}
	options->items[options->count++] = (struct option){*candidate, facet->name, facet->stack,
		facet->framework, facet->folder, facet->kind, facet->member};
	*candidate = (struct berth_candidate){0};
	return 0;
}

static bool is_member(const struct finder *finder, const char *path)
{
	for (size_t i = 0; i < json_array_size(finder->members); i++) {
		const char *pattern = json_string_value(json_array_get(finder->members, i));
		size_t len;
		char text[512];
		if (!pattern || *pattern == '!')
			continue;
		pattern += strncmp(pattern, "./", 2) == 0 ? 2 : 0;
		/* A slash in front keeps one without a folder at the top. */
		snprintf(text, sizeof text, "/%s", pattern);
		len = strlen(text);
		if (len > 1 && text[len - 1] == '/')
			text[len - 1] = '\0';
		if (pattern_match(text, path, true))
			return true;
	}
	return false;
}

static int try_stack(
	struct finder *finder, size_t folder, const char *name, const json_t *stack, int kind)
{
	struct berth_candidate candidate = {0};
	struct facet facet;

	if (facet_init(&facet, finder->documents, name, stack, folder, kind, finder->err) < 0)
		return -1;
	facet.member = folder > 0 && is_member(finder, facet_path(&facet));
	int status = judge(&facet, &candidate);
	if (status == 0 && candidate.confidence >= LEAST)
		status = keep(finder, &facet, &candidate);
	candidate_release(&candidate);
	facet_release(&facet);
	return status < 0 ? string_no_memory(finder->err) : 0;
}

static bool is_marked(const struct finder *finder, size_t folder, const json_t *stack)
{
	const json_t *marks = json_object_get(stack, "marks");

	for (size_t i = 0; i < json_array_size(marks); i++) {
		if (scan_folder_has(finder->documents->scan, folder,
			    json_string_value(json_array_get(marks, i))))
			return true;
	}
	return false;
}

/* The top as every stack; a folder below as those whose marks are in it. */
static int try_folder(struct finder *finder, size_t folder, bool *tried)
{
	const char *name;
	json_t *stack;
	int kind = 0;

	*tried = false;
	json_object_foreach((json_t *)finder->rules, name, stack)
	{
		if (folder == 0 || is_marked(finder, folder, stack)) {
			*tried = true;
			if (try_stack(finder, folder, name, stack, kind) < 0)
				return -1;
		}
		kind++;
	}
	return 0;
}

static void take_member(void *context, const char *file, const json_t *value)
{
	json_t *members = context;

	(void)file;
	if (json_is_string(value))
		json_array_append(members, (json_t *)value);
	for (size_t i = 0; i < json_array_size(value); i++) {
		if (json_is_string(json_array_get(value, i)))
			json_array_append(members, json_array_get(value, i));
	}
}

static int find_members(struct finder *finder)
{
	const char *name;
	json_t *stack;

	finder->members = json_array();
	if (!finder->members)
		return string_no_memory(finder->err);
	json_object_foreach((json_t *)finder->rules, name, stack)
	{
		const json_t *rows = json_object_get(stack, "workspaces");
		struct facet top = {.documents = finder->documents, .name = name, .stack = stack};
		for (size_t i = 0; i < json_array_size(rows); i++)
			place_each(&top, json_array_get(rows, i), take_member, finder->members);
	}
	return 0;
}

/* The whole sum: two that are both quite sure may still differ. */
static int sum_of(const struct berth_candidate *candidate)
{
	int sum = 0;

	for (size_t i = 0; i < candidate->evidence_count; i++)
		sum += candidate->evidence[i].points;
	return sum;
}

static int by_confidence(const void *a, const void *b)
{
	const struct option *x = a, *y = b;

	int difference = sum_of(&y->shown) - sum_of(&x->shown);

	if (difference)
		return difference;
	/* Folders nearer to the top come first in the scan. */
	if (x->folder != y->folder)
		return x->folder < y->folder ? -1 : 1;
	return x->kind - y->kind;
}

int options_find(struct options *options, const json_t *rules, struct documents *documents,
	struct berth_error *err)
{
	struct finder finder = {options, rules, documents, err, NULL};
	const struct scan *scan = documents->scan;
	size_t folders = 0;

	*options = (struct options){0};
	int status = find_members(&finder);
	for (size_t i = 0; i < scan->count && status == 0 && folders < OPTIONS_MAX_FOLDERS; i++) {
		bool tried = false;
		if (scan->folders[i].depth > MAX_FOLDER_DEPTH)
			break;
		if (atomic_load_explicit(documents->cancelled, memory_order_relaxed))
			status = berth_error_set(
				err, BERTH_E_CANCELLED, 0, "the detection was cancelled");
		else
			status = try_folder(&finder, i, &tried);
		folders += status == 0 && tried;
	}
	json_decref(finder.members);
	if (status < 0)
		options_release(options);
	else if (options->count)
		qsort(options->items, options->count, sizeof *options->items, by_confidence);
	return status;
}

void options_release(struct options *options)
{
	for (size_t i = 0; i < options->count; i++)
		candidate_release(&options->items[i].shown);
	free(options->items);
	*options = (struct options){0};
}

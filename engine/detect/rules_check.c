#include "detect/rules_check.h"

#include <string.h>

enum shape {
	SHAPE_TEXT,
	SHAPE_NUMBER,
	SHAPE_FLAG,
	SHAPE_TEXTS, /* a text or a list of texts */
	SHAPE_LIST,  /* a list of texts */
	SHAPE_OBJECT,
	SHAPE_OBJECTS,
	SHAPE_CHOICES,       /* a text, or a list of texts and objects */
	SHAPE_NAMED_TEXTS,   /* any name: a text */
	SHAPE_NAMED_CHOICES, /* any name: choices */
	SHAPE_NAMED_NAMED,   /* any name: any name: a text */
	SHAPE_NAMED_LINES    /* any name: a list of choices */
};

struct key {
	const char *name;
	enum shape shape;
	const struct key *below; /* of objects */
};

#define CONDITION                                                                                  \
	{"file", SHAPE_TEXTS}, {"at", SHAPE_LIST}, {"like", SHAPE_TEXT}, {"top", SHAPE_FLAG},      \
		{"needs", SHAPE_TEXTS}, {"dev", SHAPE_FLAG}, {"manager", SHAPE_TEXT},              \
		{"member", SHAPE_FLAG}, {"image", SHAPE_TEXT}, {"database", SHAPE_TEXT},           \
	{                                                                                          \
		"sources", SHAPE_NUMBER                                                            \
	}

static const struct key inner_condition[] = {CONDITION, {NULL}};
static const struct key condition[] = {CONDITION, {"any", SHAPE_OBJECTS, inner_condition},
	{"not", SHAPE_OBJECTS, inner_condition}, {NULL}};
static const struct key choice[] = {{"is", SHAPE_TEXT}, CONDITION,
	{"any", SHAPE_OBJECTS, inner_condition}, {"not", SHAPE_OBJECTS, inner_condition}, {NULL}};
static const struct key evidence[] = {{"points", SHAPE_NUMBER}, {"says", SHAPE_TEXT}, CONDITION,
	{"any", SHAPE_OBJECTS, inner_condition}, {"not", SHAPE_OBJECTS, inner_condition}, {NULL}};
static const struct key place[] = {{"file", SHAPE_TEXTS}, {"at", SHAPE_LIST}, {NULL}};
static const struct key dependency[] = {{"file", SHAPE_TEXTS}, {"at", SHAPE_LIST},
	{"dev", SHAPE_FLAG}, {"through", SHAPE_OBJECT, place}, {NULL}};

static const struct key runtime[] = {{"parts", SHAPE_NUMBER}, {"default", SHAPE_TEXT},
	{"known", SHAPE_LIST}, {"names", SHAPE_NAMED_TEXTS}, {"oldest", SHAPE_TEXT}, {NULL}};

#define TEMPLATE                                                                                   \
	{"databases", SHAPE_NAMED_CHOICES, condition}, {"values", SHAPE_NAMED_CHOICES, choice},    \
		{"version", SHAPE_CHOICES, choice}, {"manager", SHAPE_CHOICES, choice},            \
		{"port", SHAPE_CHOICES, choice}, {"build", SHAPE_CHOICES, choice},                 \
		{"run", SHAPE_CHOICES, choice}, {"health", SHAPE_CHOICES, choice},                 \
		{"environment", SHAPE_NAMED_TEXTS}, {"runtime", SHAPE_OBJECT, runtime},            \
		{"image", SHAPE_CHOICES, choice}, {"manifests", SHAPE_LIST},                       \
		{"packages", SHAPE_CHOICES, choice}, {"dockerfiles", SHAPE_NAMED_LINES, choice},   \
		{"connection", SHAPE_NAMED_NAMED}, {"secrets", SHAPE_NAMED_TEXTS},                 \
		{"ignore", SHAPE_LIST},                                                            \
	{                                                                                          \
		"exclude", SHAPE_LIST                                                              \
	}

static const struct key framework[] = {{"name", SHAPE_TEXT}, {"when", SHAPE_OBJECT, condition},
	{"points", SHAPE_NUMBER}, {"base", SHAPE_FLAG}, TEMPLATE, {NULL}};
static const struct key stack[] = {{"label", SHAPE_TEXT}, {"sources", SHAPE_LIST},
	{"marks", SHAPE_LIST}, {"images", SHAPE_LIST}, {"evidence", SHAPE_OBJECTS, evidence},
	{"dependencies", SHAPE_OBJECTS, dependency}, {"workspaces", SHAPE_OBJECTS, place},
	{"frameworks", SHAPE_OBJECTS, framework}, TEMPLATE, {NULL}};

enum { MAX_KEYS = 32 };

static int check_object(struct json_file *file, const char *name, const json_t *value,
	const struct key *keys, struct berth_error *err);

static int check_texts(
	struct json_file *file, const char *name, const json_t *list, struct berth_error *err)
{
	if (!json_is_array(list))
		return json_wrong_type(file, name, list, "a list of texts", err);
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (!json_is_string(json_array_get(list, i)))
			return json_wrong_type(file, name, json_array_get(list, i), "a text", err);
	}
	return 0;
}

static int check_list(struct json_file *file, const struct key *key, const char *name,
	const json_t *list, struct berth_error *err)
{
	bool texts = key->shape != SHAPE_OBJECTS;

	if (texts && json_is_string(list))
		return 0;
	if (!json_is_array(list))
		return json_wrong_type(
			file, name, list, texts ? "a text or a list" : "a list of objects", err);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		if (texts && json_is_string(item))
			continue;
		json_enter_index(file, i);
		if (check_object(file, name, item, key->below, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

/* A line is a text, a choice, or a list of them. */
static int check_lines(struct json_file *file, const struct key *key, const char *name,
	const json_t *lines, struct berth_error *err)
{
	if (!json_is_array(lines))
		return json_wrong_type(file, name, lines, "a list of lines", err);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		json_enter_index(file, i);
		if (json_is_object(line) ? check_object(file, name, line, key->below, err) < 0
					 : check_list(file, key, name, line, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

static int check_named(struct json_file *file, const struct key *key, const json_t *object,
	struct berth_error *err)
{
	const char *name;
	json_t *value;

	if (!json_is_object(object))
		return json_wrong_type(file, key->name, object, "an object", err);
	json_object_foreach((json_t *)object, name, value)
	{
		int status;
		json_enter_key(file, name);
		if (key->shape == SHAPE_NAMED_CHOICES)
			status = check_list(file, key, name, value, err);
		else if (key->shape == SHAPE_NAMED_LINES)
			status = check_lines(file, key, name, value, err);
		else if (key->shape == SHAPE_NAMED_NAMED)
			status = check_named(file,
				&(const struct key){name, SHAPE_NAMED_TEXTS, NULL}, value, err);
		else
			status = json_is_string(value)
					 ? 0
					 : json_wrong_type(file, name, value, "a text", err);
		if (status < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

static int check_value(
	struct json_file *file, const struct key *key, const json_t *value, struct berth_error *err)
{
	switch (key->shape) {
	case SHAPE_TEXT:
		return json_is_string(value)
			       ? 0
			       : json_wrong_type(file, key->name, value, "a text", err);
	case SHAPE_NUMBER:
		return json_is_integer(value)
			       ? 0
			       : json_wrong_type(file, key->name, value, "a whole number", err);
	case SHAPE_FLAG:
		return json_is_boolean(value)
			       ? 0
			       : json_wrong_type(file, key->name, value, "true or false", err);
	case SHAPE_TEXTS:
		return json_is_string(value) ? 0 : check_texts(file, key->name, value, err);
	case SHAPE_LIST:
		return check_texts(file, key->name, value, err);
	case SHAPE_OBJECT:
		return check_object(file, key->name, value, key->below, err);
	case SHAPE_OBJECTS:
	case SHAPE_CHOICES:
		return check_list(file, key, key->name, value, err);
	case SHAPE_NAMED_TEXTS:
	case SHAPE_NAMED_CHOICES:
	case SHAPE_NAMED_NAMED:
	case SHAPE_NAMED_LINES:
		return check_named(file, key, value, err);
	}
	return 0;
}

static int check_object(struct json_file *file, const char *name, const json_t *value,
	const struct key *keys, struct berth_error *err)
{
	const char *right[MAX_KEYS + 1] = {0};
	const char *key_name;
	json_t *below;

	if (!json_is_object(value))
		return json_wrong_type(file, name, value, "an object", err);
	for (size_t i = 0; keys[i].name && i < MAX_KEYS; i++)
		right[i] = keys[i].name;
	json_object_foreach((json_t *)value, key_name, below)
	{
		const struct key *key = keys;
		while (key->name && strcmp(key->name, key_name) != 0)
			key++;
		json_enter_key(file, key_name);
		if (!key->name)
			return json_unknown_key(file, key_name, right, err);
		if (check_value(file, key, below, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

int rules_check(struct json_file *file, struct berth_error *err)
{
	return check_object(file, file->name, file->root, stack, err);
}

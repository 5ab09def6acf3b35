#include "detect/pin.h"

#include <stdio.h>
#include <string.h>

#include <berth/nearest.h>

#include "base/cleanup.h"
#include "config/json_file.h"
#include "config/strings.h"
#include "detect/fill.h"

enum { MAX_NAMES = 64, MAX_PORT = 65535 };

enum shape { SHAPE_TEXT, SHAPE_PORT, SHAPE_LIST };

static const struct {
	const char *name;
	enum shape shape;
} keys[] = {
	{"stack", SHAPE_TEXT},
	{"framework", SHAPE_TEXT},
	{"folder", SHAPE_TEXT},
	{"internal_port", SHAPE_PORT},
	{"build_command", SHAPE_TEXT},
	{"run_command", SHAPE_TEXT},
	{"health_path", SHAPE_TEXT},
	{"runtime_version", SHAPE_TEXT},
	{"package_manager", SHAPE_TEXT},
	{"databases", SHAPE_LIST},
};
#define KEYS (sizeof keys / sizeof *keys)

static int check_value(struct json_file *file, const char *name, enum shape shape,
	const json_t *value, struct berth_error *err)
{
	json_int_t port = json_integer_value(value);

	if (shape == SHAPE_TEXT && (!json_is_string(value) || !*json_string_value(value)))
		return json_wrong_type(file, name, value, "a text that is not empty", err);
	if (shape == SHAPE_PORT && (!json_is_integer(value) || port < 1 || port > MAX_PORT))
		return json_file_error(
			file, JSON_AT_VALUE, err, "'%s' is a port, a number from 1 to 65535", name);
	if (shape == SHAPE_LIST && !json_is_array(value))
		return json_wrong_type(file, name, value, "a list of texts", err);
	for (size_t i = 0; shape == SHAPE_LIST && i < json_array_size(value); i++) {
		if (!json_is_string(json_array_get(value, i)))
			return json_wrong_type(file, name, json_array_get(value, i), "a text", err);
	}
	return 0;
}

static int check_keys(struct json_file *file, const json_t *pin, struct berth_error *err)
{
	const char *right[KEYS + 1] = {0}, *name;
	json_t *value;

	for (size_t i = 0; i < KEYS; i++)
		right[i] = keys[i].name;
	if (!json_is_object(pin))
		return json_wrong_type(file, "detect", pin, "an object", err);
	json_object_foreach((json_t *)pin, name, value)
	{
		size_t i = 0;
		while (i < KEYS && strcmp(keys[i].name, name) != 0)
			i++;
		json_enter_key(file, name);
		if (i == KEYS)
			return json_unknown_key(file, name, right, err);
		if (check_value(file, name, keys[i].shape, value, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

/* Is it one of these? The place of `pin` has been entered. */
static int check_word(struct json_file *file, const json_t *pin, const char *key,
	const char *const *right, struct berth_error *err)
{
	const char *word = json_string_value(json_object_get(pin, key));

	if (!word)
		return 0;
	for (size_t i = 0; right[i]; i++) {
		if (strcmp(right[i], word) == 0)
			return 0;
	}
	const char *nearest = berth_nearest(word, right);
	char list[sizeof err->hint] = "";
	for (size_t i = 0, used = 0; right[i] && used < sizeof list; i++)
		used += (size_t)snprintf(
			list + used, sizeof list - used, "%s%s", i ? ", " : "", right[i]);
	json_enter_key(file, key);
	if (nearest)
		json_file_error(file, JSON_AT_VALUE, err, "unknown %s '%s', did you mean '%s'?",
			key, word, nearest);
	else
		json_file_error(file, JSON_AT_VALUE, err, "unknown %s '%s'", key, word);
	return berth_error_hint(err, "it may be one of %s", list);
}

static int check_words(
	struct json_file *file, const json_t *pin, const json_t *rules, struct berth_error *err)
{
	const char *stacks[MAX_NAMES + 1] = {0}, *frameworks[MAX_NAMES + 1] = {0}, *name;
	const char *pinned = json_string_value(json_object_get(pin, "stack"));
	size_t stack_count = 0, framework_count = 0;
	json_t *stack;

	json_object_foreach((json_t *)rules, name, stack)
	{
		const json_t *rows = json_object_get(stack, "frameworks");
		if (stack_count < MAX_NAMES)
			stacks[stack_count++] = name;
		for (size_t i = 0; i < json_array_size(rows) && framework_count < MAX_NAMES; i++) {
			if (!pinned || strcmp(pinned, name) == 0)
				frameworks[framework_count++] = json_string_value(
					json_object_get(json_array_get(rows, i), "name"));
		}
	}
	if (check_word(file, pin, "stack", stacks, err) < 0)
		return -1;
	return check_word(file, pin, "framework", frameworks, err);
}

int pin_read(json_t **pin, const struct scan *scan, const char *folder, const json_t *rules,
	struct berth_error *err)
{
	struct berth_error wrong = {0};
	cleanup_free char *text = NULL, *name = NULL;
	struct json_file file;
	size_t len;

	*pin = NULL;
	text = scan_read(scan, PIN_FILE, JSON_FILE_MAX, &len, &wrong);
	if (!text && wrong.code == BERTH_E_NOT_FOUND)
		return 0;
	if (!text)
		return berth_error_set(err, wrong.code, wrong.number, "%s/%s: %s", folder, PIN_FILE,
			wrong.message);
	if (asprintf(&name, "%s/%s", folder, PIN_FILE) < 0) {
		name = NULL;
		return string_no_memory(err);
	}
	if (json_file_parse(&file, name, text, len, err) < 0)
		return -1;
	json_t *found = json_object_get(file.root, "detect");
	int status = 0;
	if (found) {
		json_enter_key(&file, "detect");
		status = check_keys(&file, found, err);
		if (status == 0)
			status = check_words(&file, found, rules, err);
	}
	if (found && status == 0)
		*pin = json_incref(found);
	json_file_release(&file);
	return status;
}

int pin_apply(struct berth_detection *detection, const json_t *pin, struct berth_error *err)
{
	const struct {
		const char *key;
		struct berth_found *found;
	} values[] = {
		{"build_command", &detection->build},
		{"run_command", &detection->run},
		{"health_path", &detection->health},
		{"runtime_version", &detection->version},
		{"package_manager", &detection->manager},
	};
	const json_t *list = json_object_get(pin, "databases");
	const json_t *port = json_object_get(pin, "internal_port");
	char text[16];

	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		if (found_set(values[i].found,
			    json_string_value(json_object_get(pin, values[i].key)), PIN_FILE,
			    err) < 0)
			return -1;
	}
	snprintf(text, sizeof text, "%d", (int)json_integer_value(port));
	if (port && found_set(&detection->port, text, PIN_FILE, err) < 0)
		return -1;
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (databases_add(detection, json_string_value(json_array_get(list, i)), PIN_FILE,
			    err) < 0)
			return -1;
	}
	return 0;
}

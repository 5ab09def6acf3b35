#include "config/user_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config/json_file.h"
#include "config/parse.h"

struct kind {
	const char *name;
	const char *required;
	const char *keys[12]; /* NULL-terminated */
};

#define SECRET(what) what, what "_env", what "_file", what "_cmd"

static const struct kind kinds[] = {
	{"docker", "host", {"kind", "host", NULL}},
	{"mist", "url", {"kind", "url", "email", SECRET("password"), SECRET("token"), NULL}},
	{"fractalic", "url", {"kind", "url", SECRET("token"), NULL}},
	{"deployer", "url", {"kind", "url", SECRET("token"), NULL}},
	{"plugin", "command", {"kind", "command", NULL}},
};
#define KINDS (sizeof kinds / sizeof *kinds)

bool user_target_is_built_in(const char *name)
{
	return strcmp(name, "local") == 0 || strcmp(name, "demo") == 0;
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);
	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static int check_command(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	bool good = json_is_array(value) && json_array_size(value) > 0;
	for (size_t i = 0; good && i < json_array_size(value); i++)
		good = json_is_string(json_array_get(value, i));
	return good ? 0
		    : json_wrong_type(file, key, value,
			      "a command as a list of texts: [\"pass\", \"show\", \"mist\"]", err);
}

static int check_secret(struct json_file *file, const char *key, struct berth_error *err)
{
	if (!(file->mode & (S_IRGRP | S_IROTH)))
		return 0;
	json_file_error(file, JSON_AT_KEY, err,
		"'%s' is written out in a file that others can read (mode %04o), expected "
		"'%s_env', "
		"'%s_file' or '%s_cmd'",
		key, (unsigned)file->mode, key, key, key);
	return berth_error_hint(
		err, "name where the %s is kept, or: chmod 600 '%s'", key, file->name);
}

static int check_key(struct json_file *file, const struct kind *kind, const char *key,
	const json_t *value, struct berth_error *err)
{
	bool known = false;
	for (size_t i = 0; kind->keys[i]; i++)
		known |= strcmp(kind->keys[i], key) == 0;
	if (!known)
		return json_unknown_key(file, key, kind->keys, err);
	if (ends_with(key, "_cmd"))
		return check_command(file, key, value, err);
	if (!json_is_string(value) || !*json_string_value(value))
		return json_wrong_type(file, key, value, "a text that is not empty", err);
	if (strcmp(key, "password") == 0 || strcmp(key, "token") == 0)
		return check_secret(file, key, err);
	if (strcmp(key, "host") == 0 &&
		parse_check(BERTH_FIELD_HOST, json_string_value(value), 1, err) < 0)
		return json_file_wrap(file, JSON_AT_VALUE, err);
	return 0;
}

static const struct kind *find_kind(
	struct json_file *file, const json_t *value, struct berth_error *err)
{
	const char *names[KINDS + 1] = {0};
	const json_t *name = json_object_get(value, "kind");
	for (size_t i = 0; i < KINDS; i++) {
		names[i] = kinds[i].name;
		if (json_is_string(name) && strcmp(json_string_value(name), kinds[i].name) == 0)
			return &kinds[i];
	}
	if (!name) {
		json_file_error(file, JSON_AT_VALUE, err,
			"the target has no 'kind', expected docker, mist, fractalic, deployer or "
			"plugin");
		return NULL;
	}
	json_enter_key(file, "kind");
	if (!json_is_string(name)) {
		json_wrong_type(file, "kind", name, "a text", err);
	} else {
		parse_choice("kind", json_string_value(name), names, err);
		json_file_wrap(file, JSON_AT_VALUE, err);
	}
	return NULL;
}

int user_target_read(struct user_target *target, struct json_file *file, const char *name,
	const json_t *value, struct berth_error *err)
{
	if (user_target_is_built_in(name))
		return json_file_error(file, JSON_AT_KEY, err,
			"target '%s' is built in, expected another name", name);
	if (parse_name("target", name, err) < 0)
		return json_file_wrap(file, JSON_AT_KEY, err);
	if (!json_is_object(value))
		return json_wrong_type(file, name, value, "an object", err);
	const struct kind *kind = find_kind(file, value, err);
	if (!kind)
		return -1;
	const char *key;
	json_t *element;
	json_object_foreach((json_t *)value, key, element)
	{
		json_enter_key(file, key);
		if (check_key(file, kind, key, element, err) < 0)
			return -1;
		json_leave(file);
	}
	if (!json_object_get(value, kind->required))
		return json_file_error(file, JSON_AT_VALUE, err,
			"target '%s' of kind '%s' has no '%s'", name, kind->name, kind->required);
	const char *host = json_string_value(json_object_get(value, "host"));
	if (string_copy(&target->name, name, err) < 0 ||
		string_copy(&target->kind, kind->name, err) < 0 ||
		string_copy(&target->host, host, err) < 0)
		return -1;
	return 0;
}

void user_target_release(struct user_target *target)
{
	free(target->name);
	free(target->kind);
	free(target->host);
	*target = (struct user_target){0};
}

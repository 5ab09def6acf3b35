#include "config/user_target.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/config_keys.h>

#include "base/cleanup.h"
#include "config/json_file.h"
#include "config/parse.h"
#include "config/paths.h"
#include "config/server.h"
#include "config/target_keys.h"

#define SECRET(what) what, what "_env", what "_file", what "_cmd"

const struct berth_target_kind berth_target_kinds[] = {
	{"docker", "a Docker engine", "host", false, true, {"kind", "host", "protected", NULL}},
	{"mist", "a Mist server", "url", true, true,
		{"kind", "url", "email", SECRET("password"), SECRET("token"), "headers", "ca_file",
			"cert_file", "key_file", "insecure", "protected", NULL}},
	{"fractalic", "a Fractalic UI server", "url", true, true,
		{"kind", "url", SECRET("token"), "user", SECRET("password"), "headers", "ca_file",
			"cert_file", "key_file", "insecure", "docker_host", "protected", NULL}},
	{"deployer", "a Smart Deployment System", "url", true, true,
		{"kind", "url", SECRET("token"), "user", SECRET("password"), "headers", "ca_file",
			"cert_file", "key_file", "insecure", "protected", NULL}},
	{"plugin", "a program of one's own", "command", false, true,
		{"kind", "command", "set", "protected", NULL}},
	{NULL, NULL, NULL, false, false, {NULL}},
};
#define KINDS (sizeof berth_target_kinds / sizeof *berth_target_kinds - 1)

bool user_target_is_built_in(const char *name)
{
	return strcmp(name, "local") == 0 || strcmp(name, "demo") == 0;
}

static int check_key(struct json_file *file, const struct berth_target_kind *kind, const char *key,
	const json_t *value, struct berth_error *err)
{
	bool known = false;
	for (size_t i = 0; kind->keys[i]; i++)
		known |= strcmp(kind->keys[i], key) == 0;
	if (!known)
		return json_unknown_key(file, key, kind->keys, err);
	return target_key_check(file, kind->name, key, value, err);
}

static const struct berth_target_kind *find_kind(
	struct json_file *file, const json_t *value, struct berth_error *err)
{
	const char *names[KINDS + 1] = {0};
	const json_t *name = json_object_get(value, "kind");
	for (size_t i = 0; i < KINDS; i++) {
		names[i] = berth_target_kinds[i].name;
		if (json_is_string(name) &&
			strcmp(json_string_value(name), berth_target_kinds[i].name) == 0)
			return &berth_target_kinds[i];
	}
	if (!name) {
		json_file_error(file, JSON_AT_VALUE, err,
			"the target has no 'kind', expected docker, mist, fractalic, deployer or "
			"plugin");
		if (json_object_get(value, "url"))
			berth_error_hint(err, "'berth doctor --target URL' finds out which it is");
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

/* A command is one word or a list of them. */
static int read_plugin(struct user_target *target, struct json_file *file, const json_t *value,
	struct berth_error *err)
{
	const json_t *command = json_object_get(value, "command"), *word;
	const json_t *own = json_object_get(value, "set");
	size_t i;
	if (json_is_string(command) &&
		strings_add(&target->command, json_string_value(command), err) < 0)
		return -1;
	json_array_foreach(command, i, word)
	{
		if (strings_add(&target->command, json_string_value(word), err) < 0)
			return -1;
	}
	return own ? json_field_values(file, BERTH_FIELD_SET, own, NULL, &target->own, err) : 0;
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
	const struct berth_target_kind *kind = find_kind(file, value, err);
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
	target->is_protected = json_is_true(json_object_get(value, "protected"));
	if (string_copy(&target->name, name, err) < 0 ||
		string_copy(&target->kind, kind->name, err) < 0 ||
		string_copy(&target->host, host, err) < 0)
		return -1;
	if (read_plugin(target, file, value, err) < 0)
		return -1;
	cleanup_free char *folder = NULL;
	if (!kind->server)
		return 0;
	return path_folder(&folder, file->name, err) < 0
		       ? -1
		       : server_read(&target->server, file, value, folder, err);
}

void user_target_release(struct user_target *target)
{
	free(target->name);
	free(target->kind);
	free(target->host);
	server_free(target->server);
	strings_release(&target->command);
	strings_release(&target->own);
	*target = (struct user_target){0};
}

#include "detect/rules.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/json_file.h"
#include "config/paths.h"
#include "config/strings.h"
#include "detect/rules_check.h"
#include "detect/stack_data.h"

/* What is in `more` goes before, or in place of, what is in `into`. */
static void merge(json_t *into, json_t *more)
{
	const char *key;
	json_t *value;

	json_object_foreach(more, key, value)
	{
		json_t *old = json_object_get(into, key);
		if (json_is_object(old) && json_is_object(value)) {
			merge(old, value);
		} else if (json_is_array(old) && json_is_array(value)) {
			for (size_t i = json_array_size(value); i-- > 0;)
				json_array_insert(old, 0, json_array_get(value, i));
		} else {
			json_object_set(into, key, value);
		}
	}
}

/* Takes the contents of `file`. */
static int add(json_t *rules, const char *name, struct json_file *file, struct berth_error *err)
{
	json_t *known = json_object_get(rules, name);
	int status = rules_check(file, err);

	if (status == 0 && known)
		merge(known, file->root);
	else if (status == 0)
		json_object_set(rules, name, file->root);
	json_file_release(file);
	return status;
}

static int add_built_in(json_t *rules, struct berth_error *err)
{
	for (const struct embedded *data = stack_data; data->name; data++) {
		struct json_file file;
		char name[64];
		snprintf(name, sizeof name, "stacks/%s.json", data->name);
		if (json_file_parse(&file, name, (const char *)data->text, data->len, err) < 0 ||
			add(rules, data->name, &file, err) < 0)
			return -1;
	}
	return 0;
}

/* Names of the files, sorted, so that the same folder gives the same rules. */
static int list_own(struct strings *names, const char *folder, struct berth_error *err)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	int status = 0;

	*names = (struct strings){0};
	if (!dir)
		return 0;
	while (status == 0 && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);
		if (len > 5 && entry->d_name[0] != '.' &&
			strcmp(entry->d_name + len - 5, ".json") == 0)
			status = strings_add(names, entry->d_name, err);
	}
	closedir(dir);
	if (status < 0)
		strings_release(names);
	else if (names->count)
		strings_sort(names);
	return status;
}

static int add_own_file(
	json_t *rules, const char *folder, const char *file_name, struct berth_error *err)
{
	cleanup_free char *name = strndup(file_name, strlen(file_name) - 5), *path = NULL;
	struct json_file file;

	if (!name || asprintf(&path, "%s/%s", folder, file_name) < 0) {
		path = NULL;
		return string_no_memory(err);
	}
	int found = json_file_read(&file, path, err);
	return found > 0 ? add(rules, name, &file, err) : found;
}

static int add_own(json_t *rules, struct berth_error *err)
{
	cleanup_free char *folder = NULL;
	struct strings names;

	if (path_of_config(&folder, "stacks", err) < 0)
		return -1;
	if (!folder)
		return 0;
	int status = list_own(&names, folder, err);
	for (size_t i = 0; i < names.count && status == 0; i++)
		status = add_own_file(rules, folder, names.items[i], err);
	strings_release(&names);
	return status;
}

json_t *rules_load(struct berth_error *err)
{
	json_t *rules = json_object();

	if (!rules)
		string_no_memory(err);
	else if (add_built_in(rules, err) < 0 || add_own(rules, err) < 0) {
		json_decref(rules);
		return NULL;
	}
	return rules;
}

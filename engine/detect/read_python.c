#include "detect/read.h"

#include <string.h>

#include "base/cleanup.h"

/* A table of names, as Poetry and Pipenv have it. */
static void take_names(json_t *into, const json_t *table)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)table, key, value)
	{
		cleanup_free char *name = read_python_name(key, strlen(key));
		const json_t *version = json_is_object(value) ? json_object_get(value, "version")
							      : value;
		if (name && strcmp(name, "python") != 0)
			json_object_set_new(into, name,
				json_string(
					json_is_string(version) ? json_string_value(version) : ""));
	}
}

/* A list of PEP 508, as [project] has it. */
static void take_list(json_t *into, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));
		if (text)
			read_requirement(into, text, strlen(text));
	}
}

static void take_lists(json_t *into, const json_t *table)
{
	const char *key;
	json_t *list;

	json_object_foreach((json_t *)table, key, list) take_list(into, list);
}

static const json_t *below(const json_t *root, const char *a, const char *b, const char *c)
{
	const json_t *value = json_object_get(root, a);
	value = b ? json_object_get(value, b) : value;
	return c ? json_object_get(value, c) : value;
}

json_t *read_pyproject(const char *text, size_t len, struct berth_error *err)
{
	json_t *root = read_toml(text, len, err);
	json_t *requires = json_object(), *dev = json_object();
	const char *group;
	json_t *value;

	if (!root || !requires || !dev) {
		json_decref(root);
		json_decref(requires);
		json_decref(dev);
		return NULL;
	}
	take_list(requires, below(root, "project", "dependencies", NULL));
	take_lists(dev, below(root, "project", "optional-dependencies", NULL));
	take_lists(dev, below(root, "dependency-groups", NULL, NULL));
	take_names(requires, below(root, "tool", "poetry", "dependencies"));
	take_names(dev, below(root, "tool", "poetry", "dev-dependencies"));
	json_object_foreach((json_t *)below(root, "tool", "poetry", "group"), group, value)
		take_names(dev, json_object_get(value, "dependencies"));
	json_object_set_new(root, "requires", requires);
	json_object_set_new(root, "dev", dev);
	return root;
}

json_t *read_pipfile(const char *text, size_t len, struct berth_error *err)
{
	json_t *root = read_toml(text, len, err);
	json_t *packages = json_object();

	if (!root || !packages) {
		json_decref(root);
		json_decref(packages);
		return NULL;
	}
	take_names(packages, json_object_get(root, "packages"));
	json_object_set_new(root, "packages", packages);
	return root;
}

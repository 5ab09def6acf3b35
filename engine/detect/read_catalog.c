/* Version catalogs of Gradle: https://docs.gradle.org/current/userguide/version_catalogs.html */
#include "detect/read.h"

#include <stdio.h>
#include <string.h>

/* How a build file calls it: "spring-boot" is libs.spring.boot. */
static void take(json_t *ids, const char *prefix, const char *alias, const char *id, size_t len)
{
	char accessor[256];

	if (snprintf(accessor, sizeof accessor, "%s%s", prefix, alias) >= (int)sizeof accessor)
		return;
	for (char *p = accessor; *p; p++)
		*p = *p == '-' || *p == '_' ? '.' : *p;
	read_put(ids, accessor, id, len);
}

static void take_plugin(json_t *ids, const char *alias, const json_t *value)
{
	const char *id = json_is_string(value) ? json_string_value(value)
					       : json_string_value(json_object_get(value, "id"));
	if (id)
		take(ids, "plugins.", alias, id, strcspn(id, ":"));
}

static void take_library(json_t *ids, const char *alias, const json_t *value)
{
	const char *module = json_is_string(value)
				     ? json_string_value(value)
				     : json_string_value(json_object_get(value, "module"));
	const char *group = json_string_value(json_object_get(value, "group"));
	const char *name = json_string_value(json_object_get(value, "name"));
	char text[256];

	if (!module && group && name) {
		snprintf(text, sizeof text, "%s:%s", group, name);
		module = text;
	}
	if (!module)
		return;
	size_t len = strcspn(module, ":");
	if (module[len])
		len += 1 + strcspn(module + len + 1, ":");
	take(ids, "", alias, module, len);
}

json_t *read_catalog(const char *text, size_t len, struct berth_error *err)
{
	json_t *root = read_toml(text, len, err), *ids = json_object();
	const char *alias;
	json_t *value;

	if (!root || !ids) {
		json_decref(root);
		json_decref(ids);
		return NULL;
	}
	json_object_foreach(json_object_get(root, "plugins"), alias, value)
		take_plugin(ids, alias, value);
	json_object_foreach(json_object_get(root, "libraries"), alias, value)
		take_library(ids, alias, value);
	json_object_set_new(root, "ids", ids);
	return root;
}

/* Project files in XML, and Visual Studio's solutions. */
#include "detect/read.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/lexer.h"

static const json_t *first(const json_t *element, const char *child)
{
	return json_array_get(json_object_get(element, child), 0);
}

/* NULL if it is not there or says nothing. */
static const char *text_of(const json_t *element, const char *child)
{
	return json_string_value(json_object_get(first(element, child), "#"));
}

/* A property stands for its value: "${revision}". One step, as poms have it. */
static const char *resolved(const json_t *project, const char *text)
{
	char name[128];

	if (!text || strncmp(text, "${", 2) != 0)
		return text;
	size_t len = strcspn(text + 2, "}");
	if (len >= sizeof name)
		return text;
	memcpy(name, text + 2, len);
	name[len] = '\0';
	if (strcmp(name, "project.version") == 0)
		return text_of(project, "version");
	const char *value = text_of(first(project, "properties"), name);
	return value ? value : text;
}

static void take_artifact(
	json_t *into, const json_t *project, const json_t *artifact, const char *group_default)
{
	const char *group = text_of(artifact, "groupId"), *name = text_of(artifact, "artifactId");
	const char *scope = text_of(artifact, "scope");
	const char *version = resolved(project, text_of(artifact, "version"));
	char key[256];

	group = group ? group : group_default;
	if (!group || !name || (scope && strcmp(scope, "test") == 0))
		return;
	snprintf(key, sizeof key, "%s:%s", group, name);
	json_object_set_new(into, key, json_string(version ? version : ""));
}

static void take_artifacts(json_t *into, const json_t *project, const json_t *holder,
	const char *list, const char *item, const char *group)
{
	const json_t *items = json_object_get(first(holder, list), item);
	for (size_t i = 0; i < json_array_size(items); i++)
		take_artifact(into, project, json_array_get(items, i), group);
}

static void put_text(json_t *root, const char *key, const char *text)
{
	if (text)
		json_object_set_new(root, key, json_string(text));
}

static void put_java(json_t *root, const json_t *project)
{
	static const char *const keys[] = {"java.version", "maven.compiler.release",
		"maven.compiler.source", "maven.compiler.target", NULL};
	const json_t *properties = first(project, "properties");

	for (size_t i = 0; keys[i] && !json_object_get(root, "java"); i++)
		put_text(root, "java", resolved(project, text_of(properties, keys[i])));
}

json_t *read_pom(const char *text, size_t len, struct berth_error *err)
{
	json_t *xml = read_xml(text, len, err);
	const json_t *project = first(xml, "project");

	if (!xml)
		return NULL;
	if (!project) {
		read_wrong(err, 1, "no <project> in it");
		json_decref(xml);
		return NULL;
	}
	json_t *root = json_pack("{s:{}, s:{}, s:[]}", "dependencies", "plugins", "modules");
	json_t *dependencies = json_object_get(root, "dependencies");
	const json_t *build = first(project, "build");
	const char *version = text_of(project, "version");
	take_artifact(dependencies, project, first(project, "parent"), NULL);
	take_artifacts(dependencies, project, project, "dependencies", "dependency", NULL);
	take_artifacts(json_object_get(root, "plugins"), project, build, "plugins", "plugin",
		"org.apache.maven.plugins");
	const json_t *modules = json_object_get(first(project, "modules"), "module");
	for (size_t i = 0; i < json_array_size(modules); i++)
		json_array_append(json_object_get(root, "modules"),
			json_object_get(json_array_get(modules, i), "#"));
	put_text(root, "name", text_of(project, "artifactId"));
	put_text(root, "version",
		resolved(
			project, version ? version : text_of(first(project, "parent"), "version")));
	put_text(root, "final", resolved(project, text_of(build, "finalName")));
	put_text(root, "packaging", text_of(project, "packaging"));
	put_java(root, project);
	json_decref(xml);
	return root;
}

static void take_items(json_t *into, const json_t *group, const char *item)
{
	const json_t *items = json_object_get(group, item);
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *one = json_array_get(items, i);
		const char *name = json_string_value(json_object_get(one, "@Include"));
		const char *version = json_string_value(json_object_get(one, "@Version"));
		if (name)
			json_object_set_new(into, name, json_string(version ? version : ""));
	}
}

json_t *read_msbuild(const char *text, size_t len, struct berth_error *err)
{
	json_t *xml = read_xml(text, len, err);
	const json_t *project = first(xml, "Project");
	const char *key;
	json_t *value;

	if (!xml)
		return NULL;
	if (!project) {
		read_wrong(err, 1, "no <Project> in it");
		json_decref(xml);
		return NULL;
	}
	json_t *root = json_pack("{s:{}, s:{}, s:{}}", "packages", "frameworks", "properties");
	put_text(root, "sdk", json_string_value(json_object_get(project, "@Sdk")));
	const json_t *items = json_object_get(project, "ItemGroup");
	for (size_t i = 0; i < json_array_size(items); i++) {
		take_items(json_object_get(root, "packages"), json_array_get(items, i),
			"PackageReference");
		take_items(json_object_get(root, "frameworks"), json_array_get(items, i),
			"FrameworkReference");
	}
	const json_t *groups = json_object_get(project, "PropertyGroup");
	for (size_t i = 0; i < json_array_size(groups); i++) {
		json_object_foreach(json_array_get(groups, i), key, value)
			json_object_set(json_object_get(root, "properties"), key,
				json_object_get(json_array_get(value, 0), "#"));
	}
	json_decref(xml);
	return root;
}

/* Project("{GUID}") = "Web", "src\Web\Web.csproj", "{GUID}" */
json_t *read_solution(const char *text, size_t len, struct berth_error *err)
{
	json_t *root = json_pack("{s:[]}", "folders");
	struct lexer lexer;
	struct token token;
	unsigned texts = 0;

	(void)err;
	lexer_init(&lexer, text, len, LEX_HASH);
	while (root && (token = lexer_next(&lexer)).kind != TOKEN_END) {
		if (token.kind == TOKEN_LINE || token_is(&token, "Project"))
			texts = 0;
		if (token.kind != TOKEN_TEXT || ++texts != 3)
			continue;
		cleanup_free char *path = strndup(token.at, token.len);
		for (char *p = path; p && *p; p++)
			*p = *p == '\\' ? '/' : *p;
		char *slash = path ? strrchr(path, '/') : NULL;
		if (slash) {
			*slash = '\0';
			json_array_append_new(json_object_get(root, "folders"), json_string(path));
		}
	}
	return root;
}

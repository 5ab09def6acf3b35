#include "detect/recipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/facet.h"
#include "detect/fill.h"
#include "detect/pin.h"
#include "detect/runtime.h"

enum {
	TEXT_MAX = 2048,
	MAX_MANIFESTS = 128, /* more COPY lines than that help nobody */
};

struct cook {
	struct recipe *recipe;
	struct facet *facet;
	const struct berth_detection *detection;
	struct berth_error *err;
};

static const json_t *lines_of(const struct facet *facet, const char *name)
{
	return json_object_get(facet_rule(facet, "dockerfiles"), name);
}

static bool has_command(const json_t *lines)
{
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const char *line = json_string_value(json_array_get(lines, i));
		if (line && strcmp(line, "CMD") == 0)
			return true;
	}
	return false;
}

/* A person's word: in the pin, or a Procfile. */
static bool is_said(const struct berth_found *found)
{
	const char *from = found->value ? found->from : "";
	const char *slash = strrchr(from, '/');

	return strcmp(from, PIN_FILE) == 0 || strcmp(slash ? slash + 1 : from, "Procfile") == 0;
}

/* The Dockerfile's lines. What a person says is to be run needs one that runs it. */
static const json_t *choose_lines(struct cook *cook)
{
	struct facet *facet = cook->facet;
	const json_t *framework = facet->framework;

	facet->image[0] = '\0';
	if (!choice_text(facet, "image", facet->image, sizeof facet->image, NULL))
		return NULL;
	if (is_said(&cook->detection->run) && !has_command(lines_of(facet, facet->image))) {
		char name[sizeof facet->image];
		facet->framework = NULL;
		if (choice_text(facet, "image", name, sizeof name, NULL))
			snprintf(facet->image, sizeof facet->image, "%s", name);
		facet->framework = framework;
	}
	return lines_of(facet, facet->image);
}

static int add_lines(struct cook *cook, const json_t *lines)
{
	char text[TEXT_MAX];

	for (size_t i = 0; i < json_array_size(lines); i++) {
		if (choices_text(cook->facet, json_array_get(lines, i), text, sizeof text, NULL) &&
			strings_add(&cook->recipe->lines, text, cook->err) < 0)
			return -1;
	}
	return 0;
}

static bool take_manifest(void *context, const char *path)
{
	struct cook *cook = context;
	struct strings *manifests = &cook->recipe->manifests;

	if (!strings_has(manifests, path) && strings_add(manifests, path, cook->err) < 0)
		return true;
	return manifests->count > MAX_MANIFESTS;
}

/* In the whole workspace: its members are installed together. */
static void add_manifests(struct cook *cook)
{
	const struct scan *scan = cook->facet->documents->scan;
	const json_t *names = facet_rule(cook->facet, "manifests");
	bool member = cook->facet->member;
	bool full = false;

	for (size_t i = 0; i < scan->count && !full; i++) {
		for (size_t j = 0; j < json_array_size(names) && !full; j++) {
			if (member || i == cook->facet->folder)
				full = scan_each(scan, i,
					json_string_value(json_array_get(names, j)), take_manifest,
					cook);
		}
	}
	if (full)
		strings_release(&cook->recipe->manifests);
}

/* All that hold. */
static int add_packages(struct cook *cook)
{
	const json_t *rules = facet_rule(cook->facet, "packages");
	char text[TEXT_MAX];

	for (size_t i = 0; i < json_array_size(rules); i++) {
		if (choices_text(cook->facet, json_array_get(rules, i), text, sizeof text, NULL) &&
			strings_add(&cook->recipe->packages, text, cook->err) < 0)
			return -1;
	}
	return 0;
}

static int add_pair(struct cook *cook, struct strings *to, const char *before, const char *name,
	const char *value)
{
	char text[TEXT_MAX];

	if (snprintf(text, sizeof text, "%s%s%s=%s", before, *before ? " " : "", name, value) >=
		(int)sizeof text)
		return berth_error_set(cook->err, BERTH_E_LIMIT, 0,
			"the value of '%s' is longer than %d bytes", name, TEXT_MAX);
	return strings_add(to, text, cook->err);
}

static bool has_name(const struct strings *pairs, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < pairs->count; i++) {
		if (strncmp(pairs->items[i], name, len) == 0 && pairs->items[i][len] == '=')
			return true;
	}
	return false;
}

static int add_environment(struct cook *cook, const json_t *rules)
{
	const struct match nothing = {0};
	char text[TEXT_MAX];
	const char *name;
	json_t *value;

	json_object_foreach(json_object_get(rules, "environment"), name, value)
	{
		if (has_name(&cook->recipe->environment, name) ||
			!expand_text(cook->facet, json_string_value(value), &nothing, text,
				sizeof text, 0))
			continue;
		if (add_pair(cook, &cook->recipe->environment, "", name, text) < 0)
			return -1;
	}
	return 0;
}

static int add_connections(struct cook *cook)
{
	const json_t *rules = facet_rule(cook->facet, "connection");
	const char *name;
	json_t *value;

	for (size_t i = 0; i < cook->detection->database_count; i++) {
		const char *database = cook->detection->databases[i].name;
		json_object_foreach(json_object_get(rules, database), name, value)
		{
			if (add_pair(cook, &cook->recipe->connections, database, name,
				    json_string_value(value)) < 0)
				return -1;
		}
	}
	json_object_foreach((json_t *)facet_rule(cook->facet, "secrets"), name, value)
	{
		if (add_pair(cook, &cook->recipe->secrets, "", name, json_string_value(value)) < 0)
			return -1;
	}
	return 0;
}

static int add_ignored(struct cook *cook)
{
	const json_t *rules = facet_rule(cook->facet, "ignore");

	for (size_t i = 0; i < json_array_size(rules); i++) {
		if (strings_add(&cook->recipe->ignore, json_string_value(json_array_get(rules, i)),
			    cook->err) < 0)
			return -1;
	}
	return 0;
}

/* In an image other ports and commands may be right: its server is another, or may not have a port
 * below 1024. */
static int set_port_and_command(struct cook *cook)
{
	const struct berth_detection *detection = cook->detection;
	struct recipe *recipe = cook->recipe;
	char text[TEXT_MAX], from[512];
	bool said = is_said(&detection->port);

	if (!said && choice_text(cook->facet, "port", text, sizeof text, from) &&
		port_of_text(text)) {
		snprintf(recipe->port, sizeof recipe->port, "%d", port_of_text(text));
		recipe->port_guessed = strcmp(from, "template") == 0 && !detection->best.framework;
	} else if (detection->port.value) {
		snprintf(recipe->port, sizeof recipe->port, "%s", detection->port.value);
	}
	snprintf(cook->facet->port, sizeof cook->facet->port, "%s", recipe->port);
	if (is_said(&detection->run))
		return string_copy(&recipe->command, detection->run.value, cook->err);
	if (!choice_text(cook->facet, "run", text, sizeof text, NULL))
		return 0;
	return string_copy(&recipe->command, text, cook->err);
}

static int cook(struct cook *cook)
{
	const json_t *lines = choose_lines(cook);
	struct recipe *recipe = cook->recipe;

	recipe->member = cook->facet->member;
	if (string_copy(&recipe->folder, facet_path(cook->facet), cook->err) < 0 ||
		set_port_and_command(cook) < 0 || add_lines(cook, lines) < 0 ||
		add_packages(cook) < 0 || add_environment(cook, cook->facet->framework) < 0 ||
		add_environment(cook, cook->facet->stack) < 0 || add_connections(cook) < 0 ||
		add_ignored(cook) < 0)
		return -1;
	add_manifests(cook);
	/* Only a server of the image's own listens where a template says. */
	recipe->port_guessed = recipe->port_guessed && has_command(lines);
	return 0;
}

int recipe_fill(struct recipe *recipe, struct facet *facet, const struct berth_detection *detection,
	struct berth_error *err)
{
	struct cook it = {recipe, facet, detection, err};

	facet->found = detection;
	runtime_pick(facet_rule(facet, "runtime"), detection->version.value, facet->runtime,
		sizeof facet->runtime);
	return cook(&it);
}

void recipe_release(struct recipe *recipe)
{
	strings_release(&recipe->lines);
	strings_release(&recipe->manifests);
	strings_release(&recipe->packages);
	strings_release(&recipe->environment);
	strings_release(&recipe->connections);
	strings_release(&recipe->secrets);
	strings_release(&recipe->ignore);
	free(recipe->folder);
	free(recipe->command);
	*recipe = (struct recipe){0};
}

#include "detect/fill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/copy.h"
#include "config/strings.h"
#include "detect/pin.h"
#include "detect/recipe.h"

enum { TEXT_MAX = 2048 };

struct filler {
	struct berth_detection *detection;
	struct facet facet;
	struct berth_error *err;
};

int found_set(
	struct berth_found *found, const char *value, const char *from, struct berth_error *err)
{
	if (!value)
		return 0;
	free(found->value);
	free(found->from);
	found->value = copy_text(value);
	found->from = copy_text(from);
	return found->value && found->from ? 0 : string_no_memory(err);
}

static int add_pair(struct berth_found_pair **pairs, size_t *count, const char *name,
	const char *value, struct berth_error *err)
{
	struct berth_found_pair *items = reallocarray(*pairs, *count + 1, sizeof *items);

	if (!items)
		return string_no_memory(err);
	*pairs = items;
	items[*count] = (struct berth_found_pair){copy_text(name), copy_text(value)};
	if (!items[*count].name || !items[*count].value) {
		free(items[*count].name);
		free(items[*count].value);
		return string_no_memory(err);
	}
	++*count;
	return 0;
}

int databases_add(struct berth_detection *detection, const char *database, const char *from,
	struct berth_error *err)
{
	for (size_t i = 0; i < detection->database_count; i++) {
		if (strcmp(detection->databases[i].name, database) == 0)
			return 0;
	}
	return add_pair(&detection->databases, &detection->database_count, database, from, err);
}

static int fill_choice(struct filler *filler, const char *key, struct berth_found *found)
{
	char text[TEXT_MAX], from[512];

	if (found->value || !choice_text(&filler->facet, key, text, sizeof text, from))
		return 0;
	return found_set(found, text, from, filler->err);
}

static int set_port(struct filler *filler, int port, const char *from)
{
	char text[16];

	snprintf(text, sizeof text, "%d", port);
	snprintf(filler->facet.port, sizeof filler->facet.port, "%s", text);
	return found_set(&filler->detection->port, text, from, filler->err);
}

/* A place that says no number ("${PORT}") says nothing. */
static int fill_port(struct filler *filler)
{
	char text[TEXT_MAX], from[512];
	int port;

	if (filler->detection->port.value)
		port = port_of_text(filler->detection->port.value);
	else if (choice_text(&filler->facet, "port", text, sizeof text, from) &&
		 (port = port_of_text(text)))
		return set_port(filler, port, from);
	else
		return 0;
	snprintf(filler->facet.port, sizeof filler->facet.port, "%d", port);
	return 0;
}

/* "web" of a Procfile is what a person wrote down for this. A port that is written out there, or in
 * a pin, is the port; in our own commands it comes from what is known already. */
static int fill_run(struct filler *filler)
{
	struct berth_detection *detection = filler->detection;
	struct berth_found *run = &detection->run;
	bool pinned_port = detection->port.from && strcmp(detection->port.from, PIN_FILE) == 0;
	char path[512];

	if (detection->by == BERTH_DETECTED_DOCKERFILE || detection->by == BERTH_DETECTED_COMPOSE)
		return 0;
	if (!run->value && facet_join(&filler->facet, "Procfile", path, sizeof path)) {
		const json_t *tree = documents_get(filler->facet.documents, path);
		if (found_set(run, json_string_value(json_object_get(tree, "web")), path,
			    filler->err) < 0)
			return -1;
	}
	int port = run->value && !pinned_port ? port_of_command(run->value) : 0;
	if (port && set_port(filler, port, run->from) < 0)
		return -1;
	return fill_choice(filler, "run", run);
}

static int fill_environment(struct filler *filler, const json_t *rules)
{
	struct berth_detection *detection = filler->detection;
	const struct match nothing = {0};
	const char *name;
	json_t *value;
	char text[TEXT_MAX];

	json_object_foreach(json_object_get(rules, "environment"), name, value)
	{
		bool known = false;
		for (size_t i = 0; i < detection->environment_count; i++)
			known = known || strcmp(detection->environment[i].name, name) == 0;
		if (known || !expand_text(&filler->facet, json_string_value(value), &nothing, text,
				     sizeof text, 0))
			continue;
		if (add_pair(&detection->environment, &detection->environment_count, name, text,
			    filler->err) < 0)
			return -1;
	}
	return 0;
}

static int fill_exclude(struct filler *filler, const json_t *rules)
{
	struct berth_detection *detection = filler->detection;
	const json_t *list = json_object_get(rules, "exclude");

	for (size_t i = 0; i < json_array_size(list); i++) {
		char **items = reallocarray(
			detection->exclude, detection->exclude_count + 1, sizeof *items);
		if (!items)
			return string_no_memory(filler->err);
		detection->exclude = items;
		items[detection->exclude_count] = copy_text(
			json_string_value(json_array_get(list, i)));
		if (!items[detection->exclude_count])
			return string_no_memory(filler->err);
		detection->exclude_count++;
	}
	return 0;
}

static bool database_says(struct filler *filler, const json_t *rule, struct match *match)
{
	if (!json_is_string(rule))
		return condition_holds(&filler->facet, rule, match);
	json_t *condition = json_pack("{s:O}", "needs", rule);
	bool holds = condition && condition_holds(&filler->facet, condition, match);
	json_decref(condition);
	return holds;
}

static int fill_databases(struct filler *filler, const json_t *rules)
{
	const char *name;
	json_t *list;

	json_object_foreach(json_object_get(rules, "databases"), name, list)
	{
		size_t count = json_is_array(list) ? json_array_size(list) : 1;
		for (size_t i = 0; i < count; i++) {
			const json_t *rule = json_is_array(list) ? json_array_get(list, i) : list;
			struct match match = {0};
			if (!database_says(filler, rule, &match))
				continue;
			if (databases_add(filler->detection, name,
				    *match.file ? match.file : "template", filler->err) < 0)
				return -1;
			break;
		}
	}
	return 0;
}

static int fill(struct filler *filler, const struct option *option)
{
	struct berth_detection *detection = filler->detection;

	if (fill_choice(filler, "manager", &detection->manager) < 0)
		return -1;
	if (detection->manager.value)
		snprintf(filler->facet.manager, sizeof filler->facet.manager, "%s",
			detection->manager.value);
	if (fill_choice(filler, "version", &detection->version) < 0 || fill_port(filler) < 0 ||
		fill_run(filler) < 0 || fill_choice(filler, "build", &detection->build) < 0 ||
		fill_choice(filler, "health", &detection->health) < 0)
		return -1;
	/* The framework's before the stack's. */
	const json_t *rules[] = {option->framework, option->stack};
	for (size_t i = 0; i < 2; i++) {
		if (fill_environment(filler, rules[i]) < 0 || fill_exclude(filler, rules[i]) < 0 ||
			fill_databases(filler, rules[i]) < 0)
			return -1;
	}
	return 0;
}

int fill_template(struct berth_detection *detection, struct documents *documents,
	const struct option *option, struct recipe *recipe, struct berth_error *err)
{
	struct filler filler = {.detection = detection, .err = err};

	if (facet_init(&filler.facet, documents, option->name, option->stack, option->folder,
		    option->kind, err) < 0)
		return -1;
	filler.facet.framework = option->framework;
	filler.facet.member = option->member;
	int status = fill(&filler, option);
	if (status == 0 && recipe)
		status = recipe_fill(recipe, &filler.facet, detection, err);
	facet_release(&filler.facet);
	return status;
}

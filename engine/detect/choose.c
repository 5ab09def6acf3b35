#include "detect/choose.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/copy.h"
#include "config/strings.h"
#include "detect/databases.h"
#include "detect/fill.h"
#include "detect/pin.h"

enum {
	POINTS_PIN = 100,
	POINTS_WRITTEN = 90, /* a Dockerfile or a compose file */
	POINTS_AGREE = 10,   /* and the files say the same stack */
};

static const struct option *find_option(
	const struct decision *decision, const char *stack, const char *folder)
{
	for (size_t i = 0; i < decision->options.count; i++) {
		const struct option *option = &decision->options.items[i];
		if ((!stack || strcmp(option->name, stack) == 0) &&
			(!folder || strcmp(option->shown.folder, folder) == 0))
			return option;
	}
	return NULL;
}

/* An option for a stack that only a person or an image names. */
static const struct option *make_option(
	struct decision *decision, const char *stack, const char *folder)
{
	struct option *made = &decision->made;
	size_t at = folder ? scan_find_folder(decision->documents.scan, folder) : 0;
	const json_t *rules = json_object_get(decision->rules, stack);
	const char *label = json_string_value(json_object_get(rules, "label"));

	*made = (struct option){
		.name = stack, .stack = rules, .folder = at == SIZE_MAX ? 0 : at, .kind = -1};
	if (candidate_begin(
		    &made->shown, stack, label ? label : stack, NULL, folder ? folder : "") < 0) {
		string_no_memory(decision->err);
		return NULL;
	}
	return made;
}

static const char *stack_of_image(const struct decision *decision, const char *image)
{
	const char *name;
	json_t *stack;

	json_object_foreach(decision->rules, name, stack)
	{
		const json_t *images = json_object_get(stack, "images");
		for (size_t i = 0; i < json_array_size(images); i++) {
			if (image_is(image, json_string_value(json_array_get(images, i))))
				return name;
		}
	}
	return NULL;
}

/* Is it an image of this stack, in any stage? A stack built in one stage is often served by
 * another's image. */
static bool is_in_stages(const struct decision *decision, const char *stack)
{
	const json_t *stages = decision->written.stages;

	for (size_t i = 0; i < json_array_size(stages); i++) {
		const char *image = json_string_value(
			json_object_get(json_array_get(stages, i), "base"));
		const char *known = image ? stack_of_image(decision, image) : NULL;
		if (known && strcmp(known, stack) == 0)
			return true;
	}
	return false;
}

/* What a Dockerfile is about: the likeliest stack that one of its images is of; else the stack of
 * its image; else what the files say. */
static const struct option *option_of_images(struct decision *decision)
{
	const char *stack = NULL, *slash = strrchr(decision->written.dockerfile, '/');
	char folder[512];

	/* A Dockerfile in a folder of its own is about what is in that folder. */
	snprintf(folder, sizeof folder, "%.*s",
		slash ? (int)(slash - decision->written.dockerfile) : 0,
		decision->written.dockerfile);
	for (size_t i = 0; i < decision->options.count && *folder; i++) {
		if (strcmp(decision->options.items[i].shown.folder, folder) == 0 &&
			is_in_stages(decision, decision->options.items[i].name))
			return &decision->options.items[i];
	}
	for (size_t i = 0; i < decision->options.count; i++) {
		if (is_in_stages(decision, decision->options.items[i].name))
			return &decision->options.items[i];
	}
	if (decision->written.image)
		stack = stack_of_image(decision, decision->written.image);
	if (!stack)
		return find_option(decision, NULL, NULL);
	const struct option *option = find_option(decision, stack, NULL);
	return option ? option : make_option(decision, stack, NULL);
}

static const json_t *framework_named(const json_t *stack, const char *name)
{
	const json_t *rows = json_object_get(stack, "frameworks");

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		if (strcmp(json_string_value(json_object_get(row, "name")), name) == 0)
			return row;
	}
	return NULL;
}

/* The stack that has the framework. */
static const char *stack_of_framework(const struct decision *decision, const char *framework)
{
	const char *name;
	json_t *stack;

	json_object_foreach(decision->rules, name, stack)
	{
		if (framework && framework_named(stack, framework))
			return name;
	}
	return NULL;
}

/* The option that was pinned. A copy without evidence: that is the person's word. */
static const struct option *pinned_option(struct decision *decision)
{
	const char *stack = json_string_value(json_object_get(decision->pin, "stack"));
	const char *folder = json_string_value(json_object_get(decision->pin, "folder"));
	const char *framework = json_string_value(json_object_get(decision->pin, "framework"));
	const struct option *option;

	stack = stack ? stack : stack_of_framework(decision, framework);
	option = find_option(decision, stack, folder);
	stack = stack ? stack : option ? option->name : NULL;
	if (!stack)
		return NULL;
	folder = folder ? folder : option ? option->shown.folder : NULL;
	const json_t *known = option && !framework ? option->framework : NULL;
	if (!make_option(decision, stack, folder))
		return NULL;
	struct option *made = &decision->made;
	made->framework = framework ? framework_named(made->stack, framework) : known;
	made->member = option && option->member;
	made->kind = option ? option->kind : -1;
	if (made->framework)
		made->shown.framework = copy_text(
			json_string_value(json_object_get(made->framework, "name")));
	return made;
}

static int take_pin(struct decision *decision, const struct option *option)
{
	struct berth_candidate *best = &decision->detection->best;

	decision->detection->by = BERTH_DETECTED_PIN;
	if (candidate_copy(best, &option->shown) < 0)
		return -1;
	return candidate_add(best, POINTS_PIN, PIN_FILE, "'detect' says so");
}

static int take_written(struct decision *decision, const struct option *option)
{
	const struct container_file *written = &decision->written;
	struct berth_detection *detection = decision->detection;
	struct berth_candidate *best = &detection->best;
	const struct berth_candidate *like = option ? &option->shown : NULL;
	const char *slash = strrchr(written->path, '/');
	char folder[512];
	int status;

	/* The commands that follow are run where the file is. */
	snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - written->path) : 0,
		written->path);
	detection->by = written->by;
	status = like ? candidate_begin(best, like->stack, like->label, like->framework, folder)
		      : candidate_begin(best, "unknown", "Unknown stack", NULL, folder);
	if (status < 0)
		return -1;
	if (written->by == BERTH_DETECTED_COMPOSE)
		status = candidate_add(best, POINTS_WRITTEN, written->path,
			"an existing compose file wins: service '%s'", written->service);
	else
		status = candidate_add(best, POINTS_WRITTEN, written->path,
			"an existing Dockerfile wins: FROM %s",
			written->image ? written->image : "nothing");
	if (status == 0 && option && option != &decision->made)
		status = candidate_add(best, POINTS_AGREE,
			option->shown.evidence_count ? option->shown.evidence[0].file : "",
			"the files say %s, with %d", option->shown.label, option->shown.confidence);
	return status;
}

static int set_written(struct decision *decision)
{
	const struct container_file *written = &decision->written;
	struct berth_detection *detection = decision->detection;
	bool compose = written->by == BERTH_DETECTED_COMPOSE;
	const char *slash = strrchr(written->path, '/');
	const char *name = slash ? slash + 1 : written->path;
	bool plain = strcmp(name, "Dockerfile") == 0;
	char build[1024];

	snprintf(build, sizeof build, "docker build%s%s .", plain ? "" : " -f ", plain ? "" : name);
	if (found_set(&detection->build_file, written->path, written->path, decision->err) < 0)
		return -1;
	if (!detection->build.value &&
		found_set(&detection->build, compose ? "docker compose build" : build,
			written->path, decision->err) < 0)
		return -1;
	if (!detection->port.value && *written->port &&
		found_set(&detection->port, written->port, written->port_from, decision->err) < 0)
		return -1;
	if (detection->run.value)
		return 0;
	const char *run = compose             ? "docker compose up -d"
			  : *written->command ? written->command
					      : NULL;
	return found_set(&detection->run, run, written->path, decision->err);
}

/* What came second: the best of the files that is not what was chosen. */
static int take_second(struct decision *decision, const struct option *chosen)
{
	for (size_t i = 0; i < decision->options.count; i++) {
		const struct option *option = &decision->options.items[i];
		if (option == chosen)
			continue;
		if (decision->detection->by == BERTH_DETECTED_PIN && chosen &&
			strcmp(option->name, chosen->name) == 0 && option->folder == chosen->folder)
			continue;
		return candidate_copy(&decision->detection->second, &option->shown);
	}
	return 0;
}

int choose(struct decision *decision)
{
	struct berth_detection *detection = decision->detection;
	const struct option *option = NULL;
	int status;

	if (json_object_get(decision->pin, "stack") || json_object_get(decision->pin, "folder") ||
		json_object_get(decision->pin, "framework"))
		option = pinned_option(decision);
	if (option) {
		status = take_pin(decision, option);
	} else if (decision->written.by != BERTH_DETECTED_FILES) {
		option = option_of_images(decision);
		status = take_written(decision, option);
	} else {
		option = find_option(decision, NULL, NULL);
		status = option ? candidate_copy(&detection->best, &option->shown)
				: candidate_begin(
					  &detection->best, "unknown", "Unknown stack", NULL, "");
	}
	if (status == 0)
		status = take_second(decision, option);
	if (status < 0)
		return string_no_memory(decision->err);
	if (pin_apply(detection, decision->pin, decision->err) < 0 ||
		(detection->by != BERTH_DETECTED_FILES && detection->by != BERTH_DETECTED_PIN &&
			set_written(decision) < 0))
		return -1;
	if (option && fill_template(detection, &decision->documents, option, decision->recipe,
			      decision->err) < 0)
		return -1;
	return container_databases(detection, &decision->documents, decision->err);
}

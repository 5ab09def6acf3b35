#include "detect/decide.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/strings.h"
#include "detect/choose.h"
#include "detect/pin.h"
#include "detect/rules.h"

static int kind_of(const char *name, const void *context)
{
	const json_t *rules = context;
	const char *dot = strrchr(name, '.'), *key;
	json_t *stack;
	int kind = 0;

	if (!dot)
		return -1;
	json_object_foreach((json_t *)rules, key, stack)
	{
		const json_t *sources = json_object_get(stack, "sources");
		for (size_t i = 0; i < json_array_size(sources); i++) {
			if (strcmp(json_string_value(json_array_get(sources, i)), dot + 1) == 0)
				return kind;
		}
		kind++;
	}
	return -1;
}

static int note(struct decision *decision, const struct scan *scan)
{
	struct berth_detection *detection = decision->detection;
	struct berth_candidate *best = &detection->best;
	int status = 0;

	detection->looked_at = scan->names;
	detection->cut = scan->cut;
	if (*decision->written.wrong)
		status = candidate_add(best, 0, decision->written.wrong_file, "can't be used: %s",
			decision->written.wrong);
	if (status == 0 && scan->cut)
		status = candidate_add(best, 0, "",
			"%zu names were looked at; there are more in large or deep folders",
			scan->names);
	if (status == 0 && scan->unreadable > 0)
		status = candidate_add(best, 0, "", "%zu folders can't be read", scan->unreadable);
	return status < 0 ? string_no_memory(decision->err) : 0;
}

static int list_files(struct decision *decision)
{
	struct berth_detection *detection = decision->detection;
	const struct berth_candidate *best = &detection->best;
	struct strings files = {0};

	for (size_t i = 0; i < best->evidence_count; i++) {
		const char *file = best->evidence[i].file;
		if (*file && !strings_has(&files, file) &&
			strings_add(&files, file, decision->err) < 0) {
			strings_release(&files);
			return -1;
		}
	}
	if (files.count)
		strings_sort(&files);
	detection->files = files.items;
	detection->file_count = files.count;
	return 0;
}

static int decide_on(struct decision *decision, const struct scan *scan)
{
	if (options_find(&decision->options, decision->rules, &decision->documents, decision->err) <
		0)
		return -1;
	container_file_find(&decision->written, &decision->documents,
		decision->options.count ? decision->options.items[0].shown.folder : "");
	if (choose(decision) < 0 || note(decision, scan) < 0)
		return -1;
	return list_files(decision);
}

/* The folder that is pinned, without what may stand around its name. */
static const char *pinned_folder(json_t *pin)
{
	const char *text = json_string_value(json_object_get(pin, "folder"));
	size_t len;

	if (!text)
		return NULL;
	text += strncmp(text, "./", 2) == 0 ? 2 : 0;
	len = strlen(text);
	while (len > 0 && text[len - 1] == '/')
		len--;
	if (len == 1 && *text == '.')
		len = 0;
	json_object_set_new(pin, "folder", json_stringn(text, len));
	return json_string_value(json_object_get(pin, "folder"));
}

static int look(struct decision *decision, const char *folder, struct scan *scan,
	const atomic_bool *cancelled)
{
	const char *wanted;

	decision->rules = rules_load(decision->err);
	if (!decision->rules || scan_open(scan, folder, decision->err) < 0 ||
		pin_read(&decision->pin, scan, folder, decision->rules, decision->err) < 0)
		return -1;
	wanted = pinned_folder(decision->pin);
	if (scan_walk(scan, wanted, kind_of, decision->rules, cancelled, decision->err) < 0)
		return -1;
	if (wanted && scan_find_folder(scan, wanted) == SIZE_MAX) {
		berth_error_set(decision->err, BERTH_E_USAGE, 0,
			"%s/%s: folder '%s' is not in the source", folder, PIN_FILE, wanted);
		return berth_error_hint(
			decision->err, "'folder' of 'detect' is a path below %s", folder);
	}
	if (documents_init(&decision->documents, scan, cancelled, decision->err) < 0)
		return -1;
	return decide_on(decision, scan);
}

struct berth_detection *decide(const char *folder, struct recipe *recipe,
	const atomic_bool *cancelled, struct berth_error *err)
{
	struct decision decision = {
		.detection = calloc(1, sizeof *decision.detection), .recipe = recipe, .err = err};
	struct scan scan = {.top = -1};
	int status = -1;

	if (decision.detection)
		status = look(&decision, folder, &scan, cancelled);
	else
		string_no_memory(err);
	options_release(&decision.options);
	candidate_release(&decision.made.shown);
	documents_release(&decision.documents);
	json_decref(decision.pin);
	json_decref(decision.rules);
	scan_release(&scan);
	if (status < 0) {
		berth_detection_free(decision.detection);
		return NULL;
	}
	return decision.detection;
}

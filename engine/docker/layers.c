#include "docker/layers.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

#define DOWNLOAD_PART 0.75
#define HALF_TIME_MS  5000.0 /* of an extraction without total */
#define ID_LEN        12

enum kind { ANNOUNCED, DOWNLOADING, VERIFYING, DOWNLOADED, EXTRACTING, PULLED, EXISTS, RETRYING };

/* Manifests and configurations have ids too; they show up as downloaded and nothing else, so that
 * announces no layer. */
static const struct {
	const char *status; /* the text begins so */
	const char *state;
	bool announces;
} kinds[] = {
	[ANNOUNCED] = {"Pulling fs layer", "waiting", true},
	[DOWNLOADING] = {"Downloading", "downloading", true},
	[VERIFYING] = {"Verifying Checksum", "verifying", true},
	[DOWNLOADED] = {"Download complete", "waiting", false},
	[EXTRACTING] = {"Extracting", "extracting", true},
	[PULLED] = {"Pull complete", "done", true},
	[EXISTS] = {"Already exists", "cached", true},
	[RETRYING] = {"Retrying in", "retrying", true},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

_Static_assert(KIND_COUNT == RETRYING + 1, "every kind has its row");

void layers_init(struct layers *layers)
{
	memset(layers, 0, sizeof(*layers));
}

void layers_restart(struct layers *layers)
{
	for (size_t i = 0; i < layers->count; i++) {
		layers->list[i].state = kinds[ANNOUNCED].state;
		layers->list[i].current = 0;
		layers->extracting_since[i] = 0;
		layers->share[i] = 0;
	}
	layers->moving = false;
	layers->digest[0] = layers->status[0] = '\0';
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static const char *text_of(const json_t *value, const char *name)
{
	const char *text = json_string_value(json_object_get(value, name));

	return text ? text : "";
}

static bool is_layer_id(const struct layers *layers, const char *id)
{
	return strlen(id) == ID_LEN && strspn(id, "0123456789abcdef") == ID_LEN &&
	       strcmp(id, layers->tag) != 0;
}

static bool is_final(const struct berth_layer *layer)
{
	return layer->state == kinds[PULLED].state || layer->state == kinds[EXISTS].state;
}

static size_t find_or_add(struct layers *layers, const char *id, enum kind kind)
{
	size_t i;

	for (i = 0; i < layers->count; i++)
		if (strcmp(layers->list[i].id, id) == 0)
			return i;
	if (!kinds[kind].announces || layers->count == BERTH_MAX_LAYERS)
		return BERTH_MAX_LAYERS;
	layers->count++;
	layers->list[i] = (struct berth_layer){.state = kinds[ANNOUNCED].state, .total = -1};
	snprintf(layers->list[i].id, sizeof(layers->list[i].id), "%s", id);
	return i;
}

static void raise(struct layers *layers, size_t i, double share)
{
	if (share > 1)
		share = 1;
	if (share > layers->share[i])
		layers->share[i] = share;
}

static void set_downloaded(struct layers *layers, size_t i)
{
	struct berth_layer *layer = &layers->list[i];

	if (layer->total > 0)
		layer->current = layer->total;
	raise(layers, i, DOWNLOAD_PART);
}

static void take_bytes(struct berth_layer *layer, int64_t current, int64_t total)
{
	if (current > layer->current)
		layer->current = current;
	if (total > layer->total)
		layer->total = total;
	if (layer->total > 0 && layer->total < layer->current)
		layer->total = layer->current;
}

static void take_extraction(
	struct layers *layers, size_t i, int64_t current, int64_t total, int64_t now_ms)
{
	struct berth_layer *layer = &layers->list[i];

	if (total > 0) {
		if (layer->total < 0)
			layer->total = total;
		layers->extracting_since[i] = 0;
		set_downloaded(layers, i);
		raise(layers, i,
			DOWNLOAD_PART + (1 - DOWNLOAD_PART) * (double)current / (double)total);
		return;
	}
	set_downloaded(layers, i);
	if (layers->extracting_since[i] == 0)
		layers->extracting_since[i] = now_ms > 0 ? now_ms : 1;
}

static void apply(
	struct layers *layers, size_t i, enum kind kind, const json_t *detail, int64_t now_ms)
{
	struct berth_layer *layer = &layers->list[i];
	int64_t current = json_integer_value(json_object_get(detail, "current"));
	int64_t total = json_integer_value(json_object_get(detail, "total"));

	/* {1,1} stands for "whole", not for a byte; "units" says that it is no bytes at all. */
	if (total <= 0 || (current == 1 && total == 1) || *text_of(detail, "units"))
		total = -1;
	layer->state = kinds[kind].state;
	if (kind != EXTRACTING)
		layers->extracting_since[i] = 0;
	switch (kind) {
	case ANNOUNCED:
	case RETRYING:
		break;
	case DOWNLOADING:
		if (total > 0 || current > 1)
			take_bytes(layer, current, total);
		if (layer->total > 0)
			raise(layers, i,
				DOWNLOAD_PART * (double)layer->current / (double)layer->total);
		break;
	case VERIFYING:
	case DOWNLOADED:
		set_downloaded(layers, i);
		break;
	case EXTRACTING:
		take_extraction(layers, i, current, total, now_ms);
		break;
	case PULLED:
		set_downloaded(layers, i);
		raise(layers, i, 1);
		break;
	case EXISTS:
		raise(layers, i, 1);
		break;
	}
	if (kind >= VERIFYING && kind <= PULLED)
		layers->moving = true;
	else if (kind == DOWNLOADING && layer->current > 0)
		layers->moving = true;
}

static void pass_time(struct layers *layers, int64_t now_ms)
{
	for (size_t i = 0; i < layers->count; i++) {
		double passed = (double)(now_ms - layers->extracting_since[i]);

		if (layers->extracting_since[i] > 0 && passed > 0)
			raise(layers, i,
				DOWNLOAD_PART +
					(1 - DOWNLOAD_PART) * passed / (passed + HALF_TIME_MS));
	}
}

static void add_up(struct layers *layers)
{
	double known = 0, mean = 1, weight = 0, done = 0;
	size_t known_count = 0;

	if (!layers->moving)
		return;
	for (size_t i = 0; i < layers->count; i++) {
		if (layers->list[i].total <= 0)
			continue;
		known += (double)layers->list[i].total;
		known_count++;
	}
	if (known_count > 0)
		mean = known / (double)known_count;
	for (size_t i = 0; i < layers->count; i++) {
		double own = layers->list[i].total > 0 ? (double)layers->list[i].total : mean;

		weight += own;
		done += own * layers->share[i];
	}
	if (weight > 0 && done / weight > layers->fraction)
		layers->fraction = done / weight < 1 ? done / weight : 1;
}

/* Lines about the whole image; true for one that changed something. */
static bool take_line(struct layers *layers, const char *status, const char *id)
{
	if (starts_with(status, "Pulling from")) {
		snprintf(layers->tag, sizeof(layers->tag), "%.*s", ID_LEN + 1, id);
		return false;
	}
	if (*id)
		return false;
	if (starts_with(status, "Digest: ")) {
		berth_utf8_copy(
			layers->digest, sizeof(layers->digest), status + 8, strlen(status + 8));
		return true;
	}
	if (!starts_with(status, "Status: "))
		return false;
	berth_utf8_copy(layers->status, sizeof(layers->status), status + 8, strlen(status + 8));
	layers->fraction = 1;
	return true;
}

bool layers_update(struct layers *layers, const struct json_t *value, int64_t now_ms)
{
	const char *status = text_of(value, "status"), *id = text_of(value, "id");
	double before = layers->fraction;
	struct berth_layer was = {0};
	size_t kind = 0, i, count = layers->count;
	bool changed;

	pass_time(layers, now_ms);
	changed = take_line(layers, status, id);
	while (kind < KIND_COUNT && !starts_with(status, kinds[kind].status))
		kind++;
	/* An engine that goes through its queue in seconds calls this "Waiting". */
	if (kind == KIND_COUNT && strcmp(status, "Waiting") == 0)
		kind = ANNOUNCED;
	if (kind < KIND_COUNT && is_layer_id(layers, id) &&
		(i = find_or_add(layers, id, (enum kind)kind)) < BERTH_MAX_LAYERS) {
		was = layers->list[i];
		/* Images share layers: what is whole stays whole. */
		if (!is_final(&was))
			apply(layers, i, (enum kind)kind, json_object_get(value, "progressDetail"),
				now_ms);
		changed |= count != layers->count || was.state != layers->list[i].state ||
			   was.current != layers->list[i].current ||
			   was.total != layers->list[i].total;
	}
	add_up(layers);
	return changed || layers->fraction != before;
}

/*
 * The sum of a pull: per-layer states and bytes from the engine's progress objects, and one
 * monotone fraction. Pure.
 *
 * Rules (field notes 3.2): ids are layers only if they are 12 hex digits and were announced by a
 * layer status; an id equal to the tag line is not one; {1,1} and missing totals are unknown sizes;
 * values only grow; an unknown size counts as the mean of the known ones; download is 75 % of a
 * layer and extraction 25 % (extraction without total: time-based, half after 5 s); cached layers
 * are whole from the start; "Retrying" keeps the fraction. The fraction never falls, also when new
 * layers appear. It stays 0 until the first byte: before that the engine is still announcing
 * layers, and the cached ones may come first.
 */
#ifndef DOCKER_LAYERS_H
#define DOCKER_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/event.h>

struct json_t;

struct layers {
	struct berth_layer list[BERTH_MAX_LAYERS];  /* in order of appearance */
	int64_t extracting_since[BERTH_MAX_LAYERS]; /* mono ms, of an extraction without total; else
						       0 */
	double share[BERTH_MAX_LAYERS]; /* 0 to 1 of the layer's own work, never falls */
	size_t count;
	bool moving;      /* something was fetched: what is there from the start counts now */
	char tag[16];     /* id of the "Pulling from" line where it could be taken for a layer's */
	double fraction;  /* 0 to 1, never falls */
	char digest[80];  /* from the "Digest:" line, "" until then */
	char status[160]; /* from the final "Status:" line */
};

void layers_init(struct layers *layers);
/* Fold one object in; true if anything that is shown changed. now_ms is a monotonic clock. */
bool layers_update(struct layers *layers, const struct json_t *value, int64_t now_ms);
/* A new attempt starts: what was fetched is asked again, the fraction stays. */
void layers_restart(struct layers *layers);

#endif

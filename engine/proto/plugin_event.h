/*
 * The events of a plugin: the event record, from somebody who may get it wrong. Sizes are bounded
 * by the line, and what was parsed is UTF-8; here is looked at types, stages, numbers and order.
 * What can be put right is, with a remark; what can't be is no event.
 */
#ifndef PROTO_PLUGIN_EVENT_H
#define PROTO_PLUGIN_EVENT_H

#include <berth/event.h>
#include <berth/target.h>

struct json_t;

/* How far the record is. */
struct plugin_record {
	const struct berth_stage_list *stages; /* borrowed */
	int stage;                             /* of the list; -1 before the first */
	int progress;
	uint64_t seq;     /* of the last one that had any */
	bool cancelled;   /* it was asked to stop */
	char remark[200]; /* on the last event; "" if nothing had to be put right */
};

/* NULL with PROTOCOL, naming what is wrong, or MEMORY. */
struct berth_event *plugin_event_read(
	struct plugin_record *record, const struct json_t *object, struct berth_error *err);

#endif

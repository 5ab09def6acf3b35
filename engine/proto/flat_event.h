/*
 * A cheap reader for the events that come by the hundred thousand: one flat object with nothing but
 *
 *   {"deployment_id": "...", "timestamp": "...", "message": "...", "stage": "...", "progress": 20}
 *
 * in any order. It reads what it can be sure of and answers "not flat" for the rest: other members,
 * the same one twice, other types, lone surrogates, NUL, bytes that are not UTF-8, and whatever is
 * not JSON at all. Then a real parser has to look (json_repair_load()), and where this one answers,
 * that one would say the same.
 */
#ifndef PROTO_FLAT_EVENT_H
#define PROTO_FLAT_EVENT_H

#include <stdbool.h>
#include <stddef.h>

#define FLAT_EVENT_MAX 4096

enum flat_member {
	FLAT_DEPLOYMENT_ID,
	FLAT_TIMESTAMP,
	FLAT_MESSAGE,
	FLAT_STAGE,
	FLAT_PROGRESS,
	FLAT_COUNT
};

/* Not NUL-terminated; bytes is NULL where the member is missing. */
struct flat_text {
	const char *bytes;
	size_t len;
};

struct flat_event {
	struct flat_text text[FLAT_PROGRESS];
	int progress; /* -1 if it is missing; at most 999999999 */
	size_t used;
	char decoded[FLAT_EVENT_MAX]; /* texts that had escapes in them */
};

/* False: not flat, or longer than FLAT_EVENT_MAX; `event` holds nothing then. The texts point into
 * `json` and into the event itself. */
bool flat_event_read(struct flat_event *event, const char *json, size_t len);

#endif

/*
 * A line of the record read back: the event that berth_event_to_json() made it of, but for what is
 * no part of the record. Unknown members are left out, unknown types are none.
 */
#ifndef BASE_EVENT_READ_H
#define BASE_EVENT_READ_H

#include <berth/error.h>
#include <berth/event.h>

/* NULL: PROTOCOL says what it is instead, or MEMORY. `deployment_id` of the event is NULL: it would
 * be borrowed. Caller frees. */
struct berth_event *event_read(const char *line, size_t len, struct berth_error *err);

#endif

/* A result from the JSON of its event (see event.h), whose outcome is known. */
#ifndef BASE_RESULT_READ_H
#define BASE_RESULT_READ_H

#include <berth/event.h>

#include <jansson.h>

/* NULL if it is not one, or without memory. */
struct berth_result *result_read(const char *json, enum berth_outcome outcome);
/* The same of a parsed event. */
struct berth_result *result_from_json(const json_t *event, enum berth_outcome outcome);

#endif

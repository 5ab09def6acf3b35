/* A result from the JSON of its event (see event.h), which leaves the outcome out. */
#ifndef BASE_RESULT_READ_H
#define BASE_RESULT_READ_H

#include <berth/event.h>

/* NULL if it is not one, or without memory. */
struct berth_result *result_read(const char *json, enum berth_outcome outcome);

#endif

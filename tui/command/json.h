/* Events as the record: one line of JSON each. */
#ifndef BERTH_TUI_JSON_H
#define BERTH_TUI_JSON_H

#include <berth/event.h>

struct output;

/* False without memory: the record would have a gap. */
bool json_event(struct output *output, const struct berth_event *event);

#endif

/* Past runs as JSON, one object a line. */
#ifndef BERTH_TUI_HISTORY_JSON_H
#define BERTH_TUI_HISTORY_JSON_H

#include <stdbool.h>

#include <berth/history.h>

struct output;

/* False without memory: something is missing then. */
bool history_json_run(struct output *output, const struct berth_past_run *run);
bool history_json_hit(struct output *output, const struct berth_history_hit *hit);
bool history_json_compare(struct output *output, const struct berth_past_run *before,
	const struct berth_past_run *after);

#endif

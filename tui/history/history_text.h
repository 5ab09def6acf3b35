/* Past runs as lines of 80 columns for people. */
#ifndef BERTH_TUI_HISTORY_TEXT_H
#define BERTH_TUI_HISTORY_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/history.h>

struct plain;

/* "deployed", "running", "interrupted", ... */
const char *history_state(const struct berth_past_run *run);
/* "2026-11-20 10:30", in local time. */
char *history_when(char dst[32], int64_t time_ms);

void history_text_head(struct plain *plain);
void history_text_row(struct plain *plain, const struct berth_past_run *run);
void history_text_hit(struct plain *plain, const struct berth_history_hit *hit, bool first);
void history_text_run(struct plain *plain, const struct berth_past_run *run);
/* False without memory. */
bool history_text_compare(struct plain *plain, const struct berth_past_run *before,
	const struct berth_past_run *after);

#endif

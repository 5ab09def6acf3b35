/*
 * When the next frame may be painted: at most 30 in any second, an answer to a key within 16 ms
 * (which is why a key waits no longer than half of that for the frame before it).
 *
 * Pure: the caller brings the time. Output alone gets 20 frames a second, which leaves room for a
 * key at any moment.
 */
#ifndef BERTH_TUI_PACE_H
#define BERTH_TUI_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	uint64_t last; /* ms; when the newest frame was painted, 0: never */
	uint64_t due;  /* ms; when the budget of all frames so far is used up */
};

/* Milliseconds to wait from `now`; 0: paint at once. */
uint64_t pace_delay(const struct pace *pace, uint64_t now, bool urgent);
void pace_mark(struct pace *pace, uint64_t now);

#endif

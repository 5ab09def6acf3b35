#include "term/pace.h"

/* A frame costs COST of a budget that keys may overdraw by BURST; output waits until it is paid
 * back. In any second that is at most (1000 + BURST) / COST + 1 frames. */
enum { COST = 38, BURST = 2 * COST, KEY_GAP = 8, OUTPUT_GAP = 50 };
_Static_assert((1000 + BURST) / COST + 1 <= 30, "at most 30 frames a second");

uint64_t pace_delay(const struct pace *pace, uint64_t now, bool urgent)
{
	uint64_t at = 0;
	if (pace->last != 0)
		at = pace->last + (urgent ? KEY_GAP : OUTPUT_GAP);
	uint64_t paid = pace->due;
	if (urgent)
		paid = paid > BURST ? paid - BURST : 0;
	at = at > paid ? at : paid;
	return at > now ? at - now : 0;
}

void pace_mark(struct pace *pace, uint64_t now)
{
	pace->last = now;
	pace->due = (pace->due > now ? pace->due : now) + COST;
}

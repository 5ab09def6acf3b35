#include "panes/link.h"

#include <stdio.h>

/* Shorter pauses are nothing to be told about. */
enum { SILENT_S = 5, MINUTES_FROM_S = 120 };

/* Whole seconds of the clock on the wall, so that all that is counted moves on at once. */
static int seconds(int64_t from_ms, int64_t to_ms)
{
	return (int)(to_ms / 1000 - from_ms / 1000);
}

bool link_has(const struct berth_run *run)
{
	return run != NULL && run->deployment->server != NULL;
}

static const char *silence(const struct berth_run *run, int64_t now_ms, char dst[64])
{
	int age = seconds(run->last_ms, now_ms);
	if (run->last_ms == 0 || age < SILENT_S)
		snprintf(dst, 64, "live");
	else if (age < MINUTES_FROM_S)
		snprintf(dst, 64, "silent %d s", age);
	else
		snprintf(dst, 64, "silent %d min", age / 60);
	return dst;
}

/* " in 4 s" while there is time left. */
static void waiting(const struct berth_run *run, int64_t now_ms, char dst[24])
{
	int left = seconds(now_ms, run->link_ms + run->retry_in_ms);
	dst[0] = '\0';
	if (run->retry_in_ms > 0 && left > 0)
		snprintf(dst, 24, " in %d s", left);
}

static const char *attempt(
	const struct berth_run *run, int64_t now_ms, const char *doing, char dst[64])
{
	char in[24];
	waiting(run, now_ms, in);
	if (run->attempt > 0 && run->attempts > 0)
		snprintf(dst, 64, "%s%s (%d of %d)", doing, in, run->attempt, run->attempts);
	else if (run->attempt > 0)
		snprintf(dst, 64, "%s%s (attempt %d)", doing, in, run->attempt);
	else
		snprintf(dst, 64, "%s%s", doing, in);
	return dst;
}

const char *link_text(const struct berth_run *run, int64_t now_ms, char dst[64])
{
	dst[0] = '\0';
	if (run->result != NULL)
		return dst;
	if (run->state == BERTH_RUN_QUEUED && run->link_ms == 0) {
		snprintf(dst, 64, "queued");
		return dst;
	}
	switch (run->link) {
	case BERTH_LIVE:
		return silence(run, now_ms, dst);
	case BERTH_POLLING:
		snprintf(dst, 64, "polling");
		break;
	case BERTH_RECONNECTING:
		return attempt(run, now_ms, "reconnecting", dst);
	case BERTH_CONNECTING:
	case BERTH_LOST:
	case BERTH_CLOSED:
		snprintf(dst, 64, "%s", berth_link_name(run->link));
		break;
	}
	return dst;
}

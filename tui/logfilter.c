#include "logfilter.h"

#include <stdlib.h>
#include <string.h>

void logfilter_release(struct logfilter *filter)
{
	free(filter->kept);
	*filter = (struct logfilter){0};
}

static bool takes_all(const struct logfilter *filter)
{
	return filter->lowest == BERTH_DEBUG;
}

static uint64_t end_line(const struct logfilter *filter)
{
	return filter->log != NULL ? berth_log_end(filter->log) : 0;
}

/* The place in `kept` of the first line not below `line`. */
static size_t place_of(const struct logfilter *filter, uint64_t line)
{
	size_t low = 0, high = filter->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (filter->kept[middle] < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool keep(struct logfilter *filter, uint64_t line)
{
	if (filter->count == filter->capacity) {
		size_t capacity = filter->capacity == 0 ? 256 : filter->capacity * 2;
		uint64_t *grown = realloc(filter->kept, capacity * sizeof(*grown));
		if (grown == NULL)
			return false;
		filter->kept = grown;
		filter->capacity = capacity;
	}
	filter->kept[filter->count++] = line;
	return true;
}

void logfilter_update(struct logfilter *filter)
{
	uint64_t end = end_line(filter);
	uint64_t n = filter->until;
	if (takes_all(filter))
		return;
	while (n < end && berth_log_next(filter->log, n, filter->lowest, &n) && keep(filter, n))
		n++;
	filter->until = end;
}

void logfilter_set(struct logfilter *filter, struct berth_log *log, enum berth_level lowest)
{
	filter->log = log;
	filter->lowest = lowest;
	filter->count = 0;
	filter->until = 0;
	logfilter_update(filter);
}

uint64_t logfilter_count(const struct logfilter *filter)
{
	return logfilter_count_from(filter, 0);
}

uint64_t logfilter_count_from(const struct logfilter *filter, uint64_t line)
{
	if (!takes_all(filter))
		return filter->count - place_of(filter, line);
	return end_line(filter) > line ? end_line(filter) - line : 0;
}

bool logfilter_from(const struct logfilter *filter, uint64_t line, uint64_t *found)
{
	if (takes_all(filter)) {
		*found = line;
		return line < end_line(filter);
	}
	size_t at = place_of(filter, line);
	if (at >= filter->count)
		return false;
	*found = filter->kept[at];
	return true;
}

bool logfilter_before(const struct logfilter *filter, uint64_t line, uint64_t *found)
{
	if (takes_all(filter)) {
		*found = line - 1;
		return line > 0;
	}
	size_t at = place_of(filter, line);
	if (at == 0)
		return false;
	*found = filter->kept[at - 1];
	return true;
}

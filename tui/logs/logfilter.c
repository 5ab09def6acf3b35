#include "logs/logfilter.h"

void logfilter_release(struct logfilter *filter)
{
	berth_log_set_free(filter->set);
	for (unsigned i = 0; i < filter->criteria.count; i++)
		berth_pattern_free(filter->criteria.patterns[i].pattern);
	*filter = (struct logfilter){0};
}

static uint64_t end_line(const struct logfilter *filter)
{
	return filter->log != NULL ? berth_log_end(filter->log) : 0;
}

bool logfilter_active(const struct logfilter *filter)
{
	return filter->criteria.count > 0 || filter->criteria.lowest > BERTH_DEBUG;
}

/* Whoever follows the end wants to see it first, whoever reads above it what is below the top. */
static void begin(struct logfilter *filter, uint64_t from)
{
	berth_log_set_free(filter->set);
	filter->set = NULL;
	if (filter->log != NULL && logfilter_active(filter))
		filter->set = berth_log_set_new(
			filter->log, &filter->criteria, from, from >= end_line(filter), NULL);
}

int logfilter_copy(struct logfilter *copy, const struct logfilter *filter)
{
	*copy = (struct logfilter){.log = filter->log};
	copy->criteria.lowest = filter->criteria.lowest;
	for (unsigned i = 0; i < filter->criteria.count; i++) {
		const char *text = berth_pattern_text(filter->criteria.patterns[i].pattern);
		struct berth_pattern *pattern = berth_pattern_new(text, filter->flags[i], NULL);
		if (pattern == NULL) {
			logfilter_release(copy);
			return -1;
		}
		copy->criteria.patterns[i].pattern = pattern;
		copy->criteria.patterns[i].drop = filter->criteria.patterns[i].drop;
		copy->criteria.count++;
	}
	begin(copy, 0);
	return copy->set != NULL || !logfilter_active(copy) ? 0 : -1;
}

void logfilter_show(struct logfilter *filter, struct berth_log *log, uint64_t from)
{
	filter->log = log;
	begin(filter, from);
}

void logfilter_level(struct logfilter *filter, enum berth_level lowest, uint64_t from)
{
	filter->criteria.lowest = lowest;
	begin(filter, from);
}

int logfilter_push(struct logfilter *filter, const char *text, unsigned flags, uint64_t from,
	struct berth_error *err)
{
	struct berth_log_criteria *criteria = &filter->criteria;
	bool drop = text[0] == '!';
	if (criteria->count == LOGFILTER_PATTERNS) {
		berth_error_set(
			err, BERTH_E_LIMIT, 0, "there are %d filters already", LOGFILTER_PATTERNS);
		return berth_error_hint(err, "take one off first");
	}
	struct berth_pattern *pattern = berth_pattern_new(drop ? text + 1 : text, flags, err);
	if (pattern == NULL)
		return -1;
	criteria->patterns[criteria->count].pattern = pattern;
	criteria->patterns[criteria->count].drop = drop;
	filter->flags[criteria->count] = flags;
	criteria->count++;
	begin(filter, from);
	return 0;
}

bool logfilter_pop(struct logfilter *filter, uint64_t from)
{
	struct berth_log_criteria *criteria = &filter->criteria;
	if (criteria->count == 0)
		return false;
	berth_log_set_free(filter->set);
	filter->set = NULL;
	criteria->count--;
	berth_pattern_free(criteria->patterns[criteria->count].pattern);
	begin(filter, from);
	return true;
}

bool logfilter_step(struct logfilter *filter, size_t bytes)
{
	return filter->set != NULL && berth_log_set_step(filter->set, bytes);
}

unsigned logfilter_done(const struct logfilter *filter)
{
	return filter->set != NULL ? berth_log_set_done(filter->set) : 100;
}

uint64_t logfilter_undecided(const struct logfilter *filter)
{
	return filter->set != NULL ? berth_log_set_undecided(filter->set) : 0;
}

uint64_t logfilter_count(const struct logfilter *filter)
{
	return logfilter_count_from(filter, 0);
}

uint64_t logfilter_count_from(const struct logfilter *filter, uint64_t line)
{
	if (filter->set != NULL)
		return berth_log_set_count_from(filter->set, line);
	return end_line(filter) > line ? end_line(filter) - line : 0;
}

bool logfilter_from(const struct logfilter *filter, uint64_t line, uint64_t *found)
{
	if (filter->set != NULL)
		return berth_log_set_next(filter->set, line, found);
	*found = line;
	return line < end_line(filter);
}

bool logfilter_before(const struct logfilter *filter, uint64_t line, uint64_t *found)
{
	uint64_t end = end_line(filter);
	if (filter->set != NULL)
		return berth_log_set_previous(filter->set, line, found);
	if (line > end)
		line = end;
	*found = line - 1;
	return line > 0;
}

bool logfilter_pick(void *filter, uint64_t line, uint64_t *found)
{
	return logfilter_from(filter, line, found);
}

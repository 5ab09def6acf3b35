#include "logs/logsearch.h"

void logsearch_release(struct logsearch *search)
{
	berth_log_set_free(search->set);
	berth_pattern_free(search->pattern);
	*search = (struct logsearch){0};
}

void logsearch_renew(struct logsearch *search, const struct logfilter *filter, uint64_t from)
{
	struct berth_log_criteria criteria = filter->criteria;
	berth_log_set_free(search->set);
	search->set = NULL;
	if (search->pattern == NULL || filter->log == NULL)
		return;
	criteria.patterns[criteria.count].pattern = search->pattern;
	criteria.patterns[criteria.count].drop = false;
	criteria.count++;
	search->set = berth_log_set_new(filter->log, &criteria, from, false, NULL);
}

int logsearch_set(struct logsearch *search, const struct logfilter *filter, const char *text,
	unsigned flags, uint64_t from, struct berth_error *err)
{
	struct berth_pattern *pattern = NULL;
	if (text[0] != '\0') {
		pattern = berth_pattern_new(text, flags, err);
		if (pattern == NULL)
			return -1;
	}
	logsearch_release(search);
	search->pattern = pattern;
	search->flags = flags;
	logsearch_renew(search, filter, from);
	return 0;
}

bool logsearch_step(struct logsearch *search, size_t bytes)
{
	return search->set != NULL && berth_log_set_step(search->set, bytes);
}

unsigned logsearch_done(const struct logsearch *search)
{
	return search->set != NULL ? berth_log_set_done(search->set) : 100;
}

uint64_t logsearch_count(const struct logsearch *search)
{
	return search->set != NULL ? berth_log_set_count(search->set) : 0;
}

uint64_t logsearch_undecided(const struct logsearch *search)
{
	return search->set != NULL ? berth_log_set_undecided(search->set) : 0;
}

uint64_t logsearch_place(const struct logsearch *search, uint64_t line)
{
	uint64_t at;
	if (search->set == NULL || !berth_log_set_next(search->set, line, &at) || at != line)
		return 0;
	return logsearch_count(search) - berth_log_set_count_from(search->set, line) + 1;
}

static bool nearest(
	const struct logsearch *search, uint64_t line, bool backward, bool *known, uint64_t *found)
{
	if (backward) {
		*known = berth_log_set_previous_known(search->set, line);
		return berth_log_set_previous(search->set, line, found);
	}
	*known = berth_log_set_next_known(search->set, line);
	return berth_log_set_next(search->set, line, found);
}

enum logsearch_jump logsearch_find(
	struct logsearch *search, uint64_t line, bool backward, uint64_t *found)
{
	bool known;
	if (search->set == NULL)
		return JUMP_NONE;
	if (nearest(search, line, backward, &known, found) && known)
		return JUMP_DONE;
	if (!known) {
		berth_log_set_turn(search->set, backward);
		return JUMP_WAIT;
	}
	if (nearest(search, backward ? UINT64_MAX : 0, backward, &known, found) && known)
		return JUMP_WRAPPED;
	return known ? JUMP_NONE : JUMP_WAIT;
}

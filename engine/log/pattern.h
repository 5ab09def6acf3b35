/* The pattern of <berth/search.h> as the search of a log uses it. */
#ifndef LOG_PATTERN_H
#define LOG_PATTERN_H

#include <berth/search.h>

#include "log/regex.h"

/* Nothing in it is special, so it can be looked for in many lines at once. */
bool pattern_is_plain(const struct berth_pattern *pattern);
/* The first place at `from` or behind it; of a plain one. It holds no newline. */
bool pattern_find_plain(
	struct berth_pattern *pattern, const char *bytes, size_t len, size_t from, size_t *start);

/* Of one line. *cost grows as regex_test() says. */
enum regex_result pattern_test(
	struct berth_pattern *pattern, const char *text, size_t len, size_t *cost);

#endif

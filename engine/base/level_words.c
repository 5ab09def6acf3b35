#include <string.h>

#include "base/level_private.h"

enum { NAME_MAX_LEN = 11 };

/* Upper case, as log frameworks and syslog name them; the short ones are logrus's, zerolog's and
 * Serilog's. */
static const struct {
	char name[NAME_MAX_LEN + 1];
	enum berth_level level;
} names[] = {
	{"ALERT", BERTH_ERROR},
	{"CRIT", BERTH_ERROR},
	{"CRITICAL", BERTH_ERROR},
	{"DBG", BERTH_DEBUG},
	{"DBUG", BERTH_DEBUG},
	{"DEBU", BERTH_DEBUG},
	{"DEBUG", BERTH_DEBUG},
	{"EMERG", BERTH_ERROR},
	{"EMERGENCY", BERTH_ERROR},
	{"EROR", BERTH_ERROR},
	{"ERR", BERTH_ERROR},
	{"ERRO", BERTH_ERROR},
	{"ERROR", BERTH_ERROR},
	{"FAIL", BERTH_ERROR},
	{"FATA", BERTH_ERROR},
	{"FATAL", BERTH_ERROR},
	{"FTL", BERTH_ERROR},
	{"INF", BERTH_INFO},
	{"INFO", BERTH_INFO},
	{"INFORMATION", BERTH_INFO},
	{"NOTICE", BERTH_INFO},
	{"PANI", BERTH_ERROR},
	{"PANIC", BERTH_ERROR},
	{"PNC", BERTH_ERROR},
	{"SEVERE", BERTH_ERROR},
	{"TRACE", BERTH_DEBUG},
	{"TRC", BERTH_DEBUG},
	{"TRCE", BERTH_DEBUG},
	{"VERBOSE", BERTH_DEBUG},
	{"VRB", BERTH_DEBUG},
	{"WARN", BERTH_WARN},
	{"WARNING", BERTH_WARN},
	{"WRN", BERTH_WARN},
};

bool level_starts(const char *p, const char *end, const char *what, const char **after)
{
	size_t len = strlen(what);

	if ((size_t)(end - p) < len || memcmp(p, what, len) != 0)
		return false;
	if (after != NULL)
		*after = p + len;
	return true;
}

enum level_case level_word(
	const char *p, const char *end, enum berth_level *level, const char **after)
{
	char upper[NAME_MAX_LEN + 1] = {0};
	bool all_upper = true;
	size_t len = 0;

	for (; p < end && level_is_letter(*p); p++, len++) {
		if (len == NAME_MAX_LEN)
			return LEVEL_NO_WORD;
		all_upper = all_upper && level_is_upper(*p);
		upper[len] = (char)(*p & ~0x20);
	}
	if (len < 3)
		return LEVEL_NO_WORD;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (upper[0] != names[i].name[0] || strcmp(upper, names[i].name) != 0)
			continue;
		*level = names[i].level;
		*after = p;
		return all_upper ? LEVEL_UPPER : LEVEL_LOWER;
	}
	return LEVEL_NO_WORD;
}

/* pino and bunyan count in tens: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
static bool number(const char *p, const char *end, enum berth_level *level)
{
	if (end - p != 2 || p[1] != '0' || *p < '1' || *p > '6')
		return false;
	*level = *p <= '2'   ? BERTH_DEBUG
		 : *p == '3' ? BERTH_INFO
		 : *p == '4' ? BERTH_WARN
			     : BERTH_ERROR;
	return true;
}

/* MongoDB's, and those of loggers that spare letters. */
static bool letter(const char *p, const char *end, enum berth_level *level)
{
	if (p == end || (end - p > 1 && *p != 'D') || end - p > 2)
		return false;
	switch (*p) {
	case 'D':
		*level = BERTH_DEBUG;
		return true;
	case 'I':
		*level = BERTH_INFO;
		return true;
	case 'W':
		*level = BERTH_WARN;
		return true;
	case 'E':
	case 'F':
		*level = BERTH_ERROR;
		return true;
	default:
		return false;
	}
}

bool level_value(const char *p, const char *end, enum berth_level *level)
{
	enum berth_level word;
	const char *after;

	if (level_word(p, end, &word, &after) != LEVEL_NO_WORD && after == end) {
		*level = word;
		return true;
	}
	return number(p, end, level) || letter(p, end, level);
}

bool level_is_count(const char *p, const char *end)
{
	const char *digits;

	p = level_skip_blanks(p, end);
	for (digits = p; p < end && (level_is_digit(*p) || *p == '.'); p++)
		;
	if (p == digits)
		return false;
	p = level_skip_blanks(p, end);
	return p == end || *p == ',' || *p == ';' || *p == '|' || *p == ')';
}

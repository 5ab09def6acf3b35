/* What programs write when they die or refuse, in words of their own. */
#include <string.h>

#include "base/level_private.h"

static const struct {
	const char *begins;
	enum berth_level level;
} signs[] = {
	{"Traceback (most recent call last)", BERTH_ERROR},             /* Python */
	{"Fatal Python error:", BERTH_ERROR}, {"panic: ", BERTH_ERROR}, /* Go */
	{"fatal error: ", BERTH_ERROR}, {"Fatal error: ", BERTH_ERROR}, /* PHP, GHC, Swift */
	{"http: panic serving ", BERTH_ERROR},
	{"Exception in thread ", BERTH_ERROR}, /* Java, Python */
	{"Caused by: ", BERTH_ERROR}, {"Exception: ", BERTH_ERROR},
	{"Unhandled exception", BERTH_ERROR},                                    /* .NET, Dart */
	{"Uncaught Exception", BERTH_ERROR}, {"terminate called ", BERTH_ERROR}, /* C++ */
	{"Segmentation fault", BERTH_ERROR}, {"*** stack smashing detected ***", BERTH_ERROR},
	{"npm ERR!", BERTH_ERROR}, {"npm error ", BERTH_ERROR}, {"npm WARN ", BERTH_WARN},
	{"npm warn ", BERTH_WARN}, {"PHP Fatal error:", BERTH_ERROR},
	{"PHP Parse error:", BERTH_ERROR}, {"PHP Warning:", BERTH_WARN},
	{"PHP Deprecated:", BERTH_WARN}, {"Error response from daemon:", BERTH_ERROR}, /* Docker */
	{"E: ", BERTH_ERROR},                                                          /* apt */
	{"W: ", BERTH_WARN}, {"e: file:", BERTH_ERROR},                                /* Kotlin */
	{"w: file:", BERTH_WARN}, {"BUILD FAILED", BERTH_ERROR},                /* Ant, Gradle */
	{"FAILURE: Build failed", BERTH_ERROR}, {"=ERROR REPORT", BERTH_ERROR}, /* Erlang */
};

static bool is_listed(const char *p, const char *end, enum berth_level *level)
{
	for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
		if (*p == signs[i].begins[0] && level_starts(p, end, signs[i].begins, NULL)) {
			*level = signs[i].level;
			return true;
		}
	}
	return false;
}

/* Rust: "thread 'main' panicked at". */
static bool is_panic(const char *p, const char *end)
{
	if (!level_starts(p, end, "thread '", &p))
		return false;
	p = memchr(p, '\'', (size_t)(end - p));
	return p != NULL && level_starts(p, end, "' panicked at", NULL);
}

/* "make[2]: *** [all] Error 1"; a leading "*** " alone is everybody's. */
static bool is_make(const char *p, const char *end)
{
	if (!level_starts(p, end, "make", &p) && !level_starts(p, end, "gmake", &p))
		return false;
	if (p < end && *p == '[') {
		while (p < end && *p != ']')
			p++;
		p += p < end;
	}
	return level_starts(p, end, ": *** ", NULL);
}

static bool is_name_char(char c)
{
	return level_is_letter(c) || level_is_digit(c) || c == '_' || c == '.' || c == '$';
}

static bool ends_with(const char *p, const char *end, const char *what)
{
	size_t len = strlen(what);

	return (size_t)(end - p) > len && memcmp(end - len, what, len) == 0;
}

/* "pkg.SomeError: why", "SomeWarning: why", or the name of an error alone on its line. */
static bool is_exception(const char *p, const char *end, enum berth_level *level)
{
	const char *name = p, *last = p;

	for (; p < end && is_name_char(*p); p++)
		if (*p == '.')
			last = p + 1;
	if (p == last || !level_is_upper(*last) ||
		(p < end && (*p != ':' || !level_at_end_of_word(p + 1, end) ||
				    level_is_count(p + 1, end))))
		return false;
	if (ends_with(name, p, "Error") || ends_with(name, p, "Exception"))
		*level = BERTH_ERROR;
	else if (p < end && ends_with(name, p, "Warning"))
		*level = BERTH_WARN;
	else
		return false;
	return true;
}

bool level_of_sign(const char *p, const char *end, enum berth_level *level)
{
	if (p == end)
		return false;
	if (is_listed(p, end, level) || is_exception(p, end, level))
		return true;
	*level = BERTH_ERROR;
	return is_panic(p, end) || is_make(p, end);
}

/*
 * PCRE2, the only file that knows it, with a bound on what a match may cost: a regular expression
 * of a person's own can take longer than the universe lasts ("(a+)+$"), and the loop waits for it.
 *
 * Short lines are matched with few backtracks allowed, which costs nothing. Where those run out,
 * and on long lines, a second compilation counts every step it takes, and gives up after some.
 */
#ifndef LOG_REGEX_H
#define LOG_REGEX_H

#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

enum regex_flags {
	REGEX_LITERAL = 1 << 0, /* nothing is special, and nothing has to be bounded */
	REGEX_IGNORE_CASE = 1 << 1,
};

enum regex_result {
	REGEX_NO_MATCH,
	REGEX_MATCH,
	REGEX_GAVE_UP,
};

struct regex;

/* NULL with code USAGE, which says where it is wrong, or MEMORY. The text is valid UTF-8. */
struct regex *regex_new(const char *text, size_t len, unsigned flags, struct berth_error *err);
void regex_free(struct regex *regex);

/* The first match that begins at `from` or behind it and is not empty; what is before `from` is in
 * view of it. Bytes that are not UTF-8 match nothing. */
enum regex_result regex_find(
	struct regex *regex, const char *text, size_t len, size_t from, size_t *start, size_t *end);
/* Whether there is a match, which may be empty. *cost grows by what it cost, in bytes that could
 * have been looked at instead. */
enum regex_result regex_test(struct regex *regex, const char *text, size_t len, size_t *cost);

#endif

#include "source/pattern.h"

#include <string.h>

struct span {
	const char *at, *end;
};

/* The byte after the closing ']' of the set that opens at `p`, or NULL if it never closes: the '['
 * is a plain byte then. */
static const char *set_end(const char *p, const char *end)
{
	p++;
	if (p < end && (*p == '!' || *p == '^'))
		p++;
	if (p < end && *p == ']')
		p++;
	while (p < end && *p != ']' && *p != '/')
		p++;
	return p < end && *p == ']' ? p + 1 : NULL;
}

static bool set_has(const char *p, const char *end, unsigned char byte)
{
	const char *last = end - 1;
	bool negated = false, found = false;

	p++;
	if (*p == '!' || *p == '^') {
		negated = true;
		p++;
	}
	while (p < last) {
		unsigned char low = (unsigned char)*p, high = low;

		if (last - p >= 3 && p[1] == '-') {
			high = (unsigned char)p[2];
			p += 2;
		}
		p++;
		found = found || (low <= byte && byte <= high);
	}
	return found != negated;
}

/* Match one byte of the text against '?', a set or a plain byte; the next position in the pattern,
 * or NULL. */
static const char *match_one(struct span pattern, char byte)
{
	const char *next;

	if (*pattern.at == '?')
		return byte == '/' ? NULL : pattern.at + 1;
	if (*pattern.at == '[') {
		next = set_end(pattern.at, pattern.end);
		if (next) {
			if (byte == '/' || !set_has(pattern.at, next, (unsigned char)byte))
				return NULL;
			return next;
		}
	}
	return *pattern.at == byte ? pattern.at + 1 : NULL;
}

/* Where to go on after a mismatch: the pattern behind a star, and the first byte of the text that
 * the star has not swallowed yet. */
struct retry {
	const char *pattern, *text;
	bool whole; /* a star that takes only whole folders */
};

static bool retry_star(struct retry *retry, const char *text_end)
{
	if (!retry->pattern || retry->text == text_end || *retry->text == '/')
		return false;
	retry->text++;
	return true;
}

static bool retry_folders(struct retry *retry, const char *text_end)
{
	const char *next;

	if (!retry->pattern || retry->text == text_end)
		return false;
	if (!retry->whole) {
		retry->text++;
		return true;
	}
	next = memchr(retry->text, '/', (size_t)(text_end - retry->text));
	if (!next)
		return false;
	retry->text = next + 1;
	return true;
}

/*
 * Only the last '*' and the last '**' are ever tried again: what an earlier star could swallow
 * beyond its shortest match, the later one can swallow as well. That bounds the time where plain
 * backtracking is exponential in the number of stars.
 */
static bool match_path(struct span pattern, struct span text)
{
	const char *first = pattern.at;
	struct retry star = {0}, folders = {0};

	for (;;) {
		if (pattern.end - pattern.at >= 2 && pattern.at[0] == '*' && pattern.at[1] == '*') {
			bool starts = pattern.at == first || pattern.at[-1] == '/';

			while (pattern.at < pattern.end && *pattern.at == '*')
				pattern.at++;
			folders.whole = starts && pattern.at < pattern.end && *pattern.at == '/';
			if (folders.whole)
				pattern.at++;
			folders.pattern = pattern.at;
			folders.text = text.at;
			star.pattern = NULL;
			continue;
		}
		if (pattern.at < pattern.end && *pattern.at == '*') {
			star.pattern = ++pattern.at;
			star.text = text.at;
			continue;
		}
		if (text.at == text.end && pattern.at == pattern.end)
			return true;
		if (text.at < text.end && pattern.at < pattern.end) {
			const char *next = match_one(pattern, *text.at);

			if (next) {
				pattern.at = next;
				text.at++;
				continue;
			}
		}
		if (retry_star(&star, text.end)) {
			pattern.at = star.pattern;
			text.at = star.text;
		} else if (retry_folders(&folders, text.end)) {
			star.pattern = NULL;
			pattern.at = folders.pattern;
			text.at = folders.text;
		} else {
			return false;
		}
	}
}

bool pattern_match(const char *pattern, const char *path, bool is_folder)
{
	struct span glob = {pattern, pattern + strlen(pattern)};
	struct span text = {path, path + strlen(path)};

	if (glob.at < glob.end && glob.end[-1] == '/') {
		if (!is_folder)
			return false;
		while (glob.at < glob.end && glob.end[-1] == '/')
			glob.end--;
	}
	if (glob.at == glob.end)
		return false;
	if (!memchr(glob.at, '/', (size_t)(glob.end - glob.at))) {
		const char *slash = strrchr(path, '/');

		if (slash)
			text.at = slash + 1;
	} else if (*glob.at == '/') {
		glob.at++;
	}
	return match_path(glob, text);
}

bool pattern_match_any(char *const *patterns, size_t count, const char *path, bool is_folder)
{
	for (size_t i = 0; i < count; i++) {
		if (pattern_match(patterns[i], path, is_folder))
			return true;
	}
	return false;
}

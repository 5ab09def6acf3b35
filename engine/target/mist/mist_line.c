#include "target/mist/mist_line.h"

#include <string.h>

/* Each returns the place behind what it read, NULL if that is not there; p may be NULL. */

static const char *expect(const char *p, const char *end, const char *wanted)
{
	size_t len = strlen(wanted);

	return p != NULL && (size_t)(end - p) >= len && memcmp(p, wanted, len) == 0 ? p + len
										    : NULL;
}

/* A string's bytes up to its quote, a backslash, or what may not stand in it. */
static const char *run(const char *p, const char *end)
{
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

/* A string without escapes, up to its quote. */
static const char *plain(const char *p, const char *end)
{
	p = p != NULL ? run(p, end) : NULL;
	return p != NULL && p < end && *p == '"' ? p : NULL;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* At a backslash. Of \u only what stands for ASCII: Go writes <, > and & so. */
static const char *escape(const char *p, const char *end, char *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *known;

	if (end - p < 2)
		return NULL;
	known = memchr(from, p[1], sizeof(from) - 1);
	if (known != NULL) {
		*out = to[known - from];
		return p + 2;
	}
	if (end - p < 6 || memcmp(p, "\\u00", 4) != 0 || hex(p[4]) < 0 || hex(p[4]) > 7 ||
		hex(p[5]) < 0 || (p[4] == '0' && p[5] == '0'))
		return NULL;
	*out = (char)(hex(p[4]) << 4 | hex(p[5]));
	return p + 6;
}

/* The string that is the line. */
static const char *text(struct mist_line *line, const char *p, const char *end)
{
	const char *stop;
	size_t len = 0;

	if (p == NULL)
		return NULL;
	stop = run(p, end);
	line->text = p;
	line->len = (size_t)(stop - p);
	while (stop < end && *stop == '\\') {
		size_t more = (size_t)(stop - p);

		if (len + more + 1 > sizeof(line->decoded))
			return NULL;
		memcpy(line->decoded + len, p, more);
		len += more;
		p = escape(stop, end, &line->decoded[len++]);
		if (p == NULL)
			return NULL;
		stop = run(p, end);
	}
	if (stop == end || *stop != '"')
		return NULL;
	if (len > 0) {
		size_t more = (size_t)(stop - p);

		if (len + more > sizeof(line->decoded))
			return NULL;
		memcpy(line->decoded + len, p, more);
		line->text = line->decoded;
		line->len = len + more;
	}
	return stop;
}

bool mist_line_read(struct mist_line *line, const char *json, size_t len)
{
	const char *end = json + len, *p, *stream;

	p = expect(json, end, "{\"type\":\"log\",\"timestamp\":\"");
	p = expect(plain(p, end), end, "\",\"data\":{\"line\":\"");
	p = stream = expect(text(line, p, end), end, "\",\"stream\":\"");
	p = expect(plain(p, end), end, "\",\"timestamp\":\"");
	p = expect(plain(p, end), end, "\"}}");
	if (p == NULL || (p != end && !(end - p == 1 && *p == '\n')))
		return false;
	line->err_stream = expect(stream, end, "stderr\"") != NULL;
	return true;
}

#include "proto/flat_event.h"

#include <stdint.h>
#include <string.h>

#include <berth/text.h>

#define MAX_DIGITS 9

static const char *const member_names[] = {
	[FLAT_DEPLOYMENT_ID] = "deployment_id",
	[FLAT_TIMESTAMP] = "timestamp",
	[FLAT_MESSAGE] = "message",
	[FLAT_STAGE] = "stage",
	[FLAT_PROGRESS] = "progress",
};

_Static_assert(sizeof(member_names) / sizeof(member_names[0]) == FLAT_COUNT, "a name a member");

/* Every function below returns the place behind what it read, or NULL: not flat. */

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

static const char *expect(const char *p, const char *end, char wanted)
{
	p = skip_space(p, end);
	return p < end && *p == wanted ? p + 1 : NULL;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits behind a \u; -1 if they are not there. */
static int32_t code_unit(const char *p, const char *end)
{
	int32_t unit = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex(p[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

static const char *read_unicode(const char *p, const char *end, uint32_t *code_point)
{
	int32_t first = code_unit(p, end), second;

	if (first <= 0 || (first >= 0xdc00 && first <= 0xdfff))
		return NULL;
	p += 4;
	*code_point = (uint32_t)first;
	if (first < 0xd800 || first > 0xdbff)
		return p;
	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return NULL;
	second = code_unit(p + 2, end);
	if (second < 0xdc00 || second > 0xdfff)
		return NULL;
	*code_point = 0x10000 + ((uint32_t)(first - 0xd800) << 10) + (uint32_t)(second - 0xdc00);
	return p + 6;
}

/* At a backslash. */
static const char *read_escape(const char *p, const char *end, char *dst, size_t *used)
{
	static const char plain[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *found;
	uint32_t c;

	if (end - p < 2)
		return NULL;
	if (p[1] == 'u') {
		p = read_unicode(p + 2, end, &c);
		if (p)
			*used += berth_utf8_put(dst + *used, c);
		return p;
	}
	found = memchr(plain, p[1], sizeof(plain) - 1);
	if (!found)
		return NULL;
	dst[(*used)++] = meant[found - plain];
	return p + 2;
}

/* The bytes up to a quote, a backslash or what may not stand in a string. */
static const char *plain_run(const char *p, const char *end)
{
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

/* Behind the first quote. An escape is never shorter than what it means, so `decoded` has room. */
static const char *read_string(
	struct flat_event *event, const char *p, const char *end, struct flat_text *text)
{
	const char *stop = plain_run(p, end);
	char *start = event->decoded + event->used;
	size_t used = 0;

	*text = (struct flat_text){p, (size_t)(stop - p)};
	if (stop < end && *stop == '"')
		return stop + 1;
	for (;;) {
		memcpy(start + used, p, (size_t)(stop - p));
		used += (size_t)(stop - p);
		if (stop == end || (*stop != '"' && *stop != '\\'))
			return NULL;
		if (*stop == '"')
			break;
		p = read_escape(stop, end, start, &used);
		if (!p)
			return NULL;
		stop = plain_run(p, end);
	}
	*text = (struct flat_text){start, used};
	event->used += used;
	return stop + 1;
}

static const char *read_number(struct flat_event *event, const char *p, const char *end)
{
	const char *start = p;
	int value = 0;

	while (p < end && *p >= '0' && *p <= '9' && p - start < MAX_DIGITS)
		value = value * 10 + (*p++ - '0');
	if (p == start || (*start == '0' && p - start > 1))
		return NULL;
	/* More digits, a fraction or an exponent. */
	if (p < end && ((*p >= '0' && *p <= '9') || *p == '.' || *p == 'e' || *p == 'E'))
		return NULL;
	event->progress = value;
	return p;
}

static int member_of(const struct flat_text *name)
{
	for (int i = 0; i < FLAT_COUNT; i++)
		if (strlen(member_names[i]) == name->len &&
			memcmp(member_names[i], name->bytes, name->len) == 0)
			return i;
	return -1;
}

static bool is_there(const struct flat_event *event, int member)
{
	return member == FLAT_PROGRESS ? event->progress >= 0 : event->text[member].bytes != NULL;
}

/* "name": value, behind the first quote. */
static const char *read_member(struct flat_event *event, const char *p, const char *end)
{
	struct flat_text name;
	int member;

	p = read_string(event, p, end, &name);
	if (!p)
		return NULL;
	member = member_of(&name);
	if (member < 0 || is_there(event, member))
		return NULL;
	p = expect(p, end, ':');
	if (!p)
		return NULL;
	if (member == FLAT_PROGRESS)
		return read_number(event, skip_space(p, end), end);
	p = expect(p, end, '"');
	return p ? read_string(event, p, end, &event->text[member]) : NULL;
}

static const char *read_object(struct flat_event *event, const char *p, const char *end)
{
	p = expect(p, end, '{');
	do {
		p = p ? expect(p, end, '"') : NULL;
		p = p ? read_member(event, p, end) : NULL;
		p = p ? skip_space(p, end) : NULL;
	} while (p && p < end && *p++ == ',');
	return p && p[-1] == '}' ? skip_space(p, end) : NULL;
}

bool flat_event_read(struct flat_event *event, const char *json, size_t len)
{
	const char *end = json + len;

	memset(event->text, 0, sizeof(event->text));
	event->progress = -1;
	event->used = 0;
	return len <= FLAT_EVENT_MAX && read_object(event, json, end) == end &&
	       berth_utf8_valid(json, len);
}

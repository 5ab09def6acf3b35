#include "log/record.h"

#include <string.h>
#include <time.h>

#include <berth/text.h>

enum {
	TIME_LEN = 24,
	LEVEL_AT = TIME_LEN + 1,
	LEVEL_LEN = 5,
	STREAM_AT = LEVEL_AT + LEVEL_LEN + 1,
	STREAM_LEN = 6,
	STAGE_AT = STREAM_AT + STREAM_LEN + 1,
};

/* Behind the name of the stage, as a name never ends. */
static const char continues = '+';

static char *put_padded(char *dst, const char *name, size_t columns)
{
	size_t len = strlen(name);

	memset(dst, ' ', columns + 1);
	memcpy(dst, name, len < columns ? len : columns);
	return dst + columns + 1;
}

static char *put_stage(char *dst, const char *stage)
{
	size_t len = 0;

	for (; stage[len] != '\0' && len < RECORD_STAGE_MAX; len++)
		dst[len] = (unsigned char)stage[len] > ' ' ? stage[len] : '_';
	if (len == 0)
		dst[len++] = '-';
	return dst + len;
}

size_t record_put(char *dst, const struct berth_log_line *line)
{
	char *at = dst;

	berth_format_timestamp(at, line->time_ms);
	at += TIME_LEN;
	*at++ = ' ';
	at = put_padded(at, berth_level_name(line->level), LEVEL_LEN);
	at = put_padded(at, berth_stream_name(line->stream), STREAM_LEN);
	at = put_stage(at, line->stage);
	if (line->continues)
		*at++ = continues;
	*at++ = ' ';
	if (line->len > 0)
		memcpy(at, line->text, line->len);
	at += line->len;
	*at++ = '\n';
	return (size_t)(at - dst);
}

size_t record_text(const char *record, size_t len)
{
	const char *blank;

	if (len <= STAGE_AT || record[TIME_LEN] != ' ' || record[STAGE_AT - 1] != ' ')
		return 0;
	blank = memchr(record + STAGE_AT, ' ', len - STAGE_AT);
	return blank != NULL ? (size_t)(blank - record) + 1 : 0;
}

enum berth_level record_level(const char *record)
{
	switch (record[LEVEL_AT]) {
	case 'd':
		return BERTH_DEBUG;
	case 'w':
		return BERTH_WARN;
	case 'e':
		return BERTH_ERROR;
	default:
		return BERTH_INFO;
	}
}

static enum berth_stream stream_of(const char *record)
{
	for (int stream = BERTH_STDOUT; stream <= BERTH_SERVER; stream++) {
		const char *name = berth_stream_name((enum berth_stream)stream);

		if (memcmp(record + STREAM_AT, name, strlen(name)) == 0)
			return (enum berth_stream)stream;
	}
	return BERTH_ENGINE;
}

static int number(const char *digits, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++)
		value = value * 10 + (digits[i] - '0');
	return value;
}

static int64_t time_of(const char *record)
{
	struct tm tm = {
		.tm_year = number(record, 4) - 1900,
		.tm_mon = number(record + 5, 2) - 1,
		.tm_mday = number(record + 8, 2),
		.tm_hour = number(record + 11, 2),
		.tm_min = number(record + 14, 2),
		.tm_sec = number(record + 17, 2),
	};

	return (int64_t)timegm(&tm) * 1000 + number(record + 20, 3);
}

static bool is_time(const char *record)
{
	static const char shape[] = "0000-00-00T00:00:00.000Z";

	for (int i = 0; i < TIME_LEN; i++)
		if (shape[i] == '0' ? record[i] < '0' || record[i] > '9' : record[i] != shape[i])
			return false;
	return true;
}

bool record_get(const char *record, size_t len, char stage[RECORD_STAGE_MAX + 1],
	struct berth_log_line *line)
{
	size_t text = record_text(record, len);
	size_t name;

	if (text == 0 || !is_time(record))
		return false;
	name = text - 1 - STAGE_AT;
	line->continues = name > 0 && record[STAGE_AT + name - 1] == continues;
	if (line->continues)
		name--;
	if (name > RECORD_STAGE_MAX)
		name = RECORD_STAGE_MAX;
	memcpy(stage, record + STAGE_AT, name);
	stage[name] = '\0';
	line->time_ms = time_of(record);
	line->level = record_level(record);
	line->stream = stream_of(record);
	line->stage = strcmp(stage, "-") == 0 ? "" : stage;
	line->text = record + text;
	line->len = len - text;
	return true;
}

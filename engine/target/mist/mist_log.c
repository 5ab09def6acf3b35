#include "target/mist/mist_log.h"

#include <stdlib.h>
#include <string.h>

/* So many pieces in a row can stand for nothing. */
#define PIECES 64

void mist_log_init(struct mist_log *log)
{
	*log = (struct mist_log){0};
}

void mist_log_release(struct mist_log *log)
{
	free(log->lines);
	mist_log_init(log);
}

void mist_log_rewind(struct mist_log *log)
{
	log->at = 0;
	log->text = (struct mist_text){0};
}

/* The end of a JSON value, which a line of its own would have been decoded from. */
static bool may_be_piece(const char *line, size_t len)
{
	return len > 0 && line[len - 1] == '}';
}

/* FNV-1a. A line that somebody makes to look like another is one that they wrote themselves. */
static uint64_t number_of(const char *line, size_t len)
{
	uint64_t number = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		number = (number ^ (unsigned char)line[i]) * 1099511628211u;
	return (number & ~(uint64_t)1) | may_be_piece(line, len);
}

static int keep(struct mist_log *log, uint64_t number)
{
	if (log->count == log->capacity) {
		size_t capacity = log->capacity > 0 ? log->capacity * 2 : 256;
		uint64_t *lines = capacity <= MIST_LOG_LINES
					  ? realloc(log->lines, capacity * sizeof(*lines))
					  : NULL;

		if (lines == NULL)
			return -1;
		log->lines = lines;
		log->capacity = capacity;
	}
	log->lines[log->count++] = number;
	return 0;
}

/* Where the line stands in the reading before, from `at` on; count: nowhere. Only pieces are passed
 * over, and one line that lost its beginning without looking like it. */
static size_t find(const struct mist_log *log, uint64_t number)
{
	size_t i = log->at, end = log->at + PIECES;

	while (i < log->count && i < end && log->lines[i] != number && (log->lines[i] & 1))
		i++;
	if (i < log->count && log->lines[i] == number)
		return i;
	i = log->at + 1;
	return i < log->count && log->lines[i] == number ? i : log->count;
}

int mist_log_is_new(struct mist_log *log, const char *line, size_t len)
{
	uint64_t number = number_of(line, len);
	size_t found = find(log, number);

	if (found < log->count) {
		log->at = found + 1;
		return 0;
	}
	/* In place of a piece of it, or behind all there was. */
	if (log->at < log->count) {
		log->lines[log->at++] = number;
		return 1;
	}
	if (keep(log, number) < 0)
		return -1;
	log->at = log->count;
	return 1;
}

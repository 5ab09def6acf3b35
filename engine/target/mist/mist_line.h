/*
 * A cheap reader for the events that come by the hundred thousand: a line of the log, just as the
 * server writes it,
 *
 *   {"type":"log","timestamp":"...","data":{"line":"...","stream":"...","timestamp":"..."}}
 *
 * It reads what it can be sure of and answers false for the rest, which a real parser has to look
 * at; where this one answers, that one would say the same. For text that is known to be UTF-8.
 */
#ifndef TARGET_MIST_LINE_H
#define TARGET_MIST_LINE_H

#include <stdbool.h>
#include <stddef.h>

enum { MIST_LINE_MAX = 4096 };

struct mist_line {
	const char *text; /* in the JSON, or in `decoded` */
	size_t len;
	bool err_stream;
	char decoded[MIST_LINE_MAX];
};

bool mist_line_read(struct mist_line *line, const char *json, size_t len);

#endif

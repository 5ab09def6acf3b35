/*
 * The trace: BERTH_TRACE=FILE in the environment or --trace FILE (<berth/trace.h>) makes berth
 * write down its own doings, one JSON object a line:
 *
 *   {"time":"2025-01-25T10:30:00.123Z","pid":4711,"area":"docker","what":"call",
 *    "method":"GET","path":"/v1.41/info","status":200,"ms":3}
 *
 * A line is written at once, its texts cut at TRACE_TEXT_MAX bytes. Off, a call costs one
 * comparison. Bodies are never in it, and what trace_hide() was told is taken out.
 */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#define TRACE_TEXT_MAX 1024

struct trace_field {
	const char *name;
	const char *text; /* NULL: it is the number */
	int64_t number;
};

#define TRACE_TEXT(key, value)                                                                     \
	{                                                                                          \
		.name = (key), .text = (value)                                                     \
	}
#define TRACE_NUMBER(key, value)                                                                   \
	{                                                                                          \
		.name = (key), .number = (value)                                                   \
	}

/* `fields` end with one without a name. */
void trace_fields(const char *area, const char *what, const struct trace_field *fields);
#define TRACE(area, what, ...)                                                                     \
	trace_fields((area), (what), (const struct trace_field[]){__VA_ARGS__, {.name = NULL}})

/* What has no fields: the text is "what". */
void trace(const char *area, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Never to be written, from now on. Does nothing while there is no trace. */
void trace_hide(const char *name, const char *value);

#endif

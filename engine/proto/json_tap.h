/*
 * JSON text in which one string is by far the most - a log of many megabytes as a member - read
 * while it comes: that string is taken out and decoded piece by piece, and only the rest is kept
 * and parsed. The string is the value of the first member of that name, at any depth; what it
 * decodes to may hold bytes that are not UTF-8, and half a surrogate pair is U+FFFD.
 */
#ifndef PROTO_JSON_TAP_H
#define PROTO_JSON_TAP_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

#include "base/buf.h"

struct json_t;

enum { JSON_TAP_DEPTH = 32, JSON_TAP_ESCAPE = 12 };

struct json_tap {
	const char *key; /* borrowed */
	struct buf rest; /* the text with "" in its place */
	struct buf text; /* what the last piece decoded to */
	int state;
	bool found, escaped, is_key;
	size_t name_at;               /* in `rest`: the string that may be the key */
	size_t found_at;              /* in `rest`: behind the quote that began the text */
	char closers[JSON_TAP_DEPTH]; /* of what is open, until it is found */
	size_t depth;                 /* may be more than fits */
	char escape[JSON_TAP_ESCAPE]; /* the beginning of one, cut by the end of a piece */
	size_t escape_len;
};

void json_tap_init(struct json_tap *tap, const char *key, size_t rest_max);
void json_tap_release(struct json_tap *tap);
/* -1: there is too much of the rest, or no memory. An escape that is none spoils `rest`, so that no
 * parser takes it. */
int json_tap_feed(struct json_tap *tap, const char *bytes, size_t len, struct berth_error *err);
/* What stands before the string, as a value of its own; NULL if it has not begun, or lies too deep.
 * The caller's. */
struct json_t *json_tap_before(const struct json_tap *tap);

#endif

/*
 * JSON text in which one string is by far the most: a log of many megabytes as a member. That
 * string is taken out and decoded here, and only the rest is parsed; a parser that looks at every
 * byte on its own takes several times as long.
 */
#ifndef PROTO_JSON_LONG_H
#define PROTO_JSON_LONG_H

#include <berth/error.h>

#include "base/buf.h"

struct json_t;

/* As json_repair_load(), but for this: the string value of the first member `key`, at any depth,
 * may hold bytes that are not UTF-8 where it is longer than JSON_LONG_MIN. */
enum { JSON_LONG_MIN = 256 * 1024 };
int json_long_load(
	const struct buf *json, const char *key, struct json_t **value, struct berth_error *err);

#endif

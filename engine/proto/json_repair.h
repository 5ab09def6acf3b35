/*
 * Parse a JSON value as servers send it, which is not always as the standard has it: a file name
 * that is not UTF-8, or text cut between the halves of a surrogate pair, must not end the stream
 * that carries it. Both are replaced by U+FFFD. Everything else that is wrong stays wrong.
 */
#ifndef PROTO_JSON_REPAIR_H
#define PROTO_JSON_REPAIR_H

#include <jansson.h>

#include <berth/error.h>

#include "base/buf.h"

/* 0 and a new reference in *value, NULL if it is not JSON; -1 only without memory. `json` is not
 * changed. */
int json_repair_load(const struct buf *json, json_t **value, struct berth_error *err);

#endif

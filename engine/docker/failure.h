/* The engine's refusals in our words. Pure. */
#ifndef DOCKER_FAILURE_H
#define DOCKER_FAILURE_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

struct json_t;

/* The error of an answer: none for 2xx and 304. `json` is the parsed body, NULL if it is none. */
void failure_of_answer(struct berth_error *err, int status, const char *content_type,
	const struct json_t *json, const char *body, size_t len);

/* If `value` is an error object of a stream ({"errorDetail":{"code","message"}}, {"error":".."}),
 * set err and return true. */
bool failure_in_stream(struct berth_error *err, const struct json_t *value);

/* Set code and hint by what the text says: a registry's refusals arrive as text only. number and
 * message stay. The text decides nothing: REFUSED. */
void failure_classify(struct berth_error *err);

/* True for a web page. */
bool failure_is_html(const char *content_type, const char *body, size_t len);

#endif

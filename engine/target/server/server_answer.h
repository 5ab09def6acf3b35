/* What a deploy server meant by an answer that is not the one hoped for, as one line to read. */
#ifndef TARGET_SERVER_ANSWER_H
#define TARGET_SERVER_ANSWER_H

#include <stddef.h>

struct json_t;

#define SERVER_ANSWER_MAX 512

/* The reason in the body: "detail" (text, or FastAPI's list of wrong fields), "error" or "message"
 * of a JSON object, the title of a web page, the first line of a text. "" if it gives none. */
void server_answer_text(
	char text[SERVER_ANSWER_MAX], const char *content_type, const char *body, size_t len);

/* Any JSON value as one line. */
void server_answer_json(char text[SERVER_ANSWER_MAX], const struct json_t *value);

#endif

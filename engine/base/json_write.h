/*
 * JSON text straight into a buffer, without a tree: log events come by the hundred thousand. Keys
 * and values are given in order and the commas take care of themselves. The first failure is kept
 * and the rest of the calls do nothing.
 *
 * Beyond what JSON asks for, DEL and the C1 controls are escaped too: somebody will look at the
 * output in a terminal. What is not UTF-8 becomes U+FFFD.
 */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct json_writer {
	struct buf buf;
	bool failed;
};

void json_writer_init(struct json_writer *writer, size_t max);
void json_writer_release(struct json_writer *writer);
/* The text in malloc'd memory; NULL if anything failed. The writer is empty afterwards. */
char *json_writer_take(struct json_writer *writer);

void json_write_open(struct json_writer *writer, char bracket); /* '{' or '[' */
void json_write_close(struct json_writer *writer, char bracket);
void json_write_key(struct json_writer *writer, const char *key);
void json_write_bytes(struct json_writer *writer, const char *text, size_t len);
void json_write_text(struct json_writer *writer, const char *text); /* NULL: null */
void json_write_integer(struct json_writer *writer, int64_t value);
void json_write_bool(struct json_writer *writer, bool value);
void json_write_null(struct json_writer *writer);
/* JSON text that somebody else made, without its white space; a string holding it if it is not
 * JSON. */
void json_write_foreign(struct json_writer *writer, const char *json);

#endif

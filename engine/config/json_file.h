/*
 * A JSON file that can say where in it something is wrong. Whoever reads it walks down with
 * json_enter_*() and up with json_leave(), so that an error knows line and column.
 */
#ifndef CONFIG_JSON_FILE_H
#define CONFIG_JSON_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <jansson.h>

#include <berth/error.h>

#define JSON_FILE_MAX (1024 * 1024)

struct json_step {
	const char *key; /* NULL: element `index` of an array */
	size_t index;
};

struct json_file {
	char *name; /* path, or what it is called in messages */
	char *text;
	size_t len;
	mode_t mode;  /* of the file; 0 for text that was no file */
	json_t *root; /* an object */
	struct json_step steps[8];
	size_t depth;
};

/* 1 read, 0 there is no such file (nothing to release), -1: IO, or USAGE with line and column. */
int json_file_read(struct json_file *file, const char *path, struct berth_error *err);
int json_file_parse(struct json_file *file, const char *name, const char *text, size_t len,
	struct berth_error *err);
void json_file_release(struct json_file *file);

void json_enter_key(struct json_file *file, const char *key);
void json_enter_index(struct json_file *file, size_t index);
void json_leave(struct json_file *file);

enum json_place { JSON_AT_KEY, JSON_AT_VALUE };

/* "NAME:LINE:COLUMN: ..." with USAGE, for the place entered last. Returns -1. */
int json_file_error(const struct json_file *file, enum json_place place, struct berth_error *err,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Put the place in front of an error that is there. Returns -1. */
int json_file_wrap(const struct json_file *file, enum json_place place, struct berth_error *err);

/* "NAME:LINE:COLUMN" of the place entered last, malloc'd, for who judges the value later. */
int json_file_place(
	const struct json_file *file, enum json_place place, char **text, struct berth_error *err);

/* "FILE:L:C: unknown key 'prot', did you mean 'port'?"; the right ones as the hint. */
int json_unknown_key(const struct json_file *file, const char *key, const char *const *right,
	struct berth_error *err);
/* "FILE:L:C: 'port' is a number, expected ..." */
int json_wrong_type(const struct json_file *file, const char *key, const json_t *value,
	const char *expected, struct berth_error *err);

#endif

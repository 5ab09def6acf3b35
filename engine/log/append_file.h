/*
 * A file of lines that is written while a run goes on, by the same rules as its log: made with its
 * folder at the first line, 0600, locked (flock) as long as somebody writes it, by a worker, whole
 * lines only. What waits to be written is bounded; a disk that is full, gone or slower than that
 * ends the file, which is told once.
 */
#ifndef LOG_APPEND_FILE_H
#define LOG_APPEND_FILE_H

#include <stddef.h>

#include <berth/error.h>

struct append_file;
struct uv_loop_s;

struct append_file_setup {
	struct uv_loop_s *loop;
	const char *path; /* copied */
	/* Called from the loop, at most once. */
	void (*failed)(void *context, const struct berth_error *err);
	void *context;
};

/* NULL without memory. */
struct append_file *append_file_new(const struct append_file_setup *setup, struct berth_error *err);
/* Add a line; its newline is added here. Without memory it ends the file. */
void append_file_add(struct append_file *file, const char *line, size_t len);
/* What is not written yet is written first; `closed` comes from the loop, the file is freed just
 * before. `failed` is not called any more. */
void append_file_close(struct append_file *file, void (*closed)(void *context), void *context);

#endif

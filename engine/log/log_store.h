/*
 * A log as its writer and its searches see it: blocks of whole records.
 *
 * Lines are added on the loop's thread and never block: the newest blocks are in memory, and
 * whatever of them is not in the file yet is written by a worker, one write at a time and none
 * within 10 ms of the last, unless there is much to write. What waits to be written is bounded
 * (STORE_WAITING_MAX); a disk that is full, gone or slower than that ends the file, which is told
 * once.
 */
#ifndef LOG_LOG_STORE_H
#define LOG_LOG_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>
#include <berth/log.h>

struct uv_loop_s;

#define STORE_BLOCK_LINES 256
#define STORE_BLOCK_BYTES (32u << 10) /* a longer line has a block of its own */
#define STORE_WAITING_MAX (16u << 20) /* of text that is not in the file; without one, kept */

struct log_store_setup {
	struct uv_loop_s *loop;
	const char *path; /* made with its folder at the first line, 0600; copied. NULL: no file,
			     then no loop is needed either */
	/* The file can't be written (any more). Called from the loop, at most once. */
	void (*failed)(void *context, const struct berth_error *err);
	void *context;
	bool nameless; /* the file loses its name as soon as it is there, and goes with the log */
};

/* NULL without memory. */
struct berth_log *log_store_new(const struct log_store_setup *setup, struct berth_error *err);
/* Open the file of a log that is there, to be read. `opened` comes from the loop, exactly once,
 * with the log as it stands now, which is yours (log_store_close), or NULL and why. 0, or -1. */
typedef void log_opened_fn(void *context, struct berth_log *log, const struct berth_error *err);
int log_store_open(struct uv_loop_s *loop, const char *path, log_opened_fn *opened, void *context,
	struct berth_error *err);
/* What is not written yet is written first; `closed` comes from the loop, the log is freed just
 * before. `failed` is not called any more. */
void log_store_close(struct berth_log *log, void (*closed)(void *context), void *context);

/* Add a line: one that holds newlines, or is longer than BERTH_LOG_LINE_MAX, as several. 0, or -1
 * without memory (lines of it are lost). */
int log_store_add(
	struct berth_log *log, const struct berth_log_line *line, struct berth_error *err);

/* The loop it was made with. */
struct uv_loop_s *log_store_loop(const struct berth_log *log);

/* Half of what may wait for the file does: whoever can hold lines back should. */
bool log_store_full(const struct berth_log *log);

struct log_block {
	uint64_t first; /* number of its first line */
	unsigned lines;
	unsigned levels;   /* bit 1 << level: a line of that level is in it */
	const char *bytes; /* its records; NULL if they are lost or can't be read */
	size_t len;
	bool complete; /* no line will be added to it */
};

/* The block that holds line n; false if there is no such line. Borrowed until the next call that is
 * given the log. With `bytes` false only the rest is filled in, which reads nothing. */
bool log_store_block(struct berth_log *log, uint64_t n, bool bytes, struct log_block *block);

#endif

/*
 * Bytes to a descriptor that may be slow, stopped or gone, without ever holding up the loop: they
 * are collected here and written by a worker, one write at a time. Flags of the descriptor stay as
 * they are, because other programs may share it.
 *
 * Once a write fails, everything else is dropped: whoever writes goes on undisturbed.
 */
#ifndef BERTH_TUI_OUTPUT_H
#define BERTH_TUI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct uv_loop_s;
struct output;

/* `written` is called from the loop after each write, also a failed one. NULL without memory. */
struct output *output_new(
	struct uv_loop_s *loop, int fd, void (*written)(void *context), void *context);
/* No write may be under way (output_busy). NULL is allowed. */
void output_free(struct output *output);

void output_add(struct output *output, const char *data, size_t len);
void output_addf(struct output *output, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Begin to write what was added, unless a write is under way: then it follows by itself. */
void output_flush(struct output *output);

bool output_busy(const struct output *output);
/* The reader is so far behind that nothing should be added until `written`. */
bool output_full(const struct output *output);
/* errno of the write that failed, 0 if none did. */
int output_error(const struct output *output);

#endif

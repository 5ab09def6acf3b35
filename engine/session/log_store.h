/*
 * The log lines of one run, numbered from 0 for ever, the newest kept within a bound of text. Lines
 * live in blocks, and the oldest block goes as a whole, so that giving up a line costs nothing.
 */
#ifndef SESSION_LOG_STORE_H
#define SESSION_LOG_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/model.h>

struct log_block;

struct log_store {
	struct log_block *oldest, *newest;
	struct log_block *last_read; /* reading goes on where it was */
	uint64_t first, end;
	size_t bytes, max_bytes;
};

void log_store_init(struct log_store *store, size_t max_bytes);
void log_store_release(struct log_store *store);
/* The text and stage are copied. 0, or -1 without memory (the line is lost, the store stays valid).
 */
int log_store_add(struct log_store *store, const struct berth_log_line *line);
/* The text is borrowed until the next add. */
bool log_store_get(struct log_store *store, uint64_t n, struct berth_log_line *line);

#endif

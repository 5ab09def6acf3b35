/*
 * Where the blocks of a log are, kept beside the file of a long one ("NAME.log.index"), so that it
 * opens at once. It is a cache: one that does not fit the file is not used, and the blocks are
 * found by reading the file. In the byte order of the machine, whose files these are.
 */
#ifndef LOG_LOG_INDEX_H
#define LOG_LOG_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>
#include <berth/event.h>

#define LOG_INDEX_SUFFIX    ".index"
#define LOG_INDEX_MIN_BYTES (1u << 20) /* a shorter log is read as fast as its index */

/* Where a block lies among all the bytes there ever were, which is its place in the file. */
struct block_entry {
	uint64_t offset;
	uint64_t first : 56;
	uint64_t levels : 8;
};

struct log_index {
	struct block_entry *blocks;
	size_t block_count;
	uint64_t lines, size; /* bytes */
	uint64_t counts[BERTH_ERROR + 1];
};

/* All on a worker. The blocks stay the caller's. A failure leaves none behind. */
void log_index_write(const struct log_index *index, const char *log_path);
/* Of an open log: as it was written, else from its lines. The blocks are malloc'd. 0 or -1. */
int log_index_read(struct log_index *index, const char *log_path, int fd, struct berth_error *err);

#endif

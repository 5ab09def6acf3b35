/* What log_store.c and log_open.c share. */
#ifndef LOG_LOG_PRIVATE_H
#define LOG_LOG_PRIVATE_H

#include "log/chunk.h"
#include "log/log_file.h"
#include "log/log_index.h"
#include "log/log_store.h"
#include "log/record.h"
#include "loop/work.h"

/* Where the last line was found: the next one is mostly beside it. */
struct cursor {
	size_t block;
	unsigned line;
	size_t at;
	bool set;
};

struct berth_log {
	struct log_store_setup setup;
	struct block_entry *blocks;
	size_t block_count, block_capacity;
	struct chunk_list chunks; /* the newest blocks, the last of them open */
	uint64_t end;             /* lines */
	uint64_t size;            /* bytes */
	uint64_t in_file;         /* of these */
	uint64_t counts[BERTH_ERROR + 1];
	uint64_t lost;
	struct log_file file;
	struct work *writing;
	struct log_write write;
	struct timer *rest; /* NULL without a file, and for one that was there */
	bool resting;
	int64_t wrote_ms; /* when the newest write began */
	char *scratch;    /* a block read from the file */
	size_t scratch_capacity;
	size_t scratch_block;
	bool scratch_set;
	struct cursor cursor;
	char stage[RECORD_STAGE_MAX + 1];
	bool failed, closing;
	bool opened; /* from a file that was there: nothing is added */
	void (*closed)(void *context);
	void *closed_context;
};

#endif

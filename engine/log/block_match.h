/*
 * Which lines of a block pass criteria. Patterns that are plain text are looked for in all of the
 * block at once, as long as it is shown as it came; what is left is looked at line by line.
 */
#ifndef LOG_BLOCK_MATCH_H
#define LOG_BLOCK_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/search.h>

#include "log/log_store.h"

#define LINE_MASK_WORDS (STORE_BLOCK_LINES / 64)

/* Bit n is line n of the block. */
struct line_mask {
	uint64_t words[LINE_MASK_WORDS];
};

struct block_match {
	struct berth_log_criteria criteria;
	uint64_t undecided; /* lines that a pattern gave up on */
	char *clean;        /* room for one line */
	size_t clean_cap;
};

void block_match_init(struct block_match *match, const struct berth_log_criteria *criteria);
void block_match_release(struct block_match *match);

/* True if no line of the block can pass, whatever its bytes are. */
bool block_match_skips(const struct block_match *match, const struct log_block *block);

struct block_span {
	unsigned from, to; /* lines of the block, without `to` */
	bool backward;     /* begin with the last one */
};

/*
 * Looks at the lines of `span`. Where they are hard work it ends before all are known: `span` gets
 * shorter at its far end, to one line at least. `pass` is of those that are left in it, and empty
 * if the block has no bytes. *spent grows by what it cost, in bytes.
 *
 * 0, or -1 without memory.
 */
int block_match_run(struct block_match *match, const struct log_block *block,
	struct block_span *span, size_t *spent, struct line_mask *pass, struct berth_error *err);

#endif

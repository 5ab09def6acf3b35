/*
 * Numbers of lines: a bitmap with counts on two levels, so that the k-th member and the number of
 * members below a line cost microseconds at any length. A stretch without a member takes no memory;
 * ten million lines take at most 1.3 MB.
 */
#ifndef LOG_LINE_SET_H
#define LOG_LINE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

struct line_bits;

struct line_chunk {
	struct line_bits *bits; /* NULL while there is no member in it */
	uint32_t count;
};

struct line_set {
	struct line_chunk *chunks;
	size_t chunk_count;
	uint64_t count;
};

void line_set_init(struct line_set *set);
void line_set_release(struct line_set *set);

/* In any order; a member may be added again. 0, or -1 without memory. */
int line_set_add(struct line_set *set, uint64_t line, struct berth_error *err);

/* Members below `line`. */
uint64_t line_set_rank(const struct line_set *set, uint64_t line);
/* The k-th member, from 0. */
bool line_set_select(const struct line_set *set, uint64_t k, uint64_t *line);
/* The nearest member that is `line` or above; that is below `line`. */
bool line_set_next(const struct line_set *set, uint64_t line, uint64_t *found);
bool line_set_previous(const struct line_set *set, uint64_t line, uint64_t *found);

#endif

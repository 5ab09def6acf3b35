/* Numbers that look random and are the same every time: xorshift64. */
#ifndef SUPPORT_RANDOM_H
#define SUPPORT_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random {
	uint64_t state; /* the seed; never 0 */
};

/* 0 to below - 1. */
static inline size_t random_below(struct random *random, size_t below)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return (size_t)((random->state >> 11) % below);
}

#endif

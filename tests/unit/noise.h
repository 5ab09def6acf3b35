/* Bytes that are the same in every run: a failure of a fuzz loop can be met again. */
#ifndef UNIT_NOISE_H
#define UNIT_NOISE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct noise {
	uint64_t state; /* the seed; not 0 */
};

static inline uint32_t noise_next(struct noise *noise)
{
	noise->state ^= noise->state << 13;
	noise->state ^= noise->state >> 7;
	noise->state ^= noise->state << 17;
	return (uint32_t)(noise->state >> 32);
}

/* 0 to bound-1 */
static inline size_t noise_below(struct noise *noise, size_t bound)
{
	return noise_next(noise) % bound;
}

/* At most cap bytes: pieces of `words` with random bytes between them. */
static inline size_t noise_fill(
	struct noise *noise, char *dst, size_t cap, const char *const *words, size_t word_count)
{
	size_t want = noise_below(noise, cap + 1), len = 0;

	while (len < want) {
		const char *word = words[noise_below(noise, word_count)];
		size_t n = strlen(word);

		if (noise_below(noise, 3) == 0 || n > want - len) {
			dst[len++] = (char)noise_next(noise);
		} else {
			memcpy(dst + len, word, n);
			len += n;
		}
	}
	return len;
}

#endif

#include <berth/nearest.h>

#include <stddef.h>
#include <string.h>

/* Longer words are never one of ours. */
#define WORD_MAX 64

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: a swap of neighbours, the commonest slip of the hand, counts as one. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	for (size_t j = 0; j <= b_len; j++)
		above[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
			best = least(best, least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				best = least(best, before[j - 2] + 1);
			row[j] = best;
		}
		size_t *oldest = before;
		before = above;
		above = row;
		row = oldest;
	}
	return above[b_len];
}

const char *berth_nearest(const char *word, const char *const *words)
{
	size_t len = strlen(word);
	if (len == 0 || len > WORD_MAX)
		return NULL;
	const char *nearest = NULL;
	size_t best = len / 3 + 2;
	for (size_t i = 0; words[i]; i++) {
		size_t other = strlen(words[i]);
		if (other > WORD_MAX)
			continue;
		size_t now = distance(word, len, words[i], other);
		/* A word of which nothing is left is not near. */
		if (now < best && now < (len > other ? len : other)) {
			best = now;
			nearest = words[i];
		}
	}
	return nearest;
}

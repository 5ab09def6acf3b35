#include "log/line_set.h"

#include <stdlib.h>
#include <string.h>

enum {
	WORD_BITS = 64,
	GROUP_WORDS = 64,
	GROUP_BITS = GROUP_WORDS * WORD_BITS,
	CHUNK_GROUPS = 16,
	CHUNK_BITS = CHUNK_GROUPS * GROUP_BITS,
};

struct line_bits {
	uint16_t counts[CHUNK_GROUPS];
	uint64_t words[CHUNK_GROUPS][GROUP_WORDS];
};

void line_set_init(struct line_set *set)
{
	*set = (struct line_set){0};
}

void line_set_release(struct line_set *set)
{
	for (size_t i = 0; i < set->chunk_count; i++)
		free(set->chunks[i].bits);
	free(set->chunks);
	line_set_init(set);
}

static int no_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "not enough memory for the lines found");
}

static int grow(struct line_set *set, size_t count, struct berth_error *err)
{
	struct line_chunk *chunks;

	if (count <= set->chunk_count)
		return 0;
	if (count > SIZE_MAX / sizeof *chunks)
		return no_memory(err);
	chunks = realloc(set->chunks, count * sizeof *chunks);
	if (chunks == NULL)
		return no_memory(err);
	memset(chunks + set->chunk_count, 0, (count - set->chunk_count) * sizeof *chunks);
	set->chunks = chunks;
	set->chunk_count = count;
	return 0;
}

int line_set_add(struct line_set *set, uint64_t line, struct berth_error *err)
{
	unsigned group = line % CHUNK_BITS / GROUP_BITS;
	uint64_t bit = UINT64_C(1) << line % WORD_BITS;
	struct line_chunk *chunk;
	uint64_t *word;

	if (grow(set, line / CHUNK_BITS + 1, err))
		return -1;
	chunk = &set->chunks[line / CHUNK_BITS];
	if (chunk->bits == NULL)
		chunk->bits = calloc(1, sizeof *chunk->bits);
	if (chunk->bits == NULL)
		return no_memory(err);
	word = &chunk->bits->words[group][line % GROUP_BITS / WORD_BITS];
	if (*word & bit)
		return 0;
	*word |= bit;
	chunk->bits->counts[group]++;
	chunk->count++;
	set->count++;
	return 0;
}

static uint64_t rank_in_chunk(const struct line_bits *bits, unsigned bit)
{
	unsigned group = bit / GROUP_BITS, word = bit % GROUP_BITS / WORD_BITS;
	uint64_t rank = 0;

	for (unsigned i = 0; i < group; i++)
		rank += bits->counts[i];
	for (unsigned i = 0; i < word; i++)
		rank += (unsigned)__builtin_popcountll(bits->words[group][i]);
	if (bit % WORD_BITS > 0)
		rank += (unsigned)__builtin_popcountll(
			bits->words[group][word] << (WORD_BITS - bit % WORD_BITS));
	return rank;
}

uint64_t line_set_rank(const struct line_set *set, uint64_t line)
{
	uint64_t at = line / CHUNK_BITS, rank = 0;

	if (at >= set->chunk_count)
		return set->count;
	for (size_t i = 0; i < at; i++)
		rank += set->chunks[i].count;
	if (set->chunks[at].bits != NULL)
		rank += rank_in_chunk(set->chunks[at].bits, line % CHUNK_BITS);
	return rank;
}

static unsigned select_in_chunk(const struct line_bits *bits, uint64_t k)
{
	unsigned group = 0, word = 0, ones;

	for (; k >= bits->counts[group]; group++)
		k -= bits->counts[group];
	for (;; word++) {
		ones = (unsigned)__builtin_popcountll(bits->words[group][word]);
		if (k < ones)
			break;
		k -= ones;
	}
	uint64_t rest = bits->words[group][word];
	for (; k > 0; k--)
		rest &= rest - 1;
	return group * GROUP_BITS + word * WORD_BITS + (unsigned)__builtin_ctzll(rest);
}

bool line_set_select(const struct line_set *set, uint64_t k, uint64_t *line)
{
	if (k >= set->count)
		return false;
	for (size_t i = 0; i < set->chunk_count; i++) {
		const struct line_chunk *chunk = &set->chunks[i];

		if (k < chunk->count) {
			*line = (uint64_t)i * CHUNK_BITS + select_in_chunk(chunk->bits, k);
			return true;
		}
		k -= chunk->count;
	}
	return false;
}

bool line_set_next(const struct line_set *set, uint64_t line, uint64_t *found)
{
	return line_set_select(set, line_set_rank(set, line), found);
}

bool line_set_previous(const struct line_set *set, uint64_t line, uint64_t *found)
{
	uint64_t rank = line_set_rank(set, line);

	return rank > 0 && line_set_select(set, rank - 1, found);
}

#include "session/log_store.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_LINES 512
#define BLOCK_BYTES (32u << 10)

struct log_block {
	struct log_block *older, *newer;
	uint64_t first;
	size_t lines;
	size_t used, capacity;
	struct stored_line {
		int64_t time_ms;
		uint32_t offset, len;
		uint32_t stage; /* offset of the stage's name */
		uint8_t level, stream;
	} line[BLOCK_LINES];
	char text[];
};

void log_store_init(struct log_store *store, size_t max_bytes)
{
	*store = (struct log_store){.max_bytes = max_bytes};
}

static void drop_oldest(struct log_store *store)
{
	struct log_block *block = store->oldest;

	store->oldest = block->newer;
	if (store->oldest != NULL)
		store->oldest->older = NULL;
	else
		store->newest = NULL;
	store->first = block->first + block->lines;
	store->bytes -= block->used;
	if (store->last_read == block)
		store->last_read = NULL;
	free(block);
}

void log_store_release(struct log_store *store)
{
	while (store->oldest != NULL)
		drop_oldest(store);
	*store = (struct log_store){0};
}

static struct log_block *add_block(struct log_store *store, size_t need)
{
	size_t capacity = need > BLOCK_BYTES ? need : BLOCK_BYTES;
	struct log_block *block = malloc(sizeof(*block) + capacity);

	if (block == NULL)
		return NULL;
	block->older = store->newest;
	block->newer = NULL;
	block->first = store->end;
	block->lines = 0;
	block->used = 0;
	block->capacity = capacity;
	if (store->newest != NULL)
		store->newest->newer = block;
	else
		store->oldest = block;
	store->newest = block;
	return block;
}

static uint32_t put_text(struct log_block *block, const char *text, size_t len)
{
	uint32_t offset = (uint32_t)block->used;

	memcpy(block->text + block->used, text, len);
	block->text[block->used + len] = '\0';
	block->used += len + 1;
	return offset;
}

int log_store_add(struct log_store *store, const struct berth_log_line *line)
{
	struct log_block *block = store->newest;
	size_t stage_len = strlen(line->stage);
	size_t need = line->len + 1 + stage_len + 1;
	struct stored_line *stored;
	const struct stored_line *before;
	size_t used;

	if (block == NULL || block->lines == BLOCK_LINES || block->used + need > block->capacity)
		block = add_block(store, need);
	if (block == NULL)
		return -1;
	used = block->used;
	stored = &block->line[block->lines];
	before = block->lines > 0 ? stored - 1 : NULL;
	stored->time_ms = line->time_ms;
	stored->level = (uint8_t)line->level;
	stored->stream = (uint8_t)line->stream;
	stored->len = (uint32_t)line->len;
	/* Neighbours nearly always share the stage: its name stands once. */
	if (before != NULL && strcmp(block->text + before->stage, line->stage) == 0)
		stored->stage = before->stage;
	else
		stored->stage = put_text(block, line->stage, stage_len);
	stored->offset = put_text(block, line->text, line->len);
	block->lines++;
	store->bytes += block->used - used;
	store->end++;
	while (store->bytes > store->max_bytes && store->oldest != store->newest)
		drop_oldest(store);
	return 0;
}

static struct log_block *find_block(struct log_store *store, uint64_t n)
{
	struct log_block *block = store->last_read != NULL ? store->last_read : store->newest;

	while (n < block->first)
		block = block->older;
	while (n >= block->first + block->lines)
		block = block->newer;
	return block;
}

bool log_store_get(struct log_store *store, uint64_t n, struct berth_log_line *line)
{
	struct log_block *block;
	const struct stored_line *stored;

	if (n < store->first || n >= store->end)
		return false;
	block = find_block(store, n);
	store->last_read = block;
	stored = &block->line[n - block->first];
	*line = (struct berth_log_line){
		.time_ms = stored->time_ms,
		.level = (enum berth_level)stored->level,
		.stream = (enum berth_stream)stored->stream,
		.stage = block->text + stored->stage,
		.text = block->text + stored->offset,
		.len = stored->len,
	};
	return true;
}

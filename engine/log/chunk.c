#include "log/chunk.h"

#include <stdlib.h>

struct chunk *chunk_list_add(struct chunk_list *list, size_t capacity)
{
	struct chunk *chunk = malloc(sizeof(*chunk) + capacity);

	if (chunk == NULL)
		return NULL;
	*chunk = (struct chunk){.capacity = capacity};
	if (list->newest != NULL)
		list->newest->newer = chunk;
	else
		list->oldest = chunk;
	list->newest = chunk;
	return chunk;
}

void chunk_list_drop_oldest(struct chunk_list *list)
{
	struct chunk *oldest = list->oldest;

	list->oldest = oldest->newer;
	if (list->oldest == NULL)
		list->newest = NULL;
	if (list->last_found == oldest)
		list->last_found = NULL;
	list->bytes -= oldest->used;
	free(oldest);
}

const struct chunk *chunk_list_find(struct chunk_list *list, size_t block)
{
	struct chunk *chunk = list->last_found;

	if (block == list->newest->block)
		return list->newest;
	if (chunk == NULL || chunk->block > block)
		chunk = list->oldest;
	while (chunk->block < block)
		chunk = chunk->newer;
	list->last_found = chunk;
	return chunk;
}

void chunk_list_release(struct chunk_list *list)
{
	while (list->oldest != NULL)
		chunk_list_drop_oldest(list);
}

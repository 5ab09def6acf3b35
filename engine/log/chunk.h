/* The newest blocks of a log in memory, oldest first. Bytes that were filled never move or change,
 * so that a worker may write them while more are added. */
#ifndef LOG_CHUNK_H
#define LOG_CHUNK_H

#include <stddef.h>
#include <stdint.h>

struct chunk {
	struct chunk *newer;
	size_t block;    /* its number */
	uint64_t offset; /* of its first byte in the log */
	unsigned lines;
	size_t used, capacity;
	char bytes[];
};

struct chunk_list {
	struct chunk *oldest, *newest;
	struct chunk *last_found;
	size_t bytes; /* used in all of them */
};

/* The new newest one, empty; NULL without memory. */
struct chunk *chunk_list_add(struct chunk_list *list, size_t capacity);
void chunk_list_drop_oldest(struct chunk_list *list);
/* The chunk of a block that is in the list. */
const struct chunk *chunk_list_find(struct chunk_list *list, size_t block);
void chunk_list_release(struct chunk_list *list);

#endif

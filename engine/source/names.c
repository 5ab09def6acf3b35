#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source/names.h"

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add(struct names *names, const char *name)
{
	if (names->count == names->capacity) {
		size_t capacity = names->capacity ? names->capacity * 2 : 32;
		char **items = reallocarray(names->items, capacity, sizeof(*items));

		if (!items)
			return ENOMEM;
		names->items = items;
		names->capacity = capacity;
	}
	names->items[names->count] = strdup(name);
	if (!names->items[names->count])
		return ENOMEM;
	names->count++;
	return 0;
}

int names_read(struct names *names, DIR *stream, size_t max, const atomic_bool *cancelled)
{
	for (;;) {
		const struct dirent *found;
		int failure;

		if (cancelled && atomic_load_explicit(cancelled, memory_order_relaxed))
			return ECANCELED;
		errno = 0;
		found = readdir(stream);
		if (!found && errno)
			return errno;
		if (!found)
			break;
		if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
			continue;
		failure = names->count == max ? E2BIG : add(names, found->d_name);
		if (failure)
			return failure;
	}
	if (names->count)
		qsort(names->items, names->count, sizeof(*names->items), by_bytes);
	return 0;
}

void names_release(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
}

#include "config/strings.h"

#include <stdlib.h>
#include <string.h>

int string_no_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

int string_copy(char **dst, const char *src, struct berth_error *err)
{
	*dst = src ? strdup(src) : NULL;
	return src && !*dst ? string_no_memory(err) : 0;
}

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

int strings_take(struct strings *strings, char *text, struct berth_error *err)
{
	if (!text)
		return string_no_memory(err);
	if (strings->count >= STRINGS_MAX) {
		wipe(text);
		return berth_error_set(err, BERTH_E_LIMIT, 0, "more than %d values", STRINGS_MAX);
	}
	char **items = realloc(strings->items, (strings->count + 2) * sizeof *items);
	if (!items) {
		wipe(text);
		return string_no_memory(err);
	}
	strings->items = items;
	items[strings->count++] = text;
	items[strings->count] = NULL;
	return 0;
}

int strings_add(struct strings *strings, const char *text, struct berth_error *err)
{
	return strings_take(strings, strdup(text), err);
}

int strings_copy(struct strings *dst, const struct strings *src, struct berth_error *err)
{
	*dst = (struct strings){0};
	for (size_t i = 0; i < src->count; i++) {
		if (strings_add(dst, src->items[i], err) < 0) {
			strings_release(dst);
			return -1;
		}
	}
	return 0;
}

bool strings_has(const struct strings *strings, const char *text)
{
	for (size_t i = 0; i < strings->count; i++) {
		if (strcmp(strings->items[i], text) == 0)
			return true;
	}
	return false;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strings_sort(struct strings *strings)
{
	if (strings->count > 1)
		qsort(strings->items, strings->count, sizeof *strings->items, compare);
}

void strings_release(struct strings *strings)
{
	for (size_t i = 0; i < strings->count; i++)
		wipe(strings->items[i]);
	free(strings->items);
	*strings = (struct strings){0};
}

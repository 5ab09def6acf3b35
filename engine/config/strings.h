/* A list of texts that owns them; items[count] is always NULL once something was added. */
#ifndef CONFIG_STRINGS_H
#define CONFIG_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

#define STRINGS_MAX 4096

struct strings {
	char **items; /* NULL while nothing was ever added */
	size_t count;
};

/* 0, or -1 with LIMIT (more than STRINGS_MAX) or MEMORY. */
int strings_add(struct strings *strings, const char *text, struct berth_error *err);
/* Takes `text` (malloc'd, may be NULL: MEMORY), also on failure. */
int strings_take(struct strings *strings, char *text, struct berth_error *err);
int strings_copy(struct strings *dst, const struct strings *src, struct berth_error *err);
bool strings_has(const struct strings *strings, const char *text);
void strings_sort(struct strings *strings);
/* Frees and wipes: a list of settings may hold secrets, and knows not which. */
void strings_release(struct strings *strings);

/* strdup that says so when it fails; NULL stays NULL and is no error. */
int string_copy(char **dst, const char *src, struct berth_error *err);
/* "out of memory" */
int string_no_memory(struct berth_error *err);

#endif

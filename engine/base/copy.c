#include "base/copy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

/* A bad byte becomes the three of U+FFFD. */
#define REPAIRED 3

static char *repaired(const char *bytes, size_t len, size_t *copied)
{
	if (len > (SIZE_MAX - 1) / REPAIRED)
		return NULL;
	char *copy = malloc(REPAIRED * len + 1);
	if (!copy)
		return NULL;
	*copied = berth_utf8_copy(copy, REPAIRED * len + 1, bytes, len);
	char *fitting = realloc(copy, *copied + 1);
	return fitting ? fitting : copy;
}

char *copy_bytes(const char *bytes, size_t len, size_t *copied)
{
	size_t ignored;

	if (!copied)
		copied = &ignored;
	if (!berth_utf8_valid(bytes, len))
		return repaired(bytes, len, copied);
	char *copy = malloc(len + 1);
	if (!copy)
		return NULL;
	if (len > 0)
		memcpy(copy, bytes, len);
	copy[len] = '\0';
	*copied = len;
	return copy;
}

char *copy_text(const char *text)
{
	return text ? copy_bytes(text, strlen(text), NULL) : NULL;
}

#include "term/wrap.h"

#include <berth/text.h>

size_t wrap_hard(const char *text, size_t len, int columns, size_t *next)
{
	size_t row = berth_text_fit(text, len, columns, NULL);
	if (row == 0 && len > 0) {
		/* A wide character in a one-column row: shown nowhere, but passed. */
		uint32_t code_point;
		*next = (size_t)(berth_utf8_next(text, text + len, &code_point) - text);
		return 0;
	}
	*next = row;
	return row;
}

size_t wrap_words(const char *text, size_t len, int columns, size_t *next)
{
	size_t row = wrap_hard(text, len, columns, next);
	if (*next >= len)
		return row;
	size_t cut = row;
	while (cut > 0 && text[cut] != ' ')
		cut--;
	if (cut == 0)
		return row;
	size_t start = cut;
	while (start < len && text[start] == ' ')
		start++;
	while (cut > 0 && text[cut - 1] == ' ')
		cut--;
	*next = start;
	return cut;
}

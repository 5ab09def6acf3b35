#include "bar.h"

#include <string.h>

#include "glyph.h"

static size_t append(char *dst, size_t cap, size_t used, const char *text)
{
	size_t len = strlen(text);
	if (used + len >= cap)
		return used;
	memcpy(dst + used, text, len + 1);
	return used + len;
}

char *bar_text(char *dst, size_t cap, int columns, int64_t done, int64_t total, bool ascii)
{
	double part = total > 0 && done > 0 ? (double)done / (double)total : 0;
	int eighths = (int)((part < 1 ? part : 1) * columns * 8);
	size_t used = 0;
	dst[0] = '\0';
	for (int i = 0; i < columns; i++, eighths -= 8) {
		if (eighths >= 8)
			used = append(dst, cap, used, glyph_text(GLYPH_BLOCK, ascii));
		else if (eighths > 0)
			used = append(dst, cap, used, glyph_partial(eighths, ascii));
		else
			used = append(dst, cap, used, ascii ? "." : " ");
	}
	return dst;
}

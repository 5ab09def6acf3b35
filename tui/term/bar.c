#include "term/bar.h"

#include <string.h>

#include "term/glyph.h"

static size_t append(char *dst, size_t cap, size_t used, const char *text)
{
	size_t len = strlen(text);
	if (used + len >= cap)
		return used;
	memcpy(dst + used, text, len + 1);
	return used + len;
}

static double share(int64_t done, int64_t total)
{
	double part = total > 0 && done > 0 ? (double)done / (double)total : 0;
	return part < 1 ? part : 1;
}

char *bar_text(char *dst, size_t cap, int columns, int64_t done, int64_t total, bool ascii)
{
	int eighths = (int)(share(done, total) * columns * 8);
	size_t used = 0;
	dst[0] = '\0';
	for (; eighths >= 8; eighths -= 8)
		used = append(dst, cap, used, glyph_text(GLYPH_BLOCK, ascii));
	if (eighths > 0)
		append(dst, cap, used, glyph_partial(eighths, ascii));
	return dst;
}

char *bar_line(char *dst, size_t cap, int columns, int64_t done, int64_t total, bool ascii)
{
	int filled = (int)(share(done, total) * columns);
	size_t used = 0;
	dst[0] = '\0';
	for (int i = 0; i < filled; i++)
		used = append(dst, cap, used, glyph_text(GLYPH_LINE_DONE, ascii));
	return dst;
}

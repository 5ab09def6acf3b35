#include "proto/double_utf8.h"

#include <stdbool.h>

#include <berth/text.h>

size_t double_utf8_repair(char *out, const char *text, size_t len)
{
	bool doubled = false;
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte < 0x80) {
			out[n++] = (char)byte;
			continue;
		}
		/* U+0080 to U+00FF are the only ones that a byte becomes. */
		if ((byte != 0xc2 && byte != 0xc3) || i + 1 == len ||
			((unsigned char)text[i + 1] & 0xc0) != 0x80)
			return 0;
		out[n++] = (char)(byte << 6 | ((unsigned char)text[++i] & 0x3f));
		doubled = true;
	}
	return doubled && berth_utf8_valid(out, n) ? n : 0;
}

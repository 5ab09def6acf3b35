#include "log/shown.h"

#include <stdint.h>
#include <string.h>

#include <berth/text.h>

#include "base/text_clean.h"

enum look { PLAIN, BEYOND_ASCII, HAS_CONTROL };

/* Without a way out in the middle, so that compilers turn it into vector code. */
static enum look look_at(const char *text, size_t len)
{
	unsigned char control = 0, all = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		control |= (unsigned char)(((c < 0x20) & (c != '\n')) | (c == 0x7f));
		all |= c;
	}
	if (control)
		return HAS_CONTROL;
	return all & 0x80 ? BEYOND_ASCII : PLAIN;
}

/* U+FFFD stands for bad bytes here. */
static bool is_changed(uint32_t c)
{
	return c <= 0x9f || c == 0xfffd || text_is_hidden(c);
}

static const char *skip_ascii(const char *p, const char *end)
{
	uint64_t eight;

	for (; end - p >= (ptrdiff_t)sizeof eight; p += sizeof eight) {
		memcpy(&eight, p, sizeof eight);
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	while (p < end && (unsigned char)*p < 0x80)
		p++;
	return p;
}

bool shown_as_is(const char *text, size_t len)
{
	const char *end = text + len;
	enum look look = look_at(text, len);

	if (look != BEYOND_ASCII)
		return look == PLAIN;
	for (const char *p = skip_ascii(text, end); p < end; p = skip_ascii(p, end)) {
		uint32_t c;

		p = berth_utf8_next(p, end, &c);
		if (is_changed(c))
			return false;
	}
	return true;
}

#include <berth/text.h>

#include <string.h>

#define REPLACEMENT 0xfffdu

struct lead {
	int more;                         /* continuation bytes */
	unsigned char first_lo, first_hi; /* what the first of them may be */
	uint32_t bits;
};

/* The narrowed second byte keeps out overlong forms, surrogates and what lies past U+10FFFF. */
static bool lead_of(unsigned char byte, struct lead *lead)
{
	*lead = (struct lead){.first_lo = 0x80, .first_hi = 0xbf};
	if (byte >= 0xc2 && byte <= 0xdf) {
		lead->more = 1;
		lead->bits = byte & 0x1fu;
	} else if (byte >= 0xe0 && byte <= 0xef) {
		lead->more = 2;
		lead->bits = byte & 0x0fu;
		if (byte == 0xe0)
			lead->first_lo = 0xa0;
		if (byte == 0xed)
			lead->first_hi = 0x9f;
	} else if (byte >= 0xf0 && byte <= 0xf4) {
		lead->more = 3;
		lead->bits = byte & 0x07u;
		if (byte == 0xf0)
			lead->first_lo = 0x90;
		if (byte == 0xf4)
			lead->first_hi = 0x8f;
	}
	return lead->more > 0;
}

/* As berth_utf8_next(), and says whether the bytes were well-formed. */
static const char *next(const char *p, const char *end, uint32_t *code_point, bool *good)
{
	unsigned char byte = (unsigned char)*p++;
	struct lead lead;

	*good = true;
	*code_point = byte;
	if (byte < 0x80)
		return p;

	*good = false;
	*code_point = REPLACEMENT;
	if (!lead_of(byte, &lead))
		return p;
	unsigned char lo = lead.first_lo, hi = lead.first_hi;
	for (int i = 0; i < lead.more; i++) {
		if (p == end || (unsigned char)*p < lo || (unsigned char)*p > hi)
			return p;
		lead.bits = lead.bits << 6 | ((unsigned char)*p++ & 0x3fu);
		lo = 0x80;
		hi = 0xbf;
	}
	*good = true;
	*code_point = lead.bits;
	return p;
}

const char *berth_utf8_next(const char *p, const char *end, uint32_t *code_point)
{
	bool good;

	return next(p, end, code_point, &good);
}

size_t berth_utf8_put(char *dst, uint32_t c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = REPLACEMENT;
	if (c < 0x80) {
		dst[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		dst[0] = (char)(0xc0 | c >> 6);
		dst[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		dst[0] = (char)(0xe0 | c >> 12);
		dst[1] = (char)(0x80 | (c >> 6 & 0x3f));
		dst[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	dst[0] = (char)(0xf0 | c >> 18);
	dst[1] = (char)(0x80 | (c >> 12 & 0x3f));
	dst[2] = (char)(0x80 | (c >> 6 & 0x3f));
	dst[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* Skip ASCII eight bytes at a time: nearly all text is only that. */
static const char *skip_ascii(const char *p, const char *end)
{
	while (end - p >= 8) {
		uint64_t word;

		memcpy(&word, p, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			break;
		p += 8;
	}
	while (p < end && (unsigned char)*p < 0x80)
		p++;
	return p;
}

bool berth_utf8_valid(const char *text, size_t len)
{
	if (len == 0)
		return true;
	const char *p = text, *end = text + len;
	while ((p = skip_ascii(p, end)) < end) {
		uint32_t c;
		bool good;

		p = next(p, end, &c, &good);
		if (!good)
			return false;
	}
	return true;
}

size_t berth_utf8_copy(char *dst, size_t cap, const char *src, size_t len)
{
	size_t out = 0;

	if (cap == 0)
		return 0;
	dst[0] = '\0';
	if (len == 0)
		return 0;
	const char *p = src, *end = src + len;
	while (p < end) {
		const char *ascii = skip_ascii(p, end);
		size_t run = (size_t)(ascii - p);
		size_t room = cap - 1 - out;

		memcpy(dst + out, p, run < room ? run : room);
		out += run < room ? run : room;
		p = ascii;
		if (run > room || p == end)
			break;

		char bytes[4];
		uint32_t c;
		p = berth_utf8_next(p, end, &c);
		size_t n = berth_utf8_put(bytes, c);
		if (n > cap - 1 - out)
			break;
		memcpy(dst + out, bytes, n);
		out += n;
	}
	dst[out] = '\0';
	return out;
}

int berth_text_width(const char *text, size_t len)
{
	int columns = 0;

	for (const char *p = text, *end = text + len; p < end;) {
		uint32_t c;

		p = berth_utf8_next(p, end, &c);
		columns += berth_char_width(c);
	}
	return columns;
}

size_t berth_text_fit(const char *text, size_t len, int columns, int *used)
{
	const char *p = text, *end = text + len;
	int width = 0;

	while (p < end) {
		uint32_t c;
		const char *after = berth_utf8_next(p, end, &c);
		int w = berth_char_width(c);

		if (w > columns - width)
			break;
		width += w;
		p = after;
	}
	if (used)
		*used = width;
	return (size_t)(p - text);
}

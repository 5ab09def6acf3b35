#include "base/escape.h"

/* CSI: parameters, intermediates, one final byte. Anything else ends it and is not part of it. */
static const char *skip_csi(const char *p, const char *end, struct escape_sgr *sgr)
{
	const char *parameters = p;

	while (p < end && *p >= 0x30 && *p <= 0x3f)
		p++;
	/* "CSI > 4 ; 2 m" is about the keyboard: a private mark makes it another sequence. */
	if (p < end && *p == 'm' && (*parameters < '<' || *parameters > '?'))
		*sgr = (struct escape_sgr){parameters, (size_t)(p - parameters)};
	while (p < end && *p >= 0x20 && *p <= 0x2f)
		p++;
	return p < end && *p >= 0x40 && *p <= 0x7e ? p + 1 : p;
}

/* OSC, DCS, SOS, PM, APC: up to BEL or ST. A control that a string can't hold ends it as well, so
 * that an unterminated one does not hide the lines after it. */
static const char *skip_string(const char *p, const char *end)
{
	for (; p < end; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == 0x07)
			return p + 1;
		if (c == 0x1b)
			return end - p > 1 && p[1] == '\\' ? p + 2 : p;
		if (c == 0xc2 && end - p > 1 && (unsigned char)p[1] == 0x9c)
			return p + 2;
		if (c == '\n' || c == '\r' || c == 0x18 || c == 0x1a)
			return p;
	}
	return p;
}

const char *escape_skip(const char *p, const char *end, struct escape_sgr *sgr)
{
	*sgr = (struct escape_sgr){0};
	if (p == end)
		return p;
	switch (*p) {
	case '[':
		return skip_csi(p + 1, end, sgr);
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		return skip_string(p + 1, end);
	default:
		while (p < end && *p >= 0x20 && *p <= 0x2f)
			p++;
		return p < end && *p >= 0x30 && *p <= 0x7e ? p + 1 : p;
	}
}

const char *escape_skip_c1(uint32_t c1, const char *p, const char *end, struct escape_sgr *sgr)
{
	*sgr = (struct escape_sgr){0};
	switch (c1) {
	case 0x9b:
		return skip_csi(p, end, sgr);
	case 0x9d:
	case 0x90:
	case 0x98:
	case 0x9e:
	case 0x9f:
		return skip_string(p, end);
	case 0x9c:
		return p;
	default:
		return NULL;
	}
}

#include <berth/text.h>

#include <string.h>

#define REPLACEMENT 0xfffdu

struct cleaner {
	char *dst;
	size_t cap; /* without the NUL */
	size_t len;
	unsigned flags;
	size_t line_start; /* in dst; of the part that a "\r" goes back over */
	int line_column;
	int column;
	int blanks; /* spaces not written yet: after a "\r" they count only if something follows */
	bool returned; /* a "\r" was met: the next visible character starts the line anew */
	bool full;     /* the rest of this line is cut */
	bool done;     /* ... and there was a line after it */
};

static void put(struct cleaner *out, const char *bytes, size_t len)
{
	if (out->full || len > out->cap - out->len) {
		out->full = true;
		return;
	}
	memcpy(out->dst + out->len, bytes, len);
	out->len += len;
}

static void put_blanks(struct cleaner *out)
{
	for (; out->blanks > 0 && !out->full; out->blanks--)
		put(out, " ", 1);
	out->blanks = 0;
}

/* A character that is seen. */
static void show(struct cleaner *out, uint32_t c)
{
	char bytes[4];

	if (out->returned) {
		out->len = out->line_start;
		out->returned = false;
		out->full = false;
	}
	put_blanks(out);
	if (out->flags & BERTH_CLEAN_ASCII && c >= 0x80)
		c = '?';
	put(out, bytes, berth_utf8_put(bytes, c));
	out->column += berth_char_width(c);
}

static void blank(struct cleaner *out, int columns)
{
	out->blanks += columns;
	out->column += columns;
}

static void carriage_return(struct cleaner *out)
{
	if (!out->returned)
		put_blanks(out);
	out->blanks = 0;
	out->column = out->line_column;
	out->returned = true;
}

static bool is_bidi(uint32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x206f);
}

/* What a control is shown as. */
static uint32_t picture(const struct cleaner *out, uint32_t c)
{
	if (out->flags & BERTH_CLEAN_ASCII)
		return '?';
	if (c < 0x20)
		return 0x2400 + c;
	return c == 0x7f ? 0x2421 : REPLACEMENT;
}

static void newline(struct cleaner *out)
{
	if (!out->returned)
		put_blanks(out);
	out->returned = false;
	out->blanks = 0;
	if (out->flags & BERTH_CLEAN_LINES) {
		put(out, "\n", 1);
		out->column = 0;
	} else {
		show(out, picture(out, '\n'));
	}
	out->line_start = out->len;
	out->line_column = out->column;
	out->done = out->full;
}

/* CSI: parameters, intermediates, one final byte. Anything else ends it and is not part of it. */
static const char *skip_csi(const char *p, const char *end)
{
	while (p < end && *p >= 0x30 && *p <= 0x3f)
		p++;
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

static const char *skip_escape(const char *p, const char *end)
{
	if (p == end)
		return p;
	switch (*p) {
	case '[':
		return skip_csi(p + 1, end);
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

/* The one-character forms of the same introducers: terminals obey them in UTF-8 too. */
static const char *skip_c1(uint32_t c, const char *p, const char *end, bool *was)
{
	*was = true;
	switch (c) {
	case 0x9b:
		return skip_csi(p, end);
	case 0x9d:
	case 0x90:
	case 0x98:
	case 0x9e:
	case 0x9f:
		return skip_string(p, end);
	case 0x9c:
		return p;
	default:
		*was = false;
		return p;
	}
}

static const char *control(struct cleaner *out, uint32_t c, const char *p, const char *end)
{
	bool skipped;

	switch (c) {
	case 0x1b:
		return skip_escape(p, end);
	case '\t':
		blank(out, 8 - out->column % 8);
		return p;
	case '\r':
		carriage_return(out);
		return p;
	case '\n':
		newline(out);
		return p;
	default:
		p = skip_c1(c, p, end, &skipped);
		if (!skipped)
			show(out, picture(out, c));
		return p;
	}
}

/* Printable ASCII, which is nearly everything, in one go. */
static const char *show_run(struct cleaner *out, const char *p, const char *end)
{
	const char *start = p;

	while (p<end && * p> 0x20 && *p < 0x7f)
		p++;
	if (p == start)
		return p;
	show(out, (unsigned char)*start++);
	size_t len = (size_t)(p - start), room = out->cap - out->len;
	if (len > room) {
		put(out, start, room);
		out->full = true;
	} else {
		put(out, start, len);
	}
	out->column += (int)len;
	return p;
}

/* One past the last "\r", or `p`. */
static const char *find_last_return(const char *p, const char *end)
{
	while (end > p && end[-1] != '\r')
		end--;
	return end;
}

size_t berth_text_clean(char *dst, size_t cap, const char *src, size_t len, unsigned flags)
{
	struct cleaner out = {.dst = dst, .cap = cap - 1, .flags = flags};
	const char *p = src, *end = len > 0 ? src + len : src;
	const char *last_return = NULL;

	while (p < end && !out.done) {
		uint32_t c;

		/* Only a "\r" can make room again. */
		if (out.full && !last_return)
			last_return = find_last_return(p, end);
		if (out.full && !out.returned && p >= last_return)
			break;
		const char *after = show_run(&out, p, end);
		if (after != p) {
			p = after;
			continue;
		}
		p = berth_utf8_next(p, end, &c);
		if (c == ' ')
			blank(&out, 1);
		else if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
			p = control(&out, c, p, end);
		else if (is_bidi(c) || c == 0xfeff || c == 0x2028 || c == 0x2029)
			show(&out, REPLACEMENT);
		else
			show(&out, c);
	}
	if (!out.returned)
		put_blanks(&out);
	dst[out.len] = '\0';
	return out.len;
}

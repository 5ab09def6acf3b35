#include "base/text_clean.h"

#include <string.h>

#include <berth/text.h>

#include "base/escape.h"
#include "base/sgr.h"

#define REPLACEMENT 0xfffdu

struct cleaner {
	const char *p, *end; /* what is still to be read */
	char *dst;
	size_t cap; /* without the NUL */
	size_t len;
	unsigned flags;
	struct span_list *styles; /* NULL: not asked for */
	size_t line_start;        /* in dst; of the part that a "\r" goes back over */
	int line_column;
	int column;
	/* A "\r" was met. Nothing is written until something is seen; then it is read again from
	 * here, and its blanks and styles count, too. */
	bool returned;
	const char *again;
	struct berth_style again_style;
	bool full; /* the rest of this line is cut */
	bool done; /* ... and there was a line after it */
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

static void start_line_anew(struct cleaner *out)
{
	out->returned = false;
	out->full = false;
	out->len = out->line_start;
	out->column = out->line_column;
	out->p = out->again;
	if (out->styles) {
		out->styles->now = out->again_style;
		span_list_cut(out->styles, out->len);
	}
}

/* Something that takes columns follows. What takes none looks like the letter it stands on,
 * whatever style came between. */
static void begin_columns(struct cleaner *out)
{
	if (out->styles && out->styles->changed && !out->full)
		span_list_mark(out->styles, out->len);
}

/* A character that is seen. */
static void show(struct cleaner *out, uint32_t c)
{
	char bytes[4];
	int width;

	if (out->returned) {
		start_line_anew(out);
		return;
	}
	width = berth_char_width(c);
	if (width > 0)
		begin_columns(out);
	out->column += width;
	if (!(out->flags & BERTH_CLEAN_ASCII) || c < 0x80)
		put(out, bytes, berth_utf8_put(bytes, c));
	else
		/* As wide as the character: what stands behind it keeps its column. */
		for (int i = 0; i < width; i++)
			put(out, "?", 1);
}

static void blank(struct cleaner *out, int columns)
{
	if (out->returned)
		return;
	begin_columns(out);
	for (int i = 0; i < columns; i++)
		put(out, " ", 1);
	out->column += columns;
}

static void carriage_return(struct cleaner *out)
{
	out->returned = true;
	out->again = out->p;
	if (out->styles)
		out->again_style = out->styles->now;
}

bool text_is_hidden(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{0x061c, 0x061c},
		{0x180e, 0x180e},
		{0x200b, 0x200b},
		{0x200e, 0x200f},
		{0x2028, 0x202e},
		{0x2060, 0x206f},
		{0xfeff, 0xfeff},
		{0xfff9, 0xfffb},
		{0xe0000, 0xe007f},
	};

	for (size_t i = 0; i < sizeof hidden / sizeof hidden[0] && c >= hidden[i].first; i++)
		if (c <= hidden[i].last)
			return true;
	return false;
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
	out->returned = false;
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

static void restyle(struct cleaner *out, const struct escape_sgr *sgr)
{
	if (!out->styles || !sgr->bytes)
		return;
	sgr_apply(&out->styles->now, sgr->bytes, sgr->len);
	out->styles->changed = true;
}

static void control(struct cleaner *out, uint32_t c)
{
	struct escape_sgr sgr = {0};
	const char *after;

	switch (c) {
	case 0x1b:
		out->p = escape_skip(out->p, out->end, &sgr);
		restyle(out, &sgr);
		break;
	case '\t':
		blank(out, 8 - out->column % 8);
		break;
	case '\r':
		carriage_return(out);
		break;
	case '\n':
		newline(out);
		break;
	default:
		after = escape_skip_c1(c, out->p, out->end, &sgr);
		if (!after) {
			show(out, picture(out, c));
			break;
		}
		out->p = after;
		restyle(out, &sgr);
	}
}

/* Printable ASCII, which is nearly everything, in one go. */
static bool show_run(struct cleaner *out)
{
	const char *start = out->p, *p = start;

	while (p<out->end && * p> 0x20 && *p < 0x7f)
		p++;
	if (p == start)
		return false;
	if (out->returned) {
		start_line_anew(out);
		return true;
	}
	begin_columns(out);
	size_t len = (size_t)(p - start), room = out->cap - out->len;
	put(out, start, len < room ? len : room);
	out->full = out->full || len > room;
	out->column += (int)len;
	out->p = p;
	return true;
}

/* One past the last "\r", or `p`. */
static const char *find_last_return(const char *p, const char *end)
{
	while (end > p && end[-1] != '\r')
		end--;
	return end;
}

size_t text_clean(char *dst, size_t cap, const char *src, size_t len, unsigned flags,
	struct span_list *styles)
{
	struct cleaner out = {.dst = dst,
		.cap = cap - 1,
		.flags = flags,
		.styles = styles,
		.p = src,
		.end = len > 0 ? src + len : src};
	const char *last_return = NULL;

	while (out.p < out.end && !out.done) {
		uint32_t c;

		/* Only a "\r" can make room again. */
		if (out.full && !last_return)
			last_return = find_last_return(out.p, out.end);
		if (out.full && !out.returned && out.p >= last_return)
			break;
		if (show_run(&out))
			continue;
		out.p = berth_utf8_next(out.p, out.end, &c);
		if (c == ' ')
			blank(&out, 1);
		else if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
			control(&out, c);
		else
			show(&out, text_is_hidden(c) ? REPLACEMENT : c);
	}
	dst[out.len] = '\0';
	return out.len;
}

size_t berth_text_clean(char *dst, size_t cap, const char *src, size_t len, unsigned flags)
{
	return text_clean(dst, cap, src, len, flags, NULL);
}

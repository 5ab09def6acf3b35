#include "proto/sse.h"

#include <string.h>

/* An event of more is rare: its memory is not kept for the next one. */
#define KEEP_MAX 4096
/* A day: no server means more. */
#define RETRY_MAX_MS 86400000

static const char byte_order_mark[] = "\xef\xbb\xbf";

#define MARK_LEN ((int)sizeof(byte_order_mark) - 1)

void sse_init(struct sse *sse, const struct sse_handler *handler)
{
	*sse = (struct sse){.handler = *handler};
	buf_init(&sse->line, SSE_LINE_MAX);
	buf_init(&sse->data, SSE_EVENT_MAX);
	buf_init(&sse->type, SSE_LINE_MAX);
	buf_init(&sse->id, SSE_LINE_MAX);
	buf_init(&sse->last_id, SSE_LINE_MAX);
}

void sse_release(struct sse *sse)
{
	buf_release(&sse->line);
	buf_release(&sse->data);
	buf_release(&sse->type);
	buf_release(&sse->id);
	buf_release(&sse->last_id);
}

static void clear(struct buf *buf)
{
	if (buf->cap > KEEP_MAX)
		buf_release(buf);
	else
		buf_reset(buf);
}

static void lose(struct sse *sse, const char *what, unsigned max)
{
	if (!sse->is_lost)
		berth_error_set(&sse->why, BERTH_E_LIMIT, 0, "%s of more than %u bytes", what, max);
	sse->is_lost = true;
	clear(&sse->data);
}

/* The empty line. The id counts even where there is no data to go with it. */
static int end_event(struct sse *sse, struct berth_error *err)
{
	if (sse->is_lost) {
		if (sse->handler.on_lost)
			sse->handler.on_lost(sse->handler.context, &sse->why);
	} else if (sse->id.len != sse->last_id.len ||
		   memcmp(sse->id.data, sse->last_id.data, sse->id.len) != 0) {
		clear(&sse->last_id);
		if (buf_add(&sse->last_id, sse->id.data, sse->id.len, err) < 0)
			return -1;
	}
	if (sse->has_data && !sse->is_lost)
		sse->handler.on_event(sse->handler.context,
			&(struct sse_event){
				.type = sse->type.len > 0 ? sse->type.data : "message",
				.data = sse->data.data,
				.len = sse->data.len,
				.last_id = sse->last_id.data,
			});
	clear(&sse->data);
	clear(&sse->type);
	sse->has_data = false;
	sse->is_lost = false;
	return 0;
}

static int add_data(struct sse *sse, const char *value, size_t len, struct berth_error *err)
{
	if (sse->is_lost)
		return 0;
	if (len + sse->data.len + 1 > SSE_EVENT_MAX) {
		lose(sse, "an event", SSE_EVENT_MAX);
		return 0;
	}
	if (sse->has_data && buf_add(&sse->data, "\n", 1, err) < 0)
		return -1;
	sse->has_data = true;
	return buf_add(&sse->data, value, len, err);
}

static void set_retry(const struct sse *sse, const char *value, size_t len)
{
	int64_t milliseconds = 0;

	for (size_t i = 0; i < len; i++) {
		if (value[i] < '0' || value[i] > '9')
			return;
		if (milliseconds < RETRY_MAX_MS)
			milliseconds = milliseconds * 10 + (value[i] - '0');
	}
	if (len > 0 && sse->handler.on_retry)
		sse->handler.on_retry(sse->handler.context,
			milliseconds < RETRY_MAX_MS ? milliseconds : RETRY_MAX_MS);
}

static int replace(struct buf *buf, const char *value, size_t len, struct berth_error *err)
{
	clear(buf);
	return buf_add(buf, value, len, err);
}

static bool is_field(const char *name, size_t len, const char *wanted)
{
	return len == strlen(wanted) && memcmp(name, wanted, len) == 0;
}

static int end_line(struct sse *sse, const char *line, size_t len, struct berth_error *err)
{
	const char *colon = len > 0 ? memchr(line, ':', len) : NULL;
	size_t name = colon ? (size_t)(colon - line) : len;
	const char *value = colon ? colon + 1 : line + len;
	size_t value_len = (size_t)(line + len - value);

	if (len == 0)
		return end_event(sse, err);
	if (colon == line) {
		if (sse->handler.on_comment)
			sse->handler.on_comment(sse->handler.context, line + 1, len - 1);
		return 0;
	}
	if (value_len > 0 && value[0] == ' ') {
		value++;
		value_len--;
	}
	if (is_field(line, name, "data"))
		return add_data(sse, value, value_len, err);
	if (is_field(line, name, "event"))
		return replace(&sse->type, value, value_len, err);
	if (is_field(line, name, "id") && (value_len == 0 || !memchr(value, '\0', value_len)))
		return replace(&sse->id, value, value_len, err);
	if (is_field(line, name, "retry"))
		set_retry(sse, value, value_len);
	return 0;
}

/* A piece of a line whose end has not come. */
static int keep(struct sse *sse, const char *piece, size_t len, struct berth_error *err)
{
	if (sse->too_long || len == 0)
		return 0;
	if (sse->line.len + len <= SSE_LINE_MAX)
		return buf_add(&sse->line, piece, len, err);
	sse->too_long = true;
	/* The first byte alone tells a comment; it is all that is needed of it. */
	if ((sse->line.len > 0 ? sse->line.data[0] : piece[0]) != ':')
		lose(sse, "a line", SSE_LINE_MAX);
	clear(&sse->line);
	return 0;
}

static int take_line(struct sse *sse, const char *piece, size_t len, struct berth_error *err)
{
	int rc;

	if (sse->line.len == 0 && !sse->too_long && len <= SSE_LINE_MAX)
		return end_line(sse, piece, len, err);
	if (keep(sse, piece, len, err) < 0)
		return -1;
	if (sse->too_long) {
		sse->too_long = false;
		return 0;
	}
	rc = end_line(sse, sse->line.data, sse->line.len, err);
	clear(&sse->line);
	return rc;
}

/* What looked like the mark and was not is a line's beginning. */
static int skip_mark(struct sse *sse, const char **p, const char *end, struct berth_error *err)
{
	while (sse->mark >= 0 && *p < end) {
		if (**p != byte_order_mark[sse->mark]) {
			int seen = sse->mark;

			sse->mark = -1;
			return keep(sse, byte_order_mark, (size_t)seen, err);
		}
		(*p)++;
		if (++sse->mark == MARK_LEN)
			sse->mark = -1;
	}
	return 0;
}

int sse_feed(struct sse *sse, const char *bytes, size_t len, struct berth_error *err)
{
	const char *p = bytes, *end = bytes + len;
	const char *lf = NULL; /* the first one at or after p, or end; NULL: not looked for */

	if (sse->mark >= 0 && skip_mark(sse, &p, end, err) < 0)
		return -1;
	while (p < end) {
		const char *stop;

		if (sse->skip_lf) {
			sse->skip_lf = false;
			if (*p == '\n') {
				p++;
				continue;
			}
		}
		if (!lf || lf < p) {
			lf = memchr(p, '\n', (size_t)(end - p));
			lf = lf ? lf : end;
		}
		stop = memchr(p, '\r', (size_t)(lf - p));
		stop = stop ? stop : lf;
		if (stop == end)
			return keep(sse, p, (size_t)(end - p), err);
		if (take_line(sse, p, (size_t)(stop - p), err) < 0)
			return -1;
		sse->skip_lf = *stop == '\r';
		p = stop + 1;
	}
	return 0;
}

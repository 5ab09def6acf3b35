#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 256

/* What an empty buffer points at; cap 0 says that it is not ours to write or to free. */
static char nothing[1];

void buf_init(struct buf *buf, size_t max)
{
	*buf = (struct buf){.data = nothing, .max = max};
}

void buf_release(struct buf *buf)
{
	if (buf->cap > 0)
		free(buf->data);
	buf_init(buf, buf->max);
}

void buf_reset(struct buf *buf)
{
	buf->len = 0;
	if (buf->cap > 0)
		buf->data[0] = '\0';
}

char *buf_take(struct buf *buf)
{
	char *data = buf->cap > 0 ? buf->data : strdup("");

	buf_init(buf, buf->max);
	return data;
}

/* Make room for `more` bytes and the final NUL. */
static int grow(struct buf *buf, size_t more, struct berth_error *err)
{
	size_t limit = buf->max < SIZE_MAX ? buf->max : SIZE_MAX - 1;

	if (buf->len > limit || more > limit - buf->len)
		return berth_error_set(err, BERTH_E_LIMIT, 0, "more than %zu bytes", buf->max);
	size_t need = buf->len + more + 1;
	if (need <= buf->cap)
		return 0;

	size_t cap = buf->cap > 0 ? buf->cap : FIRST_CAP;
	while (cap < need)
		cap = cap <= SIZE_MAX / 2 ? cap * 2 : need;
	if (cap > limit + 1)
		cap = limit + 1;
	char *data = realloc(buf->cap > 0 ? buf->data : NULL, cap);
	if (!data)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	data[buf->len] = '\0';
	buf->data = data;
	buf->cap = cap;
	return 0;
}

int buf_add(struct buf *buf, const void *data, size_t len, struct berth_error *err)
{
	if (len == 0)
		return 0;
	if (grow(buf, len, err) < 0)
		return -1;
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return 0;
}

int buf_adds(struct buf *buf, const char *text, struct berth_error *err)
{
	return buf_add(buf, text, strlen(text), err);
}

static int add_formatted(
	struct buf *buf, struct berth_error *err, const char *format, va_list args, va_list again)
{
	size_t room = buf->cap - buf->len;
	/* Without memory there is no room for even the NUL. */
	int len = vsnprintf(buf->cap > 0 ? buf->data + buf->len : NULL, room, format, args);

	if (len < 0) {
		if (buf->cap > 0)
			buf->data[buf->len] = '\0';
		return berth_error_set(err, BERTH_E_INTERNAL, 0, "a format that can't be printed");
	}
	if ((size_t)len >= room) {
		if (buf->cap > 0)
			buf->data[buf->len] = '\0';
		if (grow(buf, (size_t)len, err) < 0)
			return -1;
		vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
	}
	buf->len += (size_t)len;
	return 0;
}

int buf_addf(struct buf *buf, struct berth_error *err, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int status = add_formatted(buf, err, format, args, again);
	va_end(again);
	va_end(args);
	return status;
}

void buf_consume(struct buf *buf, size_t len)
{
	if (len >= buf->len) {
		buf_reset(buf);
		return;
	}
	if (len == 0)
		return;
	memmove(buf->data, buf->data + len, buf->len - len + 1);
	buf->len -= len;
}

/*
 * A growing byte buffer that names its maximum when it is made. The content is always
 * NUL-terminated after `len` bytes, so it can be used as a string; it may hold NUL bytes itself.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

#include <berth/error.h>

struct buf {
	char *data; /* never NULL after buf_init; "" while empty */
	size_t len;
	size_t cap;
	size_t max; /* largest allowed len */
};

void buf_init(struct buf *buf, size_t max);
void buf_release(struct buf *buf); /* frees; init again before further use */
void buf_reset(struct buf *buf);   /* len = 0, memory kept */
/* Give the memory away; the buffer is empty afterwards, as after buf_init(). Never NULL, except
 * without memory. */
char *buf_take(struct buf *buf);

/* 0, or -1 with code LIMIT (max would be passed; nothing is added) or MEMORY. */
int buf_add(struct buf *buf, const void *data, size_t len, struct berth_error *err);
int buf_adds(struct buf *buf, const char *text, struct berth_error *err);
int buf_addf(struct buf *buf, struct berth_error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Drop the first `len` bytes. */
void buf_consume(struct buf *buf, size_t len);

#endif

#include "term/line_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <uv.h>

/* Polling a descriptor makes libuv set it non-blocking, for everybody who has it: so it is put into
 * a set of its own, and the set is polled. */
struct line_reader {
	uv_poll_t poll;
	int fd;
	int set; /* -1: a file, which is always readable and can't be polled */
	void (*readable)(void *context);
	void *context;
	char bytes[LINE_READER_MAX + 1];
	size_t len;
	bool skipping; /* the rest of a line that is too long */
	bool ended, held;
};

static void read_some(struct line_reader *reader)
{
	ssize_t count;
	if (reader->ended || reader->len == sizeof reader->bytes)
		return;
	do
		count = read(reader->fd, reader->bytes + reader->len,
			sizeof reader->bytes - reader->len);
	while (count < 0 && errno == EINTR);
	if (count > 0)
		reader->len += (size_t)count;
	else if (count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
		reader->ended = true;
}

static void on_poll(uv_poll_t *handle, int status, int events);

/* What is full waits for somebody to take a line. */
static void hear(struct line_reader *reader)
{
	if (reader->set < 0)
		return;
	if (reader->ended || reader->held || reader->len == sizeof reader->bytes)
		uv_poll_stop(&reader->poll);
	else
		uv_poll_start(&reader->poll, UV_READABLE, on_poll);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
	struct line_reader *reader = handle->data;
	(void)events;
	if (status < 0)
		reader->ended = true;
	else
		read_some(reader);
	hear(reader);
	reader->readable(reader->context);
}

static int watch(struct line_reader *reader, uv_loop_t *loop, struct berth_error *err)
{
	struct epoll_event wanted = {.events = EPOLLIN};
	reader->set = epoll_create1(EPOLL_CLOEXEC);
	if (reader->set < 0)
		return berth_error_set(
			err, BERTH_E_IO, errno, "cannot read commands: %s", strerror(errno));
	if (epoll_ctl(reader->set, EPOLL_CTL_ADD, reader->fd, &wanted) != 0) {
		/* One that is closed says so when it is read. */
		close(reader->set);
		reader->set = -1;
		return 0;
	}
	int status = uv_poll_init(loop, &reader->poll, reader->set);
	if (status < 0) {
		close(reader->set);
		return berth_error_set(
			err, BERTH_E_IO, -status, "cannot read commands: %s", uv_strerror(status));
	}
	reader->poll.data = reader;
	hear(reader);
	return 0;
}

struct line_reader *line_reader_open(uv_loop_t *loop, int fd, void (*readable)(void *context),
	void *context, struct berth_error *err)
{
	struct line_reader *reader = calloc(1, sizeof *reader);
	if (reader == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	reader->fd = fd;
	reader->readable = readable;
	reader->context = context;
	if (watch(reader, loop, err) == 0)
		return reader;
	free(reader);
	return NULL;
}

static void on_closed(uv_handle_t *handle)
{
	struct line_reader *reader = handle->data;
	close(reader->set);
	free(reader);
}

void line_reader_close(struct line_reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->set >= 0)
		uv_close((uv_handle_t *)&reader->poll, on_closed);
	else
		free(reader);
}

void line_reader_hold(struct line_reader *reader, bool hold)
{
	reader->held = hold;
	hear(reader);
}

static void drop(struct line_reader *reader, size_t count)
{
	reader->len -= count;
	memmove(reader->bytes, reader->bytes + count, reader->len);
	hear(reader);
}

static enum line_read take(
	struct line_reader *reader, size_t line_len, size_t with_end, char *line, size_t *len)
{
	bool whole = !reader->skipping;
	reader->skipping = false;
	*len = line_len;
	memcpy(line, reader->bytes, line_len);
	line[line_len] = '\0';
	drop(reader, with_end);
	return whole ? LINE_WHOLE : LINE_LONG;
}

/* The end of the input ends a line, too. */
enum line_read line_reader_next(
	struct line_reader *reader, char line[LINE_READER_MAX + 1], size_t *len)
{
	for (;;) {
		const char *end = memchr(reader->bytes, '\n', reader->len);
		size_t count = reader->len;
		if (end != NULL) {
			count = (size_t)(end - reader->bytes);
			return take(reader, count, count + 1, line, len);
		}
		if (count == sizeof reader->bytes) {
			reader->skipping = true;
			drop(reader, count);
		} else if (reader->ended && (count > 0 || reader->skipping)) {
			return take(reader, count, count, line, len);
		} else if (reader->ended) {
			return LINE_END;
		} else if (reader->set >= 0 || reader->held) {
			return LINE_NONE;
		} else {
			read_some(reader);
		}
	}
}

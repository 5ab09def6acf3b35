#include "term/output.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

/* One log line of 1 MiB may become six as JSON; what waits is bounded by FULL plus one of those. */
#define OUTPUT_FULL (1024 * 1024)

struct bytes {
	char *data;
	size_t len, cap;
};

struct output {
	uv_work_t work;
	uv_loop_t *loop;
	int fd;
	struct bytes adding;
	struct bytes writing; /* the worker's while `busy` */
	bool busy;
	int error;
	int work_error; /* the worker's while `busy` */
	void (*written)(void *context);
	void *context;
};

struct output *output_new(uv_loop_t *loop, int fd, void (*written)(void *context), void *context)
{
	struct output *output = calloc(1, sizeof *output);
	if (!output)
		return NULL;
	output->loop = loop;
	output->fd = fd;
	output->written = written;
	output->context = context;
	output->work.data = output;
	return output;
}

void output_free(struct output *output)
{
	if (!output)
		return;
	free(output->adding.data);
	free(output->writing.data);
	free(output);
}

static bool grow(struct bytes *bytes, size_t more)
{
	if (bytes->cap - bytes->len >= more)
		return true;
	size_t cap = bytes->cap ? bytes->cap : 4096;
	while (cap - bytes->len < more)
		cap *= 2;
	char *data = realloc(bytes->data, cap);
	if (!data)
		return false;
	bytes->data = data;
	bytes->cap = cap;
	return true;
}

void output_add(struct output *output, const char *data, size_t len)
{
	if (output->error || len == 0)
		return;
	if (!grow(&output->adding, len)) {
		output->error = ENOMEM;
		return;
	}
	memcpy(output->adding.data + output->adding.len, data, len);
	output->adding.len += len;
}

void output_addf(struct output *output, const char *format, ...)
{
	char *text;
	va_list args;
	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0) {
		output->error = ENOMEM;
		return;
	}
	output_add(output, text, (size_t)len);
	free(text);
}

static void write_all(uv_work_t *work)
{
	struct output *output = work->data;
	for (size_t at = 0; at < output->writing.len;) {
		ssize_t n = write(output->fd, output->writing.data + at, output->writing.len - at);
		if (n >= 0) {
			at += (size_t)n;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			/* Someone who shares the descriptor made it non-blocking. */
			struct pollfd wait = {.fd = output->fd, .events = POLLOUT};
			poll(&wait, 1, -1);
		} else if (errno != EINTR) {
			output->work_error = errno;
			return;
		}
	}
}

static void write_done(uv_work_t *work, int status)
{
	struct output *output = work->data;
	(void)status;
	output->busy = false;
	output->writing.len = 0;
	if (output->work_error) {
		output->error = output->work_error;
		output->adding.len = 0;
	}
	output_flush(output);
	output->written(output->context);
}

void output_flush(struct output *output)
{
	if (output->busy || output->error || output->adding.len == 0)
		return;
	struct bytes empty = output->writing;
	output->writing = output->adding;
	output->adding = empty;
	int status = uv_queue_work(output->loop, &output->work, write_all, write_done);
	if (status < 0)
		output->error = -status;
	else
		output->busy = true;
}

bool output_busy(const struct output *output)
{
	return output->busy;
}

bool output_full(const struct output *output)
{
	return !output->error && output->adding.len >= OUTPUT_FULL;
}

int output_error(const struct output *output)
{
	return output->error;
}

#include "base/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <berth/text.h>
#include <berth/trace.h>

#include "base/json_write.h"
#include "base/secret.h"

enum { TRACE_UNOPENED = -2, TRACE_OFF = -1 };
enum { LINE_MAX_BYTES = 64 << 10 };

static atomic_int descriptor = TRACE_UNOPENED;

/* Workers trace too. */
static pthread_mutex_t hidden_lock = PTHREAD_MUTEX_INITIALIZER;
static struct secrets hidden;

static int open_file(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

int berth_trace_open(const char *path, struct berth_error *err)
{
	int fd = open_file(path);

	if (fd < 0)
		return berth_error_set(err, BERTH_E_IO, errno, "cannot write the trace '%s': %s",
			path, strerror(errno));
	atomic_store(&descriptor, fd);
	return 0;
}

static int open_trace(void)
{
	const char *path = getenv("BERTH_TRACE");
	int fd = TRACE_OFF;
	int expected = TRACE_UNOPENED;

	if (path && path[0] != '\0')
		fd = open_file(path);
	if (fd < 0)
		fd = TRACE_OFF;
	/* Whoever comes second uses the first one's file. */
	if (atomic_compare_exchange_strong(&descriptor, &expected, fd))
		return fd;
	if (fd >= 0)
		close(fd);
	return expected;
}

static int trace_fd(void)
{
	int fd = atomic_load_explicit(&descriptor, memory_order_relaxed);

	return fd == TRACE_UNOPENED ? open_trace() : fd;
}

void trace_hide(const char *name, const char *value)
{
	if (trace_fd() == TRACE_OFF)
		return;
	pthread_mutex_lock(&hidden_lock);
	secrets_add(&hidden, name, value, NULL);
	pthread_mutex_unlock(&hidden_lock);
}

/* What can't be judged is not written. */
static void write_text(struct json_writer *line, const char *text)
{
	struct buf clean;
	bool changed = false;
	size_t len = strnlen(text, TRACE_TEXT_MAX);

	buf_init(&clean, LINE_MAX_BYTES);
	pthread_mutex_lock(&hidden_lock);
	if (secrets_redact(&hidden, text, len, &clean, &changed, NULL) == -1)
		json_write_null(line);
	else if (changed)
		json_write_bytes(line, clean.data, clean.len);
	else
		json_write_bytes(line, text, len);
	pthread_mutex_unlock(&hidden_lock);
	buf_release(&clean);
}

static void write_head(struct json_writer *line, const char *area, const char *what)
{
	struct timespec now;
	char when[32];

	clock_gettime(CLOCK_REALTIME, &now);
	berth_format_timestamp(when, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
	json_write_open(line, '{');
	json_write_key(line, "time");
	json_write_text(line, when);
	json_write_key(line, "pid");
	json_write_integer(line, getpid());
	json_write_key(line, "area");
	json_write_text(line, area);
	json_write_key(line, "what");
	write_text(line, what);
}

static void put_line(int fd, struct json_writer *line)
{
	char *text;
	size_t len;

	json_write_close(line, '}');
	text = json_writer_take(line);
	if (text == NULL)
		return;
	len = strlen(text);
	text[len] = '\n';
	/* One write a line, so that lines of several threads and processes do not mix. A full disk
	 * is no reason to disturb a deployment. */
	ssize_t written = write(fd, text, len + 1);
	(void)written;
	free(text);
}

void trace_fields(const char *area, const char *what, const struct trace_field *fields)
{
	int fd = trace_fd();
	struct json_writer line;

	if (fd == TRACE_OFF)
		return;
	json_writer_init(&line, LINE_MAX_BYTES);
	write_head(&line, area, what);
	for (; fields->name != NULL; fields++) {
		json_write_key(&line, fields->name);
		if (fields->text != NULL)
			write_text(&line, fields->text);
		else
			json_write_integer(&line, fields->number);
	}
	put_line(fd, &line);
	json_writer_release(&line);
}

void trace(const char *area, const char *format, ...)
{
	char text[TRACE_TEXT_MAX];
	va_list args;

	if (trace_fd() == TRACE_OFF)
		return;
	va_start(args, format);
	int len = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (len >= 0)
		trace_fields(area, text, (const struct trace_field[]){{.name = NULL}});
}

#include "base/trace.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <berth/text.h>

enum { TRACE_UNOPENED = -2, TRACE_OFF = -1 };
enum { TRACE_TEXT_MAX = 1024, TRACE_LINE_MAX = 4 * TRACE_TEXT_MAX };

static atomic_int descriptor = TRACE_UNOPENED;

static int open_trace(void)
{
	const char *path = getenv("BERTH_TRACE");
	int fd = TRACE_OFF;
	int expected = TRACE_UNOPENED;

	if (path && path[0] != '\0')
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = TRACE_OFF;
	/* Workers trace too: whoever comes second uses the first one's file. */
	if (atomic_compare_exchange_strong(&descriptor, &expected, fd))
		return fd;
	if (fd >= 0)
		close(fd);
	return expected;
}

static void write_line(int fd, const char *component, const char *format, va_list args)
{
	char text[TRACE_TEXT_MAX], line[TRACE_LINE_MAX], when[32];
	struct timespec now;

	int len = vsnprintf(text, sizeof text, format, args);
	if (len < 0)
		return;
	if ((size_t)len >= sizeof text)
		len = sizeof text - 1;
	clock_gettime(CLOCK_REALTIME, &now);
	berth_format_timestamp(when, (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
	int at = snprintf(line, sizeof line / 4, "%s %s: ", when, component);
	if (at < 0 || (size_t)at >= sizeof line / 4)
		return;
	size_t end = (size_t)at;
	end += berth_text_clean(
		line + end, sizeof line - end - 1, text, (size_t)len, BERTH_CLEAN_LINE);
	line[end++] = '\n';
	/* One write a line, so that lines of several threads and processes do not mix. A full disk
	 * is no reason to disturb a deployment. */
	ssize_t written = write(fd, line, end);
	(void)written;
}

void trace(const char *component, const char *format, ...)
{
	int fd = atomic_load_explicit(&descriptor, memory_order_relaxed);
	va_list args;

	if (fd == TRACE_OFF)
		return;
	if (fd == TRACE_UNOPENED && (fd = open_trace()) == TRACE_OFF)
		return;
	va_start(args, format);
	write_line(fd, component, format, args);
	va_end(args);
}

#include "store/log_tail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "log/record.h"

enum { TAIL_BYTES = 64 << 10 };

static size_t read_end(int fd, char *bytes)
{
	struct stat info;
	off_t from;
	size_t have = 0;

	if (fstat(fd, &info) == -1)
		return 0;
	from = info.st_size > TAIL_BYTES ? info.st_size - TAIL_BYTES : 0;
	while (have < TAIL_BYTES) {
		ssize_t got = pread(fd, bytes + have, TAIL_BYTES - have, from + (off_t)have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		have += (size_t)got;
	}
	return have;
}

/* Where the last lines begin; what is cut off at the front is no record, and passed over. */
static size_t start_of(const char *bytes, size_t len)
{
	size_t at = len;

	for (int lines = 0; lines < BERTH_PAST_TAIL_MAX && at > 0; lines++) {
		const char *newline = memrchr(bytes, '\n', at - 1);

		at = newline != NULL ? (size_t)(newline - bytes) + 1 : 0;
	}
	return at;
}

static int add(struct berth_past_run *run, const char *record, size_t len)
{
	struct berth_past_line *line = &run->tail[run->tail_count];
	char stage[RECORD_STAGE_MAX + 1];
	struct berth_log_line parsed;

	if (!record_get(record, len, stage, &parsed))
		return 0;
	line->time_ms = parsed.time_ms;
	line->level = parsed.level;
	line->text = copy_bytes(parsed.text, parsed.len, NULL);
	if (line->text == NULL)
		return -1;
	snprintf(line->stage, sizeof(line->stage), "%.63s", parsed.stage);
	run->tail_count++;
	return 0;
}

int log_tail_read(struct berth_past_run *run)
{
	cleanup_close int fd = run->log != NULL ? open(run->log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
									 O_NONBLOCK)
						: -1;
	cleanup_free char *bytes = fd >= 0 ? malloc(TAIL_BYTES) : NULL;
	size_t len, at;

	if (fd < 0)
		return 0;
	run->tail = calloc(BERTH_PAST_TAIL_MAX, sizeof(*run->tail));
	if (bytes == NULL || run->tail == NULL)
		return -1;
	len = read_end(fd, bytes);
	at = start_of(bytes, len);
	while (at < len && run->tail_count < BERTH_PAST_TAIL_MAX) {
		const char *newline = memchr(bytes + at, '\n', len - at);
		size_t end = newline != NULL ? (size_t)(newline - bytes) : len;

		if (add(run, bytes + at, end - at) == -1)
			return -1;
		at = end + 1;
	}
	return 0;
}

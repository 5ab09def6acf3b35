#include "store/log_scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "log/block_match.h"
#include "log/record.h"

enum { SHOWN = 512 };

_Static_assert(LOG_SCAN_ROOM > BERTH_LOG_LINE_MAX + RECORD_HEAD_MAX, "any line has room");

struct scan {
	struct block_match match;
	struct berth_history_hit *hit;
	uint64_t lines; /* seen so far */
	bool (*stopped)(void *context);
	void *context;
};

static int keep_first(
	struct scan *scan, const struct log_block *block, unsigned n, struct berth_error *err)
{
	const char *record = block->bytes, *end;
	char stage[RECORD_STAGE_MAX + 1];
	struct berth_past_line *line = &scan->hit->line;
	struct berth_log_line parsed;

	for (unsigned i = 0; i < n; i++)
		record = (const char *)memchr(record, '\n', block->len) + 1;
	end = memchr(record, '\n', (size_t)(block->bytes + block->len - record));
	scan->hit->first = scan->lines + n;
	if (end == NULL || !record_get(record, (size_t)(end - record), stage, &parsed))
		parsed = (struct berth_log_line){.stage = "", .text = ""};
	line->time_ms = parsed.time_ms;
	line->level = parsed.level;
	snprintf(line->stage, sizeof(line->stage), "%.63s", parsed.stage);
	line->text = copy_bytes(parsed.text, parsed.len < SHOWN ? parsed.len : SHOWN, NULL);
	return line->text != NULL ? 0 : berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

static int count(struct scan *scan, const struct log_block *block, const struct block_span *span,
	const struct line_mask *pass, struct berth_error *err)
{
	for (unsigned n = span->from; n < span->to; n++) {
		if ((pass->words[n / 64] >> n % 64 & 1) == 0)
			continue;
		if (scan->hit->lines == 0 && keep_first(scan, block, n, err) == -1)
			return -1;
		scan->hit->lines++;
	}
	return 0;
}

static int look(struct scan *scan, const struct log_block *block, struct berth_error *err)
{
	struct block_span span = {.from = 0, .to = block->lines};
	struct line_mask pass;
	size_t spent = 0;

	while (span.from < block->lines) {
		if (block_match_run(&scan->match, block, &span, &spent, &pass, err) == -1 ||
			count(scan, block, &span, &pass, err) == -1)
			return -1;
		span = (struct block_span){.from = span.to, .to = block->lines};
	}
	scan->lines += block->lines;
	return 0;
}

/* The whole records at `bytes`, at most as many as a block has. */
static struct log_block next_block(const char *bytes, size_t len)
{
	struct log_block block = {.bytes = bytes, .levels = ~0u, .complete = true};

	while (block.lines < STORE_BLOCK_LINES && block.len < len) {
		const char *newline = memchr(bytes + block.len, '\n', len - block.len);

		if (newline == NULL)
			break;
		block.len = (size_t)(newline - bytes) + 1;
		block.lines++;
	}
	return block;
}

static ssize_t read_some(int fd, char *bytes, size_t len)
{
	ssize_t got;

	do
		got = read(fd, bytes, len);
	while (got < 0 && errno == EINTR);
	return got;
}

static int scan_file(struct scan *scan, int fd, char *room, struct berth_error *err)
{
	size_t have = 0;

	for (;;) {
		ssize_t got = read_some(fd, room + have, LOG_SCAN_ROOM - have);
		struct log_block block;
		size_t at = 0;

		if (got <= 0)
			return (int)got;
		have += (size_t)got;
		while ((block = next_block(room + at, have - at)).lines > 0) {
			if (look(scan, &block, err) == -1)
				return -1;
			at += block.len;
		}
		if (scan->stopped(scan->context))
			return berth_error_set(err, BERTH_E_CANCELLED, 0, "the search was stopped");
		/* A line longer than any of ours: somebody else wrote it. */
		if (at == 0 && have == LOG_SCAN_ROOM)
			at = have;
		have -= at;
		memmove(room, room + at, have);
	}
}

int log_scan(const char *path, char *room, struct berth_pattern *pattern,
	bool (*stopped)(void *context), void *context, struct berth_history_hit *hit,
	struct berth_error *err)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct berth_log_criteria criteria = {.count = 1, .patterns[0].pattern = pattern};
	struct scan scan = {.hit = hit, .stopped = stopped, .context = context};
	int status;

	if (fd < 0)
		return errno == ENOENT ? 0 : berth_error_errno(err, errno, "read", path);
	berth_error_clear(err);
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	block_match_init(&scan.match, &criteria);
	status = scan_file(&scan, fd, room, err);
	block_match_release(&scan.match);
	if (status == -1 && err->code == BERTH_E_OK)
		berth_error_errno(err, errno, "read", path);
	return status;
}

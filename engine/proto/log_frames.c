#include "proto/log_frames.h"

#include <string.h>

#include <berth/text.h>

#include "base/rfc3339.h"

/* The engine's own error is a sentence. */
#define ERROR_MAX 4096

enum frame_type { FRAME_STDIN, FRAME_STDOUT, FRAME_STDERR, FRAME_ERROR };

void log_frames_init(struct log_frames *frames, bool raw, log_line_fn *on_line, void *context)
{
	*frames = (struct log_frames){.raw = raw, .on_line = on_line, .context = context};
	for (int i = LOG_STDOUT; i <= LOG_STDERR; i++)
		buf_init(&frames->line[i], LOG_LINE_MAX);
	buf_init(&frames->error, ERROR_MAX);
}

void log_frames_expect_times(struct log_frames *frames)
{
	frames->stamped = true;
	frames->in_stamp = frames->raw;
}

void log_frames_release(struct log_frames *frames)
{
	for (int i = LOG_STDOUT; i <= LOG_STDERR; i++)
		buf_release(&frames->line[i]);
	buf_release(&frames->error);
}

/* The newline of a terminal is two bytes. */
static void give_line(struct log_frames *frames, const char *line, size_t len)
{
	if (frames->raw && len > 0 && line[len - 1] == '\r')
		len--;
	frames->on_line(frames->context, frames->source, line, len, false);
}

/* Where to cut a full line so that no character is torn. */
static size_t cut_at(const struct buf *line)
{
	size_t at = line->len;

	while (at > line->len - 4 && ((unsigned char)line->data[at - 1] & 0xc0) == 0x80)
		at--;
	if (at > 0 && (unsigned char)line->data[at - 1] >= 0xc0)
		at--;
	return at;
}

/* Bytes of a line that has no end yet. */
static int collect(struct log_frames *frames, const char *data, size_t len, struct berth_error *err)
{
	struct buf *line = &frames->line[frames->source];

	while (len > 0) {
		size_t room = line->max - line->len;

		if (room == 0) {
			size_t cut = cut_at(line);

			frames->on_line(frames->context, frames->source, line->data, cut, true);
			buf_consume(line, cut);
			continue;
		}
		size_t n = len < room ? len : room;
		if (buf_add(line, data, n, err) < 0)
			return -1;
		data += n;
		len -= n;
	}
	return 0;
}

static int output(struct log_frames *frames, const char *data, size_t len, struct berth_error *err);

/* What was taken for a time is text after all. */
static int give_back_stamp(struct log_frames *frames, struct berth_error *err)
{
	size_t len = frames->stamp_len;

	frames->in_stamp = false;
	frames->stamp_len = 0;
	return output(frames, frames->stamp, len, err);
}

/* Bytes of a time; *used of them are taken. */
static int stamp(struct log_frames *frames, const char *data, size_t len, size_t *used,
	struct berth_error *err)
{
	*used = 0;
	while (*used < len && frames->stamp_len < sizeof(frames->stamp) - 1) {
		char c = data[(*used)++];

		frames->stamp[frames->stamp_len++] = c;
		if (c == '\n')
			return give_back_stamp(frames, err);
		if (c != ' ')
			continue;
		frames->stamp[frames->stamp_len] = '\0';
		frames->newest_ms = rfc3339_ms(frames->stamp);
		if (frames->newest_ms == 0)
			return give_back_stamp(frames, err);
		frames->in_stamp = false;
		frames->stamp_len = 0;
		return 0;
	}
	return frames->stamp_len < sizeof(frames->stamp) - 1 ? 0 : give_back_stamp(frames, err);
}

/* Bytes of the current source's output. */
static int output(struct log_frames *frames, const char *data, size_t len, struct berth_error *err)
{
	struct buf *line = &frames->line[frames->source];

	while (len > 0) {
		size_t used;

		if (frames->in_stamp) {
			if (stamp(frames, data, len, &used, err) < 0)
				return -1;
			data += used;
			len -= used;
			continue;
		}
		if (line->len == 0)
			frames->time_ms[frames->source] = frames->newest_ms;
		const char *newline = memchr(data, '\n', len);
		size_t n = newline ? (size_t)(newline - data) : len;

		if (newline && line->len == 0 && n <= LOG_LINE_MAX) {
			give_line(frames, data, n);
		} else {
			if (collect(frames, data, n, err) < 0)
				return -1;
			if (newline) {
				give_line(frames, line->data, line->len);
				buf_reset(line);
			}
		}
		/* A terminal's output has no records to be told apart but its lines. */
		if (newline && frames->raw)
			frames->in_stamp = frames->stamped;
		n += newline ? 1 : 0;
		data += n;
		len -= n;
	}
	return 0;
}

static int engine_error(struct log_frames *frames, struct berth_error *err)
{
	char text[512];

	berth_text_clean(
		text, sizeof text, frames->error.data, frames->error.len, BERTH_CLEAN_LINE);
	buf_reset(&frames->error);
	frames->fatal = false;
	return berth_error_set(err, BERTH_E_REFUSED, 0, "the engine ended the log: %s",
		text[0] != '\0' ? text : "no reason given");
}

/* The head is whole. */
static int begin_frame(struct log_frames *frames, struct berth_error *err)
{
	const unsigned char *head = frames->head;

	frames->head_len = 0;
	if (head[0] > FRAME_ERROR || head[1] != 0 || head[2] != 0 || head[3] != 0)
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"not a log frame: %02x %02x %02x %02x", head[0], head[1], head[2], head[3]);
	frames->left = (uint32_t)head[4] << 24 | (uint32_t)head[5] << 16 | (uint32_t)head[6] << 8 |
		       head[7];
	/* The engine's own reader takes frames of standard input for output, too. */
	frames->source = head[0] == FRAME_STDERR ? LOG_STDERR : LOG_STDOUT;
	frames->fatal = head[0] == FRAME_ERROR;
	frames->in_stamp = frames->stamped && !frames->fatal && frames->left > 0;
	frames->stamp_len = 0;
	return frames->fatal && frames->left == 0 ? engine_error(frames, err) : 0;
}

static int frame_body(
	struct log_frames *frames, const char *data, size_t len, struct berth_error *err)
{
	frames->left -= (uint32_t)len;
	if (!frames->fatal) {
		if (output(frames, data, len, err) < 0)
			return -1;
		return frames->left == 0 && frames->in_stamp ? give_back_stamp(frames, err) : 0;
	}
	size_t room = ERROR_MAX - frames->error.len;
	if (buf_add(&frames->error, data, len < room ? len : room, err) < 0)
		return -1;
	return frames->left == 0 ? engine_error(frames, err) : 0;
}

int log_frames_feed(
	struct log_frames *frames, const char *data, size_t len, struct berth_error *err)
{
	if (frames->raw)
		return output(frames, data, len, err);
	while (len > 0) {
		size_t n;

		if (frames->left > 0) {
			n = len < frames->left ? len : frames->left;
			if (frame_body(frames, data, n, err) < 0)
				return -1;
		} else {
			n = sizeof frames->head - frames->head_len;
			n = len < n ? len : n;
			memcpy(frames->head + frames->head_len, data, n);
			frames->head_len += n;
			if (frames->head_len == sizeof frames->head && begin_frame(frames, err) < 0)
				return -1;
		}
		data += n;
		len -= n;
	}
	return 0;
}

int log_frames_end(struct log_frames *frames, struct berth_error *err)
{
	bool torn = frames->head_len > 0 || frames->left > 0;

	if (frames->in_stamp && frames->stamp_len > 0 && give_back_stamp(frames, err) < 0)
		return -1;
	for (int i = LOG_STDOUT; i <= LOG_STDERR; i++) {
		struct buf *line = &frames->line[i];

		if (line->len == 0)
			continue;
		frames->source = (enum log_source)i;
		give_line(frames, line->data, line->len);
		buf_reset(line);
	}
	frames->head_len = 0;
	frames->left = 0;
	if (torn)
		return berth_error_set(err, BERTH_E_BROKEN, 0, "the log ended inside a frame");
	return 0;
}

/*
 * The output of a container as the engine streams it: 8-byte frame heads (stream, 0 0 0, length
 * BE32) in front of stdout and stderr, or raw bytes for containers with a terminal. Frames align
 * with neither lines nor reads nor characters. Out come lines, per stream, without their newline; a
 * line over LOG_LINE_MAX is given in parts.
 *
 * An engine that was asked for times puts one before each of its records, which are up to 16 KiB of
 * a line: of a long line the later ones stand in the middle of it. They are taken out.
 */
#ifndef PROTO_LOG_FRAMES_H
#define PROTO_LOG_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "base/buf.h"

#define LOG_LINE_MAX (1u << 20)

enum log_source { LOG_STDOUT, LOG_STDERR };

/* `partial`: the line was longer than the bound and goes on in the next call of this source. */
typedef void log_line_fn(
	void *context, enum log_source source, const char *line, size_t len, bool partial);

struct log_frames {
	bool raw;
	unsigned char head[8];
	size_t head_len;
	uint32_t left; /* bytes of the current frame's body still to come */
	enum log_source source;
	bool fatal;     /* the current frame is the engine's own error (type 3) */
	bool stamped;   /* each record begins with a time */
	bool in_stamp;  /* and here one begins, or goes on */
	char stamp[40]; /* what there is of it */
	size_t stamp_len;
	int64_t newest_ms;  /* of the record */
	int64_t time_ms[2]; /* of the line that is given, its first record's; 0: not known */
	struct buf line[2];
	struct buf error;
	log_line_fn *on_line;
	void *context;
};

void log_frames_init(struct log_frames *frames, bool raw, log_line_fn *on_line, void *context);
/* Before anything is fed. */
void log_frames_expect_times(struct log_frames *frames);
void log_frames_release(struct log_frames *frames);
/* -1 with PROTOCOL (an unknown frame type) or REFUSED (a type 3 frame: the engine's own error
 * message). */
int log_frames_feed(
	struct log_frames *frames, const char *data, size_t len, struct berth_error *err);
/* The stream ended: gives unfinished last lines, then -1 with BROKEN if it was inside a frame. */
int log_frames_end(struct log_frames *frames, struct berth_error *err);

#endif

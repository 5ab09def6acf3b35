/* A session of `berth --linear` over pipes: lines to it, and what it said. */
#ifndef SUPPORT_LINEAR_SESSION_H
#define SUPPORT_LINEAR_SESSION_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "support/process.h"

enum { WAIT_MS = 20 * 1000 };

struct session {
	struct process process;
	int to, from; /* ends of the pipe that it reads */
	size_t seen;  /* bytes of what it said */
};

static inline struct session session_start(
	const char *const argv[], const char *const env[], const char *folder)
{
	struct session s = {0};
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	s.from = ends[0];
	s.to = ends[1];
	assert_int_equal(
		process_start(&s.process, argv,
			&(struct process_options){.env = env, .folder = folder, .in = ends[0]}),
		0);
	return s;
}

static inline void type_bytes(struct session *s, const char *text, size_t len)
{
	assert_int_equal(write(s->to, text, len), len);
}

static inline void type(struct session *s, const char *text)
{
	type_bytes(s, text, strlen(text));
}

static inline const char *said(const struct session *s)
{
	return s->process.out.text ? s->process.out.text : "";
}

/* Read on until it says so, behind what was waited for before. */
static inline void until(struct session *s, const char *text)
{
	int64_t deadline = process_clock_ms() + WAIT_MS;
	const char *found;

	while (!(found = strstr(said(s) + s->seen, text))) {
		if (process_clock_ms() > deadline || (s->process.out.fd < 0))
			fail_msg("never said '%s' behind: %s", text, said(s) + s->seen);
		process_read(&s->process, 100);
	}
	s->seen = (size_t)(found - said(s)) + strlen(text);
}

static inline void lacks(const struct session *s, const char *text)
{
	if (strstr(said(s), text))
		fail_msg("said '%s': %s", text, said(s));
}

/* What a line was, it stays; and nothing is drawn. */
static inline void assert_append_only(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < 0x20 && text[i] != '\n')
			fail_msg("byte %d in: %s", text[i], text);
	}
	assert_null(strstr(text, "\xe2\xa0")); /* braille */
}

static inline void end_input(struct session *s)
{
	close(s->to);
	s->to = -1;
}

static inline void finish(struct session *s, int status)
{
	int code;

	if (s->to >= 0)
		end_input(s);
	assert_int_equal(process_wait(&s->process, WAIT_MS), 0);
	code = s->process.status;
	if (code != status)
		fail_msg("status %d, said: %s\n%s", code, said(s), s->process.err.text);
	assert_append_only(said(s), s->process.out.len);
	/* It reads as others may go on reading after it. */
	assert_int_equal(fcntl(s->from, F_GETFL) & O_NONBLOCK, 0);
	close(s->from);
	process_release(&s->process);
}

#endif

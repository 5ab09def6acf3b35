/*
 * A child process that is talked with in lines, in both directions, for as long as it lives. It
 * gets a session of its own: no terminal to ask questions on, and a group that can be ended whole.
 *
 * If start fails no callback fires. Otherwise `ended` fires exactly once, from the loop, after
 * every other callback; then it is freed. It ends by itself, or in steps: asked (its input is
 * closed), told (SIGTERM), killed (SIGKILL, the whole group).
 */
#ifndef LOOP_TALK_H
#define LOOP_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

struct uv_loop_s;
struct talk;

struct talk_end {
	int exit_status;          /* -1 if a signal ended it */
	int signal;               /* 0: none */
	bool told;                /* SIGTERM or SIGKILL came from here */
	struct berth_error error; /* LIMIT: a line of its output was too long; else OK */
};

struct talk_setup {
	struct uv_loop_s *loop;
	const char *const *argv; /* [0] is a path, not looked for; copied by the kernel */
	size_t line_max;         /* of its output; a longer line ends it */
	int kill_ms;             /* between SIGTERM and SIGKILL */
	/* A line without its end, valid until it returns. */
	void (*said)(void *context, const char *line, size_t len);
	/* The same of its standard error; long lines come in parts. */
	void (*printed)(void *context, const char *line, size_t len, bool continues);
	void (*ended)(void *context, const struct talk_end *end);
	void *context;
};

struct talk *talk_start(const struct talk_setup *setup, struct berth_error *err);
/* Copied, and wiped once it is written. LIMIT if it reads none of what it was told before. */
int talk_say(struct talk *talk, const char *text, size_t len, struct berth_error *err);
/* Nothing more is read until it goes on, so that in the end it waits. */
void talk_pause(struct talk *talk);
void talk_resume(struct talk *talk);
/* Give what it has printed up to now: the two outputs have no order between them. */
void talk_hear_printed(struct talk *talk);
/* Close its input once all is written, and tell it to end if it has not within grace_ms. */
void talk_ask_to_end(struct talk *talk, int grace_ms);
void talk_tell_to_end(struct talk *talk);
void talk_kill(struct talk *talk);

#endif

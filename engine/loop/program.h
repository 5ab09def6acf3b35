/*
 * One program whose output is told line by line while it runs: git, docker compose. An argument
 * vector, never a shell; a session of its own, so that it has no terminal to ask questions on and
 * its children can be ended with it.
 *
 * A line ends with LF, CR (a program drawing over its line) or both; LF behind CR ends nothing. A
 * line of more than PROGRAM_LINE_MAX bytes comes in pieces. `done` fires exactly once, after start
 * has returned, also when ended from here. What children leave open does not hold it up.
 */
#ifndef LOOP_PROGRAM_H
#define LOOP_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

#define PROGRAM_LINE_MAX 8192

struct uv_loop_s;
struct program;

/* Strings are borrowed until start returns. */
struct program_setup {
	struct uv_loop_s *loop;
	const char *const *argv;
	const char *const *env; /* on top of the own one: "NAME=value", or "NAME" to take it away;
				   NULL-terminated, may be NULL */
	const char *folder;     /* to work in; NULL: the own */
	/* `is_error`: it came on standard error. Borrowed, NUL-terminated. */
	void (*line)(void *context, bool is_error, const char *line, size_t len);
	/* exit_status: 128 + signal when killed by one. */
	void (*done)(void *context, int exit_status);
	void *context;
};

/* NOT_FOUND if there is no such program. */
struct program *program_start(const struct program_setup *setup, struct berth_error *err);
/* Send its whole group a signal, and SIGKILL after that many milliseconds. No line is told after
 * SIGKILL was sent from here. May be called again. */
void program_end(struct program *program, int signal, int grace_ms);

#endif

/*
 * The commands of a moment, one after the other: no shell, a session of their own, the document on
 * standard input, their output told line by line. One that does not end in time is stopped, one
 * that fails is told as a warning, and the next one runs in either case.
 */
#ifndef NOTIFY_COMMANDS_H
#define NOTIFY_COMMANDS_H

#include <berth/error.h>
#include <berth/hooks.h>

#include "notify/telling.h"

struct commands;
struct uv_loop_s;

struct commands_setup {
	struct uv_loop_s *loop;
	const char *moment;                /* static */
	const struct berth_commands *whom; /* borrowed until done; at least one */
	int timeout_ms;
	const char *input;  /* copied */
	char **environment; /* taken, also on failure (notice_environment_free) */
	struct telling telling;
};

struct commands *commands_start(const struct commands_setup *setup, struct berth_error *err);
/* The one that runs is stopped, those after it are not run. */
void commands_stop(struct commands *commands);

#endif

#include "notify/commands.h"

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/trace.h"
#include "loop/program.h"
#include "loop/timer.h"
#include "notify/notice.h"

enum { GRACE_MS = 2000, LINES_MAX = 1000 };

struct commands {
	struct commands_setup setup;
	struct timer *turn; /* the next command; the time limit of the one that runs */
	struct program *program;
	size_t next;
	unsigned lines; /* of the one that runs */
	int64_t began_ms;
	int input;    /* descriptor */
	bool overdue; /* the one that runs */
	bool stopped;
};

static void commands_free(struct commands *commands)
{
	if (commands->input > 0)
		close(commands->input);
	timer_close(commands->turn);
	notice_environment_free(commands->setup.environment);
	free(commands);
}

static void finish(struct commands *commands)
{
	struct telling telling = commands->setup.telling;

	commands_free(commands);
	telling.done(telling.context);
}

static const char *name_of(const struct commands *commands)
{
	return commands->setup.whom->argv[commands->next][0];
}

static void __attribute__((format(printf, 3, 4)))
say(const struct commands *commands, enum berth_level level, const char *format, ...)
{
	const struct telling *telling = &commands->setup.telling;
	char text[1024];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len < 0)
		return;
	telling->say(telling->context, level, commands->setup.moment, text,
		(size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

static void on_line(void *context, bool is_error, const char *line, size_t len)
{
	struct commands *commands = context;
	const struct telling *telling = &commands->setup.telling;

	(void)is_error;
	commands->lines++;
	if (commands->lines <= LINES_MAX)
		telling->say(telling->context, BERTH_INFO, commands->setup.moment, line, len);
	else if (commands->lines == LINES_MAX + 1)
		say(commands, BERTH_WARN, "hook %s: more of the output of '%.64s' is not kept",
			commands->setup.moment, name_of(commands));
}

/* Its outcome is the deployment's in no way. */
static void tell_end(const struct commands *commands, int status)
{
	if (commands->overdue)
		say(commands, BERTH_WARN,
			"hook %s: '%.256s' did not end within %d s and was stopped",
			commands->setup.moment, name_of(commands),
			commands->setup.timeout_ms / 1000);
	else if (commands->stopped)
		say(commands, BERTH_WARN, "hook %s: '%.256s' was stopped: berth ends",
			commands->setup.moment, name_of(commands));
	else if (status != 0)
		say(commands, BERTH_WARN, "hook %s: '%.256s' ended with %d", commands->setup.moment,
			name_of(commands), status);
}

static void on_done(void *context, int status)
{
	struct commands *commands = context;

	commands->program = NULL;
	TRACE("hook", commands->setup.moment, TRACE_TEXT("program", name_of(commands)),
		TRACE_NUMBER("status", status),
		TRACE_NUMBER("ms", clock_mono_ms() - commands->began_ms));
	tell_end(commands, status);
	commands->next++;
	timer_start(commands->turn, 0);
}

/* Each reads it from the beginning. */
static int make_input(const char *text)
{
	size_t len = strlen(text);
	int fd = memfd_create("berth-hook", MFD_CLOEXEC);

	if (fd >= 0 && write(fd, text, len) == (ssize_t)len)
		return fd;
	if (fd >= 0)
		close(fd);
	return 0;
}

static void run_next(struct commands *commands)
{
	struct berth_error err;

	commands->lines = 0;
	commands->overdue = false;
	commands->began_ms = clock_mono_ms();
	lseek(commands->input, 0, SEEK_SET);
	commands->program = program_start(
		&(struct program_setup){.loop = commands->setup.loop,
			.argv = (const char *const *)commands->setup.whom->argv[commands->next],
			.env = (const char *const *)commands->setup.environment,
			.in = commands->input,
			.line = on_line,
			.done = on_done,
			.context = commands},
		&err);
	if (commands->program != NULL) {
		timer_start(commands->turn, (uint64_t)commands->setup.timeout_ms);
		return;
	}
	say(commands, BERTH_WARN, "hook %s: %s", commands->setup.moment, err.message);
	commands->next++;
	timer_start(commands->turn, 0);
}

static void on_turn(void *context)
{
	struct commands *commands = context;

	if (commands->program != NULL) {
		commands->overdue = true;
		program_end(commands->program, SIGTERM, GRACE_MS);
	} else if (commands->stopped || commands->next == commands->setup.whom->count) {
		finish(commands);
	} else {
		run_next(commands);
	}
}

struct commands *commands_start(const struct commands_setup *setup, struct berth_error *err)
{
	struct commands *commands = calloc(1, sizeof(*commands));

	if (commands == NULL) {
		notice_environment_free(setup->environment);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	commands->setup = *setup;
	commands->setup.input = NULL;
	commands->input = make_input(setup->input);
	commands->turn = timer_new(setup->loop, on_turn, commands, err);
	if (commands->turn == NULL) {
		commands_free(commands);
		return NULL;
	}
	timer_start(commands->turn, 0);
	return commands;
}

void commands_stop(struct commands *commands)
{
	if (commands->stopped)
		return;
	commands->stopped = true;
	if (commands->program != NULL)
		program_end(commands->program, SIGTERM, GRACE_MS);
	else
		timer_start(commands->turn, 0);
}

#include "history/replay_cmd.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <berth/recording.h>
#include <berth/settings.h>

#include "args.h"
#include "complain.h"
#include "console.h"
#include "history/find_recording.h"
#include "history/replay_text.h"

enum { STATUS_WRONG = 2 };

static int wrong(const struct berth_error *err)
{
	complain(err);
	return STATUS_WRONG;
}

/* What is a file is taken for one: a run of that name is found by its number. */
static char *recording_named(const char *name, struct berth_error *err)
{
	if (!name) {
		berth_error_set(err, BERTH_E_USAGE, 0, "a run or a file is needed");
		berth_error_hint(err, "berth replay ID|FILE");
		return NULL;
	}
	return strchr(name, '/') || access(name, R_OK) == 0 ? strdup(name)
							    : find_recording(name, NULL, err);
}

/* Where there is nothing to paint on, or it was said how it is written. */
static bool as_text(const struct args *args)
{
	const char *term = getenv("TERM");
	return args->output || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !term || !*term ||
	       strcmp(term, "dumb") == 0;
}

int replay_cmd(const struct args *args, struct berth_settings *settings,
	const struct preferences *preferences)
{
	struct berth_error err = {.code = BERTH_E_MEMORY, .message = "out of memory"};
	char *path = recording_named(args->topic, &err);
	int status, ended;
	if (!path)
		return wrong(&err);
	if (as_text(args)) {
		const struct replay_text what = {.path = path,
			.speed = args->speed < 0 ? BERTH_REPLAY_MAX : args->speed,
			.json = args->json};
		status = replay_text(&what, &ended);
	} else {
		struct console_options options = args->console;
		options.replay = path;
		options.speed = args->speed < 0 ? 1 : args->speed;
		options.read_only = true;
		status = console_run(settings, preferences, &options);
	}
	free(path);
	return status;
}

bool replay_cmd_is_local(const struct args *args)
{
	return args->topic &&
	       (strcmp(args->topic, "local") == 0 || strcmp(args->topic, "demo") == 0);
}

int replay_cmd_watch(const struct args *args)
{
	struct berth_error err;
	int ended = 0;
	if (!args->id) {
		berth_error_set(&err, BERTH_E_USAGE, 0, "a target and an id are needed");
		berth_error_hint(&err, "berth watch %s ID", args->topic);
		return wrong(&err);
	}
	char *path = find_recording(args->id, NULL, &err);
	if (!path)
		return wrong(&err);
	int status = replay_text(&(struct replay_text){.path = path,
					 .speed = BERTH_REPLAY_MAX,
					 .follow = true,
					 .json = args->json,
					 .quiet = true},
		&ended);
	free(path);
	return status != 0 ? status : ended;
}

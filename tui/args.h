/*
 * The command line. One table of commands and one of options drive parsing, the help texts and the
 * completions; the options of a deployment are those of berth_fields.
 */
#ifndef BERTH_TUI_ARGS_H
#define BERTH_TUI_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>
#include <berth/settings.h>

#include "console_options.h"

enum command {
	COMMAND_CONSOLE,
	COMMAND_DEPLOY,
	COMMAND_WATCH,
	COMMAND_LIST,
	COMMAND_PORTS,
	COMMAND_STOP,
	COMMAND_RESTART,
	COMMAND_REMOVE,
	COMMAND_LOGS,
	COMMAND_DETECT,
	COMMAND_GENERATE,
	COMMAND_HISTORY,
	COMMAND_REPLAY,
	COMMAND_RECOVER,
	COMMAND_DOCTOR,
	COMMAND_COMPLETION,
	COMMAND_HELP,
	COMMAND_VERSION, /* has no word, only --version */
};

struct args_command {
	enum command command;
	const char *name;     /* NULL: without a word */
	const char *argument; /* "[TOPIC]"; NULL if it takes none */
	const char *help;
};

extern const struct args_command args_commands[];
extern const size_t args_command_count;

enum args_switch {
	SWITCH_OUTPUT,
	SWITCH_EXPLAIN,
	SWITCH_FOLLOW,
	SWITCH_KEEP_VOLUMES,
	SWITCH_VOLUMES,
	SWITCH_WRITE,
	SWITCH_SEARCH,
	SWITCH_COMPARE,
	SWITCH_DELETE,
	SWITCH_EXPORT,
	SWITCH_SPEED,
	SWITCH_YES,
	SWITCH_COLOR,
	SWITCH_THEME,
	SWITCH_ASCII,
	SWITCH_MOUSE,
	SWITCH_NO_MOUSE,
	SWITCH_CLIPBOARD,
	SWITCH_READ_ONLY,
	SWITCH_LINEAR,
	SWITCH_REDEPLOY,
	SWITCH_ROLLBACK,
	SWITCH_TRACE,
	SWITCH_HELP,
	SWITCH_VERSION,
	SWITCH_COUNT
};

/* An option that is no field of a deployment. */
struct args_option {
	const char *name;
	const char *metavar; /* NULL: takes no value */
	const char *const *choices;
	const char *help;
	unsigned commands; /* 1 << enum command, of all that take it */
};

extern const struct args_option args_options[SWITCH_COUNT];

/* Does the command take this field as an option? */
bool args_takes_field(enum command command, enum berth_field_id field);

struct args {
	enum command command;
	const char *topic; /* of help: NULL for the whole; the shell of completion; the target of
			      watch; the folder of detect and generate; what is stopped,
			      restarted, removed or listened to */
	const char *id;    /* of watch; the second one of history, whose first is the topic */
	const char *search;
	const char *trace; /* file; NULL: what BERTH_TRACE says */
	bool compare, delete_run, redeploy, rollback;
	const char *export_to; /* of history */
	double speed;          /* of replay; BERTH_REPLAY_MAX: at once; below 0: not said */
	bool yes;              /* of recover */
	bool json;
	bool output; /* how it is written was said */
	bool explain;
	bool follow;
	bool keep_volumes;
	bool volumes;
	bool write; /* of generate */
	struct console_options console;
};

/* Values of fields go into the option layer of `settings`. 0, or -1 with USAGE; the message names
 * the nearest right word, and repeats nothing that may be a secret. */
int args_parse(struct args *args, struct berth_settings *settings, int argc,
	const char *const *argv, struct berth_error *err);

#endif

#include "args.h"

#include <stdlib.h>
#include <string.h>

#include <berth/nearest.h>
#include <berth/recording.h>

#include "term/theme.h"

#define IN(command) (1u << COMMAND_##command)
#define IN_FLEET    (IN(LIST) | IN(PORTS) | IN(STOP) | IN(RESTART) | IN(REMOVE) | IN(LOGS))
#define IN_ALL                                                                                     \
	(IN(CONSOLE) | IN(DEPLOY) | IN(WATCH) | IN_FLEET | IN(DETECT) | IN(GENERATE) |             \
		IN(HISTORY) | IN(REPLAY) | IN(RECOVER) | IN(DOCTOR) | IN(COMPLETION) | IN(HELP))

const struct args_command args_commands[] = {
	{COMMAND_CONSOLE, NULL, NULL, "open the console"},
	{COMMAND_DEPLOY, "deploy", NULL, "one deployment without a screen"},
	{COMMAND_WATCH, "watch", "TARGET ID", "follow one that already runs on a server"},
	{COMMAND_LIST, "list", "[ID]",
		"what berth has deployed, and its state now; with ID, what that uses on a server"},
	{COMMAND_PORTS, "ports", NULL, "host ports that berth has given out, and who has them"},
	{COMMAND_STOP, "stop", "ID", "stop one of them"},
	{COMMAND_RESTART, "restart", "ID", "restart one of them, or start it"},
	{COMMAND_REMOVE, "remove", "ID", "stop one of them and remove it"},
	{COMMAND_LOGS, "logs", "ID", "what one of them prints and has printed"},
	{COMMAND_DETECT, "detect", "DIR", "what this source is, why, and what came second"},
	{COMMAND_GENERATE, "generate", "DIR",
		"the Dockerfile, .dockerignore and compose file it would use"},
	{COMMAND_HISTORY, "history", "[ID]", "past runs; with ID, one with its stages and its log"},
	{COMMAND_REPLAY, "replay", "ID|FILE", "show a recorded run again"},
	{COMMAND_RECOVER, "recover", NULL,
		"what a killed run left in flight: finish, put back or leave"},
	{COMMAND_DOCTOR, "doctor", NULL,
		"try every part a deployment needs, and say what is wrong"},
	{COMMAND_COMPLETION, "completion", "bash|zsh|fish",
		"print the completion script of a shell"},
	{COMMAND_HELP, "help", "[TOPIC]",
		"explain a command, demo, plugins, keys, config, environment, files"},
};
const size_t args_command_count = sizeof args_commands / sizeof *args_commands;

static const char *const output_choices[] = {"plain", "json", NULL};
static const char *const color_choices[] = {"auto", "256", "16", "8", "never", NULL};

const struct args_option args_options[] = {
	[SWITCH_OUTPUT] = {"output", "plain|json", output_choices,
		"how it is written: for people, or as JSON",
		IN(DEPLOY) | IN(WATCH) | IN_FLEET | IN(DETECT) | IN(HISTORY) | IN(REPLAY) |
			IN(RECOVER)},
	[SWITCH_EXPLAIN] = {"explain", NULL, NULL,
		"print each value and where it came from, and do nothing", IN(DEPLOY)},
	[SWITCH_FOLLOW] = {"follow", NULL, NULL, "go on until its process ends; also -f", IN(LOGS)},
	[SWITCH_KEEP_VOLUMES] = {"keep-volumes", NULL, NULL,
		"leave the anonymous volumes it has made", IN(REMOVE)},
	[SWITCH_VOLUMES] = {"volumes", NULL, NULL,
		"of a stack: remove its named volumes too, which are its data", IN(REMOVE)},
	[SWITCH_WRITE] = {"write", NULL, NULL,
		"write the files; what berth did not write is overwritten only if you say so",
		IN(GENERATE)},
	[SWITCH_SEARCH] = {"search", "TEXT", NULL,
		"runs that have TEXT in their names, message or log", IN(HISTORY)},
	[SWITCH_COMPARE] = {"compare", NULL, NULL, "what differs between two runs: --compare ID ID",
		IN(HISTORY)},
	[SWITCH_DELETE] = {"delete", NULL, NULL, "delete a run and its log: --delete ID",
		IN(HISTORY)},
	[SWITCH_EXPORT] = {"export", "FILE", NULL,
		"write the recording of a run, its log in it, to one file: --export FILE ID",
		IN(HISTORY)},
	[SWITCH_SPEED] = {"speed", "N", NULL,
		"times as fast as it was, from 0.1 to 1000, or max: all at once", IN(REPLAY)},
	[SWITCH_YES] = {"yes", NULL, NULL, "do what is safe with each, and do not ask",
		IN(RECOVER)},
	[SWITCH_COLOR] = {"color", "WHEN", color_choices, "colours: auto, 256, 16, 8, never",
		IN(CONSOLE) | IN(REPLAY)},
	[SWITCH_THEME] = {"theme", "NAME", theme_names,
		"default (dark), light, high-contrast, or terminal: the terminal's own 16 colours",
		IN(CONSOLE) | IN(REPLAY)},
	[SWITCH_ASCII] = {"ascii", NULL, NULL, "borders and marks in ASCII",
		IN(CONSOLE) | IN(REPLAY)},
	[SWITCH_MOUSE] = {"mouse", NULL, NULL,
		"take the mouse; with Shift the terminal still has it", IN(CONSOLE)},
	[SWITCH_NO_MOUSE] = {"no-mouse", NULL, NULL, "leave the mouse to the terminal",
		IN(CONSOLE)},
	[SWITCH_CLIPBOARD] = {"clipboard", "WAY", berth_clipboard_words,
		"how text is copied to the terminal (OSC 52): auto, plain, tmux (its envelope), "
		"off",
		IN(CONSOLE)},
	[SWITCH_READ_ONLY] = {"read-only", NULL, NULL,
		"look only: nothing can be deployed, cancelled or otherwise changed", IN(CONSOLE)},
	[SWITCH_LINEAR] = {"linear", NULL, NULL,
		"no screen: commands and answers as lines, for screen readers, any terminal and "
		"pipes",
		IN(CONSOLE)},
	[SWITCH_REDEPLOY] = {"redeploy", NULL, NULL,
		"deploy a run again as it was, with the image it had: --redeploy ID", IN(HISTORY)},
	[SWITCH_ROLLBACK] = {"rollback", NULL, NULL,
		"the same with the last run that went well with another image: --rollback NAME",
		IN(HISTORY)},
	[SWITCH_TRACE] = {"trace", "FILE", NULL,
		"append berth's own doings to FILE, a JSON object a line, without secrets",
		IN_ALL & ~(IN(COMPLETION) | IN(HELP))},
	[SWITCH_HELP] = {"help", NULL, NULL, "explain the command", IN_ALL},
	[SWITCH_VERSION] = {"version", NULL, NULL, "print the version", IN(CONSOLE)},
};

_Static_assert(
	sizeof args_options / sizeof *args_options == SWITCH_COUNT, "every switch has its row");

bool args_takes_field(enum command command, enum berth_field_id field)
{
	bool acts = command == COMMAND_STOP || command == COMMAND_RESTART ||
		    command == COMMAND_REMOVE;
	if (acts && field == BERTH_FIELD_YES)
		return true;
	if (command == COMMAND_DOCTOR || (IN_FLEET & (1u << command)))
		return field == BERTH_FIELD_TARGET || field == BERTH_FIELD_HOST ||
		       field == BERTH_FIELD_SET;
	/* Of a run that is deployed again. */
	if (command == COMMAND_HISTORY)
		return field == BERTH_FIELD_ENV || field == BERTH_FIELD_ENV_FILE ||
		       field == BERTH_FIELD_YES;
	return command == COMMAND_DEPLOY || command == COMMAND_CONSOLE;
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (size_t i = 0; words[i]; i++) {
		if (strcmp(words[i], word) == 0)
			return true;
	}
	return false;
}

/* What is left of the command line. */
struct rest {
	int argc;
	const char *const *argv;
	int at;
	bool after_secret; /* what comes now may be a piece of one: `--env A=two words` */
	bool options_over; /* after `--` */
	bool answered;     /* --help and --version answer, whatever else was meant */
};

static int find_command(struct args *args, struct rest *rest, struct berth_error *err)
{
	const char *names[32] = {0};
	size_t count = 0;
	const char *word = rest->at < rest->argc ? rest->argv[rest->at] : NULL;
	args->command = COMMAND_CONSOLE;
	if (!word || word[0] == '-')
		return 0;
	rest->at++;
	for (size_t i = 0; i < args_command_count; i++) {
		if (!args_commands[i].name)
			continue;
		names[count++] = args_commands[i].name;
		if (strcmp(args_commands[i].name, word) == 0) {
			args->command = args_commands[i].command;
			return 0;
		}
	}
	const char *nearest = berth_nearest(word, names);
	if (nearest)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"unknown command '%s', did you mean '%s'?", word, nearest);
	berth_error_set(err, BERTH_E_USAGE, 0, "unknown command '%s'", word);
	return berth_error_hint(err, "'berth help' lists the commands");
}

static int unknown_option(enum command command, const char *name, struct berth_error *err)
{
	const char *names[BERTH_FIELD_COUNT + SWITCH_COUNT + 1] = {0};
	size_t count = 0;
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		if (args_takes_field(command, (enum berth_field_id)i))
			names[count++] = berth_fields[i].name;
	}
	for (size_t i = 0; i < SWITCH_COUNT; i++) {
		if (args_options[i].commands & (1u << command))
			names[count++] = args_options[i].name;
	}
	const char *nearest = berth_nearest(name, names);
	if (nearest)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"unknown option '--%s', did you mean '--%s'?", name, nearest);
	berth_error_set(err, BERTH_E_USAGE, 0, "unknown option '--%s'", name);
	return berth_error_hint(err, "'berth --help' explains the commands and their options");
}

/* The value of an option, from behind its '=' or the next word. */
static const char *take_value(struct rest *rest, const char *name, const char *metavar,
	const char *attached, struct berth_error *err)
{
	const char *next = rest->at < rest->argc ? rest->argv[rest->at] : NULL;
	if (attached)
		return attached;
	if (!next) {
		berth_error_set(err, BERTH_E_USAGE, 0, "'--%s' needs a value: --%s %s", name, name,
			metavar);
		return NULL;
	}
	if (strncmp(next, "--", 2) == 0) {
		berth_error_set(err, BERTH_E_USAGE, 0,
			"'--%s' needs a value and an option follows: --%s %s, or --%s=... if it is "
			"the value",
			name, name, metavar, name);
		return NULL;
	}
	rest->at++;
	return next;
}

static int refuse_value(const char *name, const char *attached, struct berth_error *err)
{
	return attached ? berth_error_set(err, BERTH_E_USAGE, 0, "'--%s' takes no value", name) : 0;
}

static int take_field(struct rest *rest, struct berth_settings *settings,
	const struct berth_field *field, const char *attached, struct berth_error *err)
{
	if (field->kind == BERTH_KIND_FLAG) {
		if (refuse_value(field->name, attached, err) < 0)
			return -1;
		return berth_settings_add(settings, field->id, "true", err);
	}
	const char *value = take_value(rest, field->name, field->metavar, attached, err);
	if (!value)
		return -1;
	rest->after_secret = field->kind == BERTH_KIND_SECRET_LIST;
	return berth_settings_add(settings, field->id, value, err);
}

static int check_choice(
	const struct args_option *option, const char *value, struct berth_error *err)
{
	if (!option->choices || is_one_of(value, option->choices))
		return 0;
	const char *nearest = berth_nearest(value, option->choices);
	return berth_error_set(err, BERTH_E_USAGE, 0, "'--%s' can't be '%s', %s '%s'%s",
		option->name, value, nearest ? "did you mean" : "expected for example",
		nearest ? nearest : option->choices[0], nearest ? "?" : "");
}

static void apply_switch(struct args *args, enum args_switch which, const char *value)
{
	switch (which) {
	case SWITCH_OUTPUT:
		args->output = true;
		args->json = value != NULL && strcmp(value, "json") == 0;
		break;
	case SWITCH_EXPLAIN:
		args->explain = true;
		break;
	case SWITCH_FOLLOW:
		args->follow = true;
		break;
	case SWITCH_VOLUMES:
		args->volumes = true;
		break;
	case SWITCH_KEEP_VOLUMES:
		args->keep_volumes = true;
		break;
	case SWITCH_WRITE:
		args->write = true;
		break;
	case SWITCH_SEARCH:
		args->search = value;
		break;
	case SWITCH_COMPARE:
		args->compare = true;
		break;
	case SWITCH_DELETE:
		args->delete_run = true;
		break;
	case SWITCH_EXPORT:
		args->export_to = value;
		break;
	case SWITCH_SPEED:
		args->speed = strcmp(value, "max") == 0 ? BERTH_REPLAY_MAX : strtod(value, NULL);
		break;
	case SWITCH_YES:
		args->yes = true;
		break;
	case SWITCH_COLOR:
		args->console.color = value;
		break;
	case SWITCH_THEME:
		args->console.theme = value;
		break;
	case SWITCH_ASCII:
		args->console.ascii = true;
		break;
	case SWITCH_MOUSE:
		args->console.mouse = MOUSE_TAKEN;
		break;
	case SWITCH_NO_MOUSE:
		args->console.mouse = MOUSE_LEFT;
		break;
	case SWITCH_READ_ONLY:
		args->console.read_only = true;
		break;
	case SWITCH_LINEAR:
		args->console.linear = true;
		break;
	case SWITCH_CLIPBOARD:
		args->console.clipboard = value;
		break;
	case SWITCH_REDEPLOY:
		args->redeploy = true;
		break;
	case SWITCH_ROLLBACK:
		args->redeploy = args->rollback = true;
		break;
	case SWITCH_TRACE:
		args->trace = value;
		break;
	case SWITCH_HELP:
		for (size_t i = 0; i < args_command_count; i++) {
			if (args_commands[i].command == args->command)
				args->topic = args_commands[i].name;
		}
		args->command = COMMAND_HELP;
		break;
	case SWITCH_VERSION:
		args->command = COMMAND_VERSION;
		break;
	case SWITCH_COUNT:
		break;
	}
}

static int check_speed(const char *value, struct berth_error *err)
{
	char *end;
	double speed = strtod(value, &end);
	if (strcmp(value, "max") == 0 ||
		(end != value && *end == '\0' && speed >= 0.1 && speed <= 1000))
		return 0;
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"'--speed' can't be '%s', expected a number from 0.1 to 1000, or 'max'", value);
}

static int take_switch(struct args *args, struct rest *rest, enum args_switch which,
	const char *attached, struct berth_error *err)
{
	const struct args_option *option = &args_options[which];
	const char *value = NULL;
	if (!option->metavar) {
		if (refuse_value(option->name, attached, err) < 0)
			return -1;
	} else {
		value = take_value(rest, option->name, option->metavar, attached, err);
		if (!value || check_choice(option, value, err) < 0)
			return -1;
		if (which == SWITCH_SPEED && check_speed(value, err) < 0)
			return -1;
	}
	apply_switch(args, which, value);
	rest->answered = which == SWITCH_HELP || which == SWITCH_VERSION;
	return 0;
}

static int take_option(struct args *args, struct berth_settings *settings, struct rest *rest,
	const char *word, struct berth_error *err)
{
	char name[64];
	size_t len = strcspn(word, "=");
	const char *attached = word[len] ? word + len + 1 : NULL;
	if (len >= sizeof name)
		return berth_error_set(err, BERTH_E_USAGE, 0, "unknown option '--%.20s...'", word);
	memcpy(name, word, len);
	name[len] = '\0';
	rest->after_secret = false;
	for (int i = 0; i < SWITCH_COUNT; i++) {
		if (strcmp(args_options[i].name, name) == 0 &&
			(args_options[i].commands & (1u << args->command)))
			return take_switch(args, rest, (enum args_switch)i, attached, err);
	}
	const struct berth_field *field = berth_field_find(name);
	if (field && args_takes_field(args->command, field->id))
		return take_field(rest, settings, field, attached, err);
	return unknown_option(args->command, name, err);
}

static int take_argument(
	struct args *args, const struct rest *rest, const char *word, struct berth_error *err)
{
	bool wanted = args->command == COMMAND_HELP || args->command == COMMAND_COMPLETION ||
		      args->command == COMMAND_WATCH || args->command == COMMAND_DETECT ||
		      args->command == COMMAND_GENERATE || args->command == COMMAND_HISTORY ||
		      args->command == COMMAND_REPLAY || (IN_FLEET & (1u << args->command));
	if (wanted && !args->topic) {
		args->topic = word;
		return 0;
	}
	if ((args->command == COMMAND_WATCH || args->command == COMMAND_HISTORY) && !args->id) {
		args->id = word;
		return 0;
	}
	if (rest->after_secret || strchr(word, '=')) {
		berth_error_set(
			err, BERTH_E_USAGE, 0, "argument %d (not shown) is not expected", rest->at);
		return berth_error_hint(
			err, "a value with spaces needs quotes: --env 'NAME=two words'");
	}
	for (size_t i = 0; i < args_command_count; i++) {
		if (args->command == COMMAND_CONSOLE && args_commands[i].name &&
			strcmp(args_commands[i].name, word) == 0)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"the command comes first: berth %s ...", word);
	}
	berth_error_set(err, BERTH_E_USAGE, 0, "argument '%s' is not expected", word);
	return args->command == COMMAND_DEPLOY
		       ? berth_error_hint(err, "a folder is given as --folder %s", word)
		       : -1;
}

int args_parse(struct args *args, struct berth_settings *settings, int argc,
	const char *const *argv, struct berth_error *err)
{
	struct rest rest = {.argc = argc, .argv = argv, .at = 1};
	*args = (struct args){.console = {.color = "auto"}, .speed = -1};
	if (find_command(args, &rest, err) < 0)
		return -1;
	while (rest.at < argc) {
		const char *word = argv[rest.at++];
		int status;
		if (rest.options_over || word[0] != '-' || !word[1]) {
			status = take_argument(args, &rest, word, err);
		} else if (strcmp(word, "--") == 0) {
			rest.options_over = true;
			status = 0;
		} else if (strncmp(word, "--", 2) == 0) {
			status = take_option(args, settings, &rest, word + 2, err);
		} else if (strcmp(word, "-h") == 0) {
			status = take_option(args, settings, &rest, "help", err);
		} else if (strcmp(word, "-f") == 0 && args->command == COMMAND_LOGS) {
			status = take_option(args, settings, &rest, "follow", err);
		} else if (rest.after_secret) {
			status = take_argument(args, &rest, word, err);
		} else {
			status = berth_error_set(err, BERTH_E_USAGE, 0,
				"unknown option '%s': options are written with two dashes", word);
		}
		if (status < 0 || rest.answered)
			return status;
	}
	return 0;
}

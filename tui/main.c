/* The program: reads the command line and chooses a front end. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <berth/settings.h>
#include <berth/trace.h>

#include "args.h"
#include "command/confirm_cmd.h"
#include "command/deploy_cmd.h"
#include "command/detect_cmd.h"
#include "command/doctor.h"
#include "command/fleet_cmd.h"
#include "command/generate_cmd.h"
#include "command/list_cmd.h"
#include "command/plugin_cmd.h"
#include "command/recover_cmd.h"
#include "command/remote_cmd.h"
#include "complain.h"
#include "console.h"
#include "history/history_cmd.h"
#include "history/redeploy_cmd.h"
#include "history/replay_cmd.h"
#include "hush.h"
#include "linear/linear.h"
#include "manual/completion.h"
#include "manual/help_text.h"
#include "preferences.h"

#define EXIT_USAGE 2

/* The console paints; what can't be painted on is told so. */
static int open_console(struct berth_settings *settings, const struct preferences *preferences,
	const struct console_options *options)
{
	const char *term = getenv("TERM");
	const char *why = NULL;
	if (options->linear)
		return linear_run(settings, preferences, options);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		why = "standard input and output are not both one";
	else if (!term || !*term)
		why = "TERM is not set";
	else if (strcmp(term, "dumb") == 0)
		why = "TERM is 'dumb'";
	if (!why)
		return console_run(settings, preferences, options);
	struct berth_error err;
	berth_error_set(&err, BERTH_E_USAGE, 0, "the console needs a terminal, and %s", why);
	berth_error_hint(&err,
		"'berth --linear' is the same in lines, anywhere; 'berth deploy' works without "
		"one, see 'berth help deploy'");
	complain(&err);
	return EXIT_USAGE;
}

static int wrong(const struct berth_error *err)
{
	complain(err);
	return EXIT_USAGE;
}

static int run_remote(const struct args *args, const struct berth_settings *settings)
{
	enum berth_deed deed = BERTH_DEED_STOP;
	if (args->command == COMMAND_LIST)
		deed = args->topic ? BERTH_DEED_LOOK : BERTH_DEED_LIST;
	if (args->command == COMMAND_LOGS)
		deed = args->follow ? BERTH_DEED_FOLLOW : BERTH_DEED_LOGS;
	if (args->command == COMMAND_RESTART)
		deed = BERTH_DEED_RESTART;
	if (args->command == COMMAND_REMOVE)
		deed = BERTH_DEED_REMOVE;
	return remote_cmd(settings, deed, args->topic, args->json);
}

/* What is done to something that is there; NULL: the command only looks. */
static const char *act_of(enum command command)
{
	switch (command) {
	case COMMAND_STOP:
		return "stop";
	case COMMAND_RESTART:
		return "restart";
	case COMMAND_REMOVE:
		return "remove";
	default:
		return NULL;
	}
}

static int run_fleet(const struct args *args, const struct berth_settings *settings)
{
	enum berth_act act = BERTH_ACT_STOP;
	const char *doing = act_of(args->command);
	struct berth_error err;
	if (args->command == COMMAND_LIST && args->topic && !berth_settings_server(settings)) {
		complain_text("list: an ID is only for a --target that is a deploy server");
		return EXIT_USAGE;
	}
	if (doing && args->topic && confirm_act_cmd(settings, doing, args->topic, &err) < 0)
		return wrong(&err);
	if (berth_settings_command(settings))
		return plugin_cmd_run(settings, args->command, args->topic, args->json);
	if (berth_settings_server(settings) && args->command != COMMAND_PORTS)
		return run_remote(args, settings);
	if (args->command == COMMAND_LIST)
		return list_cmd(settings, args->json);
	if (args->command == COMMAND_PORTS)
		return fleet_cmd_ports(settings, args->json);
	if (args->command == COMMAND_LOGS)
		return fleet_cmd_logs(settings, args->topic, args->follow, args->json);
	if (args->command == COMMAND_RESTART)
		act = BERTH_ACT_RESTART;
	if (args->command == COMMAND_REMOVE)
		act = args->keep_volumes ? BERTH_ACT_REMOVE_KEEPING : BERTH_ACT_REMOVE;
	return fleet_cmd_act(settings, act, args->topic, args->volumes, args->json);
}

static int run(const struct args *args, struct berth_settings *settings)
{
	struct preferences preferences;
	struct berth_error err;
	if (args->trace && berth_trace_open(args->trace, &err) < 0)
		return wrong(&err);
	switch (args->command) {
	case COMMAND_VERSION:
		puts("berth " BERTH_VERSION);
		return finish_stdout();
	case COMMAND_HELP:
		/* One's own keys, if the configuration can be read. */
		preferences_load(&preferences, settings, NULL);
		return help_print(args->topic, &preferences.keys, &err) < 0 ? wrong(&err)
									    : finish_stdout();
	case COMMAND_COMPLETION:
		return completion_print(args->topic, settings, &err) < 0 ? wrong(&err)
									 : finish_stdout();
	case COMMAND_DETECT:
		return detect_cmd_run(args->topic, args->json);
	case COMMAND_GENERATE:
		return generate_cmd_run(args->topic, args->write);
	case COMMAND_DOCTOR:
		return doctor_run(settings);
	case COMMAND_DEPLOY:
		if (preferences_load(&preferences, settings, &err) < 0)
			return wrong(&err);
		return args->explain ? deploy_cmd_explain(settings)
				     : deploy_cmd_run(settings, args->json);
	case COMMAND_WATCH:
		if (preferences_load(&preferences, settings, &err) < 0)
			return wrong(&err);
		return replay_cmd_is_local(args)
			       ? replay_cmd_watch(args)
			       : deploy_cmd_watch(settings, args->topic, args->id, args->json);
	case COMMAND_LIST:
	case COMMAND_PORTS:
	case COMMAND_STOP:
	case COMMAND_RESTART:
	case COMMAND_REMOVE:
	case COMMAND_LOGS:
		if (preferences_load(&preferences, settings, &err) < 0)
			return wrong(&err);
		return run_fleet(args, settings);
	case COMMAND_HISTORY:
		return args->redeploy && args->topic ? redeploy_cmd(args, settings)
						     : history_cmd(args);
	case COMMAND_REPLAY:
		if (preferences_load(&preferences, settings, &err) < 0)
			return wrong(&err);
		return replay_cmd(args, settings, &preferences);
	case COMMAND_RECOVER:
		if (preferences_load(&preferences, settings, &err) < 0)
			return wrong(&err);
		return recover_cmd(settings, args->yes, args->json);
	case COMMAND_CONSOLE:
		if (preferences_load(&preferences, settings, &err) < 0)
			return wrong(&err);
		return open_console(settings, &preferences, &args->console);
	}
	return EXIT_USAGE;
}

/* A descriptor that is closed would be given to the next thing that is opened, and what is meant
 * for people would go there. One that can be neither read nor written fails as a closed one does.
 */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 &&
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return;
	}
}

int main(int argc, char **argv)
{
	struct args args;
	struct berth_error err;
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	hush_process();
	hold_standard_descriptors();
	setlocale(LC_ALL, "");
	sigaction(SIGPIPE, &ignore, NULL);
	struct berth_settings *settings = berth_settings_new();
	if (!settings) {
		complain_text("out of memory");
		return 1;
	}
	int status = args_parse(&args, settings, argc, (const char *const *)argv, &err);
	hush_arguments(argc, argv);
	status = status < 0 ? wrong(&err) : run(&args, settings);
	berth_settings_free(settings);
	return status;
}

#include "help_text.h"

#include <stdio.h>
#include <string.h>

#include <berth/nearest.h>
#include <berth/settings.h>

#include "args.h"
#include "keys.h"

#define OPTION_WIDTH 30

static void print_option(const char *name, const char *metavar, const char *help)
{
	char left[80];
	int len = snprintf(
		left, sizeof left, "--%s%s%s", name, metavar ? " " : "", metavar ? metavar : "");
	if (len > OPTION_WIDTH)
		printf("  %s\n  %*s  %s", left, OPTION_WIDTH, "", help);
	else
		printf("  %-*s  %s", OPTION_WIDTH, left, help);
}

static void print_field(const struct berth_field *field)
{
	print_option(field->name, field->metavar, field->help);
	if (field->fallback && field->kind != BERTH_KIND_FLAG)
		printf(" [%s]", field->fallback);
	putchar('\n');
}

static void print_switches(enum command command)
{
	for (size_t i = 0; i < SWITCH_COUNT; i++) {
		const struct args_option *option = &args_options[i];
		if (!(option->commands & (1u << command)))
			continue;
		print_option(option->name, option->metavar, option->help);
		putchar('\n');
	}
}

static void print_fields(enum command command)
{
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		if (args_takes_field(command, (enum berth_field_id)i))
			print_field(&berth_fields[i]);
	}
}

static void print_all(void)
{
	puts("berth - a terminal deployment console\n\nUsage:");
	for (size_t i = 0; i < args_command_count; i++) {
		const struct args_command *command = &args_commands[i];
		char left[64];
		snprintf(left, sizeof left, "berth%s%s%s%s", command->name ? " " : "",
			command->name ? command->name : "", command->argument ? " " : "",
			command->argument ? command->argument : "");
		printf("  %-*s  %s\n", OPTION_WIDTH, left, command->help);
	}
	puts("\nOptions of the console (it also takes those of 'deploy', to fill in the form):");
	print_switches(COMMAND_CONSOLE);
	puts("\n'berth help deploy' explains a deployment, 'berth help demo' the rehearsal.");
}

static void print_deploy(void)
{
	puts("berth deploy [options]: one deployment without a screen\n\nOptions:");
	print_fields(COMMAND_DEPLOY);
	print_switches(COMMAND_DEPLOY);
	fputs("\n"
	      "A value comes from its option, else from the environment (BERTH_IMAGE for "
	      "--image),\n"
	      "from berth.json beside the source, from berth/config.json in $XDG_CONFIG_HOME or\n"
	      "~/.config, from the preset. '--explain' says which. {name} in --container and "
	      "--dest\n"
	      "stands for the deployment's name.\n"
	      "\n"
	      "Ports: 8080:80 publishes 80 of the container as 8080, auto:80 as the next free "
	      "port\n"
	      "(from 8080 on; from 8000 + N for N below 1024), :5859 not at all but checked "
	      "inside.\n"
	      "\n"
	      "Values of variables are never shown. To keep one off the command line, export it "
	      "and\n"
	      "name it alone (--env TOKEN), or use --env-file.\n"
	      "\n"
	      "On a deploy server (kind 'fractalic' in the configuration) --folder is a path over "
	      "there\n"
	      "and --name the script's; --image, --platform, --port NAME=HOST:CONTAINER and --env "
	      "are\n"
	      "asked of it, whatever it makes of them. After the result the console shows the "
	      "container's\n"
	      "output only where the target's 'docker_host' names the engine of that host. "
	      "--timeout closes\n"
	      "the stream, which ends the run there; what it has made stays, and is looked for.\n"
	      "\n"
	      "Events go to standard output, complaints to standard error. Ctrl-C cancels and "
	      "puts\n"
	      "things back; a second one stops at once and says what may be left.\n"
	      "\n"
	      "Exit status:\n"
	      "  0    deployed, healthy\n"
	      "  1    failed; what was there before is back (or --no-rollback)\n"
	      "  2    the request is wrong: nothing was touched\n"
	      "  3    the target can't be reached or refused the credentials: nothing was touched\n"
	      "  4    the outcome is not known\n"
	      "  5    it failed and putting things back failed too: what is left is listed\n"
	      "  130  cancelled; what was there before is back\n",
		stdout);
}

static void print_watch(void)
{
	puts("berth watch TARGET ID [options]: follow a deployment that already runs on a server\n"
	     "\nOptions:");
	print_switches(COMMAND_WATCH);
	fputs("\n"
	      "TARGET is a deploy server of the configuration, ID the deployment's id as the "
	      "server\n"
	      "gave it. The server is asked for its progress again and again; nothing else is "
	      "sent,\n"
	      "and Ctrl-C ends the watching only. Not every server can be asked.\n"
	      "\n"
	      "Exit status: as that deployment ended ('berth help deploy'), and\n"
	      "  2  the server does not know the id, or can't be asked\n"
	      "  3  the server can't be reached or refused the credentials\n"
	      "  4  how it ended is not known\n",
		stdout);
}

static void print_detect(void)
{
	puts("berth detect DIR [options]: what this source is, why, and what came second\n\n"
	     "Options:");
	print_switches(COMMAND_DETECT);
	fputs("\n"
	      "Nothing is run and nothing is changed. What the project's own files say is "
	      "counted, and\n"
	      "each piece of evidence is shown with its points. An existing compose file or "
	      "Dockerfile\n"
	      "wins over that, and \"detect\" in berth.json over everything:\n"
	      "\n"
	      "  { \"detect\": { \"stack\": \"python\", \"internal_port\": 9000 } }\n"
	      "\n"
	      "Its keys: stack, framework, folder, internal_port, build_command, run_command,\n"
	      "health_path, runtime_version, package_manager, databases.\n"
	      "\n"
	      "What is known of stacks can be added to: berth/stacks/NAME.json in "
	      "$XDG_CONFIG_HOME or\n"
	      "~/.config, in the form of the ones in the source's stacks folder.\n"
	      "\n"
	      "Exit status:\n"
	      "  0    it is known\n"
	      "  1    it is not\n"
	      "  2    there is no such folder, or berth.json or a stack's file is wrong\n"
	      "  130  cancelled\n",
		stdout);
}

static void print_demo(void)
{
	fputs("The demo target rehearses a deployment inside the program. Nothing is touched.\n"
	      "\n"
	      "  berth deploy --target demo --env DEMO_SECONDS=5\n"
	      "\n"
	      "Its script comes from the variables of the deployment:\n"
	      "  DEMO_SECONDS=N              how long the whole takes\n"
	      "  DEMO_LINES=N                how many log lines it says\n"
	      "  DEMO_RATE=N                 log lines a second; 0: as fast as they can be made\n"
	      "  DEMO_LAYERS=N               layers of the image it pulls\n"
	      "  DEMO_FAIL=STAGE             fails in that stage\n"
	      "  DEMO_STALL=STAGE:SECONDS    stands still in that stage for so long\n"
	      "  DEMO_SEED=N                 the same seed gives the same script\n"
	      "\n"
	      "Stages: validating, pulling_image, preparing_files, starting_container,\n"
	      "copying_files, health_check.\n",
		stdout);
}

static void print_doctor(void)
{
	puts("berth doctor [options]: try every part a deployment needs\n\nOptions:");
	print_fields(COMMAND_DOCTOR);
	print_switches(COMMAND_DOCTOR);
	fputs("\n"
	      "A deploy server is asked with GET for the routes of a deployment, which starts "
	      "nothing:\n"
	      "whether it answers, with which certificate, lets these credentials in, has a stream "
	      "and\n"
	      "can be asked for progress. What only a deployment shows is noted.\n"
	      "\n"
	      "Exit status:\n"
	      "  0  nothing failed\n"
	      "  1  a folder that is needed can't be written\n"
	      "  2  the configuration is wrong\n"
	      "  3  the engine or the server can't be reached, refuses the credentials or is no "
	      "deploy\n"
	      "     server\n",
		stdout);
}

static void print_completion(void)
{
	fputs("berth completion bash|zsh|fish: print the completion script of a shell\n"
	      "\n"
	      "  bash  berth completion bash > ~/.local/share/bash-completion/completions/berth\n"
	      "  zsh   berth completion zsh > DIR/_berth, with DIR in $fpath\n"
	      "  fish  berth completion fish > ~/.config/fish/completions/berth.fish\n",
		stdout);
}

static void print_help(void)
{
	puts("berth help [COMMAND|demo|keys]: explain a command, the rehearsal or the keys");
}

/* Every key of a binding; the name the table gives instead where it gives one. */
static void print_binding(const struct binding *binding)
{
	char keys[64] = "", name[16];
	size_t used = 0;
	for (size_t i = 0; i < KEYS_PER_BINDING && binding->keys[i] && used < sizeof keys; i++)
		used += (size_t)snprintf(keys + used, sizeof keys - used, "%s%s", i ? ", " : "",
			keys_name(name, binding->keys[i]));
	printf("  %-24s %s\n", binding->names ? binding->names : keys, binding->help);
}

static void print_keys(void)
{
	puts("Keys of the console (letters are typed in text fields; their twins work there "
	     "too):\n");
	for (size_t i = 0; i < keys_table_count; i++)
		print_binding(&keys_table[i]);
}

static const struct {
	const char *name;
	void (*print)(void);
} topics[] = {
	{"deploy", print_deploy},
	{"watch", print_watch},
	{"detect", print_detect},
	{"doctor", print_doctor},
	{"completion", print_completion},
	{"help", print_help},
	{"demo", print_demo},
	{"keys", print_keys},
};
#define TOPICS (sizeof topics / sizeof *topics)

int help_print(const char *topic, struct berth_error *err)
{
	const char *names[TOPICS + 1] = {0};
	if (!topic) {
		print_all();
		return 0;
	}
	for (size_t i = 0; i < TOPICS; i++) {
		names[i] = topics[i].name;
		if (strcmp(topics[i].name, topic) == 0) {
			topics[i].print();
			return 0;
		}
	}
	const char *nearest = berth_nearest(topic, names);
	if (nearest)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"there is no help on '%s', did you mean '%s'?", topic, nearest);
	berth_error_set(err, BERTH_E_USAGE, 0, "there is no help on '%s'", topic);
	return berth_error_hint(err,
		"there is help on deploy, watch, detect, doctor, completion, help, demo and keys");
}

#include "manual/completion.h"

#include <stdio.h>
#include <string.h>

#include <berth/nearest.h>
#include <berth/settings.h>

#include "args.h"
#include "manual/manual.h"

/* What may follow an option. */
struct follows {
	const char *name;
	const char *help;
	bool takes_value;
	bool folders, files;
	const char *const *choices; /* NULL if none */
};

static const char *const shells[] = {"bash", "zsh", "fish", NULL};

static const struct berth_settings *known; /* for the names of targets and presets */

static struct follows of_field(const struct berth_field *field)
{
	return (struct follows){
		.name = field->name,
		.help = field->help,
		.takes_value = field->kind != BERTH_KIND_FLAG,
		.folders = field->kind == BERTH_KIND_FOLDER,
		.files = field->kind == BERTH_KIND_FILE || field->id == BERTH_FIELD_ENV_FILE ||
			 field->id == BERTH_FIELD_CONFIG_FILE,
		.choices = field->id == BERTH_FIELD_TARGET    ? berth_settings_targets(known)
			   : field->id == BERTH_FIELD_PRESET  ? berth_settings_presets(known)
			   : field->id == BERTH_FIELD_PROFILE ? berth_settings_profiles(known)
							      : field->choices,
	};
}

static struct follows of_switch(const struct args_option *option)
{
	return (struct follows){
		.name = option->name,
		.help = option->help,
		.takes_value = option->metavar != NULL,
		.choices = option->choices,
	};
}

static void each_option(enum command command,
	void (*print)(const struct args_command *, const struct follows *),
	const struct args_command *row)
{
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		if (!args_takes_field(command, (enum berth_field_id)i))
			continue;
		struct follows follows = of_field(&berth_fields[i]);
		print(row, &follows);
	}
	for (size_t i = 0; i < SWITCH_COUNT; i++) {
		if (!(args_options[i].commands & (1u << command)))
			continue;
		struct follows follows = of_switch(&args_options[i]);
		print(row, &follows);
	}
}

static void print_words(const char *const *words, const char *between)
{
	for (size_t i = 0; words && words[i]; i++)
		printf("%s%s", i ? between : "", words[i]);
}

static void print_commands(const char *between)
{
	const char *before = "";
	for (size_t i = 0; i < args_command_count; i++) {
		if (!args_commands[i].name)
			continue;
		printf("%s%s", before, args_commands[i].name);
		before = between;
	}
}

static bool takes_folder(enum command command)
{
	return command == COMMAND_DETECT || command == COMMAND_GENERATE;
}

/* The words an argument may be. */
static void print_argument(enum command command)
{
	if (command == COMMAND_COMPLETION)
		print_words(shells, " ");
	for (size_t i = 0; i < manual_topic_count() && command == COMMAND_HELP; i++)
		printf("%s%s", i ? " " : "", manual_topic_at(i).name);
	if (command == COMMAND_WATCH)
		print_words(berth_settings_targets(known), " ");
}

static void bash_name(const struct args_command *row, const struct follows *follows)
{
	(void)row;
	printf(" --%s", follows->name);
}

static void bash_value(const struct args_command *row, const struct follows *follows)
{
	(void)row;
	if (!follows->takes_value)
		return;
	printf("\t--%s) ", follows->name);
	if (follows->choices) {
		fputs("COMPREPLY=($(compgen -W '", stdout);
		print_words(follows->choices, " ");
		fputs("' -- \"$cur\")); ", stdout);
	} else if (follows->folders || follows->files) {
		printf("compopt -o filenames; COMPREPLY=($(compgen -%c -- \"$cur\")); ",
			follows->folders ? 'd' : 'f');
	}
	puts("return ;;");
}

/* What an option takes does not depend on the command. */
static void bash_values(void)
{
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		struct follows follows = of_field(&berth_fields[i]);
		bash_value(NULL, &follows);
	}
	for (size_t i = 0; i < SWITCH_COUNT; i++) {
		struct follows follows = of_switch(&args_options[i]);
		bash_value(NULL, &follows);
	}
}

/* The shell makes three words of --option=value. */
static void print_bash(void)
{
	puts("_berth() {\n"
	     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	     "\tlocal command=${COMP_WORDS[1]} words\n"
	     "\tCOMPREPLY=()\n"
	     "\tif [ \"$cur\" = = ]; then\n"
	     "\t\tcur=\n"
	     "\telif [ \"$prev\" = = ]; then\n"
	     "\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n"
	     "\tfi\n"
	     "\tcase $prev in");
	bash_values();
	puts("\tesac\n\tcase $command in");
	for (size_t i = 0; i < args_command_count; i++) {
		const struct args_command *row = &args_commands[i];
		if (!row->name)
			continue;
		printf("\t%s) ", row->name);
		if (takes_folder(row->command))
			fputs("[ \"$COMP_CWORD\" -gt 1 ] && [ \"${cur#-}\" = \"$cur\" ] && "
			      "compopt -o filenames && COMPREPLY=($(compgen -d -- \"$cur\")) && "
			      "return\n\t\t",
				stdout);
		fputs("words='", stdout);
		each_option(row->command, bash_name, row);
		fputs("'", stdout);
		if (row->argument) {
			fputs("; [ \"$COMP_CWORD\" -eq 2 ] && words=\"$words ", stdout);
			print_argument(row->command);
			putchar('"');
		}
		puts(" ;;");
	}
	fputs("\t*) words='", stdout);
	each_option(COMMAND_CONSOLE, bash_name, NULL);
	puts("' ;;\n\tesac");
	fputs("\t[ \"$COMP_CWORD\" -eq 1 ] && words=\"$words ", stdout);
	print_commands(" ");
	puts("\"\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -F _berth berth");
}

/* Text inside '...' of zsh or fish, with what zsh's _arguments takes as its own escaped. */
static void print_help(const char *text, const char *special)
{
	for (const char *p = text; *p; p++) {
		if (*p == '\'')
			fputs("'\\''", stdout);
		else
			printf("%s%c", strchr(special, *p) ? "\\" : "", *p);
	}
}

static void zsh_option(const struct args_command *row, const struct follows *follows)
{
	(void)row;
	printf(" \\\n\t\t'*--%s%s[", follows->name, follows->takes_value ? "=" : "");
	print_help(follows->help, "[]:\\");
	putchar(']');
	if (follows->takes_value) {
		printf(":%s:", follows->name);
		if (follows->choices) {
			putchar('(');
			print_words(follows->choices, " ");
			putchar(')');
		} else if (follows->folders) {
			fputs("_files -/", stdout);
		} else if (follows->files) {
			fputs("_files", stdout);
		} else {
			putchar(' ');
		}
	}
	putchar('\'');
}

static void print_zsh(void)
{
	puts("#compdef berth\n"
	     "_berth() {\n"
	     "\tlocal command=$words[2]\n"
	     "\tif (( CURRENT == 2 )) && [[ $command != -* ]]; then");
	fputs("\t\tcompadd ", stdout);
	print_commands(" ");
	puts("\n\t\treturn\n\tfi\n\tcase $command in");
	for (size_t i = 0; i < args_command_count; i++) {
		const struct args_command *row = &args_commands[i];
		if (!row->name)
			continue;
		printf("\t%s)\n\t\tshift words; (( CURRENT-- ))\n\t\t_arguments", row->name);
		if (takes_folder(row->command)) {
			fputs(" \\\n\t\t'1:folder:_files -/'", stdout);
		} else if (row->argument) {
			fputs(" \\\n\t\t'1:word:(", stdout);
			print_argument(row->command);
			fputs(")'", stdout);
		}
		each_option(row->command, zsh_option, row);
		puts(" ;;");
	}
	fputs("\t*)\n\t\t_arguments", stdout);
	each_option(COMMAND_CONSOLE, zsh_option, NULL);
	puts(" ;;\n\tesac\n}\n"
	     "[[ $funcstack[1] == _berth ]] && _berth \"$@\" || compdef _berth berth");
}

static void fish_condition(const struct args_command *row)
{
	if (row)
		printf("complete -c berth -n '__fish_seen_subcommand_from %s'", row->name);
	else
		fputs("complete -c berth -n '__fish_use_subcommand'", stdout);
}

static void fish_option(const struct args_command *row, const struct follows *follows)
{
	fish_condition(row);
	printf(" -l %s", follows->name);
	if (follows->takes_value)
		fputs(follows->files ? " -r -F" : " -x", stdout);
	if (follows->choices) {
		fputs(" -a '", stdout);
		print_words(follows->choices, " ");
		putchar('\'');
	} else if (follows->folders) {
		fputs(" -a '(__fish_complete_directories)'", stdout);
	}
	fputs(" -d '", stdout);
	print_help(follows->help, "\\");
	puts("'");
}

static void print_fish(void)
{
	puts("complete -c berth -f");
	for (size_t i = 0; i < args_command_count; i++) {
		const struct args_command *row = &args_commands[i];
		if (row->name) {
			fish_condition(NULL);
			printf(" -a %s -d '", row->name);
			print_help(row->help, "\\");
			puts("'");
		}
		if (row->argument) {
			fish_condition(row);
			fputs(" -a '", stdout);
			if (takes_folder(row->command))
				fputs("(__fish_complete_directories)", stdout);
			print_argument(row->command);
			puts("'");
		}
		each_option(row->command, fish_option, row->name ? row : NULL);
	}
}

int completion_print(const char *shell, struct berth_settings *settings, struct berth_error *err)
{
	/* Names of one's own targets and presets, if the configuration can be read. */
	berth_settings_load(settings, NULL);
	known = settings;
	if (!shell) {
		berth_error_set(err, BERTH_E_USAGE, 0, "a shell is needed");
		return berth_error_hint(err, "berth completion bash|zsh|fish");
	}
	if (strcmp(shell, "bash") == 0) {
		print_bash();
	} else if (strcmp(shell, "zsh") == 0) {
		print_zsh();
	} else if (strcmp(shell, "fish") == 0) {
		print_fish();
	} else {
		const char *nearest = berth_nearest(shell, shells);
		berth_error_set(err, BERTH_E_USAGE, 0, "there is no completion for '%s'%s%s%s",
			shell, nearest ? ", did you mean '" : "", nearest ? nearest : "",
			nearest ? "'?" : "");
		return berth_error_hint(err, "berth completion bash|zsh|fish");
	}
	return 0;
}

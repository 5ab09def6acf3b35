#include "git/git_command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Nothing that is started behind its back may outlive git or hold the cache: no gc, no monitor; no
 * hook of a template runs. A person's own configuration holds otherwise.
 */
static const char *const always[] = {"git", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0",
	"-c", "maintenance.auto=false", "-c", "core.fsmonitor=false", "-c",
	"advice.detachedHead=false"};

/* berth may itself run in a hook of git's; and what git prints is read. It never asks: there is no
 * terminal in its session, and no window is opened by ssh. */
static const char *const variables[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE",
	"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR",
	"GIT_NAMESPACE", "GIT_PREFIX", "GIT_QUARANTINE_PATH", "LANGUAGE", "LC_ALL=C",
	"GIT_TERMINAL_PROMPT=0", "SSH_ASKPASS_REQUIRE=never", "GIT_PAGER=cat"};

static int add_word(struct git_command *command, const char *word)
{
	if (command->words >= GIT_COMMAND_WORDS - 1)
		return -1;
	command->argv[command->words++] = word;
	command->argv[command->words] = NULL;
	return 0;
}

static void add_variable(struct git_command *command, const char *variable)
{
	command->env[command->variables++] = variable;
	command->env[command->variables] = NULL;
}

static const char *make(struct git_command *command, const char *format, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, format, args) < 0)
		return NULL;
	command->made[command->made_count++] = text;
	return text;
}

__attribute__((format(printf, 2, 3))) static int add_made_variable(
	struct git_command *command, const char *format, ...)
{
	const char *variable;
	va_list args;

	va_start(args, format);
	variable = make(command, format, args);
	va_end(args);
	if (variable == NULL)
		return -1;
	add_variable(command, variable);
	return 0;
}

/* "%2F" and the like. */
static void decode(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++, to++) {
		char digits[3] = {text[0], text[0] == '%' ? text[1] : '\0', '\0'}, *end;
		long value;

		if (digits[0] != '%' || digits[1] == '\0' || text[2] == '\0') {
			*to = *text;
			continue;
		}
		digits[0] = text[1];
		digits[1] = text[2];
		value = strtol(digits, &end, 16);
		*to = *end == '\0' && value > 0 ? (char)value : *text;
		text += *end == '\0' && value > 0 ? 2 : 0;
	}
	*to = '\0';
}

static int add_decoded(struct git_command *command, const char *name, const char *value)
{
	if (add_made_variable(command, "%s=%s", name, value) == -1)
		return -1;
	decode(command->made[command->made_count - 1]);
	return 0;
}

/* Its password is for the helpers of the person's own to know. */
static int add_user(struct git_command *command, const struct git_url *url, int host_len)
{
	add_variable(command, "GIT_CONFIG_COUNT=1");
	if (add_made_variable(
		    command, "GIT_CONFIG_KEY_0=credential.%.*s.username", host_len, url->url) == -1)
		return -1;
	return add_decoded(command, "GIT_CONFIG_VALUE_0", url->user);
}

/*
 * User and password that came with the address are given to git by a helper of its own for that
 * host alone: in no argument, which everybody on this machine could read, and not to where the
 * server redirects.
 */
static int add_credentials(struct git_command *command, const struct git_url *url)
{
	size_t host;
	int len;

	if (url->user == NULL)
		return 0;
	host = strcspn(url->url, ":") + 3;
	len = (int)(host + strcspn(url->url + host, "/"));
	if (url->password == NULL)
		return add_user(command, url, len);
	if (add_made_variable(command, "GIT_CONFIG_KEY_0=credential.%.*s.helper", len, url->url) ==
			-1 ||
		add_made_variable(
			command, "GIT_CONFIG_KEY_1=credential.%.*s.helper", len, url->url) == -1 ||
		add_decoded(command, "BERTH_GIT_USER", url->user) == -1 ||
		add_decoded(command, "BERTH_GIT_PASSWORD", url->password) == -1)
		return -1;
	add_variable(command, "GIT_CONFIG_COUNT=2");
	/* Other helpers are not asked. */
	add_variable(command, "GIT_CONFIG_VALUE_0=");
	add_variable(command,
		"GIT_CONFIG_VALUE_1=!f() { test \"$1\" = get && printf "
		"'username=%s\\npassword=%s\\n' \"$BERTH_GIT_USER\" \"$BERTH_GIT_PASSWORD\"; }; f");
	return 0;
}

int git_command_init(struct git_command *command, const struct git_url *url, const char *repository)
{
	*command = (struct git_command){.words = 0};
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		add_word(command, always[i]);
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		add_variable(command, variables[i]);
	/* What a submodule names is somebody else's word: a folder of this machine only if the
	 * whole came from this machine. */
	add_variable(command, url->is_local ? "GIT_ALLOW_PROTOCOL=https:http:ssh:git:file"
					    : "GIT_ALLOW_PROTOCOL=https:http:ssh:git");
	if (repository != NULL && git_command_addf(command, "--git-dir=%s", repository) == -1)
		return -1;
	return add_credentials(command, url);
}

void git_command_release(struct git_command *command)
{
	for (size_t i = 0; i < command->made_count; i++) {
		explicit_bzero(command->made[i], strlen(command->made[i]));
		free(command->made[i]);
	}
	*command = (struct git_command){.words = 0};
}

int git_command_add(struct git_command *command, ...)
{
	const char *word;
	va_list args;
	int status = 0;

	va_start(args, command);
	while (status == 0 && (word = va_arg(args, const char *)) != NULL)
		status = add_word(command, word);
	va_end(args);
	return status;
}

int git_command_addf(struct git_command *command, const char *format, ...)
{
	const char *word;
	va_list args;

	va_start(args, format);
	word = make(command, format, args);
	va_end(args);
	return word != NULL ? add_word(command, word) : -1;
}

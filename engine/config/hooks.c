#include "config/hooks.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "config/json_file.h"
#include "config/paths.h"
#include "config/server.h"
#include "config/strings.h"
#include "config/target_keys.h"

#define TIMEOUT_MAX 3600

const char *const berth_moment_names[BERTH_MOMENTS] = {
	[BERTH_ON_START] = "on_start",
	[BERTH_ON_SUCCESS] = "on_success",
	[BERTH_ON_FAILURE] = "on_failure",
	[BERTH_ON_CANCEL] = "on_cancel",
};

static const char key_name[] = "webhook_key";

static void free_argv(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
}

void berth_hooks_free(struct berth_hooks *hooks)
{
	if (!hooks)
		return;
	for (size_t i = 0; i < BERTH_MOMENTS; i++) {
		for (size_t j = 0; j < hooks->commands[i].count; j++)
			free_argv(hooks->commands[i].argv[j]);
		free(hooks->commands[i].argv);
	}
	free(hooks->webhook);
	secret_release(&hooks->webhook_key);
	free(hooks);
}

bool berth_hooks_empty(const struct berth_hooks *hooks)
{
	size_t count = 0;
	for (size_t i = 0; hooks && i < BERTH_MOMENTS; i++)
		count += hooks->commands[i].count;
	return !hooks || (count == 0 && !hooks->webhook);
}

static int copy_argv(char ***copy, char **argv, struct berth_error *err)
{
	size_t count = 0;
	while (argv[count])
		count++;
	*copy = calloc(count + 1, sizeof **copy);
	if (!*copy)
		return string_no_memory(err);
	for (size_t i = 0; i < count; i++) {
		if (string_copy(&(*copy)[i], argv[i], err) < 0)
			return -1;
	}
	return 0;
}

static int copy_commands(
	struct berth_commands *copy, const struct berth_commands *from, struct berth_error *err)
{
	copy->argv = calloc(from->count + 1, sizeof *copy->argv);
	if (!copy->argv)
		return string_no_memory(err);
	for (size_t i = 0; i < from->count; i++) {
		copy->count++;
		if (copy_argv(&copy->argv[i], from->argv[i], err) < 0)
			return -1;
	}
	return 0;
}

struct berth_hooks *berth_hooks_copy(const struct berth_hooks *hooks, struct berth_error *err)
{
	struct berth_hooks *copy = calloc(1, sizeof *copy);
	if (!copy) {
		string_no_memory(err);
		return NULL;
	}
	copy->timeout_s = hooks->timeout_s;
	int status = string_copy(&copy->webhook, hooks->webhook, err);
	if (status == 0)
		status = secret_copy(&copy->webhook_key, &hooks->webhook_key, err);
	for (size_t i = 0; i < BERTH_MOMENTS && status == 0; i++)
		status = copy_commands(&copy->commands[i], &hooks->commands[i], err);
	if (status == 0)
		return copy;
	berth_hooks_free(copy);
	return NULL;
}

static int read_argv(char ***argv, struct json_file *file, const char *key, const json_t *value,
	struct berth_error *err)
{
	static const char shape[] = "a list of lists of texts: [[\"program\", \"argument\"]]";
	if (!json_is_array(value) || json_array_size(value) == 0)
		return json_wrong_type(file, key, value, shape, err);
	*argv = calloc(json_array_size(value) + 1, sizeof **argv);
	if (!*argv)
		return string_no_memory(err);
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *word = json_array_get(value, i);
		if (!json_is_string(word))
			return json_wrong_type(file, key, word, shape, err);
		if (string_copy(&(*argv)[i], json_string_value(word), err) < 0)
			return -1;
	}
	return 0;
}

static int read_commands(struct berth_commands *commands, struct json_file *file, const char *key,
	const json_t *value, struct berth_error *err)
{
	if (!json_is_array(value))
		return json_wrong_type(file, key, value, "a list of commands", err);
	commands->argv = calloc(json_array_size(value) + 1, sizeof *commands->argv);
	if (!commands->argv)
		return string_no_memory(err);
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_enter_index(file, i);
		if (read_argv(&commands->argv[commands->count++], file, key,
			    json_array_get(value, i), err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

static int read_timeout(struct berth_hooks *hooks, struct json_file *file, const json_t *value,
	struct berth_error *err)
{
	json_int_t seconds = json_integer_value(value);
	if (!json_is_integer(value))
		return json_wrong_type(file, "timeout", value, "a number of seconds", err);
	if (seconds < 1 || seconds > TIMEOUT_MAX)
		return json_file_error(file, JSON_AT_VALUE, err,
			"timeout can't be %lld, expected seconds from 1 to %d", (long long)seconds,
			TIMEOUT_MAX);
	hooks->timeout_s = (int)seconds;
	return 0;
}

/* The whole of it goes into the request line, and its host into the log. */
static int read_webhook(struct berth_hooks *hooks, struct json_file *file, const json_t *value,
	struct berth_error *err)
{
	const char *url = json_string_value(value);
	if (!url)
		return json_wrong_type(file, "webhook", value, "an address as text", err);
	size_t scheme = strncasecmp(url, "https://", 8) == 0  ? 8
			: strncasecmp(url, "http://", 7) == 0 ? 7
							      : 0;
	size_t host = strcspn(url + scheme, "/?#");
	bool good = scheme > 0 && host > 0;
	for (const char *p = url; *p; p++)
		good = good && isgraph((unsigned char)*p);
	/* What is in it may be a secret: it is not repeated. */
	if (!good)
		return json_file_error(file, JSON_AT_VALUE, err,
			"webhook (not shown) is no address, expected for example "
			"https://hooks.example.com/berth");
	if (memchr(url + scheme, '@', host))
		return json_file_error(file, JSON_AT_VALUE, err,
			"webhook (not shown) has a user or password in it, expected an address "
			"without, and '%s_env', '%s_file' or '%s_cmd' to sign what is sent",
			key_name, key_name, key_name);
	return string_copy(&hooks->webhook, url, err);
}

static int read_one(struct berth_hooks *hooks, struct json_file *file, const char *key,
	const json_t *value, struct berth_error *err)
{
	static const char *const right[] = {"on_start", "on_success", "on_failure", "on_cancel",
		"timeout", "webhook", "webhook_key", "webhook_key_env", "webhook_key_file",
		"webhook_key_cmd", NULL};
	for (size_t i = 0; i < BERTH_MOMENTS; i++) {
		if (strcmp(key, berth_moment_names[i]) == 0)
			return read_commands(&hooks->commands[i], file, key, value, err);
	}
	if (strcmp(key, "timeout") == 0)
		return read_timeout(hooks, file, value, err);
	if (strcmp(key, "webhook") == 0)
		return read_webhook(hooks, file, value, err);
	for (size_t i = 0; right[i]; i++) {
		if (strcmp(key, right[i]) == 0)
			return secret_key_check(file, key, value, err);
	}
	return json_unknown_key(file, key, right, err);
}

static int read_all(struct berth_hooks *hooks, struct json_file *file, const json_t *value,
	struct berth_error *err)
{
	const char *key;
	json_t *element;
	cleanup_free char *folder = NULL;
	if (!json_is_object(value))
		return json_wrong_type(file, "hooks", value, "an object", err);
	json_object_foreach((json_t *)value, key, element)
	{
		json_enter_key(file, key);
		if (read_one(hooks, file, key, element, err) < 0)
			return -1;
		json_leave(file);
	}
	if (path_folder(&folder, file->name, err) < 0 ||
		secret_read(&hooks->webhook_key, file, value, key_name, folder, err) < 0)
		return -1;
	if (hooks->webhook_key.from != BERTH_SECRET_NONE && !hooks->webhook)
		return json_file_error(file, JSON_AT_VALUE, err,
			"there is a key and no 'webhook', expected the address it signs for");
	return 0;
}

struct berth_hooks *hooks_read(
	struct json_file *file, const struct json_t *value, struct berth_error *err)
{
	struct berth_hooks *hooks = calloc(1, sizeof *hooks);
	if (!hooks) {
		string_no_memory(err);
		return NULL;
	}
	hooks->timeout_s = BERTH_HOOK_SECONDS;
	if (read_all(hooks, file, value, err) == 0)
		return hooks;
	berth_hooks_free(hooks);
	return NULL;
}

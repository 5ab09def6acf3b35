#include "config/parse.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/nearest.h>
#include <berth/text.h>

#include "base/cleanup.h"
#include "config/strings.h"
#include "docker/reference.h"
#include "git/git_url.h"

#define NAME_MAX_LEN 128
#define LINE_MAX_LEN 256
#define NUMBER_MAX   ((INT64_MAX - 9) / 10)
#define SECONDS_MAX  (7 * 24 * 3600)

int parse_name(const char *what, const char *text, struct berth_error *err)
{
	const char *why = NULL;
	size_t len = strlen(text);
	if (len < 2)
		why = "is too short";
	else if (len > NAME_MAX_LEN)
		why = "is too long";
	else if (!isalnum((unsigned char)text[0]))
		why = "does not start with a letter or digit";
	for (size_t i = 1; i < len && !why; i++) {
		if (!isalnum((unsigned char)text[i]) && !strchr("_.-", text[i]))
			why = "has other characters";
	}
	if (!why)
		return 0;
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"%s '%s' %s, expected 2 to %d letters, digits, '_', '.' or '-', for example my-app",
		what, text, why, NAME_MAX_LEN);
}

int parse_line(const char *what, const char *text, struct berth_error *err)
{
	bool blank = true;
	size_t len = strlen(text);
	for (const char *p = text; *p; p++) {
		blank &= *p == ' ';
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"%s has control characters in it, expected one line of text", what);
	}
	if (!blank && len <= LINE_MAX_LEN && berth_utf8_valid(text, len))
		return 0;
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"%s '%.80s' is not a line of text, expected 1 to %d bytes of UTF-8", what, text,
		LINE_MAX_LEN);
}

/* A ".." in a path of the container could leave the place the user has named. */
static bool climbs(const char *path)
{
	for (const char *p = path; *p;) {
		size_t len = strcspn(p, "/");
		if (len == 2 && memcmp(p, "..", 2) == 0)
			return true;
		p += len + (p[len] == '/');
	}
	return false;
}

int parse_inside(const char *what, const char *text, struct berth_error *err)
{
	if (text[0] != '/')
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"%s '%s' is not an absolute path in the container, expected for example "
			"'/%s'",
			what, text, text[0] ? text : "app");
	if (climbs(text))
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"%s '%s' has '..' in it, expected a plain path in the container", what,
			text);
	return 0;
}

int parse_seconds(
	int *seconds, enum berth_field_id field, const char *text, struct berth_error *err)
{
	int least = field == BERTH_FIELD_HEALTH_TIMEOUT ? 1 : 0;
	int number = 0;
	bool good = *text != '\0';
	for (const char *p = text; *p && good; p++) {
		good = isdigit((unsigned char)*p) && number <= SECONDS_MAX;
		if (good)
			number = number * 10 + (*p - '0');
	}
	if (!good || number < least || number > SECONDS_MAX)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"%s '%s' is not a number of seconds, expected %d to %d",
			berth_fields[field].name, text, least, SECONDS_MAX);
	*seconds = number;
	return 0;
}

int parse_number(int64_t *number, const char *what, const char *text, struct berth_error *err)
{
	*number = 0;
	for (const char *p = text; *p && *number >= 0; p++)
		*number = isdigit((unsigned char)*p) && *number < NUMBER_MAX
				  ? *number * 10 + (*p - '0')
				  : -1;
	if (*number < 1)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"%s '%s' is not a number, expected 1 or more", what, text);
	return 0;
}

int parse_choice(
	const char *what, const char *text, const char *const *choices, struct berth_error *err)
{
	char list[256] = "";
	size_t used = 0;
	for (size_t i = 0; choices[i]; i++) {
		if (strcmp(choices[i], text) == 0)
			return 0;
		const char *between = i == 0 ? "" : choices[i + 1] ? ", " : " or ";
		if (used < sizeof list)
			used += (size_t)snprintf(
				list + used, sizeof list - used, "%s%s", between, choices[i]);
	}
	const char *nearest = berth_nearest(text, choices);
	if (nearest)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"%s '%s' is not one of %s, did you mean '%s'?", what, text, list, nearest);
	return berth_error_set(err, BERTH_E_USAGE, 0, "%s '%s' is not one of %s", what, text, list);
}

static int check_flag(const char *what, const char *text, struct berth_error *err)
{
	static const char *const flags[] = {"true", "false", NULL};
	return parse_choice(what, text, flags, err);
}

static int check_platform(const char *text, struct berth_error *err)
{
	int parts = 1;
	bool good = true;
	size_t len = 0;
	for (const char *p = text; *p && good; p++) {
		if (*p == '/') {
			good = len > 0;
			parts++;
			len = 0;
		} else {
			good = islower((unsigned char)*p) || isdigit((unsigned char)*p) ||
			       strchr("_.-", *p);
			len++;
		}
	}
	if (good && len > 0 && parts >= 2 && parts <= 3)
		return 0;
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"platform '%s' is not OS/ARCH[/VARIANT], expected for example linux/amd64 or "
		"linux/arm/v7",
		text);
}

static int check_host(const char *text, struct berth_error *err)
{
	static const char *const schemes[] = {"unix://", "tcp://", "ssh://"};
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t len = strlen(schemes[i]);
		if (strncmp(text, schemes[i], len) == 0 && text[len])
			return 0;
	}
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"host '%s' is not a Docker endpoint, expected unix:///PATH, tcp://HOST:PORT or "
		"ssh://USER@HOST",
		text);
}

int parse_config_file(struct berth_config_file *file, const char *text, struct berth_error *err)
{
	*file = (struct berth_config_file){0};
	const char *colon = strchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : strlen(text);
	struct strings destinations = {0};
	file->file = strndup(text, len);
	if (!file->file)
		return string_no_memory(err);
	if (len == 0 || text[0] == '/' || climbs(file->file)) {
		config_file_release(file);
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"config-file '%s' does not name a file of the project root, expected "
			"FILE[:DEST,...], for example settings.toml:/app/",
			text);
	}
	for (const char *p = colon ? colon + 1 : NULL; p; p = *p ? p + 1 : NULL) {
		size_t part = strcspn(p, ",");
		cleanup_free char *destination = strndup(p, part);
		if (!destination || parse_inside("config-file destination", destination, err) < 0 ||
			strings_add(&destinations, destination, err) < 0) {
			strings_release(&destinations);
			config_file_release(file);
			return destination ? -1 : string_no_memory(err);
		}
		p += part;
	}
	file->destinations = destinations.items;
	file->destination_count = destinations.count;
	return 0;
}

void config_file_release(struct berth_config_file *file)
{
	struct strings destinations = {file->destinations, file->destination_count};
	strings_release(&destinations);
	free(file->file);
	*file = (struct berth_config_file){0};
}

bool parse_is_variable(const char *text, size_t len)
{
	if (len == 0 || isdigit((unsigned char)text[0]))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)text[i]) && text[i] != '_')
			return false;
	}
	return true;
}

int parse_variable(
	struct berth_variable *variable, const char *text, size_t number, struct berth_error *err)
{
	*variable = (struct berth_variable){0};
	size_t len = strcspn(text, "=");
	/* Whoever forgets the name has typed the secret: what was given is never repeated. */
	if (!parse_is_variable(text, len))
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"env value %zu (not shown) is not NAME=VALUE with a name of letters, "
			"digits "
			"and '_'",
			number);
	const char *value = text[len] ? text + len + 1 : getenv(text);
	if (!value)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"env value %zu (not shown) has no '=', and berth's own environment has no "
			"variable of that name, expected NAME=VALUE",
			number);
	variable->name = strndup(text, len);
	variable->value = strdup(value);
	if (!variable->name || !variable->value) {
		variable_release(variable);
		return string_no_memory(err);
	}
	return 0;
}

void variable_release(struct berth_variable *variable)
{
	if (variable->value)
		explicit_bzero(variable->value, strlen(variable->value));
	free(variable->value);
	free(variable->name);
	*variable = (struct berth_variable){0};
}

static int check_list_value(
	enum berth_field_id field, const char *text, size_t number, struct berth_error *err)
{
	struct berth_port port;
	struct health health;
	struct berth_config_file file;
	struct berth_variable variable;
	int status = 0;
	switch (field) {
	case BERTH_FIELD_PORT:
		status = parse_port(&port, text, err);
		if (status == 0)
			port_release(&port);
		return status;
	case BERTH_FIELD_HEALTH:
		status = parse_health(&health, text, err);
		if (status == 0)
			free(health.port);
		return status;
	case BERTH_FIELD_CONFIG_FILE:
		status = parse_config_file(&file, text, err);
		if (status == 0)
			config_file_release(&file);
		return status;
	case BERTH_FIELD_ENV:
	case BERTH_FIELD_SET:
		status = parse_variable(&variable, text, number, err);
		if (status == 0)
			variable_release(&variable);
		return field == BERTH_FIELD_SET && status < 0 ? berth_error_wrap(err, "set")
							      : status;
	default:
		return 0;
	}
}

/* "web-{name}" is judged as the name it makes. */
static int check_pattern(const char *what, const char *text,
	int (*check)(const char *, const char *, struct berth_error *), struct berth_error *err)
{
	static const char mark[] = "{name}";
	const char *found = strstr(text, mark);
	if (!found)
		return check(what, text, err);
	cleanup_free char *sample = strdup(text);
	if (!sample)
		return string_no_memory(err);
	memcpy(sample + (found - text), "sample", sizeof mark - 1);
	return check(what, sample, err);
}

/* A password on a command line or in a list of fields is read by others. */
static int check_git(const char *text, struct berth_error *err)
{
	struct git_url url;
	if (git_url_parse(&url, text, err) < 0)
		return strchr(text, '@') ? berth_error_wrap(err, "git")
					 : berth_error_wrap(err, "git '%.120s'", text);
	/* A user alone may be a token as well. */
	bool tells = url.user != NULL || url.password != NULL;
	git_url_release(&url);
	if (!tells)
		return 0;
	berth_error_set(err, BERTH_E_USAGE, 0,
		"git: the address of the repository (not shown) has a user, token or password in "
		"it, which others can read, expected none");
	return berth_error_hint(err,
		"give it to git: git config --global credential.helper store, or an ssh address");
}

int parse_check(enum berth_field_id field, const char *text, size_t number, struct berth_error *err)
{
	const struct berth_field *row = &berth_fields[field];
	struct reference reference;
	int seconds;
	if (!*text && row->kind != BERTH_KIND_SECRET_LIST)
		return berth_error_set(err, BERTH_E_USAGE, 0, "%s is empty, expected %s", row->name,
			row->metavar ? row->metavar : "true or false");
	switch (field) {
	case BERTH_FIELD_HOST:
		return check_host(text, err);
	case BERTH_FIELD_NAME:
		/* Only a server knows what its apps may be called. */
		return parse_line("name", text, err);
	case BERTH_FIELD_IMAGE:
		return reference_parse(&reference, text, err);
	case BERTH_FIELD_CONTAINER:
		return check_pattern("container", text, parse_name, err);
	case BERTH_FIELD_PLATFORM:
		return check_platform(text, err);
	case BERTH_FIELD_DEST:
		return check_pattern("dest", text, parse_inside, err);
	case BERTH_FIELD_GIT:
		return check_git(text, err);
	case BERTH_FIELD_RESTART:
	case BERTH_FIELD_PULL:
		return parse_choice(row->name, text, row->choices, err);
	case BERTH_FIELD_TIMEOUT:
	case BERTH_FIELD_HEALTH_TIMEOUT:
		return parse_seconds(&seconds, field, text, err);
	case BERTH_FIELD_REPO_ID:
		return parse_number(&(int64_t){0}, row->name, text, err);
	case BERTH_FIELD_BUILD:
	case BERTH_FIELD_NO_ROLLBACK:
	case BERTH_FIELD_YES:
		return check_flag(row->name, text, err);
	default:
		return check_list_value(field, text, number, err);
	}
}

#include "config/target_keys.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <jansson.h>

#include <berth/config_keys.h>

#include "config/config_file.h"
#include "config/json_file.h"
#include "config/parse.h"
#include "config/server.h"

static int check_command(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	bool good = json_is_array(value) && json_array_size(value) > 0;
	for (size_t i = 0; good && i < json_array_size(value); i++)
		good = json_is_string(json_array_get(value, i));
	return good ? 0
		    : json_wrong_type(file, key, value,
			      "a command as a list of texts: [\"pass\", \"show\", \"mist\"]", err);
}

static int check_text(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	if (!json_is_string(value) || !*json_string_value(value))
		return json_wrong_type(file, key, value, "a text that is not empty", err);
	return 0;
}

static int check_private(
	struct json_file *file, const char *key, const char *instead, struct berth_error *err)
{
	if (!(file->mode & (S_IRGRP | S_IROTH)))
		return 0;
	json_file_error(file, JSON_AT_KEY, err,
		"'%s' is written out in a file that others can read (mode %04o), expected %s", key,
		(unsigned)file->mode, instead);
	return berth_error_hint(
		err, "name where the %s is kept, or: chmod 600 '%s'", key, file->name);
}

/* A line of its own in what is sent: nothing may end it early. */
static bool is_line(const char *text)
{
	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7F)
			return false;
	}
	return true;
}

static int check_secret(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	char instead[96];
	if (check_text(file, key, value, err) < 0)
		return -1;
	if (!is_line(json_string_value(value)))
		return json_file_error(file, JSON_AT_VALUE, err,
			"'%s' has control characters in it, expected one line of text", key);
	snprintf(instead, sizeof instead, "'%s_env', '%s_file' or '%s_cmd'", key, key, key);
	return check_private(file, key, instead, err);
}

static int check_variable(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	if (check_text(file, key, value, err) < 0)
		return -1;
	const char *name = json_string_value(value);
	/* What is no name may be the secret itself. */
	return parse_is_variable(name, strlen(name))
		       ? 0
		       : json_file_error(file, JSON_AT_VALUE, err,
				 "'%s' (not shown) is not a variable's name, expected letters, "
				 "digits "
				 "and '_'",
				 key);
}

static int check_host(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	if (check_text(file, key, value, err) < 0)
		return -1;
	return parse_check(BERTH_FIELD_HOST, json_string_value(value), 1, err) < 0
		       ? json_file_wrap(file, JSON_AT_VALUE, err)
		       : 0;
}

static int check_url(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	if (check_text(file, key, value, err) < 0)
		return -1;
	char *url = server_url(json_string_value(value), err);
	free(url);
	return url ? 0 : json_file_wrap(file, JSON_AT_VALUE, err);
}

static int check_user(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	if (check_text(file, key, value, err) < 0)
		return -1;
	const char *user = json_string_value(value);
	return is_line(user) && !strchr(user, ':')
		       ? 0
		       : json_file_error(file, JSON_AT_VALUE, err,
				 "'user' has a ':' or a control character in it, expected the name "
				 "alone");
}

static int check_program(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	return json_is_string(value) ? check_text(file, key, value, err)
				     : check_command(file, key, value, err);
}

/* Which of them are secrets only the program knows. */
static int check_own(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	struct strings values = {0};
	int status = json_is_object(value)
			     ? json_field_values(file, BERTH_FIELD_SET, value, NULL, &values, err)
			     : json_wrong_type(
				       file, key, value, "an object { \"NAME\": \"VALUE\" }", err);
	strings_release(&values);
	return status;
}

static int check_flag(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	return json_is_boolean(value) ? 0 : json_wrong_type(file, key, value, "true or false", err);
}

/* Those of the request itself are berth's. */
static const char *const own_headers[] = {"Host", "Content-Length", "Content-Type",
	"Transfer-Encoding", "Connection", "Accept", "Accept-Encoding", "Expect", "Upgrade", "TE",
	"Trailer"};

static int check_header_name(struct json_file *file, const char *name, struct berth_error *err)
{
	bool good = *name != '\0';
	for (const char *p = name; *p && good; p++)
		good = isalnum((unsigned char)*p) || strchr("!#$%&'*+-.^_`|~", *p);
	if (!good)
		return json_file_error(file, JSON_AT_KEY, err,
			"header '%s' is no name, expected for example X-Api-Key", name);
	for (size_t i = 0; i < sizeof own_headers / sizeof *own_headers; i++) {
		if (strcasecmp(own_headers[i], name) == 0)
			return json_file_error(file, JSON_AT_KEY, err,
				"header '%s' is set by berth itself, expected another", name);
	}
	return 0;
}

static int check_header(
	struct json_file *file, const char *name, const json_t *value, struct berth_error *err)
{
	static const char *const right[] = {"env", "file", "cmd", NULL};
	const char *key;
	json_t *element;
	if (check_header_name(file, name, err) < 0)
		return -1;
	if (json_is_string(value)) {
		if (!is_line(json_string_value(value)))
			return json_file_error(file, JSON_AT_VALUE, err,
				"'%s' has control characters in it, expected one line of text",
				name);
		return check_private(
			file, name, "{\"env\": ...}, {\"file\": ...} or {\"cmd\": [...]}", err);
	}
	if (!json_is_object(value) || json_object_size(value) != 1)
		return json_wrong_type(file, name, value,
			"one of {\"env\": \"NAME\"}, {\"file\": \"PATH\"}, {\"cmd\": [...]}", err);
	json_object_foreach((json_t *)value, key, element)
	{
		int status;
		json_enter_key(file, key);
		if (strcmp(key, "env") == 0)
			status = check_variable(file, key, element, err);
		else if (strcmp(key, "file") == 0)
			status = check_text(file, key, element, err);
		else if (strcmp(key, "cmd") == 0)
			status = check_command(file, key, element, err);
		else
			status = json_unknown_key(file, key, right, err);
		if (status < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

static int check_headers(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err)
{
	const char *name;
	json_t *element;
	if (!json_is_object(value))
		return json_wrong_type(file, key, value, "an object", err);
	json_object_foreach((json_t *)value, name, element)
	{
		json_enter_key(file, name);
		if (check_header(file, name, element, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

typedef int check_fn(
	struct json_file *file, const char *key, const json_t *value, struct berth_error *err);

/* Of another kind than the row is for, it is a text. */
static const struct {
	struct berth_config_key key;
	const char *kind; /* that `check` is for; NULL: any */
	check_fn *check;
} rows[] = {
	{{"kind", "KIND", "what it is"}, NULL, check_text},
	{{"host", "URL", "Docker endpoint: unix:// or tcp://"}, NULL, check_host},
	{{"url", "URL", "address of the server: http:// or https://"}, NULL, check_url},
	{{"email", "TEXT", "whom to log in as"}, NULL, check_text},
	{{"token", "TEXT",
		 "a bearer token, or a login's (mist), in a file that only its owner can read"},
		NULL, check_secret},
	{{"token_env", "VARIABLE", "the environment variable that holds the token"}, NULL,
		check_variable},
	{{"token_file", "FILE", "the file whose first line is the token"}, NULL, check_text},
	{{"token_cmd", "[PROGRAM, ARGUMENT]", "the command that prints the token"}, NULL,
		check_command},
	{{"user", "NAME", "of basic authentication"}, NULL, check_user},
	{{"password", "TEXT", "a password, in a file that only its owner can read"}, NULL,
		check_secret},
	{{"password_env", "VARIABLE", "the environment variable that holds the password"}, NULL,
		check_variable},
	{{"password_file", "FILE", "the file whose first line is the password"}, NULL, check_text},
	{{"password_cmd", "[PROGRAM, ARGUMENT]", "the command that prints the password"}, NULL,
		check_command},
	{{"headers", "{NAME: ...}",
		 "headers of one's own: {\"env\"}, {\"file\"} or {\"cmd\"}, or a text in a file "
		 "that "
		 "only its owner can read"},
		NULL, check_headers},
	{{"ca_file", "FILE", "PEM: the authority that signed the server's certificate"}, NULL,
		check_text},
	{{"cert_file", "FILE", "PEM: a certificate to show"}, NULL, check_text},
	{{"key_file", "FILE", "PEM: the key of that certificate"}, NULL, check_text},
	{{"insecure", "true|false", "certificates are not checked, and the header says so"}, NULL,
		check_flag},
	{{"docker_host", "URL",
		 "the Docker engine of that server, where a container is looked up when a stream "
		 "broke"},
		NULL, check_host},
	{{"command", "PROGRAM",
		 "the program, on the PATH or by its path, or a list of it and its arguments"},
		NULL, check_program},
	{{"set", "{NAME: VALUE}", "values of its own fields, as --set gives them"}, NULL,
		check_own},
	{{"protected", "true|false", "each deployment there is confirmed by typing its name"}, NULL,
		check_flag},
};
#define ROWS (sizeof rows / sizeof *rows)

int target_key_check(struct json_file *file, const char *kind, const char *key, const json_t *value,
	struct berth_error *err)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].key.name, key) == 0 &&
			(!rows[i].kind || strcmp(rows[i].kind, kind) == 0))
			return rows[i].check(file, key, value, err);
	}
	return check_text(file, key, value, err);
}

const struct berth_config_key *berth_target_key(const char *name)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (strcmp(rows[i].key.name, name) == 0)
			return &rows[i].key;
	}
	return NULL;
}

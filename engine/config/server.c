#include "config/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "config/json_file.h"
#include "config/paths.h"
#include "config/strings.h"

void secret_release(struct berth_secret *secret)
{
	if (secret->source)
		explicit_bzero(secret->source, strlen(secret->source));
	free(secret->source);
	for (size_t i = 0; secret->argv && secret->argv[i]; i++)
		free(secret->argv[i]);
	free(secret->argv);
	*secret = (struct berth_secret){0};
}

void server_free(struct berth_server *server)
{
	if (!server)
		return;
	secret_release(&server->token);
	secret_release(&server->password);
	for (size_t i = 0; i < server->header_count; i++) {
		free(server->headers[i].name);
		secret_release(&server->headers[i].value);
	}
	free(server->headers);
	free(server->url);
	free(server->ca_file);
	free(server->cert_file);
	free(server->key_file);
	free(server->user);
	free(server->email);
	free(server->docker_host);
	free(server);
}

int secret_copy(
	struct berth_secret *copy, const struct berth_secret *secret, struct berth_error *err)
{
	size_t count = 0;
	copy->from = secret->from;
	if (string_copy(&copy->source, secret->source, err) < 0)
		return -1;
	if (!secret->argv)
		return 0;
	while (secret->argv[count])
		count++;
	copy->argv = calloc(count + 1, sizeof *copy->argv);
	if (!copy->argv)
		return string_no_memory(err);
	for (size_t i = 0; i < count; i++) {
		if (string_copy(&copy->argv[i], secret->argv[i], err) < 0)
			return -1;
	}
	return 0;
}

static int headers_copy(
	struct berth_server *copy, const struct berth_server *server, struct berth_error *err)
{
	copy->headers = calloc(server->header_count + 1, sizeof *copy->headers);
	if (!copy->headers)
		return string_no_memory(err);
	for (size_t i = 0; i < server->header_count; i++) {
		struct berth_header *header = &copy->headers[copy->header_count++];
		if (string_copy(&header->name, server->headers[i].name, err) < 0 ||
			secret_copy(&header->value, &server->headers[i].value, err) < 0)
			return -1;
	}
	return 0;
}

int server_copy(
	struct berth_server **copy, const struct berth_server *server, struct berth_error *err)
{
	*copy = NULL;
	if (!server)
		return 0;
	struct berth_server *made = calloc(1, sizeof *made);
	if (!made)
		return string_no_memory(err);
	made->insecure = server->insecure;
	if (string_copy(&made->url, server->url, err) < 0 ||
		string_copy(&made->ca_file, server->ca_file, err) < 0 ||
		string_copy(&made->cert_file, server->cert_file, err) < 0 ||
		string_copy(&made->key_file, server->key_file, err) < 0 ||
		string_copy(&made->user, server->user, err) < 0 ||
		string_copy(&made->email, server->email, err) < 0 ||
		string_copy(&made->docker_host, server->docker_host, err) < 0 ||
		secret_copy(&made->token, &server->token, err) < 0 ||
		secret_copy(&made->password, &server->password, err) < 0 ||
		headers_copy(made, server, err) < 0) {
		server_free(made);
		return -1;
	}
	*copy = made;
	return 0;
}

/* One of the four ways to name a secret. */
static int take_secret(struct berth_secret *secret, enum berth_secret_from from,
	const json_t *value, const char *folder, struct berth_error *err)
{
	secret->from = from;
	if (from == BERTH_SECRET_FILE)
		return path_absolute(&secret->source, folder, json_string_value(value), err);
	if (from != BERTH_SECRET_COMMAND)
		return string_copy(&secret->source, json_string_value(value), err);
	secret->argv = calloc(json_array_size(value) + 1, sizeof *secret->argv);
	if (!secret->argv)
		return string_no_memory(err);
	for (size_t i = 0; i < json_array_size(value); i++) {
		if (string_copy(
			    &secret->argv[i], json_string_value(json_array_get(value, i)), err) < 0)
			return -1;
	}
	return 0;
}

static const struct {
	const char *suffix; /* behind "token" and "password" */
	const char *member; /* of a header's value; NULL: the value is a text itself */
	enum berth_secret_from from;
} ways[] = {
	{"", NULL, BERTH_SECRET_TEXT},
	{"_env", "env", BERTH_SECRET_VARIABLE},
	{"_file", "file", BERTH_SECRET_FILE},
	{"_cmd", "cmd", BERTH_SECRET_COMMAND},
};
#define WAYS (sizeof ways / sizeof *ways)

int secret_read(struct berth_secret *secret, struct json_file *file, const json_t *value,
	const char *what, const char *folder, struct berth_error *err)
{
	char first[32] = "";
	for (size_t i = 0; i < WAYS; i++) {
		char key[32];
		snprintf(key, sizeof key, "%s%s", what, ways[i].suffix);
		const json_t *named = json_object_get(value, key);
		if (!named)
			continue;
		if (first[0]) {
			json_enter_key(file, key);
			return json_file_error(file, JSON_AT_KEY, err,
				"'%s' and '%s' name the %s twice, expected one of them", first, key,
				what);
		}
		snprintf(first, sizeof first, "%s", key);
		if (take_secret(secret, ways[i].from, named, folder, err) < 0)
			return -1;
	}
	return 0;
}

static int read_headers(struct berth_server *server, const json_t *headers, const char *folder,
	struct berth_error *err)
{
	const char *name;
	json_t *value;
	server->headers = calloc(json_object_size(headers) + 1, sizeof *server->headers);
	if (!server->headers)
		return string_no_memory(err);
	json_object_foreach((json_t *)headers, name, value)
	{
		struct berth_header *header = &server->headers[server->header_count++];
		if (string_copy(&header->name, name, err) < 0)
			return -1;
		for (size_t i = 0; i < WAYS; i++) {
			const json_t *named = ways[i].member
						      ? json_object_get(value, ways[i].member)
					      : json_is_string(value) ? value
								      : NULL;
			if (named &&
				take_secret(&header->value, ways[i].from, named, folder, err) < 0)
				return -1;
		}
	}
	return 0;
}

static int refuse_key(
	struct json_file *file, const char *key, struct berth_error *err, const char *why)
{
	json_enter_key(file, key);
	return json_file_error(file, JSON_AT_KEY, err, "%s", why);
}

static bool has_header(const struct berth_server *server, const char *name)
{
	for (size_t i = 0; i < server->header_count; i++) {
		const char *other = server->headers[i].name;
		if (other && strcasecmp(other, name) == 0)
			return true;
	}
	return false;
}

/* Of a server with a login: e-mail and password are sent once, then its cookie. */
static int check_login(
	const struct berth_server *server, struct json_file *file, struct berth_error *err)
{
	bool password = server->password.from != BERTH_SECRET_NONE;
	if (server->email && !password)
		return refuse_key(file, "email", err,
			"'email' has no password, expected 'password_env', 'password_file' or "
			"'password_cmd' with it");
	if (password && !server->email)
		return json_file_error(file, JSON_AT_VALUE, err,
			"there is a password and no 'email', expected both or a token");
	if (server->token.from != BERTH_SECRET_NONE && server->email)
		return refuse_key(file, "email", err,
			"there are a token and an 'email', expected one of them: a token is what "
			"a login would give");
	if (has_header(server, "Cookie"))
		return refuse_key(file, "headers", err,
			"'headers' has a Cookie, which berth sets itself, expected 'email' and a "
			"password, or a token");
	return 0;
}

static int check_credentials(
	const struct berth_server *server, struct json_file *file, struct berth_error *err)
{
	bool token = server->token.from != BERTH_SECRET_NONE;
	bool password = server->password.from != BERTH_SECRET_NONE;
	if (server->user && !password)
		return refuse_key(file, "user", err,
			"'user' has no password, expected 'password_env', 'password_file' or "
			"'password_cmd' with it");
	if (password && !server->user)
		return json_file_error(file, JSON_AT_VALUE, err,
			"there is a password and no 'user', expected both or a token");
	if (token && server->user)
		return refuse_key(file, "user", err,
			"there are a token and a 'user', expected one of them: both are sent as "
			"Authorization");
	if ((token || server->user) && has_header(server, "Authorization"))
		return refuse_key(file, "headers", err,
			"'headers' has an Authorization and so has the token or 'user', expected "
			"one of them");
	return 0;
}

/* What would have no effect is refused: whoever wrote it counts on it. */
static int check_tls(
	const struct berth_server *server, struct json_file *file, struct berth_error *err)
{
	const struct {
		const char *key;
		bool there;
	} keys[] = {{"ca_file", server->ca_file}, {"cert_file", server->cert_file},
		{"key_file", server->key_file}, {"insecure", server->insecure}};
	bool tls = strncmp(server->url, "https:", 6) == 0;
	for (size_t i = 0; i < sizeof keys / sizeof *keys && !tls; i++) {
		if (!keys[i].there)
			continue;
		json_enter_key(file, keys[i].key);
		return json_file_error(file, JSON_AT_KEY, err,
			"'%s' has no meaning for 'http://', expected a 'url' with 'https://'",
			keys[i].key);
	}
	if (server->key_file && !server->cert_file)
		return refuse_key(file, "key_file", err,
			"'key_file' has no certificate, expected 'cert_file' with it");
	if (server->ca_file && server->insecure)
		return refuse_key(file, "insecure", err,
			"'insecure' checks no certificate and 'ca_file' says how to, expected one "
			"of them");
	return 0;
}

static int read_paths(struct berth_server *server, const json_t *value, const char *folder,
	struct berth_error *err)
{
	const struct {
		const char *key;
		char **path;
	} paths[] = {{"ca_file", &server->ca_file}, {"cert_file", &server->cert_file},
		{"key_file", &server->key_file}};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		const char *text = json_string_value(json_object_get(value, paths[i].key));
		if (text && path_absolute(paths[i].path, folder, text, err) < 0)
			return -1;
	}
	return 0;
}

static int read_all(struct berth_server *server, struct json_file *file, const json_t *value,
	const char *folder, struct berth_error *err)
{
	server->url = server_url(json_string_value(json_object_get(value, "url")), err);
	server->insecure = json_is_true(json_object_get(value, "insecure"));
	if (!server->url ||
		string_copy(&server->user, json_string_value(json_object_get(value, "user")), err) <
			0 ||
		string_copy(&server->email, json_string_value(json_object_get(value, "email")),
			err) < 0 ||
		string_copy(&server->docker_host,
			json_string_value(json_object_get(value, "docker_host")), err) < 0 ||
		read_paths(server, value, folder, err) < 0 ||
		secret_read(&server->token, file, value, "token", folder, err) < 0 ||
		secret_read(&server->password, file, value, "password", folder, err) < 0 ||
		read_headers(server, json_object_get(value, "headers"), folder, err) < 0)
		return -1;
	const char *kind = json_string_value(json_object_get(value, "kind"));
	bool login = kind && strcmp(kind, "mist") == 0;
	if ((login ? check_login : check_credentials)(server, file, err) < 0)
		return -1;
	return check_tls(server, file, err);
}

int server_read(struct berth_server **server, struct json_file *file, const json_t *value,
	const char *folder, struct berth_error *err)
{
	*server = calloc(1, sizeof **server);
	if (!*server)
		return string_no_memory(err);
	if (read_all(*server, file, value, folder, err) < 0) {
		server_free(*server);
		*server = NULL;
		return -1;
	}
	return 0;
}

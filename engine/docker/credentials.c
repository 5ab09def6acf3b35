#include "docker/credentials.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "docker/base64.h"
#include "docker/config_file.h"

#define HUB_KEY "https://index.docker.io/v1/"

/* Further names under which helpers and entries for Docker Hub are found in the wild. */
static const char *const hub_names[] = {"docker.io", "index.docker.io", "registry-1.docker.io"};

static int no_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

static void wipe_text(char *text)
{
	if (!text)
		return;
	explicit_bzero(text, strlen(text));
	free(text);
}

/* Takes the tree. */
static int set_header(struct credentials *credentials, json_t *auth, struct berth_error *err)
{
	size_t len = auth ? json_dumpb(auth, NULL, 0, JSON_COMPACT) : 0;
	char *text = len > 0 ? malloc(len) : NULL;

	if (text && json_dumpb(auth, text, len, JSON_COMPACT) == len)
		credentials->header = base64_url_encode(text, len);
	if (text)
		explicit_bzero(text, len);
	free(text);
	config_file_wipe(auth);
	return credentials->header ? 0 : no_memory(err);
}

static int set_password(struct credentials *credentials, const char *user, const char *password,
	struct berth_error *err)
{
	return set_header(credentials,
		json_pack("{s:s, s:s, s:s}", "username", user, "password", password,
			"serveraddress", credentials->key),
		err);
}

static int set_token(struct credentials *credentials, const char *name, const char *token,
	struct berth_error *err)
{
	return set_header(credentials,
		json_pack("{s:s, s:s}", name, token, "serveraddress", credentials->key), err);
}

static bool is_hub(const struct credentials *credentials)
{
	return strcmp(credentials->key, HUB_KEY) == 0;
}

static bool is_name_of(const struct credentials *credentials, const char *host, size_t len)
{
	if (strlen(credentials->key) == len && memcmp(credentials->key, host, len) == 0)
		return true;
	for (size_t i = 0; is_hub(credentials) && i < sizeof(hub_names) / sizeof(hub_names[0]); i++)
		if (strlen(hub_names[i]) == len && memcmp(hub_names[i], host, len) == 0)
			return true;
	return false;
}

/* The member for the registry: by its key, else by the host of an address that names it. */
static const json_t *find_member(const struct credentials *credentials, const json_t *object)
{
	const json_t *exact = json_object_get(object, credentials->key);
	const char *name;
	json_t *value;

	if (exact)
		return exact;
	json_object_foreach((json_t *)object, name, value)
	{
		const char *host = strstr(name, "://");

		host = host ? host + 3 : name;
		if (is_name_of(credentials, host, strcspn(host, "/")))
			return value;
	}
	return NULL;
}

static int take_pair(struct credentials *credentials, const char *encoded, struct berth_error *err)
{
	size_t len = 0;
	char *text = base64_decode(encoded, &len);
	char *colon = text ? memchr(text, ':', len) : NULL;
	int status;

	if (!colon) {
		status = berth_error_set(err, BERTH_E_USAGE, 0,
			"the entry for '%s' in the Docker configuration is damaged",
			credentials->key);
		berth_error_hint(err, "log in again with docker login");
	} else {
		*colon = '\0';
		status = set_password(credentials, text, colon + 1, err);
	}
	if (text) {
		explicit_bzero(text, len);
		free(text);
	}
	return status;
}

static int take_entry(struct credentials *credentials, const json_t *entry, struct berth_error *err)
{
	const char *identity = config_file_text(entry, "identitytoken");
	const char *token = config_file_text(entry, "registrytoken");
	const char *pair = config_file_text(entry, "auth");
	const char *user = config_file_text(entry, "username");

	if (*identity)
		return set_token(credentials, "identitytoken", identity, err);
	if (*token)
		return set_token(credentials, "registrytoken", token, err);
	if (*pair)
		return take_pair(credentials, pair, err);
	if (*user)
		return set_password(credentials, user, config_file_text(entry, "password"), err);
	return 0;
}

static int take_helper(struct credentials *credentials, const char *name, struct berth_error *err)
{
	/* A slash would make a path of it, and run something that is no helper. */
	if (strlen(name) >= sizeof(credentials->helper) || strchr(name, '/'))
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"'%s' in the Docker configuration is no name of a credential helper", name);
	snprintf(credentials->helper, sizeof(credentials->helper), "%s", name);
	return 0;
}

static int take_config(struct credentials *credentials, const json_t *root, struct berth_error *err)
{
	const json_t *helper = find_member(credentials, json_object_get(root, "credHelpers"));
	const char *name = json_string_value(helper);

	if (!name || !*name)
		name = config_file_text(root, "credsStore");
	if (*name)
		return take_helper(credentials, name, err);
	return take_entry(
		credentials, find_member(credentials, json_object_get(root, "auths")), err);
}

int credentials_find(struct credentials *credentials, const char *registry, struct berth_error *err)
{
	struct berth_error wrong;
	cleanup_free char *path = config_file_path("config.json", &wrong);
	json_t *root;
	int status;

	memset(credentials, 0, sizeof(*credentials));
	snprintf(credentials->key, sizeof(credentials->key), "%s",
		strcmp(registry, "docker.io") == 0 ? HUB_KEY : registry);
	if (!path)
		return wrong.code == BERTH_E_OK ? 0 : no_memory(err);
	status = config_file_load(&root, path, err);
	if (status <= 0)
		return status;
	status = take_config(credentials, root, err);
	config_file_wipe(root);
	return status;
}

void credentials_release(struct credentials *credentials)
{
	wipe_text(credentials->header);
	memset(credentials, 0, sizeof(*credentials));
}

int credentials_take_output(
	struct credentials *credentials, const char *output, size_t len, struct berth_error *err)
{
	json_t *root = json_loadb(output, len, 0, NULL);
	const char *user = config_file_text(root, "Username");
	const char *secret = config_file_text(root, "Secret");
	int status;

	if (!*secret)
		status = berth_error_set(
			err, BERTH_E_PROTOCOL, 0, "its answer holds no credentials");
	else if (strcmp(user, "<token>") == 0)
		status = set_token(credentials, "identitytoken", secret, err);
	else
		status = set_password(credentials, user, secret, err);
	config_file_wipe(root);
	return status;
}

char *credentials_secret(const char *header)
{
	static const char *const names[] = {"password", "identitytoken", "registrytoken"};
	size_t len;
	char *text = header ? base64_decode(header, &len) : NULL, *secret = NULL;
	json_t *root = text ? json_loadb(text, len, 0, NULL) : NULL;

	for (size_t i = 0; !secret && i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = config_file_text(root, names[i]);

		secret = *value ? strdup(value) : NULL;
	}
	if (text)
		explicit_bzero(text, len);
	free(text);
	config_file_wipe(root);
	return secret;
}

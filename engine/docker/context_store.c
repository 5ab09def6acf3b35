#include "docker/context_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/sha256.h"
#include "docker/config_file.h"

int context_current(char **name, struct berth_error *err)
{
	struct berth_error wrong;
	cleanup_free char *path = config_file_path("config.json", &wrong);
	json_t *root;
	const char *current;
	int found;

	*name = NULL;
	if (!path) {
		if (wrong.code == BERTH_E_OK)
			return 0;
		if (err)
			*err = wrong;
		return -1;
	}
	found = config_file_load(&root, path, err);
	if (found <= 0)
		return found;
	current = config_file_text(root, "currentContext");
	if (*current)
		*name = strdup(current);
	found = *current != '\0';
	config_file_wipe(root);
	if (found && !*name)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return found;
}

static int take_file(char **file, const char *folder, const char *name, struct berth_error *err)
{
	cleanup_free char *path = NULL;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		path = NULL;
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	}
	if (access(path, F_OK) < 0)
		return 0;
	*file = path;
	path = NULL;
	return 0;
}

int context_load_tls(struct context *context, const char *folder, struct berth_error *err)
{
	if (take_file(&context->ca_file, folder, "ca.pem", err) < 0 ||
		take_file(&context->cert_file, folder, "cert.pem", err) < 0 ||
		take_file(&context->key_file, folder, "key.pem", err) < 0)
		return -1;
	if (!context->cert_file == !context->key_file)
		return 0;
	return berth_error_set(err, BERTH_E_USAGE, 0, "'%s' holds '%s' without '%s'", folder,
		context->cert_file ? "cert.pem" : "key.pem",
		context->cert_file ? "key.pem" : "cert.pem");
}

static int load_meta(
	struct context *context, const char *name, const char *path, struct berth_error *err)
{
	json_t *root, *docker;
	int found = config_file_load(&root, path, err);

	if (found < 0)
		return berth_error_wrap(err, "context '%s'", name);
	if (found == 0) {
		berth_error_set(err, BERTH_E_USAGE, 0, "there is no Docker context '%s'", name);
		return berth_error_hint(err, "docker context ls shows the ones there are");
	}
	docker = json_object_get(json_object_get(root, "Endpoints"), "docker");
	if (json_is_true(json_object_get(docker, "SkipTLSVerify"))) {
		berth_error_set(err, BERTH_E_USAGE, 0,
			"context '%s' switches the check of the server's certificate off", name);
		berth_error_hint(err, "give the context the server's ca.pem");
		found = -1;
	} else if (!*config_file_text(docker, "Host")) {
		berth_error_set(err, BERTH_E_USAGE, 0, "context '%s' names no Docker host", name);
		berth_error_hint(err, "docker context inspect %s shows it", name);
		found = -1;
	} else {
		context->host = strdup(config_file_text(docker, "Host"));
		if (!context->host)
			found = berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	}
	config_file_wipe(root);
	return found < 0 ? -1 : 0;
}

int context_load(struct context *context, const char *name, struct berth_error *err)
{
	struct berth_error wrong;
	cleanup_free char *meta = NULL;
	cleanup_free char *tls = NULL;
	char hex[SHA256_HEX_SIZE], tail[128];

	memset(context, 0, sizeof(*context));
	sha256_hex(hex, name, strlen(name));
	snprintf(tail, sizeof(tail), "contexts/meta/%s/meta.json", hex);
	meta = config_file_path(tail, &wrong);
	snprintf(tail, sizeof(tail), "contexts/tls/%s/docker", hex);
	tls = config_file_path(tail, &wrong);
	if ((!meta || !tls) && wrong.code == BERTH_E_OK)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"there is no Docker context '%s': neither DOCKER_CONFIG nor HOME is set",
			name);
	if (!meta || !tls)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (load_meta(context, name, meta, err) < 0)
		return -1;
	return context_load_tls(context, tls, err);
}

void context_release(struct context *context)
{
	free(context->host);
	free(context->ca_file);
	free(context->cert_file);
	free(context->key_file);
	memset(context, 0, sizeof(*context));
}

#include "image/bases.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "docker/auth.h"
#include "docker/base64.h"
#include "docker/client.h"
#include "docker/config_file.h"
#include "docker/image.h"
#include "docker/layers.h"
#include "docker/reference.h"
#include "loop/net.h"
#include "loop/timer.h"

#define MAX_TRIES 3
/* What the engine looks for when it comes to Docker Hub. */
#define HUB_KEY "https://index.docker.io/v1/"

struct bases {
	struct docker *docker;
	struct bases_setup setup;
	size_t next; /* image */
	struct reference reference;
	unsigned tries;
	struct layers layers;
	struct docker_op *op;
	struct auth *auth;
	struct timer *turn; /* the next step, from a turn of its own */
	bool cancelled;
	json_t *config;
	struct berth_error error;
};

static void say(struct bases *bases, enum berth_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void say(struct bases *bases, enum berth_level level, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	bases->setup.note(bases->setup.context, level, text);
}

static char *encode_config(struct bases *bases)
{
	size_t len = json_object_size(bases->config)
			     ? json_dumpb(bases->config, NULL, 0, JSON_COMPACT)
			     : 0;
	char *text = len ? malloc(len) : NULL, *encoded = NULL;

	if (text && json_dumpb(bases->config, text, len, JSON_COMPACT) == len)
		encoded = base64_url_encode(text, len);
	if (text)
		explicit_bzero(text, len);
	free(text);
	return encoded;
}

static void finish(struct bases *bases)
{
	bool failed = bases->error.code != BERTH_E_OK;
	char *config = failed ? NULL : encode_config(bases);

	bases->setup.done(bases->setup.context, config, failed ? &bases->error : NULL);
	if (config)
		explicit_bzero(config, strlen(config));
	free(config);
	timer_close(bases->turn);
	config_file_wipe(bases->config);
	free(bases);
}

static void go_on(struct bases *bases)
{
	timer_start(bases->turn, 0);
}

static void image_is_there(struct bases *bases)
{
	bases->next++;
	bases->tries = 0;
	go_on(bases);
}

/* --- credentials for the builder --- */

static void keep_credentials(struct bases *bases, const char *header)
{
	size_t len;
	char *text = header ? base64_decode(header, &len) : NULL;
	json_t *entry = text ? json_loadb(text, len, 0, NULL) : NULL;
	bool hub = strcmp(bases->reference.registry, "docker.io") == 0;

	if (entry)
		json_object_set_new(
			bases->config, hub ? HUB_KEY : bases->reference.registry, entry);
	if (text)
		explicit_bzero(text, len);
	free(text);
}

/* --- pulling --- */

static void find_credentials(struct bases *bases);

static void pull_progress(void *context, const struct json_t *value)
{
	struct bases *bases = context;

	if (layers_update(&bases->layers, value, clock_mono_ms()))
		bases->setup.progress(bases->setup.context, bases->layers.fraction,
			bases->layers.list, bases->layers.count);
}

static void pulled(void *context, const struct berth_error *err)
{
	struct bases *bases = context;

	bases->op = NULL;
	if (!err) {
		say(bases, BERTH_INFO, "Base image %s is there", bases->reference.familiar);
		image_is_there(bases);
		return;
	}
	if (!bases->cancelled && image_pull_retryable(err) && ++bases->tries < MAX_TRIES) {
		say(bases, BERTH_WARN, "The pull of '%s' broke off; try %u of %d: %s",
			bases->reference.familiar, bases->tries + 1, MAX_TRIES, err->message);
		find_credentials(bases);
		return;
	}
	bases->error = *err;
	if (err->code != BERTH_E_CANCELLED)
		berth_error_wrap(
			&bases->error, "cannot pull base image '%s'", bases->reference.familiar);
	finish(bases);
}

static void pull(struct bases *bases, const char *header)
{
	layers_init(&bases->layers);
	bases->op = image_pull(bases->docker,
		&(struct image_pull_request){
			.reference = bases->reference.familiar,
			.platform = bases->setup.platform,
			.auth = header,
			.on_progress = pull_progress,
			.done = pulled,
			.context = bases,
		},
		&bases->error);
	if (!bases->op)
		finish(bases);
}

static void auth_known(
	void *context, const char *header, const char *note, const struct berth_error *err)
{
	struct bases *bases = context;

	bases->auth = NULL;
	if (err && err->code == BERTH_E_CANCELLED) {
		bases->error = *err;
		finish(bases);
		return;
	}
	if (err)
		say(bases, BERTH_WARN, "%s; going on without credentials", err->message);
	else if (note && *note)
		say(bases, BERTH_DEBUG, "%s", note);
	if (header && bases->setup.credentials)
		bases->setup.credentials(bases->setup.context, header);
	if (bases->setup.pull) {
		pull(bases, header);
		return;
	}
	keep_credentials(bases, header);
	image_is_there(bases);
}

static void find_credentials(struct bases *bases)
{
	bases->auth = auth_find(net_loop(docker_net(bases->docker)), bases->reference.registry,
		auth_known, bases, &bases->error);
	if (!bases->auth)
		finish(bases);
}

static void looked_up(void *context, const struct image_info *info, const struct berth_error *err)
{
	struct bases *bases = context;

	(void)info;
	bases->op = NULL;
	if (!err) {
		image_is_there(bases);
		return;
	}
	if (err->code != BERTH_E_NOT_FOUND) {
		bases->error = *err;
		finish(bases);
		return;
	}
	say(bases, BERTH_INFO, "Pulling base image %s", bases->reference.familiar);
	find_credentials(bases);
}

static void next(void *context)
{
	struct bases *bases = context;

	if (bases->cancelled)
		berth_error_set(&bases->error, BERTH_E_CANCELLED, 0, "cancelled");
	if (bases->cancelled || bases->next == bases->setup.images->count) {
		finish(bases);
		return;
	}
	if (reference_parse(
		    &bases->reference, bases->setup.images->list[bases->next], &bases->error)) {
		finish(bases);
		return;
	}
	if (!bases->setup.pull) {
		find_credentials(bases);
		return;
	}
	bases->op = image_inspect(
		bases->docker, bases->reference.familiar, looked_up, bases, &bases->error);
	if (!bases->op)
		finish(bases);
}

struct bases *bases_start(
	struct docker *docker, const struct bases_setup *setup, struct berth_error *err)
{
	struct bases *bases = calloc(1, sizeof(*bases));

	if (bases)
		bases->config = json_object();
	if (!bases || !bases->config) {
		free(bases);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	bases->docker = docker;
	bases->setup = *setup;
	bases->turn = timer_new(net_loop(docker_net(docker)), next, bases, err);
	if (!bases->turn) {
		json_decref(bases->config);
		free(bases);
		return NULL;
	}
	go_on(bases);
	return bases;
}

void bases_cancel(struct bases *bases)
{
	bases->cancelled = true;
	if (bases->op)
		docker_op_cancel(bases->op);
	if (bases->auth)
		auth_cancel(bases->auth);
}

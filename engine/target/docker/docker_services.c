#include "target/docker/docker_services.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/generate.h>

#include "base/private_folder.h"
#include "base/sha256.h"
#include "compose/compose.h"
#include "docker/named.h"
#include "generate/variables.h"
#include "target/docker/docker_target.h"

/* Values that are as long as what is made for a secret, or for an address with one in it. */
enum { SECRET_LEN = 20 };

static void look_at_container(struct docker_target *t);

void services_fail(struct docker_target *t, const struct berth_error *err, const char *format, ...)
{
	struct berth_error why = *err;
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	berth_error_wrap(&why, "%s", text);
	docker_target_fail(t, STAGE_START, &why);
}

/* --- what is there already --- */

static void look_at_next(struct docker_target *t)
{
	struct services *services = t->services;

	if (++services->at < services->count) {
		look_at_container(t);
		return;
	}
	services->at = 0;
	services_fetch_images(t);
}

static void volume_seen(void *context, const struct named_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct service_up *up = &t->services->all[t->services->at];

	if (!flight_land(t, SLOT_INSPECT))
		return;
	if (err != NULL && err->code != BERTH_E_NOT_FOUND) {
		docker_target_fail(t, STAGE_START, err);
		return;
	}
	up->has_volume = err == NULL;
	if (up->has_volume && strcmp(info->project, t->services->project) != 0)
		docker_target_failf(t, STAGE_START, BERTH_E_CONFLICT,
			"deploy under another --name, or remove the volume if nobody needs it",
			"volume '%s' is there already, and is no part of stack '%s'", up->volume,
			t->services->project);
	else if (up->has_volume && t->services->passwords_are_new)
		docker_target_failf(t, STAGE_START, BERTH_E_CONFLICT,
			"write its variables into " VARIABLES_FILE
			" in the folder, or remove the volume with what is in it",
			"volume '%s' holds the data of an earlier deployment, whose password is "
			"not known here",
			up->volume);
	else
		look_at_next(t);
}

static void container_seen(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct service_up *up = &t->services->all[t->services->at];
	struct berth_error why = {0};

	if (!flight_land(t, SLOT_INSPECT))
		return;
	if (err != NULL && err->code != BERTH_E_NOT_FOUND) {
		docker_target_fail(t, STAGE_START, err);
		return;
	}
	if (err == NULL && (strcmp(info->project, t->services->project) != 0 ||
				   strcmp(info->service, up->service->name) != 0)) {
		docker_target_failf(t, STAGE_START, BERTH_E_CONFLICT, "deploy under another --name",
			"container '%s' is there already, and is no part of stack '%s'",
			up->container, t->services->project);
		return;
	}
	if (err == NULL) {
		snprintf(up->id, sizeof(up->id), "%s", info->id);
		up->runs = info->running;
		up->restarts = info->restart_count;
	}
	flight_start(t, SLOT_INSPECT,
		named_inspect(t->docker, NAMED_VOLUME, up->volume, volume_seen, t, &why),
		flight_cancel_op, STAGE_START, &why);
}

static void look_at_container(struct docker_target *t)
{
	struct berth_error err = {0};

	flight_start(t, SLOT_INSPECT,
		container_inspect(t->docker, t->services->all[t->services->at].container,
			container_seen, t, &err),
		flight_cancel_op, STAGE_START, &err);
}

void services_begin(struct docker_target *t)
{
	plan_begin(&t->plan, STAGE_START, "Looking at what there is of stack '%s'",
		t->services->project);
	t->services->at = 0;
	look_at_container(t);
}

/* --- which there are --- */

static struct services *get(struct docker_target *t)
{
	if (t->services == NULL)
		t->services = calloc(1, sizeof(*t->services));
	return t->services;
}

const char *services_kept_file(struct docker_target *t)
{
	const char *address = docker_endpoint(t->docker)->address;
	struct services *services = get(t);
	char hex[SHA256_HEX_SIZE], name[128];

	if (services == NULL)
		return NULL;
	compose_project_name(services->project, t->request->name);
	/* Two engines have two databases. */
	sha256_hex(hex, address, strlen(address));
	snprintf(name, sizeof(name), "stacks/%s-%.8s.env", services->project, hex);
	services->kept = state_path(name, NULL);
	return services->kept;
}

static int hide(
	struct docker_target *t, const char *name, const char *value, struct berth_error *err)
{
	bool is_secret = strlen(value) >= SECRET_LEN;

	for (size_t i = 0; i < t->services->count; i++)
		is_secret = is_secret || strcmp(t->services->all[i].service->password, name) == 0;
	return is_secret ? t->setup.sink.hide(t->setup.sink.context, name, value, err) : 0;
}

/* A person's own file may be written as some editors do. */
static int read_variables(struct docker_target *t, const char *text, struct berth_error *err)
{
	struct services *services = t->services;
	size_t lines = 1;
	char *rest, *line;

	for (const char *at = text; *at != '\0'; at++)
		lines += *at == '\n';
	services->text = strdup(text);
	services->names = calloc(lines, sizeof(char *));
	services->values = calloc(lines, sizeof(char *));
	if (services->text == NULL || services->names == NULL || services->values == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	rest = services->text;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *equals = strchr(line, '=');

		line[strcspn(line, "\r")] = '\0';
		if (line[0] == '#' || equals == NULL || equals == line)
			continue;
		*equals = '\0';
		services->names[services->variable_count] = line;
		services->values[services->variable_count++] = equals + 1;
		if (hide(t, line, equals + 1, err) == -1)
			return -1;
	}
	return 0;
}

static void add(struct services *services, const struct service *service)
{
	struct service_up *up = &services->all[services->count++];

	up->service = service;
	snprintf(up->volume, sizeof(up->volume), "%s_%s-data", services->project, service->name);
	snprintf(up->container, sizeof(up->container), "%s-%s-1", services->project, service->name);
}

static const char *text_of(const struct berth_generation *generation)
{
	for (size_t i = 0; i < generation->file_count; i++) {
		const struct berth_generated *file = &generation->files[i];

		if (strcmp(file->path, VARIABLES_FILE) == 0)
			return file->state == BERTH_FILE_SAME ? file->there : file->text;
	}
	return NULL;
}

static bool has_own_file(const struct berth_generation *generation)
{
	for (size_t i = 0; i < generation->file_count; i++)
		if (strcmp(generation->files[i].path, VARIABLES_FILE) == 0)
			return generation->files[i].there != NULL;
	return false;
}

int services_plan(
	struct docker_target *t, const struct berth_generation *generation, struct berth_error *err)
{
	const struct berth_detection *detection = generation->detection;
	const char *text = text_of(generation);
	struct services *services = get(t);

	if (services == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	for (size_t i = 0; i < detection->database_count && services->count < SERVICES_MAX; i++)
		if (service_find(detection->databases[i].name) != NULL)
			add(services, service_find(detection->databases[i].name));
	if (services->count == 0 || text == NULL) {
		services_release(t);
		return 0;
	}
	if (has_own_file(generation)) {
		free(services->kept);
		services->kept = NULL;
	} else if (services->kept == NULL) {
		return berth_error_set(err, BERTH_E_NOT_FOUND, 0,
			"there is no place to keep the passwords of its services: neither "
			"XDG_STATE_HOME nor HOME is set");
	}
	services->to_keep = text;
	services->passwords_are_new = generation->passwords_are_new;
	snprintf(services->network, sizeof(services->network), "%s_default", services->project);
	return read_variables(t, text, err);
}

/* --- what others are told --- */

size_t services_variables(
	const struct docker_target *t, const char *const **names, const char *const **values)
{
	if (t->services == NULL)
		return 0;
	*names = t->services->names;
	*values = t->services->values;
	return t->services->variable_count;
}

size_t services_label_part(
	const struct docker_target *t, const char *service, struct container_label *labels)
{
	size_t count = 0;

	labels[count++] = (struct container_label){CONTAINER_LABEL_PROJECT, t->services->project};
	labels[count++] = (struct container_label){CONTAINER_LABEL_SERVICE, service};
	labels[count++] = (struct container_label){"com.docker.compose.oneoff", "False"};
	labels[count++] = (struct container_label){"com.docker.compose.container-number", "1"};
	labels[count++] = (struct container_label){"com.docker.compose.version", "berth"};
	/* Compose shows what has one. It says nothing: were it compose's turn to bring the service
	 * up, it would have to make it anew. */
	labels[count++] = (struct container_label){
		"com.docker.compose.config-hash", t->setup.deployment_id};
	if (t->request->git == NULL)
		labels[count++] = (struct container_label){
			"com.docker.compose.project.working_dir", t->source};
	return count;
}

size_t services_app_labels(const struct docker_target *t, struct container_label *labels)
{
	return t->services != NULL ? services_label_part(t, "app", labels) : 0;
}

const char *services_network(const struct docker_target *t)
{
	return t->services != NULL ? t->services->network : NULL;
}

void services_report(const struct docker_target *t, struct berth_result *result)
{
	const struct services *services = t->services;

	if (services == NULL || services->count == 0)
		return;
	for (size_t i = 0; i < services->count; i++) {
		const struct service_up *up = &services->all[i];
		char text[400];

		if (up->is_well || result->failure != NULL)
			berth_result_add_check(result, up->service->name, up->is_well);
		snprintf(text, sizeof(text), "%s, data in volume %s", up->service->image,
			up->volume);
		berth_result_add_detail(result, "Services", up->service->name, text);
	}
	berth_result_add_detail(result, "Services", "passwords",
		services->kept != NULL ? services->kept : VARIABLES_FILE " in the folder");
}

void services_release(struct docker_target *t)
{
	struct services *services = t->services;

	if (services == NULL)
		return;
	for (size_t i = 0; i < services->variable_count; i++)
		explicit_bzero((char *)services->values[i], strlen(services->values[i]));
	free(services->text);
	free(services->names);
	free(services->values);
	free(services->kept);
	free(services);
	t->services = NULL;
}

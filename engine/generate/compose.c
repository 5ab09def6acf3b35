#include "generate/compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generate/services.h"
#include "generate/variables.h"
#include "generate/yaml.h"

enum { LOW_PORTS = 1024, LOW_PORTS_FROM = 8000, MAX_PATH = 512 };

static const struct service *service_at(const struct berth_detection *detection, size_t i)
{
	return service_find(detection->databases[i].name);
}

/* A Dockerfile of the project's own is built where it stands. */
static void write_build(struct yaml_writer *writer, const struct berth_detection *detection)
{
	const char *path = detection->by == BERTH_DETECTED_DOCKERFILE ? detection->build_file.value
								      : "Dockerfile";
	const char *slash = strrchr(path, '/');
	char context[MAX_PATH];

	snprintf(context, sizeof context, ".%s%.*s", slash ? "/" : "",
		slash ? (int)(slash - path) : 0, path);
	yaml_word(writer, "build");
	yaml_map(writer);
	yaml_pair(writer, "context", context);
	yaml_pair(writer, "dockerfile", slash ? slash + 1 : path);
	yaml_map_end(writer);
}

/* On this machine only: who is to come in from outside is not for a generator to say. */
static void write_port(struct yaml_writer *writer, const char *port)
{
	char text[64];
	long number = strtol(port, NULL, 10);

	snprintf(text, sizeof text, "127.0.0.1:%ld:%ld",
		number < LOW_PORTS ? LOW_PORTS_FROM + number : number, number);
	yaml_word(writer, "ports");
	yaml_list(writer);
	yaml_text(writer, text);
	yaml_list_end(writer);
}

static void write_variables(struct yaml_writer *writer)
{
	yaml_word(writer, "env_file");
	yaml_list(writer);
	yaml_text(writer, VARIABLES_FILE);
	yaml_list_end(writer);
}

static void write_needed(struct yaml_writer *writer, const struct berth_detection *detection)
{
	bool any = false;

	for (size_t i = 0; i < detection->database_count; i++) {
		const struct service *service = service_at(detection, i);
		if (!service)
			continue;
		if (!any) {
			yaml_word(writer, "depends_on");
			yaml_map(writer);
			any = true;
		}
		yaml_word(writer, service->name);
		yaml_map(writer);
		yaml_word(writer, "condition");
		yaml_word(writer, "service_healthy");
		yaml_map_end(writer);
	}
	if (any)
		yaml_map_end(writer);
}

static void write_app(struct yaml_writer *writer, const struct berth_detection *detection,
	const struct recipe *recipe, bool variables)
{
	bool own = detection->by == BERTH_DETECTED_DOCKERFILE;
	const char *port = own ? detection->port.value : recipe->port;

	yaml_word(writer, "app");
	yaml_map(writer);
	write_build(writer, detection);
	/* Whether its first process handles signals is not known of somebody else's image. */
	if (own) {
		yaml_word(writer, "init");
		yaml_word(writer, "true");
	}
	yaml_word(writer, "restart");
	yaml_word(writer, "unless-stopped");
	if (port && *port)
		write_port(writer, port);
	if (variables)
		write_variables(writer);
	write_needed(writer, detection);
	yaml_map_end(writer);
}

static void write_shell(
	struct yaml_writer *writer, const char *key, const char *before, const char *command)
{
	yaml_word(writer, key);
	yaml_list(writer);
	yaml_text(writer, before);
	if (strcmp(before, "CMD-SHELL") != 0)
		yaml_text(writer, "-c");
	yaml_text(writer, command);
	yaml_list_end(writer);
}

static void write_service(struct yaml_writer *writer, const struct service *service)
{
	char volume[MAX_PATH];

	snprintf(volume, sizeof volume, "%s-data:%s", service->name, service->data);
	yaml_word(writer, service->name);
	yaml_map(writer);
	yaml_pair(writer, "image", service->image);
	if (service->command)
		write_shell(writer, "command", "/bin/sh", service->command);
	yaml_word(writer, "restart");
	yaml_word(writer, "unless-stopped");
	write_variables(writer);
	yaml_word(writer, "volumes");
	yaml_list(writer);
	yaml_text(writer, volume);
	yaml_list_end(writer);
	yaml_word(writer, "healthcheck");
	yaml_map(writer);
	write_shell(writer, "test", "CMD-SHELL", service->health);
	yaml_pair(writer, "interval", "5s");
	yaml_pair(writer, "timeout", "5s");
	yaml_pair(writer, "start_period", "30s");
	yaml_word(writer, "retries");
	yaml_word(writer, "12");
	yaml_map_end(writer);
	yaml_map_end(writer);
}

static void write_volumes(struct yaml_writer *writer, const struct berth_detection *detection)
{
	bool any = false;
	char name[MAX_PATH];

	for (size_t i = 0; i < detection->database_count; i++) {
		if (!service_at(detection, i))
			continue;
		if (!any) {
			yaml_word(writer, "volumes");
			yaml_map(writer);
			any = true;
		}
		snprintf(name, sizeof name, "%s-data", service_at(detection, i)->name);
		yaml_word(writer, name);
		yaml_map(writer);
		yaml_map_end(writer);
	}
	if (any)
		yaml_map_end(writer);
}

int compose_write(struct buf *out, const struct berth_detection *detection,
	const struct recipe *recipe, bool variables, struct berth_error *err)
{
	struct yaml_writer writer;

	if (yaml_open(&writer, out, err) < 0)
		return -1;
	yaml_map(&writer);
	yaml_word(&writer, "services");
	yaml_map(&writer);
	write_app(&writer, detection, recipe, variables);
	for (size_t i = 0; i < detection->database_count; i++) {
		if (service_at(detection, i))
			write_service(&writer, service_at(detection, i));
	}
	yaml_map_end(&writer);
	write_volumes(&writer, detection);
	yaml_map_end(&writer);
	return yaml_close(&writer);
}

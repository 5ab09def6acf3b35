#include <berth/deployment.h>

#include <stdlib.h>
#include <string.h>

#include "config/parse.h"
#include "config/server.h"
#include "config/strings.h"

static int list_copy(char ***items, size_t *count, char *const *from, size_t from_count)
{
	struct strings copy, source = {(char **)from, from_count};
	if (strings_copy(&copy, &source, NULL) < 0)
		return -1;
	*items = copy.items;
	*count = copy.count;
	return 0;
}

static void list_free(char **items, size_t count)
{
	struct strings list = {items, count};
	strings_release(&list);
}

static int copy_texts(struct berth_deployment *dst, const struct berth_deployment *src)
{
	const struct {
		char **to;
		const char *from;
	} texts[] = {
		{&dst->target, src->target},
		{&dst->kind, src->kind},
		{&dst->host, src->host},
		{&dst->action, src->action},
		{&dst->preset, src->preset},
		{&dst->name, src->name},
		{&dst->folder, src->folder},
		{&dst->git, src->git},
		{&dst->image, src->image},
		{&dst->container, src->container},
		{&dst->platform, src->platform},
		{&dst->dest, src->dest},
		{&dst->restart, src->restart},
		{&dst->root_marker, src->root_marker},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		if (string_copy(texts[i].to, texts[i].from, NULL) < 0)
			return -1;
	}
	return 0;
}

static int copy_ports(struct berth_deployment *dst, const struct berth_deployment *src)
{
	dst->ports = calloc(src->port_count + 1, sizeof *dst->ports);
	if (!dst->ports)
		return -1;
	for (size_t i = 0; i < src->port_count; i++) {
		struct berth_port *port = &dst->ports[dst->port_count++];
		*port = src->ports[i];
		port->name = port->health_path = NULL;
		if (string_copy(&port->name, src->ports[i].name, NULL) < 0 ||
			string_copy(&port->health_path, src->ports[i].health_path, NULL) < 0)
			return -1;
	}
	return 0;
}

static int copy_variables(struct berth_variable **copies, size_t *copied,
	const struct berth_variable *variables, size_t count)
{
	*copies = calloc(count + 1, sizeof **copies);
	if (!*copies)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct berth_variable *variable = &(*copies)[(*copied)++];
		if (string_copy(&variable->name, variables[i].name, NULL) < 0 ||
			string_copy(&variable->value, variables[i].value, NULL) < 0)
			return -1;
	}
	return 0;
}

static int copy_plugin(struct berth_deployment *dst, const struct berth_deployment *src)
{
	size_t count = 0;
	while (src->command && src->command[count])
		count++;
	if (src->command && list_copy(&dst->command, &count, src->command, count) < 0)
		return -1;
	return copy_variables(&dst->own, &dst->own_count, src->own, src->own_count);
}

static int copy_config_files(struct berth_deployment *dst, const struct berth_deployment *src)
{
	dst->config_files = calloc(src->config_file_count + 1, sizeof *dst->config_files);
	if (!dst->config_files)
		return -1;
	for (size_t i = 0; i < src->config_file_count; i++) {
		const struct berth_config_file *from = &src->config_files[i];
		struct berth_config_file *file = &dst->config_files[dst->config_file_count++];
		if (string_copy(&file->file, from->file, NULL) < 0 ||
			list_copy(&file->destinations, &file->destination_count, from->destinations,
				from->destination_count) < 0)
			return -1;
	}
	return 0;
}

static int copy_card(struct berth_deployment *dst, const struct berth_deployment *src)
{
	size_t sections = 0, labels = 0;
	int status = list_copy(&dst->card_section, &sections, src->card_section, src->card_count);
	if (status == 0)
		status = list_copy(&dst->card_label, &labels, src->card_label, src->card_count);
	if (status == 0)
		status = list_copy(
			&dst->card_value, &dst->card_count, src->card_value, src->card_count);
	if (status < 0) {
		list_free(dst->card_section, sections);
		list_free(dst->card_label, labels);
		dst->card_section = dst->card_label = NULL;
	}
	return status;
}

struct berth_deployment *berth_deployment_copy(const struct berth_deployment *deployment)
{
	struct berth_deployment *copy = calloc(1, sizeof *copy);
	if (!copy)
		return NULL;
	copy->build = deployment->build;
	copy->pull = deployment->pull;
	copy->timeout_s = deployment->timeout_s;
	copy->health_s = deployment->health_s;
	copy->rollback = deployment->rollback;
	copy->is_protected = deployment->is_protected;
	copy->replace = deployment->replace;
	if (copy_texts(copy, deployment) < 0 ||
		server_copy(&copy->server, deployment->server, NULL) < 0 ||
		copy_ports(copy, deployment) < 0 || copy_plugin(copy, deployment) < 0 ||
		copy_variables(
			&copy->env, &copy->env_count, deployment->env, deployment->env_count) < 0 ||
		copy_config_files(copy, deployment) < 0 ||
		list_copy(&copy->include, &copy->include_count, deployment->include,
			deployment->include_count) < 0 ||
		list_copy(&copy->exclude, &copy->exclude_count, deployment->exclude,
			deployment->exclude_count) < 0 ||
		copy_card(copy, deployment) < 0) {
		berth_deployment_free(copy);
		return NULL;
	}
	return copy;
}

static void free_texts(struct berth_deployment *deployment)
{
	free(deployment->target);
	free(deployment->kind);
	free(deployment->host);
	free(deployment->action);
	free(deployment->preset);
	free(deployment->name);
	free(deployment->folder);
	free(deployment->git);
	free(deployment->image);
	free(deployment->container);
	free(deployment->platform);
	free(deployment->dest);
	free(deployment->restart);
	free(deployment->root_marker);
}

void berth_deployment_free(struct berth_deployment *deployment)
{
	if (!deployment)
		return;
	free_texts(deployment);
	server_free(deployment->server);
	for (size_t i = 0; i < deployment->port_count; i++)
		port_release(&deployment->ports[i]);
	for (size_t i = 0; i < deployment->env_count; i++)
		variable_release(&deployment->env[i]);
	for (size_t i = 0; i < deployment->own_count; i++)
		variable_release(&deployment->own[i]);
	for (char **word = deployment->command; word && *word; word++)
		free(*word);
	for (size_t i = 0; i < deployment->config_file_count; i++)
		config_file_release(&deployment->config_files[i]);
	free(deployment->ports);
	free(deployment->env);
	free(deployment->own);
	free(deployment->command);
	free(deployment->config_files);
	list_free(deployment->include, deployment->include_count);
	list_free(deployment->exclude, deployment->exclude_count);
	list_free(deployment->card_section, deployment->card_count);
	list_free(deployment->card_label, deployment->card_count);
	list_free(deployment->card_value, deployment->card_count);
	free(deployment);
}

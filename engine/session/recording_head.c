#include "session/recording_head.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <berth/deployment.h>

#include "base/copy.h"

enum { PORTS_MAX = 64 };

static const char *member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static bool take_text(char **to, const json_t *object, const char *name)
{
	const char *value = member(object, name);

	*to = value != NULL ? copy_text(value) : NULL;
	return value == NULL || *to != NULL;
}

static bool take_texts(struct berth_deployment *deployment, const json_t *request)
{
	return take_text(&deployment->target, request, "target") &&
	       take_text(&deployment->kind, request, "kind") &&
	       take_text(&deployment->host, request, "host") &&
	       take_text(&deployment->name, request, "name") &&
	       take_text(&deployment->folder, request, "folder") &&
	       take_text(&deployment->image, request, "image") &&
	       take_text(&deployment->container, request, "container") &&
	       take_text(&deployment->platform, request, "platform");
}

static bool take_server(struct berth_deployment *deployment, const json_t *server)
{
	if (!json_is_object(server))
		return true;
	deployment->server = calloc(1, sizeof(*deployment->server));
	return deployment->server != NULL && take_text(&deployment->server->url, server, "url") &&
	       take_text(&deployment->server->docker_host, server, "docker_host");
}

/* As request.c writes it: "8080:80/udp", "auto from 8080:80", ":5859". */
static void read_port(struct berth_port *port, const char *text)
{
	static const char automatic[] = "auto from ";
	const char *colon = strrchr(text, ':');

	port->automatic = strncmp(text, automatic, sizeof(automatic) - 1) == 0;
	if (port->automatic)
		text += sizeof(automatic) - 1;
	port->published = colon != NULL && colon != text;
	port->host = (int)strtol(text, NULL, 10);
	port->container = colon != NULL ? (int)strtol(colon + 1, NULL, 10) : 0;
	port->udp = strstr(text, "/udp") != NULL;
}

static bool take_ports(struct berth_deployment *deployment, json_t *ports)
{
	const char *name;
	json_t *value;

	if (json_object_size(ports) == 0)
		return true;
	deployment->ports = calloc(PORTS_MAX, sizeof(*deployment->ports));
	if (deployment->ports == NULL)
		return false;
	json_object_foreach(ports, name, value)
	{
		struct berth_port *port = &deployment->ports[deployment->port_count];
		const char *text = member(value, "port");

		if (text == NULL || deployment->port_count == PORTS_MAX)
			continue;
		port->name = copy_text(name);
		if (port->name == NULL)
			return false;
		read_port(port, text);
		deployment->port_count++;
	}
	return true;
}

static bool fill_in(char **text, const char *value)
{
	if (*text == NULL)
		*text = copy_text(value);
	return *text != NULL;
}

/* What everybody may rely on. */
static bool complete(struct berth_deployment *deployment, const char *name, const char *kind)
{
	return fill_in(&deployment->kind, kind) && fill_in(&deployment->target, kind) &&
	       fill_in(&deployment->name, name);
}

struct berth_deployment *recording_stand_in(const char *name, const char *kind)
{
	struct berth_deployment *deployment = calloc(1, sizeof(*deployment));

	if (deployment != NULL)
		deployment->rollback = true;
	if (deployment == NULL || complete(deployment, name, kind))
		return deployment;
	berth_deployment_free(deployment);
	return NULL;
}

static struct berth_deployment *read_request(const json_t *request)
{
	struct berth_deployment *deployment = calloc(1, sizeof(*deployment));

	if (deployment == NULL)
		return NULL;
	deployment->rollback = !json_is_false(json_object_get(request, "rollback"));
	if (take_texts(deployment, request) &&
		take_server(deployment, json_object_get(request, "server")) &&
		take_ports(deployment, json_object_get(request, "ports")) &&
		complete(deployment, "recording", "docker"))
		return deployment;
	berth_deployment_free(deployment);
	return NULL;
}

bool recording_head_read(struct recording_head *head, const char *line, size_t len)
{
	json_t *object = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
	const char *type = member(object, "type");
	json_int_t pid;

	*head = (struct recording_head){0};
	if (type == NULL || strcmp(type, "recording") != 0) {
		json_decref(object);
		return false;
	}
	pid = json_integer_value(json_object_get(object, "pid"));
	head->pid = pid > 0 && pid < INT32_MAX ? (pid_t)pid : 0;
	take_text(&head->deployment_id, object, "deployment_id");
	take_text(&head->version, object, "berth");
	head->deployment = read_request(json_object_get(object, "request"));
	json_decref(object);
	return true;
}

void recording_head_release(struct recording_head *head)
{
	free(head->deployment_id);
	free(head->version);
	berth_deployment_free(head->deployment);
}

/* What a deploy server is asked for, by the words of its own document. */
#include <stdlib.h>
#include <string.h>

#include <berth/nearest.h>

#include "config/parse.h"
#include "config/resolve.h"

int resolve_server_folder(struct build *build, struct berth_error *err)
{
	const char *text = berth_settings_get(build->settings, BERTH_FIELD_FOLDER);
	if (!text || !text[strspn(text, " \t\r\n")])
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"a folder is needed, the %s path on the server: give --folder DIR",
			settings_is_deployer(build->settings) ? "repository's" : "script's");
	return string_copy(&build->deployment->folder, text, err);
}

/* In its request a port is a name and a number of the host; what it is inside is the server's. */
static const struct {
	const char *name;
	int container;
} known[] = {{"frontend", 3000}, {"backend", 8000}, {"ai_server", 8001}, {"mcp_manager", 5859}};
#define KNOWN (sizeof known / sizeof *known)

static int unknown_port(const char *text, const char *name, struct berth_error *err)
{
	const char *names[KNOWN + 1] = {0};
	for (size_t i = 0; i < KNOWN; i++)
		names[i] = known[i].name;
	const char *nearest = berth_nearest(name, names);
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"port '%s' is not one of frontend, backend, ai_server or mcp_manager%s%s%s", text,
		nearest ? ", did you mean '" : ", expected for example ai_server=9123:8001",
		nearest ? nearest : "", nearest ? "'?" : "");
}

/* A port without a name is called after its number, and the number says which it is. */
static int known_port(const struct berth_port *port)
{
	char *end;
	long number = strtol(port->name, &end, 10);
	for (size_t i = 0; i < KNOWN; i++) {
		bool same = *end ? strcmp(known[i].name, port->name) == 0
				 : known[i].container == number;
		if (same)
			return (int)i;
	}
	return -1;
}

static int check_port(struct berth_port *port, const char *text, struct berth_error *err)
{
	int which = known_port(port);
	if (which < 0)
		return unknown_port(text, port->name, err);
	if (!port->published || port->automatic || port->udp)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"port '%s': a server is asked for a number, expected for example "
			"%s=9123:%d",
			text, known[which].name, known[which].container);
	if (port->container != known[which].container)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"port '%s': %s is %d inside and can't be chosen, expected %s=%d:%d", text,
			known[which].name, known[which].container, known[which].name, port->host,
			known[which].container);
	free(port->name);
	return string_copy(&port->name, known[which].name, err);
}

/* The newest port against those before it. */
static int check_twice(
	const struct berth_deployment *deployment, const char *text, struct berth_error *err)
{
	const struct berth_port *port = &deployment->ports[deployment->port_count - 1];
	for (const struct berth_port *other = deployment->ports; other < port; other++) {
		if (strcmp(other->name, port->name) == 0)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"port '%s': %s is asked for twice, expected once", text,
				port->name);
		if (other->host == port->host)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"port '%s': host port %d is used twice, expected another", text,
				port->host);
	}
	return 0;
}

int resolve_server_ports(struct build *build, struct berth_error *err)
{
	struct berth_deployment *deployment = build->deployment;
	size_t count = berth_settings_count(build->settings, BERTH_FIELD_PORT);
	deployment->ports = calloc(count + 1, sizeof *deployment->ports);
	if (!deployment->ports)
		return string_no_memory(err);
	for (size_t i = 0; i < count; i++) {
		const char *text = berth_settings_at(build->settings, BERTH_FIELD_PORT, i);
		struct berth_port *port = &deployment->ports[i];
		if (parse_port(port, text, err) < 0)
			return -1;
		deployment->port_count++;
		if (check_port(port, text, err) < 0)
			return -1;
		if (check_twice(deployment, text, err) < 0)
			return -1;
	}
	return 0;
}

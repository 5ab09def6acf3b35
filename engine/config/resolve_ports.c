#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/parse.h"
#include "config/resolve.h"

static int clash(const struct berth_deployment *deployment, const struct berth_port *port,
	const char *text, struct berth_error *err)
{
	for (size_t i = 0; i < deployment->port_count; i++) {
		const struct berth_port *other = &deployment->ports[i];
		bool fixed = port->published && !port->automatic && other->published &&
			     !other->automatic;
		if (strcmp(other->name, port->name) == 0 && other->udp == port->udp &&
			other->container != port->container)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"port '%s': the name '%s' is used twice, expected a name for each",
				text, port->name);
		if (other->udp != port->udp)
			continue;
		if (other->container == port->container)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"port '%s': container port %d is used twice, expected each once",
				text, port->container);
		if (fixed && other->host == port->host)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"port '%s': host port %d is used twice, write 'auto:%d' for the "
				"next free one",
				text, port->host, port->container);
	}
	return 0;
}

int resolve_ports(struct build *build, struct berth_error *err)
{
	struct berth_deployment *deployment = build->deployment;
	size_t count = berth_settings_count(build->settings, BERTH_FIELD_PORT);
	if (settings_is_server(build->settings))
		return resolve_server_ports(build, err);
	deployment->ports = calloc(count + 1, sizeof *deployment->ports);
	if (!deployment->ports)
		return string_no_memory(err);
	deployment->port_count = 0;
	for (size_t i = 0; i < count; i++) {
		const char *text = berth_settings_at(build->settings, BERTH_FIELD_PORT, i);
		struct berth_port port;
		if (parse_port(&port, text, err) < 0)
			return -1;
		if (clash(deployment, &port, text, err) < 0) {
			port_release(&port);
			return -1;
		}
		deployment->ports[deployment->port_count++] = port;
	}
	return 0;
}

static int set_probe(struct berth_port *port, const struct health *health, struct berth_error *err)
{
	port->probe = health->probe;
	free(port->health_path);
	return string_copy(&port->health_path, health->path, err);
}

static int unknown_port(const struct berth_deployment *deployment, const char *text,
	const char *name, struct berth_error *err)
{
	char list[256] = "";
	size_t used = 0;
	for (size_t i = 0; i < deployment->port_count && used < sizeof list; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s'%s'", i ? ", " : "",
			deployment->ports[i].name);
	return berth_error_set(err, BERTH_E_USAGE, 0, "health '%s': no port is called '%s', %s%s",
		text, name, used ? "expected one of " : "there are no ports", list);
}

static struct berth_port *find_port(struct berth_deployment *deployment, const char *name)
{
	for (size_t i = 0; i < deployment->port_count; i++) {
		if (strcmp(deployment->ports[i].name, name) == 0)
			return &deployment->ports[i];
	}
	return NULL;
}

/* Checks that come with a preset or a file may speak of ports that were replaced above it. */
static bool outlived(const struct berth_settings *settings)
{
	return berth_settings_layer(settings, BERTH_FIELD_HEALTH) <
	       berth_settings_layer(settings, BERTH_FIELD_PORT);
}

static int apply_named(struct build *build, const struct health *health, const char *text,
	bool *named, struct berth_error *err)
{
	struct berth_port *port = find_port(build->deployment, health->port);
	if (!port)
		return outlived(build->settings)
			       ? 0
			       : unknown_port(build->deployment, text, health->port, err);
	if (port->udp && health->probe != BERTH_PROBE_NONE)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"health '%s': '%s' is a UDP port and can't be checked, expected '%s=none'",
			text, port->name, port->name);
	bool *mark = &named[port - build->deployment->ports];
	if (*mark)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"health '%s': port '%s' has a check already, expected one", text,
			port->name);
	*mark = true;
	return set_probe(port, health, err);
}

static int apply_to_rest(struct build *build, const struct health *health, const char *text,
	const bool *named, struct berth_error *err)
{
	struct berth_deployment *deployment = build->deployment;
	if (deployment->port_count == 0 && health->probe != BERTH_PROBE_NONE &&
		!outlived(build->settings) &&
		berth_settings_layer(build->settings, BERTH_FIELD_HEALTH) != BERTH_FROM_PRESET)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"health '%s': there is no port to check, expected --port HOST:CONTAINER",
			text);
	for (size_t i = 0; i < deployment->port_count; i++) {
		struct berth_port *port = &deployment->ports[i];
		if (!named[i] && !port->udp && set_probe(port, health, err) < 0)
			return -1;
	}
	return 0;
}

static int apply(struct build *build, size_t index, bool named_ones, bool *named, bool *rest,
	struct berth_error *err)
{
	const char *text = berth_settings_at(build->settings, BERTH_FIELD_HEALTH, index);
	struct health health;
	int status = 0;
	if (parse_health(&health, text, err) < 0)
		return -1;
	if (health.port && named_ones) {
		status = apply_named(build, &health, text, named, err);
	} else if (!health.port && !named_ones && *rest) {
		status = berth_error_set(err, BERTH_E_USAGE, 0,
			"health '%s': there is a check for all ports already, expected NAME=%s",
			text, text);
	} else if (!health.port && !named_ones) {
		*rest = true;
		status = apply_to_rest(build, &health, text, named, err);
	}
	free(health.port);
	return status;
}

int resolve_health(struct build *build, struct berth_error *err)
{
	struct berth_deployment *deployment = build->deployment;
	size_t ports = deployment->port_count;
	size_t count = berth_settings_count(build->settings, BERTH_FIELD_HEALTH);
	/* Ports that are wrong have been complained of; their checks can't be judged. */
	if (ports != berth_settings_count(build->settings, BERTH_FIELD_PORT))
		return 0;
	bool *named = calloc(ports + 1, sizeof *named);
	bool rest = false;
	int status = 0;
	if (!named)
		return string_no_memory(err);
	for (size_t i = 0; i < ports; i++) {
		if (deployment->ports[i].udp)
			deployment->ports[i].probe = BERTH_PROBE_NONE;
	}
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < count && status == 0; i++)
			status = apply(build, i, pass == 0, named, &rest, err);
	}
	free(named);
	return status;
}

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

#include "docker/config_file.h"
#include "docker/container_json.h"

static int no_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

/* jansson refuses what is not UTF-8, and would call that "out of memory". */
static int check_text(const char *text, const char *what, struct berth_error *err)
{
	if (berth_utf8_valid(text, strlen(text)))
		return 0;
	return berth_error_set(
		err, BERTH_E_USAGE, 0, "%s is not UTF-8, which the engine needs", what);
}

static int add_env(json_t *env, const char *name, const char *value, struct berth_error *err)
{
	char what[160];

	snprintf(what, sizeof(what), "the value of '%.120s'", name);
	if (check_text(name, "the name of a variable", err) < 0 || check_text(value, what, err) < 0)
		return -1;
	if (json_array_append_new(env, json_sprintf("%s=%s", name, value)) < 0)
		return no_memory(err);
	return 0;
}

static int add_labels(json_t *labels, const struct container_spec *spec, struct berth_error *err)
{
	for (size_t i = 0; i < spec->label_count; i++) {
		const struct container_label *label = &spec->labels[i];

		if (check_text(label->value, "the value of a label", err) < 0)
			return -1;
		if (json_object_set_new(labels, label->name, json_string(label->value)) < 0)
			return no_memory(err);
	}
	return 0;
}

/* A container port may be published at several host ports. */
static int bind_port(json_t *bindings, const char *name, int host)
{
	json_t *list = json_object_get(bindings, name);

	if (!list) {
		list = json_array();
		if (json_object_set_new(bindings, name, list) < 0)
			return -1;
	}
	return json_array_append_new(
		list, json_pack("{s:s, s:o}", "HostIp", "", "HostPort", json_sprintf("%d", host)));
}

static int add_ports(json_t *exposed, json_t *bindings, const struct container_spec *spec,
	struct berth_error *err)
{
	for (size_t i = 0; i < spec->port_count; i++) {
		const struct container_port *port = &spec->ports[i];
		char name[24];

		snprintf(name, sizeof(name), "%d/%s", port->container, port->udp ? "udp" : "tcp");
		if (json_object_set_new(exposed, name, json_object()) < 0 ||
			(port->host > 0 && bind_port(bindings, name, port->host) < 0))
			return no_memory(err);
	}
	return 0;
}

static int add_health(json_t *root, const struct container_health *health, struct berth_error *err)
{
	const json_int_t second = 1000 * 1000 * 1000;
	json_t *json;

	if (!health)
		return 0;
	/* StartInterval is one of API 1.44; older engines pass over it. */
	json = json_pack("{s:[s, s], s:I, s:I, s:I, s:I, s:i}", "Test", "CMD-SHELL", health->test,
		"Interval", health->interval_s * second, "Timeout", health->timeout_s * second,
		"StartPeriod", health->start_period_s * second, "StartInterval", second, "Retries",
		health->retries);
	return json_object_set_new(root, "Healthcheck", json) < 0 ? no_memory(err) : 0;
}

static int add_network(
	json_t *root, json_t *host, const struct container_spec *spec, struct berth_error *err)
{
	json_t *aliases = json_array();

	if (spec->network && spec->alias)
		json_array_append_new(aliases, json_string(spec->alias));
	if (!spec->network) {
		json_decref(aliases);
		return 0;
	}
	if (json_object_set_new(root, "NetworkingConfig",
		    json_pack("{s:{s:{s:o}}}", "EndpointsConfig", spec->network, "Aliases",
			    aliases)) < 0 ||
		json_object_set_new(host, "NetworkMode", json_string(spec->network)) < 0)
		return no_memory(err);
	return 0;
}

static int add_volumes(json_t *host, const struct container_spec *spec, struct berth_error *err)
{
	json_t *mounts = spec->volume_count > 0 ? json_array() : NULL;

	if (spec->volume_count == 0)
		return 0;
	for (size_t i = 0; i < spec->volume_count; i++)
		json_array_append_new(
			mounts, json_pack("{s:s, s:s, s:s}", "Type", "volume", "Source",
					spec->volumes[i].name, "Target", spec->volumes[i].path));
	if (json_array_size(mounts) != spec->volume_count) {
		json_decref(mounts);
		return no_memory(err);
	}
	return json_object_set_new(host, "Mounts", mounts) < 0 ? no_memory(err) : 0;
}

/* What a container of a stack has. */
static int add_stack(json_t *root, const struct container_spec *spec, struct berth_error *err)
{
	json_t *host = json_object_get(root, "HostConfig");

	if (spec->command && json_object_set_new(root, "Cmd",
				     json_pack("[s, s, s]", "/bin/sh", "-c", spec->command)) < 0)
		return no_memory(err);
	if (add_health(root, spec->health, err) < 0 || add_network(root, host, spec, err) < 0)
		return -1;
	return add_volumes(host, spec, err);
}

struct json_t *container_spec_json(const struct container_spec *spec, struct berth_error *err)
{
	json_t *env = json_array(), *labels = json_object();
	json_t *exposed = json_object(), *bindings = json_object();
	json_t *root = json_pack("{s:s, s:o, s:o, s:o, s:{s:o, s:{s:s}}}", "Image", spec->image,
		"Env", env, "Labels", labels, "ExposedPorts", exposed, "HostConfig", "PortBindings",
		bindings, "RestartPolicy", "Name", spec->restart ? spec->restart : "no");
	int status;

	if (!root) {
		no_memory(err);
		return NULL;
	}
	status = add_labels(labels, spec, err);
	if (status == 0)
		status = add_ports(exposed, bindings, spec, err);
	if (status == 0)
		status = add_stack(root, spec, err);
	for (size_t i = 0; status == 0 && i < spec->env_count; i++)
		status = add_env(env, spec->env_names[i], spec->env_values[i], err);
	if (status < 0) {
		config_file_wipe(root);
		return NULL;
	}
	return root;
}

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
	for (size_t i = 0; status == 0 && i < spec->env_count; i++)
		status = add_env(env, spec->env_names[i], spec->env_values[i], err);
	if (status < 0) {
		config_file_wipe(root);
		return NULL;
	}
	return root;
}

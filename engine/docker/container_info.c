#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

#include "docker/container_json.h"
#include "docker/members.h"

#define DEFAULT_STOP_S 10

/* The same binding comes once for IPv4 and once for IPv6. */
static void add_port(struct container_port *ports, size_t *count, struct container_port port)
{
	for (size_t i = 0; i < *count; i++)
		if (ports[i].container == port.container && ports[i].host == port.host &&
			ports[i].udp == port.udp)
			return;
	if (*count < CONTAINER_MAX_PORTS)
		ports[(*count)++] = port;
}

/* {"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}], "90/tcp":null} */
static void add_bindings(struct container_info *info, const json_t *bindings)
{
	const char *name;
	json_t *list, *binding;
	size_t i;

	json_object_foreach((json_t *)bindings, name, list)
	{
		struct container_port port = {0};

		if (!member_port(name, &port.container, &port.udp))
			continue;
		json_array_foreach(list, i, binding)
		{
			port.host = member_port_number(member_text(binding, "HostPort"));
			if (port.host > 0)
				add_port(info->ports, &info->port_count, port);
		}
	}
}

static void read_health(struct container_info *info, const json_t *health)
{
	const json_t *log = member(health, "Log", NULL);
	size_t count = json_array_size(log);
	size_t first = count > CONTAINER_MAX_PROBES ? count - CONTAINER_MAX_PROBES : 0;

	member_copy(info->health, sizeof(info->health), health, "Status");
	if (strcmp(info->health, "none") == 0)
		info->health[0] = '\0';
	for (size_t i = first; i < count; i++) {
		const json_t *probe = json_array_get(log, i);
		const char *output = member_text(probe, "Output");

		info->probes[info->probe_count].time_ms = member_time(probe, "Start");
		output += strspn(output, "\r\n");
		info->probes[info->probe_count].exit_code = (int)member_integer(
			probe, "ExitCode", 0);
		berth_utf8_copy(info->probes[info->probe_count].output,
			sizeof(info->probes[0].output), output, strcspn(output, "\r\n"));
		info->probe_count++;
	}
}

static void read_state(struct container_info *info, const json_t *state)
{
	info->running = member_true(state, "Running");
	member_copy(info->status, sizeof(info->status), state, "Status");
	info->pid = (int)member_integer(state, "Pid", 0);
	info->exit_code = (int)member_integer(state, "ExitCode", 0);
	info->oom_killed = member_true(state, "OOMKilled");
	member_copy(info->error, sizeof(info->error), state, "Error");
	info->started_ms = member_time(state, "StartedAt");
	info->finished_ms = member_time(state, "FinishedAt");
	/* Podman's older name. */
	read_health(info, member(state, "Health", NULL) ? member(state, "Health", NULL)
							: member(state, "Healthcheck", NULL));
}

/* Engines from 1.52 on have addresses only per network. */
static void read_address(struct container_info *info, const json_t *settings)
{
	const char *name;
	json_t *network;

	json_object_foreach((json_t *)member(settings, "Networks", NULL), name, network)
	{
		member_copy(info->address, sizeof(info->address), network, "IPAddress");
		if (info->address[0])
			return;
	}
	member_copy(info->address, sizeof(info->address), settings, "IPAddress");
}

static void read_labels(struct container_info *info, const json_t *labels)
{
	const char *name;
	json_t *value;
	size_t count = 0;

	member_copy(info->deployment, sizeof(info->deployment), labels, CONTAINER_LABEL);
	member_copy(info->deployed_name, sizeof(info->deployed_name), labels, CONTAINER_LABEL_NAME);
	member_copy(info->project, sizeof(info->project), labels, CONTAINER_LABEL_PROJECT);
	member_copy(info->service, sizeof(info->service), labels, CONTAINER_LABEL_SERVICE);
	info->label_count = json_object_size(labels);
	json_object_foreach((json_t *)labels, name, value)
	{
		size_t i = count++;

		if (i == CONTAINER_MAX_LABELS)
			return;
		berth_utf8_copy(
			info->labels[i].name, sizeof(info->labels[i].name), name, strlen(name));
		member_copy(info->labels[i].value, sizeof(info->labels[i].value), labels, name);
	}
}

static void copy_name(char *dst, size_t cap, const char *name)
{
	name += *name == '/';
	berth_utf8_copy(dst, cap, name, strlen(name));
}

void container_info_read(struct container_info *info, const struct json_t *json)
{
	const json_t *config = member(json, "Config", NULL);
	const json_t *settings = member(json, "NetworkSettings", NULL);

	memset(info, 0, sizeof(*info));
	member_copy(info->id, sizeof(info->id), json, "Id");
	copy_name(info->name, sizeof(info->name), member_text(json, "Name"));
	member_copy(info->image_id, sizeof(info->image_id), json, "Image");
	member_copy(info->image, sizeof(info->image), config, "Image");
	read_state(info, member(json, "State", NULL));
	info->created_ms = member_time(json, "Created");
	info->stop_timeout_s = (int)member_integer(config, "StopTimeout", DEFAULT_STOP_S);
	info->restart_count = (int)member_integer(json, "RestartCount", 0);
	info->tty = member_true(config, "Tty");
	read_address(info, settings);
	/* What really is bound first: a port the engine chose has no number in what was asked for.
	 */
	add_bindings(info, member(settings, "Ports", NULL));
	add_bindings(info, member(json, "HostConfig", "PortBindings", NULL));
	read_labels(info, member(config, "Labels", NULL));
}

/* Links give a container further names, "/other/alias". */
static void read_row_name(struct container_row *row, const json_t *names)
{
	json_t *name;
	size_t i;

	json_array_foreach(names, i, name)
	{
		const char *text = json_is_string(name) ? json_string_value(name) : "";

		if (row->name[0] && (!*text || strchr(text + 1, '/')))
			continue;
		copy_name(row->name, sizeof(row->name), text);
	}
}

void container_row_read(struct container_row *row, const struct json_t *json)
{
	const json_t *ports = member(json, "Ports", NULL);
	const json_t *labels = member(json, "Labels", NULL);
	json_t *port;
	size_t i;

	memset(row, 0, sizeof(*row));
	member_copy(row->id, sizeof(row->id), json, "Id");
	read_row_name(row, member(json, "Names", NULL));
	member_copy(row->state, sizeof(row->state), json, "State");
	member_copy(row->image, sizeof(row->image), json, "Image");
	row->created_ms = member_integer(json, "Created", 0) * 1000;
	member_copy(row->deployment, sizeof(row->deployment), labels, CONTAINER_LABEL);
	member_copy(row->deployed_name, sizeof(row->deployed_name), labels, CONTAINER_LABEL_NAME);
	member_copy(row->project, sizeof(row->project), labels, CONTAINER_LABEL_PROJECT);
	member_copy(row->service, sizeof(row->service), labels, CONTAINER_LABEL_SERVICE);
	json_array_foreach(ports, i, port)
	{
		const char *type = member_text(port, "Type");
		int64_t inside = member_integer(port, "PrivatePort", 0);
		int64_t outside = member_integer(port, "PublicPort", 0);

		if (inside < 1 || inside > 65535 || outside < 0 || outside > 65535 ||
			strcmp(type, "sctp") == 0)
			continue;
		add_port(row->ports, &row->port_count,
			(struct container_port){
				(int)inside, (int)outside, strcmp(type, "udp") == 0});
	}
}

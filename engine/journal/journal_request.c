#include "journal/journal_request.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/copy.h"
#include "base/json_write.h"

static const char *const probe_words[] = {
	[BERTH_PROBE_AUTO] = "auto",
	[BERTH_PROBE_HTTP] = "http",
	[BERTH_PROBE_TCP] = "tcp",
	[BERTH_PROBE_NONE] = "none",
};

#define PROBES    (sizeof(probe_words) / sizeof(probe_words[0]))
#define MAX_PORTS 64

struct text_member {
	const char *key;
	size_t offset;
};

static const struct text_member texts[] = {
	{"target", offsetof(struct berth_deployment, target)},
	{"kind", offsetof(struct berth_deployment, kind)},
	{"host", offsetof(struct berth_deployment, host)},
	{"name", offsetof(struct berth_deployment, name)},
	{"folder", offsetof(struct berth_deployment, folder)},
	{"image", offsetof(struct berth_deployment, image)},
	{"container", offsetof(struct berth_deployment, container)},
	{"platform", offsetof(struct berth_deployment, platform)},
	{"restart", offsetof(struct berth_deployment, restart)},
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

/* --- writing --- */

static void write_text(struct json_writer *json, const char *key, const char *text)
{
	if (text == NULL)
		return;
	json_write_key(json, key);
	json_write_text(json, text);
}

static void write_number(struct json_writer *json, const char *key, int64_t number)
{
	json_write_key(json, key);
	json_write_integer(json, number);
}

static void write_flag(struct json_writer *json, const char *key, bool flag)
{
	json_write_key(json, key);
	json_write_bool(json, flag);
}

static void write_port(struct json_writer *json, const struct berth_port *port)
{
	json_write_open(json, '{');
	write_text(json, "name", port->name);
	write_number(json, "container", port->container);
	write_number(json, "host", port->host);
	write_flag(json, "published", port->published);
	write_flag(json, "automatic", port->automatic);
	write_flag(json, "udp", port->udp);
	write_text(json, "probe", probe_words[port->probe]);
	write_text(json, "path", port->health_path);
	json_write_close(json, '}');
}

void journal_request_write(struct json_writer *json, const struct berth_deployment *request)
{
	json_write_open(json, '{');
	for (size_t i = 0; i < TEXTS; i++)
		write_text(json, texts[i].key,
			*(char *const *)((const char *)request + texts[i].offset));
	write_number(json, "timeout", request->timeout_s);
	write_number(json, "health", request->health_s);
	write_flag(json, "rollback", request->rollback);
	json_write_key(json, "ports");
	json_write_open(json, '[');
	for (size_t i = 0; i < request->port_count; i++)
		write_port(json, &request->ports[i]);
	json_write_close(json, ']');
	json_write_close(json, '}');
}

/* --- reading --- */

static int read_text(const json_t *object, const char *key, char **text)
{
	const char *value = json_string_value(json_object_get(object, key));

	*text = value != NULL ? copy_text(value) : NULL;
	return value == NULL || *text != NULL ? 0 : -1;
}

static bool is_port(int number)
{
	return number > 0 && number <= 65535;
}

static int read_port(const json_t *object, struct berth_port *port)
{
	const char *probe = json_string_value(json_object_get(object, "probe"));
	size_t word = 0;

	while (word < PROBES && (probe == NULL || strcmp(probe, probe_words[word]) != 0))
		word++;
	*port = (struct berth_port){
		.container = (int)json_integer_value(json_object_get(object, "container")),
		.host = (int)json_integer_value(json_object_get(object, "host")),
		.published = json_is_true(json_object_get(object, "published")),
		.automatic = json_is_true(json_object_get(object, "automatic")),
		.udp = json_is_true(json_object_get(object, "udp")),
		.probe = (enum berth_probe)word,
	};
	if (read_text(object, "name", &port->name) == -1 ||
		read_text(object, "path", &port->health_path) == -1)
		return -1;
	return word < PROBES && port->name != NULL && is_port(port->container) ? 0 : -1;
}

static int read_ports(const json_t *array, struct berth_deployment *request)
{
	size_t count = json_array_size(array);

	if (count > MAX_PORTS)
		return -1;
	request->ports = calloc(count + 1, sizeof(*request->ports));
	if (request->ports == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		request->port_count = i + 1;
		if (read_port(json_array_get(array, i), &request->ports[i]) == -1)
			return -1;
	}
	return 0;
}

static int read_all(const json_t *object, struct berth_deployment *request)
{
	for (size_t i = 0; i < TEXTS; i++)
		if (read_text(object, texts[i].key, (char **)((char *)request + texts[i].offset)) ==
			-1)
			return -1;
	request->timeout_s = (int)json_integer_value(json_object_get(object, "timeout"));
	request->health_s = (int)json_integer_value(json_object_get(object, "health"));
	request->rollback = json_is_true(json_object_get(object, "rollback"));
	if (read_ports(json_object_get(object, "ports"), request) == -1)
		return -1;
	return request->target != NULL && request->kind != NULL && request->name != NULL ? 0 : -1;
}

struct berth_deployment *journal_request_read(const json_t *object)
{
	struct berth_deployment *request = json_is_object(object) ? calloc(1, sizeof(*request))
								  : NULL;

	if (request != NULL && read_all(object, request) == -1) {
		berth_deployment_free(request);
		return NULL;
	}
	return request;
}

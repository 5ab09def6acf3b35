#include "store/request.h"

#include <stdio.h>
#include <string.h>

#include "base/json_write.h"

enum { REQUEST_MAX = 16 << 20, FINGERPRINT_DIGITS = 16 };

/* Where it is written. */
struct out {
	struct json_writer json;
	const unsigned char *key;
};

bool request_hides(const struct berth_deployment *deployment, const struct berth_variable *variable)
{
	return strcmp(deployment->kind, "demo") != 0 || strncmp(variable->name, "DEMO_", 5) != 0;
}

static void text(struct out *out, const char *key, const char *value)
{
	if (value == NULL)
		return;
	json_write_key(&out->json, key);
	json_write_text(&out->json, value);
}

static void integer(struct out *out, const char *key, int64_t value)
{
	json_write_key(&out->json, key);
	json_write_integer(&out->json, value);
}

static void boolean(struct out *out, const char *key, bool value)
{
	json_write_key(&out->json, key);
	json_write_bool(&out->json, value);
}

static void open_as(struct out *out, const char *key, char bracket)
{
	json_write_key(&out->json, key);
	json_write_open(&out->json, bracket);
}

static void list(struct out *out, const char *key, char *const *items, size_t count)
{
	if (count == 0)
		return;
	open_as(out, key, '[');
	for (size_t i = 0; i < count; i++)
		json_write_text(&out->json, items[i]);
	json_write_close(&out->json, ']');
}

static void fingerprint(struct out *out, const char *key, const char *value)
{
	char hex[SHA256_HEX_SIZE], shown[FINGERPRINT_DIGITS + 8];

	if (hmac_sha256_hex(hex, out->key, SHA256_SIZE, value, strlen(value)) == -1) {
		out->json.failed = true;
		return;
	}
	snprintf(shown, sizeof(shown), "hmac:%.*s", FINGERPRINT_DIGITS, hex);
	text(out, key, shown);
}

/* Where it comes from, or the fingerprint of one that was written out. */
static void put_secret(struct out *out, const char *key, const struct berth_secret *secret)
{
	char shown[4200];

	switch (secret->from) {
	case BERTH_SECRET_NONE:
		break;
	case BERTH_SECRET_VARIABLE:
		snprintf(shown, sizeof(shown), "variable %s", secret->source);
		text(out, key, shown);
		break;
	case BERTH_SECRET_FILE:
		snprintf(shown, sizeof(shown), "file %s", secret->source);
		text(out, key, shown);
		break;
	case BERTH_SECRET_COMMAND:
		snprintf(shown, sizeof(shown), "command %s", secret->argv[0]);
		text(out, key, shown);
		break;
	case BERTH_SECRET_TEXT:
		fingerprint(out, key, secret->source);
		break;
	}
}

static void put_server(struct out *out, const struct berth_server *server)
{
	if (server == NULL)
		return;
	open_as(out, "server", '{');
	text(out, "url", server->url);
	text(out, "ca_file", server->ca_file);
	text(out, "cert_file", server->cert_file);
	text(out, "key_file", server->key_file);
	boolean(out, "insecure", server->insecure);
	text(out, "user", server->user);
	put_secret(out, "token", &server->token);
	put_secret(out, "password", &server->password);
	if (server->header_count > 0) {
		open_as(out, "headers", '{');
		for (size_t i = 0; i < server->header_count; i++)
			put_secret(out, server->headers[i].name, &server->headers[i].value);
		json_write_close(&out->json, '}');
	}
	text(out, "docker_host", server->docker_host);
	json_write_close(&out->json, '}');
}

/* "8080:80", "auto:80/udp", ":5859" */
static void put_ports(struct out *out, const struct berth_deployment *deployment)
{
	static const char *const probes[] = {[BERTH_PROBE_AUTO] = "auto",
		[BERTH_PROBE_HTTP] = "http",
		[BERTH_PROBE_TCP] = "tcp",
		[BERTH_PROBE_NONE] = "none"};

	if (deployment->port_count == 0)
		return;
	open_as(out, "ports", '{');
	for (size_t i = 0; i < deployment->port_count; i++) {
		const struct berth_port *port = &deployment->ports[i];
		char host[24] = "", shown[64];

		if (port->published)
			snprintf(host, sizeof(host), port->automatic ? "auto from %d" : "%d",
				port->host);
		snprintf(shown, sizeof(shown), "%s:%d%s", host, port->container,
			port->udp ? "/udp" : "");
		open_as(out, port->name, '{');
		text(out, "port", shown);
		text(out, "health",
			port->health_path != NULL ? port->health_path : probes[port->probe]);
		json_write_close(&out->json, '}');
	}
	json_write_close(&out->json, '}');
}

static void put_variables(struct out *out, const struct berth_deployment *deployment)
{
	if (deployment->env_count == 0)
		return;
	open_as(out, "env", '{');
	for (size_t i = 0; i < deployment->env_count; i++) {
		const struct berth_variable *variable = &deployment->env[i];

		if (request_hides(deployment, variable))
			fingerprint(out, variable->name, variable->value);
		else
			text(out, variable->name, variable->value);
	}
	json_write_close(&out->json, '}');
}

static void put_config_files(struct out *out, const struct berth_deployment *deployment)
{
	if (deployment->config_file_count == 0)
		return;
	open_as(out, "config_files", '{');
	for (size_t i = 0; i < deployment->config_file_count; i++) {
		const struct berth_config_file *file = &deployment->config_files[i];

		open_as(out, file->file, '[');
		for (size_t k = 0; k < file->destination_count; k++)
			json_write_text(&out->json, file->destinations[k]);
		json_write_close(&out->json, ']');
	}
	json_write_close(&out->json, '}');
}

static void put_scalars(struct out *out, const struct berth_deployment *deployment)
{
	static const char *const pulls[] = {[BERTH_PULL_MISSING] = "missing",
		[BERTH_PULL_ALWAYS] = "always",
		[BERTH_PULL_NEVER] = "never"};

	text(out, "target", deployment->target);
	text(out, "kind", deployment->kind);
	text(out, "host", deployment->host);
	text(out, "preset", deployment->preset);
	text(out, "name", deployment->name);
	text(out, "folder", deployment->folder);
	text(out, "git", deployment->git);
	text(out, "image", deployment->image);
	text(out, "container", deployment->container);
	text(out, "platform", deployment->platform);
	text(out, "dest", deployment->dest);
	text(out, "restart", deployment->restart);
	text(out, "pull", pulls[deployment->pull]);
	integer(out, "timeout", deployment->timeout_s);
	integer(out, "health_timeout", deployment->health_s);
	if (deployment->build)
		boolean(out, "build", true);
	boolean(out, "rollback", deployment->rollback);
	boolean(out, "replace", deployment->replace);
}

char *request_json(const struct berth_deployment *deployment, const unsigned char key[SHA256_SIZE])
{
	struct out out = {.key = key};

	json_writer_init(&out.json, REQUEST_MAX);
	json_write_open(&out.json, '{');
	put_scalars(&out, deployment);
	put_server(&out, deployment->server);
	put_ports(&out, deployment);
	put_variables(&out, deployment);
	list(&out, "include", deployment->include, deployment->include_count);
	list(&out, "exclude", deployment->exclude, deployment->exclude_count);
	put_config_files(&out, deployment);
	json_write_close(&out.json, '}');
	return json_writer_take(&out.json);
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include <berth/text.h>

#include "base/trace.h"
#include "docker/api_version.h"
#include "docker/client_private.h"
#include "docker/failure.h"

#define ANSWER_TIMEOUT_MS 10000

/* Proxies in front of an engine let HEAD through or not; its answer has no body to say why not. */
enum step { PING_HEAD, PING_GET, VERSION };

struct connect {
	struct docker_call call;
	enum step step;
	char header_api[API_VERSION_SIZE];
	docker_connected_fn *connected;
	void *context;
};

static int connect_step(struct connect *connect, enum step step, struct berth_error *err);

static void connect_end(struct connect *connect, const struct berth_error *err)
{
	struct docker *docker = connect->call.docker;

	if (!err)
		trace("docker", "connected to %s: api %s of %s, engine %s",
			docker->endpoint.address, docker->info.api, docker->info.server_api,
			docker->info.version);
	connect->connected(connect->context, err ? NULL : &docker->info, err);
	free(connect);
}

static void copy_text(char *dst, size_t cap, const json_t *object, const char *name)
{
	const json_t *text = json_object_get(object, name);

	dst[0] = '\0';
	if (json_is_string(text))
		berth_text_clean(dst, cap, json_string_value(text), json_string_length(text),
			BERTH_CLEAN_LINE);
}

static int take_version(struct connect *connect, const json_t *json, struct berth_error *err)
{
	struct docker *docker = connect->call.docker;
	struct docker_info *info = &docker->info;
	char os[24], arch[24], minimum[API_VERSION_SIZE];

	if (!json_is_object(json))
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"engine at '%s': what answers is not the Docker API",
			docker->endpoint.address);
	copy_text(info->version, sizeof(info->version), json, "Version");
	copy_text(os, sizeof(os), json, "Os");
	copy_text(arch, sizeof(arch), json, "Arch");
	snprintf(info->os_arch, sizeof(info->os_arch), "%s%s%s", os, *os && *arch ? "/" : "", arch);
	copy_text(minimum, sizeof(minimum), json, "MinAPIVersion");
	copy_text(info->server_api, sizeof(info->server_api), json, "ApiVersion");
	/* The header is what this path to the engine says; the body is what the engine says. */
	if (api_version_ok(connect->header_api))
		snprintf(info->server_api, sizeof(info->server_api), "%s", connect->header_api);
	if (docker->forced)
		return 0;
	if (api_version_choose(info->api, info->server_api, minimum, err) < 0)
		return berth_error_wrap(err, "engine at '%s'", docker->endpoint.address);
	return 0;
}

static void connect_header(void *context, const char *name, const char *value)
{
	struct connect *connect = context;

	if (strcasecmp(name, "Api-Version") == 0 && api_version_ok(value))
		snprintf(connect->header_api, sizeof(connect->header_api), "%s", value);
	else if (strcasecmp(name, "Builder-Version") == 0)
		connect->call.docker->info.buildkit = strcmp(value, "2") == 0;
}

/* Without an answer to the first question there is no connection, however it was lost. */
static void as_unreachable(struct berth_error *err)
{
	if (err->code == BERTH_E_TIMEOUT || err->code == BERTH_E_BROKEN)
		err->code = BERTH_E_UNREACHABLE;
}

static void connect_done(void *context, const struct xfer_reply *answer)
{
	struct connect *connect = context;
	struct docker *docker = connect->call.docker;
	struct berth_error err = {0};
	bool broken = answer->error.code != BERTH_E_OK;
	bool refused = broken ? answer->connected && answer->error.code != BERTH_E_TIMEOUT &&
					answer->error.code != BERTH_E_CANCELLED
			      : answer->status >= 300;
	const char *body = answer->body ? answer->body : "";
	json_t *json = NULL;
	int status = -1;

	connect->call.xfer = NULL;
	if (connect->call.cancelled) {
		berth_error_set(&err, BERTH_E_CANCELLED, 0, "cancelled");
	} else if (connect->step == PING_HEAD && refused) {
		status = connect_step(connect, PING_GET, &err);
	} else if (broken) {
		client_broken(&err, docker, answer);
		as_unreachable(&err);
	} else {
		if (answer->body_len > 0)
			json = json_loadb(body, answer->body_len, 0, NULL);
		failure_of_answer(
			&err, answer->status, answer->content_type, json, body, answer->body_len);
		if (err.code != BERTH_E_OK) {
			berth_error_wrap(&err, "engine at '%s'", docker->endpoint.address);
		} else if (connect->step != VERSION) {
			status = connect_step(connect, VERSION, &err);
		} else if (take_version(connect, json, &err) == 0) {
			json_decref(json);
			connect_end(connect, NULL);
			return;
		}
	}
	json_decref(json);
	if (status < 0)
		connect_end(connect, &err);
}

static int connect_step(struct connect *connect, enum step step, struct berth_error *err)
{
	static const struct {
		const char *method, *path;
	} steps[] = {
		[PING_HEAD] = {"HEAD", "/_ping"},
		[PING_GET] = {"GET", "/_ping"},
		[VERSION] = {"GET", "/version"},
	};
	struct docker *docker = connect->call.docker;
	struct xfer_request request = client_xfer(docker);
	char *url = client_url(docker, NULL, steps[step].path);

	if (!url)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	connect->step = step;
	request.method = steps[step].method;
	request.url = url;
	request.connect_timeout_ms = ANSWER_TIMEOUT_MS;
	request.total_timeout_ms = ANSWER_TIMEOUT_MS;
	request.on_header = connect_header;
	request.done = connect_done;
	request.context = connect;
	connect->call.xfer = xfer_start(docker->net, &request, err);
	free(url);
	return connect->call.xfer ? 0 : -1;
}

struct docker_call *docker_connect(struct docker *docker, docker_connected_fn *connected,
	void *context, struct berth_error *err)
{
	struct connect *connect = calloc(1, sizeof(*connect));

	if (!connect) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	connect->call.docker = docker;
	connect->connected = connected;
	connect->context = context;
	if (connect_step(connect, PING_HEAD, err) < 0) {
		free(connect);
		return NULL;
	}
	return &connect->call;
}

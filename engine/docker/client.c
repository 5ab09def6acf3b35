#include "docker/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/trace.h"
#include "docker/api_version.h"
#include "docker/client_private.h"
#include "docker/failure.h"
#include "docker/kept_request.h"
#include "loop/timer.h"
#include "proto/json_repair.h"
#include "proto/json_stream.h"

#define CALL_TIMEOUT_MS 60000

/* One call: the request is kept because an engine may first refuse its API version. */
struct exchange {
	struct docker_call call;
	struct kept_request kept;
	int64_t began_ms; /* clock_mono_ms() */
	bool retried;
	struct json_stream values;
	struct berth_error error; /* the first one of the stream */
};

struct docker *docker_new(struct net *net, const char *host, struct berth_error *err)
{
	const char *version = getenv("DOCKER_API_VERSION");
	struct docker *docker;

	if (version && *version && !api_version_ok(version)) {
		berth_error_set(
			err, BERTH_E_USAGE, 0, "DOCKER_API_VERSION '%s' is not a version", version);
		berth_error_hint(err, "write a number like " API_CEILING ", or unset it");
		return NULL;
	}
	docker = calloc(1, sizeof(*docker));
	if (!docker) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	docker->net = net;
	if (version && *version) {
		docker->forced = true;
		snprintf(docker->info.api, sizeof(docker->info.api), "%s", version);
	}
	if (endpoint_find(&docker->endpoint, host, err) < 0) {
		docker_free(docker);
		return NULL;
	}
	return docker;
}

struct docker *docker_share(struct docker *docker)
{
	docker->shares++;
	return docker;
}

void docker_free(struct docker *docker)
{
	if (!docker)
		return;
	if (docker->shares > 0) {
		docker->shares--;
		return;
	}
	endpoint_release(&docker->endpoint);
	free(docker);
}

const struct endpoint *docker_endpoint(const struct docker *docker)
{
	return &docker->endpoint;
}

const struct docker_info *docker_info(const struct docker *docker)
{
	return &docker->info;
}

struct net *docker_net(const struct docker *docker)
{
	return docker->net;
}

struct xfer_request client_xfer(const struct docker *docker)
{
	const struct endpoint *endpoint = &docker->endpoint;

	return (struct xfer_request){
		.unix_socket = endpoint->socket_path,
		.ca_file = endpoint->ca_file,
		.cert_file = endpoint->cert_file,
		.key_file = endpoint->key_file,
	};
}

char *client_url(const struct docker *docker, const char *version, const char *path)
{
	char *url;

	if (asprintf(&url, "%s%s%s%s", docker->endpoint.base_url, version ? "/v" : "",
		    version ? version : "", path) < 0)
		return NULL;
	return url;
}

void client_broken(
	struct berth_error *err, const struct docker *docker, const struct xfer_reply *reply)
{
	*err = reply->error;
	if (err->code == BERTH_E_CANCELLED)
		return;
	if (!reply->connected && (err->number == EACCES || err->number == EPERM))
		err->code = BERTH_E_DENIED;
	/* The transfer names its socket, and nobody knows it by its path through /proc. */
	if (docker->endpoint.folder_fd >= 0)
		berth_error_wrap(err, "engine at '%s'", docker->endpoint.address);
}

static bool is_stream(const struct docker_request *request)
{
	return request->on_json || request->on_data;
}

static int exchange_begin(struct exchange *exchange, struct berth_error *err);

static int give_value(void *context, const struct json_t *value, struct berth_error *err)
{
	struct exchange *exchange = context;
	const struct docker_request *request = &exchange->kept.request;

	if (failure_in_stream(err, value))
		return -1;
	return request->on_json(request->context, value, err);
}

static int exchange_data(void *context, const char *data, size_t len)
{
	struct exchange *exchange = context;
	const struct docker_request *request = &exchange->kept.request;

	if (request->on_data)
		return request->on_data(request->context, data, len);
	return json_stream_feed(&exchange->values, data, len, &exchange->error);
}

/* Refusals are not announced: they come in the reply, and the first may not be the last word. */
static void exchange_head(void *context, int status, const char *content_type)
{
	struct exchange *exchange = context;
	const struct docker_request *request = &exchange->kept.request;

	if (status < 300)
		request->on_head(request->context, status, content_type);
}

static int64_t exchange_read(void *context, char *data, size_t cap)
{
	struct exchange *exchange = context;
	const struct docker_request *request = &exchange->kept.request;

	return request->read(request->context, data, cap);
}

static void exchange_free(struct exchange *exchange)
{
	json_stream_release(&exchange->values);
	kept_request_release(&exchange->kept);
	free(exchange);
}

static void exchange_end(
	struct exchange *exchange, const struct xfer_reply *answer, struct docker_reply *reply)
{
	const struct docker_request *request = &exchange->kept.request;

	TRACE("docker", "call", TRACE_TEXT("method", request->method),
		TRACE_TEXT("path", request->path), TRACE_NUMBER("status", answer->status),
		TRACE_NUMBER("ms", clock_mono_ms() - exchange->began_ms),
		TRACE_TEXT("error", berth_code_name(reply->error.code)));
	request->done(request->context, reply);
	exchange_free(exchange);
}

/* An engine that names the version it wants gets it, once. False if there is nothing to retry. */
static bool speak_other_version(struct exchange *exchange, struct docker_reply *reply)
{
	struct docker *docker = exchange->call.docker;
	char wanted[API_VERSION_SIZE];

	if (reply->status != 400 || !api_version_from_refusal(wanted, reply->error.message))
		return false;
	reply->error.code = BERTH_E_REFUSED;
	if (docker->forced) {
		berth_error_hint(
			&reply->error, "unset DOCKER_API_VERSION, or set it to %s", wanted);
		return false;
	}
	if (exchange->retried || exchange->call.cancelled)
		return false;
	trace("docker", "api %s -> %s, as the engine asks", docker->info.api, wanted);
	snprintf(docker->info.api, sizeof(docker->info.api), "%s", wanted);
	/* What an upload has given is gone. */
	if (exchange->kept.request.read)
		return false;
	exchange->retried = true;
	return exchange_begin(exchange, &reply->error) == 0;
}

static json_t *load_body(const struct docker_reply *reply)
{
	const struct buf body = {.data = (char *)reply->body, .len = reply->body_len};
	json_t *json = NULL;

	/* Without memory it is as if it was no JSON: who needs it will say so. */
	if (body.len > 0)
		json_repair_load(&body, &json, NULL);
	return json;
}

static void exchange_done(void *context, const struct xfer_reply *answer)
{
	struct exchange *exchange = context;
	const struct docker_request *request = &exchange->kept.request;
	struct docker_reply reply = {
		.status = answer->status,
		.body = answer->body ? answer->body : "",
		.body_len = answer->body_len,
	};
	json_t *json = NULL;

	bool page = exchange->error.code == BERTH_E_PROTOCOL &&
		    failure_is_html(answer->content_type, "", 0);

	if (page) {
		failure_of_answer(&reply.error, answer->status, answer->content_type, NULL, "", 0);
	} else if (exchange->error.code != BERTH_E_OK) {
		reply.error = exchange->error;
	} else if (answer->error.code != BERTH_E_OK) {
		client_broken(&reply.error, exchange->call.docker, answer);
	} else {
		reply.json = json = load_body(&reply);
		failure_of_answer(&reply.error, answer->status, answer->content_type, json,
			reply.body, reply.body_len);
		if (reply.error.code == BERTH_E_OK && request->on_json)
			json_stream_end(&exchange->values, &reply.error);
	}
	if (!speak_other_version(exchange, &reply))
		exchange_end(exchange, answer, &reply);
	json_decref(json);
}

static int exchange_begin(struct exchange *exchange, struct berth_error *err)
{
	struct docker *docker = exchange->call.docker;
	const struct kept_request *kept = &exchange->kept;
	const struct docker_request *request = &kept->request;
	struct xfer_request xfer = client_xfer(docker);
	char *url = client_url(docker, docker->info.api, request->path);

	if (!url)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	xfer.method = request->method;
	xfer.url = url;
	xfer.headers = (const char *const *)kept->headers;
	xfer.secret_body = request->secret_body;
	xfer.body = kept->body;
	xfer.body_len = kept->body_len;
	xfer.read = request->read ? exchange_read : NULL;
	xfer.upload_size = -1;
	xfer.total_timeout_ms = request->answer_timeout_ms;
	if (xfer.total_timeout_ms == 0 && !is_stream(request) && !request->read)
		xfer.total_timeout_ms = CALL_TIMEOUT_MS;
	xfer.on_data = is_stream(request) ? exchange_data : NULL;
	xfer.on_head = request->on_head ? exchange_head : NULL;
	xfer.done = exchange_done;
	xfer.context = exchange;
	exchange->call.xfer = xfer_start(docker->net, &xfer, err);
	free(url);
	return exchange->call.xfer ? 0 : -1;
}

struct docker_call *docker_call(
	struct docker *docker, const struct docker_request *request, struct berth_error *err)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));

	if (!exchange) {
		json_decref(request->json);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	exchange->began_ms = clock_mono_ms();
	exchange->call.docker = docker;
	json_stream_init(&exchange->values, give_value, exchange);
	if (kept_request_init(&exchange->kept, request, err) < 0)
		goto fail;
	if (!docker->info.api[0]) {
		berth_error_set(err, BERTH_E_INTERNAL, 0,
			"%s %s before the engine was asked "
			"for its version",
			request->method, request->path);
		goto fail;
	}
	if (exchange_begin(exchange, err) < 0)
		goto fail;
	return &exchange->call;
fail:
	exchange_free(exchange);
	return NULL;
}

void docker_cancel(struct docker_call *call)
{
	call->cancelled = true;
	xfer_cancel(call->xfer);
}

void docker_resume_upload(struct docker_call *call)
{
	xfer_resume_upload(call->xfer);
}

void docker_resume_data(struct docker_call *call)
{
	xfer_resume_data(call->xfer);
}

int docker_escape(struct buf *dst, const char *text, struct berth_error *err)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					 "0123456789-._~";

	while (*text) {
		size_t plain = strspn(text, unreserved);

		if (buf_add(dst, text, plain, err) < 0)
			return -1;
		text += plain;
		if (*text && buf_addf(dst, err, "%%%02X", (unsigned char)*text++) < 0)
			return -1;
	}
	return 0;
}

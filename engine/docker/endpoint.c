#include "docker/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <berth/text.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "docker/context_store.h"
#include "docker/socket_probe.h"

static const struct {
	const char *variable; /* NULL: the path is absolute */
	const char *path;
} default_sockets[] = {
	{NULL, "/var/run/docker.sock"},
	{"XDG_RUNTIME_DIR", "/docker.sock"},
	{"HOME", "/.docker/run/docker.sock"},
	{"HOME", "/.colima/default/docker.sock"},
	{"HOME", "/.orbstack/run/docker.sock"},
	{"XDG_RUNTIME_DIR", "/podman/podman.sock"},
	{NULL, "/run/podman/podman.sock"},
};

#define DEFAULT_SOCKETS (sizeof(default_sockets) / sizeof(default_sockets[0]))

_Static_assert(DEFAULT_SOCKETS <= ENDPOINT_MAX_TRIES, "every default socket has room for its try");

static int no_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

static void copy(char *dst, size_t cap, const char *text)
{
	berth_utf8_copy(dst, cap, text, strlen(text));
}

static struct endpoint_try *note_try(
	struct endpoint *endpoint, const char *where, const char *why, const char *outcome)
{
	struct endpoint_try *attempt;

	if (endpoint->try_count == ENDPOINT_MAX_TRIES)
		return NULL;
	attempt = &endpoint->tries[endpoint->try_count++];
	copy(attempt->where, sizeof(attempt->where), where);
	copy(attempt->why, sizeof(attempt->why), why);
	copy(attempt->outcome, sizeof(attempt->outcome), outcome);
	return attempt;
}

static int refuse_address(
	struct endpoint *endpoint, const char *address, const char *why, struct berth_error *err)
{
	note_try(endpoint, address, why, "not understood");
	berth_error_set(
		err, BERTH_E_USAGE, 0, "'%s' (%s) is not an address of an engine", address, why);
	return berth_error_hint(err, "write unix:///path/to/docker.sock or tcp://HOST:PORT");
}

static int refuse_ssh(
	struct endpoint *endpoint, const char *address, const char *why, struct berth_error *err)
{
	note_try(endpoint, address, why, "ssh is not supported yet");
	berth_error_set(err, BERTH_E_USAGE, 0, "'%s' (%s): ssh is not supported yet", address, why);
	return berth_error_hint(err,
		"forward the socket: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock %s, "
		"then use unix:///tmp/docker.sock",
		address + 6);
}

/* 0 or the reason as an errno; takes the endpoint if somebody answers. */
static int try_socket(struct endpoint *endpoint, const char *path, const char *why)
{
	struct endpoint_try *attempt;
	char where[sizeof(endpoint->tries[0].where)];
	int folder_fd, result;
	char *usable = socket_short_path(path, &folder_fd, &result);

	if (usable)
		result = socket_probe(usable);
	snprintf(where, sizeof(where), "unix://%s", path);
	attempt = note_try(endpoint, where, why, socket_probe_text(result));
	if (result != 0) {
		if (folder_fd >= 0)
			close(folder_fd);
		free(usable);
		return result;
	}
	if (attempt)
		attempt->chosen = true;
	copy(endpoint->address, sizeof(endpoint->address), where);
	endpoint->socket_path = usable;
	endpoint->folder_fd = folder_fd;
	return 0;
}

static int adopt_local(struct endpoint *endpoint, struct berth_error *err)
{
	endpoint->base_url = strdup("http://localhost");
	endpoint->published_host = strdup("127.0.0.1");
	return endpoint->base_url && endpoint->published_host ? 0 : no_memory(err);
}

static void hint_for(struct berth_error *err, int result)
{
	switch (result) {
	case EACCES:
	case EPERM:
		berth_error_hint(err,
			"add yourself to the group of the socket (sudo usermod -aG docker $USER, "
			"then log in again)");
		break;
	case ECONNREFUSED:
		berth_error_hint(err, "the socket is there but nobody listens: start the engine "
				      "(systemctl start docker)");
		break;
	default:
		berth_error_hint(err,
			"start the engine (systemctl start docker), or name another with --host");
	}
}

static int use_socket(
	struct endpoint *endpoint, const char *path, const char *why, struct berth_error *err)
{
	int result;

	if (path[0] != '/' || path[strlen(path) - 1] == '/') {
		char address[sizeof(endpoint->address)];

		snprintf(address, sizeof(address), "unix://%s", path);
		return refuse_address(endpoint, address, why, err);
	}
	result = try_socket(endpoint, path, why);
	if (result == 0)
		return adopt_local(endpoint, err);
	berth_error_set(err,
		result == EACCES || result == EPERM ? BERTH_E_DENIED : BERTH_E_UNREACHABLE, result,
		"no engine answers at 'unix://%s' (%s): %s", path, why, socket_probe_text(result));
	hint_for(err, result);
	return -1;
}

/* Split "host:port", "[v6]:port" or "host"; true if both parts are well-formed. */
static bool split_host(const char *rest, char **host, int *port)
{
	const char *end = rest[0] == '[' ? strchr(rest, ']') : rest + strcspn(rest, ":/");
	const char *start = rest[0] == '[' ? rest + 1 : rest;
	char *after;
	long number;

	if (!end || end == start || strcspn(start, "/?#@ ") < (size_t)(end - start))
		return false;
	*host = strndup(start, (size_t)(end - start));
	if (*end == ']')
		end++;
	if (*end == ':') {
		number = strtol(end + 1, &after, 10);
		if (after == end + 1 || number < 1 || number > 65535)
			return false;
		*port = (int)number;
		end = after;
	}
	return strcmp(end, "") == 0 || strcmp(end, "/") == 0;
}

static int use_tcp(struct endpoint *endpoint, const char *address, const char *why,
	struct context *context, bool tls, struct berth_error *err)
{
	struct endpoint_try *attempt;
	int port = tls ? 2376 : 2375;
	bool well_formed = split_host(address + 6, &endpoint->published_host, &port);
	bool v6 = address[6] == '[';

	if (!well_formed)
		return refuse_address(endpoint, address, why, err);
	if (!endpoint->published_host)
		return no_memory(err);
	if (asprintf(&endpoint->base_url, "%s://%s%s%s:%d", tls ? "https" : "http", v6 ? "[" : "",
		    endpoint->published_host, v6 ? "]" : "", port) < 0) {
		endpoint->base_url = NULL;
		return no_memory(err);
	}
	endpoint->ca_file = context->ca_file;
	endpoint->cert_file = context->cert_file;
	endpoint->key_file = context->key_file;
	context->ca_file = context->cert_file = context->key_file = NULL;
	attempt = note_try(endpoint, address, why, "not tried yet");
	if (attempt)
		attempt->chosen = true;
	copy(endpoint->address, sizeof(endpoint->address), address);
	return 0;
}

static int use_address(struct endpoint *endpoint, const char *address, const char *why,
	struct context *context, bool tls, struct berth_error *err)
{
	if (strncmp(address, "unix://", 7) == 0)
		return use_socket(endpoint, address + 7, why, err);
	if (strncmp(address, "tcp://", 6) == 0)
		return use_tcp(endpoint, address, why, context, tls, err);
	if (strncmp(address, "ssh://", 6) == 0)
		return refuse_ssh(endpoint, address, why, err);
	return refuse_address(endpoint, address, why, err);
}

/* DOCKER_TLS_VERIFY and DOCKER_CERT_PATH belong to addresses that were given directly. */
static int use_direct(
	struct endpoint *endpoint, const char *address, const char *why, struct berth_error *err)
{
	const char *verify = getenv("DOCKER_TLS_VERIFY");
	const char *folder = getenv("DOCKER_CERT_PATH");
	const char *home = getenv("HOME");
	cleanup_free char *made = NULL;
	struct context context = {0};
	bool tls = verify && *verify;
	int status = 0;

	if (tls && !(folder && *folder)) {
		folder = getenv("DOCKER_CONFIG");
		if (!(folder && *folder) && home && asprintf(&made, "%s/.docker", home) < 0) {
			made = NULL;
			return no_memory(err);
		}
		if (made)
			folder = made;
	}
	if (tls && folder)
		status = context_load_tls(&context, folder, err);
	if (status == 0)
		status = use_address(endpoint, address, why, &context, tls, err);
	context_release(&context);
	return status;
}

static int use_context(struct endpoint *endpoint, const char *name, struct berth_error *err)
{
	struct context context;
	char why[sizeof(endpoint->tries[0].why)];
	int status;

	snprintf(why, sizeof(why), "context '%s'", name);
	status = context_load(&context, name, err);
	if (status < 0)
		note_try(endpoint, "", why, err ? err->message : "not usable");
	else
		status = use_address(endpoint, context.host, why, &context,
			context.ca_file || context.cert_file, err);
	context_release(&context);
	return status;
}

static bool was_tried(const struct endpoint *endpoint, const char *path)
{
	for (size_t i = 0; i < endpoint->try_count; i++)
		if (strcmp(endpoint->tries[i].where + 7, path) == 0)
			return true;
	return false;
}

static int none_answers(const struct endpoint *endpoint, int worst, struct berth_error *err)
{
	struct buf list;

	buf_init(&list, sizeof(err->message));
	for (size_t i = 0; i < endpoint->try_count; i++)
		if (buf_addf(&list, NULL, "%s%s (%s)", i > 0 ? ", " : "",
			    endpoint->tries[i].where + 7, endpoint->tries[i].outcome) < 0)
			break;
	berth_error_set(err, worst == EACCES ? BERTH_E_DENIED : BERTH_E_UNREACHABLE, worst,
		"no engine answers: %s", list.data);
	buf_release(&list);
	hint_for(err, worst);
	return -1;
}

static int use_defaults(struct endpoint *endpoint, struct berth_error *err)
{
	int worst = ENOENT;

	for (size_t i = 0; i < DEFAULT_SOCKETS; i++) {
		const char *variable = default_sockets[i].variable;
		const char *root = variable ? getenv(variable) : "";
		cleanup_free char *path = NULL;
		int result;

		if (!root || (variable && root[0] != '/'))
			continue;
		if (asprintf(&path, "%s%s", root, default_sockets[i].path) < 0) {
			path = NULL;
			return no_memory(err);
		}
		if (was_tried(endpoint, path))
			continue;
		result = try_socket(endpoint, path, "default socket");
		if (result == 0)
			return adopt_local(endpoint, err);
		/* A socket that is there tells more than one that is not, and a closed door more
		 * than an empty room. */
		if (result == EACCES || result == EPERM)
			worst = EACCES;
		else if (worst == ENOENT)
			worst = result;
	}
	return none_answers(endpoint, worst, err);
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

int endpoint_find(struct endpoint *endpoint, const char *host, struct berth_error *err)
{
	cleanup_free char *current = NULL;
	const char *name = environment("DOCKER_CONTEXT");

	memset(endpoint, 0, sizeof(*endpoint));
	endpoint->folder_fd = -1;
	if (host && *host)
		return use_direct(endpoint, host, "--host", err);
	if (environment("DOCKER_HOST"))
		return use_direct(endpoint, environment("DOCKER_HOST"), "DOCKER_HOST", err);
	if (!name && context_current(&current, err) < 0) {
		note_try(endpoint, "", "config.json", err ? err->message : "not usable");
		return -1;
	}
	if (!name)
		name = current;
	if (name && strcmp(name, "default") != 0)
		return use_context(endpoint, name, err);
	return use_defaults(endpoint, err);
}

void endpoint_release(struct endpoint *endpoint)
{
	if (endpoint->folder_fd >= 0)
		close(endpoint->folder_fd);
	endpoint->folder_fd = -1;
	free(endpoint->socket_path);
	free(endpoint->base_url);
	free(endpoint->published_host);
	free(endpoint->ca_file);
	free(endpoint->cert_file);
	free(endpoint->key_file);
	endpoint->socket_path = endpoint->base_url = endpoint->published_host = NULL;
	endpoint->ca_file = endpoint->cert_file = endpoint->key_file = NULL;
}

/* Ports and how they are checked. */
#include "config/parse.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/strings.h"

#define PORT_FORM     "[NAME=]HOST:CONTAINER[/udp], for example 8080:80, auto:80 or :5859"
#define PORT_NAME_MAX 64

/* 0 if it is no port number. */
static int port_number(const char *text, size_t len)
{
	int number = 0;
	if (len == 0 || len > 5)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (!isdigit((unsigned char)text[i]))
			return 0;
		number = number * 10 + (text[i] - '0');
	}
	return number <= 65535 ? number : 0;
}

static bool is_port_name(const char *text, size_t len)
{
	if (len == 0 || len > PORT_NAME_MAX || !isalnum((unsigned char)text[0]))
		return false;
	for (size_t i = 1; i < len; i++) {
		if (!isalnum((unsigned char)text[i]) && !strchr("_.-", text[i]))
			return false;
	}
	return true;
}

static int bad_port(struct berth_error *err, const char *text, const char *why)
{
	return berth_error_set(
		err, BERTH_E_USAGE, 0, "port '%s': %s, expected %s", text, why, PORT_FORM);
}

/* "8080" alone says too little: is it here or in there? */
static int lone_number(struct berth_error *err, const char *text, const char *name, int name_len,
	int number, const char *suffix)
{
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"port '%s' is one number, write '%.*s%d:%d%s' or '%.*sauto:%d%s'", text, name_len,
		name, number, number, suffix, name_len, name, number, suffix);
}

static int parse_host(struct berth_port *port, const char *host, size_t len, const char *text,
	struct berth_error *err)
{
	port->published = len > 0;
	if (len == 0)
		return 0;
	if (len == 4 && memcmp(host, "auto", 4) == 0) {
		port->automatic = true;
		/* Below 1024 needs rights that berth should not have. */
		port->host = port->container < 1024 ? 8000 + port->container : port->container;
		return 0;
	}
	port->host = port_number(host, len);
	return port->host ? 0 : bad_port(err, text, "the host's part is no port, 1 to 65535");
}

static int parse_numbers(
	struct berth_port *port, const char *text, const char *rest, struct berth_error *err)
{
	const char *slash = strchr(rest, '/');
	size_t len = slash ? (size_t)(slash - rest) : strlen(rest);
	if (slash && strcmp(slash, "/udp") != 0 && strcmp(slash, "/tcp") != 0)
		return bad_port(err, text, "what follows '/' is neither udp nor tcp");
	port->udp = slash && strcmp(slash, "/udp") == 0;
	const char *colon = memchr(rest, ':', len);
	if (!colon) {
		int number = port_number(rest, len);
		if (number)
			return lone_number(
				err, text, text, (int)(rest - text), number, slash ? slash : "");
		return bad_port(err, text, "there is no ':'");
	}
	const char *container = colon + 1;
	size_t container_len = len - (size_t)(container - rest);
	if (memchr(container, ':', container_len))
		return bad_port(err, text, "there is more than one ':'");
	port->container = port_number(container, container_len);
	if (!port->container)
		return bad_port(err, text, "the container's part is no port, 1 to 65535");
	return parse_host(port, rest, (size_t)(colon - rest), text, err);
}

int parse_port(struct berth_port *port, const char *text, struct berth_error *err)
{
	*port = (struct berth_port){0};
	const char *equals = strchr(text, '=');
	if (equals && !is_port_name(text, (size_t)(equals - text)))
		return bad_port(
			err, text, "the name before '=' is not letters, digits, '_', '.', '-'");
	if (parse_numbers(port, text, equals ? equals + 1 : text, err) < 0)
		return -1;
	if (equals)
		port->name = strndup(text, (size_t)(equals - text));
	else if (asprintf(&port->name, "%d%s", port->container, port->udp ? "/udp" : "") < 0)
		port->name = NULL;
	return port->name ? 0 : string_no_memory(err);
}

void port_release(struct berth_port *port)
{
	free(port->name);
	free(port->health_path);
	*port = (struct berth_port){0};
}

static int bad_health(struct berth_error *err, const char *text, const char *why)
{
	return berth_error_set(err, BERTH_E_USAGE, 0,
		"health '%s': %s, expected [NAME=]PATH, [NAME=]tcp or [NAME=]none, for example "
		"/healthz or web=tcp",
		text, why);
}

static bool is_probe(const char *text)
{
	return text[0] == '/' || strcmp(text, "tcp") == 0 || strcmp(text, "none") == 0;
}

static int parse_probe(
	struct health *health, const char *text, const char *probe, struct berth_error *err)
{
	if (strcmp(probe, "tcp") == 0) {
		health->probe = BERTH_PROBE_TCP;
	} else if (strcmp(probe, "none") == 0) {
		health->probe = BERTH_PROBE_NONE;
	} else {
		if (probe[0] != '/')
			return bad_health(err, text, "a path starts with '/'");
		for (const char *p = probe; *p; p++) {
			if (!isgraph((unsigned char)*p))
				return bad_health(err, text,
					"a path is ASCII without spaces (write them as %20)");
		}
		health->probe = BERTH_PROBE_HTTP;
		health->path = probe;
	}
	return 0;
}

int parse_health(struct health *health, const char *text, struct berth_error *err)
{
	*health = (struct health){0};
	/* A path may hold '=' itself. */
	const char *equals = is_probe(text) ? NULL : strchr(text, '=');
	if (equals && equals == text)
		return bad_health(err, text, "there is no port's name before '='");
	if (parse_probe(health, text, equals ? equals + 1 : text, err) < 0)
		return -1;
	if (equals) {
		health->port = strndup(text, (size_t)(equals - text));
		if (!health->port)
			return string_no_memory(err);
	}
	return 0;
}

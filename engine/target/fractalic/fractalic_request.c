/*
 * The request, checked before it is sent: what the server would refuse, what would break it (its
 * answer to a null is a 500), and what would fail only when half of it is done.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <berth/text.h>

#include "base/json_write.h"
#include "docker/reference.h"
#include "target/fractalic/fractalic.h"

#define BODY_MAX (4u << 20)

static bool is_blank(const char *text)
{
	return text == NULL || text[strspn(text, " \t\r\n\v\f")] == '\0';
}

static int check_text(const char *what, const char *option, const char *text, bool required,
	struct berth_error *err)
{
	if (required && is_blank(text)) {
		berth_error_set(err, BERTH_E_USAGE, 0, "%s is required", what);
		return berth_error_hint(err, "give it with %s", option);
	}
	if (text != NULL && !berth_utf8_valid(text, strlen(text)))
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"%s is not UTF-8, which the server can't read", what);
	return 0;
}

/* As the Docker engine over there will have it; it would say so at 60 per cent. */
static bool is_container_name(const char *name)
{
	static const char first[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t len = strspn(name, first);

	if (len == 0)
		return false;
	while (name[len] != '\0' && (strchr("_.-", name[len]) != NULL || strchr(first, name[len])))
		len++;
	return len >= 2 && name[len] == '\0';
}

/* Servers differ in what they call a container that was given no name, so it is given the one of
 * their document, if that is a name at all. */
static int choose_container(struct fractalic *t, struct berth_error *err)
{
	static const char pattern[] = "fractalic-";
	const char *wanted = t->run.request->container;
	size_t size = sizeof(pattern) + strlen(t->run.request->name);

	if (wanted != NULL && !is_container_name(wanted)) {
		berth_error_set(err, BERTH_E_USAGE, 0, "'%s' is not a container name", wanted);
		return berth_error_hint(err, "two or more of a-z A-Z 0-9 _ . -, a letter or digit "
					     "first: --container NAME");
	}
	t->container = malloc(wanted != NULL ? strlen(wanted) + 1 : size);
	if (t->container == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (wanted != NULL) {
		memcpy(t->container, wanted, strlen(wanted) + 1);
		return 0;
	}
	memcpy(t->container, pattern, sizeof(pattern) - 1);
	memcpy(t->container + sizeof(pattern) - 1, t->run.request->name,
		strlen(t->run.request->name) + 1);
	if (!is_container_name(t->container)) {
		free(t->container);
		t->container = NULL;
	}
	return 0;
}

static bool is_platform(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	size_t os = strspn(text, allowed), rest;

	if (os == 0 || text[os] != '/')
		return false;
	rest = strspn(text + os + 1, allowed);
	if (rest > 0 && text[os + 1 + rest] == '/')
		rest += 1 + strspn(text + os + rest + 2, allowed);
	return rest > 0 && text[os + 1 + rest] == '\0';
}

static int check_ports(const struct berth_deployment *request, struct berth_error *err)
{
	for (size_t i = 0; i < request->port_count; i++) {
		const struct berth_port *port = &request->ports[i];

		if (port->udp)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"port '%s' is udp, which this server does not take", port->name);
		for (size_t k = 0; k < i; k++)
			if (strcmp(request->ports[k].name, port->name) == 0)
				return berth_error_set(err, BERTH_E_USAGE, 0,
					"two ports are called '%s'", port->name);
	}
	return 0;
}

static int check_env(const struct berth_deployment *request, struct berth_error *err)
{
	for (size_t i = 0; i < request->env_count; i++) {
		const struct berth_variable *variable = &request->env[i];

		if (variable->name[0] == '\0' || strchr(variable->name, '=') != NULL)
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"'%s' is not the name of a variable", variable->name);
		/* The value is named by its variable; it is a secret itself. */
		if (!berth_utf8_valid(variable->name, strlen(variable->name)) ||
			!berth_utf8_valid(variable->value, strlen(variable->value)))
			return berth_error_set(err, BERTH_E_USAGE, 0,
				"variable '%s' is not UTF-8, which the server can't read",
				variable->name);
	}
	return 0;
}

int request_check(struct fractalic *t, struct berth_error *err)
{
	const struct berth_deployment *request = t->run.request;
	struct reference reference;

	if (check_text("the name of the script", "--name", request->name, true, err) < 0 ||
		check_text("the script's folder on the server", "--folder", request->folder, true,
			err) < 0 ||
		choose_container(t, err) < 0)
		return -1;
	if (request->image != NULL && reference_parse(&reference, request->image, err) < 0)
		return -1;
	if (request->platform != NULL && !is_platform(request->platform)) {
		berth_error_set(err, BERTH_E_USAGE, 0, "'%s' is not a platform", request->platform);
		return berth_error_hint(err, "OS/ARCH, as in linux/amd64");
	}
	if (check_ports(request, err) < 0 || check_env(request, err) < 0)
		return -1;
	return 0;
}

/* A port of the server's choice is one that is not named. */
static void put_ports(struct json_writer *out, const struct berth_deployment *request)
{
	bool any = false;

	for (size_t i = 0; i < request->port_count; i++) {
		const struct berth_port *port = &request->ports[i];

		if (port->automatic)
			continue;
		if (!any) {
			json_write_key(out, "ports");
			json_write_open(out, '{');
		}
		any = true;
		json_write_key(out, port->name);
		json_write_integer(out, port->published ? port->host : port->container);
	}
	if (any)
		json_write_close(out, '}');
}

static void put_env(struct json_writer *out, const struct berth_deployment *request)
{
	if (request->env_count == 0)
		return;
	json_write_key(out, "env_vars");
	json_write_open(out, '{');
	for (size_t i = 0; i < request->env_count; i++) {
		json_write_key(out, request->env[i].name);
		json_write_text(out, request->env[i].value);
	}
	json_write_close(out, '}');
}

static void put_text(struct json_writer *out, const char *key, const char *value)
{
	/* A null is not a default over there, but the end of the run. */
	if (value == NULL)
		return;
	json_write_key(out, key);
	json_write_text(out, value);
}

int request_body(const struct fractalic *t, struct buf *body, struct berth_error *err)
{
	struct json_writer out;

	json_writer_init(&out, BODY_MAX);
	json_write_open(&out, '{');
	put_text(&out, "script_name", t->run.request->name);
	put_text(&out, "script_folder", t->run.request->folder);
	put_text(&out, "container_name", t->container);
	put_text(&out, "registry_image", t->run.request->image);
	put_text(&out, "platform", t->run.request->platform);
	put_ports(&out, t->run.request);
	put_env(&out, t->run.request);
	json_write_close(&out, '}');
	if (out.failed) {
		explicit_bzero(out.buf.data, out.buf.len);
		json_writer_release(&out);
		return berth_error_set(err, BERTH_E_LIMIT, 0, "the request does not fit");
	}
	*body = out.buf;
	return 0;
}

#include "docker/image_info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "docker/members.h"

#define NS_PER_MS 1000000

static const char *find_digest(const json_t *digests, const struct reference *wanted)
{
	struct reference found;
	json_t *text;
	size_t i;

	json_array_foreach(digests, i, text)
	{
		const char *at = json_is_string(text) ? strchr(json_string_value(text), '@') : NULL;

		if (at && reference_parse(&found, json_string_value(text), NULL) == 0 &&
			strcmp(found.registry, wanted->registry) == 0 &&
			strcmp(found.repository, wanted->repository) == 0)
			return at + 1;
	}
	return NULL;
}

static int by_number(const void *a, const void *b)
{
	const struct image_port *left = a, *right = b;

	return left->number != right->number ? left->number - right->number
					     : (int)left->udp - (int)right->udp;
}

static void read_ports(struct image_info *info, const json_t *exposed)
{
	const char *name;
	json_t *unused;

	json_object_foreach((json_t *)exposed, name, unused)
	{
		struct image_port *port = &info->ports[info->port_count];

		if (info->port_count < IMAGE_MAX_PORTS &&
			member_port(name, &port->number, &port->udp))
			info->port_count++;
	}
	qsort(info->ports, info->port_count, sizeof(info->ports[0]), by_number);
}

static void read_healthcheck(struct image_info *info, const json_t *check)
{
	const json_t *test = member(check, "Test", NULL);
	const char *kind = json_string_value(json_array_get(test, 0));

	if (!kind || !*kind || strcmp(kind, "NONE") == 0)
		return;
	info->has_healthcheck = true;
	info->health_interval_ms = member_integer(check, "Interval", 0) / NS_PER_MS;
	info->health_timeout_ms = member_integer(check, "Timeout", 0) / NS_PER_MS;
	info->health_start_period_ms = member_integer(check, "StartPeriod", 0) / NS_PER_MS;
	info->health_retries = (int)member_integer(check, "Retries", 0);
}

/* An array, or in old images a single string. */
static bool says_something(const json_t *command)
{
	return json_array_size(command) > 0 || json_string_length(command) > 0;
}

void image_info_read(
	struct image_info *info, const struct json_t *json, const struct reference *reference)
{
	const json_t *config = member(json, "Config", NULL);
	const char *digest = find_digest(member(json, "RepoDigests", NULL), reference);

	memset(info, 0, sizeof(*info));
	member_copy(info->id, sizeof(info->id), json, "Id");
	snprintf(info->digest, sizeof(info->digest), "%s", digest ? digest : info->id);
	read_ports(info, member(config, "ExposedPorts", NULL));
	read_healthcheck(info, member(config, "Healthcheck", NULL));
	member_copy(info->user, sizeof(info->user), config, "User");
	info->has_command = says_something(member(config, "Cmd", NULL)) ||
			    says_something(member(config, "Entrypoint", NULL));
	member_copy(info->os, sizeof(info->os), json, "Os");
	member_copy(info->arch, sizeof(info->arch), json, "Architecture");
	info->size = member_integer(json, "Size", 0);
	info->name_count = json_array_size(member(json, "RepoTags", NULL));
}

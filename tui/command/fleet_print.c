#include "command/fleet_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

#include "complain.h"
#include "list/container_text.h"

enum { COLUMNS = 6, CELL = 320, ID_SHOWN = 12 };

struct cells {
	char text[COLUMNS][CELL];
};

static void clean(char dst[CELL], const char *text)
{
	unsigned flags = BERTH_CLEAN_LINE | (locale_is_utf8() ? 0 : BERTH_CLEAN_ASCII);
	berth_text_clean(dst, CELL, text, strlen(text), flags);
	if (dst[0] == '\0')
		snprintf(dst, CELL, "-");
}

static struct cells cells_of(const struct berth_container *container, int64_t now_ms)
{
	struct cells cells;
	char state[96], ports[CELL], id[ID_SHOWN + 1];
	snprintf(id, sizeof id, "%s", container->id);
	clean(cells.text[0], container_title(container));
	clean(cells.text[1], container->name);
	clean(cells.text[2], container_state(state, container, now_ms));
	clean(cells.text[3], container_ports(ports, sizeof ports, container));
	clean(cells.text[4], container->image);
	clean(cells.text[5], id);
	return cells;
}

/* A stack is one entry: "2 services", "2 of 2 up", and the ports of all. */
static struct cells cells_of_stack(
	const struct berth_container *const *members, size_t count, int64_t now_ms)
{
	struct cells cells = cells_of(members[0], now_ms);
	char ports[CELL], one[CELL];
	size_t used = 0, up = 0, ill = 0;
	ports[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const char *text = container_ports(one, sizeof one, members[i]);
		up += berth_container_up(members[i]);
		ill += members[i]->health == BERTH_HEALTH_UNHEALTHY;
		if (*text && used < sizeof ports)
			used += (size_t)snprintf(ports + used, sizeof ports - used, "%s%s",
				used > 0 ? ", " : "", text);
	}
	snprintf(cells.text[1], CELL, "%zu services", count);
	snprintf(cells.text[2], CELL, ill > 0 ? "%zu of %zu up, %zu unhealthy" : "%zu of %zu up",
		up, count, ill);
	clean(cells.text[3], ports);
	clean(cells.text[4], "");
	clean(cells.text[5], "");
	return cells;
}

/* False for one that stands in the entry of its stack already. */
static bool make_row(
	struct cells *cells, const struct berth_fleet *fleet, size_t index, int64_t now_ms)
{
	const struct berth_container *container = berth_fleet_at(fleet, index);
	const struct berth_container *members[BERTH_STACK_MAX];
	size_t count = berth_fleet_stack(fleet, container, members, BERTH_STACK_MAX);
	if (count > 0 && members[0] != container)
		return false;
	count = count < BERTH_STACK_MAX ? count : BERTH_STACK_MAX;
	*cells = count > 1 ? cells_of_stack(members, count, now_ms) : cells_of(container, now_ms);
	return true;
}

static void measure(int widths[COLUMNS], const struct cells *cells)
{
	for (int i = 0; i < COLUMNS; i++) {
		int width = berth_text_width(cells->text[i], strlen(cells->text[i]));
		widths[i] = width > widths[i] ? width : widths[i];
	}
}

static void print_row(const int widths[COLUMNS], const struct cells *cells)
{
	for (int i = 0; i < COLUMNS; i++) {
		const char *text = cells->text[i];
		int blanks = widths[i] - berth_text_width(text, strlen(text));
		if (i + 1 < COLUMNS)
			printf("%s%*s", text, blanks + 2, "");
		else
			puts(text);
	}
}

void fleet_print(const struct berth_fleet *fleet, int64_t now_ms)
{
	static const struct cells head = {
		{"DEPLOYMENT", "CONTAINER", "STATE", "PORTS", "IMAGE", "ID"}};
	int widths[COLUMNS] = {0};
	struct cells cells;
	if (berth_fleet_count(fleet) == 0) {
		complain_text("nothing that berth deployed is on this engine");
		return;
	}
	measure(widths, &head);
	for (size_t i = 0; i < berth_fleet_count(fleet); i++) {
		if (make_row(&cells, fleet, i, now_ms))
			measure(widths, &cells);
	}
	print_row(widths, &head);
	for (size_t i = 0; i < berth_fleet_count(fleet); i++) {
		if (make_row(&cells, fleet, i, now_ms))
			print_row(widths, &cells);
	}
}

static json_t *time_json(int64_t time_ms)
{
	char text[32];
	return time_ms > 0 ? json_string(berth_format_timestamp(text, time_ms)) : json_null();
}

static json_t *ports_json(const struct berth_container *container)
{
	json_t *ports = json_array();
	for (size_t i = 0; i < container->port_count; i++)
		json_array_append_new(
			ports, json_pack("{s:i, s:i, s:s}", "host", container->ports[i].host,
				       "container", container->ports[i].container, "protocol",
				       container->ports[i].udp ? "udp" : "tcp"));
	return ports;
}

static json_t *container_json(const struct berth_container *container)
{
	bool ended = container->state == BERTH_CONTAINER_EXITED ||
		     container->state == BERTH_CONTAINER_DEAD;
	const char *health = berth_container_health_name(container->health);
	return json_pack(
		"{s:i, s:s, s:s, s:s?, s:s?, s:s, s:s, s:s, s:s, s:s?, s:o, s:b, s:o, s:o, "
		"s:o}",
		"v", 1, "deployment_id", container->deployment, "name", container_title(container),
		"stack", container->project[0] ? container->project : NULL, "service",
		container->service[0] ? container->service : NULL, "container", container->name,
		"container_id", container->id, "image", container->image, "state",
		berth_container_state_name(container->state), "health",
		health[0] != '\0' ? health : NULL, "exit_code",
		ended ? json_integer(container->exit_code) : json_null(), "oom",
		container->oom_killed, "since", time_json(container->since_ms), "created",
		time_json(container->created_ms), "ports", ports_json(container));
}

/* Takes the reference. */
static int print_line(json_t *json)
{
	char *line = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (line == NULL)
		return -1;
	puts(line);
	free(line);
	return 0;
}

int fleet_print_json(const struct berth_fleet *fleet)
{
	for (size_t i = 0; i < berth_fleet_count(fleet); i++)
		if (print_line(container_json(berth_fleet_at(fleet, i))) < 0)
			return -1;
	return 0;
}

static json_t *error_json(const struct berth_error *err)
{
	return err != NULL ? json_pack("{s:s, s:s, s:s}", "code", berth_code_name(err->code),
				     "message", err->message, "hint", err->hint)
			   : json_null();
}

int fleet_print_acted(const struct berth_acted *acted)
{
	return print_line(json_pack("{s:i, s:s, s:s, s:s, s:b, s:o}", "v", 1, "action",
		berth_act_name(acted->act), "container", acted->name, "container_id", acted->id,
		"success", acted->error == NULL, "error", error_json(acted->error)));
}

#include "command/ports_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

#include "complain.h"
#include "history/history_text.h"
#include "list/container_text.h"

enum { COLUMNS = 5, CELL = 320 };

static const struct berth_container *container_of(
	const struct berth_given_port *port, const struct berth_fleet *fleet)
{
	for (size_t i = 0; i < berth_fleet_count(fleet); i++) {
		const struct berth_container *container = berth_fleet_at(fleet, i);
		if (strcmp(container->deployment, port->deployment_id) == 0)
			return container;
	}
	return NULL;
}

static bool publishes(const struct berth_container *container, const struct berth_given_port *port)
{
	for (size_t i = 0; i < container->port_count; i++) {
		if (container->ports[i].host == port->port && container->ports[i].udp == port->udp)
			return true;
	}
	return false;
}

/*
 * in use: its container runs. free: it does not, and the port is kept for it. taken: it does not,
 * and somebody else has the port. stale: there is no such container any more, and the next one that
 * looks for a port may have it. leased: that engine was not asked, so no more is known.
 */
static const char *state_of(
	const struct berth_given_port *port, const char *engine, const struct berth_fleet *fleet)
{
	const struct berth_container *container = container_of(port, fleet);
	if (strcmp(port->engine, engine) != 0 || !berth_fleet_live(fleet))
		return "leased";
	if (container && berth_container_up(container) && publishes(container, port))
		return "in use";
	if (!container)
		return "stale";
	return port->is_open ? "taken" : "free";
}

static void clean(char dst[CELL], const char *text)
{
	unsigned flags = BERTH_CLEAN_LINE | (locale_is_utf8() ? 0 : BERTH_CLEAN_ASCII);
	berth_text_clean(dst, CELL, text, strlen(text), flags);
}

struct cells {
	char text[COLUMNS][CELL];
};

static struct cells cells_of(const struct berth_given_port *port, const char *state)
{
	struct cells cells;
	char when[32];
	snprintf(cells.text[0], CELL, "%d%s", port->port, port->udp ? "/udp" : "");
	snprintf(cells.text[1], CELL, "%s", state);
	clean(cells.text[2], port->name);
	clean(cells.text[3], port->container);
	snprintf(cells.text[4], CELL, "%s", history_when(when, port->since_ms));
	return cells;
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

static void print_table(const struct berth_given_port *ports, size_t count, const char *engine,
	const struct berth_fleet *fleet)
{
	static const struct cells head = {{"PORT", "STATE", "DEPLOYMENT", "CONTAINER", "SINCE"}};
	int widths[COLUMNS] = {0};
	for (size_t row = 0; row <= count; row++) {
		struct cells cells = row == 0 ? head
					      : cells_of(&ports[row - 1],
							state_of(&ports[row - 1], engine, fleet));
		for (int i = 0; i < COLUMNS; i++) {
			int width = berth_text_width(cells.text[i], strlen(cells.text[i]));
			widths[i] = width > widths[i] ? width : widths[i];
		}
	}
	print_row(widths, &head);
	for (size_t i = 0; i < count; i++) {
		struct cells cells = cells_of(&ports[i], state_of(&ports[i], engine, fleet));
		print_row(widths, &cells);
	}
}

static int print_json(const struct berth_given_port *port, const char *state)
{
	char since[32];
	json_t *object = json_pack("{s:i, s:i, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:s}", "v", 1,
		"port", port->port, "protocol", port->udp ? "udp" : "tcp", "state", state, "name",
		port->name, "container", port->container, "container_port", port->container_port,
		"engine", port->engine, "deployment_id", port->deployment_id, "since",
		berth_format_timestamp(since, port->since_ms));
	char *line = object ? json_dumps(object, JSON_COMPACT) : NULL;
	json_decref(object);
	if (!line)
		return -1;
	puts(line);
	free(line);
	return 0;
}

int ports_print(const struct berth_given_port *ports, size_t count, const char *engine,
	const struct berth_fleet *fleet, bool json)
{
	int status = 0;
	for (size_t i = 0; json && i < count && status == 0; i++)
		status = print_json(&ports[i], state_of(&ports[i], engine, fleet));
	if (json)
		return status;
	if (count == 0)
		complain_text("no port is given out");
	else
		print_table(ports, count, engine, fleet);
	return 0;
}

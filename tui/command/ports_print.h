/* The list of `berth ports`, for people or one JSON object a line. */
#ifndef BERTH_TUI_PORTS_PRINT_H
#define BERTH_TUI_PORTS_PRINT_H

#include <berth/fleet.h>
#include <berth/ports.h>

/* `engine`: the address of the one whose fleet that is; `live`: the fleet is all there is. 0, or
 * -1 without memory. */
int ports_print(const struct berth_given_port *ports, size_t count, const char *engine,
	const struct berth_fleet *fleet, bool json);

#endif

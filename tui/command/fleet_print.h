/* The list of `berth list`, for people or one JSON object a line. */
#ifndef BERTH_TUI_FLEET_PRINT_H
#define BERTH_TUI_FLEET_PRINT_H

#include <stdint.h>

#include <berth/fleet.h>

void fleet_print(const struct berth_fleet *fleet, int64_t now_ms);
/* 0, or -1 without memory. */
int fleet_print_json(const struct berth_fleet *fleet);
/* How an act ended, as one JSON object. */
int fleet_print_acted(const struct berth_acted *acted);

#endif

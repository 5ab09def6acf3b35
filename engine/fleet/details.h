/*
 * One container looked at closely: its facts, its output and what it uses, while somebody looks.
 * Looked at again when an event names it; when it was started again its output goes on.
 */
#ifndef FLEET_DETAILS_H
#define FLEET_DETAILS_H

#include <berth/fleet.h>

struct berth_fleet;
struct details;
struct docker;
struct uv_loop_s;

struct details *details_open(
	struct berth_fleet *fleet, struct uv_loop_s *loop, const char *id, struct berth_error *err);
/* Ends what is under way, and frees it from the loop. */
void details_close(struct details *details);
/* An event named it, or the engine is there again. */
void details_look(struct details *details);
const struct berth_details *details_get(const struct details *details);
struct berth_log *details_log(const struct details *details);

#endif

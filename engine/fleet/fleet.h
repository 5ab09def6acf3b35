/*
 * The containers that carry berth's label on one engine.
 *
 * One list when the engine is reached, then its event stream: whatever that names is looked at
 * again. A look is one inspect, of which a few run at a time; the state shown is always one that
 * the engine said, never one that was worked out here.
 */
#ifndef FLEET_FLEET_H
#define FLEET_FLEET_H

#include <berth/fleet.h>

struct details;
struct docker;
struct engine_event;
struct uv_loop_s;

struct berth_fleet *fleet_new(
	void (*changed)(void *context), void *context, struct berth_error *err);
/* Cancel what is under way; `closed` comes from a callback of the loop, or before this returns if
 * nothing was. */
void fleet_close(struct berth_fleet *fleet, void (*closed)(void *context), void *context);

/* The engine answers, and its events are heard from now on: it is listed. */
void fleet_up(struct berth_fleet *fleet, struct docker *docker);
/* It is listed again: events before this may have been missed. */
void fleet_resync(struct berth_fleet *fleet);
/* It does not answer any more; what is known is kept. */
void fleet_down(struct berth_fleet *fleet);
void fleet_event(struct berth_fleet *fleet, const struct engine_event *event);
/* The events that matter here. */
extern const char *const fleet_events[];
extern const size_t fleet_event_count;

int fleet_listen(struct berth_fleet *fleet, const struct berth_output_request *request,
	struct berth_error *err);

/* As berth_engine_look() and _look_away(). */
int fleet_look(
	struct berth_fleet *fleet, struct uv_loop_s *loop, const char *id, struct berth_error *err);
void fleet_look_away(struct berth_fleet *fleet);
const struct details *fleet_details(const struct berth_fleet *fleet);

/* As berth_engine_act_on_stack(). */
int fleet_act_on_stack(struct berth_fleet *fleet, const char *project, enum berth_act act,
	bool volumes, berth_acted_fn *done, void *context, struct berth_error *err);

int fleet_act(struct berth_fleet *fleet, const char *id, enum berth_act act, berth_acted_fn *done,
	void *context, struct berth_error *err);

#endif

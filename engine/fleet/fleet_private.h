/* What the files of the fleet share. */
#ifndef FLEET_FLEET_PRIVATE_H
#define FLEET_FLEET_PRIVATE_H

#include "docker/container.h"
#include "fleet/fleet.h"

#define FLEET_LOOKS 4 /* containers looked at at a time */

struct fleet_entry {
	struct berth_container shown;
	bool visible; /* something is known of it beside its id */
	bool stale;   /* it is to be looked at */
	bool kept;    /* seen by the listing that runs, or named by an event since it began */
};

/* One inspect under way; op NULL: free. */
struct fleet_look {
	struct berth_fleet *fleet;
	struct docker *docker;
	struct docker_op *op;
	char id[72];
};

struct details;
struct fleet_act;
struct fleet_stack;
struct fleet_listener;

struct berth_fleet {
	void (*changed)(void *context);
	void *context;
	struct docker *docker;        /* NULL while no engine answers */
	struct fleet_entry **entries; /* visible ones first, oldest first */
	size_t count, visible, capacity;
	uint64_t changes;
	bool live, listing_wanted;
	struct berth_error error; /* of the last listing */
	struct docker_op *listing;
	struct docker *listing_docker;
	struct fleet_look looks[FLEET_LOOKS];
	struct fleet_act *acts;
	struct fleet_stack *stacks;
	struct fleet_listener *listeners;
	struct details *details; /* of what is looked at; NULL: nothing is */
	unsigned open_details;   /* also those that are closing */
	bool closing;
	void (*closed)(void *context);
	void *closed_context;
};

/* --- fleet_entries.c --- */

struct fleet_entry *fleet_entries_find(const struct berth_fleet *fleet, const char *id);
/* Found, or made invisible and stale. NULL without memory. */
struct fleet_entry *fleet_entries_get(struct berth_fleet *fleet, const char *id);
void fleet_entries_drop(struct berth_fleet *fleet, const char *id);
/* Drop all but those that are kept. */
void fleet_entries_sweep(struct berth_fleet *fleet);
void fleet_entries_sort(struct berth_fleet *fleet);
void fleet_entries_release(struct berth_fleet *fleet);
void fleet_entry_read_row(struct fleet_entry *entry, const struct container_row *row);
void fleet_entry_read_info(struct fleet_entry *entry, const struct container_info *info);

/* --- fleet.c --- */

void fleet_changed(struct berth_fleet *fleet);
/* A look from elsewhere: what it found is shown. info NULL: the container is gone. */
void fleet_saw(struct berth_fleet *fleet, const char *id, const struct container_info *info);
/* Something ended: go on, or be closed. */
void fleet_go_on(struct berth_fleet *fleet);

/* --- act.c --- */

void fleet_cancel_acts(struct berth_fleet *fleet);

/* --- stack.c --- */

void fleet_cancel_stacks(struct berth_fleet *fleet);

/* --- listen.c --- */

void fleet_cancel_listeners(struct berth_fleet *fleet);

#endif

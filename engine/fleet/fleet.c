#include "fleet/fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker/client.h"
#include "docker/events.h"
#include "fleet/details.h"
#include "fleet/fleet_private.h"

const char *const fleet_events[] = {
	"create", "start", "die", "pause", "unpause", "rename", "health_status", "destroy"};
const size_t fleet_event_count = sizeof(fleet_events) / sizeof(fleet_events[0]);

/* --- asked from outside --- */

size_t berth_fleet_count(const struct berth_fleet *fleet)
{
	return fleet->visible;
}

const struct berth_container *berth_fleet_at(const struct berth_fleet *fleet, size_t index)
{
	return index < fleet->visible ? &fleet->entries[index]->shown : NULL;
}

const struct berth_container *berth_fleet_find(const struct berth_fleet *fleet, const char *id)
{
	const struct fleet_entry *entry = fleet_entries_find(fleet, id);

	return entry != NULL && entry->visible ? &entry->shown : NULL;
}

uint64_t berth_fleet_changes(const struct berth_fleet *fleet)
{
	return fleet->changes;
}

bool berth_fleet_live(const struct berth_fleet *fleet)
{
	return fleet->live;
}

static bool is_looking(const struct berth_fleet *fleet)
{
	for (size_t i = 0; i < FLEET_LOOKS; i++)
		if (fleet->looks[i].op != NULL)
			return true;
	return false;
}

bool berth_fleet_settled(const struct berth_fleet *fleet)
{
	if (!fleet->live || fleet->listing != NULL || fleet->listing_wanted || is_looking(fleet))
		return false;
	for (size_t i = 0; i < fleet->count; i++)
		if (fleet->entries[i]->stale)
			return false;
	return true;
}

const struct berth_error *berth_fleet_error(const struct berth_fleet *fleet)
{
	return fleet->error.code != BERTH_E_OK ? &fleet->error : NULL;
}

/* --- looking --- */

void fleet_changed(struct berth_fleet *fleet)
{
	fleet->changes++;
	if (!fleet->closing)
		fleet->changed(fleet->context);
}

void fleet_saw(struct berth_fleet *fleet, const char *id, const struct container_info *info)
{
	struct fleet_entry *entry = fleet_entries_find(fleet, id);

	/* It was dropped while it was looked at: an event knew sooner. */
	if (entry == NULL)
		return;
	if (info == NULL || info->deployment[0] == '\0') {
		fleet_entries_drop(fleet, id);
	} else {
		fleet_entry_read_info(entry, info);
		fleet_entries_sort(fleet);
	}
	fleet_changed(fleet);
}

static void looked(void *context, const struct container_info *info, const struct berth_error *err)
{
	struct fleet_look *look = context;
	struct berth_fleet *fleet = look->fleet;

	look->op = NULL;
	docker_free(look->docker);
	/* After any other failure what is known stays; the next event, or the next time the engine
	 * is reached, brings the next look. */
	if (info != NULL || err->code == BERTH_E_NOT_FOUND)
		fleet_saw(fleet, look->id, info);
	else
		fleet_changed(fleet);
	fleet_go_on(fleet);
}

static struct fleet_look *free_look(struct berth_fleet *fleet, const char *id)
{
	struct fleet_look *found = NULL;

	for (size_t i = 0; i < FLEET_LOOKS; i++) {
		if (fleet->looks[i].op == NULL)
			found = &fleet->looks[i];
		else if (strcmp(fleet->looks[i].id, id) == 0)
			return NULL;
	}
	return found;
}

static void look_at(struct berth_fleet *fleet, struct fleet_entry *entry)
{
	struct fleet_look *look = free_look(fleet, entry->shown.id);

	if (look == NULL)
		return;
	entry->stale = false;
	look->fleet = fleet;
	snprintf(look->id, sizeof(look->id), "%s", entry->shown.id);
	look->op = container_inspect(fleet->docker, look->id, looked, look, NULL);
	if (look->op != NULL)
		look->docker = docker_share(fleet->docker);
}

/* --- listing --- */

static void take_list(struct berth_fleet *fleet, const struct container_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct container_row *row = &list->rows[i];
		/* An engine that knows no filters would list everybody's. */
		struct fleet_entry *entry = row->deployment[0] != '\0'
						    ? fleet_entries_get(fleet, row->id)
						    : NULL;

		if (entry == NULL)
			continue;
		fleet_entry_read_row(entry, row);
		entry->stale = entry->kept = true;
	}
	fleet_entries_sweep(fleet);
	fleet_entries_sort(fleet);
}

static void listed(void *context, const struct container_list *list, const struct berth_error *err)
{
	struct berth_fleet *fleet = context;

	fleet->listing = NULL;
	docker_free(fleet->listing_docker);
	if (err == NULL) {
		take_list(fleet, list);
		fleet->live = fleet->docker != NULL;
		berth_error_clear(&fleet->error);
	} else if (err->code != BERTH_E_CANCELLED) {
		fleet->error = *err;
		berth_error_wrap(&fleet->error, "cannot list the containers");
	}
	fleet_changed(fleet);
	fleet_go_on(fleet);
}

static void list(struct berth_fleet *fleet)
{
	fleet->listing_wanted = false;
	for (size_t i = 0; i < fleet->count; i++)
		fleet->entries[i]->kept = false;
	fleet->listing = container_list(
		fleet->docker, true, CONTAINER_LABEL, listed, fleet, &fleet->error);
	if (fleet->listing != NULL)
		fleet->listing_docker = docker_share(fleet->docker);
	else
		fleet_changed(fleet);
}

/* --- lifetime --- */

static void tear_down(struct berth_fleet *fleet)
{
	void (*closed)(void *) = fleet->closed;
	void *context = fleet->closed_context;

	docker_free(fleet->docker);
	fleet_entries_release(fleet);
	free(fleet);
	closed(context);
}

void fleet_go_on(struct berth_fleet *fleet)
{
	if (fleet->closing) {
		if (fleet->listing == NULL && fleet->acts == NULL && fleet->stacks == NULL &&
			fleet->listeners == NULL && fleet->open_details == 0 && !is_looking(fleet))
			tear_down(fleet);
		return;
	}
	if (fleet->docker == NULL)
		return;
	if (fleet->listing_wanted && fleet->listing == NULL)
		list(fleet);
	for (size_t i = 0; i < fleet->count; i++)
		if (fleet->entries[i]->stale)
			look_at(fleet, fleet->entries[i]);
}

struct berth_fleet *fleet_new(
	void (*changed)(void *context), void *context, struct berth_error *err)
{
	struct berth_fleet *fleet = calloc(1, sizeof(*fleet));

	if (fleet == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	fleet->changed = changed;
	fleet->context = context;
	return fleet;
}

void fleet_up(struct berth_fleet *fleet, struct docker *docker)
{
	fleet_down(fleet);
	fleet->docker = docker_share(docker);
	if (fleet->details != NULL)
		details_look(fleet->details);
	fleet_resync(fleet);
}

void fleet_resync(struct berth_fleet *fleet)
{
	fleet->listing_wanted = true;
	fleet_go_on(fleet);
}

static void cancel_looks(struct berth_fleet *fleet)
{
	if (fleet->listing != NULL)
		docker_op_cancel(fleet->listing);
	for (size_t i = 0; i < FLEET_LOOKS; i++)
		if (fleet->looks[i].op != NULL)
			docker_op_cancel(fleet->looks[i].op);
}

void fleet_down(struct berth_fleet *fleet)
{
	docker_free(fleet->docker);
	fleet->docker = NULL;
	fleet->live = fleet->listing_wanted = false;
	berth_error_clear(&fleet->error);
	cancel_looks(fleet);
	fleet_changed(fleet);
}

void fleet_event(struct berth_fleet *fleet, const struct engine_event *event)
{
	struct fleet_entry *entry;

	if (fleet->details != NULL && strcmp(details_get(fleet->details)->id, event->id) == 0)
		details_look(fleet->details);
	if (strcmp(event->action, "destroy") == 0) {
		fleet_entries_drop(fleet, event->id);
		fleet_changed(fleet);
		return;
	}
	entry = fleet_entries_get(fleet, event->id);
	if (entry == NULL)
		return;
	entry->stale = entry->kept = true;
	fleet_go_on(fleet);
}

int fleet_look(
	struct berth_fleet *fleet, struct uv_loop_s *loop, const char *id, struct berth_error *err)
{
	fleet_look_away(fleet);
	if (!fleet->closing)
		fleet->details = details_open(fleet, loop, id, err);
	return fleet->details != NULL ? 0 : -1;
}

void fleet_look_away(struct berth_fleet *fleet)
{
	if (fleet->details == NULL)
		return;
	details_close(fleet->details);
	fleet->details = NULL;
}

const struct details *fleet_details(const struct berth_fleet *fleet)
{
	return fleet->details;
}

void fleet_close(struct berth_fleet *fleet, void (*closed)(void *context), void *context)
{
	fleet->closing = true;
	fleet->closed = closed;
	fleet->closed_context = context;
	cancel_looks(fleet);
	fleet_cancel_stacks(fleet);
	fleet_cancel_acts(fleet);
	fleet_cancel_listeners(fleet);
	fleet_look_away(fleet);
	fleet_go_on(fleet);
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet/fleet_private.h"

static const char *const states[] = {
	[BERTH_CONTAINER_CREATED] = "created",
	[BERTH_CONTAINER_RUNNING] = "running",
	[BERTH_CONTAINER_PAUSED] = "paused",
	[BERTH_CONTAINER_RESTARTING] = "restarting",
	[BERTH_CONTAINER_REMOVING] = "removing",
	[BERTH_CONTAINER_EXITED] = "exited",
	[BERTH_CONTAINER_DEAD] = "dead",
	[BERTH_CONTAINER_OTHER] = "unknown",
};
static const char *const healths[] = {
	[BERTH_HEALTH_NONE] = "",
	[BERTH_HEALTH_STARTING] = "starting",
	[BERTH_HEALTH_HEALTHY] = "healthy",
	[BERTH_HEALTH_UNHEALTHY] = "unhealthy",
};
_Static_assert(sizeof(states) / sizeof(states[0]) == BERTH_CONTAINER_OTHER + 1, "one a state");

const char *berth_container_state_name(enum berth_container_state state)
{
	return states[state];
}

const char *berth_container_health_name(enum berth_container_health health)
{
	return healths[health];
}

bool berth_container_up(const struct berth_container *container)
{
	return container->state == BERTH_CONTAINER_RUNNING ||
	       container->state == BERTH_CONTAINER_PAUSED ||
	       container->state == BERTH_CONTAINER_RESTARTING;
}

static enum berth_container_state read_state(const char *word)
{
	/* Podman's words for the first and the last. */
	if (strcmp(word, "configured") == 0 || strcmp(word, "initialized") == 0)
		return BERTH_CONTAINER_CREATED;
	if (strcmp(word, "stopped") == 0)
		return BERTH_CONTAINER_EXITED;
	for (int i = 0; i < BERTH_CONTAINER_OTHER; i++)
		if (strcmp(states[i], word) == 0)
			return (enum berth_container_state)i;
	return BERTH_CONTAINER_OTHER;
}

static enum berth_container_health read_health(const char *word)
{
	for (int i = BERTH_HEALTH_STARTING; i <= BERTH_HEALTH_UNHEALTHY; i++)
		if (strcmp(healths[i], word) == 0)
			return (enum berth_container_health)i;
	return BERTH_HEALTH_NONE;
}

struct fleet_entry *fleet_entries_find(const struct berth_fleet *fleet, const char *id)
{
	for (size_t i = 0; i < fleet->count; i++)
		if (strcmp(fleet->entries[i]->shown.id, id) == 0)
			return fleet->entries[i];
	return NULL;
}

struct fleet_entry *fleet_entries_get(struct berth_fleet *fleet, const char *id)
{
	struct fleet_entry *entry = fleet_entries_find(fleet, id), **grown;

	if (entry != NULL)
		return entry;
	if (fleet->count == fleet->capacity) {
		size_t capacity = fleet->capacity > 0 ? fleet->capacity * 2 : 16;

		grown = realloc(fleet->entries, capacity * sizeof(struct fleet_entry *));
		if (grown == NULL)
			return NULL;
		fleet->entries = grown;
		fleet->capacity = capacity;
	}
	entry = calloc(1, sizeof(*entry));
	if (entry == NULL)
		return NULL;
	snprintf(entry->shown.id, sizeof(entry->shown.id), "%s", id);
	entry->shown.doing = BERTH_ACT_NONE;
	entry->stale = true;
	fleet->entries[fleet->count++] = entry;
	return entry;
}

static void drop_at(struct berth_fleet *fleet, size_t i)
{
	free(fleet->entries[i]);
	fleet->count--;
	memmove(&fleet->entries[i], &fleet->entries[i + 1],
		(fleet->count - i) * sizeof(struct fleet_entry *));
	if (i < fleet->visible)
		fleet->visible--;
}

void fleet_entries_drop(struct berth_fleet *fleet, const char *id)
{
	for (size_t i = 0; i < fleet->count; i++) {
		if (strcmp(fleet->entries[i]->shown.id, id) == 0) {
			drop_at(fleet, i);
			return;
		}
	}
}

void fleet_entries_sweep(struct berth_fleet *fleet)
{
	for (size_t i = fleet->count; i > 0; i--)
		if (!fleet->entries[i - 1]->kept)
			drop_at(fleet, i - 1);
}

void fleet_entries_release(struct berth_fleet *fleet)
{
	while (fleet->count > 0)
		drop_at(fleet, fleet->count - 1);
	free(fleet->entries);
}

static int by_age(const void *a, const void *b)
{
	const struct fleet_entry *left = *(struct fleet_entry *const *)a;
	const struct fleet_entry *right = *(struct fleet_entry *const *)b;

	if (left->visible != right->visible)
		return left->visible ? -1 : 1;
	if (left->shown.created_ms != right->shown.created_ms)
		return left->shown.created_ms < right->shown.created_ms ? -1 : 1;
	return strcmp(left->shown.id, right->shown.id);
}

void fleet_entries_sort(struct berth_fleet *fleet)
{
	if (fleet->count > 0)
		qsort(fleet->entries, fleet->count, sizeof(struct fleet_entry *), by_age);
	for (fleet->visible = 0; fleet->visible < fleet->count; fleet->visible++)
		if (!fleet->entries[fleet->visible]->visible)
			break;
}

static void read_ports(
	struct berth_container *container, const struct container_port *ports, size_t count)
{
	container->port_count = 0;
	for (size_t i = 0; i < count && container->port_count < BERTH_FLEET_PORTS; i++)
		if (ports[i].host > 0)
			container->ports[container->port_count++] = (struct berth_fleet_port){
				ports[i].container, ports[i].host, ports[i].udp};
}

void fleet_entry_read_row(struct fleet_entry *entry, const struct container_row *row)
{
	struct berth_container *shown = &entry->shown;
	enum berth_container_state state = read_state(row->state);

	/* A row does not say since when: what was known of that holds if it is the same state. */
	if (!entry->visible || state != shown->state) {
		shown->since_ms = 0;
		shown->health = BERTH_HEALTH_NONE;
	}
	shown->state = state;
	snprintf(shown->name, sizeof(shown->name), "%s", row->name);
	snprintf(shown->image, sizeof(shown->image), "%s", row->image);
	snprintf(shown->deployment, sizeof(shown->deployment), "%s", row->deployment);
	snprintf(shown->deployed, sizeof(shown->deployed), "%s", row->deployed_name);
	memcpy(shown->project, row->project, sizeof(shown->project));
	memcpy(shown->service, row->service, sizeof(shown->service));
	/* Seconds; a look knows better. */
	if (!entry->visible)
		shown->created_ms = row->created_ms;
	read_ports(shown, row->ports, row->port_count);
	entry->visible = true;
}

static int64_t since_when(enum berth_container_state state, const struct container_info *info)
{
	switch (state) {
	case BERTH_CONTAINER_CREATED:
		return info->created_ms;
	case BERTH_CONTAINER_RUNNING:
	case BERTH_CONTAINER_PAUSED:
		return info->started_ms;
	default:
		return info->finished_ms;
	}
}

void fleet_entry_read_info(struct fleet_entry *entry, const struct container_info *info)
{
	struct berth_container *shown = &entry->shown;

	shown->state = read_state(info->status);
	shown->health = berth_container_up(shown) ? read_health(info->health) : BERTH_HEALTH_NONE;
	shown->exit_code = info->exit_code;
	shown->oom_killed = info->oom_killed;
	shown->created_ms = info->created_ms;
	shown->since_ms = since_when(shown->state, info);
	snprintf(shown->name, sizeof(shown->name), "%s", info->name);
	snprintf(shown->image, sizeof(shown->image), "%s", info->image);
	snprintf(shown->deployment, sizeof(shown->deployment), "%s", info->deployment);
	snprintf(shown->deployed, sizeof(shown->deployed), "%s", info->deployed_name);
	memcpy(shown->project, info->project, sizeof(shown->project));
	memcpy(shown->service, info->service, sizeof(shown->service));
	read_ports(shown, info->ports, info->port_count);
	entry->visible = true;
}

#include "list/entries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list/container_text.h"

enum { RANK_FAILED, RANK_BUSY, RANK_FINE, RANK_OVER };

void entries_release(struct entries *entries)
{
	free(entries->list);
	*entries = (struct entries){0};
}

static struct entry *add(struct entries *entries)
{
	if (entries->count == entries->capacity) {
		size_t capacity = entries->capacity > 0 ? entries->capacity * 2 : 32;
		struct entry *grown = realloc(entries->list, capacity * sizeof *grown);
		if (grown == NULL)
			return NULL;
		entries->list = grown;
		entries->capacity = capacity;
	}
	struct entry *entry = &entries->list[entries->count];
	*entry = (struct entry){.place = entries->count};
	entries->count++;
	return entry;
}

static bool passes(struct entries *entries, const char *name, const char *other)
{
	if (entries->filter[0] == '\0' || strcasestr(name, entries->filter) != NULL ||
		(other != NULL && strcasestr(other, entries->filter) != NULL))
		return true;
	entries->hidden++;
	return false;
}

static int run_rank(const struct berth_run *run)
{
	switch (run->state) {
	case BERTH_RUN_FAILED:
	case BERTH_RUN_UNKNOWN:
		return RANK_FAILED;
	case BERTH_RUN_QUEUED:
	case BERTH_RUN_RUNNING:
	case BERTH_RUN_CANCELLING:
		return RANK_BUSY;
	case BERTH_RUN_COMPLETED:
		return RANK_FINE;
	case BERTH_RUN_CANCELLED:
		break;
	}
	return RANK_OVER;
}

static int container_rank(const struct berth_container *container)
{
	if (container_failed(container))
		return RANK_FAILED;
	switch (container->state) {
	case BERTH_CONTAINER_RESTARTING:
	case BERTH_CONTAINER_REMOVING:
		return RANK_BUSY;
	case BERTH_CONTAINER_RUNNING:
		return container->health == BERTH_HEALTH_STARTING ? RANK_BUSY : RANK_FINE;
	default:
		return RANK_OVER;
	}
}

static void add_run(struct entries *entries, const struct berth_run *run)
{
	const struct berth_deployment *deployment = run->deployment;
	struct entry *entry = passes(entries, deployment->name, deployment->container)
				      ? add(entries)
				      : NULL;
	if (entry == NULL)
		return;
	entry->kind = ENTRY_RUN;
	entry->run = run->number;
	entry->rank = run_rank(run);
	snprintf(entry->name, sizeof entry->name, "%s", deployment->name);
	snprintf(entry->target, sizeof entry->target, "%s", deployment->target);
}

static void add_container(
	struct entries *entries, const struct berth_container *container, const char *where)
{
	const char *title = container_title(container);
	struct entry *entry = passes(entries, title, container->name) ? add(entries) : NULL;
	if (entry == NULL)
		return;
	entry->kind = ENTRY_CONTAINER;
	entry->rank = container_rank(container);
	snprintf(entry->id, sizeof entry->id, "%s", container->id);
	snprintf(entry->name, sizeof entry->name, "%s", title);
	snprintf(entry->target, sizeof entry->target, "%s", where);
}

static bool is_of_session(const struct berth_model *model, const struct berth_container *container)
{
	for (size_t i = 0; i < berth_model_count(model); i++)
		if (strcmp(berth_model_at(model, i)->id, container->deployment) == 0)
			return true;
	return false;
}

static int in_order(const struct entry *a, const struct entry *b, enum entry_sort sort)
{
	int order = 0;
	if (a->kind != b->kind)
		return a->kind == ENTRY_RUN ? -1 : 1;
	if (sort == SORT_NAME)
		order = strcasecmp(a->name, b->name);
	else if (sort == SORT_STATE)
		order = a->rank - b->rank;
	if (order != 0)
		return order;
	return a->place < b->place ? -1 : 1;
}

static int by_age(const void *a, const void *b)
{
	return in_order(a, b, SORT_AGE);
}

static int by_name(const void *a, const void *b)
{
	return in_order(a, b, SORT_NAME);
}

static int by_state(const void *a, const void *b)
{
	return in_order(a, b, SORT_STATE);
}

static const struct {
	const char *name;
	int (*compare)(const void *a, const void *b);
} sorts[] = {
	[SORT_AGE] = {"oldest first", by_age},
	[SORT_NAME] = {"by name", by_name},
	[SORT_STATE] = {"failed first", by_state},
};
_Static_assert(sizeof sorts / sizeof sorts[0] == SORT_COUNT, "one row an order");

const char *entries_sort_name(enum entry_sort sort)
{
	return sorts[sort].name;
}

static bool has_group(const struct entries *entries, size_t from, const char *target)
{
	for (size_t i = from; i < entries->count; i++)
		if (entries->list[i].kind == ENTRY_GROUP &&
			strcmp(entries->list[i].target, target) == 0)
			return true;
	return false;
}

/* All of one target behind its heading, targets in the order in which they first came; built behind
 * the plain list, which is then dropped. */
static void group(struct entries *entries)
{
	size_t plain = entries->count;
	for (size_t i = 0; i < plain; i++) {
		char target[sizeof entries->list[i].target];
		snprintf(target, sizeof target, "%s", entries->list[i].target);
		if (has_group(entries, plain, target))
			continue;
		struct entry *heading = add(entries);
		if (heading == NULL)
			return;
		heading->kind = ENTRY_GROUP;
		snprintf(heading->target, sizeof heading->target, "%s", target);
		for (size_t k = 0; k < plain; k++) {
			struct entry *copy = strcmp(entries->list[k].target, target) == 0
						     ? add(entries)
						     : NULL;
			/* The list may have moved to make room. */
			if (copy != NULL)
				*copy = entries->list[k];
		}
	}
	entries->count -= plain;
	memmove(entries->list, entries->list + plain, entries->count * sizeof *entries->list);
}

void entries_build(struct entries *entries, const struct berth_model *model,
	const struct berth_fleet *fleet, const char *where)
{
	entries->count = entries->hidden = 0;
	for (size_t i = 0; i < berth_model_count(model); i++)
		add_run(entries, berth_model_at(model, i));
	for (size_t i = 0; fleet != NULL && i < berth_fleet_count(fleet); i++) {
		const struct berth_container *container = berth_fleet_at(fleet, i);
		if (!is_of_session(model, container))
			add_container(entries, container, where);
	}
	if (entries->count == 0)
		return;
	qsort(entries->list, entries->count, sizeof *entries->list, sorts[entries->sort].compare);
	if (entries->grouped)
		group(entries);
}

int entries_find(const struct entries *entries, unsigned run, const char *id)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct entry *entry = &entries->list[i];
		if (run != 0 ? entry->kind == ENTRY_RUN && entry->run == run
			     : entry->kind == ENTRY_CONTAINER && strcmp(entry->id, id) == 0)
			return (int)i;
	}
	return -1;
}

int entries_beside(const struct entries *entries, int at, int step)
{
	int found = -1, last = (int)entries->count - 1, left = step < 0 ? -step : step;
	for (int i = at; left > 0;) {
		i += step < 0 ? -1 : 1;
		if (i < 0 || i > last)
			break;
		if (entries->list[i].kind == ENTRY_GROUP)
			continue;
		found = i;
		left--;
	}
	return found;
}

/*
 * The list of deployments as it is seen: those of the session first, then what berth deployed
 * before and is still there. Filtered by name, sorted, grouped by target. Pure.
 */
#ifndef BERTH_TUI_ENTRIES_H
#define BERTH_TUI_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/fleet.h>
#include <berth/model.h>

enum entry_kind { ENTRY_RUN, ENTRY_CONTAINER, ENTRY_GROUP };
enum entry_sort { SORT_AGE, SORT_NAME, SORT_STATE, SORT_COUNT };

struct entry {
	enum entry_kind kind;
	char target[64]; /* cut; of a group its whole meaning */
	char name[128];  /* cut */
	unsigned run;    /* number of a run */
	char id[72];     /* of a container */
	int rank;        /* by state: what needs a person comes first */
	size_t place;    /* before it was sorted */
};

struct entries {
	struct entry *list;
	size_t count, capacity;
	size_t hidden;    /* by the filter */
	char filter[128]; /* part of a name, in any case; "": all */
	enum entry_sort sort;
	bool grouped;
};

void entries_release(struct entries *entries);

/* Make it anew. `fleet` may be NULL; its containers are of the target `where`, but for those of a
 * run of the session, which are the run's. Without memory some are left out. */
void entries_build(struct entries *entries, const struct berth_model *model,
	const struct berth_fleet *fleet, const char *where);

/* The place of a run, or (run 0) of a container; -1: it is not there. */
int entries_find(const struct entries *entries, unsigned run, const char *id);
/* The place `step` deployments from there, groups left out, and none beyond the ends; -1: there is
 * none. */
int entries_beside(const struct entries *entries, int at, int step);

const char *entries_sort_name(enum entry_sort sort);

#endif

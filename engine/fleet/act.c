/*
 * Doing something to a container: it is looked at first (is it berth's, how long may it take to
 * stop?), then acted on, then looked at again. What that second look finds decides, not the answer:
 * an answer can be lost after the engine acted, and a process can end right after it was started.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "docker/client.h"
#include "fleet/fleet_private.h"

struct fleet_act {
	struct berth_fleet *fleet;
	struct fleet_act *next;
	struct docker *docker;
	struct docker_op *op;
	enum berth_act act;
	char id[72], name[160];
	int64_t started_before_ms;
	bool cancelled;
	struct berth_error error; /* of the deed */
	berth_acted_fn *done;
	void *context;
};

static const char *const names[] = {
	[BERTH_ACT_STOP] = "stop",
	[BERTH_ACT_RESTART] = "restart",
	[BERTH_ACT_REMOVE] = "remove",
	[BERTH_ACT_REMOVE_KEEPING] = "remove",
	[BERTH_ACT_NONE] = "",
};

const char *berth_act_name(enum berth_act act)
{
	return names[act];
}

static struct fleet_act *find_act(const struct berth_fleet *fleet, const char *id)
{
	for (struct fleet_act *act = fleet->acts; act != NULL; act = act->next)
		if (strcmp(act->id, id) == 0)
			return act;
	return NULL;
}

static void show_doing(struct fleet_act *act, enum berth_act doing)
{
	struct fleet_entry *entry = fleet_entries_find(act->fleet, act->id);

	if (entry != NULL)
		entry->shown.doing = doing;
	fleet_changed(act->fleet);
}

static void end(struct fleet_act *act, const struct berth_error *err)
{
	struct berth_fleet *fleet = act->fleet;
	struct fleet_act **at = &fleet->acts;

	while (*at != act)
		at = &(*at)->next;
	*at = act->next;
	show_doing(act, BERTH_ACT_NONE);
	TRACE("fleet", names[act->act], TRACE_TEXT("container", act->id),
		TRACE_TEXT("error", berth_code_name(err != NULL ? err->code : BERTH_E_OK)));
	act->done(act->context,
		&(struct berth_acted){
			.act = act->act, .id = act->id, .name = act->name, .error = err});
	docker_free(act->docker);
	free(act);
	fleet_go_on(fleet);
}

static void fail(struct fleet_act *act, const struct berth_error *err)
{
	struct berth_error why = *err;

	berth_error_wrap(&why, "cannot %s container '%s'", names[act->act], act->name);
	end(act, &why);
}

static void end_cancelled(struct fleet_act *act)
{
	struct berth_error why;

	berth_error_set(&why, BERTH_E_CANCELLED, 0,
		"nobody waits any more for the end of '%s' of container '%s'", names[act->act],
		act->name);
	end(act, &why);
}

/* --- afterwards --- */

/* The engine could not be asked how it is now. */
static void end_unknown(struct fleet_act *act, const struct berth_error *err)
{
	struct berth_error why = act->error.code != BERTH_E_OK ? act->error : *err;

	berth_error_wrap(&why, "what became of container '%s' is not known", act->name);
	berth_error_hint(&why, "'berth list' shows it once the engine answers again");
	end(act, &why);
}

static void end_not_done(struct fleet_act *act, const char *state)
{
	struct berth_error why;

	if (act->error.code != BERTH_E_OK) {
		fail(act, &act->error);
		return;
	}
	berth_error_set(&why, BERTH_E_REFUSED, 0,
		"the engine says it did %s container '%s', which is %s all the same",
		names[act->act], act->name, state);
	end(act, &why);
}

static void end_restart(struct fleet_act *act, const struct container_info *info)
{
	struct berth_error why;

	if (info->started_ms == act->started_before_ms && act->error.code != BERTH_E_OK) {
		fail(act, &act->error);
		return;
	}
	if (info->running && strcmp(info->status, "restarting") != 0) {
		end(act, NULL);
		return;
	}
	berth_error_set(&why, BERTH_E_EXITED, 0,
		"container '%s' was started and ended at once with exit code %d%s", act->name,
		info->exit_code, info->oom_killed ? ", killed: out of memory" : "");
	berth_error_hint(&why, "its last words: berth logs %s", act->name);
	end(act, &why);
}

static void looked_after(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct fleet_act *act = context;
	bool gone = err != NULL && err->code == BERTH_E_NOT_FOUND;

	act->op = NULL;
	if (act->cancelled) {
		end_cancelled(act);
		return;
	}
	if (err == NULL || gone)
		fleet_saw(act->fleet, act->id, info);
	if (gone && act->act != BERTH_ACT_RESTART)
		end(act, NULL);
	else if (gone)
		fail(act, err);
	else if (err != NULL)
		end_unknown(act, err);
	else if (act->act == BERTH_ACT_RESTART)
		end_restart(act, info);
	else if (act->act == BERTH_ACT_STOP && !info->running)
		end(act, NULL);
	else
		end_not_done(act, info->status);
}

static void deed_done(void *context, const struct berth_error *err)
{
	struct fleet_act *act = context;
	struct berth_error why = {0};

	act->op = NULL;
	if (err != NULL)
		act->error = *err;
	if (act->cancelled) {
		end_cancelled(act);
		return;
	}
	act->op = container_inspect(act->docker, act->id, looked_after, act, &why);
	if (act->op == NULL)
		end_unknown(act, &why);
}

/* --- before --- */

static struct docker_op *start_removal(struct fleet_act *act, struct berth_error *err)
{
	return container_remove(
		act->docker, act->id, act->act == BERTH_ACT_REMOVE, deed_done, act, err);
}

/* Its process had the time it wants to end in peace. However that went: it is to be removed. */
static void stopped_first(void *context, const struct berth_error *err)
{
	struct fleet_act *act = context;
	struct berth_error why = {0};

	act->op = NULL;
	if (act->cancelled) {
		deed_done(act, err);
		return;
	}
	act->op = start_removal(act, &why);
	if (act->op == NULL)
		deed_done(act, &why);
}

static struct docker_op *start_deed(
	struct fleet_act *act, const struct container_info *info, struct berth_error *err)
{
	switch (act->act) {
	case BERTH_ACT_STOP:
		return container_stop(
			act->docker, act->id, info->stop_timeout_s, deed_done, act, err);
	case BERTH_ACT_RESTART:
		if (!info->running)
			return container_start(act->docker, act->id, deed_done, act, err);
		return container_restart(
			act->docker, act->id, info->stop_timeout_s, deed_done, act, err);
	case BERTH_ACT_REMOVE:
	case BERTH_ACT_REMOVE_KEEPING:
		if (!info->running)
			return start_removal(act, err);
		return container_stop(
			act->docker, act->id, info->stop_timeout_s, stopped_first, act, err);
	case BERTH_ACT_NONE:
		break;
	}
	return NULL;
}

static void refuse(struct fleet_act *act)
{
	struct berth_error why;

	berth_error_set(&why, BERTH_E_REFUSED, 0,
		"container '%s' was not made by berth, which leaves it alone", act->name);
	berth_error_hint(&why, "docker %s %s",
		act->act >= BERTH_ACT_REMOVE ? "rm" : names[act->act], act->name);
	end(act, &why);
}

static void looked_before(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct fleet_act *act = context;
	struct berth_error why = {0};

	act->op = NULL;
	if (act->cancelled) {
		end_cancelled(act);
		return;
	}
	if (err != NULL) {
		if (err->code == BERTH_E_NOT_FOUND)
			fleet_saw(act->fleet, act->id, NULL);
		fail(act, err);
		return;
	}
	snprintf(act->name, sizeof(act->name), "%s", info->name);
	act->started_before_ms = info->started_ms;
	if (info->deployment[0] == '\0') {
		refuse(act);
		return;
	}
	act->op = start_deed(act, info, &why);
	if (act->op == NULL)
		fail(act, &why);
}

int fleet_act(struct berth_fleet *fleet, const char *id, enum berth_act what, berth_acted_fn *done,
	void *context, struct berth_error *err)
{
	const struct fleet_act *other = find_act(fleet, id);
	const struct berth_container *container = berth_fleet_find(fleet, id);
	struct fleet_act *act;

	if (fleet->docker == NULL || fleet->closing)
		return berth_error_set(err, BERTH_E_UNREACHABLE, 0, "no Docker engine answers");
	if (other != NULL)
		return berth_error_set(err, BERTH_E_CONFLICT, 0, "container '%s' is under way: %s",
			other->name, names[other->act]);
	act = calloc(1, sizeof(*act));
	if (act == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	act->fleet = fleet;
	act->act = what;
	act->done = done;
	act->context = context;
	snprintf(act->id, sizeof(act->id), "%s", id);
	snprintf(act->name, sizeof(act->name), "%s", container != NULL ? container->name : id);
	act->op = container_inspect(fleet->docker, id, looked_before, act, err);
	if (act->op == NULL) {
		free(act);
		return -1;
	}
	act->docker = docker_share(fleet->docker);
	act->next = fleet->acts;
	fleet->acts = act;
	show_doing(act, what);
	return 0;
}

void fleet_cancel_acts(struct berth_fleet *fleet)
{
	for (struct fleet_act *act = fleet->acts; act != NULL; act = act->next) {
		act->cancelled = true;
		if (act->op != NULL)
			docker_op_cancel(act->op);
	}
}

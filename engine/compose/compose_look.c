/* What the engine says of the project's containers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compose/compose_private.h"
#include "docker/named.h"
#include "loop/timer.h"

enum {
	ROUND_MS = 500,
	GOOD_ROUNDS = 3, /* without a health check it is believed once it has run for so long */
};

/* True if the operation ended as a part of what goes on; else it has been dealt with. */
static bool landed(struct compose *compose, const struct berth_error *err, enum compose_step step)
{
	compose->op = NULL;
	if (compose->dropped || (compose->cancelled && !compose->undoing)) {
		compose_fail(compose, step, err);
		return false;
	}
	if (err == NULL)
		return true;
	compose_fail(compose, step, err);
	return false;
}

/* --- before --- */

static void before_listed(
	void *context, const struct container_list *list, const struct berth_error *err)
{
	struct compose *compose = context;
	const struct container_row *foreign = NULL;
	struct berth_error why;

	if (!landed(compose, err, COMPOSE_CHECK))
		return;
	for (size_t i = 0; i < list->count && i < COMPOSE_SERVICES_MAX; i++) {
		snprintf(compose->before[i], sizeof(compose->before[i]), "%s", list->rows[i].id);
		snprintf(compose->before_name[i], sizeof(compose->before_name[i]), "%s",
			list->rows[i].name);
		compose->before_count = i + 1;
		if (list->rows[i].deployment[0] == '\0')
			foreign = &list->rows[i];
	}
	if (foreign == NULL || compose->setup.replace) {
		compose_go(compose, TURN_VOLUMES);
		return;
	}
	compose->end.is_refused = true;
	berth_error_set(&why, BERTH_E_CONFLICT, 0,
		"a compose project '%s' is there (container '%s') and was not made by berth",
		compose->setup.project, foreign->name);
	berth_error_hint(&why, "give --yes to take it over, or another --name");
	compose_fail(compose, COMPOSE_CHECK, &why);
}

static void volumes_listed(
	void *context, const char *const *names, size_t count, const struct berth_error *err)
{
	struct compose *compose = context;

	(void)names;
	if (!landed(compose, err, COMPOSE_CHECK))
		return;
	compose->had_volumes = count > 0;
	compose_go(compose, TURN_BUILD);
}

/* --- how they are --- */

/* One that did its work and ended is well, unless somebody is to connect to it. */
static bool is_well(const struct container_info *info)
{
	if (strcmp(info->status, "exited") == 0)
		return info->exit_code == 0 && info->port_count == 0;
	return info->running && strcmp(info->status, "restarting") != 0 &&
	       (info->health[0] == '\0' || strcmp(info->health, "healthy") == 0);
}

static bool is_lost(const struct container_info *info)
{
	return strcmp(info->health, "unhealthy") == 0 || strcmp(info->status, "dead") == 0 ||
	       (strcmp(info->status, "exited") == 0 && info->exit_code != 0) ||
	       strcmp(info->status, "restarting") == 0 || info->restart_count > 0;
}

static void keep(struct compose_service *service, const struct container_info *info)
{
	snprintf(service->name, sizeof(service->name), "%s", info->service);
	if (service->name[0] == '\0')
		snprintf(service->name, sizeof(service->name), "%.127s", info->name);
	snprintf(service->container, sizeof(service->container), "%s", info->name);
	snprintf(service->state, sizeof(service->state), "%s", info->status);
	snprintf(service->health, sizeof(service->health), "%s", info->health);
	service->exit_code = info->exit_code;
	service->oom_killed = info->oom_killed;
	service->is_well = is_well(info);
	memcpy(service->ports, info->ports, sizeof(service->ports));
	service->port_count = info->port_count;
}

static void say_guilty(struct compose *compose, const struct compose_service *service)
{
	struct berth_error err;

	if (strcmp(service->health, "unhealthy") == 0)
		berth_error_set(&err, BERTH_E_UNHEALTHY, 0,
			"the health check of service '%s' says unhealthy", service->name);
	else
		berth_error_set(&err, BERTH_E_EXITED, 0, "service '%s' exited with code %d%s",
			service->name, service->exit_code,
			service->oom_killed ? ", killed for using too much memory" : "");
	berth_error_hint(&err, "its last lines say why");
	if (compose->end.error.code == BERTH_E_OK) {
		compose->end.error = err;
		compose->end.step = COMPOSE_WAIT;
	}
}

static void late(struct compose *compose)
{
	const struct compose_service *slow = NULL;
	struct berth_error err;

	for (size_t i = 0; i < compose->service_count; i++)
		if (!compose->services[i].is_well)
			slow = &compose->services[i];
	berth_error_set(&err, BERTH_E_UNHEALTHY, 0, "service '%s' is not %s after %d s",
		slow != NULL ? slow->name : "?",
		slow != NULL && slow->health[0] != '\0' ? "healthy" : "running",
		compose->setup.health_s);
	berth_error_hint(&err, "--health-timeout gives it longer");
	compose->end.error = err;
	compose->end.step = COMPOSE_WAIT;
	compose->guilty = slow;
}

/* All have been looked at. */
static void judge(struct compose *compose)
{
	size_t well = 0;

	for (size_t i = 0; i < compose->service_count; i++)
		well += compose->services[i].is_well ? 1 : 0;
	compose->good_rounds = well == compose->service_count && well > 0 ? compose->good_rounds + 1
									  : 0;
	if (compose->end.error.code == BERTH_E_OK && compose->guilty == NULL) {
		if (compose->good_rounds == GOOD_ROUNDS) {
			compose_finish(compose);
			return;
		}
		if (clock_mono_ms() < compose->deadline_ms) {
			if (compose->service_count > 0)
				compose->setup.progress(compose->setup.context, COMPOSE_WAIT,
					0.9 * (double)well / (double)compose->service_count);
			timer_start(compose->timer, ROUND_MS);
			return;
		}
		late(compose);
	} else if (compose->guilty != NULL) {
		say_guilty(compose, compose->guilty);
	}
	if (compose->guilty != NULL)
		compose_go(compose, TURN_LOGS);
	else
		compose_fail(compose, compose->end.step, &compose->end.error);
}

static void looked(void *context, const struct container_info *info, const struct berth_error *err)
{
	struct compose *compose = context;
	struct compose_service *service = &compose->services[compose->looked_at];

	/* One that is gone in between is none. */
	if (err != NULL && err->code == BERTH_E_NOT_FOUND)
		err = NULL;
	if (!landed(compose, err, COMPOSE_WAIT))
		return;
	if (info != NULL) {
		keep(service, info);
		if (compose->guilty == NULL && is_lost(info))
			compose->guilty = service;
	}
	compose->looked_at++;
	if (compose->looked_at < compose->service_count)
		compose_go(compose, TURN_LOOK);
	else
		judge(compose);
}

static void listed(void *context, const struct container_list *list, const struct berth_error *err)
{
	struct compose *compose = context;

	if (!landed(compose, err, COMPOSE_WAIT))
		return;
	compose->service_count = compose->looked_at = 0;
	compose->guilty = NULL;
	for (size_t i = 0; i < list->count && compose->service_count < COMPOSE_SERVICES_MAX; i++) {
		struct compose_service *service = &compose->services[compose->service_count];

		/* What is left of a service that the file has no more is none of this. */
		if (strcmp(list->rows[i].deployment, compose->setup.deployment_id) != 0)
			continue;
		*service = (struct compose_service){.name = ""};
		snprintf(service->container_id, sizeof(service->container_id), "%s",
			list->rows[i].id);
		compose->service_count++;
	}
	if (compose->service_count > 0)
		compose_go(compose, TURN_LOOK);
	else
		judge(compose);
}

void compose_wait(struct compose *compose)
{
	compose_go(compose, TURN_LIST);
}

/* --- last words --- */

static void on_log(
	void *context, enum log_source source, const char *line, size_t len, bool partial)
{
	(void)source;
	(void)partial;
	compose_keep_line(context, line, len);
}

static void logs_ended(void *context, const struct berth_error *err)
{
	struct compose *compose = context;

	(void)err;
	compose->op = NULL;
	compose_fail(compose, compose->end.step, &compose->end.error);
}

/* --- afterwards --- */

static void compared(
	void *context, const struct container_list *list, const struct berth_error *err)
{
	struct compose *compose = context;

	compose->op = NULL;
	for (size_t i = 0; i < compose->before_count; i++) {
		bool is_there = false;
		char *text = NULL;

		for (size_t k = 0; err == NULL && k < list->count; k++)
			is_there = is_there || strcmp(list->rows[k].id, compose->before[i]) == 0;
		if (is_there)
			continue;
		if (asprintf(&text, "container %s (%.12s), which compose %s",
			    compose->before_name[i], compose->before[i],
			    err == NULL ? "has replaced" : "may have replaced") >= 0)
			compose->left[compose->end.left_count++] = text;
	}
	compose->end.is_put_back = compose->end.left_count == 0;
	compose_finish(compose);
}

int compose_ask(struct compose *compose, struct berth_error *err)
{
	struct docker *docker = compose->setup.docker;
	char label[128];

	snprintf(label, sizeof(label), CONTAINER_LABEL_PROJECT "=%s", compose->setup.project);
	switch (compose->turn) {
	case TURN_BEFORE:
		compose->op = container_list(docker, true, label, before_listed, compose, err);
		break;
	case TURN_VOLUMES:
		compose->op = named_list(docker, NAMED_VOLUME, label, volumes_listed, compose, err);
		break;
	case TURN_LIST:
		compose->op = container_list(docker, true, label, listed, compose, err);
		break;
	case TURN_LOOK:
		compose->op = container_inspect(docker,
			compose->services[compose->looked_at].container_id, looked, compose, err);
		break;
	case TURN_LOGS:
		compose_drop_lines(compose);
		compose->op = container_logs(docker,
			&(struct container_logs_request){.id = compose->guilty->container_id,
				.tail = COMPOSE_TAIL,
				.on_line = on_log,
				.done = logs_ended,
				.context = compose},
			err);
		break;
	default:
		compose->op = container_list(docker, true, label, compared, compose, err);
		break;
	}
	return compose->op != NULL ? 0 : -1;
}

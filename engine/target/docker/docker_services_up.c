/* The network, and one service after the other: volume, container, start, health. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker/named.h"
#include "loop/timer.h"
#include "target/docker/docker_parts.h"
#include "target/docker/docker_services.h"

enum { ROUND_MS = 300, SHELL_MAX = 512 };

static void next_service(struct docker_target *t);

static struct service_up *current(struct docker_target *t)
{
	return &t->services->all[t->services->at];
}

/* --- who failed --- */

static void on_line(
	void *context, enum log_source source, const char *line, size_t len, bool partial)
{
	struct docker_target *t = context;

	(void)source, (void)partial;
	if (!t->closing)
		output_keep(t, line, len < 4096 ? len : 4096);
}

static void last_lines_there(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	(void)err;
	if (flight_land(t, SLOT_OUTPUT))
		docker_target_fail(t, STAGE_START, &t->services->error);
}

/* The failure waits for what the service had to say. */
static void fail_with_lines(struct docker_target *t)
{
	struct berth_error none = {0};

	flight_start(t, SLOT_OUTPUT,
		container_logs(t->docker,
			&(struct container_logs_request){.id = current(t)->id,
				.tail = TAIL_LINES,
				.on_line = on_line,
				.done = last_lines_there,
				.context = t},
			&none),
		flight_cancel_op, STAGE_START, &t->services->error);
}

/* Once it was started again the engine has forgotten how it ended. */
static void service_died(struct docker_target *t, const struct container_info *info)
{
	struct berth_error *err = &t->services->error;
	const char *oom = info->oom_killed ? ", killed for using too much memory" : "";

	t->oom = info->oom_killed;
	t->has_exit_code = !info->running || strcmp(info->status, "restarting") == 0;
	t->exit_code = info->exit_code;
	if (t->has_exit_code)
		berth_error_set(err, BERTH_E_EXITED, 0, "service '%s' exited with code %d%s",
			current(t)->service->name, info->exit_code, oom);
	else
		berth_error_set(err, BERTH_E_EXITED, 0,
			"service '%s' exited, was started again, and goes on so%s",
			current(t)->service->name, oom);
	berth_error_hint(err, "its last lines say why");
	fail_with_lines(t);
}

static void service_is_ill(struct docker_target *t, const struct container_info *info)
{
	struct berth_error *err = &t->services->error;

	berth_error_set(err, BERTH_E_UNHEALTHY, 0,
		"service '%s' runs, but is not healthy after %d s%s%.200s",
		current(t)->service->name, t->request->health_s, info->probe_count > 0 ? ": " : "",
		info->probe_count > 0 ? info->probes[info->probe_count - 1].output : "");
	berth_error_hint(err, "see its last lines; --health-timeout gives it longer");
	fail_with_lines(t);
}

/* --- health --- */

static void ask_health(struct docker_target *t);

static void health_seen(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_INSPECT))
		return;
	if (err != NULL) {
		services_fail(t, err, "cannot look at service '%s'", current(t)->service->name);
	} else if (!info->running || strcmp(info->status, "restarting") == 0 ||
		   info->restart_count > current(t)->restarts) {
		service_died(t, info);
	} else if (strcmp(info->health, "healthy") == 0) {
		current(t)->is_well = true;
		plan_log(&t->plan, STAGE_START, BERTH_INFO, "Service '%s' is healthy",
			current(t)->service->name);
		t->services->at++;
		next_service(t);
	} else if (clock_mono_ms() >= t->services->deadline_ms) {
		service_is_ill(t, info);
	} else {
		docker_target_pause(t, ROUND_MS, ask_health);
	}
}

static void ask_health(struct docker_target *t)
{
	struct berth_error err = {0};

	flight_start(t, SLOT_INSPECT,
		container_inspect(t->docker, current(t)->id, health_seen, t, &err),
		flight_cancel_op, STAGE_START, &err);
}

static void wait_for_health(struct docker_target *t)
{
	plan_begin(&t->plan, STAGE_START, "Service '%s': waiting until it is healthy",
		current(t)->service->name);
	t->services->deadline_ms = clock_mono_ms() + (int64_t)t->request->health_s * 1000;
	ask_health(t);
}

/* --- start --- */

static void service_started(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_STEP))
		return;
	if (err != NULL) {
		services_fail(t, err, "cannot start service '%s'", current(t)->service->name);
		return;
	}
	plan_log(
		&t->plan, STAGE_START, BERTH_INFO, "Container '%s' started", current(t)->container);
	wait_for_health(t);
}

static void start(struct docker_target *t)
{
	struct berth_error err = {0};

	current(t)->restarts = 0;
	flight_start(t, SLOT_STEP,
		container_start(t->docker, current(t)->id, service_started, t, &err),
		flight_cancel_op, STAGE_START, &err);
}

/* --- container --- */

static void service_created(
	void *context, const char *id, const char *warnings, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (err == NULL)
		snprintf(current(t)->id, sizeof(current(t)->id), "%s", id);
	else if (docker_was_refused(err))
		part_forget(t->services->part);
	if (!flight_land(t, SLOT_STEP))
		return;
	if (err != NULL) {
		services_fail(t, err, "cannot create container '%s'", current(t)->container);
		return;
	}
	if (warnings[0] != '\0')
		plan_log(&t->plan, STAGE_START, BERTH_WARN, "The engine warns: %s", warnings);
	plan_log(&t->plan, STAGE_START, BERTH_INFO, "Container '%s' created: %.12s",
		current(t)->container, id);
	start(t);
}

/* A compose file has $$ where the container is to see one. */
static const char *for_shell(char shell[SHELL_MAX], const char *text)
{
	size_t len = 0;

	if (text == NULL)
		return NULL;
	for (; *text != '\0' && len + 1 < SHELL_MAX; text++) {
		shell[len++] = *text;
		text += text[0] == '$' && text[1] == '$';
	}
	shell[len] = '\0';
	return shell;
}

static struct docker_op *create_service(struct docker_target *t, struct berth_error *err)
{
	const struct services *services = t->services;
	const struct service_up *up = current(t);
	char command[SHELL_MAX], test[SHELL_MAX];
	struct container_label labels[SERVICE_LABELS + 3] = {
		{CONTAINER_LABEL, t->setup.deployment_id},
		{CONTAINER_LABEL_NAME, t->request->name},
		{"io.berth.version", BERTH_VERSION},
	};

	return container_create(t->docker,
		&(struct container_spec){
			.name = up->container,
			.image = up->service->image,
			.platform = t->request->platform,
			.restart = "unless-stopped",
			.env_names = services->names,
			.env_values = services->values,
			.env_count = services->variable_count,
			.labels = labels,
			.label_count = 3 + services_label_part(t, up->service->name, labels + 3),
			.command = for_shell(command, up->service->command),
			.network = services->network,
			.alias = up->service->name,
			.volumes = &(struct container_volume){up->volume, up->service->data},
			.volume_count = 1,
			.health = &(struct container_health){.test = for_shell(
								     test, up->service->health),
				.interval_s = 5,
				.timeout_s = 5,
				.start_period_s = 30,
				.retries = 12},
		},
		service_created, t, err);
}

static void make_container(struct docker_target *t)
{
	struct berth_error err = {0};

	plan_begin(&t->plan, STAGE_START, "Service '%s': creating container '%s'",
		current(t)->service->name, current(t)->container);
	t->services->part = part_remember(t, PART_CONTAINER, current(t)->container);
	if (t->services->part != NULL)
		flight_start(
			t, SLOT_STEP, create_service(t, &err), flight_cancel_op, STAGE_START, &err);
}

static void use_container(struct docker_target *t)
{
	plan_log(&t->plan, STAGE_START, BERTH_INFO,
		"Service '%s' is there of an earlier deployment, and is used again",
		current(t)->service->name);
	if (current(t)->runs)
		wait_for_health(t);
	else if (part_remember(t, PART_STARTED, current(t)->container) != NULL)
		start(t);
}

/* --- volume and network --- */

static void make_named(struct docker_target *t, enum named_kind kind, const char *name,
	struct container_label what, docker_op_done_fn *done)
{
	const struct container_label labels[] = {
		{CONTAINER_LABEL_PROJECT, t->services->project},
		what,
		{CONTAINER_LABEL, t->setup.deployment_id},
	};
	struct berth_error err = {0};

	t->services->part = part_remember(
		t, kind == NAMED_NETWORK ? PART_NETWORK : PART_VOLUME, name);
	if (t->services->part != NULL)
		flight_start(t, SLOT_STEP,
			named_create(t->docker, kind, name, labels, 3, done, t, &err),
			flight_cancel_op, STAGE_START, &err);
}

/* True if it was made and the deployment goes on. */
static bool named_made(struct docker_target *t, const struct berth_error *err)
{
	const struct part *part = t->services->part;

	if (err != NULL && docker_was_refused(err))
		part_forget(part);
	if (!flight_land(t, SLOT_STEP))
		return false;
	if (err != NULL) {
		services_fail(t, err, "cannot create '%s'", part->name);
		return false;
	}
	plan_log(&t->plan, STAGE_START, BERTH_INFO, "%s '%s' created",
		part->kind == PART_NETWORK ? "Network" : "Volume", part->name);
	return true;
}

static void volume_made(void *context, const struct berth_error *err)
{
	if (named_made(context, err))
		make_container(context);
}

static void next_service(struct docker_target *t)
{
	char label[80];

	if (t->services->at == t->services->count) {
		create_begin(t);
		return;
	}
	if (current(t)->id[0] != '\0') {
		use_container(t);
		return;
	}
	if (current(t)->has_volume) {
		plan_log(&t->plan, STAGE_START, BERTH_INFO,
			"Volume '%s' is there of an earlier deployment, and is used again",
			current(t)->volume);
		make_container(t);
		return;
	}
	snprintf(label, sizeof(label), "%s-data", current(t)->service->name);
	make_named(t, NAMED_VOLUME, current(t)->volume,
		(struct container_label){CONTAINER_LABEL_VOLUME, label}, volume_made);
}

static void network_made(void *context, const struct berth_error *err)
{
	if (named_made(context, err))
		next_service(context);
}

static void network_seen(
	void *context, const struct named_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_INSPECT))
		return;
	if (err == NULL && strcmp(info->project, t->services->project) == 0)
		next_service(t);
	else if (err == NULL)
		docker_target_failf(t, STAGE_START, BERTH_E_CONFLICT, "deploy under another --name",
			"network '%s' is there already, and is no part of stack '%s'",
			t->services->network, t->services->project);
	else if (err->code != BERTH_E_NOT_FOUND)
		docker_target_fail(t, STAGE_START, err);
	else
		make_named(t, NAMED_NETWORK, t->services->network,
			(struct container_label){CONTAINER_LABEL_NETWORK, "default"}, network_made);
}

void services_go_up(struct docker_target *t)
{
	struct berth_error err = {0};

	t->services->at = 0;
	flight_start(t, SLOT_INSPECT,
		named_inspect(
			t->docker, NAMED_NETWORK, t->services->network, network_seen, t, &err),
		flight_cancel_op, STAGE_START, &err);
}

/* building and deploying: the source has a compose file of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compose/compose.h"
#include "target/docker/docker_target.h"

struct composed {
	struct compose *compose;
	char project[64];
	char **env; /* "NAME=value", wiped */
	size_t env_count;
	struct compose_service *services;
	size_t service_count;
};

static int stage_of(enum compose_step step)
{
	switch (step) {
	case COMPOSE_CHECK:
	case COMPOSE_BUILD:
		return STAGE_BUILD;
	case COMPOSE_UP:
		return STAGE_START;
	default:
		return STAGE_HEALTH;
	}
}

static void on_step(void *context, enum compose_step step, const char *message)
{
	struct docker_target *t = context;

	if (t->closing)
		return;
	if (step == COMPOSE_UNDO) {
		plan_log(&t->plan, t->error_stage, BERTH_INFO, "%s", message);
		return;
	}
	if (step == COMPOSE_UP)
		plan_done(&t->plan, STAGE_BUILD);
	if (step == COMPOSE_WAIT) {
		plan_done(&t->plan, STAGE_START);
		plan_begin(&t->plan, STAGE_COPY, "%s", message);
		plan_done(&t->plan, STAGE_COPY);
	}
	plan_begin(&t->plan, stage_of(step), "%s", message);
}

static void on_touch(void *context, bool had_containers, bool had_volumes)
{
	struct docker_target *t = context;

	t->no_way_back = had_containers;
	docker_note(t, &(struct journal_note){.deed = JOURNAL_PROJECT,
			       .name = t->composed->project,
			       .to = had_containers ? JOURNAL_PROJECT_REPLACED
				     : had_volumes  ? JOURNAL_PROJECT_VOLUMES
						    : JOURNAL_PROJECT_FRESH});
}

static void on_progress(void *context, enum compose_step step, double fraction)
{
	struct docker_target *t = context;

	if (!t->closing)
		plan_advance(&t->plan, stage_of(step), 0.98 * fraction, NULL, 0);
}

static void on_line(
	void *context, enum compose_step step, enum berth_level level, const char *line, size_t len)
{
	struct docker_target *t = context;

	if (!t->closing)
		plan_log_bytes(&t->plan, step == COMPOSE_UNDO ? t->error_stage : stage_of(step),
			level, BERTH_ENGINE, line, len, false);
}

/* What is known of it once compose is gone. */
static void keep(struct docker_target *t, const struct compose_end *end)
{
	struct composed *composed = t->composed;

	composed->services = calloc(end->service_count + 1, sizeof(*composed->services));
	if (composed->services != NULL) {
		memcpy(composed->services, end->services,
			end->service_count * sizeof(*composed->services));
		composed->service_count = end->service_count;
	}
	for (size_t i = 0; i < end->last_line_count; i++)
		output_keep(t, end->last_lines[i], strlen(end->last_lines[i]));
	for (size_t i = 0; i < end->left_count && t->undo.left_count < UNDO_MAX_STEPS; i++)
		snprintf(t->undo.left[t->undo.left_count++], sizeof(t->undo.left[0]), "%s",
			end->left[i]);
	t->put_back = end->is_touched && end->is_put_back;
	t->replaceable = end->is_refused;
	if (end->guilty != NULL && strcmp(end->guilty->state, "exited") == 0) {
		t->has_exit_code = true;
		t->exit_code = end->guilty->exit_code;
		t->oom = end->guilty->oom_killed;
	}
}

static void done(void *context, const struct compose_end *end)
{
	struct docker_target *t = context;

	t->composed->compose = NULL;
	keep(t, end);
	if (!flight_land(t, SLOT_COMPOSE))
		return;
	if (end->error.code != BERTH_E_OK)
		docker_target_fail(t, stage_of(end->step), &end->error);
	else
		docker_target_succeed(t);
}

static void cancel(void *handle)
{
	struct docker_target *t = handle;

	compose_cancel(t->composed->compose);
	/* Nobody waits for what is put back. */
	if (t->closing && t->composed->compose != NULL)
		compose_cancel(t->composed->compose);
}

static int make_env(struct docker_target *t)
{
	const struct berth_deployment *request = t->request;

	t->composed->env = calloc(request->env_count + 1, sizeof(char *));
	if (t->composed->env == NULL)
		return -1;
	for (size_t i = 0; i < request->env_count; i++) {
		if (asprintf(&t->composed->env[i], "%s=%s", request->env[i].name,
			    request->env[i].value) < 0) {
			t->composed->env[i] = NULL;
			return -1;
		}
		t->composed->env_count++;
	}
	return 0;
}

void compose_begin(struct docker_target *t, const char *file)
{
	struct container_label commit[CLONE_LABELS];
	bool is_clone = clone_labels(t, commit) > 0;
	struct berth_error err = {0};

	t->composed = calloc(1, sizeof(*t->composed));
	if (t->composed == NULL || make_env(t) == -1) {
		docker_target_failf(t, STAGE_BUILD, BERTH_E_MEMORY, NULL, "out of memory");
		return;
	}
	compose_project_name(t->composed->project, t->request->name);
	plan_begin(&t->plan, STAGE_BUILD, "Reading '%s'", file);
	if (t->request->port_count > 0)
		plan_log(&t->plan, STAGE_BUILD, BERTH_WARN,
			"The compose file says which ports are published; --port is not used");
	t->composed->compose = compose_start(
		&(struct compose_setup){
			.loop = t->setup.loop,
			.docker = t->docker,
			.folder = t->source,
			.file = file,
			.project = t->composed->project,
			.deployment_id = t->setup.deployment_id,
			.name = t->request->name,
			.env = (const char *const *)t->composed->env,
			.platform = t->request->platform,
			.commit = is_clone ? commit[0].value : NULL,
			.source = is_clone ? commit[1].value : NULL,
			.health_s = t->request->health_s,
			.replace = t->request->replace,
			.rollback = t->request->rollback,
			.step = on_step,
			.progress = on_progress,
			.touch = on_touch,
			.line = on_line,
			.done = done,
			.context = t,
		},
		&err);
	flight_start(t, SLOT_COMPOSE, t->composed->compose != NULL ? t : NULL, cancel, STAGE_BUILD,
		&err);
}

void compose_release(struct docker_target *t)
{
	struct composed *composed = t->composed;

	if (composed == NULL)
		return;
	for (size_t i = 0; i < composed->env_count; i++) {
		explicit_bzero(composed->env[i], strlen(composed->env[i]));
		free(composed->env[i]);
	}
	free(composed->env);
	free(composed->services);
	free(composed);
	t->composed = NULL;
}

static void report_port(const struct docker_target *t, const struct compose_service *service,
	const struct container_port *port, struct berth_result *result)
{
	const char *host = docker_endpoint(t->docker)->published_host;
	char name[160], url[300];

	if (port->host == 0)
		return;
	snprintf(name, sizeof(name), "%s", service->name);
	if (service->port_count > 1)
		snprintf(name, sizeof(name), "%s:%d", service->name, port->container);
	snprintf(url, sizeof(url), "%s://%s:%d", port->udp ? "udp" : "http",
		strcmp(host, "127.0.0.1") == 0 ? "localhost" : host, port->host);
	berth_result_add_url(result, name, url);
	if (result->endpoint_url != NULL || port->udp)
		return;
	result->endpoint_url = strdup(url);
	free(result->container_id);
	result->container_id = strdup(service->container_id);
}

void compose_report(const struct docker_target *t, struct berth_result *result)
{
	for (size_t i = 0; i < t->composed->service_count; i++) {
		const struct compose_service *service = &t->composed->services[i];

		berth_result_add_check(result, service->name, service->is_well);
		for (size_t k = 0; k < service->port_count && result->failure == NULL; k++)
			report_port(t, service, &service->ports[k], result);
	}
}

/* starting_container: what has the name steps aside, the new container is made; its process starts
 * once its files are complete. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target/docker/docker_services.h"
#include "target/docker/docker_target.h"

#define MAX_PORT_TRIES 5
#define STOP_SECONDS   10

static void make_container(struct docker_target *t);

/*
 * A step to put back is remembered before its deed is sent: an answer can be lost after the engine
 * acted. Only a refusal proves that nothing happened.
 */
bool docker_was_refused(const struct berth_error *err)
{
	switch (err->code) {
	case BERTH_E_NOT_FOUND:
	case BERTH_E_CONFLICT:
	case BERTH_E_USAGE:
	case BERTH_E_DENIED:
	case BERTH_E_UNREACHABLE:
		return true;
	case BERTH_E_REFUSED:
		return err->number < 500;
	default:
		return false;
	}
}

/* --- putting back --- */

void docker_undone(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	flight_land(t, SLOT_UNDO);
	if (!t->closing)
		undo_step_done(&t->undo, err);
}

void docker_undo_started(
	struct docker_target *t, struct docker_op *op, const struct berth_error *err)
{
	if (op == NULL) {
		undo_step_done(&t->undo, err);
		return;
	}
	t->flights[SLOT_UNDO] = (struct flight){op, flight_cancel_op};
	t->in_flight++;
}

static void remove_created(struct docker_target *t)
{
	struct berth_error err = {0};

	plan_log(&t->plan, t->error_stage, BERTH_INFO, "Putting back: removing container '%s'",
		t->request->container);
	docker_note(t, &(struct journal_note){
			       .deed = JOURNAL_UNDO, .id = t->container_id, .name = "remove"});
	docker_undo_started(t,
		container_remove(t->docker, t->container_id, true, docker_undone, t, &err), &err);
}

/* The answer to our create was lost: what has the name now is ours only if it carries our id. */
static void created_looked_up(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;

	flight_land(t, SLOT_UNDO);
	if (t->closing)
		return;
	if (err != NULL) {
		undo_step_done(&t->undo, err->code == BERTH_E_NOT_FOUND ? NULL : err);
		return;
	}
	if (strcmp(info->deployment, t->setup.deployment_id) != 0) {
		undo_step_done(&t->undo, NULL);
		return;
	}
	snprintf(t->container_id, sizeof(t->container_id), "%s", info->id);
	remove_created(t);
}

static void undo_create(struct undo *undo, void *context)
{
	struct docker_target *t = context;
	struct berth_error err = {0};

	(void)undo;
	if (t->container_id[0] != '\0') {
		remove_created(t);
		return;
	}
	docker_undo_started(t,
		container_inspect(t->docker, t->request->container, created_looked_up, t, &err),
		&err);
}

static void old_is_up(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	flight_land(t, SLOT_UNDO);
	if (t->closing)
		return;
	if (err != NULL)
		undo_step_done(&t->undo, err);
	else
		old_check(t);
}

static void start_old(struct docker_target *t)
{
	struct berth_error err = {0};

	plan_log(&t->plan, t->error_stage, BERTH_INFO, "Putting back: starting container '%s'",
		t->old.name);
	docker_note(
		t, &(struct journal_note){.deed = JOURNAL_UNDO, .id = t->old.id, .name = "start"});
	docker_undo_started(t, container_start(t->docker, t->old.id, old_is_up, t, &err), &err);
}

static void old_has_stopped(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	docker_note(t,
		&(struct journal_note){.deed = JOURNAL_STOP, .done = err == NULL, .id = t->old.id});
	flight_land(t, SLOT_UNDO);
	if (t->closing)
		return;
	if (err != NULL) {
		undo_step_done(&t->undo, err);
		return;
	}
	t->old_stopping = false;
	start_old(t);
}

/* An engine goes on stopping whatever became of who asked for it: a container that still runs would
 * be found well, and end a moment later. */
static void let_old_stop(struct docker_target *t)
{
	struct berth_error err = {0};

	plan_log(&t->plan, t->error_stage, BERTH_INFO,
		"Putting back: container '%s' was being stopped; it is started once it has",
		t->old.name);
	docker_undo_started(t,
		container_stop(t->docker, t->old.id, STOP_SECONDS, old_has_stopped, t, &err), &err);
}

/* What ran before runs again, whoever stopped it: we did, or an engine that died. */
static void start_old_again(struct docker_target *t)
{
	if (!t->old.running)
		undo_step_done(&t->undo, NULL);
	else if (t->old_down)
		start_old(t);
	else if (t->old_stopping)
		let_old_stop(t);
	else
		old_check(t);
}

static void old_named_back(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	flight_land(t, SLOT_UNDO);
	if (t->closing)
		return;
	if (err != NULL)
		undo_step_done(&t->undo, err);
	else
		start_old_again(t);
}

static void old_looked_up(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct berth_error why = {0};

	flight_land(t, SLOT_UNDO);
	if (t->closing)
		return;
	if (err != NULL) {
		undo_step_done(&t->undo, err);
		return;
	}
	t->old_down = !info->running;
	if (strcmp(info->name, t->old.name) == 0) {
		start_old_again(t);
		return;
	}
	plan_log(&t->plan, t->error_stage, BERTH_INFO,
		"Putting back: container %.12s is '%s' again", t->old.id, t->old.name);
	docker_note(t, &(struct journal_note){.deed = JOURNAL_UNDO,
			       .id = t->old.id,
			       .name = "rename",
			       .to = t->old.name});
	docker_undo_started(t,
		container_rename(t->docker, t->old.id, t->old.name, old_named_back, t, &why), &why);
}

static void undo_step_aside(struct undo *undo, void *context)
{
	struct docker_target *t = context;
	struct berth_error err = {0};

	(void)undo;
	docker_undo_started(
		t, container_inspect(t->docker, t->old.id, old_looked_up, t, &err), &err);
}

/* --- starting --- */

static void started(void *context, const struct berth_error *err);

static void start_now(struct docker_target *t)
{
	struct berth_error err = {0};

	docker_note(t, &(struct journal_note){.deed = JOURNAL_START, .id = t->container_id});
	flight_start(t, SLOT_STEP, container_start(t->docker, t->container_id, started, t, &err),
		flight_cancel_op, STAGE_START, &err);
}

static void old_stopped(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	/* Whatever the answer: it may be down now, so it is to be started when things are put back.
	 */
	t->old_stopped = true;
	t->old_stopping = err != NULL && !docker_was_refused(err);
	docker_note(t,
		&(struct journal_note){.deed = JOURNAL_STOP, .done = err == NULL, .id = t->old.id});
	if (!flight_land(t, SLOT_STEP))
		return;
	if (err != NULL) {
		docker_target_fail(t, STAGE_START, err);
		return;
	}
	start_now(t);
}

static void removed_for_another(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_STEP))
		return;
	if (err != NULL) {
		docker_target_fail(t, STAGE_START, err);
		return;
	}
	undo_forget(&t->undo, undo_create);
	ports_choose(t, make_container);
}

static bool is_port_loss(const struct berth_error *err)
{
	return strstr(err->message, "port is already allocated") != NULL ||
	       strstr(err->message, "address already in use") != NULL;
}

/* The engine binds ports at start: one chosen before can be gone by then. */
static bool try_another_port(struct docker_target *t, const struct berth_error *err)
{
	struct berth_error why = {0};

	/* What is recovered can't be made again: its variables are not written down. */
	if (!is_port_loss(err) || t->setup.left != NULL || t->port_try == MAX_PORT_TRIES - 1 ||
		!ports_give_up_lost(t, err->message))
		return false;
	t->port_try++;
	plan_log(&t->plan, STAGE_START, BERTH_WARN,
		"A port was lost to somebody else; choosing another: %s", err->message);
	docker_note(t, &(struct journal_note){.deed = JOURNAL_DISCARD, .id = t->container_id});
	flight_start(t, SLOT_STEP,
		container_remove(t->docker, t->container_id, true, removed_for_another, t, &why),
		flight_cancel_op, STAGE_START, &why);
	return true;
}

static void started(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct berth_error why;

	if (!flight_land(t, SLOT_STEP))
		return;
	if (err != NULL) {
		if (try_another_port(t, err))
			return;
		why = *err;
		berth_error_wrap(&why, "cannot start container '%s'", t->request->container);
		if (strstr(why.message, "executable file not found") != NULL)
			berth_error_hint(&why,
				"the image's command is not in the image; see docker inspect %s",
				t->reference.familiar);
		docker_target_fail(t, STAGE_START, &why);
		return;
	}
	docker_note(t,
		&(struct journal_note){.deed = JOURNAL_START, .done = true, .id = t->container_id});
	plan_log(&t->plan, STAGE_COPY, BERTH_INFO, "Container '%s' started", t->request->container);
	plan_done(&t->plan, STAGE_COPY);
	health_begin(t);
}

void create_start(struct docker_target *t)
{
	struct berth_error err = {0};

	if (!t->name_taken || !t->old.running || t->old_stopped || !ports_shared_with_old(t)) {
		start_now(t);
		return;
	}
	plan_log(&t->plan, STAGE_COPY, BERTH_INFO,
		"Stopping the container that is replaced: it has the port");
	docker_note(t, &(struct journal_note){.deed = JOURNAL_STOP, .id = t->old.id});
	flight_start(t, SLOT_STEP,
		container_stop(t->docker, t->old.id, STOP_SECONDS, old_stopped, t, &err),
		flight_cancel_op, STAGE_START, &err);
}

/* --- making --- */

static void created(
	void *context, const char *id, const char *warnings, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct berth_error why = {0};

	if (err == NULL) {
		snprintf(t->container_id, sizeof(t->container_id), "%s", id);
		docker_note(
			t, &(struct journal_note){.deed = JOURNAL_CREATE, .done = true, .id = id});
	} else if (docker_was_refused(err)) {
		undo_forget(&t->undo, undo_create);
	}
	if (!flight_land(t, SLOT_STEP))
		return;
	if (err != NULL) {
		why = *err;
		berth_error_wrap(&why, "cannot create container '%s'", t->request->container);
		docker_target_fail(t, STAGE_START, &why);
		return;
	}
	if (warnings[0] != '\0')
		plan_log(&t->plan, STAGE_START, BERTH_WARN, "The engine warns: %s", warnings);
	plan_log(&t->plan, STAGE_START, BERTH_INFO, "Container '%s' created: %.12s",
		t->request->container, id);
	plan_done(&t->plan, STAGE_START);
	if (files_any(t)) {
		docker_note(t, &(struct journal_note){.deed = JOURNAL_COPY, .id = id});
		files_copy(t);
		return;
	}
	plan_begin(&t->plan, STAGE_COPY, "No files to copy");
	create_start(t);
}

static size_t spec_ports(const struct docker_target *t, struct container_port ports[MAX_PORTS])
{
	for (size_t i = 0; i < t->request->port_count; i++)
		ports[i] = (struct container_port){
			.container = t->request->ports[i].container,
			.host = t->request->ports[i].published ? t->ports[i].host : 0,
			.udp = t->request->ports[i].udp,
		};
	return t->request->port_count;
}

void create_push_new(struct docker_target *t)
{
	undo_push(&t->undo, undo_create, t, NULL, "container %s", t->request->container);
}

static bool is_asked_for(const struct berth_deployment *request, const char *name)
{
	for (size_t i = 0; i < request->env_count; i++)
		if (strcmp(request->env[i].name, name) == 0)
			return true;
	return false;
}

/* What a person said, and what its services are reached by unless that is said, too. */
static size_t spec_variables(
	const struct docker_target *t, const char **names, const char **values, size_t cap)
{
	const struct berth_deployment *request = t->request;
	const char *const *told_names, *const *told_values;
	size_t told = services_variables(t, &told_names, &told_values), count = 0;

	for (size_t i = 0; i < request->env_count && count < cap; i++, count++) {
		names[count] = request->env[i].name;
		values[count] = request->env[i].value;
	}
	for (size_t i = 0; i < told && count < cap; i++) {
		if (is_asked_for(request, told_names[i]))
			continue;
		names[count] = told_names[i];
		values[count++] = told_values[i];
	}
	return count;
}

static void make_container(struct docker_target *t)
{
	const struct berth_deployment *request = t->request;
	const char *const *told_names, *const *told_values;
	size_t env_max = request->env_count + services_variables(t, &told_names, &told_values) + 1;
	struct container_port ports[MAX_PORTS];
	struct container_label labels[4 + CLONE_LABELS + SERVICE_LABELS] = {
		{CONTAINER_LABEL, t->setup.deployment_id},
		{CONTAINER_LABEL_NAME, request->name},
		{"io.berth.source", request->git != NULL      ? request->git
				    : request->folder != NULL ? request->folder
							      : ""},
		{"io.berth.version", BERTH_VERSION},
	};
	size_t label_count = 4 + clone_labels(t, &labels[4]);
	const char **names = calloc(env_max, sizeof(char *));
	const char **values = calloc(env_max, sizeof(char *));
	struct berth_error err = {0};
	struct docker_op *op = NULL;

	if (names == NULL || values == NULL) {
		berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
	} else {
		t->container_id[0] = '\0';
		create_push_new(t);
		docker_note(t,
			&(struct journal_note){.deed = JOURNAL_CREATE, .name = request->container});
		label_count += services_app_labels(t, &labels[label_count]);
		op = container_create(t->docker,
			&(struct container_spec){
				.name = request->container,
				.image = t->reference.familiar,
				.platform = request->platform,
				.restart = request->restart,
				.env_names = names,
				.env_values = values,
				.env_count = spec_variables(t, names, values, env_max),
				.labels = labels,
				.label_count = label_count,
				.ports = ports,
				.port_count = spec_ports(t, ports),
				.network = services_network(t),
				.alias = "app",
			},
			created, t, &err);
	}
	free(names);
	free(values);
	flight_start(t, SLOT_STEP, op, flight_cancel_op, STAGE_START, &err);
}

static void stepped_aside(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (err == NULL)
		docker_note(t, &(struct journal_note){
				       .deed = JOURNAL_ASIDE, .done = true, .id = t->old.id});
	else if (docker_was_refused(err))
		undo_forget(&t->undo, undo_step_aside);
	if (!flight_land(t, SLOT_STEP))
		return;
	if (err != NULL)
		docker_target_fail(t, STAGE_START, err);
	else
		make_container(t);
}

void create_push_old(struct docker_target *t)
{
	undo_push(&t->undo, undo_step_aside, t, NULL, "container %s, now called %s", t->old.name,
		t->old_name);
}

static void step_aside(struct docker_target *t)
{
	struct berth_error err = {0};

	create_push_old(t);
	flight_start(t, SLOT_STEP,
		container_rename(t->docker, t->old.id, t->old_name, stepped_aside, t, &err),
		flight_cancel_op, STAGE_START, &err);
}

static void make_room(struct docker_target *t)
{
	if (!t->name_taken) {
		make_container(t);
		return;
	}
	snprintf(t->old_name, sizeof(t->old_name), "%.120s-before-%.8s", t->old.name,
		t->setup.deployment_id);
	plan_log(&t->plan, STAGE_START, BERTH_INFO,
		"Container '%s' (%.12s) steps aside as '%s' until the new one is healthy",
		t->old.name, t->old.id, t->old_name);
	docker_note(t, &(struct journal_note){.deed = JOURNAL_ASIDE,
			       .id = t->old.id,
			       .name = t->old.name,
			       .to = t->old_name,
			       .running = t->old.running});
	docker_journal_sync(t, step_aside);
}

void create_begin(struct docker_target *t)
{
	plan_begin(&t->plan, STAGE_START, "Creating container '%s'", t->request->container);
	ports_choose(t, make_room);
}

/* The container that was replaced is back: is it as well as it was? Its process must run, and its
 * own HEALTHCHECK, if it was content before, must be so again. What it publishes is asked, too; a
 * port that does not answer is told, and is no failure: nobody knows whether it did before. */
#include <stdio.h>
#include <string.h>

#include "loop/timer.h"
#include "target/docker/docker_probe.h"
#include "target/docker/docker_target.h"

#define WAIT_MS 15000
/* ... for a port, which is only told. */
#define PORT_MS  5000
#define PAUSE_MS 200
/* For a port that hangs up on HTTP: then it is asked whether it is held. */
#define HANG_UPS 3

static void look(struct docker_target *t);
static void ask_next(struct docker_target *t);

static void fail(struct docker_target *t, enum berth_code code, const char *what)
{
	struct berth_error err;

	berth_error_set(&err, code, 0, "%s", what);
	undo_step_done(&t->undo, &err);
}

static bool time_is_up(const struct docker_target *t)
{
	return clock_mono_ms() >= t->old_deadline_ms;
}

static void answered(void *context, enum probe_answer answer, const char *told, bool hung_up)
{
	struct docker_target *t = context;

	flight_land(t, SLOT_UNDO);
	if (t->closing)
		return;
	t->old_hang_ups += hung_up ? 1 : 0;
	if (answer == PROBE_NOT_YET && !time_is_up(t)) {
		docker_target_pause(t, PAUSE_MS, ask_next);
		return;
	}
	plan_log(&t->plan, t->error_stage, answer == PROBE_NOT_YET ? BERTH_WARN : BERTH_INFO,
		"Put back: %s", told);
	t->old_port++;
	t->old_hang_ups = 0;
	ask_next(t);
}

static void cancel_probe(void *handle)
{
	probe_cancel(handle);
}

static void ask(struct docker_target *t, const struct container_port *port)
{
	struct berth_error err = {0};
	struct probe *probe;

	t->old_asked = (struct berth_port){.name = t->old.name,
		.container = port->container,
		.host = port->host,
		.published = true,
		.probe = BERTH_PROBE_AUTO};
	probe = probe_start(&(struct probe_question){.net = t->setup.net,
				    .docker = t->docker,
				    .container_id = t->old.id,
				    .port = &t->old_asked,
				    .address = docker_endpoint(t->docker)->published_host,
				    .host_port = port->host,
				    .tcp_only = t->old_hang_ups >= HANG_UPS},
		answered, t, &err);
	if (probe == NULL) {
		undo_step_done(&t->undo, &err);
		return;
	}
	t->flights[SLOT_UNDO] = (struct flight){probe, cancel_probe};
	t->in_flight++;
}

static void ask_next(struct docker_target *t)
{
	while (t->old_port < t->old.port_count &&
		(t->old.ports[t->old_port].host == 0 || t->old.ports[t->old_port].udp))
		t->old_port++;
	if (t->old_port < t->old.port_count) {
		ask(t, &t->old.ports[t->old_port]);
		return;
	}
	plan_log(&t->plan, t->error_stage, BERTH_INFO, "Put back: container '%s' runs again",
		t->old.name);
	undo_step_done(&t->undo, NULL);
}

static void seen(void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;
	char what[160];

	flight_land(t, SLOT_UNDO);
	if (t->closing)
		return;
	if (err != NULL) {
		undo_step_done(&t->undo, err);
	} else if (!info->running) {
		snprintf(what, sizeof(what), "it was started again and exited with code %d",
			info->exit_code);
		fail(t, BERTH_E_EXITED, what);
	} else if (info->health[0] == '\0') {
		t->old_deadline_ms -= WAIT_MS - PORT_MS;
		ask_next(t);
	} else if (strcmp(info->health, "healthy") == 0 || strcmp(t->old.health, "healthy") != 0) {
		plan_log(&t->plan, t->error_stage, BERTH_INFO,
			"Put back: container '%s' runs again, its HEALTHCHECK says %s", t->old.name,
			info->health);
		undo_step_done(&t->undo, NULL);
	} else if (strcmp(info->health, "unhealthy") == 0 || time_is_up(t)) {
		snprintf(what, sizeof(what), "it runs again, but its HEALTHCHECK says %.16s",
			info->health);
		fail(t, BERTH_E_UNHEALTHY, what);
	} else {
		docker_target_pause(t, PAUSE_MS, look);
	}
}

static void look(struct docker_target *t)
{
	struct berth_error err = {0};

	docker_undo_started(t, container_inspect(t->docker, t->old.id, seen, t, &err), &err);
}

void old_check(struct docker_target *t)
{
	t->old_deadline_ms = clock_mono_ms() + WAIT_MS;
	t->old_port = 0;
	t->old_hang_ups = 0;
	look(t);
}

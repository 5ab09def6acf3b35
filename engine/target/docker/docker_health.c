/*
 * health_check. Ports are asked in rounds with a growing pause between them; the image's own
 * HEALTHCHECK and the container's death come through the event stream and end the waiting at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/timer.h"
#include "target/docker/docker_probe.h"
#include "target/docker/docker_target.h"

#define FIRST_PAUSE_MS 100
#define MAX_PAUSE_MS   2000
/* A container with nothing to ask is believed once it has run for so long. */
#define SETTLE_MS 1000
/* How long the last output of a dead container is waited for. */
#define OUTPUT_MS 1500
/* A round that takes longer is broken off, the last one when the time for health is over. */
#define ROUND_MS          10000
#define SHORTEST_ROUND_MS 500
/* For AUTO: hung up on so often over HTTP, the port is asked whether it is simply held. */
#define HANG_UPS 3

struct asked_port {
	bool needed, healthy, cannot_tell;
	int hang_ups;
	struct docker_target *t;
};

struct health {
	struct asked_port ports[MAX_PORTS];
	size_t needed, answered;
	bool image_needed, image_healthy;
	unsigned out; /* probes of this round still under way */
	int rounds;
	uint64_t pause_ms;
	int64_t began_ms, deadline_ms; /* mono */
	bool watched;                  /* the event stream is up: deaths are told */
	struct told {
		char text[480];
		unsigned times; /* in a row */
	} told[TAIL_PROBES];
	size_t told_count; /* ever, what was told in a row counted once */
};

static void start_round(struct docker_target *t);
static void image_says(struct docker_target *t, const char *health);

void health_release(struct docker_target *t)
{
	free(t->health);
	t->health = NULL;
}

static void remember(struct health *health, const char *told)
{
	struct told *last = &health->told[(health->told_count + TAIL_PROBES - 1) % TAIL_PROBES];

	if (health->told_count > 0 && strcmp(last->text, told) == 0) {
		last->times++;
		return;
	}
	last = &health->told[health->told_count % TAIL_PROBES];
	snprintf(last->text, sizeof(last->text), "%s", told);
	last->times = 1;
	health->told_count++;
}

static void report_probe(struct berth_failure *failure, const struct told *told)
{
	char text[512];

	if (told->times == 1)
		snprintf(text, sizeof(text), "%s", told->text);
	else
		snprintf(text, sizeof(text), "%s (%u times)", told->text, told->times);
	berth_failure_add_probe(failure, text);
}

void health_report(const struct docker_target *t, struct berth_result *result)
{
	const struct health *health = t->health;
	size_t first;

	if (health == NULL)
		return;
	for (size_t i = 0; i < t->request->port_count; i++)
		if (health->ports[i].needed && !health->ports[i].cannot_tell)
			berth_result_add_check(
				result, t->request->ports[i].name, health->ports[i].healthy);
	if (health->image_needed)
		berth_result_add_check(result, "healthcheck", health->image_healthy);
	if (result->failure == NULL)
		return;
	first = health->told_count > TAIL_PROBES ? health->told_count - TAIL_PROBES : 0;
	for (size_t i = first; i < health->told_count; i++)
		report_probe(result->failure, &health->told[i % TAIL_PROBES]);
}

/* --- death --- */

static void dead_inspected(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;
	char code[32] = "";

	if (!flight_land(t, SLOT_INSPECT))
		return;
	if (err == NULL) {
		t->oom = info->oom_killed;
		if (t->exit_code < 0)
			t->exit_code = info->exit_code;
	}
	t->has_exit_code = t->exit_code >= 0;
	if (t->has_exit_code)
		snprintf(code, sizeof(code), " with code %d", t->exit_code);
	docker_target_failf(t, STAGE_HEALTH, BERTH_E_EXITED,
		t->oom ? "it needs more memory than it may have"
		       : "its last lines say why; try the image by hand with docker run",
		"container '%s' exited%s%s", t->request->container, code,
		t->oom ? ", killed for using too much memory" : "");
}

static void explain_death(struct docker_target *t)
{
	struct berth_error err = {0};

	if (flight_is_up(t, SLOT_INSPECT))
		return;
	flight_start(t, SLOT_INSPECT,
		container_inspect(t->docker, t->container_id, dead_inspected, t, &err),
		flight_cancel_op, STAGE_HEALTH, &err);
}

static void cancel_probes(struct docker_target *t)
{
	for (size_t i = 0; i < t->request->port_count; i++)
		flight_cancel(t, SLOT_PROBE + (int)i);
}

static void container_died(struct docker_target *t, int exit_code)
{
	if (t->died)
		return;
	t->died = true;
	t->exit_code = exit_code;
	cancel_probes(t);
	if (flight_is_up(t, SLOT_OUTPUT))
		docker_target_pause(t, OUTPUT_MS, explain_death);
	else
		explain_death(t);
}

static void state_seen(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_INSPECT) || t->concluding)
		return;
	if (err != NULL) {
		docker_target_fail(t, STAGE_HEALTH, err);
		return;
	}
	if (t->died)
		explain_death(t);
	else if (!info->running || info->restart_count > 0)
		container_died(t, info->exit_code);
	else
		image_says(t, info->health);
}

static void look_whether_it_runs(struct docker_target *t)
{
	struct berth_error err = {0};

	if (flight_is_up(t, SLOT_INSPECT))
		return;
	flight_start(t, SLOT_INSPECT,
		container_inspect(t->docker, t->container_id, state_seen, t, &err),
		flight_cancel_op, STAGE_HEALTH, &err);
}

void health_output_ended(struct docker_target *t)
{
	if (t->concluding)
		return;
	if (t->died)
		explain_death(t);
	else
		look_whether_it_runs(t);
}

/* --- verdict --- */

static void say_progress(struct docker_target *t)
{
	const struct health *health = t->health;
	size_t all = health->needed + (health->image_needed ? 1 : 0);
	size_t well = health->answered + (health->image_healthy ? 1 : 0);
	double waited = 1.0 - 1.0 / (1.0 + health->rounds * 0.1);

	if (all > 0)
		plan_advance(&t->plan, STAGE_HEALTH,
			0.9 * ((double)well + 0.5 * waited) / (double)(all + 1), NULL, 0);
}

static bool all_well(const struct health *health)
{
	return health->answered == health->needed &&
	       (!health->image_needed || health->image_healthy);
}

static void conclude(struct docker_target *t)
{
	t->concluding = true;
	timer_stop(t->pause);
	flight_cancel(t, SLOT_EVENTS);
	if (t->name_taken)
		retire_begin(t);
	else
		docker_target_succeed(t);
}

/* Where the request names an image by its digest, only that one is a success. */
static bool is_another_image(const struct docker_target *t, const struct container_info *info)
{
	return t->reference.digest[0] != '\0' && info->image_id[0] != '\0' &&
	       strcmp(info->image_id, t->image.id) != 0;
}

static void settled(void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_INSPECT) || t->concluding)
		return;
	if (err != NULL)
		docker_target_fail(t, STAGE_HEALTH, err);
	else if (t->died)
		explain_death(t);
	else if (!info->running || info->restart_count > 0)
		container_died(t, info->exit_code);
	else if (is_another_image(t, info))
		docker_target_failf(t, STAGE_HEALTH, BERTH_E_CONFLICT, NULL,
			"the container runs image %.19s, and %.19s was asked for", info->image_id,
			t->image.id);
	else
		conclude(t);
}

/* Every success ends with the engine's word that the container runs. */
static void confirm(struct docker_target *t)
{
	struct berth_error err = {0};

	if (flight_is_up(t, SLOT_INSPECT)) {
		docker_target_pause(t, FIRST_PAUSE_MS, confirm);
		return;
	}
	flight_start(t, SLOT_INSPECT,
		container_inspect(t->docker, t->container_id, settled, t, &err), flight_cancel_op,
		STAGE_HEALTH, &err);
}

static void give_up(struct docker_target *t)
{
	const struct health *health = t->health;
	char who[160] = "its HEALTHCHECK";

	for (size_t i = 0; i < t->request->port_count; i++)
		if (health->ports[i].needed && !health->ports[i].healthy) {
			snprintf(who, sizeof(who), "port '%.100s' (%d)", t->request->ports[i].name,
				t->request->ports[i].container);
			break;
		}
	docker_target_failf(t, STAGE_HEALTH, BERTH_E_UNHEALTHY,
		"see the last probes and lines; --health-timeout gives it longer, --health "
		"NAME=PATH asks elsewhere",
		"container '%s' runs, but %s is not healthy after %d s", t->request->container, who,
		(int)((clock_mono_ms() - health->began_ms + 500) / 1000));
}

static void round_over(struct docker_target *t)
{
	struct health *health = t->health;

	say_progress(t);
	if (t->died)
		return;
	if (all_well(health)) {
		confirm(t);
		return;
	}
	if (clock_mono_ms() >= health->deadline_ms) {
		give_up(t);
		return;
	}
	if (!health->watched || (health->image_needed && !health->image_healthy))
		look_whether_it_runs(t);
	docker_target_pause(t, health->pause_ms, start_round);
	health->pause_ms = health->pause_ms * 2 < MAX_PAUSE_MS ? health->pause_ms * 2
							       : MAX_PAUSE_MS;
}

/* --- probes --- */

static void count_answer(
	struct docker_target *t, size_t i, enum probe_answer answer, const char *told)
{
	struct asked_port *port = &t->health->ports[i];

	if (answer == PROBE_HEALTHY) {
		port->healthy = true;
		t->health->answered++;
		plan_log(&t->plan, STAGE_HEALTH, BERTH_INFO, "%s", told);
		return;
	}
	if (answer == PROBE_CANNOT_TELL) {
		port->cannot_tell = true;
		t->health->answered++;
		plan_log(&t->plan, STAGE_HEALTH, BERTH_WARN, "%s; not checked", told);
		return;
	}
	plan_log(&t->plan, STAGE_HEALTH, BERTH_DEBUG, "Try %d: %s", t->health->rounds, told);
}

static void answered(void *context, enum probe_answer answer, const char *told, bool hung_up)
{
	struct asked_port *port = context;
	struct docker_target *t = port->t;
	size_t i = (size_t)(port - t->health->ports);

	if (!flight_land(t, SLOT_PROBE + (int)i))
		return;
	if (!t->died)
		remember(t->health, told);
	port->hang_ups += hung_up ? 1 : 0;
	if (!t->died)
		count_answer(t, i, answer, told);
	if (--t->health->out == 0)
		round_over(t);
}

static void cancel_probe(void *handle)
{
	probe_cancel(handle);
}

static void ask(struct docker_target *t, size_t i)
{
	struct asked_port *port = &t->health->ports[i];
	const struct berth_port *wanted = &t->request->ports[i];
	struct berth_error err = {0};

	t->health->out++;
	flight_start(t, SLOT_PROBE + (int)i,
		probe_start(
			&(struct probe_question){
				.net = t->setup.net,
				.docker = t->docker,
				.container_id = t->container_id,
				.port = wanted,
				.address = docker_endpoint(t->docker)->published_host,
				.host_port = wanted->published ? t->ports[i].host : 0,
				.tcp_only = wanted->probe == BERTH_PROBE_AUTO &&
					    port->hang_ups >= HANG_UPS,
			},
			answered, port, &err),
		cancel_probe, STAGE_HEALTH, &err);
}

static uint64_t round_limit(const struct health *health)
{
	int64_t left = health->deadline_ms - clock_mono_ms();

	if (left > ROUND_MS)
		return ROUND_MS;
	return left > SHORTEST_ROUND_MS ? (uint64_t)left : SHORTEST_ROUND_MS;
}

/* A command inside the container has no time limit of its own. */
static void round_stuck(struct docker_target *t)
{
	if (t->health->out == 0)
		return;
	plan_log(&t->plan, STAGE_HEALTH, BERTH_WARN, "No answer in time; the round is broken off");
	cancel_probes(t);
}

static void start_round(struct docker_target *t)
{
	struct health *health = t->health;

	health->rounds++;
	for (size_t i = 0; i < t->request->port_count && !t->failing; i++)
		if (health->ports[i].needed && !health->ports[i].healthy &&
			!health->ports[i].cannot_tell)
			ask(t, i);
	/* Only the image's own check is missing: it is told by an event, and asked for here in case
	 * that was missed. */
	if (t->failing)
		return;
	if (health->out == 0)
		round_over(t);
	else
		docker_target_pause(t, round_limit(health), round_stuck);
}

/* --- events --- */

static void image_check_failed(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;
	char told[400];

	if (!flight_land(t, SLOT_INSPECT))
		return;
	for (size_t i = 0; err == NULL && i < info->probe_count; i++) {
		snprintf(told, sizeof(told), "HEALTHCHECK -> exit %d: %s",
			info->probes[i].exit_code, info->probes[i].output);
		remember(t->health, told);
	}
	docker_target_failf(t, STAGE_HEALTH, BERTH_E_UNHEALTHY,
		"its last probes say why; --health none goes without it",
		"the HEALTHCHECK of container '%s' says unhealthy", t->request->container);
}

static void image_says(struct docker_target *t, const char *health)
{
	struct berth_error err = {0};

	if (strcmp(health, "healthy") == 0 && !t->health->image_healthy) {
		t->health->image_healthy = true;
		plan_log(&t->plan, STAGE_HEALTH, BERTH_INFO,
			"The image's own HEALTHCHECK says healthy");
		if (t->health->out == 0 && t->health->image_needed)
			round_over(t);
	} else if (strcmp(health, "unhealthy") == 0 && t->health->image_needed) {
		cancel_probes(t);
		if (!flight_is_up(t, SLOT_INSPECT))
			flight_start(t, SLOT_INSPECT,
				container_inspect(
					t->docker, t->container_id, image_check_failed, t, &err),
				flight_cancel_op, STAGE_HEALTH, &err);
	}
}

static void on_event(void *context, const struct engine_event *event)
{
	static const char health[] = "health_status: ";
	struct docker_target *t = context;

	if (t->failing || t->closing || t->concluding)
		return;
	if (strcmp(event->action, "die") == 0)
		container_died(t, event->exit_code);
	else if (strncmp(event->action, health, sizeof(health) - 1) == 0)
		image_says(t, event->action + sizeof(health) - 1);
}

static void events_are_up(void *context)
{
	struct docker_target *t = context;

	if (t->failing || t->closing || t->concluding)
		return;
	t->health->watched = true;
	/* What happened before the stream began was not told. */
	look_whether_it_runs(t);
}

static void events_closed(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	t->health->watched = false;
	if (!flight_land(t, SLOT_EVENTS) || t->concluding)
		return;
	plan_log(&t->plan, STAGE_HEALTH, BERTH_WARN,
		"The engine's event stream ended; asking for the state instead: %s",
		err != NULL ? err->message : "closed");
	look_whether_it_runs(t);
}

static void cancel_events(void *handle)
{
	events_close(handle);
}

static void watch_container(struct docker_target *t)
{
	static const char *const actions[] = {"die", "health_status"};
	struct berth_error err = {0};

	flight_start(t, SLOT_EVENTS,
		events_open(t->docker,
			&(struct events_request){
				.container = t->container_id,
				.actions = actions,
				.action_count = sizeof(actions) / sizeof(actions[0]),
				.on_ready = events_are_up,
				.on_event = on_event,
				.on_closed = events_closed,
				.context = t,
			},
			&err),
		cancel_events, STAGE_HEALTH, &err);
}

/* --- begin --- */

static bool is_asked(const struct docker_target *t, const struct berth_port *port)
{
	if (port->udp || port->probe == BERTH_PROBE_NONE)
		return false;
	/* An internal port without a rule of its own is nobody's business, and an image that checks
	 * itself knows better than GET /. */
	if (port->probe == BERTH_PROBE_AUTO)
		return port->published && !t->image.has_healthcheck;
	return true;
}

static void plan_questions(struct docker_target *t)
{
	struct health *health = t->health;
	bool silenced = t->request->port_count > 0;

	for (size_t i = 0; i < t->request->port_count; i++) {
		const struct berth_port *port = &t->request->ports[i];

		health->ports[i].t = t;
		health->ports[i].needed = is_asked(t, port);
		health->needed += health->ports[i].needed ? 1 : 0;
		silenced = silenced && port->probe == BERTH_PROBE_NONE;
	}
	health->image_needed = t->image.has_healthcheck && !silenced;
	health->began_ms = clock_mono_ms();
	health->deadline_ms = health->began_ms + (int64_t)t->request->health_s * 1000;
	if (health->image_needed)
		health->deadline_ms += t->image.health_start_period_ms +
				       2 * t->image.health_interval_ms;
}

/* The values it was given are not in the journal, so nothing could be masked in what it prints. */
static void go_without_output(struct docker_target *t)
{
	plan_log(&t->plan, STAGE_HEALTH, BERTH_INFO,
		"What '%s' prints is not recorded: its variables are not known any more",
		t->request->name);
	look_whether_it_runs(t);
}

void health_begin(struct docker_target *t)
{
	struct health *health = calloc(1, sizeof(*health));

	if (health == NULL) {
		docker_target_failf(t, STAGE_HEALTH, BERTH_E_MEMORY, NULL, "out of memory");
		return;
	}
	t->health = health;
	t->exit_code = -1;
	health->pause_ms = FIRST_PAUSE_MS;
	plan_questions(t);
	plan_begin(&t->plan, STAGE_HEALTH, "Waiting for '%s' to answer", t->request->name);
	watch_container(t);
	if (t->setup.left != NULL)
		go_without_output(t);
	else
		output_open(t);
	if (health->needed == 0 && !health->image_needed) {
		plan_log(&t->plan, STAGE_HEALTH, BERTH_INFO,
			"Nothing to ask: no port and no HEALTHCHECK; seeing that it keeps running");
		docker_target_pause(t, SETTLE_MS, confirm);
		return;
	}
	start_round(t);
}

#include "fleet/details.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker/client.h"
#include "docker/image.h"
#include "fleet/fleet_private.h"
#include "fleet/output.h"
#include "log/log_store.h"
#include "loop/timer.h"

/* Enough to see what happened; the file of a deployment has all. */
#define TAIL_LINES 2000

/* An operation and the client it runs on. */
struct held {
	struct docker_op *op; /* NULL: none */
	struct docker *docker;
};

struct details {
	struct berth_fleet *fleet;
	struct berth_details shown;
	struct berth_log *log;
	struct held look, image, stats;
	struct fleet_output *output;
	bool look_wanted, image_asked;
	bool up;
	int64_t started_ms; /* as the newest look says */
	int64_t heard_ms;   /* of what the output was opened for; -1: never was */
	bool tty;
	bool closing, log_closing;
};

static void changed(struct details *details)
{
	fleet_changed(details->fleet);
}

static void hold(struct held *held, struct docker_op *op, struct docker *docker)
{
	held->op = op;
	held->docker = op != NULL ? docker_share(docker) : NULL;
}

static void let_go(struct held *held)
{
	docker_free(held->docker);
	*held = (struct held){0};
}

/* --- the end --- */

static void log_closed(void *context)
{
	struct details *details = context;
	struct berth_fleet *fleet = details->fleet;

	free(details);
	fleet->open_details--;
	fleet_go_on(fleet);
}

/* True if it is closing: then nothing may be begun. */
static bool is_ending(struct details *details)
{
	if (!details->closing)
		return false;
	if (!details->log_closing && details->look.op == NULL && details->image.op == NULL &&
		details->stats.op == NULL && details->output == NULL) {
		details->log_closing = true;
		log_store_close(details->log, log_closed, details);
	}
	return true;
}

/* --- its output --- */

static void on_line(void *context, const struct berth_log_line *line)
{
	struct details *details = context;

	if (details->closing)
		return;
	log_store_add(details->log, line, NULL);
	changed(details);
}

static void say(struct details *details, enum berth_level level, const char *text)
{
	on_line(details, &(struct berth_log_line){
				 .time_ms = clock_unix_ms(),
				 .level = level,
				 .stream = BERTH_ENGINE,
				 .stage = BERTH_OUTPUT_STAGE,
				 .text = text,
				 .len = strlen(text),
			 });
}

static bool on_wait(void *context)
{
	const struct details *details = context;

	return !details->closing && log_store_full(details->log);
}

static void listen(struct details *details);

static void on_done(void *context, const struct berth_error *err)
{
	struct details *details = context;

	details->output = NULL;
	if (is_ending(details))
		return;
	if (err != NULL && err->code != BERTH_E_NOT_FOUND)
		say(details, BERTH_WARN, err->message);
	listen(details);
}

/* What was started again begins where it begins; what was read does not come twice. */
static void listen(struct details *details)
{
	struct berth_error err = {0};
	bool again = details->heard_ms >= 0;

	if (details->output != NULL || details->fleet->docker == NULL ||
		details->heard_ms == details->started_ms)
		return;
	if (again)
		say(details, BERTH_INFO, "The container was started again");
	details->output = fleet_output_open(
		&(struct fleet_output_setup){
			.docker = details->fleet->docker,
			.request = {.id = details->shown.id,
				.follow = true,
				.tail = again ? -1 : TAIL_LINES,
				.line = on_line,
				.wait = on_wait,
				.done = on_done,
				.context = details},
			.tty = details->tty,
			.since_ms = again ? details->started_ms : 0,
		},
		&err);
	details->heard_ms = details->started_ms;
	if (details->output == NULL)
		say(details, BERTH_WARN, err.message);
}

/* --- what it uses --- */

static void on_sample(void *context, const struct container_stats *stats)
{
	struct details *details = context;

	if (details->closing)
		return;
	/* The last samples of what has ended say nothing. */
	details->shown.measured = stats->memory >= 0;
	details->shown.cpu_percent = stats->cpu_percent;
	details->shown.memory = stats->memory;
	details->shown.memory_limit = stats->memory_limit;
	changed(details);
}

static void stats_ended(void *context, const struct berth_error *err)
{
	struct details *details = context;

	(void)err;
	let_go(&details->stats);
	details->shown.measured = false;
	if (!is_ending(details))
		changed(details);
}

/* Only while it runs: the engine would go on saying nothing once a second. */
static void measure(struct details *details)
{
	struct docker *docker = details->fleet->docker;

	if (!details->up && details->stats.op != NULL) {
		docker_op_cancel(details->stats.op);
		details->shown.measured = false;
	}
	if (details->up && details->stats.op == NULL && docker != NULL)
		hold(&details->stats,
			container_stats(
				docker, details->shown.id, on_sample, stats_ended, details, NULL),
			docker);
}

/* --- its facts --- */

static void image_looked_at(
	void *context, const struct image_info *info, const struct berth_error *err)
{
	struct details *details = context;

	(void)err;
	let_go(&details->image);
	if (is_ending(details))
		return;
	/* The name may stand for another image by now. */
	if (info != NULL && strcmp(info->id, details->shown.image_id) == 0 &&
		strcmp(info->digest, info->id) != 0)
		snprintf(details->shown.digest, sizeof(details->shown.digest), "%s", info->digest);
	changed(details);
}

static void ask_for_image(struct details *details, const char *image)
{
	struct docker *docker = details->fleet->docker;

	if (details->image_asked || docker == NULL)
		return;
	details->image_asked = true;
	hold(&details->image, image_inspect(docker, image, image_looked_at, details, NULL), docker);
}

static void take_probes(struct berth_details *shown, const struct container_info *info)
{
	shown->probe_count = info->probe_count;
	for (size_t i = 0; i < info->probe_count; i++) {
		shown->probes[i].time_ms = info->probes[i].time_ms;
		shown->probes[i].exit_code = info->probes[i].exit_code;
		snprintf(shown->probes[i].output, sizeof(shown->probes[i].output), "%s",
			info->probes[i].output);
	}
}

static void take_labels(struct berth_details *shown, const struct container_info *info)
{
	shown->label_count = info->label_count < BERTH_DETAILS_LABELS ? info->label_count
								      : BERTH_DETAILS_LABELS;
	shown->labels_more = info->label_count - shown->label_count;
	for (size_t i = 0; i < shown->label_count; i++) {
		snprintf(shown->labels[i].name, sizeof(shown->labels[i].name), "%s",
			info->labels[i].name);
		snprintf(shown->labels[i].value, sizeof(shown->labels[i].value), "%s",
			info->labels[i].value);
	}
}

static void take_info(struct details *details, const struct container_info *info)
{
	struct berth_details *shown = &details->shown;

	_Static_assert(BERTH_DETAILS_PROBES == CONTAINER_MAX_PROBES, "all that are read are shown");
	_Static_assert(BERTH_DETAILS_LABELS <= CONTAINER_MAX_LABELS, "there are as many");
	shown->known = true;
	shown->restart_count = info->restart_count;
	snprintf(shown->image_id, sizeof(shown->image_id), "%s", info->image_id);
	snprintf(shown->address, sizeof(shown->address), "%s", info->address);
	snprintf(shown->problem, sizeof(shown->problem), "%s", info->error);
	take_probes(shown, info);
	take_labels(shown, info);
	details->up = info->running;
	details->tty = info->tty;
	details->started_ms = info->started_ms;
}

static void looked(void *context, const struct container_info *info, const struct berth_error *err)
{
	struct details *details = context;

	let_go(&details->look);
	if (is_ending(details))
		return;
	if (info != NULL) {
		take_info(details, info);
		berth_error_clear(&details->shown.error);
		ask_for_image(details, info->image);
		measure(details);
		listen(details);
	} else {
		details->shown.error = *err;
		details->shown.gone = err->code == BERTH_E_NOT_FOUND;
	}
	changed(details);
	if (details->look_wanted)
		details_look(details);
}

void details_look(struct details *details)
{
	struct docker *docker = details->fleet->docker;

	details->look_wanted = details->look.op != NULL;
	if (details->look_wanted || docker == NULL || details->closing)
		return;
	hold(&details->look, container_inspect(docker, details->shown.id, looked, details, NULL),
		docker);
}

struct details *details_open(
	struct berth_fleet *fleet, struct uv_loop_s *loop, const char *id, struct berth_error *err)
{
	struct details *details = calloc(1, sizeof(*details));

	if (details != NULL)
		details->log = log_store_new(&(struct log_store_setup){.loop = loop}, err);
	if (details == NULL || details->log == NULL) {
		free(details);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	details->fleet = fleet;
	details->heard_ms = -1;
	snprintf(details->shown.id, sizeof(details->shown.id), "%s", id);
	fleet->open_details++;
	details_look(details);
	return details;
}

void details_close(struct details *details)
{
	details->closing = true;
	if (details->look.op != NULL)
		docker_op_cancel(details->look.op);
	if (details->image.op != NULL)
		docker_op_cancel(details->image.op);
	if (details->stats.op != NULL)
		docker_op_cancel(details->stats.op);
	if (details->output != NULL)
		fleet_output_cancel(details->output);
	is_ending(details);
}

const struct berth_details *details_get(const struct details *details)
{
	return &details->shown;
}

struct berth_log *details_log(const struct details *details)
{
	return details->log;
}

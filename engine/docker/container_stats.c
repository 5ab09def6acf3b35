#include <stdlib.h>

#include <jansson.h>

#include "docker/container_json.h"
#include "docker/members.h"
#include "docker/op_private.h"

#define PATH_MAX_LEN 4096

struct stats {
	struct docker_op op;
	void (*on_sample)(void *context, const struct container_stats *stats);
	container_done_fn *done;
	void *context;
};

/* Nanoseconds of the container and of the whole machine since the sample before. */
static double cpu_percent(const json_t *now, const json_t *before)
{
	double used = (double)member_integer(member(now, "cpu_usage", NULL), "total_usage", 0) -
		      (double)member_integer(member(before, "cpu_usage", NULL), "total_usage", 0);
	double system = (double)member_integer(now, "system_cpu_usage", 0) -
			(double)member_integer(before, "system_cpu_usage", 0);
	int64_t processors = member_integer(now, "online_cpus", 0);

	if (processors == 0)
		processors = (int64_t)json_array_size(
			member(now, "cpu_usage", "percpu_usage", NULL));
	/* The first sample has none before it. */
	if (member_integer(before, "system_cpu_usage", 0) == 0 || system <= 0 || used < 0)
		return -1;
	return used / system * 100 * (double)(processors > 0 ? processors : 1);
}

/* What the kernel keeps of files can be had back at any time: docker's own tools leave it out, too.
 */
static int64_t memory_used(const json_t *memory)
{
	const json_t *details = member(memory, "stats", NULL);
	int64_t usage = member_integer(memory, "usage", -1);
	int64_t cached = member_integer(details, "total_inactive_file", -1);

	if (cached < 0)
		cached = member_integer(details, "inactive_file", 0);
	return cached < usage ? usage - cached : usage;
}

void container_stats_read(struct container_stats *stats, const struct json_t *json)
{
	const json_t *memory = member(json, "memory_stats", NULL);

	*stats = (struct container_stats){
		.cpu_percent = cpu_percent(
			member(json, "cpu_stats", NULL), member(json, "precpu_stats", NULL)),
		.memory = memory_used(memory),
		.memory_limit = member_integer(memory, "limit", 0),
	};
}

static int stats_value(void *context, const struct json_t *value, struct berth_error *err)
{
	struct stats *stats = context;
	struct container_stats sample;

	(void)err;
	container_stats_read(&sample, value);
	if (!stats->op.cancelled)
		stats->on_sample(stats->context, &sample);
	return 0;
}

static void stats_done(void *context, const struct docker_reply *reply)
{
	struct stats *stats = context;

	stats->done(stats->context, op_ended(&stats->op, reply));
	free(stats);
}

struct docker_op *container_stats(struct docker *docker, const char *id,
	void (*on_sample)(void *context, const struct container_stats *stats),
	container_done_fn *done, void *context, struct berth_error *err)
{
	struct stats *stats = op_new(docker, sizeof(*stats), err);
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	if (!stats)
		return NULL;
	stats->on_sample = on_sample;
	stats->done = done;
	stats->context = context;
	if (op_path(&path, "/containers/", id, "/stats?stream=1", err) < 0 ||
		op_call(&stats->op,
			&(struct docker_request){
				.method = "GET",
				.path = path.data,
				.on_json = stats_value,
				.done = stats_done,
				.context = stats,
			},
			err) < 0) {
		free(stats);
		return NULL;
	}
	return &stats->op;
}

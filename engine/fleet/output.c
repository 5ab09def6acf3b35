#include "fleet/output.h"

#include <stdlib.h>

#include "base/level.h"
#include "docker/client.h"
#include "docker/container.h"
#include "loop/timer.h"

struct fleet_output {
	struct fleet_output_setup setup;
	struct docker_op *op;
	bool continues[2];
	enum berth_level level[2];
};

static void on_line(
	void *context, enum log_source source, const char *text, size_t len, bool partial)
{
	struct fleet_output *output = context;
	bool continues = output->continues[source];
	int64_t time_ms = container_logs_time(output->op, source);

	output->continues[source] = partial;
	/* The start of a line says it for all of its parts. */
	if (!continues)
		output->level[source] = level_of_text(text, len, BERTH_INFO);
	output->setup.request.line(output->setup.request.context,
		&(struct berth_log_line){
			/* An engine that says no times: when it was read. */
			.time_ms = time_ms > 0 ? time_ms : clock_unix_ms(),
			.level = output->level[source],
			.stream = source == LOG_STDERR ? BERTH_STDERR : BERTH_STDOUT,
			.stage = BERTH_OUTPUT_STAGE,
			.text = text,
			.len = len,
			.continues = continues,
		});
}

static bool on_wait(void *context)
{
	const struct fleet_output *output = context;

	return output->setup.request.wait != NULL &&
	       output->setup.request.wait(output->setup.request.context);
}

static void on_done(void *context, const struct berth_error *err)
{
	struct fleet_output *output = context;

	output->setup.request.done(output->setup.request.context, err);
	docker_free(output->setup.docker);
	free(output);
}

struct fleet_output *fleet_output_open(
	const struct fleet_output_setup *setup, struct berth_error *err)
{
	struct fleet_output *output = calloc(1, sizeof(*output));

	if (output == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	output->setup = *setup;
	output->op = container_logs(setup->docker,
		&(struct container_logs_request){
			.id = setup->request.id,
			.tty = setup->tty,
			.follow = setup->request.follow,
			.tail = setup->request.tail,
			.since_ms = setup->since_ms,
			.times = true,
			.on_line = on_line,
			.wait = on_wait,
			.done = on_done,
			.context = output,
		},
		err);
	if (output->op == NULL) {
		free(output);
		return NULL;
	}
	docker_share(setup->docker);
	return output;
}

void fleet_output_cancel(struct fleet_output *output)
{
	docker_op_cancel(output->op);
}

#include "image/image_build.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "docker/client.h"
#include "image/bases.h"
#include "image/pump.h"
#include "loop/net.h"
#include "loop/timer.h"
#include "loop/work.h"
#include "source/base_images.h"

#define PULL_SHARE   0.2 /* of the whole, for base images */
#define SHOW_SENT_MS 200
#define TIME_SHOWN   1000 /* steps that take less say no time */

struct image_build {
	struct docker *docker;
	struct image_build_request request;
	bool buildkit;
	struct work *work;
	struct base_images images;
	struct context *stream; /* until the pump has it */
	struct bases *bases;
	struct pump *pump;
	struct docker_op *build, *inspect;
	struct image_unmake *unmake;
	int64_t shown_ms;
	bool sent_said;
	double fraction;
	size_t made_told;
	struct image_built built;
	bool cancelled, dropped;
	struct berth_error error;
};

/* --- saying --- */

static void say(struct image_build *build, enum berth_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void say(struct image_build *build, enum berth_level level, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	build->request.note(build->request.context, level, text);
}

static void show_progress(
	struct image_build *build, double fraction, const struct berth_layer *layers, size_t count)
{
	if (fraction > build->fraction)
		build->fraction = fraction;
	build->request.progress(build->request.context, build->fraction, layers, count);
}

/* --- the end --- */

static void finish(struct image_build *build)
{
	bool failed = build->error.code != BERTH_E_OK;

	build->request.done(build->request.context, &build->built, failed ? &build->error : NULL);
	base_images_release(&build->images);
	context_free(build->stream);
	free(build);
}

static void unmade(void *context, const struct berth_error *err)
{
	struct image_build *build = context;

	(void)err;
	build->unmake = NULL;
	finish(build);
}

/* Once nothing else is out: what a failed build made goes. */
static void end(struct image_build *build)
{
	if (build->pump) {
		pump_close(build->pump);
		return;
	}
	if (build->error.code != BERTH_E_OK && build->built.made.count > 0 && !build->dropped) {
		build->unmake = image_unmake_start(
			build->docker, NULL, &build->built.made, unmade, build, NULL);
		build->built.made.count = 0;
		if (build->unmake)
			return;
	}
	finish(build);
}

static void pump_gone(void *context)
{
	struct image_build *build = context;

	build->pump = NULL;
	end(build);
}

/* The first reason counts. */
static void fail(struct image_build *build, const struct berth_error *err)
{
	if (build->error.code == BERTH_E_OK)
		build->error = *err;
}

/* --- what came of it --- */

static void image_looked_at(
	void *context, const struct image_info *info, const struct berth_error *err)
{
	struct image_build *build = context;
	char size[16];

	build->inspect = NULL;
	if (err) {
		fail(build, err);
		if (err->code != BERTH_E_CANCELLED)
			berth_error_wrap(
				&build->error, "the build ended, but its image is not there");
	} else {
		build->built.image = *info;
		say(build, BERTH_INFO, "Built %.19s, %s", info->id,
			berth_format_bytes(size, info->size));
	}
	end(build);
}

static void repeat_output(struct image_build *build, const struct build_steps *steps)
{
	const struct build_step *step = build_steps_failed(steps);
	const char *at, *stop;

	if (!step || step->output.len == 0 || !build_steps_said_since(steps, step))
		return;
	say(build, BERTH_ERROR, "Output of the step that failed, %s %s%s:", step->id, step->name,
		step->clipped ? " (its last MiB)" : "");
	for (at = step->output.data; (stop = strchr(at, '\n')); at = stop + 1)
		build->request.line(build->request.context, true, at, (size_t)(stop - at));
}

static void tell_made(struct image_build *build, const struct build_steps *steps)
{
	while (build->request.made && build->made_told < steps->made_count)
		build->request.made(build->request.context, steps->made[build->made_told++]);
}

static void built(void *context, const struct build_outcome *outcome, const struct berth_error *err)
{
	struct image_build *build = context;
	const struct build_steps *steps = outcome->steps;

	build->build = NULL;
	build->built.stopped = outcome->stopped;
	tell_made(build, steps);
	build->built.made.count = steps->made_count;
	memcpy(build->built.made.ids, steps->made, sizeof(build->built.made.ids));
	if (!err) {
		build->inspect = image_inspect_id(
			build->docker, outcome->image, image_looked_at, build, &build->error);
		if (!build->inspect)
			end(build);
		return;
	}
	/* A folder that can't be read cuts the upload: the engine only sees that. */
	fail(build, err);
	if (err->code != BERTH_E_CANCELLED)
		repeat_output(build, steps);
	else if (!build->dropped)
		say(build, BERTH_WARN, "%s",
			outcome->stopped
				? "The build has stopped: nothing of it runs on the engine"
				: "The build was let go of; the engine did not say that it "
				  "has stopped");
	end(build);
}

/* --- the build --- */

static void show_steps(struct image_build *build)
{
	struct berth_layer rows[BERTH_MAX_LAYERS];
	const struct build_steps *steps = build_steps_of(build->build);
	size_t count = build_steps_layers(steps, rows);

	show_progress(
		build, PULL_SHARE + (1 - PULL_SHARE) * build_steps_fraction(steps), rows, count);
}

static void on_step(void *context, const struct build_step *step)
{
	struct image_build *build = context;
	char time[16] = "";

	if (step->state == BUILD_STEP_RUNNING)
		say(build, BERTH_INFO, "[%s] %s", step->id, step->name);
	else if (step->state == BUILD_STEP_CACHED)
		say(build, BERTH_INFO, "[%s] %s: from the cache", step->id, step->name);
	else if (step->ended_ms - step->began_ms >= TIME_SHOWN)
		say(build, step->state == BUILD_STEP_FAILED ? BERTH_ERROR : BERTH_INFO,
			"[%s] %s after %s", step->id, build_step_state_name(step->state),
			berth_format_duration(time, step->ended_ms - step->began_ms));
	if (build->build) {
		tell_made(build, build_steps_of(build->build));
		show_steps(build);
	}
}

static void on_line(void *context, const struct build_step *step, bool error_stream,
	const char *line, size_t len)
{
	struct image_build *build = context;

	(void)step;
	build->request.line(build->request.context, error_stream, line, len);
}

/* --- the context --- */

static void say_sent(struct image_build *build)
{
	const struct context_sent *sent = pump_sent(build->pump);
	char size[16];

	build->sent_said = true;
	say(build, BERTH_INFO, "Sent %zu files, %zu folders, %zu links, %s; %zu left out",
		sent->files, sent->folders, sent->links, berth_format_bytes(size, sent->bytes),
		sent->left_out);
	if (sent->skipped > 0)
		say(build, BERTH_WARN, "Left out, no file, folder or link: '%s'%s",
			sent->skipped_name, sent->skipped > 1 ? " and others" : "");
}

static void show_sent(struct image_build *build)
{
	struct berth_layer row = {.id = "context", .state = "sending", .total = -1};
	int64_t now = clock_turn_ms(net_loop(docker_net(build->docker)));

	if (now - build->shown_ms < SHOW_SENT_MS || build_steps_of(build->build)->count > 0)
		return;
	build->shown_ms = now;
	row.current = pump_sent(build->pump)->bytes;
	show_progress(build, build->fraction, &row, 1);
}

static int64_t give_context(void *context, char *data, size_t cap)
{
	struct image_build *build = context;
	int64_t count = pump_read(build->pump, data, cap);

	if (build->build)
		show_sent(build);
	if (count == 0 && !build->sent_said)
		say_sent(build);
	return count;
}

static void pump_has_piece(void *context)
{
	struct image_build *build = context;

	if (build->build)
		build_resume(build->build);
}

static void reading_failed(void *context, const struct berth_error *err)
{
	fail(context, err);
}

static int start_pump(struct image_build *build)
{
	struct context *stream = build->stream;

	build->stream = NULL;
	build->pump = pump_new(
		&(struct pump_setup){
			.loop = net_loop(docker_net(build->docker)),
			.ready = pump_has_piece,
			.failed = reading_failed,
			.closed = pump_gone,
			.context = build,
		},
		stream, &build->error);
	return build->pump ? 0 : -1;
}

static void start_build(struct image_build *build, const char *config)
{
	const struct image_build_request *request = &build->request;

	if (start_pump(build) == 0)
		build->build = build_start(build->docker,
			&(struct build_request){
				.buildkit = build->buildkit,
				.dockerfile = request->dockerfile,
				.target = request->target,
				.platform = request->platform,
				.tags = request->tags,
				.tag_count = request->tag_count,
				.labels = request->labels,
				.label_count = request->label_count,
				.args = request->args,
				.arg_count = request->arg_count,
				.registry_config = config,
				.read = give_context,
				.sink = {on_step, on_line, build},
				.done = built,
				.context = build,
			},
			&build->error);
	if (!build->build)
		end(build);
}

/* --- before the build --- */

static void note_of_bases(void *context, enum berth_level level, const char *text)
{
	say(context, level, "%s", text);
}

static void credentials_of_bases(void *context, const char *header)
{
	struct image_build *build = context;

	if (build->request.credentials)
		build->request.credentials(build->request.context, header);
}

static void progress_of_bases(
	void *context, double fraction, const struct berth_layer *layers, size_t count)
{
	show_progress(context, PULL_SHARE * fraction, layers, count);
}

static void bases_ready(void *context, const char *config, const struct berth_error *err)
{
	struct image_build *build = context;

	build->bases = NULL;
	if (err) {
		fail(build, err);
		end(build);
		return;
	}
	start_build(build, config);
}

static void prepared(void *context, bool cancelled)
{
	struct image_build *build = context;
	const char *patterns;

	build->work = NULL;
	if (cancelled || build->cancelled)
		berth_error_set(&build->error, BERTH_E_CANCELLED, 0, "the build was cancelled");
	if (build->error.code != BERTH_E_OK) {
		build->built.stopped = true;
		end(build);
		return;
	}
	patterns = context_ignore_name(build->stream);
	say(build, BERTH_INFO, "Building %s by %s with %s%s%s", build->request.folder,
		build->request.dockerfile, build->buildkit ? "BuildKit" : "the classic builder",
		*patterns ? ", without what is in " : "", patterns);
	build->bases = bases_start(build->docker,
		&(struct bases_setup){
			.images = &build->images,
			.pull = build->buildkit,
			.platform = build->request.platform,
			.note = note_of_bases,
			.credentials = credentials_of_bases,
			.progress = progress_of_bases,
			.done = bases_ready,
			.context = build,
		},
		&build->error);
	if (!build->bases)
		end(build);
}

/* On a worker. */
static void prepare(void *context, const atomic_bool *cancelled)
{
	struct image_build *build = context;
	const struct image_build_request *request = &build->request;
	struct context_options options = {
		.folder = request->folder,
		.dockerfile = request->dockerfile,
		.files = request->files,
		.file_count = request->file_count,
	};
	size_t len;
	char *text;

	(void)cancelled;
	text = context_read(&options, request->dockerfile, &len, &build->error);
	if (text && base_images_find(
			    &build->images, request->dockerfile, text, len, &build->error) == 0)
		build->stream = context_new(&options, &build->error);
	free(text);
}

struct image_build *image_build_start(
	struct docker *docker, const struct image_build_request *request, struct berth_error *err)
{
	struct image_build *build = calloc(1, sizeof(*build));

	if (!build) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	build->docker = docker;
	build->request = *request;
	if (!build->request.dockerfile)
		build->request.dockerfile = "Dockerfile";
	build->buildkit = build_wants_buildkit(docker);
	build->work = work_start(net_loop(docker_net(docker)), prepare, prepared, build, err);
	if (!build->work) {
		free(build);
		return NULL;
	}
	return build;
}

void image_build_cancel(struct image_build *build)
{
	build->cancelled = true;
	if (build->work)
		work_cancel(build->work);
	if (build->bases)
		bases_cancel(build->bases);
	/* Once it is built there is nothing to stop: what it made is the caller's to remove. */
	if (build->build)
		build_cancel(build->build);
}

void image_build_drop(struct image_build *build)
{
	build->dropped = true;
	if (build->build)
		build_drop(build->build);
	if (build->inspect)
		docker_op_cancel(build->inspect);
	if (build->unmake)
		image_unmake_cancel(build->unmake);
	if (!build->build)
		image_build_cancel(build);
}

#include "docker/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/trace.h"
#include "docker/base64.h"
#include "docker/members.h"
#include "docker/op_private.h"
#include "loop/net.h"
#include "loop/timer.h"

#define PATH_MAX_LEN (256u << 10)
#define STOP_MS      10000 /* how long it may take until it is seen to have stopped */
#define LOOK_MS      100   /* between two looks at a container */

struct build {
	struct docker_op op;
	bool buildkit;
	char id[40];
	struct build_steps steps;
	char image[80];
	struct berth_error error; /* how the stream ended */
	bool uploaded;            /* the engine has all of the context */
	bool asked_to_stop, stream_ended, let_go;
	struct docker_op *side; /* a question beside the build */
	struct timer *timer;    /* of stopping */
	int64_t stop_by_ms;
	char container[72]; /* to be seen gone */
	bool stopped;
	int64_t (*read)(void *context, char *data, size_t cap);
	void (*done)(
		void *context, const struct build_outcome *outcome, const struct berth_error *err);
	void *context;
};

bool build_wants_buildkit(const struct docker *docker)
{
	const char *asked = getenv("DOCKER_BUILDKIT");

	if (asked && *asked)
		return strcmp(asked, "0") != 0 && strcasecmp(asked, "false") != 0;
	return docker_info(docker)->buildkit;
}

/* --- the end --- */

/* "... returned a non-zero code: 3" of the classic builder, "...: exit code: 3" of BuildKit, at the
 * end. */
static const char *exit_code_in(const char *message)
{
	static const char *const signs[] = {"returned a non-zero code: ", ": exit code: "};
	size_t len = strlen(message);

	while (len > 0 && message[len - 1] >= '0' && message[len - 1] <= '9')
		len--;
	for (size_t i = 0; message[len] && i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t sign = strlen(signs[i]);

		if (len >= sign && memcmp(message + len - sign, signs[i], sign) == 0)
			return message + len;
	}
	return NULL;
}

/* What a failing step says is in its output; the engine's sentence is about the whole of it. */
static void name_step(struct build *build, struct berth_error *err)
{
	const struct build_step *step = build_steps_failed(&build->steps);
	const char *code = exit_code_in(err->message);
	int number;

	/* An error of a step that the builder itself got over is none of the build. */
	if (err->code == BERTH_E_OK || err->code == BERTH_E_CANCELLED || !step)
		return;
	if (!code) {
		/* What the sentences of registries mean counts only where one was asked. */
		if (strncasecmp(step->name, "FROM ", 5) != 0) {
			err->code = BERTH_E_REFUSED;
			err->hint[0] = '\0';
		}
		berth_error_wrap(err, "step %s '%s'", step->id, step->name);
		return;
	}
	number = (int)strtol(code, NULL, 10);
	berth_error_set(err, BERTH_E_EXITED, number, "step %s '%s' ended with exit status %d",
		step->id, step->name, number);
	berth_error_hint(err, "what it said is the end of the log");
}

static void finish(struct build *build)
{
	struct build_outcome outcome = {.steps = &build->steps, .stopped = build->stopped};
	bool failed = build->error.code != BERTH_E_OK;

	timer_close(build->timer);
	build->timer = NULL;
	if (!failed)
		snprintf(outcome.image, sizeof(outcome.image), "%s", build->image);
	build->done(build->context, &outcome, failed ? &build->error : NULL);
	build_steps_release(&build->steps);
	free(build);
}

/* --- seeing that it has stopped --- */

static void look_again(struct build *build);

static void finish_once_quiet(struct build *build)
{
	if (build->stream_ended && !build->side)
		finish(build);
}

static void container_looked_at(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct build *build = context;

	build->side = NULL;
	/* One that is still there keeps the image that it was made from. */
	build->stopped = err ? err->code == BERTH_E_NOT_FOUND : !info->running;
	if (err || clock_mono_ms() > build->stop_by_ms) {
		finish(build);
		return;
	}
	timer_start(build->timer, LOOK_MS);
}

static void look_again(struct build *build)
{
	build->side = container_inspect(
		build->op.docker, build->container, container_looked_at, build, NULL);
	if (!build->side)
		finish(build);
}

/* The classic builder ends with its connection: the container it ran goes away a moment later. */
static void prove(struct build *build)
{
	if (!build->container[0]) {
		build->stopped = true;
		finish_once_quiet(build);
		return;
	}
	build->stop_by_ms = clock_mono_ms() + STOP_MS;
	look_again(build);
}

static void timer_fired(void *context)
{
	struct build *build = context;

	if (build->stream_ended) {
		look_again(build);
		return;
	}
	/* It does not end by itself: then at least nobody listens any more. */
	build->let_go = true;
	docker_op_cancel(&build->op);
}

static void stop_answered(void *context, const struct berth_error *err)
{
	struct build *build = context;

	build->side = NULL;
	if (build->stream_ended) {
		finish(build);
	} else if (err) {
		timer_stop(build->timer);
		build->let_go = true;
		docker_op_cancel(&build->op);
	}
}

static int ask_to_stop(struct build *build)
{
	struct buf path cleanup_buf;

	buf_init(&path, 256);
	if (op_path(&path, "/build/cancel?id=", build->id, NULL, NULL) < 0)
		return -1;
	build->side = op_simple(build->op.docker,
		&(struct docker_request){
			.method = "POST",
			.path = path.data,
			.answer_timeout_ms = STOP_MS,
		},
		stop_answered, build, NULL);
	return build->side ? 0 : -1;
}

void build_cancel(struct docker_op *op)
{
	struct build *build = (struct build *)op;

	if (build->asked_to_stop || build->stream_ended)
		return;
	build->asked_to_stop = true;
	snprintf(build->container, sizeof(build->container), "%s", build->steps.container);
	/* Of a context that is not there yet nothing is built: the cut connection is enough. */
	if (build->buildkit && build->uploaded && ask_to_stop(build) == 0) {
		timer_start(build->timer, STOP_MS);
		return;
	}
	build->let_go = true;
	docker_op_cancel(&build->op);
}

void build_drop(struct docker_op *op)
{
	struct build *build = (struct build *)op;

	build->stop_by_ms = 0;
	if (build->side)
		docker_op_cancel(build->side);
	else if (build->stream_ended)
		timer_start(build->timer, 0);
	docker_op_cancel(&build->op);
}

/* --- the stream --- */

static int build_value(void *context, const struct json_t *value, struct berth_error *err)
{
	struct build *build = context;
	const json_t *text = json_object_get(value, "stream");
	const json_t *aux = json_object_get(value, "aux");
	size_t len;

	/* The engine begins to speak of steps when it has read the whole context. */
	build->uploaded = true;
	if (json_is_string(text))
		build_steps_text(&build->steps, json_string_value(text), json_string_length(text),
			clock_mono_ms());
	if (json_is_string(aux) && strcmp(member_text(value, "id"), "moby.buildkit.trace") == 0) {
		char *record = base64_decode(json_string_value(aux), &len);
		int status = record ? build_steps_trace(&build->steps, record, len, err)
				    : op_surprise(err, "step of a build");

		free(record);
		return status;
	}
	if (json_is_object(aux) && *member_text(aux, "ID"))
		member_copy(build->image, sizeof(build->image), aux, "ID");
	return 0;
}

static void build_ended(void *context, const struct docker_reply *reply)
{
	struct build *build = context;
	const struct berth_error *err = op_ended(&build->op, reply);

	build->stream_ended = true;
	timer_stop(build->timer);
	if (err)
		build->error = *err;
	if (!err && !build->image[0]) {
		op_surprise(&build->error, "image that was built");
		berth_error_wrap(&build->error, "the build ended without an error");
	}
	build_steps_end(&build->steps, build->error.code != BERTH_E_OK && !build->asked_to_stop,
		clock_mono_ms());
	name_step(build, &build->error);
	if (build->asked_to_stop) {
		trace("docker", "build %s: its stream has ended, %s", build->id,
			build->let_go ? "let go of" : "by itself");
		berth_error_set(&build->error, BERTH_E_CANCELLED, 0, "the build was cancelled");
		if (build->let_go && !build->buildkit) {
			prove(build);
			return;
		}
		build->stopped = !build->let_go || !build->uploaded;
		finish_once_quiet(build);
		return;
	}
	build->stopped = err == NULL || reply->status > 0;
	finish(build);
}

static int64_t give_context(void *context, char *data, size_t cap)
{
	struct build *build = context;

	return build->read(build->context, data, cap);
}

void build_resume(struct docker_op *op)
{
	if (op->call)
		docker_resume_upload(op->call);
}

const struct build_steps *build_steps_of(const struct docker_op *op)
{
	return &((const struct build *)op)->steps;
}

/* --- the request --- */

/* {"NAME": "VALUE", ...}, as a parameter. */
static int add_object(struct buf *path, const char *name, const struct container_label *pairs,
	size_t count, struct berth_error *err)
{
	json_t *object = json_object();
	char *text;
	int status;

	for (size_t i = 0; i < count; i++)
		json_object_set_new(object, pairs[i].name, json_string(pairs[i].value));
	text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	if (!text)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	status = op_path(path, name, text, NULL, err);
	free(text);
	return status;
}

static int build_path(struct buf *path, const struct build_request *request, const char *id,
	struct berth_error *err)
{
	const char *dockerfile = request->dockerfile ? request->dockerfile : "Dockerfile";

	if (buf_addf(path, err, "/build?version=%d&rm=1&forcerm=1&buildid=%s",
		    request->buildkit ? 2 : 1, id) < 0 ||
		op_path(path, "&dockerfile=", dockerfile, NULL, err) < 0)
		return -1;
	for (size_t i = 0; i < request->tag_count; i++) {
		if (op_path(path, "&t=", request->tags[i], NULL, err) < 0)
			return -1;
	}
	if ((request->target && op_path(path, "&target=", request->target, NULL, err) < 0) ||
		(request->platform &&
			op_path(path, "&platform=", request->platform, NULL, err) < 0) ||
		(request->no_cache && buf_adds(path, "&nocache=1", err) < 0) ||
		(request->label_count && add_object(path, "&labels=", request->labels,
						 request->label_count, err) < 0))
		return -1;
	return request->arg_count
		       ? add_object(path, "&buildargs=", request->args, request->arg_count, err)
		       : 0;
}

static int begin(struct build *build, const struct build_request *request, struct berth_error *err)
{
	const char *headers[2] = {NULL, NULL};
	struct buf path cleanup_buf;
	char *header = NULL;
	int status = -1;

	buf_init(&path, PATH_MAX_LEN);
	if (build_path(&path, request, build->id, err) < 0)
		return -1;
	if (request->registry_config &&
		asprintf(&header, "X-Registry-Config: %s", request->registry_config) < 0)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	headers[0] = header;
	status = op_call(&build->op,
		&(struct docker_request){
			.method = "POST",
			.path = path.data,
			.headers = headers,
			.read = give_context,
			.on_json = build_value,
			.done = build_ended,
			.context = build,
		},
		err);
	if (header)
		explicit_bzero(header, strlen(header));
	free(header);
	return status;
}

struct docker_op *build_start(
	struct docker *docker, const struct build_request *request, struct berth_error *err)
{
	static unsigned serial;
	struct build *build = op_new(docker, sizeof(*build), err);

	if (!build)
		return NULL;
	build->buildkit = request->buildkit;
	build->read = request->read;
	build->done = request->done;
	build->context = request->context;
	/* The engine's jobs are called by their client: no other one may have this name. */
	snprintf(build->id, sizeof(build->id), "berth%016llx%04x",
		(unsigned long long)clock_unix_ms() ^ (unsigned long long)(uintptr_t)build << 16,
		serial++ & 0xFFFF);
	build->timer = timer_new(net_loop(docker_net(docker)), timer_fired, build, err);
	if (!build->timer || build_steps_init(&build->steps, &request->sink, err) ||
		begin(build, request, err) < 0) {
		timer_close(build->timer);
		build_steps_release(&build->steps);
		free(build);
		return NULL;
	}
	return &build->op;
}

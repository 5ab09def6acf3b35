/*
 * cloning and building, of a deployment that makes its image. The source is a folder here; one that
 * is somewhere else has to be in a folder when source_is_there() is called.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/generate.h>

#include "generate/plan.h"
#include "generate/services.h"
#include "image/image_build.h"
#include "journal/journal_run.h"
#include "target/docker/docker_target.h"

/* Host ports of what is built, as seed 004 has them. */
enum { FIRST_PORT = 20000, LAST_PORT = 40000 };

struct built {
	struct berth_generation *generation;
	struct berth_deployment *request; /* with what the source says of ports and health */
	struct image_build *build;
	struct image_unmake *unmake;
	const char *dockerfile;
	struct context_file files[2]; /* generated ones; texts are the generation's */
	size_t file_count;
	char tag[300];
	bool untagged; /* recovery: it has layers, and no name */
	const char *tags[1];
	struct container_label labels[1 + CLONE_LABELS];
	size_t label_count;
	struct made_images made;
};

/* --- putting back --- */

static void cancel_unmake(void *handle)
{
	image_unmake_cancel(handle);
}

static void unmade(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	flight_land(t, SLOT_UNDO);
	if (!t->closing)
		undo_step_done(&t->undo, err);
}

static void undo_image(struct undo *undo, void *context)
{
	struct docker_target *t = context;
	struct berth_error err = {0};

	plan_log(&t->plan, t->error_stage, BERTH_INFO, "Putting back: removing image '%s'",
		t->built->tag);
	docker_note(t, &(struct journal_note){.deed = JOURNAL_UNDO, .name = "remove image"});
	t->built->unmake = image_unmake_start(t->docker, t->built->untagged ? NULL : t->built->tag,
		&t->built->made, unmade, t, &err);
	if (t->built->unmake == NULL) {
		undo_step_done(undo, &err);
		return;
	}
	t->flights[SLOT_UNDO] = (struct flight){t->built->unmake, cancel_unmake};
	t->in_flight++;
}

void build_push_left(struct docker_target *t, bool has_image)
{
	const struct journal_run *left = t->setup.left;
	struct berth_error err;

	if (left->image[0] == '\0' || (!has_image && left->layer_count == 0))
		return;
	t->built = calloc(1, sizeof(*t->built));
	if (t->built == NULL) {
		berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
		docker_target_fail(t, STAGE_VALIDATE, &err);
		return;
	}
	snprintf(t->built->tag, sizeof(t->built->tag), "%s", left->image);
	t->built->untagged = !has_image;
	for (size_t i = 0; i < left->layer_count && i < BUILD_MAX_MADE; i++)
		memcpy(t->built->made.ids[t->built->made.count++], left->layers[i],
			sizeof(left->layers[i]));
	undo_push(&t->undo, undo_image, t, NULL, "%simage %s", has_image ? "" : "layers of ",
		left->image);
}

/* --- what the build says --- */

static void on_made(void *context, const char *id)
{
	struct docker_target *t = context;

	docker_note(
		t, &(struct journal_note){
			   .deed = JOURNAL_IMAGE, .done = true, .id = id, .name = t->built->tag});
}

static void on_credentials(void *context, const char *header)
{
	pull_hide_credentials(context, header, NULL);
}

static void on_note(void *context, enum berth_level level, const char *text)
{
	struct docker_target *t = context;

	plan_log(&t->plan, STAGE_BUILD, level, "%s", text);
}

static void on_line(void *context, bool error_stream, const char *line, size_t len)
{
	struct docker_target *t = context;

	(void)error_stream;
	if (t->closing)
		return;
	output_keep(t, line, len < 4096 ? len : 4096);
	plan_log_bytes(&t->plan, STAGE_BUILD, BERTH_INFO, BERTH_ENGINE, line, len, false);
}

static void on_progress(
	void *context, double fraction, const struct berth_layer *layers, size_t layer_count)
{
	struct docker_target *t = context;

	if (!t->closing)
		plan_advance(&t->plan, STAGE_BUILD, fraction * 0.98, layers, layer_count);
}

/* --- what the source says of the container --- */

/* A port of the image that nobody has said anything of: the next free one here leads to it. */
static int add_port(struct berth_deployment *request, int number, const char *health)
{
	struct berth_port *port = calloc(1, sizeof(*port));
	char name[16];

	if (port == NULL)
		return -1;
	snprintf(name, sizeof(name), "%d", number);
	free(request->ports);
	request->ports = port;
	request->port_count = 1;
	port->name = strdup(name);
	port->container = number;
	port->published = port->automatic = true;
	port->host = FIRST_PORT;
	port->last = LAST_PORT;
	if (health != NULL && *health == '/') {
		port->probe = BERTH_PROBE_HTTP;
		port->health_path = strdup(health);
	}
	return port->name != NULL && (port->probe == BERTH_PROBE_AUTO || port->health_path != NULL)
		       ? 0
		       : -1;
}

static int port_number(const char *text)
{
	char *end;
	long number = text != NULL ? strtol(text, &end, 10) : 0;

	return text != NULL && *text != '\0' && *end == '\0' && number > 0 && number < 65536
		       ? (int)number
		       : 0;
}

static void take_ports(struct docker_target *t)
{
	const struct berth_detection *detection = t->built->generation->detection;
	int number = port_number(detection->port.value);

	for (size_t i = 0; number == 0 && i < t->image.port_count; i++)
		if (!t->image.ports[i].udp)
			number = t->image.ports[i].number;
	if (t->request->port_count > 0 || number == 0)
		return;
	t->built->request = berth_deployment_copy(t->request);
	if (t->built->request == NULL ||
		add_port(t->built->request, number, detection->health.value) == -1) {
		docker_target_failf(t, STAGE_BUILD, BERTH_E_MEMORY, NULL, "out of memory");
		return;
	}
	t->request = t->built->request;
	plan_log(&t->plan, STAGE_BUILD, BERTH_INFO, "It listens on port %d%s%s: published here",
		number, detection->port.value != NULL ? ", says " : "",
		detection->port.value != NULL ? detection->port.from : "");
}

/* --- building --- */

static void image_built(
	void *context, const struct image_built *built, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct berth_error why;

	if (err == NULL) {
		t->built->made = built->made;
		undo_push(&t->undo, undo_image, t, NULL, "image %s", t->built->tag);
	}
	if (!flight_land(t, SLOT_BUILD))
		return;
	if (err != NULL) {
		why = *err;
		berth_error_wrap(&why, "cannot build '%s'", t->source);
		docker_target_fail(t, STAGE_BUILD, &why);
		return;
	}
	output_forget(t);
	t->image = built->image;
	t->image_known = t->image_ready = t->files_ready = true;
	take_ports(t);
	if (t->failing)
		return;
	plan_done(&t->plan, STAGE_BUILD);
	docker_target_proceed(t);
}

static void cancel_build(void *handle)
{
	struct docker_target *t = handle;

	if (t->closing)
		image_build_drop(t->built->build);
	else
		image_build_cancel(t->built->build);
}

static void build_image(struct docker_target *t)
{
	struct built *built = t->built;
	struct berth_error err = {0};

	plan_begin(&t->plan, STAGE_BUILD, "Building '%s'", built->tag);
	built->labels[0] = (struct container_label){CONTAINER_LABEL, t->setup.deployment_id};
	built->label_count = 1 + clone_labels(t, &built->labels[1]);
	built->tags[0] = built->tag;
	docker_note(t, &(struct journal_note){.deed = JOURNAL_IMAGE, .name = built->tag});
	built->build = image_build_start(t->docker,
		&(struct image_build_request){
			.folder = t->source,
			.dockerfile = built->dockerfile,
			.files = built->files,
			.file_count = built->file_count,
			.platform = t->request->platform,
			.tags = built->tags,
			.tag_count = 1,
			.labels = built->labels,
			.label_count = built->label_count,
			.note = on_note,
			.credentials = on_credentials,
			.line = on_line,
			.made = on_made,
			.progress = on_progress,
			.done = image_built,
			.context = t,
		},
		&err);
	flight_start(
		t, SLOT_BUILD, built->build != NULL ? t : NULL, cancel_build, STAGE_BUILD, &err);
}

/* --- the source --- */

/* Generated texts go along without being written into the project. A .dockerignore of its own
 * stays. */
static void take_generated(struct built *built)
{
	const struct berth_generation *generation = built->generation;

	for (size_t i = 0; i < generation->file_count; i++) {
		const struct berth_generated *file = &generation->files[i];
		bool ignore = strcmp(file->path, ".dockerignore") == 0;

		if (ignore ? file->state != BERTH_FILE_OWN : strcmp(file->path, "Dockerfile") == 0)
			built->files[built->file_count++] = (struct context_file){
				file->path, file->text};
	}
	built->dockerfile = "Dockerfile";
}

static void say_what_it_is(struct docker_target *t)
{
	const struct berth_detection *detection = t->built->generation->detection;
	const struct berth_candidate *best = &detection->best;

	plan_log(&t->plan, STAGE_SOURCE, BERTH_INFO, "The source is %s%s%s%s, %d %% sure",
		best->label, best->framework != NULL ? " (" : "",
		best->framework != NULL ? best->framework : "", best->framework != NULL ? ")" : "",
		best->confidence);
	if (detection->by == BERTH_DETECTED_DOCKERFILE)
		plan_log(&t->plan, STAGE_SOURCE, BERTH_INFO, "Its own %s is what is built",
			t->built->dockerfile);
	else
		plan_log(&t->plan, STAGE_SOURCE, BERTH_INFO,
			"It has no Dockerfile: one is made for this build, and not written into "
			"the folder");
	for (size_t i = 0; i < detection->database_count; i++) {
		const char *name = detection->databases[i].name;
		bool comes = service_find(name) != NULL;

		plan_log(&t->plan, STAGE_SOURCE, comes ? BERTH_INFO : BERTH_WARN,
			"It needs %s, which is %sdeployed along with it",
			berth_database_label(name), comes ? "" : "not ");
	}
}

static void generated(
	void *context, struct berth_generation *generation, const struct berth_error *err)
{
	struct docker_target *t = context;
	const struct berth_detection *detection;
	struct berth_error why = {0};

	t->built->generation = generation;
	if (!flight_land(t, SLOT_DETECT))
		return;
	if (err != NULL) {
		docker_target_fail(t, STAGE_SOURCE, err);
		return;
	}
	detection = generation->detection;
	if (detection->by == BERTH_DETECTED_COMPOSE) {
		plan_log(&t->plan, STAGE_SOURCE, BERTH_INFO, "It is run by its own %s",
			detection->build_file.value);
		plan_done(&t->plan, STAGE_SOURCE);
		compose_begin(t, detection->build_file.value);
		return;
	}
	if (detection->by == BERTH_DETECTED_DOCKERFILE)
		t->built->dockerfile = detection->build_file.value;
	else
		take_generated(t->built);
	say_what_it_is(t);
	if (services_plan(t, generation, &why) == -1) {
		docker_target_fail(t, STAGE_SOURCE, &why);
		return;
	}
	plan_done(&t->plan, STAGE_SOURCE);
	build_image(t);
}

static void cancel_generate(void *handle)
{
	berth_generate_cancel(handle);
}

/* The folder is complete: what is in it? */
void source_is_there(struct docker_target *t)
{
	struct berth_error err = {0};
	const char *kept = services_kept_file(t);

	flight_start(t, SLOT_DETECT,
		generate_start(t->setup.loop, t->source, kept, generated, t, &err), cancel_generate,
		STAGE_SOURCE, &err);
}

void build_begin(struct docker_target *t)
{
	t->built = calloc(1, sizeof(*t->built));
	if (t->built == NULL) {
		docker_target_failf(t, STAGE_SOURCE, BERTH_E_MEMORY, NULL, "out of memory");
		return;
	}
	snprintf(t->built->tag, sizeof(t->built->tag), "%s", t->reference.familiar);
	t->source = t->request->folder;
	if (t->request->git != NULL) {
		clone_begin(t);
		return;
	}
	plan_begin(&t->plan, STAGE_SOURCE, "Looking at the source in '%s'", t->source);
	source_is_there(t);
}

void build_release(struct docker_target *t)
{
	if (t->built == NULL)
		return;
	berth_generation_free(t->built->generation);
	berth_deployment_free(t->built->request);
	free(t->built);
	t->built = NULL;
}

#include <berth/generate.h>

#include <stdlib.h>
#include <string.h>

#include "config/strings.h"
#include "generate/plan.h"
#include "loop/work.h"

struct berth_generate {
	struct work *work;
	char *folder, *kept;
	berth_generate_done_fn *done;
	void *context;
	struct berth_generation *generation; /* the worker's until it is done, as is `err` */
	struct berth_error err;
};

static void drop(struct berth_generate *generate)
{
	if (!generate)
		return;
	free(generate->folder);
	free(generate->kept);
	free(generate);
}

static void on_worker(void *context, const atomic_bool *cancelled)
{
	struct berth_generate *generate = context;

	generate->generation = plan_files(
		generate->folder, generate->kept, cancelled, &generate->err);
}

static void on_done(void *context, bool cancelled)
{
	struct berth_generate *generate = context;
	struct berth_generation *generation = generate->generation;

	if (cancelled) {
		berth_generation_free(generation);
		generation = NULL;
		berth_error_set(&generate->err, BERTH_E_CANCELLED, 0, "cancelled");
	}
	generate->done(generate->context, generation, generation ? NULL : &generate->err);
	drop(generate);
}

struct berth_generate *generate_start(struct uv_loop_s *loop, const char *folder, const char *kept,
	berth_generate_done_fn *done, void *context, struct berth_error *err)
{
	struct berth_generate *generate = calloc(1, sizeof *generate);

	if (!generate || string_copy(&generate->folder, folder, err) < 0 ||
		string_copy(&generate->kept, kept, err) < 0) {
		drop(generate);
		string_no_memory(err);
		return NULL;
	}
	generate->done = done;
	generate->context = context;
	generate->work = work_start(loop, on_worker, on_done, generate, err);
	if (!generate->work) {
		drop(generate);
		return NULL;
	}
	return generate;
}

struct berth_generate *berth_generate_start(struct uv_loop_s *loop, const char *folder,
	berth_generate_done_fn *done, void *context, struct berth_error *err)
{
	return generate_start(loop, folder, NULL, done, context, err);
}

void berth_generate_cancel(struct berth_generate *generate)
{
	work_cancel(generate->work);
}

struct writing {
	const struct berth_generation *generation;
	berth_generate_written_fn *written;
	void *context;
	int status;
	struct berth_error err;
};

static void write_on_worker(void *context, const atomic_bool *cancelled)
{
	struct writing *writing = context;

	(void)cancelled;
	writing->status = write_files(writing->generation, &writing->err);
}

static void on_written(void *context, bool cancelled)
{
	struct writing *writing = context;

	(void)cancelled;
	writing->written(writing->context, writing->status < 0 ? &writing->err : NULL);
	free(writing);
}

int berth_generate_write_start(struct uv_loop_s *loop, const struct berth_generation *generation,
	berth_generate_written_fn *written, void *context, struct berth_error *err)
{
	struct writing *writing = calloc(1, sizeof *writing);

	if (!writing)
		return string_no_memory(err);
	*writing = (struct writing){
		.generation = generation, .written = written, .context = context};
	if (!work_start(loop, write_on_worker, on_written, writing, err)) {
		free(writing);
		return -1;
	}
	return 0;
}

static void wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void berth_generation_free(struct berth_generation *generation)
{
	if (!generation)
		return;
	for (size_t i = 0; i < generation->file_count; i++) {
		struct berth_generated *file = &generation->files[i];
		free(file->path);
		free(file->shown);
		free(file->diff);
		wipe(file->text);
		wipe(file->there);
	}
	for (size_t i = 0; i < generation->note_count; i++)
		free(generation->notes[i]);
	berth_detection_free(generation->detection);
	free(generation->files);
	free(generation->notes);
	free(generation->folder);
	free(generation);
}

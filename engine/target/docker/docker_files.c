/*
 * preparing_files and copying_files. The folder is walked on a worker while the image is pulled;
 * later one tar stream goes into the created container: while one piece is sent, a worker fills the
 * next.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <berth/text.h>

#include "base/buf.h"
#include "loop/work.h"
#include "loop/xfer.h"
#include "target/docker/docker_target.h"

#define PIECE_BYTES (256u << 10)
/* tar_stream_fill() may pass what it was asked for by one write of libarchive. */
#define PIECE_MAX (PIECE_BYTES + (128u << 10))

struct files {
	struct docker_target *t;
	char cwd[4096];
	char program_folder[4096];
	struct walk walk;
	struct project_root root;
	struct config_copies config;
	struct berth_error error; /* of the work under way; code OK if it went well */

	struct tar_stream *tar;
	struct tar_owner owner;
	struct buf filling, sending;
	size_t sent_of_piece;
	bool archive_complete; /* the last piece was filled */
	bool starving;         /* the upload waits for a piece */
	int64_t total, sent;
};

bool files_any(const struct docker_target *t)
{
	return t->files != NULL && (t->files->walk.count > 0 || t->files->config.count > 0);
}

void files_release(struct docker_target *t)
{
	struct files *files = t->files;

	if (files == NULL)
		return;
	tar_stream_free(files->tar);
	walk_release(&files->walk);
	project_root_release(&files->root);
	config_copies_release(&files->config);
	buf_release(&files->filling);
	buf_release(&files->sending);
	free(files);
	t->files = NULL;
}

static void cancel_work(void *handle)
{
	work_cancel(handle);
}

/* On a worker. */
static void look(void *context, const atomic_bool *cancelled)
{
	struct files *files = context;
	const struct berth_deployment *request = files->t->request;

	if (request->folder != NULL && walk_folder(&files->walk,
					       &(struct walk_options){
						       .folder = request->folder,
						       .include = request->include,
						       .include_count = request->include_count,
						       .exclude = request->exclude,
						       .exclude_count = request->exclude_count,
					       },
					       cancelled, &files->error) == -1)
		return;
	if (request->config_file_count == 0)
		return;
	if (project_root_find(&files->root, request->root_marker, request->folder, files->cwd,
		    files->program_folder, &files->error) == -1)
		return;
	config_copies_find(&files->config, request, files->root.path, &files->error);
}

static void say_what_goes_along(struct docker_target *t)
{
	const struct files *files = t->files;
	const struct walk *walk = &files->walk;
	char size[16];

	if (t->request->folder != NULL)
		plan_log(&t->plan, STAGE_PREPARE, BERTH_INFO,
			"%zu files, %zu folders, %zu links, %s from %s; %zu left out by patterns",
			walk->files, walk->folders, walk->links,
			berth_format_bytes(size, walk->bytes), t->request->folder, walk->excluded);
	for (size_t i = 0; i < walk->skipped_count; i++)
		plan_log(&t->plan, STAGE_PREPARE, BERTH_WARN, "Left out, not a file: %s",
			walk->skipped[i]);
	if (walk->skipped_total > walk->skipped_count)
		plan_log(&t->plan, STAGE_PREPARE, BERTH_WARN, "Left out, not files: %zu more",
			walk->skipped_total - walk->skipped_count);
	if (files->root.path != NULL)
		plan_log(&t->plan, STAGE_PREPARE, BERTH_INFO, "Project root is %s (%s)",
			files->root.path, files->root.how);
	for (size_t i = 0; i < files->config.count; i++)
		plan_log(&t->plan, STAGE_PREPARE, BERTH_INFO, "Configuration %s goes to /%s",
			files->config.items[i].source, files->config.items[i].name);
	for (size_t i = 0; i < files->config.missing_count; i++)
		plan_log(&t->plan, STAGE_PREPARE, BERTH_WARN,
			"Configuration file '%s' is not in the project root",
			files->config.missing[i]);
}

static void looked(void *context, bool cancelled)
{
	struct files *files = context;
	struct docker_target *t = files->t;

	(void)cancelled;
	if (!flight_land(t, SLOT_WALK))
		return;
	if (files->error.code != BERTH_E_OK) {
		docker_target_fail(t, STAGE_PREPARE, &files->error);
		return;
	}
	say_what_goes_along(t);
	t->files_ready = true;
	plan_done(&t->plan, STAGE_PREPARE);
	docker_target_proceed(t);
}

/* "beside the program" of the project root rule. */
static void find_program_folder(char folder[4096])
{
	ssize_t len = readlink("/proc/self/exe", folder, 4095);
	char *slash;

	folder[len > 0 ? len : 0] = '\0';
	slash = strrchr(folder, '/');
	if (slash != NULL)
		*slash = '\0';
}

void files_begin(struct docker_target *t)
{
	struct files *files;
	struct berth_error err = {0};

	if (t->request->folder == NULL && t->request->config_file_count == 0) {
		plan_begin(&t->plan, STAGE_PREPARE, "No files to send");
		t->files_ready = true;
		plan_done(&t->plan, STAGE_PREPARE);
		return;
	}
	files = calloc(1, sizeof(*files));
	if (files == NULL) {
		docker_target_failf(t, STAGE_PREPARE, BERTH_E_MEMORY, NULL, "out of memory");
		return;
	}
	t->files = files;
	files->t = t;
	buf_init(&files->filling, PIECE_MAX);
	buf_init(&files->sending, PIECE_MAX);
	if (getcwd(files->cwd, sizeof(files->cwd)) == NULL)
		files->cwd[0] = '\0';
	find_program_folder(files->program_folder);
	plan_begin(&t->plan, STAGE_PREPARE, "Looking at what to send");
	flight_start(t, SLOT_WALK, work_start(t->setup.loop, look, looked, files, &err),
		cancel_work, STAGE_PREPARE, &err);
}

/* Files belong to the user the image runs as where it names one by number, else to root. */
static struct tar_owner owner_of(const struct image_info *image)
{
	struct tar_owner owner = {0, 0};
	char *end;
	long uid = strtol(image->user, &end, 10), gid = 0;

	if (end == image->user || uid < 0)
		return owner;
	if (*end == ':')
		gid = strtol(end + 1, &end, 10);
	if (*end != '\0' || gid < 0)
		return owner;
	owner.uid = uid;
	owner.gid = gid;
	return owner;
}

static int make_tar(struct files *files)
{
	const struct berth_deployment *request = files->t->request;
	const char *prefix = request->dest != NULL ? request->dest : "";

	files->tar = tar_stream_new(files->owner, &files->error);
	if (files->tar == NULL)
		return -1;
	while (*prefix == '/')
		prefix++;
	if (files->walk.count > 0 && tar_stream_add_walk(files->tar, &files->walk, request->folder,
					     prefix, &files->error) == -1)
		return -1;
	for (size_t i = 0; i < files->config.count; i++)
		if (tar_stream_add_file(files->tar, files->config.items[i].source,
			    files->config.items[i].name, &files->error) == -1)
			return -1;
	files->total = tar_stream_total(files->tar);
	return 0;
}

/* On a worker. */
static void fill(void *context, const atomic_bool *cancelled)
{
	struct files *files = context;

	if (files->tar == NULL && make_tar(files) == -1)
		return;
	tar_stream_fill(files->tar, &files->filling, PIECE_BYTES, &files->archive_complete,
		cancelled, &files->error);
}

static void archive_sent(void *context, const struct berth_error *err);
static int64_t give_archive(void *context, char *data, size_t cap);

static void begin_upload(struct docker_target *t)
{
	struct berth_error err = {0};

	flight_start(t, SLOT_ARCHIVE,
		container_put_archive(
			t->docker, t->container_id, "/", give_archive, archive_sent, t, &err),
		flight_cancel_op, STAGE_COPY, &err);
}

static void filled(void *context, bool cancelled)
{
	struct files *files = context;
	struct docker_target *t = files->t;

	(void)cancelled;
	if (!flight_land(t, SLOT_FILL))
		return;
	if (files->error.code != BERTH_E_OK) {
		docker_target_fail(t, STAGE_COPY, &files->error);
		return;
	}
	files->sent = tar_stream_sent(files->tar);
	if (!flight_is_up(t, SLOT_ARCHIVE))
		begin_upload(t);
	else if (files->starving)
		container_put_resume(t->flights[SLOT_ARCHIVE].handle);
}

static void fill_next(struct docker_target *t)
{
	struct berth_error err = {0};

	if (t->files->archive_complete || flight_is_up(t, SLOT_FILL))
		return;
	flight_start(t, SLOT_FILL, work_start(t->setup.loop, fill, filled, t->files, &err),
		cancel_work, STAGE_COPY, &err);
}

/* The piece that was sent becomes the one to fill. */
static void swap_pieces(struct files *files)
{
	struct buf sent = files->sending;

	files->sending = files->filling;
	files->filling = sent;
	buf_reset(&files->filling);
	files->sent_of_piece = 0;
}

/* Called by the transfer when it has room. */
static int64_t give_archive(void *context, char *data, size_t cap)
{
	struct docker_target *t = context;
	struct files *files = t->files;
	size_t left = files->sending.len - files->sent_of_piece;
	size_t count;

	if (t->failing)
		return XFER_READ_FAIL;
	if (left == 0) {
		files->starving = flight_is_up(t, SLOT_FILL);
		if (files->starving)
			return XFER_READ_PAUSE;
		if (files->filling.len == 0)
			return 0;
		swap_pieces(files);
		fill_next(t);
		left = files->sending.len;
		if (files->total > 0)
			plan_advance(&t->plan, STAGE_COPY,
				0.95 * (double)files->sent / (double)files->total, NULL, 0);
	}
	count = left < cap ? left : cap;
	memcpy(data, files->sending.data + files->sent_of_piece, count);
	files->sent_of_piece += count;
	return (int64_t)count;
}

static void archive_sent(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct berth_error why;
	char size[16];

	if (!flight_land(t, SLOT_ARCHIVE))
		return;
	if (err != NULL) {
		why = *err;
		berth_error_wrap(
			&why, "cannot copy the files into container '%s'", t->request->container);
		docker_target_fail(t, STAGE_COPY, &why);
		return;
	}
	plan_log(&t->plan, STAGE_COPY, BERTH_INFO, "%s copied into container '%s'",
		berth_format_bytes(size, t->files->total), t->request->container);
	create_start(t);
}

void files_copy(struct docker_target *t)
{
	struct files *files = t->files;

	/* A second container, after a lost port, gets the archive from its beginning. */
	tar_stream_free(files->tar);
	files->tar = NULL;
	buf_reset(&files->filling);
	buf_reset(&files->sending);
	files->sent_of_piece = 0;
	files->archive_complete = false;
	files->sent = 0;
	files->owner = owner_of(&t->image);
	plan_begin(
		&t->plan, STAGE_COPY, "Copying files into container '%s'", t->request->container);
	fill_next(t);
}

const char *files_main_name(const struct docker_target *t, char name[256])
{
	static const char *const endings[] = {".md", ".py", ".sh", ".txt", ""};
	const struct walk *walk;

	if (t->files == NULL)
		return NULL;
	walk = &t->files->walk;
	for (size_t e = 0; e < sizeof(endings) / sizeof(endings[0]); e++) {
		snprintf(name, 256, "%s%s", t->request->name, endings[e]);
		for (size_t i = 0; i < walk->count; i++)
			if (walk->entries[i].kind == WALK_FILE &&
				strcmp(walk->entries[i].path, name) == 0)
				return name;
	}
	return NULL;
}

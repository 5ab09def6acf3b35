#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/context_private.h"
#include "source/pax.h"

enum {
	MIN_READ = 4096, /* less is not worth a system call */
	MAX_READ = 65536,
	MAX_TEXT = 1024 * 1024,
};

struct context {
	struct context_walk walk;
	struct pax *pax;
	char ignore_name[512];
	struct context_file *files; /* copies */
	size_t file_count, next_file;
	struct context_entry entry;
	int64_t left; /* of the open file */
	bool ended, failed;
	struct berth_error failure; /* said again if asked again: the archive is lost */
	char piece[MAX_READ];
};

static int out_of_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory while reading the folder");
}

/* --- one file as text --- */

static char *read_text(int fd, const char *path, size_t *len, struct berth_error *err)
{
	char *text = malloc(MAX_TEXT + 1);
	ssize_t got = 1;

	*len = 0;
	if (!text) {
		out_of_memory(err);
		return NULL;
	}
	while (got != 0 && *len <= MAX_TEXT) {
		got = read(fd, text + *len, MAX_TEXT + 1 - *len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			berth_error_errno(err, errno, "read", path);
			free(text);
			return NULL;
		}
		*len += (size_t)got;
	}
	if (*len > MAX_TEXT) {
		berth_error_set(
			err, BERTH_E_LIMIT, 0, "'%s' is longer than %d bytes", path, MAX_TEXT);
		free(text);
		return NULL;
	}
	text[*len] = '\0';
	return text;
}

char *context_read(const struct context_options *options, const char *path, size_t *len,
	struct berth_error *err)
{
	cleanup_free char *full = NULL;
	struct stat st;

	for (size_t i = 0; i < options->file_count; i++) {
		char *text;

		if (strcmp(options->files[i].path, path) != 0)
			continue;
		*len = strlen(options->files[i].text);
		text = strdup(options->files[i].text);
		if (!text)
			out_of_memory(err);
		return text;
	}
	if (asprintf(&full, "%s/%s", options->folder, path) < 0) {
		full = NULL;
		out_of_memory(err);
		return NULL;
	}
	cleanup_close int fd = open(full, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		berth_error_set(err, BERTH_E_NOT_FOUND, ENOENT, "there is no '%s'", full);
		return NULL;
	}
	if (fd < 0 || fstat(fd, &st)) {
		berth_error_errno(err, errno, "read", full);
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		berth_error_set(err, BERTH_E_IO, 0, "'%s' is not a file", full);
		return NULL;
	}
	return read_text(fd, full, len, err);
}

/* --- begin and end --- */

/* 1 if the file is there and was read. */
static int load_ignore(struct context *context, const struct context_options *options,
	const char *name, struct berth_error *err)
{
	struct berth_error why = {0};
	size_t len;
	cleanup_free char *text = context_read(options, name, &len, &why);

	if (!text && why.code == BERTH_E_NOT_FOUND)
		return 0;
	if (!text) {
		if (err)
			*err = why;
		return -1;
	}
	context->walk.ignore = ignore_parse(name, text, len, err);
	snprintf(context->ignore_name, sizeof(context->ignore_name), "%s", name);
	return context->walk.ignore ? 1 : -1;
}

static int find_ignore(
	struct context *context, const struct context_options *options, struct berth_error *err)
{
	const char *dockerfile = options->dockerfile ? options->dockerfile : "Dockerfile";
	cleanup_free char *own = NULL;
	int found;

	if (asprintf(&own, "%s.dockerignore", dockerfile) < 0)
		own = NULL;
	context->walk.always[0] = strdup(dockerfile);
	if (!own || !context->walk.always[0])
		return out_of_memory(err);
	found = load_ignore(context, options, own, err);
	if (found == 0)
		found = load_ignore(context, options, ".dockerignore", err);
	if (found == 0)
		context->walk.ignore = ignore_parse("", "", 0, err);
	if (found < 0 || !context->walk.ignore)
		return -1;
	if (found && !(context->walk.always[1] = strdup(context->ignore_name)))
		return out_of_memory(err);
	return 0;
}

static int copy_files(
	struct context *context, const struct context_options *options, struct berth_error *err)
{
	context->files = calloc(options->file_count + 1, sizeof(*context->files));
	if (!context->files)
		return out_of_memory(err);
	for (size_t i = 0; i < options->file_count; i++) {
		struct context_file *file = &context->files[context->file_count++];

		file->path = strdup(options->files[i].path);
		file->text = strdup(options->files[i].text);
		if (!file->path || !file->text)
			return out_of_memory(err);
	}
	return 0;
}

struct context *context_new(const struct context_options *options, struct berth_error *err)
{
	struct context *context = calloc(1, sizeof(*context));

	if (!context) {
		out_of_memory(err);
		return NULL;
	}
	context->entry.file = -1;
	context->walk.top = context->walk.current = -1;
	context->pax = pax_new(err);
	if (!context->pax || find_ignore(context, options, err) ||
		copy_files(context, options, err) ||
		context_walk_open(&context->walk, options, err)) {
		context_free(context);
		return NULL;
	}
	return context;
}

void context_free(struct context *context)
{
	if (!context)
		return;
	if (context->entry.file >= 0)
		close(context->entry.file);
	pax_free(context->pax);
	for (size_t i = 0; i < context->file_count; i++) {
		free((char *)context->files[i].path);
		free((char *)context->files[i].text);
	}
	free(context->files);
	context_walk_release(&context->walk);
	free(context);
}

const char *context_ignore_name(const struct context *context)
{
	return context->ignore_name;
}

void context_sent(const struct context *context, struct context_sent *sent)
{
	*sent = context->walk.sent;
}

/* --- the stream --- */

static int put_header(struct context *context, const char *name, enum walk_kind kind, unsigned mode,
	int64_t mtime, struct buf *out, struct berth_error *err)
{
	return pax_header(context->pax,
		&(struct pax_header){
			.name = name,
			.kind = kind,
			.mode = mode,
			.size = context->entry.size,
			.mtime = mtime,
			.link = kind == WALK_LINK ? context->entry.link : NULL,
		},
		out, err);
}

/* Folders on the way to the entry in hand that were not said yet. */
static int put_folders(struct context *context, struct buf *out, struct berth_error *err)
{
	struct context_walk *walk = &context->walk;

	for (size_t i = 1; i < walk->depth; i++) {
		struct context_frame *frame = &walk->frames[i];
		char kept;
		int status;

		if (frame->said)
			continue;
		kept = walk->path.data[frame->path_len];
		walk->path.data[frame->path_len] = '\0';
		status = put_header(
			context, walk->path.data, WALK_FOLDER, frame->mode, frame->mtime, out, err);
		walk->path.data[frame->path_len] = kept;
		if (status)
			return -1;
		frame->said = true;
		walk->sent.folders++;
	}
	return 0;
}

/* What is not on disk has the same time always, so that an engine finds it in its cache. */
static int put_own_file(struct context *context, struct buf *out, struct berth_error *err)
{
	const struct context_file *file = &context->files[context->next_file++];
	size_t len = strlen(file->text);

	context->entry.size = (int64_t)len;
	context->walk.sent.files++;
	context->walk.sent.bytes += (int64_t)len;
	return put_header(context, file->path, WALK_FILE, 0644, 0, out, err) ||
			       (len && pax_data(context->pax, file->text, len, out, err))
		       ? -1
		       : 0;
}

static int put_next(struct context *context, struct buf *out, const atomic_bool *cancelled,
	struct berth_error *err)
{
	struct context_entry *entry = &context->entry;

	if (context->next_file < context->file_count)
		return put_own_file(context, out, err);
	if (context_walk_next(&context->walk, entry, cancelled, err))
		return -1;
	if (entry->kind == CONTEXT_END) {
		context->ended = true;
		return pax_end(context->pax, out, err);
	}
	if (put_folders(context, out, err))
		return -1;
	if (entry->kind == CONTEXT_FOLDER)
		return 0;
	context->left = entry->kind == CONTEXT_FILE ? entry->size : 0;
	return put_header(context, context->walk.path.data,
		entry->kind == CONTEXT_FILE ? WALK_FILE : WALK_LINK, entry->mode, entry->mtime, out,
		err);
}

static int put_data(struct context *context, size_t want, struct buf *out, struct berth_error *err)
{
	size_t len = want < MIN_READ ? MIN_READ : want > MAX_READ ? MAX_READ : want;
	const char *path = context->walk.path.data;
	ssize_t got;

	if (context->left == 0) {
		close(context->entry.file);
		context->entry.file = -1;
		return 0;
	}
	if ((int64_t)len > context->left)
		len = (size_t)context->left;
	do
		got = read(context->entry.file, context->piece, len);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return berth_error_errno(err, errno, "read", path);
	if (got == 0) {
		berth_error_set(
			err, BERTH_E_IO, 0, "'%s' became shorter while it was being sent", path);
		return berth_error_hint(err,
			"build again when nothing writes to it any more, or leave it out in "
			".dockerignore");
	}
	context->left -= got;
	context->walk.sent.bytes += got;
	return pax_data(context->pax, context->piece, (size_t)got, out, err);
}

int context_fill(struct context *context, struct buf *out, size_t want, bool *end,
	const atomic_bool *cancelled, struct berth_error *err)
{
	size_t start = out->len;

	while (!context->failed && !context->ended && out->len - start < (want ? want : 1)) {
		int status;

		if (cancelled && atomic_load_explicit(cancelled, memory_order_relaxed))
			status = berth_error_set(
				&context->failure, BERTH_E_CANCELLED, 0, "sending was cancelled");
		else if (context->entry.file >= 0)
			status = put_data(
				context, want - (out->len - start), out, &context->failure);
		else
			status = put_next(context, out, cancelled, &context->failure);
		context->failed = status != 0;
	}
	*end = context->ended && !context->failed;
	if (!context->failed)
		return 0;
	if (err)
		*err = context->failure;
	return -1;
}

/* Which entries a build context has, one after the other. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/beneath.h"
#include "source/context_private.h"

static int out_of_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory while reading the folder");
}

static int say_unreadable(int errnum, const char *path, struct berth_error *err)
{
	berth_error_errno(err, errnum, "read", path);
	return berth_error_hint(
		err, "make it readable, or leave it out: write '%s' into .dockerignore", path);
}

static struct context_frame *innermost(struct context_walk *walk)
{
	return &walk->frames[walk->depth - 1];
}

static void set_path(struct context_walk *walk, size_t len)
{
	walk->path.len = len;
	walk->path.data[len] = '\0';
}

/* --- the way down and up --- */

static void close_current(struct context_walk *walk)
{
	if (walk->current >= 0)
		close(walk->current);
	walk->current = -1;
}

static void leave(struct context_walk *walk)
{
	struct context_frame *frame = innermost(walk);

	names_release(&frame->names);
	free(frame->hits);
	walk->depth--;
	close_current(walk);
}

static int read_names(struct context_walk *walk, int fd, struct context_frame *frame,
	const atomic_bool *cancelled, struct berth_error *err)
{
	const char *shown = walk->path.len ? walk->path.data : walk->folder;
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	int failure;

	if (!stream) {
		failure = errno;
		if (copy >= 0)
			close(copy);
		return berth_error_errno(err, failure, "read", shown);
	}
	failure = names_read(&frame->names, stream, CONTEXT_MAX_NAMES, cancelled);
	closedir(stream);
	switch (failure) {
	case 0:
		return 0;
	case ENOMEM:
		return out_of_memory(err);
	case ECANCELED:
		return berth_error_set(err, BERTH_E_CANCELLED, 0, "cancelled");
	case E2BIG:
		return berth_error_set(err, BERTH_E_LIMIT, 0, "'%s' has more than %d entries",
			shown, CONTEXT_MAX_NAMES);
	default:
		return say_unreadable(failure, shown, err);
	}
}

/* The folder of walk->path, whose descriptor is taken. */
static int enter(struct context_walk *walk, int fd, const struct stat *st,
	const atomic_bool *cancelled, struct berth_error *err)
{
	struct context_frame *frame;

	close_current(walk);
	walk->current = fd;
	if (walk->depth == CONTEXT_MAX_DEPTH)
		return berth_error_set(err, BERTH_E_LIMIT, 0,
			"folders are nested deeper than %d in '%s'", CONTEXT_MAX_DEPTH,
			walk->folder);
	frame = &walk->frames[walk->depth++];
	*frame = (struct context_frame){
		.path_len = walk->path.len,
		.mode = st->st_mode & 07777,
		.mtime = st->st_mtime,
	};
	if (walk->depth > 1) {
		size_t count = ignore_count(walk->ignore);

		frame->hits = calloc(count + 1, sizeof(bool));
		if (!frame->hits)
			return out_of_memory(err);
		memcpy(frame->hits, walk->hits, count * sizeof(bool));
	}
	return read_names(walk, fd, frame, cancelled, err);
}

/* The innermost folder again, after one in it was read. */
static int reopen(struct context_walk *walk, struct berth_error *err)
{
	if (walk->current >= 0)
		return 0;
	set_path(walk, innermost(walk)->path_len);
	walk->current = beneath_open(walk->top, walk->path.data, O_RDONLY | O_DIRECTORY);
	return walk->current < 0 ? say_unreadable(errno, walk->path.data, err) : 0;
}

/* --- one name --- */

static bool is_one_of(char *const *list, size_t count, const char *path)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i] && strcmp(list[i], path) == 0)
			return true;
	}
	return false;
}

/* May a file that is always sent be below this folder? */
static bool leads_to_always(const struct context_walk *walk)
{
	for (size_t i = 0; i < 2; i++) {
		if (walk->always[i] &&
			strncmp(walk->always[i], walk->path.data, walk->path.len) == 0 &&
			walk->always[i][walk->path.len] == '/')
			return true;
	}
	return false;
}

static int skip(struct context_walk *walk)
{
	if (walk->sent.skipped++ == 0)
		snprintf(walk->sent.skipped_name, sizeof(walk->sent.skipped_name), "%s",
			walk->path.data);
	return 0;
}

static int take_link(struct context_walk *walk, const char *name, struct context_entry *entry,
	struct berth_error *err)
{
	ssize_t len = readlinkat(walk->current, name, entry->link, sizeof(entry->link) - 1);

	if (len < 0)
		return errno == ENOENT ? 0 : say_unreadable(errno, walk->path.data, err);
	entry->link[len] = '\0';
	entry->kind = CONTEXT_LINK;
	walk->sent.links++;
	return 1;
}

/* O_NONBLOCK: what was a file a moment ago may be a pipe without another end by now. */
static int take_file(struct context_walk *walk, const char *name, struct context_entry *entry,
	struct berth_error *err)
{
	struct stat st;

	entry->file = openat(walk->current, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (entry->file < 0 && (errno == ENOENT || errno == ELOOP))
		return 0;
	if (entry->file < 0 || fstat(entry->file, &st) || !S_ISREG(st.st_mode)) {
		say_unreadable(entry->file < 0 ? errno : EINVAL, walk->path.data, err);
		if (entry->file >= 0)
			close(entry->file);
		entry->file = -1;
		return -1;
	}
	entry->kind = CONTEXT_FILE;
	entry->mode = st.st_mode & 07777;
	entry->size = st.st_size;
	entry->mtime = st.st_mtime;
	walk->sent.files++;
	return 1;
}

static int take_folder(struct context_walk *walk, const char *name, const struct stat *st, bool out,
	struct context_entry *entry, const atomic_bool *cancelled, struct berth_error *err)
{
	int fd;

	if (out && !ignore_may_return(walk->ignore, walk->path.data) && !leads_to_always(walk)) {
		walk->sent.left_out++;
		return 0;
	}
	fd = openat(walk->current, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP
			       ? 0
			       : say_unreadable(errno, walk->path.data, err);
	if (enter(walk, fd, st, cancelled, err))
		return -1;
	/* One that is left out has an entry only if something in it has. */
	entry->kind = CONTEXT_FOLDER;
	return out ? 0 : 1;
}

/* 1: `entry` is to be written; 0: nothing of it, or a folder was entered; -1. */
static int take_name(struct context_walk *walk, const char *name, struct context_entry *entry,
	const atomic_bool *cancelled, struct berth_error *err)
{
	struct context_frame *frame = innermost(walk);
	struct stat st;
	bool out;

	set_path(walk, frame->path_len);
	if ((frame->path_len && buf_adds(&walk->path, "/", err)) ||
		buf_adds(&walk->path, name, err))
		return berth_error_wrap(err, "the path of '%s'", name);
	out = ignore_step(walk->ignore, walk->path.data, frame->hits, walk->hits);
	if (is_one_of(walk->replaced, walk->replaced_count, walk->path.data))
		return 0;
	if (is_one_of(walk->always, 2, walk->path.data))
		out = false;
	if (fstatat(walk->current, name, &st, AT_SYMLINK_NOFOLLOW))
		return errno == ENOENT ? 0 : say_unreadable(errno, walk->path.data, err);
	if (S_ISDIR(st.st_mode))
		return take_folder(walk, name, &st, out, entry, cancelled, err);
	if (out) {
		walk->sent.left_out++;
		return 0;
	}
	entry->mode = st.st_mode & 07777;
	entry->mtime = st.st_mtime;
	if (S_ISLNK(st.st_mode))
		return take_link(walk, name, entry, err);
	return S_ISREG(st.st_mode) ? take_file(walk, name, entry, err) : skip(walk);
}

int context_walk_next(struct context_walk *walk, struct context_entry *entry,
	const atomic_bool *cancelled, struct berth_error *err)
{
	while (walk->depth > 0) {
		struct context_frame *frame = innermost(walk);
		int taken;

		if (cancelled && atomic_load_explicit(cancelled, memory_order_relaxed))
			return berth_error_set(err, BERTH_E_CANCELLED, 0, "cancelled");
		*entry = (struct context_entry){.kind = CONTEXT_END, .file = -1};
		if (frame->next == frame->names.count) {
			leave(walk);
			continue;
		}
		if (reopen(walk, err))
			return -1;
		taken = take_name(walk, frame->names.items[frame->next++], entry, cancelled, err);
		if (taken)
			return taken < 0 ? -1 : 0;
	}
	entry->kind = CONTEXT_END;
	entry->file = -1;
	return 0;
}

/* --- begin and end --- */

static int open_top(struct context_walk *walk, struct berth_error *err)
{
	struct stat st;
	int fd;

	walk->top = open(walk->folder, BENEATH_LOOKUP | O_DIRECTORY | O_CLOEXEC);
	if (walk->top < 0 && errno == ENOENT)
		return berth_error_set(
			err, BERTH_E_NOT_FOUND, ENOENT, "folder '%s' does not exist", walk->folder);
	fd = walk->top < 0 ? -1 : openat(walk->top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st)) {
		berth_error_errno(err, errno, "open folder", walk->folder);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return enter(walk, fd, &st, NULL, err);
}

static int copy_names(struct context_walk *walk, const struct context_options *options)
{
	walk->folder = strdup(options->folder);
	walk->frames = calloc(CONTEXT_MAX_DEPTH, sizeof(*walk->frames));
	walk->hits = calloc(ignore_count(walk->ignore) + 1, sizeof(bool));
	walk->replaced = calloc(options->file_count + 1, sizeof(char *));
	if (!walk->folder || !walk->frames || !walk->hits || !walk->replaced)
		return -1;
	while (walk->replaced_count < options->file_count) {
		char *path = strdup(options->files[walk->replaced_count].path);

		if (!path)
			return -1;
		walk->replaced[walk->replaced_count++] = path;
	}
	return 0;
}

int context_walk_open(
	struct context_walk *walk, const struct context_options *options, struct berth_error *err)
{
	walk->top = walk->current = -1;
	buf_init(&walk->path, CONTEXT_MAX_PATH);
	if (copy_names(walk, options))
		return out_of_memory(err);
	return open_top(walk, err);
}

void context_walk_release(struct context_walk *walk)
{
	while (walk->depth > 0)
		leave(walk);
	if (walk->top >= 0)
		close(walk->top);
	for (size_t i = 0; i < walk->replaced_count; i++)
		free(walk->replaced[i]);
	free(walk->replaced);
	free(walk->always[0]);
	free(walk->always[1]);
	free(walk->frames);
	free(walk->hits);
	free(walk->folder);
	buf_release(&walk->path);
	ignore_free(walk->ignore);
}

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/beneath.h"
#include "source/pax.h"
#include "source/tar_stream.h"
#include "source/walk.h"

enum {
	MIN_READ = 4096, /* less is not worth a system call; a fill may give that much more */
	MAX_READ = 32768,
};

/* One thing that was added: a walk with its folder, or a single file. */
struct part {
	const struct walk *walk; /* NULL: a single file */
	const char *folder;
	char *name;             /* the prefix, or the file's name in the archive */
	char *path;             /* single file: where it is */
	struct walk_entry self; /* the folder itself or the single file; no strings in it */
};

struct tar_stream {
	struct tar_owner owner;
	struct pax *pax;
	struct part *parts;
	size_t part_count;
	size_t part, entry;      /* what comes next; entry 0 is the part itself, n the walk's n-1 */
	int folder;              /* of the walk that is being sent */
	int parent;              /* folder of the last file */
	const char *parent_path; /* in the walk, parent_len bytes of it */
	size_t parent_len;
	int file;          /* being sent, or -1 */
	const char *shown; /* its name for messages */
	int64_t left;
	int64_t total, sent;
	bool ended, failed;
	struct berth_error failure; /* said again if asked again: the archive is lost */
	char chunk[MAX_READ];
};

static int out_of_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory while making the archive");
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

struct tar_stream *tar_stream_new(struct tar_owner owner, struct berth_error *err)
{
	struct tar_stream *tar = calloc(1, sizeof(*tar));

	if (!tar) {
		out_of_memory(err);
		return NULL;
	}
	tar->owner = owner;
	tar->folder = tar->parent = tar->file = -1;
	tar->pax = pax_new(err);
	if (!tar->pax) {
		free(tar);
		return NULL;
	}
	return tar;
}

static void part_release(struct part *part)
{
	free(part->name);
	free(part->path);
}

void tar_stream_free(struct tar_stream *tar)
{
	if (!tar)
		return;
	close_fd(&tar->file);
	close_fd(&tar->parent);
	close_fd(&tar->folder);
	pax_free(tar->pax);
	for (size_t i = 0; i < tar->part_count; i++)
		part_release(&tar->parts[i]);
	free(tar->parts);
	free(tar);
}

/* Takes the part's strings, also when it fails. */
static int add_part(struct tar_stream *tar, struct part part, struct berth_error *err)
{
	struct part *parts;

	if (!part.name || (!part.walk && !part.path)) {
		part_release(&part);
		return out_of_memory(err);
	}
	if (strlen(part.name) > PATH_MAX) {
		part_release(&part);
		return berth_error_set(err, BERTH_E_LIMIT, 0,
			"a name in the archive is longer than %d bytes", PATH_MAX);
	}
	parts = reallocarray(tar->parts, tar->part_count + 1, sizeof(*parts));
	if (!parts) {
		part_release(&part);
		return out_of_memory(err);
	}
	tar->parts = parts;
	parts[tar->part_count++] = part;
	tar->total += part.walk ? part.walk->bytes : part.self.size;
	return 0;
}

static struct walk_entry entry_of(const struct stat *st, enum walk_kind kind)
{
	return (struct walk_entry){
		.kind = kind,
		.mode = st->st_mode & 07777,
		.size = kind == WALK_FILE ? st->st_size : 0,
		.mtime = st->st_mtime,
	};
}

static char *without_slashes_at_end(const char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == '/')
		len--;
	return strndup(text, len);
}

int tar_stream_add_walk(struct tar_stream *tar, const struct walk *walk, const char *folder,
	const char *prefix, struct berth_error *err)
{
	struct part part = {.walk = walk, .folder = folder};
	struct stat st;

	if (stat(folder, &st))
		return berth_error_errno(err, errno, "read folder", folder);
	part.name = without_slashes_at_end(prefix);
	part.self = entry_of(&st, WALK_FOLDER);
	/* A private folder here must not become one that the service can't enter. */
	part.self.mode = 0755;
	return add_part(tar, part, err);
}

/* O_NONBLOCK: opening a named pipe must not wait for its other end. */
static int open_file(const char *path)
{
	return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static int look_at(int fd, const char *shown, struct stat *st, struct berth_error *err)
{
	if (fd < 0 || fstat(fd, st))
		return berth_error_errno(err, errno, "read", shown);
	if (!S_ISREG(st->st_mode))
		return berth_error_set(err, BERTH_E_IO, 0, "'%s' is not a regular file", shown);
	return 0;
}

int tar_stream_add_file(
	struct tar_stream *tar, const char *path, const char *name, struct berth_error *err)
{
	cleanup_close int fd = open_file(path);
	struct part part = {0};
	struct stat st = {0};

	if (look_at(fd, path, &st, err))
		return -1;
	part.name = strdup(name);
	part.path = strdup(path);
	part.self = entry_of(&st, WALK_FILE);
	return add_part(tar, part, err);
}

int64_t tar_stream_total(const struct tar_stream *tar)
{
	return tar->total;
}

int64_t tar_stream_sent(const struct tar_stream *tar)
{
	return tar->sent;
}

static int say_shorter(const char *shown, struct berth_error *err)
{
	berth_error_set(err, BERTH_E_IO, 0, "'%s' became shorter while it was being sent", shown);
	return berth_error_hint(err, "deploy again when nothing writes to the folder any more");
}

static int put_header(struct tar_stream *tar, const char *name, const struct walk_entry *entry,
	struct buf *out, struct berth_error *err)
{
	return pax_header(tar->pax,
		&(struct pax_header){
			.name = name,
			.kind = entry->kind,
			.mode = entry->mode,
			.size = entry->size,
			.mtime = entry->mtime,
			.uid = tar->owner.uid,
			.gid = tar->owner.gid,
			.link = entry->link,
		},
		out, err);
}

/* Take over an open file whose content comes next. */
static int begin_file(struct tar_stream *tar, int fd, const char *shown,
	const struct walk_entry *entry, struct berth_error *err)
{
	struct stat st;

	tar->file = fd;
	tar->shown = shown;
	tar->left = entry->size;
	if (look_at(fd, shown, &st, err))
		return -1;
	return st.st_size < entry->size ? say_shorter(shown, err) : 0;
}

/* The folder of the file that comes next: as a rule it is that of the last one. */
static int open_parent(struct tar_stream *tar, const char *path, size_t len)
{
	char *parent;
	int saved;

	if (tar->parent >= 0 && tar->parent_len == len && memcmp(tar->parent_path, path, len) == 0)
		return 0;
	close_fd(&tar->parent);
	parent = strndup(path, len);
	if (!parent)
		return -1;
	tar->parent = beneath_open(tar->folder, parent, BENEATH_LOOKUP | O_DIRECTORY);
	tar->parent_path = path;
	tar->parent_len = len;
	saved = errno;
	free(parent);
	errno = saved;
	return tar->parent < 0 ? -1 : 0;
}

static int open_entry(struct tar_stream *tar, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (open_parent(tar, path, slash ? (size_t)(slash - path) : 0))
		return -1;
	return openat(tar->parent, slash ? slash + 1 : path,
		O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
}

static int put_entry(struct tar_stream *tar, const struct part *part,
	const struct walk_entry *entry, struct buf *out, struct berth_error *err)
{
	cleanup_free char *name = NULL;

	if (asprintf(&name, "%s%s%s", part->name, *part->name ? "/" : "", entry->path) < 0) {
		name = NULL;
		return out_of_memory(err);
	}
	if (entry->kind == WALK_FILE &&
		begin_file(tar, open_entry(tar, entry->path), entry->path, entry, err))
		return -1;
	return put_header(tar, name, entry, out, err);
}

static int put_part_itself(
	struct tar_stream *tar, const struct part *part, struct buf *out, struct berth_error *err)
{
	if (!part->walk) {
		if (begin_file(tar, open_file(part->path), part->path, &part->self, err))
			return -1;
		return put_header(tar, part->name, &part->self, out, err);
	}
	tar->folder = open(part->folder, BENEATH_LOOKUP | O_DIRECTORY | O_CLOEXEC);
	if (tar->folder < 0)
		return berth_error_errno(err, errno, "open folder", part->folder);
	/* The top of the container has no entry of its own. */
	return *part->name ? put_header(tar, part->name, &part->self, out, err) : 0;
}

static int put_next(struct tar_stream *tar, struct buf *out, struct berth_error *err)
{
	const struct part *part = &tar->parts[tar->part];
	size_t entries = part->walk ? part->walk->count : 0;
	size_t entry = tar->entry++;

	if (entry == 0)
		return put_part_itself(tar, part, out, err);
	if (entry <= entries)
		return put_entry(tar, part, &part->walk->entries[entry - 1], out, err);
	close_fd(&tar->parent);
	close_fd(&tar->folder);
	tar->part++;
	tar->entry = 0;
	return 0;
}

static int put_data(struct tar_stream *tar, size_t want, struct buf *out, struct berth_error *err)
{
	size_t len = want < MIN_READ ? MIN_READ : want > MAX_READ ? MAX_READ : want;
	ssize_t got;

	if (tar->left == 0) {
		close_fd(&tar->file);
		return 0;
	}
	if ((int64_t)len > tar->left)
		len = (size_t)tar->left;
	do
		got = read(tar->file, tar->chunk, len);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return berth_error_errno(err, errno, "read", tar->shown);
	if (got == 0)
		return say_shorter(tar->shown, err);
	tar->left -= got;
	tar->sent += got;
	return pax_data(tar->pax, tar->chunk, (size_t)got, out, err);
}

static int step(struct tar_stream *tar, size_t want, struct buf *out, struct berth_error *err)
{
	if (tar->file >= 0)
		return put_data(tar, want, out, err);
	if (tar->part < tar->part_count)
		return put_next(tar, out, err);
	tar->ended = true;
	return pax_end(tar->pax, out, err);
}

int tar_stream_fill(struct tar_stream *tar, struct buf *out, size_t want, bool *end,
	const atomic_bool *cancelled, struct berth_error *err)
{
	size_t start = out->len;

	if (want == 0)
		want = 1;
	while (!tar->failed && !tar->ended && out->len - start < want) {
		if (cancelled && atomic_load_explicit(cancelled, memory_order_relaxed)) {
			berth_error_set(
				&tar->failure, BERTH_E_CANCELLED, 0, "sending was cancelled");
			tar->failed = true;
		} else if (step(tar, want - (out->len - start), out, &tar->failure)) {
			tar->failed = true;
		}
	}
	*end = tar->ended && !tar->failed;
	if (!tar->failed)
		return 0;
	if (err)
		*err = tar->failure;
	return -1;
}

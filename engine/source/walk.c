#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/beneath.h"
#include "source/names.h"
#include "source/pattern.h"
#include "source/walk.h"

enum {
	DEFAULT_MAX_ENTRIES = 2000000,
	MAX_DEPTH = 1024,
	MAX_PATH = 32768, /* keeps one header of the archive well below its 64 KiB */
	MAX_SKIPPED = 100,
};

/* A folder that was entered, on an explicit stack: the depth of a tree must not be the depth of a
 * thread's stack. Its descriptor is not kept, so that descriptors do not limit the depth either. */
struct frame {
	struct walk_entry *children; /* what goes along, sorted; moved to the walk one by one */
	size_t count, next;
	size_t at;     /* index of the folder's own entry */
	bool kept;     /* something below goes along */
	bool left_out; /* something below matched no include pattern */
	bool matched;  /* the folder itself matches one */
};

struct walker {
	struct walk *walk;
	const struct walk_options *options;
	const atomic_bool *cancelled;
	struct berth_error *err;
	size_t max_entries, capacity;
	int folder;
	struct frame *frames;
	size_t depth, frame_capacity;
};

static int out_of_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory while walking the folder");
}

/* Room for one more; the items where they are now, or NULL and nothing has changed. */
static void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 32;

	if (count < *capacity)
		return items;
	items = reallocarray(items, wanted, size);
	if (items)
		*capacity = wanted;
	return items;
}

static bool is_cancelled(const struct walker *walker)
{
	return walker->cancelled && atomic_load_explicit(walker->cancelled, memory_order_relaxed);
}

static int say_cancelled(const struct walker *walker)
{
	return berth_error_set(walker->err, BERTH_E_CANCELLED, 0, "the walk was cancelled");
}

/* `path` is "" for the folder itself. */
static int say_unreadable(const struct walker *walker, int errnum, const char *path)
{
	if (!*path)
		return berth_error_errno(walker->err, errnum, "read", walker->options->folder);
	berth_error_errno(walker->err, errnum, "read", path);
	return berth_error_hint(
		walker->err, "make it readable, or leave it out with --exclude '/%s'", path);
}

static void entry_release(struct walk_entry *entry)
{
	free(entry->path);
	free(entry->link);
}

static int say_names(const struct walker *walker, int failure, const char *path)
{
	switch (failure) {
	case ECANCELED:
		return say_cancelled(walker);
	case ENOMEM:
		return out_of_memory(walker->err);
	case E2BIG:
		return berth_error_set(walker->err, BERTH_E_LIMIT, 0,
			"'%s' has more than %zu entries", *path ? path : walker->options->folder,
			walker->max_entries);
	default:
		return say_unreadable(walker, failure, path);
	}
}

static char *join(const char *folder, const char *name)
{
	char *path;

	if (asprintf(&path, "%s%s%s", folder, *folder ? "/" : "", name) < 0)
		return NULL;
	return path;
}

static int skip(struct walker *walker, const char *path, mode_t mode)
{
	struct walk *walk = walker->walk;
	const char *what = S_ISSOCK(mode) ? "socket" : S_ISFIFO(mode) ? "named pipe" : "device";
	char *line;

	walk->skipped_total++;
	if (walk->skipped_count == MAX_SKIPPED)
		return 0;
	if (!walk->skipped)
		walk->skipped = calloc(MAX_SKIPPED, sizeof(*walk->skipped));
	if (!walk->skipped || asprintf(&line, "%s: %s", path, what) < 0)
		return out_of_memory(walker->err);
	walk->skipped[walk->skipped_count++] = line;
	return 0;
}

static int read_link(struct walker *walker, struct walk_entry *entry, int folder, const char *name)
{
	char target[PATH_MAX + 1];
	ssize_t len = readlinkat(folder, name, target, sizeof(target) - 1);
	int stays;

	if (len < 0)
		return say_unreadable(walker, errno, entry->path);
	target[len] = '\0';
	stays = beneath_link_stays(folder, walker->depth - 1, target, walker->err);
	if (stays < 0)
		return -1;
	if (!stays) {
		berth_error_set(walker->err, BERTH_E_USAGE, 0,
			"symbolic link '%s' leads out of the folder, to '%s'", entry->path, target);
		return berth_error_hint(walker->err,
			"leave it out with --exclude '/%s', or put in its place what it leads to",
			entry->path);
	}
	entry->link = strdup(target);
	return entry->link ? 0 : out_of_memory(walker->err);
}

/*
 * Fill in what is known about one name of the folder. 1: it goes along (a folder: may go along),
 * 0: not, -1: error. The path is the entry's in any case.
 */
static int judge(struct walker *walker, struct walk_entry *entry, int folder, const char *name,
	bool *left_out)
{
	const struct walk_options *options = walker->options;
	struct stat st;

	if (strlen(entry->path) > MAX_PATH)
		return berth_error_set(walker->err, BERTH_E_LIMIT, 0,
			"the path of '%s' is longer than %d bytes", name, MAX_PATH);
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW)) {
		/* Gone since the folder was read: then it was never there. */
		return errno == ENOENT ? 0 : say_unreadable(walker, errno, entry->path);
	}
	if (pattern_match_any(
		    options->exclude, options->exclude_count, entry->path, S_ISDIR(st.st_mode))) {
		walker->walk->excluded++;
		return 0;
	}
	entry->mode = st.st_mode & 07777;
	entry->mtime = st.st_mtime;
	if (S_ISDIR(st.st_mode)) {
		entry->kind = WALK_FOLDER;
		return 1;
	}
	if (options->include_count &&
		!pattern_match_any(options->include, options->include_count, entry->path, false)) {
		walker->walk->excluded++;
		*left_out = true;
		return 0;
	}
	if (S_ISLNK(st.st_mode)) {
		entry->kind = WALK_LINK;
		return read_link(walker, entry, folder, name) ? -1 : 1;
	}
	if (!S_ISREG(st.st_mode))
		return skip(walker, entry->path, st.st_mode);
	entry->kind = WALK_FILE;
	entry->size = st.st_size;
	if (faccessat(folder, name, R_OK, AT_EACCESS))
		return say_unreadable(walker, errno, entry->path);
	return 1;
}

static int read_children(struct walker *walker, struct frame *frame, int folder, const char *path,
	struct names *names)
{
	frame->children = calloc(names->count ? names->count : 1, sizeof(*frame->children));
	if (!frame->children)
		return out_of_memory(walker->err);
	for (size_t i = 0; i < names->count; i++) {
		struct walk_entry *entry = &frame->children[frame->count];
		int goes;

		if (is_cancelled(walker))
			return say_cancelled(walker);
		entry->path = join(path, names->items[i]);
		if (!entry->path)
			return out_of_memory(walker->err);
		goes = judge(walker, entry, folder, names->items[i], &frame->left_out);
		if (goes == 1) {
			frame->count++;
			continue;
		}
		entry_release(entry);
		*entry = (struct walk_entry){0};
		if (goes < 0)
			return -1;
	}
	return 0;
}

static void frame_release(struct frame *frame)
{
	for (size_t i = frame->next; i < frame->count; i++)
		entry_release(&frame->children[i]);
	free(frame->children);
}

/* Put a folder on the stack and look at all that is in it. `path` is "" for the top. */
static int enter(struct walker *walker, const char *path)
{
	struct names names = {0};
	struct frame *frame;
	DIR *stream;
	int fd, failure, result;

	if (walker->depth == MAX_DEPTH)
		return berth_error_set(walker->err, BERTH_E_LIMIT, 0,
			"folders are nested deeper than %d in '%s'", MAX_DEPTH,
			walker->options->folder);
	frame = grow(walker->frames, walker->depth, &walker->frame_capacity, sizeof(*frame));
	if (!frame)
		return out_of_memory(walker->err);
	walker->frames = frame;
	frame += walker->depth++;
	*frame = (struct frame){.at = walker->walk->count - 1};
	frame->matched = !walker->options->include_count ||
			 pattern_match_any(walker->options->include, walker->options->include_count,
				 path, true);
	fd = beneath_open(walker->folder, path, O_RDONLY | O_DIRECTORY);
	if (fd < 0)
		return say_unreadable(walker, errno, path);
	stream = fdopendir(fd);
	if (!stream) {
		close(fd);
		return out_of_memory(walker->err);
	}
	failure = names_read(&names, stream, walker->max_entries, walker->cancelled);
	if (failure)
		result = say_names(walker, failure, path);
	else
		result = read_children(walker, frame, fd, path, &names);
	names_release(&names);
	closedir(stream);
	return result;
}

static int add_entry(struct walker *walker, struct walk_entry *entry)
{
	struct walk *walk = walker->walk;
	struct walk_entry *entries;

	if (walk->count == walker->max_entries) {
		berth_error_set(walker->err, BERTH_E_LIMIT, 0, "'%s' holds more than %zu entries",
			walker->options->folder, walker->max_entries);
		return berth_error_hint(walker->err, "leave parts of it out with --exclude");
	}
	entries = grow(walk->entries, walk->count, &walker->capacity, sizeof(*entries));
	if (!entries)
		return out_of_memory(walker->err);
	walk->entries = entries;
	entries[walk->count++] = *entry;
	*entry = (struct walk_entry){0};
	return 0;
}

/* All of a folder is done: does the folder itself go along? One that matches does, unless there was
 * something in it and none of that does. */
static void leave(struct walker *walker)
{
	struct frame *frame = &walker->frames[--walker->depth];
	struct walk *walk = walker->walk;
	bool kept = frame->kept || (frame->matched && !frame->left_out);

	frame_release(frame);
	if (walker->depth == 0)
		return;
	if (kept) {
		walk->folders++;
		frame[-1].kept = true;
	} else {
		/* Nothing below it was kept, so its entry is the last one. */
		entry_release(&walk->entries[frame->at]);
		walk->count = frame->at;
		frame[-1].left_out = true;
	}
}

static int step(struct walker *walker)
{
	struct frame *frame = &walker->frames[walker->depth - 1];
	struct walk *walk = walker->walk;
	const struct walk_entry *entry;

	if (is_cancelled(walker))
		return say_cancelled(walker);
	if (frame->next == frame->count) {
		leave(walker);
		return 0;
	}
	if (add_entry(walker, &frame->children[frame->next]))
		return -1;
	frame->next++;
	entry = &walk->entries[walk->count - 1];
	if (entry->kind == WALK_FOLDER)
		return enter(walker, entry->path);
	frame->kept = true;
	if (entry->kind == WALK_LINK) {
		walk->links++;
	} else {
		walk->files++;
		walk->bytes += entry->size;
	}
	return 0;
}

static int open_top(const char *folder, struct berth_error *err)
{
	int fd = open(folder, BENEATH_LOOKUP | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	if (errno == ENOENT)
		return berth_error_set(
			err, BERTH_E_NOT_FOUND, ENOENT, "folder '%s' does not exist", folder);
	return berth_error_errno(err, errno, "open folder", folder);
}

int walk_folder(struct walk *walk, const struct walk_options *options, const atomic_bool *cancelled,
	struct berth_error *err)
{
	struct walker walker = {
		.walk = walk,
		.options = options,
		.cancelled = cancelled,
		.err = err,
		.max_entries = options->max_entries ? options->max_entries : DEFAULT_MAX_ENTRIES,
	};
	int result;

	*walk = (struct walk){0};
	walker.folder = open_top(options->folder, err);
	if (walker.folder < 0)
		return -1;
	result = enter(&walker, "");
	while (result == 0 && walker.depth)
		result = step(&walker);
	while (walker.depth)
		frame_release(&walker.frames[--walker.depth]);
	free(walker.frames);
	close(walker.folder);
	if (result)
		walk_release(walk);
	return result;
}

void walk_release(struct walk *walk)
{
	for (size_t i = 0; i < walk->count; i++)
		entry_release(&walk->entries[i]);
	free(walk->entries);
	for (size_t i = 0; i < walk->skipped_count; i++)
		free(walk->skipped[i]);
	free(walk->skipped);
	*walk = (struct walk){0};
}

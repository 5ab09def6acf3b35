/* What the files of the build context share. */
#ifndef SOURCE_CONTEXT_PRIVATE_H
#define SOURCE_CONTEXT_PRIVATE_H

#include <limits.h>

#include "source/context.h"
#include "source/ignore.h"
#include "source/names.h"

enum { CONTEXT_MAX_DEPTH = 512, CONTEXT_MAX_NAMES = 4000000, CONTEXT_MAX_PATH = 32768 };

/* A folder on the way down. Its descriptor is not kept: the depth of a tree is not limited by how
 * many a process may have. */
struct context_frame {
	struct names names;
	size_t next;
	size_t path_len; /* of the folder in context->path */
	unsigned mode;
	int64_t mtime;
	bool said;  /* its entry was written */
	bool *hits; /* of the patterns, by the folder or one above it; NULL at the top */
};

struct context_walk {
	char *folder;
	int top;     /* descriptor */
	int current; /* of the innermost frame's folder; -1: to be opened */
	struct ignore *ignore;
	char *always[2]; /* sent whatever the patterns say; may be NULL */
	char **replaced; /* paths that are not taken from disk */
	size_t replaced_count;
	struct context_frame *frames;
	size_t depth;
	struct buf path;
	bool *hits; /* of the entry in hand */
	struct context_sent sent;
};

enum context_kind { CONTEXT_FILE, CONTEXT_FOLDER, CONTEXT_LINK, CONTEXT_END };

/* What comes next; its path is context_walk.path until the next call. */
struct context_entry {
	enum context_kind kind;
	unsigned mode;
	int64_t mtime, size;
	int file; /* open, the caller's; -1 if it is no file */
	char link[PATH_MAX];
};

int context_walk_open(
	struct context_walk *walk, const struct context_options *options, struct berth_error *err);
void context_walk_release(struct context_walk *walk);
/* The next entry to write; before it those of all frames that are not `said`, of which the
 * innermost one is CONTEXT_FOLDER's own. CONTEXT_END at the end. */
int context_walk_next(struct context_walk *walk, struct context_entry *entry,
	const atomic_bool *cancelled, struct berth_error *err);

#endif

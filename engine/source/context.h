/*
 * A folder as the tar stream that an image is built from: read while it is sent, nothing copied
 * anywhere first. What is kept at once is the names of the folders on the way down, one piece of
 * one file, and nothing more, whatever the whole is. All functions block and are called on a
 * worker.
 *
 * As the engine's own client has it: everything belongs to root, permission bits and times are
 * those of the files, links are links wherever they lead, empty folders go along, what a folder's
 * file of patterns leaves out does not, except the Dockerfile and that file themselves. The order
 * is that of the names' bytes.
 *
 * A file that is gone when its turn comes was never there; one that shrinks while it is read, or
 * can't be read, fails the stream, which an engine then refuses as cut: nothing is ever filled up.
 * One that grows is sent as long as it was; holes are sent as zeros. Sockets, pipes and devices
 * are left out and counted.
 */
#ifndef SOURCE_CONTEXT_H
#define SOURCE_CONTEXT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "base/buf.h"

struct context;

/* A file that is not on disk; it takes the place of one of that path. */
struct context_file {
	const char *path; /* below the folder, without '/' at its beginning */
	const char *text;
};

struct context_options {
	const char *folder;     /* absolute */
	const char *dockerfile; /* path below the folder; NULL: "Dockerfile" */
	const struct context_file *files;
	size_t file_count;
};

/* What has been sent so far. */
struct context_sent {
	int64_t bytes; /* of files */
	size_t files, folders, links;
	size_t left_out;        /* by patterns; a folder counts once */
	size_t skipped;         /* neither file, folder nor link */
	char skipped_name[256]; /* the first of them */
};

/* Everything is copied. Reads DOCKERFILE.dockerignore, else .dockerignore. NOT_FOUND or IO for the
 * folder; USAGE naming file and line for a wrong pattern. */
struct context *context_new(const struct context_options *options, struct berth_error *err);
void context_free(struct context *context);

/* The file of patterns in use: "" if there is none. */
const char *context_ignore_name(const struct context *context);

/* Append about `want` bytes (at least one unless the end was reached; at most want + 128 KiB) to
 * out. *end is set once the archive is complete. -1: IO naming the file, LIMIT, CANCELLED. */
int context_fill(struct context *context, struct buf *out, size_t want, bool *end,
	const atomic_bool *cancelled, struct berth_error *err);
void context_sent(const struct context *context, struct context_sent *sent);

/* The whole text of one file of the folder (or of those that are not on disk), malloc'd, at most
 * 1 MiB of it. NOT_FOUND, IO or LIMIT. */
char *context_read(const struct context_options *options, const char *path, size_t *len,
	struct berth_error *err);

#endif

/*
 * One tar stream (pax, through libarchive) made piece by piece: bounded memory whatever the size.
 * All functions that read files block and are called on a worker.
 *
 * Names that are not UTF-8 survive byte for byte. Owner is uid/gid as given for every entry. A file
 * that became shorter than the walk saw is an error (never silently padded); one that grew is sent
 * as long as it was seen.
 */
#ifndef SOURCE_TAR_STREAM_H
#define SOURCE_TAR_STREAM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "base/buf.h"

struct walk;
struct tar_stream;

struct tar_owner {
	int64_t uid, gid;
};

struct tar_stream *tar_stream_new(struct tar_owner owner, struct berth_error *err);
void tar_stream_free(struct tar_stream *tar);

/* Add what the walk found, below `prefix` in the archive ("payload/web"; no leading '/'). The walk
 * and the folder's path are borrowed until the stream is freed. A folder entry for the last part of
 * the prefix itself is made (mode 0755), none for those above. */
int tar_stream_add_walk(struct tar_stream *tar, const struct walk *walk, const char *folder,
	const char *prefix, struct berth_error *err);
/* Add one file under a full name in the archive ("fractalic/settings.toml"). Strings are copied.
 * The file is looked at (fstat) now and read later. */
int tar_stream_add_file(
	struct tar_stream *tar, const char *path, const char *name, struct berth_error *err);

/* File bytes that will be sent in all (progress counts these), and sent so far. */
int64_t tar_stream_total(const struct tar_stream *tar);
int64_t tar_stream_sent(const struct tar_stream *tar);

/* Append about `want` bytes of archive (at least one unless the end was reached; at most want + 64
 * KiB) to out. *end is set once the archive is complete. -1: IO naming the file, or CANCELLED. */
int tar_stream_fill(struct tar_stream *tar, struct buf *out, size_t want, bool *end,
	const atomic_bool *cancelled, struct berth_error *err);

#endif

/*
 * The walk of a folder: what would be sent, how much it is, and what is left out. Runs on a worker
 * thread (blocking calls are fine here, the loop never calls it directly).
 */
#ifndef SOURCE_WALK_H
#define SOURCE_WALK_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <berth/error.h>

enum walk_kind { WALK_FILE, WALK_FOLDER, WALK_LINK };

struct walk_entry {
	char *path; /* relative to the folder, bytes as the file system has them, no leading '/' */
	enum walk_kind kind;
	mode_t mode;  /* permission bits */
	int64_t size; /* files: bytes */
	int64_t mtime;
	char *link; /* links: target as stored */
};

struct walk_options {
	const char *folder;   /* absolute */
	char *const *include; /* a file goes along if it matches one of these ... */
	size_t include_count;
	char *const *exclude; /* ... and neither it nor a folder above it matches one of these */
	size_t exclude_count;
	size_t max_entries; /* bound; 0: 2,000,000 */
};

struct walk {
	struct walk_entry *entries; /* folders before what is in them, sorted by bytes within a
				       folder: the same tree gives the same tar */
	size_t count;
	int64_t bytes; /* of all files */
	size_t files, folders, links;
	char **skipped; /* "run.sock: socket", "pipe: named pipe", "sda: device"; at most 100 are
			   kept */
	size_t skipped_count;
	size_t skipped_total;
	size_t excluded; /* entries left out by patterns (a folder counts once) */
};

/*
 * 0, or -1: NOT_FOUND/IO for the folder itself; IO naming the file that cannot be read (checked by
 * access, so that it fails before anything is sent); USAGE naming a symbolic link that leads out of
 * the folder (absolute, or too many
 * "..", judged lexically and through links inside the folder); LIMIT; CANCELLED. Empty folders that
 * match go along. On failure *walk is empty and needs no release.
 */
int walk_folder(struct walk *walk, const struct walk_options *options, const atomic_bool *cancelled,
	struct berth_error *err);
void walk_release(struct walk *walk);

#endif

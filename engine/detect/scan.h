/*
 * A bounded look at a folder: which names are where, nearest to the top first. Folders that hold
 * what somebody else wrote or what was made (installed packages, build output, documentation,
 * examples, tests) are not entered. Nothing is read but names; a symbolic link counts as what it
 * leads to if that is a file below the folder, and as nothing otherwise.
 *
 * Blocking: called on a worker.
 */
#ifndef DETECT_SCAN_H
#define DETECT_SCAN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

enum {
	SCAN_MAX_NAMES = 50000,
	SCAN_MAX_IN_FOLDER = 10000, /* more than that is data, not source */
	SCAN_MAX_DEPTH = 16,        /* packages of Java are deep */
	SCAN_KINDS = 32,
};

struct scan_folder {
	char *path; /* relative; "" is the top */
	unsigned depth;
	char **files; /* sorted by bytes */
	size_t count;
	size_t first_below, below; /* the folders in it, one after the other */
	size_t parent;
	bool cut;                     /* it holds more names than were read */
	unsigned sources[SCAN_KINDS]; /* files at it and below, by kind */
};

struct scan {
	int top; /* descriptor */
	struct scan_folder *folders;
	size_t count, capacity;
	size_t names;      /* looked at */
	size_t left_out;   /* folders that were not entered, for their name */
	size_t unreadable; /* folders that could not be */
	bool cut;          /* a bound was met: there is more than was looked at */
};

/* Which kind a file is, by its name: below SCAN_KINDS, or negative for none. */
typedef int scan_kind_fn(const char *name, const void *context);

/* Only the top: files can be read. 0, or -1 NOT_FOUND or IO. To be released in any case. */
int scan_open(struct scan *scan, const char *folder, struct berth_error *err);
/* The names. `wanted` (may be NULL) is a folder that is entered whatever its name and those above
 * it are. 0; -1 IO for the folder itself, MEMORY, CANCELLED. */
int scan_walk(struct scan *scan, const char *wanted, scan_kind_fn *kind, const void *context,
	const atomic_bool *cancelled, struct berth_error *err);
void scan_release(struct scan *scan);

/* Index of a folder by path, or SIZE_MAX. */
size_t scan_find_folder(const struct scan *scan, const char *path);
/* Is there a file of this name or pattern right in the folder? */
bool scan_folder_has(const struct scan *scan, size_t folder, const char *pattern);
/* Is there such a file? Path from the top. Also finds what a bound hid. */
bool scan_has(const struct scan *scan, const char *path);

/* Call for each file that matches a pattern, relative to a folder, until `take` returns true; then
 * true. `*` and `?` do not cross '/'. Path from the top. */
typedef bool scan_take_fn(void *context, const char *path);
bool scan_each(const struct scan *scan, size_t folder, const char *pattern, scan_take_fn *take,
	void *context);

/* The file's text, malloc'd and NUL-terminated, links followed below the top only. NULL:
 * NOT_FOUND; IO; LIMIT (longer than max). */
char *scan_read(const struct scan *scan, const char *path, size_t max, size_t *len,
	struct berth_error *err);

#endif

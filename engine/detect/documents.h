/* The files of one project that were read, each parsed once. Bounded in bytes, one and all. */
#ifndef DETECT_DOCUMENTS_H
#define DETECT_DOCUMENTS_H

#include <stdatomic.h>

#include <jansson.h>

#include "detect/scan.h"

enum {
	DOCUMENTS_MAX_FILE = 1024 * 1024,
	DOCUMENTS_MAX_ALL = 16 * 1024 * 1024,
	DOCUMENTS_MAX_COUNT = 1000,
};

struct documents {
	const struct scan *scan; /* borrowed */
	const atomic_bool *cancelled;
	json_t *parsed; /* path: tree; null for what could not be read */
	json_t *wrong;  /* path: what is wrong with it */
	size_t bytes;   /* read so far */
};

int documents_init(struct documents *documents, const struct scan *scan,
	const atomic_bool *cancelled, struct berth_error *err);
void documents_release(struct documents *documents);

/* The tree of a file, borrowed; NULL if it is not there, not what its name says, or a bound is met.
 */
const json_t *documents_get(struct documents *documents, const char *path);
/* What is wrong with a file that was asked for; NULL if nothing is. */
const char *documents_wrong(const struct documents *documents, const char *path);

#endif

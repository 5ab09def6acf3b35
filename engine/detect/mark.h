/*
 * The first line of a file that berth generated. It holds the digest of the rest, so that a file
 * somebody changed since is told from one that is still berth's: a person's change is never undone.
 */
#ifndef DETECT_MARK_H
#define DETECT_MARK_H

#include <stddef.h>

#include "base/buf.h"

enum mark {
	MARK_NONE,    /* not generated */
	MARK_CHANGED, /* generated, and changed by a person since */
	MARK_WHOLE,   /* as it was generated */
};

enum mark mark_of(const char *text, size_t len);
/* The line and then the text. */
int mark_write(struct buf *out, const char *text, size_t len, struct berth_error *err);

#endif

/* Writing one pax archive into buffers; the only file that knows libarchive. */
#ifndef SOURCE_PAX_H
#define SOURCE_PAX_H

#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "base/buf.h"
#include "source/walk.h"

struct pax;

struct pax_header {
	const char *name; /* bytes as they are, without a '/' at the end */
	enum walk_kind kind;
	unsigned mode;
	int64_t size, mtime, uid, gid;
	const char *link; /* links: the target */
};

struct pax *pax_new(struct berth_error *err);
void pax_free(struct pax *pax);

/* Each appends what it makes to out, nothing is kept back. After -1 the archive is lost. `data`
 * follows its file's header and is as long as that said, in as many pieces as one likes. */
int pax_header(
	struct pax *pax, const struct pax_header *header, struct buf *out, struct berth_error *err);
int pax_data(
	struct pax *pax, const void *data, size_t len, struct buf *out, struct berth_error *err);
int pax_end(struct pax *pax, struct buf *out, struct berth_error *err);

#endif

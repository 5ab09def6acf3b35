/* The file of a log. It is made and written on a worker, read on the loop's thread; the two never
 * touch the same bytes. */
#ifndef LOG_LOG_FILE_H
#define LOG_LOG_FILE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include <berth/error.h>
#include <berth/log.h>

#include "log/log_index.h"

struct log_file {
	char *path; /* NULL: there is none, and nothing is written */
	bool nameless;
	int fd; /* -1 until the first write made it; locked (flock) while it is written to */
};

/* 0, or -1 without memory. */
int log_file_init(struct log_file *file, const char *path);
void log_file_release(struct log_file *file);
/* False if they can't be had. */
bool log_file_read(const struct log_file *file, uint64_t offset, char *bytes, size_t len);

#define LOG_WRITE_PIECES 64

/* One write, or the end of them. */
struct log_write {
	struct berth_log *owner; /* of whoever started it */
	struct log_file *file;
	uint64_t offset;
	struct iovec pieces[LOG_WRITE_PIECES];
	int piece_count;
	bool closes;
	struct log_index index; /* when it closes: written beside the file if it has blocks */

	size_t written; /* whole pieces all in all; nothing of a write that failed stays */
	bool failed;
	struct berth_error error;
};

/* False if there is no room for another piece. The bytes are borrowed until it is done. */
bool log_write_add(struct log_write *write, char *bytes, size_t len);
/* On a worker; the context is the write. */
void log_write_run(void *context, const atomic_bool *cancelled);

#endif

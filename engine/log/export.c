#include <berth/export.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <berth/text.h>

#include "log/file_name.h"
#include "log/log_store.h"
#include "log/record.h"
#include "loop/work.h"

/* A slice keeps the loop for about a millisecond. */
enum { SLICE_BYTES = 256 << 10, SLICE_LINES = 4096 };
/* Cleaned text is longer where a tab becomes blanks. */
enum { CLEAN_GROWTH = 8 };

/* The loop's thread and the worker have it in turns. */
struct berth_export {
	struct berth_log *log;
	struct uv_loop_s *loop;
	struct berth_export_setup setup;
	char *path, *temporary;
	uint64_t first, next, end;
	char *bytes; /* of the slice: at most SLICE_BYTES and one line, cleaned */
	size_t len, capacity;
	bool last;      /* the slice is */
	bool cancelled; /* looked at between slices */
	bool dropping;
	bool placed; /* the file has its name */
	int fd;
	struct berth_export_result result;
};

static void export_free(struct berth_export *export)
{
	free(export->bytes);
	free(export->temporary);
	free(export->path);
	free(export);
}

static int fail(struct berth_export *export, const char *verb)
{
	berth_error_errno(&export->result.error, errno, verb, export->path);
	if (errno == ENOENT)
		berth_error_hint(&export->result.error, "the folder must be there already");
	return -1;
}

static int refuse_existing(struct berth_export *export)
{
	berth_error_set(&export->result.error, BERTH_E_CONFLICT, EEXIST, "'%s' exists already",
		export->path);
	return berth_error_hint(&export->result.error, "choose another name, or replace it");
}

/* Of what stands there only a regular file may be replaced, never a device or a link. */
static int look_at_place(struct berth_export *export)
{
	struct stat status;

	if (lstat(export->path, &status) == -1)
		return errno == ENOENT ? 0 : fail(export, "write");
	if (!S_ISREG(status.st_mode))
		return berth_error_set(&export->result.error, BERTH_E_IO, 0,
			S_ISDIR(status.st_mode) ? "'%s' is a folder, not a file"
						: "'%s' is not a regular file",
			export->path);
	return export->setup.overwrite ? 0 : refuse_existing(export);
}

static int make_temporary(struct berth_export *export)
{
	const char *slash = strrchr(export->path, '/');
	int folder = slash != NULL ? (int)(slash - export->path + 1) : 0;

	if (look_at_place(export) == -1)
		return -1;
	if (asprintf(&export->temporary, "%.*s.berth-export-XXXXXX", folder, export->path) < 0) {
		export->temporary = NULL;
		return berth_error_set(&export->result.error, BERTH_E_MEMORY, 0, "out of memory");
	}
	export->fd = mkostemp(export->temporary, O_CLOEXEC);
	if (export->fd >= 0)
		return 0;
	fail(export, "write");
	free(export->temporary);
	export->temporary = NULL;
	return -1;
}

static int write_slice(struct berth_export *export)
{
	size_t at = 0;

	while (at < export->len) {
		ssize_t put = write(export->fd, export->bytes + at, export->len - at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return fail(export, "write");
		at += (size_t)put;
	}
	return 0;
}

/* A link does not replace what has come there meanwhile; where the file system knows none, it is
 * looked at once more. */
static int place(struct berth_export *export)
{
	if (!export->setup.overwrite) {
		if (link(export->temporary, export->path) == 0) {
			unlink(export->temporary);
			return 0;
		}
		if (errno == EEXIST)
			return refuse_existing(export);
		if (look_at_place(export) == -1)
			return -1;
	}
	return rename(export->temporary, export->path) == 0 ? 0 : fail(export, "write");
}

static int finish(struct berth_export *export)
{
	int fd = export->fd;

	/* Some file systems tell only now that there was no room. */
	if (fsync(fd) == -1 && errno != EINVAL)
		return fail(export, "write");
	export->fd = -1;
	if (close(fd) == -1 && errno != EINTR)
		return fail(export, "write");
	if (place(export) == -1)
		return -1;
	export->placed = true;
	return 0;
}

/* May be called again: the worker's turn for it may never have come. */
static void drop(struct berth_export *export)
{
	if (export->fd >= 0)
		close(export->fd);
	export->fd = -1;
	if (export->temporary != NULL && !export->placed)
		unlink(export->temporary);
	free(export->temporary);
	export->temporary = NULL;
}

static void run(void *context, const atomic_bool *cancelled)
{
	struct berth_export *export = context;

	(void)cancelled;
	if (export->dropping)
		drop(export);
	else if ((export->fd >= 0 || make_temporary(export) == 0) && write_slice(export) == 0 &&
		 export->last)
		finish(export);
}

static int reserve(struct berth_export *export, size_t need)
{
	size_t capacity = export->capacity ? export->capacity : SLICE_BYTES + RECORD_HEAD_MAX;
	char *grown;

	while (capacity - export->len < need)
		capacity *= 2;
	if (capacity == export->capacity)
		return 0;
	grown = realloc(export->bytes, capacity);
	if (grown == NULL)
		return berth_error_set(&export->result.error, BERTH_E_MEMORY, 0, "out of memory");
	export->bytes = grown;
	export->capacity = capacity;
	return 0;
}

static int add_line(struct berth_export *export, uint64_t n)
{
	bool text = export->setup.form == BERTH_EXPORT_TEXT;
	struct berth_log_line line;
	char *dst;

	if (!berth_log_get(export->log, n, &line)) {
		export->result.lost++;
		return 0;
	}
	if (reserve(export, text ? CLEAN_GROWTH * line.len + 2 : RECORD_HEAD_MAX + line.len) == -1)
		return -1;
	dst = export->bytes + export->len;
	if (text) {
		export->len += berth_text_clean(
			dst, CLEAN_GROWTH * line.len + 1, line.text, line.len, BERTH_CLEAN_LINE);
		export->bytes[export->len++] = '\n';
	} else {
		export->len += record_put(dst, &line);
	}
	export->result.lines++;
	return 0;
}

static bool next_line(const struct berth_export *export, uint64_t *line)
{
	const struct berth_log_pick *pick = &export->setup.pick;

	*line = export->next;
	if (pick->next != NULL && !pick->next(pick->context, export->next, line))
		return false;
	return *line >= export->next && *line < export->end;
}

static int gather(struct berth_export *export)
{
	export->len = 0;
	for (int i = 0; i < SLICE_LINES && export->len < SLICE_BYTES; i++) {
		uint64_t line;

		if (!next_line(export, &line)) {
			export->last = true;
			return 0;
		}
		export->next = line + 1;
		if (add_line(export, line) == -1)
			return -1;
	}
	return 0;
}

static void worked(void *context, bool cancelled);

static int work(struct berth_export *export)
{
	struct berth_error *err = &export->result.error;

	/* What went wrong first is what is told. */
	return work_start(export->loop, run, worked, export,
		       err->code == BERTH_E_OK ? err : NULL) != NULL
		       ? 0
		       : -1;
}

static void end(struct berth_export *export)
{
	/* A file of a gigabyte takes its time to go, so a worker removes it. */
	if (!export->placed && export->temporary != NULL && !export->dropping) {
		export->dropping = true;
		if (work(export) == 0)
			return;
	}
	drop(export);
	export->setup.done(export->setup.context, &export->result);
	export_free(export);
}

static void worked(void *context, bool cancelled)
{
	struct berth_export *export = context;
	struct berth_error *err = &export->result.error;

	(void)cancelled;
	if (export->cancelled && !export->placed && err->code == BERTH_E_OK)
		berth_error_set(err, BERTH_E_CANCELLED, 0, "the export was cancelled");
	if (export->placed || err->code != BERTH_E_OK || gather(export) == -1 || work(export) == -1)
		end(export);
}

struct berth_export *berth_log_export(
	struct berth_log *log, const struct berth_export_setup *setup, struct berth_error *err)
{
	struct berth_export *export = calloc(1, sizeof(*export));
	const struct berth_log_pick *pick = &setup->pick;

	if (export != NULL)
		export->path = strdup(setup->path);
	if (export == NULL || export->path == NULL) {
		free(export);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	export->fd = -1;
	export->log = log;
	export->loop = log_store_loop(log);
	export->setup = *setup;
	export->first = export->next = pick->first;
	export->end = pick->end < berth_log_end(log) ? pick->end : berth_log_end(log);
	export->result.path = export->path;
	/* The first turn of the worker sees whether a file can be made there at all. */
	if (work(export) == -1) {
		if (err != NULL)
			*err = export->result.error;
		export_free(export);
		return NULL;
	}
	return export;
}

void berth_export_cancel(struct berth_export *export)
{
	export->cancelled = true;
}

unsigned berth_export_percent(const struct berth_export *export)
{
	uint64_t all = export->end > export->first ? export->end - export->first : 0;
	uint64_t done = export->next - export->first;

	return all == 0 || done >= all ? 100 : (unsigned)(done * 100 / all);
}

char *berth_export_name(char dst[BERTH_EXPORT_NAME_MAX], const char *name, int64_t unix_ms)
{
	char part[FILE_NAME_PART_MAX + 1], time[32];

	file_name_part(part, name);
	file_name_time(time, unix_ms);
	snprintf(dst, BERTH_EXPORT_NAME_MAX, "berth-%.*s-%s.log", BERTH_EXPORT_NAME_MAX - 32, part,
		time);
	return dst;
}

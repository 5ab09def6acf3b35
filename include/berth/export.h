/*
 * Writing lines of a log to a file, however many, without ever blocking: the lines are read in
 * slices on the loop's thread and written by a worker.
 *
 * The file is written under another name beside its place (0600) and gets its own when all of it is
 * on the disk, so that there is never half of one. After a failure nothing of it is left.
 */
#ifndef BERTH_EXPORT_H
#define BERTH_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>
#include <berth/log.h>

/* Some lines of a log. */
struct berth_log_pick {
	uint64_t first, end; /* from the one to before the other; an end behind the log's is that */
	/* Of these only some: the nearest at `from` or behind it, false if there is none. NULL: all
	 * of them. It must know: a search that has not got as far yet would leave lines out. */
	bool (*next)(void *context, uint64_t from, uint64_t *line);
	void *context;
};

#define BERTH_LOG_PICK_ALL ((struct berth_log_pick){.end = UINT64_MAX})

enum berth_export_form {
	BERTH_EXPORT_RECORDS, /* as in the log's own file, byte by byte */
	BERTH_EXPORT_TEXT,    /* the texts alone, after berth_text_clean(); a line each */
};

struct berth_export_result {
	const char *path;
	uint64_t lines;
	uint64_t lost; /* that nobody had any more, and are not in the file */
	/* CONFLICT: there is a file of that name; CANCELLED; IO */
	struct berth_error error;
};

struct berth_export_setup {
	const char *path; /* as open() takes it; copied */
	enum berth_export_form form;
	bool overwrite;             /* a regular file of that name may be replaced */
	struct berth_log_pick pick; /* lines that arrive later are not in the file */
	void (*done)(void *context, const struct berth_export_result *result);
	void *context;
};

struct berth_export;

/* NULL without memory: `done` never fires then; else exactly once, from the loop, after this has
 * returned. The export is freed after it. The log and the pick are borrowed until then, or until it
 * is cancelled. */
struct berth_export *berth_log_export(
	struct berth_log *log, const struct berth_export_setup *setup, struct berth_error *err);
/* What it has written is removed. Too late if the file has its name already: then it stays. */
void berth_export_cancel(struct berth_export *export);
/* 0 to 100, of the lines. */
unsigned berth_export_percent(const struct berth_export *export);

/* The name to propose: "berth-NAME-20261120-103000.log", in UTC as the log's own file. */
#define BERTH_EXPORT_NAME_MAX 96
char *berth_export_name(char dst[BERTH_EXPORT_NAME_MAX], const char *name, int64_t unix_ms);

/* A path as people type it, made absolute: "~/" is their home, other relative ones begin in the
 * working directory. malloc'd; NULL without memory or working directory. */
char *berth_path_absolute(const char *text, struct berth_error *err);

#endif

/*
 * The files that a source is built and run with, where it has none of its own: Dockerfile,
 * .dockerignore, compose file and, if there are passwords, the file they are in.
 *
 * The first line of each says that berth generated it and holds a digest of the rest: a file that
 * was changed since, or was never berth's, is somebody's own. Nothing is written before
 * berth_generate_write_start(), and of somebody's own nothing without `overwrite`.
 */
#ifndef BERTH_GENERATE_H
#define BERTH_GENERATE_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/detect.h>
#include <berth/error.h>

struct uv_loop_s;

enum berth_file_state {
	BERTH_FILE_NEW,     /* there is none */
	BERTH_FILE_SAME,    /* nothing would change */
	BERTH_FILE_CHANGED, /* it is berth's, and would change */
	BERTH_FILE_OWN,     /* it is somebody's own, and would be overwritten */
};

struct berth_generated {
	char *path;  /* below the folder */
	char *shown; /* the text for people: values of a secret file are not in it */
	char *diff;  /* unified, from what is there; NULL if new or the same */
	enum berth_file_state state;
	bool secret;    /* mode 0600 */
	bool overwrite; /* the caller's: somebody's own may be replaced */
	bool leave;     /* the caller's: it is not written */
	char *text;     /* never to be printed if `secret` */
	char *there;    /* what is there now; NULL if nothing is. As `text`. */
};

struct berth_generation {
	char *folder;
	struct berth_detection *detection;
	struct berth_generated *files; /* may be none: the project has all of its own */
	size_t file_count;
	bool passwords_are_new; /* none were kept of an earlier time */
	char **notes;           /* one line each: what a person should know of them */
	size_t note_count;
};

struct berth_generate;

/* `generation` is NULL and `err` says why if it failed: as a detection does; USAGE if there is no
 * way known to build the source. The callee owns it. */
typedef void berth_generate_done_fn(
	void *context, struct berth_generation *generation, const struct berth_error *err);
/* Look at an absolute folder on a worker; nothing is written. If this fails `done` never fires;
 * otherwise exactly once, from the loop, also when cancelled. */
struct berth_generate *berth_generate_start(struct uv_loop_s *loop, const char *folder,
	berth_generate_done_fn *done, void *context, struct berth_error *err);
/* Until `done`. */
void berth_generate_cancel(struct berth_generate *generate);

/* `err` NULL: all is written. CONFLICT: somebody's own without `overwrite`, or a file changed
 * meanwhile; nothing is written. IO names the file that could not be. */
typedef void berth_generate_written_fn(void *context, const struct berth_error *err);
/* On a worker, each file beside its place and then renamed. The generation stays the caller's, and
 * as it is until `written`. */
int berth_generate_write_start(struct uv_loop_s *loop, const struct berth_generation *generation,
	berth_generate_written_fn *written, void *context, struct berth_error *err);

void berth_generation_free(struct berth_generation *generation); /* NULL is allowed */

#endif

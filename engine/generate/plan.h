/* What would be written, and what is there. Blocking: called on a worker. */
#ifndef GENERATE_PLAN_H
#define GENERATE_PLAN_H

#include <stdatomic.h>

#include <berth/generate.h>

/* NULL with err; see berth_generate_done_fn. `kept` (may be NULL) is the path of a file of
 * variables for a folder that has none: passwords in it stay. */
struct berth_generation *plan_files(const char *folder, const char *kept,
	const atomic_bool *cancelled, struct berth_error *err);
/* berth_generate_start() with it. */
struct berth_generate *generate_start(struct uv_loop_s *loop, const char *folder, const char *kept,
	berth_generate_done_fn *done, void *context, struct berth_error *err);

/* See berth_generate_write_start(). */
int write_files(const struct berth_generation *generation, struct berth_error *err);

/* The file's text, malloc'd, and its mode; NULL and NOT_FOUND if there is none. A link, or what is
 * longer than any file of ours, is there but read as "". */
char *read_present(const char *folder, const char *path, unsigned *mode, struct berth_error *err);

#endif

/*
 * Patterns of a .dockerignore, as the engine's own client reads them (Go's path/filepath.Match and
 * "**"; https://docs.docker.com/build/concepts/context/#dockerignore-files): '*' and '?' stop at
 * '/', "[a-z]" and "[^a]" are one character, '\' takes the next one as it is, "**" is any number of
 * folders, also none, and at the end all that is left. Characters are those of UTF-8; a byte that
 * is none stands for itself.
 */
#ifndef SOURCE_GLOB_H
#define SOURCE_GLOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

enum { GLOB_MAX = 1024 }; /* bytes of a pattern */

struct glob;

/* Anchored at both ends. USAGE: a '[' that is never closed, a '\' at the end. */
struct glob *glob_new(const char *pattern, struct berth_error *err);
void glob_free(struct glob *glob);

bool glob_match(const struct glob *glob, const char *path);
/* May it match something below this folder? Yes, unless its plain beginning leads elsewhere. */
bool glob_may_match_below(const struct glob *glob, const char *folder);

#endif

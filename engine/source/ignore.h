/*
 * A .dockerignore: which files of a folder stay out of a build context. The rules are the engine's
 * own client's (https://docs.docker.com/build/concepts/context/#dockerignore-files):
 *
 *   - a line is a pattern of glob.h, against the whole path from the folder; '#' in the first
 *     column begins a comment; white space around a pattern does not count, nor does a '/' at its
 *     ends, nor "." and ".." in it where they cancel out;
 *   - what matches a folder matches all that is in it;
 *   - '!' makes an exception; of all patterns that match, the last one decides.
 *
 * An exception reaches into a folder that is left out, also with wildcards (as BuildKit has it; the
 * classic client looked into it only for exceptions without any).
 */
#ifndef SOURCE_IGNORE_H
#define SOURCE_IGNORE_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>

enum { IGNORE_MAX_PATTERNS = 4096 };

struct ignore;

/* `name` is the file's for messages; USAGE: "NAME line 3: ...". An empty text leaves nothing
 * out. */
struct ignore *ignore_parse(
	const char *name, const char *text, size_t len, struct berth_error *err);
void ignore_free(struct ignore *ignore); /* NULL is allowed */

/* Is this path (without '/' at its beginning) left out? */
bool ignore_has(const struct ignore *ignore, const char *path);

/*
 * The same for a walk, which knows what is true of the folder above: `above` is what was matched by
 * it (NULL at the top), `here` gets what is matched by the path. Both have ignore_count() members.
 */
size_t ignore_count(const struct ignore *ignore);
bool ignore_step(const struct ignore *ignore, const char *path, const bool *above, bool *here);
/* A folder is left out: may an exception bring something back that is in it? */
bool ignore_may_return(const struct ignore *ignore, const char *folder);

#endif

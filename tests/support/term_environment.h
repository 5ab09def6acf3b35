/* What a program in a test's terminal finds in its environment: nothing of the person who runs the
 * test. */
#ifndef SUPPORT_TERM_ENVIRONMENT_H
#define SUPPORT_TERM_ENVIRONMENT_H

#include <stddef.h>

enum { MAX_VARIABLES = 64 };

struct environment {
	char *variables[MAX_VARIABLES + 1];
	size_t count;
};

/* `extra` (NULL-terminated, may be NULL) comes last: "NAME=VALUE" sets, "NAME" takes away. */
void environment_make(struct environment *environment, const char *home, const char *const *extra);
void environment_release(struct environment *environment);

#endif

/* The file of variables: passwords, and what has them in it. */
#ifndef GENERATE_VARIABLES_H
#define GENERATE_VARIABLES_H

#include "base/buf.h"
#include "detect/recipe.h"

#define VARIABLES_FILE ".env.berth"

/* Nothing is added if there is nothing to tell. Passwords that are in `there` (the file as it is,
 * may be NULL) stay; the others are made. */
int variables_write(struct buf *out, const struct berth_detection *detection,
	const struct recipe *recipe, const char *there, struct berth_error *err);

/* Has `there` a value for each name of `text`? */
bool variables_has_all(const char *there, const char *text);

/* Keep it outside the folder: mode 0600, folders that are missing are made with 0700. Blocking. */
int variables_keep(const char *path, const char *text, struct berth_error *err);

/* The same text with values as dots. */
int variables_hide(struct buf *out, const char *text, struct berth_error *err);

#endif

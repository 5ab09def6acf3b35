/* The environment that children get: berth's own, without the one variable that holds the values of
 * a deployment's variables. */
#ifndef LOOP_CHILD_ENV_H
#define LOOP_CHILD_ENV_H

#include <stdbool.h>

/* An entry that stays here, "BERTH_ENV=...". */
bool child_env_hides(const char *entry);

/* The entries are borrowed, the array is malloc'd; NULL without memory. */
char **child_env(void);

#endif

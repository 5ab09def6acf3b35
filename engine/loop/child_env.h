/* The environment that children get: berth's own, without those that hold the values of a
 * deployment's variables and of a plugin's own fields. */
#ifndef LOOP_CHILD_ENV_H
#define LOOP_CHILD_ENV_H

#include <stdbool.h>

/* An entry that stays here, "BERTH_ENV=..." or "BERTH_SET=...". */
bool child_env_hides(const char *entry);

/* The entries are borrowed, the array is malloc'd; NULL without memory. */
char **child_env(void);

#endif

/* The program behind a target of kind plugin. */
#ifndef TARGET_PLUGIN_PROGRAM_H
#define TARGET_PLUGIN_PROGRAM_H

#include <berth/error.h>

/* The path of a program that is named by a path or found on PATH, malloc'd. It is refused where
 * others than its user could have written it. */
char *plugin_program_find(const char *name, struct berth_error *err);

#endif

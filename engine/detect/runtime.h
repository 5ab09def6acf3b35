/* From the version a project writes to the tag of a base image. */
#ifndef DETECT_RUNTIME_H
#define DETECT_RUNTIME_H

#include <stddef.h>

#include <jansson.h>

/* `rules` is "runtime" of a stack, `version` as the project writes it (NULL: it says none):
 * "20.11.0", "python-3.11.7", "net8.0", "lts/iron", ">=18 <21", "^8.2 || ^9". A range gives the
 * default if that is in it, else the newest known one. */
void runtime_pick(const json_t *rules, const char *version, char *tag, size_t cap);

#endif

/* A detection for a test, from start to end on a loop of its own. */
#ifndef SUPPORT_DETECT_FOLDER_H
#define SUPPORT_DETECT_FOLDER_H

#include <jansson.h>

#include <berth/detect.h>

/* What `berth detect --output json` would print, checked for what holds for every detection: the
 * confidence is the sum of its evidence, and what came second is not above it. NULL with err. */
json_t *detect_folder(const char *folder, struct berth_error *err);

/* The same of a folder that must be understood. */
json_t *detect_known(const char *folder);

#endif

/* Databases that a deployment may need beside it. */
#ifndef DETECT_DATABASES_H
#define DETECT_DATABASES_H

#include <berth/detect.h>

/* "postgresql" for the image "postgres:16", by its name alone; NULL if it is none. */
const char *database_of_image(const char *image);

/* Does the last part of an image's name, or all of it, match? Tag and digest do not count. */
bool image_is(const char *image, const char *pattern);

#endif

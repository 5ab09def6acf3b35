/* Base64, RFC 4648. What goes through here may be secret: nothing is kept. */
#ifndef DOCKER_BASE64_H
#define DOCKER_BASE64_H

#include <stddef.h>

/* The URL alphabet with padding, NUL-terminated, in malloc'd memory. */
char *base64_url_encode(const void *data, size_t len);

/* Either alphabet, padding optional; NUL-terminated in malloc'd memory, *len without the NUL. NULL
 * if it is malformed or without memory. */
char *base64_decode(const char *text, size_t *len);

#endif

/* Images to test with, made on the spot from this machine's static busybox. */
#ifndef SUPPORT_IMAGES_H
#define SUPPORT_IMAGES_H

#include "support/dockerd.h"

/*
 * 0, or -1 with the reason on standard error. Makes, each with the tag "1":
 *   web      busybox httpd on $PORT (8080) with /app; says $TOKEN and its base64 if there is one
 *   checked  web with a HEALTHCHECK that is well after half a second
 *   ill      web with a HEALTHCHECK that says "no heartbeat" and fails
 *   exits    says two lines on each output and ends with status 3
 *   dies     serves for half a second, then says why and ends with status 4
 *   user     web as 1000:1000
 *   broken   its program does not exist
 *   bare     web without a shell
 */
int images_make(const struct dockerd *dockerd);

/* An image of that many layers of that many random bytes on top of web, in the registry as
 * "127.0.0.1:PORT/NAME:1" and not on the engine. */
int images_push(const struct dockerd *dockerd, const char *name, int layers, size_t bytes);

#endif

/* SHA-1 of one piece of memory: the handshake of a WebSocket (RFC 6455) is made of it. It protects
 * nothing. */
#ifndef BASE_SHA1_H
#define BASE_SHA1_H

#include <stddef.h>

enum { SHA1_SIZE = 20 };

void sha1(unsigned char digest[SHA1_SIZE], const void *data, size_t len);

#endif

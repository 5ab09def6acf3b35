/* SHA-256 of one piece of memory, as 64 hex digits: the Docker command line names the folders of
 * its contexts so. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

#define SHA256_HEX_SIZE 65

void sha256_hex(char hex[SHA256_HEX_SIZE], const void *data, size_t len);

#endif

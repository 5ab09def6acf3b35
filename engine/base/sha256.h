/* SHA-256 of one piece of memory (FIPS 180-4), and HMAC with it (RFC 2104). The Docker command line
 * names the folders of its contexts by the one; by the other the history tells secrets apart and a
 * webhook is signed. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

#define SHA256_SIZE     32
#define SHA256_HEX_SIZE 65

void sha256(unsigned char digest[SHA256_SIZE], const void *data, size_t len);
/* As 64 hex digits. */
void sha256_hex(char hex[SHA256_HEX_SIZE], const void *data, size_t len);

/* 0, or -1 without memory for a copy of the data, which is wiped. */
int hmac_sha256_hex(
	char hex[SHA256_HEX_SIZE], const void *key, size_t key_len, const void *data, size_t len);

#endif

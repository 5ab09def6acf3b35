/* Times in text. Pure. */
#ifndef BASE_RFC3339_H
#define BASE_RFC3339_H

#include <stdint.h>

/* "2024-02-29T12:30:45.123456789Z", with any fraction of a second and any offset, in milliseconds
 * since the epoch. 0 if it is no such time, or before 1970: Go writes the year 1 for never. */
int64_t rfc3339_ms(const char *text);

#endif

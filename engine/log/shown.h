/* Text that is shown byte for byte as it came, which nearly every line is. */
#ifndef LOG_SHOWN_H
#define LOG_SHOWN_H

#include <stdbool.h>
#include <stddef.h>

/* True if berth_text_clean() leaves all of it as it is. Newlines are passed over, so it can be
 * asked of whole blocks. May say no where yes were right, never the other way round. */
bool shown_as_is(const char *text, size_t len);

#endif

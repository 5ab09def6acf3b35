/* Complaints on standard error. */
#ifndef BERTH_TUI_COMPLAIN_H
#define BERTH_TUI_COMPLAIN_H

#include <berth/error.h>

/* "berth: MESSAGE" and "hint: ..." if there is one, cleaned for a terminal. */
void complain(const struct berth_error *err);

/* The same of a message made here. */
void complain_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Does the locale's character set hold everything we may say? */
int locale_is_utf8(void);

/* Everything printed has been written: 0, else 1 after saying why; a reader that left needs no
 * words. */
int finish_stdout(void);

#endif

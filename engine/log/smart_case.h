/* Whether a pattern was typed with a capital, and so is meant to be compared with case. */
#ifndef LOG_SMART_CASE_H
#define LOG_SMART_CASE_H

#include <stdbool.h>
#include <stddef.h>

/* `is_regex`: escapes (\S, \pL, \x{FF}), the heads of groups ((?P<Name>, (?U)) and verbs ((*ANY))
 * are left out. The text is UTF-8. */
bool smart_case_has_capital(const char *text, size_t len, bool is_regex);

#endif

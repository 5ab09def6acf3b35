/* Whether a file of rules has the form that rules.h says. */
#ifndef DETECT_RULES_CHECK_H
#define DETECT_RULES_CHECK_H

#include "config/json_file.h"

/* 0, or -1 with USAGE naming file, line, column and what was expected. */
int rules_check(struct json_file *file, struct berth_error *err);

#endif

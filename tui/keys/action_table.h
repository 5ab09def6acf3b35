/* What is known of each action: how it is called in the configuration and on the command line of
 * the console, and what it may do. */
#ifndef BERTH_TUI_ACTION_TABLE_H
#define BERTH_TUI_ACTION_TABLE_H

#include <stdbool.h>

#include "keys/keys.h"
#include "keys/prompt.h"

struct action_row {
	const char *name; /* "log.follow" */
	/* It changes nothing but what is seen. What is not said to be harmless is refused where
	 * nothing may be changed. */
	bool harmless;
	enum question asks;   /* before it does; QUESTION_NONE if it does not */
	const char *argument; /* what it is given, NULL if nothing: "NUMBER" */
	const char *const
		*choices; /* what the argument may be, as its number from 1; NULL: a number */
	const char *help; /* of one that has no key, NULL: see the table of keys */
};

extern const struct action_row action_table[ACTION_COUNT];

/* "read-only" and nothing else, as the reason why. */
extern const char action_read_only[];

/* ACTION_NONE if there is none of that name. */
enum action action_find(const char *name);

#endif

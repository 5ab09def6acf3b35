/* ID.journal */
#ifndef JOURNAL_JOURNAL_NAMES_H
#define JOURNAL_JOURNAL_NAMES_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define JOURNAL_ENDING ".journal"

static inline bool journal_is_name(const char *name)
{
	size_t len = strlen(name), ending = sizeof(JOURNAL_ENDING) - 1;

	return len > ending && name[0] != '.' && strcmp(name + len - ending, JOURNAL_ENDING) == 0;
}

static inline void journal_name(char name[80], const char *id)
{
	snprintf(name, 80, "%.64s" JOURNAL_ENDING, id);
}

#endif

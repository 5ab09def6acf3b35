/*
 * Completion in a field of the form: what is asked for, and the names to choose from when they are
 * known. The console has a worker read the folder.
 */
#ifndef BERTH_TUI_COMPLETING_H
#define BERTH_TUI_COMPLETING_H

#include <stdbool.h>

#include "form/complete.h"
#include "form/form.h"

struct completing {
	struct complete_request request;
	bool asked;          /* to be read; cleared by who reads */
	bool reading;        /* on its way; the answer counts if this is still so when it comes */
	size_t start;        /* of the path in the field */
	size_t end;          /* of what stands there now */
	char kept[EDIT_MAX]; /* the folder of the names as it was typed */
	struct complete_names *names; /* those to choose from; NULL: no list is open */
	size_t chosen;                /* 0: none yet, else from 1 */
};

/* Can the current field be completed, and was anything typed in it? */
bool completing_begin(struct completing *completing, const struct form *form);

/* What was found. Takes `names` (malloc'd). False if there is nothing to add: no such name, or one
 * that stands there already. */
bool completing_found(
	struct completing *completing, struct form *form, struct complete_names *names);

/* The next name into the field, or the one before. */
void completing_choose(struct completing *completing, struct form *form, int step);

/* No more of it: the list closes, an answer on its way is not for us. */
void completing_end(struct completing *completing);

#endif

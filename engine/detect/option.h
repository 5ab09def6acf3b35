/* What the source may be, by its own files: every stack in every folder that could be one. */
#ifndef DETECT_OPTION_H
#define DETECT_OPTION_H

#include <berth/detect.h>

#include "detect/facet.h"

struct option {
	struct berth_candidate shown; /* owned */
	const char *name;             /* of the stack; what follows is borrowed from the rules */
	const json_t *stack;
	const json_t *framework;
	size_t folder;
	int kind;
	bool member;
};

struct options {
	struct option *items; /* the most likely first */
	size_t count, capacity;
};

enum { OPTIONS_MAX_FOLDERS = 64 };

int options_find(struct options *options, const json_t *rules, struct documents *documents,
	struct berth_error *err);
void options_release(struct options *options);

void candidate_release(struct berth_candidate *candidate);
/* Without evidence. framework may be NULL. */
int candidate_begin(struct berth_candidate *to, const char *stack, const char *label,
	const char *framework, const char *folder);
int candidate_copy(struct berth_candidate *to, const struct berth_candidate *from);
/* Adds a piece of evidence, and its points to the confidence. */
int candidate_add(struct berth_candidate *candidate, int points, const char *file,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif

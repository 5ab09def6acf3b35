/*
 * One folder of the source, looked at as one stack: what rules are asked about.
 */
#ifndef DETECT_FACET_H
#define DETECT_FACET_H

#include <stdbool.h>

#include <jansson.h>

#include <berth/detect.h>

#include "detect/documents.h"

struct facet {
	struct documents *documents; /* borrowed, as is all that is json_t */
	const char *name;            /* "node" */
	const json_t *stack;
	const json_t *framework; /* NULL while none is known */
	size_t folder;           /* in the scan */
	int kind;                /* of its source files, in the scan */
	bool member;             /* of a workspace at the top */
	json_t *dependencies;    /* owned: {name: {"version", "file", "dev"}} */
	char manager[64];        /* "" while none is known */
	char port[16];
	/* For the lines of an image; "" and NULL before. */
	char image[32]; /* name of the Dockerfile that is being made */
	char runtime[32];
	const struct berth_detection *found;
};

int facet_init(struct facet *facet, struct documents *documents, const char *name,
	const json_t *stack, size_t folder, int kind, struct berth_error *err);
void facet_release(struct facet *facet);

const char *facet_path(const struct facet *facet);
/* Path from the top of something in the facet's folder; false if it is too long. */
bool facet_join(const struct facet *facet, const char *name, char *path, size_t cap);

/* What a condition found. Texts that are longer count as not found. */
struct match {
	char file[512];  /* path from the top; "" if none */
	char key[256];   /* the last step of "at", or the package */
	char value[512]; /* what stands there; a package's version */
};

bool condition_holds(struct facet *facet, const json_t *condition, struct match *match);

/* Does a place hold something? The values are texts, numbers and flags; of a list any. `like` may
 * be NULL. */
bool place_find(const json_t *tree, const json_t *at, const char *like, struct match *match);

/* Call for the value (or each of a list) at a place of each of the files. */
typedef void place_take_fn(void *context, const char *file, const json_t *value);
void place_each(struct facet *facet, const json_t *place, place_take_fn *take, void *context);

/* What the framework, else the stack, says under this key; NULL if neither does. */
const json_t *facet_rule(const struct facet *facet, const char *key);
/* A text, or the first of a list of choices that holds. `from` may be NULL. */
bool choices_text(
	struct facet *facet, const json_t *choices, char *text, size_t cap, char from[512]);
/* The first choice of framework, else stack, that holds, written out. False if there is none.
 * `from` gets the file that decided, or "template". */
bool choice_text(struct facet *facet, const char *key, char *text, size_t cap, char from[512]);
/* A text with what it stands for. */
bool expand_text(struct facet *facet, const char *text, const struct match *match, char *out,
	size_t cap, unsigned depth);

#endif

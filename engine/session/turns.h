/*
 * Who waits for whom: one after the other at each place, places apart from each other. Pure; the
 * turns are the caller's storage, and places are borrowed while they are in the line.
 */
#ifndef SESSION_TURNS_H
#define SESSION_TURNS_H

#include <stdbool.h>

struct turn {
	const char *place; /* NULL: in no line */
	struct turn *ahead, *behind;
};

struct turns {
	struct turn *first, *last; /* in the order in which they came */
};

void turns_join(struct turns *turns, struct turn *turn, const char *place);
/* Gives up its place in the line, wherever it was. In no line: nothing happens. */
void turns_leave(struct turns *turns, struct turn *turn);
/* The nearest one before it at the same place; NULL: it is its turn (or it is in no line). */
struct turn *turns_ahead(const struct turn *turn);

#endif

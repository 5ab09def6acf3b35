#include "session/turns.h"

#include <stddef.h>
#include <string.h>

void turns_join(struct turns *turns, struct turn *turn, const char *place)
{
	*turn = (struct turn){.place = place, .ahead = turns->last};
	if (turns->last != NULL)
		turns->last->behind = turn;
	else
		turns->first = turn;
	turns->last = turn;
}

void turns_leave(struct turns *turns, struct turn *turn)
{
	if (turn->place == NULL)
		return;
	if (turn->ahead != NULL)
		turn->ahead->behind = turn->behind;
	else
		turns->first = turn->behind;
	if (turn->behind != NULL)
		turn->behind->ahead = turn->ahead;
	else
		turns->last = turn->ahead;
	*turn = (struct turn){0};
}

struct turn *turns_ahead(const struct turn *turn)
{
	struct turn *other = turn->place != NULL ? turn->ahead : NULL;

	while (other != NULL && strcmp(other->place, turn->place) != 0)
		other = other->ahead;
	return other;
}

/* The result card: how a deployment ended, and what a person wants to know of it. */
#ifndef BERTH_TUI_CARD_H
#define BERTH_TUI_CARD_H

#include <berth/model.h>

#include "panes/lines.h"

/* The card of a run that has its result, `columns` wide. */
void card_build(
	struct lines *lines, const struct berth_run *run, int columns, const struct theme *theme);

#endif

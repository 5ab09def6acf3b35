/* What a deployment is about to do, in lines a person reads before saying yes. Pure. */
#ifndef BERTH_TUI_PLAN_TEXT_H
#define BERTH_TUI_PLAN_TEXT_H

#include <berth/deployment.h>
#include <berth/engine.h>

typedef void plan_line_fn(void *context, const char *label, const char *text);

/* `survey` is what the engine says of it; NULL: it was not asked. */
void plan_text(const struct berth_deployment *deployment, const struct berth_survey *survey,
	plan_line_fn *line, void *context);

#endif

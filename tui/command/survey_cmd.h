/* What a Docker engine says of a deployment before it is begun, for who has no loop yet. */
#ifndef BERTH_TUI_SURVEY_CMD_H
#define BERTH_TUI_SURVEY_CMD_H

#include <berth/engine.h>

/* Ask, and wait for the answer some seconds at most: on return the state is one of DONE and FAILED.
 * False where there is no engine to ask, or no memory. */
bool survey_cmd(const struct berth_deployment *request, struct berth_survey *survey);

#endif

/* The keys for what was deployed, where that is on a deploy server: asked first, then the server,
 * and nothing of it while nobody presses one. */
#ifndef BERTH_TUI_REMOTE_ACTIONS_H
#define BERTH_TUI_REMOTE_ACTIONS_H

#include <berth/remote.h>

#include "app.h"

/* The chosen run has ended, and its server may have what it deployed. */
bool remote_is_there(const struct app *app);
/* Why such an action can't be done to it; NULL if it can, or is about something else. */
const char *remote_refusal(const struct app *app, enum action action);
/* True: it is about what is on a server, and a question or a notice is shown. */
bool remote_asks(struct app *app, enum berth_deed deed);
/* The question was answered. */
void remote_answered(struct app *app, enum berth_deed deed);

#endif

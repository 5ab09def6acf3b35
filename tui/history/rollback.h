/* The form as an earlier run was, with the image it had: what is deployed then is a matter of the
 * form, its plan and its questions. */
#ifndef BERTH_TUI_ROLLBACK_H
#define BERTH_TUI_ROLLBACK_H

struct app;

/* Of the chosen deployment: the run before it that went well with another image. */
void rollback_offer(struct app *app);

#endif

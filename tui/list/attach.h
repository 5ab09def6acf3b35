/* Deployments that another process has: among the runs of the console, live from their first line.
 */
#ifndef BERTH_TUI_ATTACH_H
#define BERTH_TUI_ATTACH_H

#include <berth/recover.h>

struct app;
struct berth_run;

/* One that is kept without a terminal is shown at once, another is only listed. */
void attach(struct app *app, const struct berth_left *left);
/* Have its keeper cancel it; a notice tells if that one can't be asked. */
void attach_cancel(struct app *app, const struct berth_run *run);

#endif

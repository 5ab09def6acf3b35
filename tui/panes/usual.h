/* What is usual for the runs of this session, asked of the history as each begins. */
#ifndef BERTH_TUI_USUAL_H
#define BERTH_TUI_USUAL_H

#include <berth/deployment.h>

struct app;
struct eta;

/* Without a history, or without memory, nothing is said. */
void usual_ask(struct app *app, unsigned number, const struct berth_deployment *deployment);
/* NULL while it is not known. */
const struct eta *usual_of(const struct app *app, unsigned number);
/* When the engine is closed: until then answers may come. */
void usual_release(struct app *app);

#endif

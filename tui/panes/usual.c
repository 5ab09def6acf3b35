#include "panes/usual.h"

#include <stdlib.h>

#include "app.h"
#include "panes/eta.h"

struct asked {
	struct app *app;
	unsigned number;
};

static void answered(
	void *context, const struct berth_past_usual *usual, const struct berth_error *err)
{
	struct asked *asked = context;
	struct app *app = asked->app;
	unsigned number = asked->number;
	(void)err;
	free(asked);
	if (!usual || usual->runs == 0)
		return;
	struct eta *etas = realloc(app->etas, (app->eta_count + 1) * sizeof *etas);
	if (!etas)
		return;
	app->etas = etas;
	etas[app->eta_count++] = (struct eta){.number = number, .usual = *usual};
	app_stale(app, PANE_PROGRESS, STALE_PAINT);
}

void usual_ask(struct app *app, unsigned number, const struct berth_deployment *deployment)
{
	struct berth_history *history = berth_engine_history(app->engine);
	struct asked *asked = history ? malloc(sizeof *asked) : NULL;
	if (!asked)
		return;
	*asked = (struct asked){app, number};
	if (berth_history_usual(history, deployment->target, deployment->image, deployment->name,
		    answered, asked, NULL) < 0)
		free(asked);
}

const struct eta *usual_of(const struct app *app, unsigned number)
{
	for (size_t i = 0; i < app->eta_count; i++) {
		if (app->etas[i].number == number)
			return &app->etas[i];
	}
	return NULL;
}

void usual_release(struct app *app)
{
	free(app->etas);
}

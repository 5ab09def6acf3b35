#include "list/recover_actions.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <berth/engine.h>

#include "app.h"
#include "list/attach.h"

static void told(
	void *context, const struct berth_left *left, size_t count, const struct berth_error *err)
{
	struct app *app = context;
	const struct berth_left *first = NULL;
	unsigned cut_off = 0;
	for (size_t i = 0; !err && i < count; i++) {
		if (left[i].held) {
			if (app->engine && left[i].pid != getpid())
				attach(app, &left[i]);
			continue;
		}
		if (!first)
			first = &left[i];
		cut_off++;
	}
	/* A search that ends with the console finds nobody to tell. */
	if (!first || !app->engine)
		return;
	if (cut_off == 1)
		app_notice(app, "The deployment of '%s' was cut off and is not settled: :recover",
			first->name);
	else
		app_notice(
			app, "%u deployments were cut off and are not settled: :recover", cut_off);
}

void recover_look(struct app *app)
{
	berth_engine_left(app->engine, told, app, NULL);
}

static void ended(struct app *app, const char *program, int status)
{
	static const char *const words[] = {
		"Nothing is in flight any more.",
		"What was there before is back.",
		"Nothing could be done; nothing was touched.",
		"The engine can't be reached; nothing was touched.",
		"Something is still in flight: :recover",
		"Something is left: 'berth history' lists it.",
	};
	(void)program;
	if (status >= 0 && status < (int)(sizeof words / sizeof *words))
		app_notice(app, "%s", words[status]);
	else
		app_notice(app, "'berth recover' ended with exit status %d.", status);
}

void recover_open(struct app *app)
{
	struct lend_order *order = &app->take.lend;
	lend_order_release(order);
	*order = (struct lend_order){.argv = calloc(3, sizeof *order->argv), .ended = ended};
	if (order->argv) {
		order->argv[0] = strdup("/proc/self/exe");
		order->argv[1] = order->argv[0] ? strdup("recover") : NULL;
	}
	if (order->argv && order->argv[1])
		return;
	lend_order_release(order);
	*order = (struct lend_order){0};
	app_notice(app, "out of memory");
}

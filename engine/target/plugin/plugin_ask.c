#include "target/plugin/plugin_ask.h"

#include <stdlib.h>

#include "target/plugin/plugin_link.h"

struct plugin_ask {
	struct plugin_link *link;
	struct berth_plugin *plugin;
	bool cancelled;
	berth_plugin_fn *told;
	void *context;
};

static void ready(void *context, struct berth_plugin *plugin)
{
	struct plugin_ask *ask = context;

	ask->plugin = plugin;
	plugin_link_bye(ask->link);
}

static void said(void *context, const struct json_t *object, const char *line, size_t len,
	const struct berth_error *why)
{
	(void)context;
	(void)object;
	(void)line;
	(void)len;
	(void)why;
}

static void printed(void *context, const char *line, size_t len, bool continues)
{
	(void)context;
	(void)line;
	(void)len;
	(void)continues;
}

/* How it ends after its hello says nothing about the hello. */
static void ended(void *context, const struct berth_error *err)
{
	struct plugin_ask *ask = context;
	struct berth_error why = *err;

	if (ask->cancelled) {
		berth_plugin_free(ask->plugin);
		ask->plugin = NULL;
		berth_error_set(&why, BERTH_E_CANCELLED, 0, "cancelled");
	} else if (ask->plugin != NULL) {
		berth_error_clear(&why);
	}
	ask->told(ask->context, ask->plugin, &why);
	free(ask);
}

struct plugin_ask *plugin_ask_start(struct uv_loop_s *loop, const char *const *command,
	berth_plugin_fn *told, void *context, struct berth_error *err)
{
	struct plugin_ask *ask = calloc(1, sizeof(*ask));

	if (ask == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	ask->told = told;
	ask->context = context;
	ask->link = plugin_link_start(&(struct plugin_link_setup){.loop = loop,
					      .command = command,
					      .ready = ready,
					      .said = said,
					      .printed = printed,
					      .ended = ended,
					      .context = ask},
		err);
	if (ask->link != NULL)
		return ask;
	free(ask);
	return NULL;
}

void plugin_ask_cancel(struct plugin_ask *ask)
{
	struct berth_error why = {0};

	if (ask->cancelled)
		return;
	ask->cancelled = true;
	berth_error_set(&why, BERTH_E_CANCELLED, 0, "cancelled");
	plugin_link_stop(ask->link, &why);
}

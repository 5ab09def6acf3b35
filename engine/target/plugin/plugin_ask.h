/* A plugin that is run for its hello only. */
#ifndef TARGET_PLUGIN_ASK_H
#define TARGET_PLUGIN_ASK_H

#include <berth/plugin.h>

struct uv_loop_s;
struct plugin_ask;

/* `told` is called exactly once, after this has returned; then it is freed. */
struct plugin_ask *plugin_ask_start(struct uv_loop_s *loop, const char *const *command,
	berth_plugin_fn *told, void *context, struct berth_error *err);
/* Then `told` comes with CANCELLED, once its program is gone. */
void plugin_ask_cancel(struct plugin_ask *ask);

#endif

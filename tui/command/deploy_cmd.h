/* `berth deploy`: one deployment, its events on standard output, its end as the exit status. */
#ifndef BERTH_TUI_DEPLOY_CMD_H
#define BERTH_TUI_DEPLOY_CMD_H

#include <stdbool.h>

struct berth_deployment;
struct berth_settings;

int deploy_cmd_run(const struct berth_settings *settings, bool json);
/* `berth watch`: target or id may be NULL, which is a complaint. */
int deploy_cmd_watch(
	const struct berth_settings *settings, const char *target, const char *id, bool json);
/* What a request of berth_settings_act() says is done to `id`. */
int deploy_cmd_act(const struct berth_settings *settings, const struct berth_deployment *request,
	const char *id, bool json);
int deploy_cmd_explain(const struct berth_settings *settings);

#endif

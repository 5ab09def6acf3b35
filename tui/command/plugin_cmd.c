#include "command/plugin_cmd.h"

#include <stdlib.h>

#include <berth/text.h>

#include "command/deploy_cmd.h"
#include "complain.h"
#include "term/output.h"

static const char *action_of(enum command command)
{
	switch (command) {
	case COMMAND_STOP:
		return "stop";
	case COMMAND_RESTART:
		return "restart";
	case COMMAND_REMOVE:
		return "remove";
	case COMMAND_LOGS:
		return "logs";
	default:
		return "state";
	}
}

int plugin_cmd_run(
	const struct berth_settings *settings, enum command command, const char *id, bool json)
{
	struct berth_error err;
	if (command != COMMAND_LIST && !id) {
		complain_text("an id is needed, as the plugin gave it");
		return berth_outcome_exit_status(BERTH_REJECTED);
	}
	struct berth_deployment *request = berth_settings_act(
		settings, action_of(command), id, &err);
	if (!request) {
		complain(&err);
		return berth_outcome_exit_status(BERTH_REJECTED);
	}
	int status = deploy_cmd_act(settings, request, id ? id : "", json);
	berth_deployment_free(request);
	return status;
}

bool plugin_cmd_show(struct output *output, const struct berth_event *event)
{
	if (event->type == BERTH_EVENT_RESULT && event->result && event->result->failure) {
		complain_text("%s", event->result->failure->message);
		return true;
	}
	if (event->type != BERTH_EVENT_LOG && event->type != BERTH_EVENT_RESULT)
		return true;
	/* Tabs may grow. */
	size_t cap = 8 * event->message_len + 1;
	char *clean = malloc(cap);
	if (!clean)
		return false;
	size_t len = berth_text_clean(
		clean, cap, event->message, event->message_len, BERTH_CLEAN_LINE);
	output_add(output, clean, len);
	output_add(output, "\n", 1);
	free(clean);
	return true;
}

#include "session/run_tell.h"

#include "notify/notifier.h"
#include "session/redact.h"
#include "session/run.h"

static enum berth_moment moment_of(const struct berth_event *end)
{
	if (end == NULL)
		return BERTH_ON_START;
	/* Without memory a result may come without its contents. */
	if (end->result == NULL)
		return BERTH_ON_FAILURE;
	return end->result->outcome == BERTH_DEPLOYED   ? BERTH_ON_SUCCESS
	       : end->result->outcome == BERTH_CANCELED ? BERTH_ON_CANCEL
							: BERTH_ON_FAILURE;
}

static void on_line(
	void *context, enum berth_level level, const char *source, const char *text, size_t len)
{
	struct run *run = context;
	struct berth_event *event = berth_event_new(BERTH_EVENT_LOG, source, 0, text, len);

	if (event == NULL)
		return;
	event->level = level;
	event->stream = BERTH_ENGINE;
	run->line(run, event);
}

void run_tell(struct run *run, struct notifier *notifier, const struct berth_event *end,
	void (*line)(void *run, struct berth_event *event))
{
	struct berth_deployment *request;

	if (notifier == NULL || run->attach != NULL)
		return;
	run->line = line;
	request = berth_deployment_copy(run->deployment);
	if (request != NULL && redact_request(&run->secrets, request, NULL) == 0)
		notifier_tell(notifier,
			&(struct notice){.moment = moment_of(end),
				.deployment_id = run->id,
				.request = request,
				.end = end,
				.secrets = &run->secrets},
			&(struct telling){.say = on_line, .context = run});
	berth_deployment_free(request);
}

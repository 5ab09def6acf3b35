#include "session/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/copy.h"
#include "base/trace.h"
#include "journal/journal_run.h"
#include "loop/timer.h"
#include "session/redact.h"
#include "session/run_record.h"
#include "store/request.h"

/* What stands as the stage of a run that has none yet. */
static const char waiting_stage[] = "queued";

static void make_id(char id[40])
{
	unsigned char bytes[16];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
		int64_t now = clock_unix_ms();

		memset(bytes, 0, sizeof(bytes));
		memcpy(bytes, &now, sizeof(now));
	}
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	snprintf(id, 40, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
		bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14],
		bytes[15]);
}

void run_free(struct run *run)
{
	secrets_release(&run->secrets);
	berth_deployment_free(run->deployment);
	run_record_free(run->record);
	berth_deployment_free(run->recorded);
	if (run->left != NULL)
		journal_run_release(run->left);
	free(run->left);
	free(run->attach);
	free(run);
}

static int hide_variables(struct run *run, struct berth_error *err)
{
	const struct berth_deployment *deployment = run->deployment;

	for (size_t i = 0; i < deployment->env_count; i++) {
		const struct berth_variable *env = &deployment->env[i];

		if (!request_hides(deployment, env))
			continue;
		trace_hide(env->name, env->value);
		if (secrets_add(&run->secrets, env->name, env->value, err) == -1)
			return -1;
	}
	return 0;
}

struct run *run_new(
	const struct berth_deployment *deployment, const char *attach, struct berth_error *err)
{
	struct run *run = calloc(1, sizeof(*run));

	if (run == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	secrets_init(&run->secrets);
	run->began_ms = clock_mono_ms();
	run->deployment = berth_deployment_copy(deployment);
	if (attach != NULL)
		run->attach = strdup(attach);
	if (run->deployment == NULL || (attach != NULL && run->attach == NULL)) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		run_free(run);
		return NULL;
	}
	run->recorded = berth_deployment_copy(deployment);
	if (hide_variables(run, err) == -1 || run->recorded == NULL ||
		redact_request(&run->secrets, run->recorded, err) == -1) {
		run_free(run);
		return NULL;
	}
	make_id(run->id);
	return run;
}

int run_take_up(struct run *run, const struct journal_run *left, struct berth_error *err)
{
	run->left = malloc(sizeof(*run->left));
	if (run->left == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	*run->left = *left;
	run->left->request = berth_deployment_copy(left->request);
	snprintf(run->id, sizeof(run->id), "%s", left->id);
	run->began_ms = clock_mono_ms() - (clock_unix_ms() - left->since_ms);
	return run->left->request != NULL
		       ? 0
		       : berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

struct berth_event *run_waits_event(const struct run *ahead)
{
	struct berth_event *event;
	char text[256];
	int len = snprintf(text, sizeof(text),
		"waits for deployment %u ('%.128s') on the same server", ahead->number,
		ahead->deployment->name);

	event = berth_event_new(BERTH_EVENT_LOG, waiting_stage, 0, text, (size_t)len);
	if (event == NULL)
		return NULL;
	event->level = BERTH_INFO;
	event->stream = BERTH_ENGINE;
	return event;
}

struct berth_event *run_end_event(
	const struct run *run, enum berth_outcome outcome, const struct berth_error *err)
{
	struct berth_event *event = berth_event_new(
		BERTH_EVENT_RESULT, NULL, 0, err->message, strlen(err->message));

	if (event == NULL)
		return NULL;
	event->result = berth_result_new();
	/* A result without its contents is still the end. */
	if (event->result == NULL)
		return event;
	event->result->outcome = outcome;
	event->result->message = copy_text(err->message);
	event->result->duration_ms = clock_mono_ms() - run->began_ms;
	berth_result_fail(event->result, err, waiting_stage);
	return event;
}

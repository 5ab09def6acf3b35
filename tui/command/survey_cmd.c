#include "command/survey_cmd.h"

#include <string.h>
#include <uv.h>

enum { LIMIT_MS = 5000 };

struct survey_cmd {
	uv_loop_t loop;
	uv_timer_t timer; /* looks at once when something came, and gives up at its end */
	struct berth_engine *engine;
	struct berth_survey *survey;
	uint64_t until;
};

static void closed(void *context)
{
	(void)context;
}

static void look(uv_timer_t *timer)
{
	struct survey_cmd *cmd = timer->data;
	uint64_t now = uv_now(&cmd->loop);
	*cmd->survey = *berth_engine_surveyed(cmd->engine);
	if (cmd->survey->state == BERTH_SURVEY_ASKING && now < cmd->until) {
		uv_timer_start(timer, look, cmd->until - now, 0);
		return;
	}
	if (cmd->survey->state == BERTH_SURVEY_ASKING) {
		cmd->survey->state = BERTH_SURVEY_FAILED;
		berth_error_set(&cmd->survey->error, BERTH_E_TIMEOUT, 0,
			"the engine did not answer in %d s", LIMIT_MS / 1000);
	}
	uv_close((uv_handle_t *)timer, NULL);
	berth_engine_close(cmd->engine, closed, NULL);
}

static void wakeup(void *context)
{
	struct survey_cmd *cmd = context;
	if (!uv_is_closing((uv_handle_t *)&cmd->timer))
		uv_timer_start(&cmd->timer, look, 0, 0);
}

bool survey_cmd(const struct berth_deployment *request, struct berth_survey *survey)
{
	struct survey_cmd cmd = {.survey = survey};
	struct berth_error err;
	const struct berth_engine_options options = {
		.loop = &cmd.loop, .wakeup = wakeup, .context = &cmd};
	if (strcmp(request->kind, "docker") != 0 || uv_loop_init(&cmd.loop) != 0)
		return false;
	uv_timer_init(&cmd.loop, &cmd.timer);
	cmd.timer.data = &cmd;
	cmd.until = uv_now(&cmd.loop) + LIMIT_MS;
	cmd.engine = berth_engine_new(&options, &err);
	bool asked = cmd.engine != NULL && berth_engine_survey(cmd.engine, request, &err) == 0;
	if (asked) {
		uv_timer_start(&cmd.timer, look, LIMIT_MS, 0);
	} else {
		uv_close((uv_handle_t *)&cmd.timer, NULL);
		if (cmd.engine != NULL)
			berth_engine_close(cmd.engine, closed, NULL);
	}
	uv_run(&cmd.loop, UV_RUN_DEFAULT);
	uv_loop_close(&cmd.loop);
	return asked;
}

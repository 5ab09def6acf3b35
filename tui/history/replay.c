#include "history/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/engine.h>
#include <berth/recording.h>
#include <berth/text.h>

#include "app.h"
#include "logs/take.h"
#include "term/glyph.h"

enum { SKIP_MS = 5000, STAGE_SLACK_MS = 1500 };

static const double speeds[] = {0.1, 0.25, 0.5, 1, 2, 4, 10, 30, 100, 300, 1000};
enum { SPEEDS = sizeof speeds / sizeof speeds[0] };

struct opening {
	struct app *app;
	double speed;
	bool follow, choose;
};

static bool state_of(const struct app *app, const struct berth_run *run, struct berth_replay *state)
{
	return run != NULL && app->engine != NULL &&
	       berth_engine_replay_state(app->engine, run->number, state);
}

bool replay_is(const struct app *app, const struct berth_run *run)
{
	struct berth_replay state;
	return state_of(app, run, &state);
}

bool replay_follows(const struct app *app, const struct berth_run *run)
{
	struct berth_replay state;
	return state_of(app, run, &state) && state.follows;
}

static bool moves(const struct berth_replay *state)
{
	return !state->paused && !state->at_end;
}

bool replay_moves(const struct app *app)
{
	struct berth_replay state;
	return state_of(app, app_run(app), &state) && moves(&state);
}

int64_t replay_now(const struct app *app, const struct berth_run *run)
{
	struct berth_replay state;
	if (!state_of(app, run, &state) || state.follows)
		return app->now_ms;
	return state.started_ms + state.position_ms;
}

bool replay_badge(const struct app *app, char dst[64])
{
	struct berth_replay state;
	char at[16], length[16];
	if (!state_of(app, app_run(app), &state))
		return false;
	if (state.follows) {
		snprintf(dst, 64, "watching");
		return true;
	}
	berth_format_clock(at, state.position_ms);
	berth_format_clock(length, state.length_ms);
	int used = snprintf(dst, 64, "replay %s/%s", at, length);
	if (state.speed == BERTH_REPLAY_MAX)
		used += snprintf(dst + used, 64 - (size_t)used, " max");
	else if (state.speed != 1)
		used += snprintf(dst + used, 64 - (size_t)used, " x%g", state.speed);
	if (state.paused)
		snprintf(dst + used, 64 - (size_t)used, " paused");
	return true;
}

/* --- beginning --- */

static int begin(struct app *app, struct berth_recording *recording, const struct opening *opening,
	struct berth_error *err)
{
	const struct berth_recording_info *info = berth_recording_info(recording);
	unsigned number;
	if (berth_engine_replay(
		    app->engine, recording, opening->speed, opening->follow, &number, err) < 0) {
		berth_recording_close(recording);
		return -1;
	}
	if (berth_model_add(app->model, number, info->deployment, err) < 0)
		return -1;
	app->room.has_runs = true;
	app_stale_all(app, STALE_LAYOUT);
	if (!opening->choose)
		return 0;
	app->room.form_open = false;
	app->card_wanted = true;
	app_choose(app, number);
	app_focus(app, PANE_LOG);
	return 0;
}

static void opened(void *context, struct berth_recording *recording, const struct berth_error *err)
{
	struct opening *opening = context;
	struct app *app = opening->app;
	struct berth_error cause;
	app->opening--;
	if (recording == NULL)
		app_notice(app, "%s", err->message);
	else if (app->engine == NULL)
		berth_recording_close(recording);
	else if (begin(app, recording, opening, &cause) < 0)
		app_notice(app, "%s", cause.message);
	free(opening);
}

static int start_opening(struct app *app, const char *path, const struct opening *how)
{
	struct opening *opening = malloc(sizeof *opening);
	struct berth_error err = {.message = "out of memory"};
	if (opening != NULL && app->engine != NULL) {
		*opening = *how;
		if (berth_engine_open_recording(app->engine, path, opened, opening, &err) == 0) {
			app->opening++;
			return 0;
		}
	}
	free(opening);
	app_notice(app, "%s", err.message);
	return -1;
}

int replay_open(struct app *app, const char *path, double speed, bool follow)
{
	return start_opening(app, path, &(struct opening){app, speed, follow, true});
}

int replay_attach(struct app *app, const char *path, bool choose)
{
	return start_opening(app, path, &(struct opening){app, BERTH_REPLAY_MAX, true, choose});
}

void replay_only(struct app *app)
{
	app_focus(app, PANE_LOG);
	app->room.no_form = true;
}

/* --- moving about in it --- */

/* Its log and its state begin anew. */
static void forget(struct app *app, unsigned number)
{
	struct berth_error err;
	struct berth_deployment *deployment = berth_deployment_copy(app_run(app)->deployment);
	if (deployment != NULL)
		berth_model_forget(app->model, number);
	if (deployment == NULL || berth_model_add(app->model, number, deployment, &err) < 0)
		app_notice(app, "out of memory");
	berth_deployment_free(deployment);
	app_show_log(app);
	app->card_top = 0;
	if (app->room.focus == PANE_PROGRESS)
		app_focus(app, PANE_LOG);
}

static void seek(struct app *app, int64_t position_ms)
{
	struct berth_error err;
	unsigned number = app->chosen;
	bool restarted = false;
	/* Nothing may look into a log that goes away. */
	take_export_cancel(app);
	logview_show(&app->log, 0, NULL);
	int status = berth_engine_replay_seek(app->engine, number, position_ms, &restarted, &err);
	if (status < 0)
		app_notice(app, "%s", err.message);
	if (restarted)
		forget(app, number);
	else
		app_show_log(app);
	app_stale_all(app, STALE_LAYOUT);
}

static void seek_stage(struct app *app, const struct berth_replay *state, int step)
{
	const struct berth_recorded_stage *found = NULL;
	for (size_t i = 0; i < state->stage_count; i++) {
		const struct berth_recorded_stage *stage = &state->stages[i];
		/* Just behind its beginning, the one before is meant. */
		bool before = stage->at_ms <
			      state->position_ms - (moves(state) ? STAGE_SLACK_MS : 0);
		if (step < 0 && before)
			found = stage;
		if (step > 0 && found == NULL && stage->at_ms > state->position_ms)
			found = stage;
	}
	if (found != NULL)
		seek(app, found->at_ms);
	else
		seek(app, step < 0 ? 0 : state->length_ms);
}

static void change_speed(struct app *app, const struct berth_replay *state, int step)
{
	int at = 0;
	while (at + 1 < SPEEDS && speeds[at] < state->speed)
		at++;
	if (state->speed == BERTH_REPLAY_MAX)
		at = SPEEDS;
	at += step;
	berth_engine_replay_speed(app->engine, app->chosen,
		at >= SPEEDS ? BERTH_REPLAY_MAX : speeds[at < 0 ? 0 : at]);
	app_stale(app, PANE_HEADER, STALE_PAINT);
}

/* At the end it begins again. */
static void pause(struct app *app, const struct berth_replay *state)
{
	if (state->at_end)
		seek(app, 0);
	berth_engine_replay_pause(app->engine, app->chosen, !state->at_end && !state->paused);
	app_stale_all(app, STALE_PAINT);
}

bool replay_act(struct app *app, enum action action)
{
	struct berth_replay state;
	if (!state_of(app, app_run(app), &state))
		return false;
	switch (action) {
	case ACTION_REPLAY_PAUSE:
		pause(app, &state);
		return true;
	case ACTION_REPLAY_BACK:
		seek(app, state.position_ms - SKIP_MS);
		return true;
	case ACTION_REPLAY_ON:
		seek(app, state.position_ms + SKIP_MS);
		return true;
	case ACTION_REPLAY_START:
		seek(app, 0);
		return true;
	case ACTION_REPLAY_END:
		seek(app, state.length_ms);
		return true;
	case ACTION_REPLAY_STAGE_BEFORE:
		seek_stage(app, &state, -1);
		return true;
	case ACTION_REPLAY_STAGE_NEXT:
		seek_stage(app, &state, 1);
		return true;
	case ACTION_REPLAY_SLOWER:
		change_speed(app, &state, -1);
		return true;
	case ACTION_REPLAY_FASTER:
		change_speed(app, &state, 1);
		return true;
	default:
		return false;
	}
}

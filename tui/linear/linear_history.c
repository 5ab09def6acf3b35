/* Past runs in lines: a list, one of them, two compared, and one shown again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/engine.h>
#include <berth/recording.h>

#include "history/history_lines.h"
#include "history/history_pane.h"
#include "history/history_text.h"
#include "history/replay.h"
#include "linear/linear_private.h"

enum { SAID = 20, COLUMNS = 1000 };

static struct berth_history *history_of(struct linear *linear)
{
	struct berth_history *history = linear->app.engine != NULL
						? berth_engine_history(linear->app.engine)
						: NULL;
	if (history == NULL)
		linear_say(linear, "There is no history.");
	return history;
}

/* The next line is not taken before the answer. True if there is somebody to say it to. */
static bool answered(struct linear *linear, const struct berth_error *err)
{
	linear->asked--;
	feed_wake(&linear->feed);
	if (linear->closing)
		return false;
	if (err != NULL)
		linear_say(linear, "%s", err->message);
	return err == NULL;
}

static void asked(struct linear *linear, int status, const struct berth_error *err)
{
	if (status == 0)
		linear->asked++;
	else
		linear_say(linear, "%s", err->message);
}

static void say_row(struct linear *linear, const struct berth_past_run *run)
{
	char when[32], took[16];
	linear_say(linear, "%lld. '%s' on %s: %s, %s, %s", (long long)run->number,
		run->name ? run->name : "", run->target ? run->target : "", history_state(run),
		history_when(when, run->started_ms), history_took(took, run));
}

static void listed(void *context, struct berth_past_run *runs, size_t count, bool more,
	const struct berth_error *err)
{
	struct linear *linear = context;
	if (answered(linear, err)) {
		for (size_t i = 0; i < count; i++)
			say_row(linear, &runs[i]);
		if (count == 0)
			linear_say(linear, "No run is recorded that has that.");
		if (more)
			linear_say(linear, "There are older ones: 'history TEXT' finds them.");
	}
	berth_past_runs_free(runs, count);
}

static void say_built(struct linear *linear, struct lines *lines)
{
	linear_lines(linear, lines);
	lines_release(lines);
}

static void found(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct linear *linear = context;
	struct lines lines = {0};
	if (answered(linear, err)) {
		lines_clear(&lines, COLUMNS);
		history_lines_run(&lines, run);
		say_row(linear, run);
		say_built(linear, &lines);
	}
	berth_past_run_free(run);
}

static void found_first(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct linear *linear = context;
	berth_past_run_free(linear->compared);
	linear->compared = answered(linear, err) ? run : NULL;
	if (linear->compared == NULL)
		berth_past_run_free(run);
}

static void found_second(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct linear *linear = context;
	struct lines lines = {0};
	if (answered(linear, err) && linear->compared != NULL) {
		lines_clear(&lines, COLUMNS);
		history_lines_compare(&lines, linear->compared, run);
		say_built(linear, &lines);
	}
	berth_past_run_free(run);
	berth_past_run_free(linear->compared);
	linear->compared = NULL;
}

static void find(struct linear *linear, const char *id, berth_past_run_fn *answer)
{
	struct berth_history *history = history_of(linear);
	struct berth_error err;
	if (history != NULL)
		asked(linear, berth_history_find(history, id, answer, linear, &err), &err);
}

static void list(struct linear *linear, const char *text)
{
	struct berth_history *history = history_of(linear);
	const struct berth_history_query query = {
		.text = text[0] != '\0' ? text : NULL, .outcome = -1, .limit = SAID};
	struct berth_error err;
	if (history != NULL)
		asked(linear, berth_history_list(history, &query, listed, linear, &err), &err);
}

/* "", "TEXT", "12" or "12 14". */
void linear_history(struct linear *linear, const char *rest)
{
	char first[32], second[32];
	size_t digits = strspn(rest, "0123456789");
	const char *other = rest + digits + strspn(rest + digits, " \t");
	size_t other_digits = strspn(other, "0123456789");
	if (digits == 0 || digits >= sizeof first || other[other_digits] != '\0' ||
		other_digits >= sizeof second) {
		list(linear, rest);
		return;
	}
	snprintf(first, sizeof first, "%.*s", (int)digits, rest);
	snprintf(second, sizeof second, "%s", other);
	if (other_digits == 0) {
		find(linear, first, found);
	} else {
		find(linear, first, found_first);
		find(linear, second, found_second);
	}
}

static void found_to_show(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct linear *linear = context;
	if (answered(linear, err)) {
		char *path = run->log && !run->log_removed ? berth_recording_path(run->log) : NULL;
		bool live = run->state == BERTH_PAST_RUNNING;
		if (path == NULL)
			linear_say(linear, "Run %lld has no recording.", (long long)run->number);
		else
			replay_open(&linear->app, path, BERTH_REPLAY_MAX, live);
		free(path);
	}
	berth_past_run_free(run);
}

void linear_replay(struct linear *linear, const char *rest)
{
	if (rest[0] == '\0')
		linear_say(linear, "'replay' needs the number of a run: 'history' lists them.");
	else
		find(linear, rest, found_to_show);
}

static void found_to_delete(
	void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct linear *linear = context;
	if (answered(linear, err))
		history_pane_ask_delete(&linear->app, run);
	berth_past_run_free(run);
}

void linear_delete(struct linear *linear, const char *rest)
{
	/* It is not about what is chosen, be that a replay. */
	if (linear->app.read_only)
		linear_say(linear, "Not now: read-only.");
	else if (rest[0] == '\0')
		linear_say(linear, "'delete' needs the number of a run: 'history' lists them.");
	else
		find(linear, rest, found_to_delete);
}

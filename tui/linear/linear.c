#include "linear/linear.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "actions.h"
#include "commands.h"
#include "complain.h"
#include "keeper.h"
#include "linear/linear_private.h"
#include "term/output.h"

enum {
	LINES_PER_TURN = 64,
	PROGRESS_MS = 5000,
	/* Of a screen that nobody sees: on one of that size every pane can be gone to. */
	ROWS = 40,
	COLUMNS = 120,
	CARD_ROWS = 8,
};

static const int signals[LINEAR_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

static int64_t wall_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What was said is written to its end; until then signals are heard. */
static void close_when_written(struct linear *linear)
{
	if (!linear->closing || output_busy(linear->output))
		return;
	for (size_t i = 0; i < LINEAR_SIGNALS; i++) {
		uv_handle_t *handle = (uv_handle_t *)&linear->signals[i];
		if (handle->data != NULL && !uv_is_closing(handle))
			uv_close(handle, NULL);
	}
}

static void leave(struct linear *linear)
{
	if (linear->closing)
		return;
	linear->closing = true;
	linear_follow(linear, INT64_MAX);
	linear_changes(linear);
	output_flush(linear->output);
	if (linear->lend != NULL)
		lend_abandon(linear->lend);
	take_export_cancel(&linear->app);
	line_reader_close(linear->reader);
	linear->reader = NULL;
	uv_close((uv_handle_t *)&linear->busy, NULL);
	uv_close((uv_handle_t *)&linear->turn, NULL);
	feed_close(&linear->feed);
	close_when_written(linear);
}

/* Nobody answers any more: what runs is waited for. */
static void end_of_lines(struct linear *linear)
{
	struct app *app = &linear->app;
	if (linear->over)
		return;
	linear->over = true;
	linear->waiting = false;
	line_reader_close(linear->reader);
	linear->reader = NULL;
	if (app->input.kind != INPUT_NONE)
		linear_ask_leave(linear);
	if (app->prompt.question != QUESTION_NONE)
		actions_key(app, K_ESC);
	linear->left_alone = app->leaving == LEAVING_NOT;
	if (linear->left_alone)
		app->leaving = LEAVING_WAITING;
	if (app_count(app, false) == 0)
		app->quit = true;
}

/* Nobody reads what is said, and nobody is asked. */
static void go_on_alone(struct linear *linear)
{
	end_of_lines(linear);
	keeper_settle();
	command_keep(&linear->app);
}

static bool can_part(struct linear *linear)
{
	return linear->app.leaving == LEAVING_BEHIND && !linear->over && !linear->closing &&
	       linear->lend == NULL && berth_engine_rest(linear->feed.engine) &&
	       keeper_can_part(&linear->loop);
}

/* The shell comes back, and a copy of the program goes on. */
static void part(struct linear *linear)
{
	struct berth_error err;
	pid_t keeper = keeper_part(&linear->loop, &err);
	if (keeper > 0) {
		complain_text("process %ld sees to the end what is under way", (long)keeper);
		_exit(0);
	}
	if (keeper == 0) {
		go_on_alone(linear);
		return;
	}
	linear->app.leaving = LEAVING_NOT;
	app_notice(&linear->app, "%s", err.message);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct linear *linear = handle->data;
	struct app *app = &linear->app;
	if (linear->closing)
		_exit(128 + number);
	if (linear->lend != NULL && number == SIGINT)
		return;
	if (linear->lend != NULL)
		lend_signal(linear->lend, linear->signalled ? SIGKILL : number);
	if (number == SIGINT && !linear->over) {
		linear->waiting = false;
		linear->field_asked = false;
		linear->said.question = QUESTION_NONE;
		/* Behind the ^C of the terminal. */
		if (isatty(STDIN_FILENO))
			output_add(linear->output, "\n", 1);
		actions_key(app, K_CTRL('C'));
		return;
	}
	if (number == SIGHUP) {
		linear->signalled = true;
		linear->exit_status = 128 + number;
		go_on_alone(linear);
		return;
	}
	/* Told twice, it does not wait for things to be put back. */
	if (linear->signalled && app->leaving == LEAVING_CANCELLING)
		app->quit = true;
	linear->signalled = true;
	linear->exit_status = 128 + number;
	command_leave(app);
}

static bool heard(void *context, const struct berth_event *event)
{
	struct linear *linear = context;
	linear_event(linear, event);
	/* A slow reader slows the taking of events, not the deployment. */
	return linear->lend == NULL && !output_full(linear->output);
}

static void on_written(void *context)
{
	struct linear *linear = context;
	feed_wake(&linear->feed);
	close_when_written(linear);
}

static void on_readable(void *context)
{
	(void)context;
}

/* Turns follow each other at once while there is something to do. */
static void on_busy(uv_idle_t *handle)
{
	struct linear *linear = handle->data;
	feed_look(&linear->app);
	uv_idle_stop(handle);
}

/* Which panes there are, as if there were a screen. */
static void place_panes(struct app *app)
{
	const struct berth_run *run = app_run(app);
	const struct berth_fleet *fleet = app->engine != NULL ? berth_engine_fleet(app->engine)
							      : NULL;
	bool wanted = app->details_open || app->card_wanted;
	app->room.has_entries = fleet != NULL && berth_fleet_count(fleet) > 0;
	app->room.ended = app->details_open || (run != NULL && run->result != NULL);
	app->room.card_rows = app->room.ended && wanted ? CARD_ROWS : 0;
	layout_compute(&app->layout, &app->room);
}

/* Is what the last line led to known, so that the next one can be taken? */
static bool is_settled(const struct linear *linear)
{
	const struct app *app = &linear->app;
	unsigned percent;
	return !feed_looks(app) && !take_exporting(app, &percent) && feed_is_dry(&linear->feed) &&
	       app->take.lend.argv == NULL && linear->lend == NULL && !app->quit &&
	       !output_full(linear->output);
}

static bool is_held_up(struct linear *linear)
{
	const struct app *app = &linear->app;
	if (linear->asked > 0 || app->opening > 0 || linear_details_awaited(linear))
		return true;
	if (linear->waiting && !app_active(app_run(app)))
		linear->waiting = false;
	/* Once it is to end, only questions are answered. */
	return linear->waiting && app->prompt.question == QUESTION_NONE;
}

static void take_line(struct linear *linear, enum line_read read, const char *line, size_t len)
{
	struct app *app = &linear->app;
	if (read == LINE_LONG) {
		linear_say(linear, "A line of more than %d bytes was left out.", LINE_READER_MAX);
	} else if (strlen(line) != len) {
		linear_say(linear, "A line with a NUL byte was left out.");
	} else {
		app->notice[0] = '\0';
		linear->answering = true;
		linear_line(linear, line);
	}
}

static void take_lines(struct linear *linear)
{
	char line[LINE_READER_MAX + 1];
	size_t len;
	for (int i = 0; i < LINES_PER_TURN && !linear->over; i++) {
		place_panes(&linear->app);
		linear_changes(linear);
		if (!is_settled(linear))
			return;
		if (linear->answering)
			linear_answer(linear);
		linear->answering = false;
		linear_changes(linear);
		if (is_held_up(linear))
			return;
		enum line_read read = line_reader_next(linear->reader, line, &len);
		if (read == LINE_NONE)
			return;
		if (read == LINE_END)
			end_of_lines(linear);
		else
			take_line(linear, read, line, len);
	}
	if (!linear->over)
		uv_idle_start(&linear->busy, on_busy);
}

static void on_turn(uv_prepare_t *handle)
{
	struct linear *linear = handle->data;
	struct app *app = &linear->app;
	app_tick(app, wall_clock(), 0);
	memset(app->stale, 0, sizeof app->stale);
	errands_run(&linear->errands);
	if (output_error(linear->output) != 0)
		end_of_lines(linear);
	if (linear->lend == NULL) {
		linear_follow(linear, INT64_MAX);
		take_lines(linear);
		linear_changes(linear);
		output_flush(linear->output);
		if (app->take.lend.argv != NULL && !app->quit)
			linear_lend(linear);
	}
	if (can_part(linear))
		uv_stop(&linear->loop);
	if (app->quit)
		leave(linear);
	else if (feed_looks(app))
		uv_idle_start(&linear->busy, on_busy);
}

static int start_handles(struct linear *linear)
{
	uv_idle_init(&linear->loop, &linear->busy);
	uv_prepare_init(&linear->loop, &linear->turn);
	linear->busy.data = linear->turn.data = linear;
	errands_init(&linear->errands, &linear->loop, &linear->app);
	uv_prepare_start(&linear->turn, on_turn);
	for (size_t i = 0; i < LINEAR_SIGNALS; i++) {
		struct sigaction now;
		/* What is ignored stays ignored: nohup, or a shell's background job. */
		if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler == SIG_IGN)
			continue;
		uv_signal_init(&linear->loop, &linear->signals[i]);
		linear->signals[i].data = linear;
		uv_signal_start(&linear->signals[i], on_signal, signals[i]);
	}
	return 0;
}

static void welcome(struct linear *linear)
{
	struct app *app = &linear->app;
	app_resize(app, ROWS, COLUMNS);
	place_panes(app);
	linear->said.focus = app->room.focus;
	linear->said.field = app->form.current;
	linear_say(linear, "berth %s%s. In the form; 'help' says what can be done.", BERTH_VERSION,
		app->read_only ? ", read-only" : "");
}

static int run(struct linear *linear, struct berth_error *err)
{
	start_handles(linear);
	if (feed_open(&linear->feed, &linear->loop, &linear->app, heard, linear, err) != 0)
		return -1;
	linear->reader = line_reader_open(&linear->loop, STDIN_FILENO, on_readable, linear, err);
	if (linear->reader == NULL)
		return -1;
	welcome(linear);
	/* It is stopped to part, unless what came in its last turn hinders that. */
	while (uv_run(&linear->loop, UV_RUN_DEFAULT) != 0)
		if (can_part(linear))
			part(linear);
	return 0;
}

static void finish(struct linear *linear)
{
	int error = linear->output != NULL ? output_error(linear->output) : 0;
	if (!linear->closing && linear->feed.app != NULL) {
		leave(linear);
		uv_run(&linear->loop, UV_RUN_DEFAULT);
	}
	if (error != 0 && error != EPIPE)
		complain_text("not all could be written: %s", strerror(error));
	lend_order_release(&linear->lent);
	app_release(&linear->app);
	if (uv_loop_close(&linear->loop) != 0)
		complain_text("internal: something was left open");
}

static int init(struct linear *linear, struct berth_settings *settings,
	const struct preferences *preferences, const struct console_options *options,
	struct berth_error *err)
{
	if (app_init(&linear->app, settings, err) != 0)
		return -1;
	linear->app.read_only = options->read_only;
	linear->app.preferences = *preferences;
	linear->app.theme.ascii = true;
	linear->output = output_new(&linear->loop, STDOUT_FILENO, on_written, linear);
	if (linear->output == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	plain_init(&linear->plain, linear->output, locale_is_utf8() && !options->ascii);
	linear->plain.every_ms = PROGRESS_MS;
	linear->plain.steps = false;
	return 0;
}

static int status_of(const struct linear *linear)
{
	int error = output_error(linear->output);
	int status = linear->left_alone ? linear->run_status : 0;
	if (linear->signalled)
		return linear->exit_status;
	return status == 0 && error != 0 && error != EPIPE ? 1 : status;
}

int linear_run(struct berth_settings *settings, const struct preferences *preferences,
	const struct console_options *options)
{
	struct linear *linear = calloc(1, sizeof *linear);
	struct berth_error err;
	int status;
	if (linear == NULL || uv_loop_init(&linear->loop) != 0) {
		free(linear);
		complain_text("cannot make an event loop");
		return 1;
	}
	status = init(linear, settings, preferences, options, &err);
	if (status == 0)
		status = run(linear, &err);
	finish(linear);
	if (status != 0)
		complain(&err);
	status = status != 0 ? 1 : status_of(linear);
	output_free(linear->output);
	free(linear);
	return status;
}

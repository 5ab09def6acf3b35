/*
 * One turn: take what arrived (keys, signals, events of the engine), change the state, and have one
 * frame painted when its time has come. Nothing else ever paints, and with nothing to show and
 * nothing running no timer is armed.
 */
#include "console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "actions.h"
#include "app.h"
#include "commands.h"
#include "errands.h"
#include "feed.h"
#include "history/replay.h"
#include "keeper.h"
#include "keys/pointer.h"
#include "term/announce.h"
#include "term/frames.h"
#include "term/lend.h"
#include "term/screen.h"

enum {
	KEYS_PER_TURN = 4096,
};

static const int signals[] = {SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT};
enum { SIGNALS = sizeof signals / sizeof signals[0] };

struct console {
	uv_loop_t loop;
	uv_poll_t terminal;
	uv_signal_t signals[SIGNALS];
	sigset_t mask;     /* of the signals, as it was found */
	uv_idle_t look;    /* active while a log is looked through */
	uv_prepare_t turn; /* before every wait: is a frame needed, and when? */
	struct app app;
	struct feed feed;
	struct frames frames;
	struct errands errands;
	struct lend *lend; /* has the terminal: nothing is painted, no key is read; NULL: ours */
	struct lend_order lent;
	struct announce announce;
	bool gone; /* the terminal is no more: nothing is painted */
	int exit_status;
	bool closing;
};

static void close_handle(uv_handle_t *handle, void *context)
{
	(void)context;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

/* The terminal is given back first: the shell need not wait for sockets to close. */
static void leave(struct console *console)
{
	if (console->closing)
		return;
	console->closing = true;
	screen_close();
	if (console->lend != NULL)
		lend_abandon(console->lend);
	take_export_cancel(&console->app);
	uv_poll_stop(&console->terminal);
	for (size_t i = 0; i < SIGNALS; i++)
		close_handle((uv_handle_t *)&console->signals[i], NULL);
	close_handle((uv_handle_t *)&console->terminal, NULL);
	close_handle((uv_handle_t *)&console->look, NULL);
	close_handle((uv_handle_t *)&console->frames.timer, NULL);
	close_handle((uv_handle_t *)&console->turn, NULL);
	feed_close(&console->feed);
}

/* From here on nothing is read or painted, and nobody is asked. */
static void go_on_alone(struct console *console)
{
	console->gone = console->frames.hidden = true;
	screen_close();
	uv_poll_stop(&console->terminal);
	command_keep(&console->app);
}

/* The signal and the end of the input come in either order, and mean the same. */
static void lose_terminal(struct console *console)
{
	if (console->gone)
		return;
	console->exit_status = 128 + SIGHUP;
	screen_close();
	/* Before another file has its number: the loop would go on looking at the lost one. */
	uv_poll_stop(&console->terminal);
	keeper_settle();
	go_on_alone(console);
}

static bool can_part(struct console *console)
{
	return console->app.leaving == LEAVING_BEHIND && !console->gone && !console->closing &&
	       console->lend == NULL && berth_engine_rest(console->feed.engine) &&
	       keeper_can_part(&console->loop);
}

/* `whom` as kill() takes it. */
static void stop(pid_t whom)
{
	struct sigaction stop = {.sa_handler = SIG_DFL}, ours;
	sigemptyset(&stop.sa_mask);
	sigaction(SIGTSTP, &stop, &ours);
	kill(whom, SIGTSTP);
	sigaction(SIGTSTP, &ours, NULL);
}

static void suspend(struct console *console)
{
	console->app.suspend = false;
	screen_suspend();
	/* The whole job stops, as it would if the terminal had sent the signal itself. */
	stop(0);
}

static void resume(struct console *console)
{
	int rows, columns;
	screen_resume();
	announce_again(&console->announce);
	screen_measure(&rows, &columns);
	app_resize(&console->app, rows, columns);
	frames_hurry(&console->frames);
}

/* The shell comes back, and a copy of the program goes on. */
static void part(struct console *console)
{
	struct app *app = &console->app;
	struct berth_error err;
	screen_suspend();
	pid_t keeper = keeper_part(&console->loop, &err);
	if (keeper > 0) {
		screen_close();
		fprintf(stderr, "berth: process %ld sees to the end what is under way\n",
			(long)keeper);
		_exit(0);
	}
	if (keeper == 0) {
		go_on_alone(console);
		return;
	}
	resume(console);
	app->leaving = LEAVING_NOT;
	app_notice(app, "%s", err.message);
}

/* While the terminal is lent, what comes from it is for who has it, and reached that one too. True
 * if that was all. */
static bool signal_is_lent(struct console *console, int number)
{
	if (console->lend == NULL)
		return false;
	switch (number) {
	case SIGTSTP:
		stop(getpid());
		return true;
	case SIGHUP:
		lend_signal(console->lend, SIGHUP);
		return false;
	case SIGTERM:
		lend_signal(console->lend, console->exit_status == 0 ? SIGTERM : SIGKILL);
		return false;
	default:
		return true;
	}
}

/* Asked twice, it does not wait for things to be put back. */
static void end_by(struct console *console, int number)
{
	if (console->app.leaving == LEAVING_CANCELLING && console->exit_status != 0)
		console->app.quit = true;
	console->exit_status = 128 + number;
	command_leave(&console->app);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct console *console = handle->data;
	int rows, columns;
	if (signal_is_lent(console, number))
		return;
	if (console->gone && number != SIGINT && number != SIGTERM)
		return;
	switch (number) {
	case SIGWINCH:
		screen_measure(&rows, &columns);
		app_resize(&console->app, rows, columns);
		break;
	case SIGINT:
		if (console->gone)
			end_by(console, number);
		else
			actions_key(&console->app, K_CTRL('C'));
		break;
	case SIGTSTP:
		suspend(console);
		break;
	case SIGCONT:
		resume(console);
		break;
	case SIGHUP:
		lose_terminal(console);
		break;
	default:
		end_by(console, number);
	}
	frames_hurry(&console->frames);
}

static void on_terminal(uv_poll_t *handle, int status, int events)
{
	struct console *console = handle->data;
	struct screen_mouse mouse = {0};
	uint32_t key;
	int count = 0;
	(void)events;
	/* What is typed behind the key that lends the terminal is for who gets it. */
	while (count < KEYS_PER_TURN && console->app.take.lend.argv == NULL &&
		screen_key(&key, &mouse)) {
		count++;
		if (key != K_MOUSE)
			actions_key(&console->app, key);
		else if (mouse.wheel != 0)
			pointer_wheel(&console->app, mouse.y, mouse.x, 3 * mouse.wheel);
		else
			pointer_click(&console->app, mouse.y, mouse.x);
	}
	if (count > 0)
		frames_hurry(&console->frames);
	else if (status < 0 || screen_gone())
		lose_terminal(console);
}

static void take_back(void *context, int status)
{
	struct console *console = context;
	struct lend_order *lent = &console->lent;
	console->lend = NULL;
	if (!console->gone) {
		console->frames.hidden = false;
		resume(console);
		uv_poll_start(&console->terminal, UV_READABLE, on_terminal);
	}
	if (lent->ended != NULL)
		lent->ended(&console->app, lent->argv[0], status);
	lend_order_release(lent);
}

static void lend(struct console *console)
{
	struct berth_error err;
	console->lent = console->app.take.lend;
	console->app.take.lend = (struct lend_order){0};
	console->frames.hidden = true;
	uv_poll_stop(&console->terminal);
	screen_suspend();
	console->lend = lend_start(&console->loop, &console->lent, take_back, console, &err);
	if (console->lend != NULL)
		return;
	console->lent.ended = NULL;
	take_back(console, 0);
	app_notice(&console->app, "%s", err.message);
}

static void on_look(uv_idle_t *handle)
{
	struct console *console = handle->data;
	if (!feed_look(&console->app))
		uv_idle_stop(handle);
}

/* Between two frames, as everything here is. */
static void send_copy(struct console *console)
{
	struct take *take = &console->app.take;
	if (take->copy == NULL || !screen_sent())
		return;
	screen_send(take->copy, take->copy_len);
	take->copy = NULL;
}

static bool on_event(void *context, const struct berth_event *event)
{
	struct console *console = context;
	const struct berth_run *run = berth_model_find(console->app.model, event->deployment);
	if (run != NULL && run->deployment->name != NULL)
		announce_event(&console->announce, run->deployment->name, event);
	return true;
}

static void send_news(struct console *console)
{
	bool titled = screen_keeps_title();
	size_t len = 0;
	char *bytes = screen_sent() ? announce_take(&console->announce, &titled, &len) : NULL;
	if (bytes == NULL)
		return;
	if (titled)
		screen_keep_title();
	screen_send(bytes, len);
}

static void on_turn(uv_prepare_t *handle)
{
	struct console *console = handle->data;
	struct app *app = &console->app;
	errands_run(&console->errands);
	/* The screen is not taken from under who has it, unless it is no more. */
	if (app->quit && (console->lend == NULL || console->gone)) {
		leave(console);
		return;
	}
	if (app->suspend)
		suspend(console);
	if (console->gone)
		return;
	if (console->lend == NULL && app->take.lend.argv != NULL)
		lend(console);
	if (console->lend != NULL)
		return;
	if (can_part(console))
		uv_stop(&console->loop);
	send_copy(console);
	send_news(console);
	if (feed_looks(app))
		uv_idle_start(&console->look, on_look);
	frames_plan(&console->frames);
}

static int start_handles(struct console *console, struct berth_error *err)
{
	uv_idle_init(&console->loop, &console->look);
	uv_prepare_init(&console->loop, &console->turn);
	console->look.data = console->turn.data = console;
	errands_init(&console->errands, &console->loop, &console->app);
	uv_prepare_start(&console->turn, on_turn);
	for (size_t i = 0; i < SIGNALS; i++) {
		uv_signal_init(&console->loop, &console->signals[i]);
		console->signals[i].data = console;
		uv_signal_start(&console->signals[i], on_signal, signals[i]);
	}
	int status = uv_poll_init(&console->loop, &console->terminal, STDIN_FILENO);
	console->terminal.data = console;
	if (status == 0)
		status = uv_poll_start(&console->terminal, UV_READABLE, on_terminal);
	if (status != 0)
		return berth_error_set(err, BERTH_E_IO, -status, "cannot read the terminal: %s",
			uv_strerror(status));
	return 0;
}

/* From before there is a screen until the loop listens: curses would end the program in its own
 * way, and a new size would be lost. */
static void hold_signals(struct console *console)
{
	sigset_t ours;
	sigemptyset(&ours);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaddset(&ours, signals[i]);
	sigprocmask(SIG_BLOCK, &ours, &console->mask);
}

static void release_signals(const struct console *console)
{
	sigprocmask(SIG_SETMASK, &console->mask, NULL);
}

/* The first frame comes before anything that could take time. */
static int run(
	struct console *console, const struct console_options *options, struct berth_error *err)
{
	int rows, columns;
	screen_measure(&rows, &columns);
	app_resize(&console->app, rows, columns);
	frames_paint(&console->frames);
	if (start_handles(console, err) != 0)
		return -1;
	release_signals(console);
	if (feed_open(&console->feed, &console->loop, &console->app, on_event, console, err) != 0)
		return -1;
	if (options->replay != NULL)
		replay_open(&console->app, options->replay, options->speed, false);
	/* It is stopped to part, unless what came in its last turn hinders that. */
	while (uv_run(&console->loop, UV_RUN_DEFAULT) != 0)
		if (can_part(console))
			part(console);
	return 0;
}

static void finish(struct console *console)
{
	screen_close();
	if (!console->closing) {
		uv_walk(&console->loop, close_handle, NULL);
		uv_run(&console->loop, UV_RUN_DEFAULT);
	}
	release_signals(console);
	lend_order_release(&console->lent);
	app_release(&console->app);
	uv_loop_close(&console->loop);
}

static void prefer(struct preferences *mine, const struct preferences *preferences,
	const struct console_options *options)
{
	*mine = *preferences;
	if (options->theme != NULL)
		mine->theme = theme_find(options->theme);
	if (options->mouse != MOUSE_AS_CONFIGURED)
		mine->mouse = options->mouse == MOUSE_TAKEN;
}

int console_run(struct berth_settings *settings, const struct preferences *preferences,
	const struct console_options *options)
{
	struct console *console = calloc(1, sizeof *console);
	struct berth_error err;
	int status = -1;
	if (console == NULL)
		berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
	else if (uv_loop_init(&console->loop) != 0)
		berth_error_set(&err, BERTH_E_MEMORY, 0, "cannot make an event loop");
	else {
		frames_init(&console->frames, &console->loop, &console->app);
		hold_signals(console);
		status = app_init(&console->app, settings, &err);
		console->app.take.clipboard = clipboard_way(
			options->clipboard != NULL ? options->clipboard
						   : berth_settings_clipboard(settings),
			getenv("TERM"));
		if (status == 0) {
			console->app.read_only = options->read_only;
			if (options->replay != NULL)
				replay_only(&console->app);
			prefer(&console->app.preferences, preferences, options);
			announce_init(&console->announce, &console->app.preferences.notify,
				getenv("TERM"), console->app.take.clipboard);
			status = screen_open(
				options, &console->app.preferences, &console->app.theme, &err);
		}
		if (status == 0)
			status = run(console, options, &err);
		finish(console);
	}
	int exit_status = status != 0 ? (err.code == BERTH_E_USAGE ? 2 : 1) : console->exit_status;
	if (status != 0) {
		fprintf(stderr, "berth: %s\n", err.message);
		if (err.hint[0] != '\0')
			fprintf(stderr, "  %s\n", err.hint);
	}
	free(console);
	return exit_status;
}

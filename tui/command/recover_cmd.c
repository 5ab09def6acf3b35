#include "command/recover_cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include <berth/engine.h>
#include <berth/settings.h>
#include <berth/text.h>

#include "command/json.h"
#include "command/plain.h"
#include "command/recover_print.h"
#include "complain.h"
#include "term/output.h"

static const int watched[] = {SIGINT, SIGTERM, SIGHUP};
#define WATCHED (sizeof watched / sizeof *watched)

/* One that is to be settled. */
struct errand {
	char id[64];
	enum berth_recovery recovery;
};

struct recover {
	uv_loop_t loop;
	uv_idle_t idle; /* runs while there may be events to take */
	uv_signal_t signals[WATCHED];
	struct berth_engine *engine;
	struct output *output;
	struct plain plain;
	struct berth_history_rules keep;
	bool yes, json;
	const struct berth_left *left; /* shown, and not decided on yet; borrowed */
	size_t left_count;
	struct errand *errands;
	size_t count, next; /* next - 1 is under way */
	unsigned number;
	bool cancelling, ending;
	int status;
};

/* Of several ends the one that needs a person most. */
static void take_status(struct recover *recover, int status)
{
	static const int ranks[] = {0, 130, 1, 2, 3, 4, 5};
	size_t now = 0, then = 0;
	for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
		if (ranks[i] == recover->status)
			now = i;
		if (ranks[i] == status)
			then = i;
	}
	if (then > now)
		recover->status = status;
}

/* As in deploy_cmd.c: what comes now comes too late. */
static void close_signals(struct recover *recover)
{
	sigset_t late;
	sigemptyset(&late);
	for (size_t i = 0; i < WATCHED; i++)
		sigaddset(&late, watched[i]);
	pthread_sigmask(SIG_BLOCK, &late, NULL);
	for (size_t i = 0; i < WATCHED; i++) {
		uv_handle_t *handle = (uv_handle_t *)&recover->signals[i];
		if (handle->data && !uv_is_closing(handle))
			uv_close(handle, NULL);
	}
	for (size_t i = 0; i < WATCHED; i++)
		signal(watched[i], SIG_IGN);
}

static void engine_closed(void *context)
{
	struct recover *recover = context;
	uv_close((uv_handle_t *)&recover->idle, NULL);
	close_signals(recover);
}

static void end(struct recover *recover)
{
	if (recover->ending)
		return;
	recover->ending = true;
	uv_idle_stop(&recover->idle);
	output_flush(recover->output);
	berth_engine_close(recover->engine, engine_closed, recover);
}

static void fail(struct recover *recover, const struct berth_error *err, int status)
{
	complain(err);
	take_status(recover, status);
}

static void begin_next(struct recover *recover)
{
	struct berth_error err;
	while (recover->next < recover->count && !recover->cancelling) {
		const struct errand *errand = &recover->errands[recover->next++];
		if (berth_engine_recover(recover->engine, errand->id, errand->recovery,
			    &recover->number, &err) == 0)
			return;
		fail(recover, &err, 1);
	}
	end(recover);
}

/* --- what is to be done --- */

static enum berth_recovery nearest_choice(const char *line, const struct berth_left *left)
{
	size_t len = strcspn(line, "\r\n");
	/* Where nobody knows what there is, nothing is done by Enter alone. */
	if (len == 0)
		return left->known ? left->safe : BERTH_RECOVERY_COUNT;
	for (int i = 0; i < BERTH_RECOVERY_COUNT; i++) {
		const char *name = berth_recovery_name((enum berth_recovery)i);
		if ((left->can & (1u << i)) && strncmp(line, name, len) == 0)
			return (enum berth_recovery)i;
	}
	return BERTH_RECOVERY_COUNT;
}

/* Nothing runs meanwhile, so there is nothing that waiting for a person could hold up.
 * BERTH_RECOVERY_COUNT: nobody answers. */
static enum berth_recovery ask(const struct berth_left *left)
{
	char line[64];
	enum berth_recovery choice = BERTH_RECOVERY_COUNT;
	while (choice == BERTH_RECOVERY_COUNT) {
		fprintf(stderr, "What is to be done with %.8s?", left->deployment_id);
		for (int i = 0; i < BERTH_RECOVERY_COUNT; i++) {
			if (left->can & (1u << i))
				fprintf(stderr, " %s%s",
					berth_recovery_name((enum berth_recovery)i),
					left->known && (enum berth_recovery)i == left->safe
						? " (Enter),"
						: ",");
		}
		fprintf(stderr, " or Ctrl-D for nothing: ");
		fflush(stderr);
		if (!fgets(line, sizeof line, stdin)) {
			putc('\n', stderr);
			break;
		}
		choice = nearest_choice(line, left);
	}
	return choice;
}

static bool can_ask(const struct recover *recover)
{
	return !recover->json && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static void decide(struct recover *recover, const struct berth_left *left)
{
	enum berth_recovery choice = BERTH_RECOVERY_COUNT;
	if (left->held)
		return;
	/* What is not known can be left. */
	if (!left->known) {
		bool away = left->error.code == BERTH_E_UNREACHABLE ||
			    left->error.code == BERTH_E_DENIED;
		take_status(recover, away ? 3 : 4);
	}
	if (recover->yes && left->known)
		choice = left->safe;
	else if (!recover->yes && can_ask(recover))
		choice = ask(left);
	if (choice == BERTH_RECOVERY_COUNT) {
		if (left->known)
			take_status(recover, 4);
		return;
	}
	struct errand *errand = &recover->errands[recover->count++];
	snprintf(errand->id, sizeof errand->id, "%s", left->deployment_id);
	errand->recovery = choice;
}

static bool show(struct recover *recover, const struct berth_left *left)
{
	return recover->json ? recover_print_json(recover->output, left)
			     : recover_print_text(&recover->plain, left);
}

static void lack_memory(struct recover *recover)
{
	complain_text("out of memory");
	take_status(recover, 1);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct recover *recover = handle->data;
	(void)number;
	if (recover->cancelling)
		_exit(berth_outcome_exit_status(BERTH_UNKNOWN));
	recover->cancelling = true;
	complain_text("cancelling; once more stops at once, and 'berth recover' goes on later");
	berth_engine_cancel(recover->engine, recover->number, NULL);
}

/* Not before: a question is left by Ctrl-C. */
static void watch_signals(struct recover *recover)
{
	for (size_t i = 0; i < WATCHED; i++) {
		struct sigaction now;
		if ((sigaction(watched[i], NULL, &now) == 0 && now.sa_handler == SIG_IGN) ||
			uv_signal_init(&recover->loop, &recover->signals[i]) < 0)
			continue;
		recover->signals[i].data = recover;
		uv_signal_start(&recover->signals[i], on_signal, watched[i]);
	}
}

/* A person reads it before they are asked. */
static void decide_when_shown(struct recover *recover)
{
	const struct berth_left *left = recover->left;
	if (!left || output_busy(recover->output))
		return;
	recover->left = NULL;
	recover->errands = calloc(recover->left_count + 1, sizeof *recover->errands);
	if (!recover->errands)
		lack_memory(recover);
	for (size_t i = 0; i < recover->left_count && recover->errands; i++)
		decide(recover, &left[i]);
	watch_signals(recover);
	begin_next(recover);
}

static void on_left(
	void *context, const struct berth_left *left, size_t count, const struct berth_error *err)
{
	struct recover *recover = context;
	if (err) {
		fail(recover, err, 1);
		end(recover);
		return;
	}
	if (count == 0 && !recover->json)
		output_addf(recover->output, "nothing was left in flight\n");
	for (size_t i = 0; i < count; i++) {
		if (!show(recover, &left[i]))
			lack_memory(recover);
	}
	recover->left = left;
	recover->left_count = count;
	output_flush(recover->output);
	decide_when_shown(recover);
}

/* --- settling it --- */

static void drain(uv_idle_t *idle)
{
	struct recover *recover = idle->data;
	struct berth_event *event;
	bool ended = false;
	while (!ended && (event = berth_engine_next(recover->engine))) {
		if (recover->json ? !json_event(recover->output, event)
				  : !plain_event(&recover->plain, event))
			lack_memory(recover);
		if (event->type == BERTH_EVENT_RESULT) {
			take_status(recover,
				berth_outcome_exit_status(
					event->result ? event->result->outcome : BERTH_UNKNOWN));
			ended = true;
		}
		berth_event_free(event);
	}
	output_flush(recover->output);
	uv_idle_stop(idle);
	if (ended)
		begin_next(recover);
}

static void wakeup(void *context)
{
	struct recover *recover = context;
	if (!recover->ending)
		uv_idle_start(&recover->idle, drain);
}

/* --- the command --- */

static void written(void *context)
{
	decide_when_shown(context);
}

static int start(struct recover *recover, struct berth_error *err)
{
	char *runs = berth_runs_folder(err), *history = berth_history_path(NULL);
	if (runs)
		recover->engine = berth_engine_new(
			&(struct berth_engine_options){.loop = &recover->loop,
				.wakeup = wakeup,
				.context = recover,
				.logs = BERTH_LOGS_AS_EVENTS,
				.history = history,
				.runs = runs,
				.keep = recover->keep},
			err);
	free(history);
	free(runs);
	if (!recover->engine)
		return -1;
	return berth_engine_left(recover->engine, on_left, recover, err);
}

static int run(struct recover *recover)
{
	struct berth_error err;
	recover->output = output_new(&recover->loop, STDOUT_FILENO, written, recover);
	if (!recover->output) {
		complain_text("out of memory");
		return 1;
	}
	plain_init(&recover->plain, recover->output, locale_is_utf8());
	uv_idle_init(&recover->loop, &recover->idle);
	recover->idle.data = recover;
	if (start(recover, &err) < 0) {
		fail(recover, &err, 1);
		if (recover->engine)
			end(recover);
		else
			engine_closed(recover);
	}
	uv_run(&recover->loop, UV_RUN_DEFAULT);
	int error = output_error(recover->output);
	if (error && error != EPIPE)
		complain_text("not all could be printed: %s", strerror(error));
	output_free(recover->output);
	return recover->status;
}

int recover_cmd(const struct berth_settings *settings, bool yes, bool json)
{
	struct recover recover = {.yes = yes, .json = json};
	recover.keep = berth_settings_history(settings);
	int status = uv_loop_init(&recover.loop);
	if (status < 0) {
		complain_text("cannot start: %s", uv_strerror(status));
		return 1;
	}
	status = run(&recover);
	free(recover.errands);
	if (uv_loop_close(&recover.loop) != 0)
		complain_text("internal: something was left open");
	return status;
}

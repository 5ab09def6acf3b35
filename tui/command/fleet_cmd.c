#include "command/fleet_cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <uv.h>

#include <berth/engine.h>

#include "command/fleet_print.h"
#include "command/json.h"
#include "command/plain.h"
#include "command/plain_private.h"
#include "command/ports_print.h"
#include "complain.h"
#include "exit_status.h"
#include "term/output.h"

static const int watched[] = {SIGINT, SIGTERM, SIGHUP};
#define WATCHED (sizeof watched / sizeof *watched)

struct fleet_cmd {
	uv_loop_t loop;
	uv_idle_t idle; /* runs when the engine may have news */
	uv_signal_t signals[WATCHED];
	struct berth_engine *engine; /* NULL once it is closed */
	struct output *output;       /* of logs */
	struct plain plain;
	/* What is to be done once it is known what there is. */
	void (*begin)(struct fleet_cmd *cmd, const struct berth_fleet *fleet);
	bool without_engine; /* begin also if none answers */
	bool look_closely;   /* begin only when each container has been looked at */
	enum berth_act act;
	const char *word;
	char deployment[64]; /* whose output it is */
	uint64_t seq;
	unsigned outputs; /* of a stack, that are open */
	bool json, follow;
	bool volumes; /* of a stack: its named ones too */
	bool begun, closing;
	int status;
};

static int64_t now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_signals(struct fleet_cmd *cmd)
{
	for (size_t i = 0; i < WATCHED; i++) {
		uv_handle_t *handle = (uv_handle_t *)&cmd->signals[i];
		if (handle->data && !uv_is_closing(handle))
			uv_close(handle, NULL);
	}
}

/* What was said is written first; signals are heard until then. */
static void close_when_written(struct fleet_cmd *cmd)
{
	if (!cmd->engine && !output_busy(cmd->output))
		close_signals(cmd);
}

static void engine_closed(void *context)
{
	struct fleet_cmd *cmd = context;
	cmd->engine = NULL;
	uv_close((uv_handle_t *)&cmd->idle, NULL);
	close_when_written(cmd);
}

static void end(struct fleet_cmd *cmd, int status)
{
	if (cmd->closing)
		return;
	cmd->closing = true;
	cmd->status = status;
	uv_idle_stop(&cmd->idle);
	output_flush(cmd->output);
	berth_engine_close(cmd->engine, engine_closed, cmd);
}

static int status_of(const struct berth_error *err)
{
	switch (err->code) {
	case BERTH_E_UNREACHABLE:
	case BERTH_E_DENIED:
		return EXIT_UNREACHED;
	case BERTH_E_BROKEN:
	case BERTH_E_TIMEOUT:
		return EXIT_UNKNOWN;
	case BERTH_E_CANCELLED:
		return EXIT_CANCELLED;
	default:
		return EXIT_FAILED;
	}
}

static void fail(struct fleet_cmd *cmd, int status, const struct berth_error *err)
{
	if (cmd->closing)
		return;
	complain(err);
	end(cmd, status);
}

/* --- list --- */

static void begin_list(struct fleet_cmd *cmd, const struct berth_fleet *fleet)
{
	int status = 0;
	if (!cmd->json)
		fleet_print(fleet, now_ms());
	else if (fleet_print_json(fleet) < 0) {
		complain_text("out of memory");
		status = EXIT_FAILED;
	}
	end(cmd, finish_stdout() != 0 ? EXIT_FAILED : status);
}

/* --- ports --- */

static void on_ports(void *context, const struct berth_given_port *ports, size_t count,
	const struct berth_error *err)
{
	struct fleet_cmd *cmd = context;
	int status = 0;
	if (cmd->closing)
		return;
	if (err) {
		fail(cmd, EXIT_FAILED, err);
		return;
	}
	if (ports_print(ports, count, berth_engine_endpoint(cmd->engine)->address,
		    berth_engine_fleet(cmd->engine), cmd->json) < 0) {
		complain_text("out of memory");
		status = EXIT_FAILED;
	}
	end(cmd, finish_stdout() != 0 ? EXIT_FAILED : status);
}

static void begin_ports(struct fleet_cmd *cmd, const struct berth_fleet *fleet)
{
	struct berth_error err;
	struct berth_history *history = berth_engine_history(cmd->engine);
	(void)fleet;
	if (!history) {
		free(berth_history_path(&err));
		fail(cmd, EXIT_FAILED, &err);
	} else if (berth_history_ports(history, on_ports, cmd, &err) < 0)
		fail(cmd, EXIT_FAILED, &err);
}

/* --- stop, restart, remove --- */

static const char *done_word(enum berth_act act)
{
	static const char *const words[] = {
		[BERTH_ACT_STOP] = "stopped",
		[BERTH_ACT_RESTART] = "restarted",
		[BERTH_ACT_REMOVE] = "removed",
		[BERTH_ACT_REMOVE_KEEPING] = "removed, its volumes kept",
		[BERTH_ACT_NONE] = "",
	};
	return words[act];
}

static void on_acted(void *context, const struct berth_acted *acted)
{
	struct fleet_cmd *cmd = context;
	if (cmd->json && fleet_print_acted(acted) < 0)
		complain_text("out of memory");
	if (cmd->json && finish_stdout() != 0) {
		end(cmd, EXIT_FAILED);
		return;
	}
	if (acted->error) {
		if (cmd->closing)
			complain(acted->error);
		fail(cmd, status_of(acted->error), acted->error);
		return;
	}
	if (!cmd->json)
		printf("%s %s\n", acted->name, done_word(acted->act));
	end(cmd, finish_stdout() != 0 ? EXIT_FAILED : 0);
}

static void begin_act(struct fleet_cmd *cmd, const struct berth_fleet *fleet)
{
	struct berth_error err;
	const struct berth_container *container = berth_fleet_resolve(fleet, cmd->word, &err);
	if (!container)
		fail(cmd, EXIT_WRONG, &err);
	else if (berth_fleet_means_stack(container, cmd->word)
			 ? berth_engine_act_on_stack(cmd->engine, container->project, cmd->act,
				   cmd->volumes, on_acted, cmd, &err) < 0
			 : berth_engine_act(
				   cmd->engine, container->id, cmd->act, on_acted, cmd, &err) < 0)
		fail(cmd, status_of(&err), &err);
}

/* --- logs --- */

static bool show_json(struct fleet_cmd *cmd, const struct berth_log_line *line)
{
	struct berth_event *event = berth_event_new(
		BERTH_EVENT_LOG, line->stage, 0, line->text, line->len);
	if (!event)
		return false;
	event->seq = ++cmd->seq;
	event->deployment_id = cmd->deployment;
	event->time_ms = line->time_ms;
	event->level = line->level;
	event->stream = line->stream;
	bool shown = json_event(cmd->output, event);
	berth_event_free(event);
	return shown;
}

static void on_line(void *context, const struct berth_log_line *line)
{
	struct fleet_cmd *cmd = context;
	if (cmd->closing)
		return;
	bool shown = cmd->json ? show_json(cmd, line)
			       : plain_add(&cmd->plain, line->text, line->len);
	if (!shown) {
		complain_text("out of memory");
		end(cmd, EXIT_FAILED);
		return;
	}
	if (!cmd->json)
		output_add(cmd->output, "\n", 1);
	output_flush(cmd->output);
}

/* Whoever reads has gone: nobody hears the rest. */
static bool on_wait(void *context)
{
	struct fleet_cmd *cmd = context;
	if (output_error(cmd->output) != 0)
		end(cmd, EXIT_FAILED);
	return output_full(cmd->output);
}

/* One of the containers of a stack. */
struct service_output {
	struct fleet_cmd *cmd;
	char service[64];
};

static void on_service_line(void *context, const struct berth_log_line *line)
{
	struct service_output *output = context;
	if (!output->cmd->closing && !output->cmd->json) {
		plain_add(&output->cmd->plain, output->service, strlen(output->service));
		output_add(output->cmd->output, " | ", 3);
	}
	on_line(output->cmd, line);
}

static bool on_service_wait(void *context)
{
	const struct service_output *output = context;
	return on_wait(output->cmd);
}

static void on_service_done(void *context, const struct berth_error *err)
{
	struct service_output *output = context;
	struct fleet_cmd *cmd = output->cmd;
	free(output);
	cmd->outputs--;
	if (err)
		fail(cmd, status_of(err), err);
	else if (cmd->outputs == 0)
		end(cmd, 0);
}

static void begin_stack_logs(
	struct fleet_cmd *cmd, const struct berth_fleet *fleet, const struct berth_container *first)
{
	const struct berth_container *members[BERTH_STACK_MAX];
	size_t count = berth_fleet_stack(fleet, first, members, BERTH_STACK_MAX);
	struct berth_error err;
	for (size_t i = 0; i < count && i < BERTH_STACK_MAX; i++) {
		struct service_output *output = calloc(1, sizeof *output);
		if (!output) {
			complain_text("out of memory");
			end(cmd, EXIT_FAILED);
			return;
		}
		output->cmd = cmd;
		snprintf(output->service, sizeof output->service, "%s", members[i]->service);
		if (berth_engine_output(cmd->engine,
			    &(struct berth_output_request){.id = members[i]->id,
				    .follow = cmd->follow,
				    .tail = -1,
				    .line = on_service_line,
				    .wait = on_service_wait,
				    .done = on_service_done,
				    .context = output},
			    &err) < 0) {
			free(output);
			fail(cmd, status_of(&err), &err);
			return;
		}
		cmd->outputs++;
	}
}

static void on_output_done(void *context, const struct berth_error *err)
{
	struct fleet_cmd *cmd = context;
	if (err)
		fail(cmd, status_of(err), err);
	else
		end(cmd, 0);
}

static void begin_logs(struct fleet_cmd *cmd, const struct berth_fleet *fleet)
{
	struct berth_error err;
	const struct berth_container *container = berth_fleet_resolve(fleet, cmd->word, &err);
	if (!container) {
		fail(cmd, EXIT_WRONG, &err);
		return;
	}
	snprintf(cmd->deployment, sizeof cmd->deployment, "%s", container->deployment);
	if (berth_fleet_means_stack(container, cmd->word)) {
		begin_stack_logs(cmd, fleet, container);
		return;
	}
	if (berth_engine_output(cmd->engine,
		    &(struct berth_output_request){.id = container->id,
			    .follow = cmd->follow,
			    .tail = -1,
			    .line = on_line,
			    .wait = on_wait,
			    .done = on_output_done,
			    .context = cmd},
		    &err) < 0)
		fail(cmd, status_of(&err), &err);
}

/* --- the way there --- */

static void look(uv_idle_t *idle)
{
	struct fleet_cmd *cmd = idle->data;
	const struct berth_fleet *fleet = berth_engine_fleet(cmd->engine);
	const struct berth_endpoint *endpoint = berth_engine_endpoint(cmd->engine);
	uv_idle_stop(idle);
	if (cmd->begun || cmd->closing)
		return;
	if (cmd->without_engine &&
		(endpoint->reach == BERTH_REACH_LOST || berth_fleet_error(fleet))) {
		cmd->begun = true;
		cmd->begin(cmd, fleet);
	} else if (endpoint->reach == BERTH_REACH_LOST) {
		fail(cmd, EXIT_UNREACHED, &endpoint->error);
	} else if (berth_fleet_error(fleet)) {
		fail(cmd, EXIT_UNREACHED, berth_fleet_error(fleet));
	} else if (cmd->look_closely ? berth_fleet_settled(fleet) : berth_fleet_live(fleet)) {
		cmd->begun = true;
		cmd->begin(cmd, fleet);
	}
}

static void wakeup(void *context)
{
	struct fleet_cmd *cmd = context;
	if (!cmd->closing)
		uv_idle_start(&cmd->idle, look);
}

static void written(void *context)
{
	close_when_written(context);
}

/* The first ends it in order, the second at once. */
static void on_signal(uv_signal_t *handle, int number)
{
	struct fleet_cmd *cmd = handle->data;
	(void)number;
	if (cmd->closing)
		_exit(EXIT_CANCELLED);
	end(cmd, EXIT_CANCELLED);
}

static int start(struct fleet_cmd *cmd, const char *host, struct berth_error *err)
{
	char *history = berth_history_path(NULL);
	cmd->engine = berth_engine_new(
		&(struct berth_engine_options){
			.loop = &cmd->loop, .wakeup = wakeup, .context = cmd, .history = history},
		err);
	free(history);
	if (!cmd->engine)
		return -1;
	for (size_t i = 0; i < WATCHED; i++) {
		uv_signal_init(&cmd->loop, &cmd->signals[i]);
		cmd->signals[i].data = cmd;
		uv_signal_start(&cmd->signals[i], on_signal, watched[i]);
	}
	return berth_engine_watch(cmd->engine, host, err);
}

static int give_up(struct fleet_cmd *cmd, const struct berth_error *err)
{
	complain(err);
	cmd->closing = true;
	if (cmd->engine)
		berth_engine_close(cmd->engine, engine_closed, cmd);
	else
		engine_closed(cmd);
	return EXIT_FAILED;
}

static int check_engine(const struct berth_settings *settings, struct berth_error *err)
{
	if (berth_settings_check(settings, BERTH_FIELD_TARGET, err) < 0)
		return -1;
	if (berth_settings_applies(settings, BERTH_FIELD_HOST))
		return berth_settings_check(settings, BERTH_FIELD_HOST, err);
	berth_error_set(err, BERTH_E_USAGE, 0,
		"target '%s' has no Docker engine that berth could ask for its containers",
		berth_settings_get(settings, BERTH_FIELD_TARGET));
	return berth_error_hint(err, "--target local, or --host URL of the engine");
}

static int run(const struct berth_settings *settings, struct fleet_cmd *cmd)
{
	struct berth_error err;
	if (check_engine(settings, &err) < 0) {
		complain(&err);
		return EXIT_WRONG;
	}
	if (uv_loop_init(&cmd->loop) < 0) {
		complain_text("cannot start");
		return EXIT_FAILED;
	}
	uv_idle_init(&cmd->loop, &cmd->idle);
	cmd->idle.data = cmd;
	cmd->output = output_new(&cmd->loop, STDOUT_FILENO, written, cmd);
	if (!cmd->output) {
		complain_text("out of memory");
		uv_close((uv_handle_t *)&cmd->idle, NULL);
		cmd->status = EXIT_FAILED;
	} else {
		plain_init(&cmd->plain, cmd->output, locale_is_utf8());
		if (start(cmd, berth_settings_get(settings, BERTH_FIELD_HOST), &err) < 0)
			cmd->status = give_up(cmd, &err);
	}
	uv_run(&cmd->loop, UV_RUN_DEFAULT);
	int error = cmd->output ? output_error(cmd->output) : 0;
	if (error && error != EPIPE)
		complain_text("the output could not all be written: %s", strerror(error));
	output_free(cmd->output);
	if (uv_loop_close(&cmd->loop) != 0)
		complain_text("internal: something was left open");
	return cmd->status;
}

static int no_word(const char *usage)
{
	complain_text("a container or deployment is needed: %s", usage);
	return EXIT_WRONG;
}

int fleet_cmd_list(const struct berth_settings *settings, bool json)
{
	struct fleet_cmd cmd = {.begin = begin_list, .look_closely = true, .json = json};
	return run(settings, &cmd);
}

int fleet_cmd_ports(const struct berth_settings *settings, bool json)
{
	struct fleet_cmd cmd = {.begin = begin_ports, .without_engine = true, .json = json};
	return run(settings, &cmd);
}

int fleet_cmd_act(const struct berth_settings *settings, enum berth_act act, const char *word,
	bool volumes, bool json)
{
	struct fleet_cmd cmd = {
		.begin = begin_act, .act = act, .word = word, .volumes = volumes, .json = json};
	return word ? run(settings, &cmd) : no_word("berth stop|restart|remove ID");
}

int fleet_cmd_logs(const struct berth_settings *settings, const char *word, bool follow, bool json)
{
	struct fleet_cmd cmd = {.begin = begin_logs, .word = word, .follow = follow, .json = json};
	return word ? run(settings, &cmd) : no_word("berth logs ID");
}

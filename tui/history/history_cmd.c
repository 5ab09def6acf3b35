#include "history/history_cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include <berth/history.h>
#include <berth/recording.h>

#include "args.h"
#include "command/plain.h"
#include "complain.h"
#include "history/history_json.h"
#include "history/history_text.h"
#include "term/output.h"

enum { PAGE = 1000, STATUS_FAILED = 1, STATUS_WRONG = 2 };

struct history_cmd {
	const struct args *args;
	uv_loop_t loop;
	struct berth_history *history; /* NULL once it is closing */
	struct output *output;
	struct plain plain;
	struct berth_past_run *before; /* the first of two that are compared */
	int64_t number;                /* of the one that is deleted */
	uint64_t shown, hits;
	int status;
};

static void closed(void *context)
{
	(void)context;
}

static void written(void *context)
{
	(void)context;
}

static void end(struct history_cmd *cmd)
{
	output_flush(cmd->output);
	berth_history_close(cmd->history, closed, cmd);
	cmd->history = NULL;
}

static void fail(struct history_cmd *cmd, const struct berth_error *err)
{
	complain(err);
	cmd->status = err->code == BERTH_E_NOT_FOUND || err->code == BERTH_E_USAGE ? STATUS_WRONG
										   : STATUS_FAILED;
	end(cmd);
}

static void lack_memory(struct history_cmd *cmd)
{
	struct berth_error err;
	berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
	fail(cmd, &err);
}

/* --- a list, and a search --- */

static void on_hit(void *context, const struct berth_history_hit *hit)
{
	struct history_cmd *cmd = context;
	if (cmd->args->json)
		history_json_hit(cmd->output, hit);
	else
		history_text_hit(&cmd->plain, hit, cmd->hits == 0);
	cmd->hits++;
	output_flush(cmd->output);
}

static void on_searched(void *context, const struct berth_error *err)
{
	struct history_cmd *cmd = context;
	if (err) {
		fail(cmd, err);
		return;
	}
	if (cmd->shown + cmd->hits == 0 && !cmd->args->json)
		output_addf(cmd->output, "nothing was found\n");
	end(cmd);
}

static void list_ended(struct history_cmd *cmd)
{
	struct berth_error err;
	const char *text = cmd->args->search;
	if (!text) {
		if (cmd->shown == 0 && !cmd->args->json)
			output_addf(cmd->output, "no runs are recorded yet\n");
		end(cmd);
	} else if (!berth_history_search_logs(
			   cmd->history, text, 0, on_hit, on_searched, cmd, &err)) {
		fail(cmd, &err);
	}
}

static void ask_page(struct history_cmd *cmd, int64_t before);

static void on_page(void *context, struct berth_past_run *runs, size_t count, bool more,
	const struct berth_error *err)
{
	struct history_cmd *cmd = context;
	if (err) {
		fail(cmd, err);
		return;
	}
	if (cmd->shown == 0 && count > 0 && !cmd->args->json)
		history_text_head(&cmd->plain);
	for (size_t i = 0; i < count; i++) {
		if (cmd->args->json)
			history_json_run(cmd->output, &runs[i]);
		else
			history_text_row(&cmd->plain, &runs[i]);
	}
	cmd->shown += count;
	output_flush(cmd->output);
	if (more)
		ask_page(cmd, runs[count - 1].number);
	else
		list_ended(cmd);
	berth_past_runs_free(runs, count);
}

static void ask_page(struct history_cmd *cmd, int64_t before)
{
	struct berth_error err;
	struct berth_history_query query = {
		.text = cmd->args->search, .outcome = -1, .before = before, .limit = PAGE};
	if (berth_history_list(cmd->history, &query, on_page, cmd, &err) < 0)
		fail(cmd, &err);
}

/* --- one run, or two --- */

static void on_run(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct history_cmd *cmd = context;
	if (err) {
		fail(cmd, err);
		return;
	}
	bool shown = true;
	if (cmd->args->json)
		shown = history_json_run(cmd->output, run);
	else
		history_text_run(&cmd->plain, run);
	berth_past_run_free(run);
	if (shown)
		end(cmd);
	else
		lack_memory(cmd);
}

static void on_second(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct history_cmd *cmd = context;
	if (err) {
		fail(cmd, err);
		return;
	}
	bool shown = cmd->args->json ? history_json_compare(cmd->output, cmd->before, run)
				     : history_text_compare(&cmd->plain, cmd->before, run);
	berth_past_run_free(run);
	if (shown)
		end(cmd);
	else
		lack_memory(cmd);
}

static void on_first(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct history_cmd *cmd = context;
	struct berth_error cause;
	cmd->before = run;
	if (err)
		fail(cmd, err);
	else if (berth_history_find(cmd->history, cmd->args->id, on_second, cmd, &cause) < 0)
		fail(cmd, &cause);
}

/* --- a recording to carry away --- */

static void on_exported(void *context, uint64_t events, const struct berth_error *err)
{
	struct history_cmd *cmd = context;
	if (err) {
		fail(cmd, err);
		return;
	}
	if (!cmd->args->json)
		output_addf(cmd->output,
			"run %lld is in '%s', %llu events: berth replay shows it\n",
			(long long)cmd->number, cmd->args->export_to, (unsigned long long)events);
	end(cmd);
}

static int export_run(
	struct history_cmd *cmd, const struct berth_past_run *run, struct berth_error *err)
{
	char *path = run->log && !run->log_removed ? berth_recording_path(run->log) : NULL;
	cmd->number = run->number;
	if (!path || access(path, R_OK) < 0) {
		free(path);
		return berth_error_set(err, BERTH_E_NOT_FOUND, 0, "run %lld has no recording%s",
			(long long)run->number, run->log_removed ? " any more" : "");
	}
	int status = berth_recording_export(
		&cmd->loop, path, cmd->args->export_to, run->request, on_exported, cmd, err);
	free(path);
	return status;
}

static void on_wanted(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct history_cmd *cmd = context;
	struct berth_error cause;
	if (err)
		fail(cmd, err);
	else if (export_run(cmd, run, &cause) < 0)
		fail(cmd, &cause);
	berth_past_run_free(run);
}

/* --- deleting --- */

static void on_deleted(void *context, const struct berth_error *err)
{
	struct history_cmd *cmd = context;
	if (err) {
		fail(cmd, err);
		return;
	}
	if (!cmd->args->json)
		output_addf(
			cmd->output, "run %lld is deleted, and its log\n", (long long)cmd->number);
	end(cmd);
}

static void on_doomed(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct history_cmd *cmd = context;
	struct berth_error cause;
	cmd->number = run ? run->number : 0;
	berth_past_run_free(run);
	if (err)
		fail(cmd, err);
	else if (berth_history_delete(cmd->history, cmd->number, on_deleted, cmd, &cause) < 0)
		fail(cmd, &cause);
}

/* --- the command --- */

static int check(const struct args *args, struct berth_error *err)
{
	int wanted = args->compare                                           ? 2
		     : args->delete_run || args->export_to || args->redeploy ? 1
		     : args->search                                          ? 0
									     : -1;
	int given = (args->topic != NULL) + (args->id != NULL);
	if (args->compare + args->delete_run + (args->search != NULL) + (args->export_to != NULL) >
		1)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"'--search', '--compare', '--delete' and '--export' exclude each other");
	if (wanted >= 0 ? given == wanted : given < 2)
		return 0;
	if (args->compare)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"'--compare' needs two runs: berth history --compare ID ID");
	if (args->redeploy)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"'--redeploy' and '--rollback' need a run: berth history --redeploy ID");
	if (args->delete_run)
		return berth_error_set(
			err, BERTH_E_USAGE, 0, "'--delete' needs a run: berth history --delete ID");
	if (args->export_to && !args->topic)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"'--export' needs a run: berth history --export FILE ID");
	return berth_error_set(err, BERTH_E_USAGE, 0, "argument '%s' is not expected",
		args->id ? args->id : args->topic);
}

static int ask(struct history_cmd *cmd, struct berth_error *err)
{
	const struct args *args = cmd->args;
	berth_past_run_fn *found = args->compare      ? on_first
				   : args->delete_run ? on_doomed
				   : args->export_to  ? on_wanted
						      : on_run;
	if (args->topic)
		return berth_history_find(cmd->history, args->topic, found, cmd, err);
	ask_page(cmd, 0);
	return 0;
}

static int start(struct history_cmd *cmd, struct berth_error *err)
{
	char *path = berth_history_path(err);
	if (!path)
		return -1;
	cmd->output = output_new(&cmd->loop, STDOUT_FILENO, written, cmd);
	cmd->history = cmd->output ? berth_history_open(&cmd->loop, path, err) : NULL;
	free(path);
	if (!cmd->output)
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (!cmd->history)
		return -1;
	plain_init(&cmd->plain, cmd->output, locale_is_utf8());
	return ask(cmd, err);
}

static void finish(struct history_cmd *cmd)
{
	int error = cmd->output ? output_error(cmd->output) : 0;
	if (error && error != EPIPE)
		complain_text("not all could be printed: %s", strerror(error));
	if (error && cmd->status == 0)
		cmd->status = error == EPIPE ? 0 : STATUS_FAILED;
	output_free(cmd->output);
	berth_past_run_free(cmd->before);
	if (uv_loop_close(&cmd->loop) != 0)
		complain_text("internal: something was left open");
}

int history_cmd(const struct args *args)
{
	struct history_cmd cmd = {.args = args};
	struct berth_error err;
	if (check(args, &err) < 0) {
		complain(&err);
		return STATUS_WRONG;
	}
	int status = uv_loop_init(&cmd.loop);
	if (status < 0) {
		complain_text("cannot start: %s", uv_strerror(status));
		return STATUS_FAILED;
	}
	if (start(&cmd, &err) < 0) {
		complain(&err);
		cmd.status = STATUS_FAILED;
		if (cmd.history)
			end(&cmd);
	}
	uv_run(&cmd.loop, UV_RUN_DEFAULT);
	finish(&cmd);
	return cmd.status;
}

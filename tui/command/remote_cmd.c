#include "command/remote_cmd.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include <berth/engine.h>
#include <berth/text.h>

#include "command/remote_print.h"
#include "complain.h"
#include "exit_status.h"

static const int watched[] = {SIGINT, SIGTERM, SIGHUP};
#define WATCHED (sizeof watched / sizeof *watched)

struct remote_cmd {
	uv_loop_t loop;
	uv_signal_t signals[WATCHED];
	struct berth_engine *engine;
	struct berth_deployment *target;
	enum berth_deed deed;
	const char *word;
	bool json, interrupted;
	struct berth_remote *rows; /* of a list */
	size_t count;
	int status;
};

static int status_of(const struct berth_error *err)
{
	switch (err->code) {
	case BERTH_E_USAGE:
	case BERTH_E_NOT_FOUND:
	case BERTH_E_CONFLICT:
		return EXIT_WRONG;
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

static void no_memory(struct remote_cmd *cmd)
{
	complain_text("out of memory");
	cmd->status = EXIT_FAILED;
}

static void engine_closed(void *context)
{
	struct remote_cmd *cmd = context;
	for (size_t i = 0; i < WATCHED; i++)
		uv_close((uv_handle_t *)&cmd->signals[i], NULL);
}

/* --- what is told --- */

static void on_row(void *context, const struct berth_remote *remote)
{
	struct remote_cmd *cmd = context;
	struct berth_remote *grown;
	if (cmd->json) {
		if (remote_print_json(cmd->target->target, remote) < 0)
			no_memory(cmd);
		return;
	}
	grown = realloc(cmd->rows, (cmd->count + 1) * sizeof *grown);
	if (!grown) {
		no_memory(cmd);
		return;
	}
	cmd->rows = grown;
	cmd->rows[cmd->count++] = *remote;
}

static void on_line(void *context, enum berth_stream stream, const char *text, size_t len)
{
	struct remote_cmd *cmd = context;
	unsigned flags = BERTH_CLEAN_LINE | (locale_is_utf8() ? 0 : BERTH_CLEAN_ASCII);
	size_t size = 4 * len + 1;
	char *clean;
	if (cmd->json) {
		if (remote_print_line(stream, text, len) < 0)
			no_memory(cmd);
		return;
	}
	clean = malloc(size);
	if (!clean) {
		no_memory(cmd);
		return;
	}
	berth_text_clean(clean, size, text, len, flags);
	puts(clean);
	free(clean);
	/* Nobody reads any more. */
	if (ferror(stdout) && !cmd->interrupted) {
		cmd->interrupted = true;
		berth_engine_close(cmd->engine, engine_closed, cmd);
	}
}

static void on_note(void *context, const char *text)
{
	(void)context;
	complain_text("note: %s", text);
}

static bool lists(const struct remote_cmd *cmd)
{
	return cmd->deed == BERTH_DEED_LIST || cmd->deed == BERTH_DEED_LOOK;
}

static bool reads_log(const struct remote_cmd *cmd)
{
	return cmd->deed == BERTH_DEED_LOGS || cmd->deed == BERTH_DEED_FOLLOW;
}

static void say_done(struct remote_cmd *cmd, const struct berth_remote *remote)
{
	static const char *const done[BERTH_DEEDS] = {
		[BERTH_DEED_STOP] = "stopped",
		[BERTH_DEED_RESTART] = "restarted",
		[BERTH_DEED_REMOVE] = "removed",
	};
	if (lists(cmd) && !cmd->json)
		remote_print(cmd->rows, cmd->count);
	else if (done[cmd->deed] && !cmd->json)
		printf("%s %s%s\n", remote && remote->name[0] ? remote->name : cmd->word,
			done[cmd->deed],
			cmd->deed == BERTH_DEED_RESTART ? ", by the server's word" : "");
}

static void on_done(void *context, const struct berth_remote *remote, const struct berth_error *err)
{
	struct remote_cmd *cmd = context;
	bool deed = !lists(cmd) && !reads_log(cmd);
	/* A log that goes on is ended by who has seen enough. */
	bool enough = err && err->code == BERTH_E_CANCELLED && cmd->deed == BERTH_DEED_FOLLOW;
	if (cmd->json && deed &&
		remote_print_done(cmd->target->target, cmd->deed, cmd->word, remote, err) < 0)
		no_memory(cmd);
	if (!err)
		say_done(cmd, remote);
	else if (!enough)
		complain(err);
	if (finish_stdout() != 0)
		cmd->status = EXIT_FAILED;
	else if (err)
		cmd->status = status_of(err);
	if (!cmd->interrupted)
		berth_engine_close(cmd->engine, engine_closed, cmd);
}

/* --- the way there --- */

/* The first ends it in order, the second at once. */
static void on_signal(uv_signal_t *handle, int number)
{
	struct remote_cmd *cmd = handle->data;
	(void)number;
	if (cmd->interrupted)
		_exit(EXIT_CANCELLED);
	cmd->interrupted = true;
	berth_engine_close(cmd->engine, engine_closed, cmd);
}

static void no_wakeup(void *context)
{
	(void)context;
}

static void start(struct remote_cmd *cmd)
{
	struct berth_error err;
	for (size_t i = 0; i < WATCHED; i++) {
		uv_signal_init(&cmd->loop, &cmd->signals[i]);
		cmd->signals[i].data = cmd;
		uv_signal_start(&cmd->signals[i], on_signal, watched[i]);
	}
	cmd->engine = berth_engine_new(
		&(struct berth_engine_options){.loop = &cmd->loop, .wakeup = no_wakeup}, &err);
	if (cmd->engine && berth_engine_remote(cmd->engine, cmd->target,
				   &(struct berth_deed_request){.deed = cmd->deed,
					   .word = cmd->word,
					   .row = on_row,
					   .line = on_line,
					   .note = on_note,
					   .done = on_done,
					   .context = cmd},
				   &err) == 0)
		return;
	complain(&err);
	cmd->status = status_of(&err);
	if (cmd->engine)
		berth_engine_close(cmd->engine, engine_closed, cmd);
	else
		engine_closed(cmd);
}

int remote_cmd(
	const struct berth_settings *settings, enum berth_deed deed, const char *word, bool json)
{
	struct remote_cmd cmd = {.deed = deed, .word = word, .json = json};
	struct berth_error err;
	if (deed == BERTH_DEED_FOLLOW)
		setvbuf(stdout, NULL, _IOLBF, 0);
	if (!word && deed != BERTH_DEED_LIST) {
		complain_text("what is meant? berth %s --target NAME ID",
			reads_log(&cmd) ? "logs" : berth_deed_name(deed));
		return EXIT_WRONG;
	}
	cmd.target = berth_settings_attach(
		settings, berth_settings_get(settings, BERTH_FIELD_TARGET), "fleet", &err);
	if (!cmd.target) {
		complain(&err);
		return EXIT_WRONG;
	}
	if (uv_loop_init(&cmd.loop) < 0) {
		complain_text("cannot start");
		berth_deployment_free(cmd.target);
		return EXIT_FAILED;
	}
	start(&cmd);
	uv_run(&cmd.loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&cmd.loop) != 0)
		complain_text("internal: something was left open");
	berth_deployment_free(cmd.target);
	free(cmd.rows);
	return cmd.status;
}

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "docker/container.h"
#include "docker/members.h"
#include "docker/op_private.h"
#include "loop/net.h"
#include "loop/timer.h"

#define PATH_MAX_LEN 4096
#define OUTPUT_MAX   (16 * 1024)
/* The output ends a moment before the engine has noted the exit code. */
#define ASK_AGAIN_MS 50
#define ASK_TIMES    40

struct exec {
	struct docker_op op;
	struct timer *again;
	int asked;
	char *id;
	struct log_frames frames;
	struct buf output;
	struct berth_error error; /* of the frames, or of a question that could not be asked */
	container_exec_fn *done;
	void *context;
};

static void exec_free(struct exec *exec)
{
	timer_close(exec->again);
	log_frames_release(&exec->frames);
	buf_release(&exec->output);
	free(exec->id);
	free(exec);
}

static void exec_end(struct exec *exec, int exit_code, const struct berth_error *err)
{
	exec->done(exec->context, exit_code, exec->output.data, exec->output.len, err);
	exec_free(exec);
}

static void exec_line(
	void *context, enum log_source source, const char *line, size_t len, bool partial)
{
	struct exec *exec = context;
	size_t room = OUTPUT_MAX - exec->output.len;

	(void)source;
	buf_add(&exec->output, line, len < room ? len : room, NULL);
	if (!partial && exec->output.len < OUTPUT_MAX)
		buf_add(&exec->output, "\n", 1, NULL);
}

static void looked(void *context, const struct docker_reply *reply);

static int look(struct exec *exec, struct berth_error *err)
{
	struct buf path cleanup_buf;

	buf_init(&path, PATH_MAX_LEN);
	exec->asked++;
	if (op_path(&path, "/exec/", exec->id, "/json", err) < 0)
		return -1;
	return op_call(&exec->op,
		&(struct docker_request){
			.method = "GET",
			.path = path.data,
			.done = looked,
			.context = exec,
		},
		err);
}

static void look_again(void *context)
{
	struct exec *exec = context;

	if (look(exec, &exec->error) < 0)
		exec_end(exec, -1, &exec->error);
}

static void looked(void *context, const struct docker_reply *reply)
{
	struct exec *exec = context;
	const struct berth_error *err = op_ended(&exec->op, reply);
	const json_t *code = member(reply->json, "ExitCode", NULL);

	if (!err && member_true(reply->json, "Running") && exec->asked < ASK_TIMES) {
		/* With the time at 0 a cancel is noticed in the next turn. */
		timer_start(exec->again, exec->op.cancelled ? 0 : ASK_AGAIN_MS);
		return;
	}
	exec_end(exec, !err && json_is_integer(code) ? (int)json_integer_value(code) : -1, err);
}

static int exec_data(void *context, const char *data, size_t len)
{
	struct exec *exec = context;

	return log_frames_feed(&exec->frames, data, len, &exec->error);
}

static void ran(void *context, const struct docker_reply *reply)
{
	struct exec *exec = context;
	const struct berth_error *err = op_ended(&exec->op, reply);

	if (exec->error.code != BERTH_E_OK)
		err = &exec->error;
	else if (log_frames_end(&exec->frames, &exec->error) < 0 && !err)
		err = &exec->error;
	if (!err && look(exec, &exec->error) < 0)
		err = &exec->error;
	if (err)
		exec_end(exec, -1, err);
}

static int run(struct exec *exec, struct berth_error *err)
{
	struct buf path cleanup_buf;
	json_t *body = json_pack("{s:b, s:b}", "Detach", 0, "Tty", 0);

	buf_init(&path, PATH_MAX_LEN);
	if (!body)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (op_path(&path, "/exec/", exec->id, "/start", err) < 0) {
		json_decref(body);
		return -1;
	}
	return op_call(&exec->op,
		&(struct docker_request){
			.method = "POST",
			.path = path.data,
			.json = body,
			.on_data = exec_data,
			.done = ran,
			.context = exec,
		},
		err);
}

static int keep_id(struct exec *exec, const char *id)
{
	if (!*id)
		return op_surprise(&exec->error, "id of the command");
	exec->id = strdup(id);
	if (!exec->id)
		return berth_error_set(&exec->error, BERTH_E_MEMORY, 0, "out of memory");
	return 0;
}

static void made(void *context, const struct docker_reply *reply)
{
	struct exec *exec = context;
	const struct berth_error *err = op_ended(&exec->op, reply);

	if (err)
		exec_end(exec, -1, err);
	else if (keep_id(exec, member_text(reply->json, "Id")) < 0 || run(exec, &exec->error) < 0)
		exec_end(exec, -1, &exec->error);
}

static json_t *exec_json(const char *const *argv, struct berth_error *err)
{
	json_t *command = json_array();
	json_t *root = json_pack("{s:b, s:b, s:b, s:o}", "AttachStdout", 1, "AttachStderr", 1,
		"Tty", 0, "Cmd", command);
	bool whole = root != NULL;

	for (; whole && *argv; argv++)
		whole = json_array_append_new(command, json_string(*argv)) == 0;
	if (whole)
		return root;
	json_decref(root);
	berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return NULL;
}

struct docker_op *container_exec(struct docker *docker, const char *id, const char *const *argv,
	container_exec_fn *done, void *context, struct berth_error *err)
{
	struct exec *exec = op_new(docker, sizeof(*exec), err);
	struct buf path cleanup_buf;
	json_t *json;

	buf_init(&path, PATH_MAX_LEN);
	if (!exec)
		return NULL;
	exec->done = done;
	exec->context = context;
	buf_init(&exec->output, OUTPUT_MAX);
	log_frames_init(&exec->frames, false, exec_line, exec);
	exec->again = timer_new(net_loop(docker_net(docker)), look_again, exec, err);
	if (!exec->again || op_path(&path, "/containers/", id, "/exec", err) < 0 ||
		!(json = exec_json(argv, err)) ||
		op_call(&exec->op,
			&(struct docker_request){
				.method = "POST",
				.path = path.data,
				.json = json,
				.done = made,
				.context = exec,
			},
			err) < 0) {
		exec_free(exec);
		return NULL;
	}
	return &exec->op;
}

#include "loop/program.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "loop/sigpipe.h"

/* Of what somebody else may go on writing into a pipe that was inherited. */
enum { REST_READS = 64 };

struct outlet {
	struct program *program;
	uv_pipe_t pipe;
	bool is_error;
	bool after_cr;
	size_t len;
	char line[PROGRAM_LINE_MAX + 1];
	char room[16 * 1024];
};

struct program {
	uv_process_t process;
	uv_timer_t grace;
	struct outlet out, err;
	int exit_status;
	bool running, killed;
	unsigned handles; /* not closed yet */
	void (*line)(void *context, bool is_error, const char *line, size_t len);
	void (*done)(void *context, int exit_status); /* NULL if it never ran */
	void *context;
};

static void on_closed(uv_handle_t *handle)
{
	struct program *program = handle->data;

	if (--program->handles > 0)
		return;
	if (program->done != NULL)
		program->done(program->context, program->exit_status);
	free(program);
}

static void close_once(void *pointer)
{
	uv_handle_t *handle = pointer;

	if (!uv_is_closing(handle))
		uv_close(handle, on_closed);
}

static void close_all(struct program *program)
{
	close_once(&program->process);
	close_once(&program->grace);
	close_once(&program->out.pipe);
	close_once(&program->err.pipe);
}

static void tell(struct outlet *outlet)
{
	struct program *program = outlet->program;

	outlet->line[outlet->len] = '\0';
	if (!program->killed)
		program->line(program->context, outlet->is_error, outlet->line, outlet->len);
	outlet->len = 0;
}

static void take(struct outlet *outlet, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];

		if (c == '\n' && outlet->after_cr) {
			outlet->after_cr = false;
			continue;
		}
		outlet->after_cr = c == '\r';
		if (c == '\n' || c == '\r') {
			tell(outlet);
			continue;
		}
		if (outlet->len == PROGRAM_LINE_MAX)
			tell(outlet);
		outlet->line[outlet->len++] = c;
	}
}

/* What it wrote before it ended is in the pipe. Waiting for the end of file instead would wait for
 * anyone who inherited it: a connection that ssh keeps open, for one. */
static void take_rest(struct outlet *outlet)
{
	uv_os_fd_t fd;
	ssize_t len;

	if (!uv_is_closing((uv_handle_t *)&outlet->pipe) &&
		uv_fileno((uv_handle_t *)&outlet->pipe, &fd) == 0) {
		for (int i = 0; i < REST_READS; i++) {
			len = read(fd, outlet->room, sizeof(outlet->room));
			if (len == 0 || (len < 0 && errno != EINTR))
				break;
			if (len > 0)
				take(outlet, outlet->room, (size_t)len);
		}
	}
	if (outlet->len > 0)
		tell(outlet);
}

static void on_exit_status(uv_process_t *process, int64_t status, int signal)
{
	struct program *program = process->data;

	program->running = false;
	program->exit_status = signal != 0 ? 128 + signal : (int)status;
	take_rest(&program->out);
	take_rest(&program->err);
	close_all(program);
}

static struct outlet *outlet_of(uv_handle_t *handle)
{
	struct program *program = handle->data;

	return handle == (uv_handle_t *)&program->out.pipe ? &program->out : &program->err;
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *room)
{
	struct outlet *outlet = outlet_of(handle);

	(void)suggested;
	*room = uv_buf_init(outlet->room, sizeof(outlet->room));
}

static void on_output(uv_stream_t *stream, ssize_t len, const uv_buf_t *room)
{
	struct outlet *outlet = outlet_of((uv_handle_t *)stream);

	if (len > 0) {
		take(outlet, room->base, (size_t)len);
	} else if (len < 0) {
		if (outlet->len > 0)
			tell(outlet);
		close_once(&outlet->pipe);
	}
}

/* The leader has not been waited for while `running`, so the number is still ours. */
static void signal_group(struct program *program, int signal)
{
	if (!program->running)
		return;
	if (signal == SIGKILL)
		program->killed = true;
	kill(-program->process.pid, signal);
}

static void on_grace(uv_timer_t *timer)
{
	signal_group(timer->data, SIGKILL);
}

void program_end(struct program *program, int signal, int grace_ms)
{
	signal_group(program, signal);
	if (program->running && signal != SIGKILL)
		uv_timer_start(&program->grace, on_grace, (uint64_t)grace_ms, 0);
}

static bool same_name(const char *entry, const char *change)
{
	size_t len = strcspn(change, "=");

	return strncmp(entry, change, len) == 0 && entry[len] == '=';
}

static bool is_changed(const char *entry, const char *const *changes)
{
	for (; *changes != NULL; changes++)
		if (same_name(entry, *changes))
			return true;
	return false;
}

/* Of borrowed strings; only the array is malloc'd. */
static const char **make_env(const char *const *changes)
{
	size_t own = 0, more = 0, count = 0;
	const char **env;

	while (environ[own] != NULL)
		own++;
	while (changes[more] != NULL)
		more++;
	env = calloc(own + more + 1, sizeof(*env));
	if (env == NULL)
		return NULL;
	for (size_t i = 0; i < own; i++)
		if (!is_changed(environ[i], changes))
			env[count++] = environ[i];
	for (size_t i = 0; i < more; i++)
		if (strchr(changes[i], '=') != NULL)
			env[count++] = changes[i];
	return env;
}

static void outlet_init(
	struct outlet *outlet, struct program *program, uv_loop_t *loop, bool is_error)
{
	outlet->program = program;
	outlet->is_error = is_error;
	uv_pipe_init(loop, &outlet->pipe, 0);
	outlet->pipe.data = program;
}

static struct program *program_new(const struct program_setup *setup)
{
	struct program *program = calloc(1, sizeof(*program));

	if (program == NULL)
		return NULL;
	program->line = setup->line;
	program->context = setup->context;
	outlet_init(&program->out, program, setup->loop, false);
	outlet_init(&program->err, program, setup->loop, true);
	uv_timer_init(setup->loop, &program->grace);
	program->process.data = program->grace.data = program;
	program->handles = 4;
	return program;
}

static int spawn(struct program *program, const struct program_setup *setup, const char **env)
{
	uv_stdio_container_t stdio[3] = {
		[0] = {.flags = UV_IGNORE},
		[1] = {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
			.data.stream = (uv_stream_t *)&program->out.pipe},
		[2] = {.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
			.data.stream = (uv_stream_t *)&program->err.pipe},
	};
	uv_process_options_t options = {
		.exit_cb = on_exit_status,
		.file = setup->argv[0],
		.args = (char **)setup->argv,
		.env = (char **)env,
		.cwd = setup->folder,
		.flags = UV_PROCESS_DETACHED,
		.stdio_count = 3,
		.stdio = stdio,
	};

	sigpipe_ignore();
	return uv_spawn(setup->loop, &program->process, &options);
}

struct program *program_start(const struct program_setup *setup, struct berth_error *err)
{
	static const char *const unchanged[] = {NULL};
	const char **env = make_env(setup->env != NULL ? setup->env : unchanged);
	struct program *program = env != NULL ? program_new(setup) : NULL;
	int rc;

	if (program == NULL) {
		free(env);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	rc = spawn(program, setup, env);
	free(env);
	if (rc < 0) {
		berth_error_set(err, rc == UV_ENOENT ? BERTH_E_NOT_FOUND : BERTH_E_IO, -rc,
			"cannot run '%s': %s", setup->argv[0], strerror(-rc));
		close_all(program);
		return NULL;
	}
	program->running = true;
	program->done = setup->done;
	uv_read_start((uv_stream_t *)&program->out.pipe, on_room, on_output);
	uv_read_start((uv_stream_t *)&program->err.pipe, on_room, on_output);
	return program;
}

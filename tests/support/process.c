#include "support/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLL_MS 5

int64_t process_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_changed(const char *const *changes, const char *variable)
{
	size_t len = strcspn(variable, "=");

	for (; *changes; changes++)
		if (strcspn(*changes, "=") == len && strncmp(*changes, variable, len) == 0)
			return true;
	return false;
}

/* Borrows the strings. */
static const char **make_environment(const char *const *changes)
{
	size_t count = 0, used = 0;
	const char **made;

	while (environ[count])
		count++;
	for (size_t i = 0; changes[i]; i++)
		count++;
	made = calloc(count + 1, sizeof(*made));
	if (!made)
		return NULL;
	for (char **own = environ; *own; own++)
		if (!is_changed(changes, *own))
			made[used++] = *own;
	for (; *changes; changes++)
		if (strchr(*changes, '='))
			made[used++] = *changes;
	return made;
}

/* In the child; only what is allowed between fork and exec. */
static _Noreturn void become(const char *const argv[], const char *const env[],
	const struct process_options *options, const int fds[2], pid_t parent)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, options->death_signal ? options->death_signal : SIGKILL);
	if (getppid() != parent || (options->folder && chdir(options->folder)))
		_exit(127);
	dup2(options->in > 0 ? options->in : open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	dup2(fds[0], STDOUT_FILENO);
	dup2(fds[1], STDERR_FILENO);
	execvpe(argv[0], (char *const *)argv, (char *const *)env);
	_exit(127);
}

static int open_outputs(struct process *process, const char *log, int fds[2])
{
	int out[2], err[2];

	if (log) {
		fds[0] = fds[1] = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		return fds[0] < 0 ? -1 : 0;
	}
	if (pipe2(out, O_CLOEXEC))
		return -1;
	if (pipe2(err, O_CLOEXEC)) {
		close(out[0]);
		close(out[1]);
		return -1;
	}
	process->out.fd = out[0];
	process->err.fd = err[0];
	fds[0] = out[1];
	fds[1] = err[1];
	return 0;
}

int process_start(
	struct process *process, const char *const argv[], const struct process_options *options)
{
	static const struct process_options nothing = {0};
	static const char *const unchanged[] = {NULL};
	const char **env;
	pid_t parent = getpid();
	int fds[2];

	if (!options)
		options = &nothing;
	*process = (struct process){.out.fd = -1, .err.fd = -1};
	env = make_environment(options->env ? options->env : unchanged);
	if (!env || open_outputs(process, options->log, fds)) {
		fprintf(stderr, "cannot start '%s': %s\n", argv[0], strerror(errno));
		free(env);
		return -1;
	}
	process->pid = fork();
	if (process->pid == 0)
		become(argv, env, options, fds, parent);
	free(env);
	close(fds[0]);
	if (fds[1] != fds[0])
		close(fds[1]);
	if (process->pid < 0) {
		process->pid = 0;
		fprintf(stderr, "cannot start '%s': %s\n", argv[0], strerror(errno));
		return -1;
	}
	return 0;
}

static void take_output(struct process_output *output)
{
	char *grown = realloc(output->text, output->len + 65536 + 1);
	ssize_t count;

	if (!grown)
		abort();
	output->text = grown;
	do
		count = read(output->fd, output->text + output->len, 65536);
	while (count < 0 && errno == EINTR);
	if (count <= 0) {
		close(output->fd);
		output->fd = -1;
		count = 0;
	}
	output->len += (size_t)count;
	output->text[output->len] = '\0';
}

bool process_read(struct process *process, int milliseconds)
{
	/* Those at their end are -1, which poll() leaves out. */
	struct pollfd fds[] = {
		{.fd = process->out.fd, .events = POLLIN},
		{.fd = process->err.fd, .events = POLLIN},
	};

	if (poll(fds, 2, milliseconds) <= 0)
		return false;
	if (fds[0].revents)
		take_output(&process->out);
	if (fds[1].revents)
		take_output(&process->err);
	return true;
}

bool process_has_ended(struct process *process)
{
	int status;
	pid_t ended;

	if (process->pid == 0)
		return true;
	ended = waitpid(process->pid, &status, WNOHANG);
	if (ended == 0 || (ended < 0 && errno == EINTR))
		return false;
	process->status = ended < 0           ? -1
			  : WIFEXITED(status) ? WEXITSTATUS(status)
					      : 128 + WTERMSIG(status);
	process->pid = 0;
	return true;
}

static bool ends_within(struct process *process, int milliseconds)
{
	int64_t deadline = process_clock_ms() + milliseconds;

	while (!process_has_ended(process)) {
		if (process_clock_ms() > deadline)
			return false;
		process_read(process, POLL_MS);
	}
	return true;
}

int process_wait(struct process *process, int milliseconds)
{
	if (!ends_within(process, milliseconds)) {
		fprintf(stderr, "process %d has not ended after %d ms\n", (int)process->pid,
			milliseconds);
		process_stop(process, 0);
		return -1;
	}
	/* Not until both are closed: a grandchild may have inherited them. */
	while (process_read(process, 0))
		;
	return 0;
}

void process_stop(struct process *process, int milliseconds)
{
	if (process_has_ended(process))
		return;
	if (milliseconds > 0) {
		kill(process->pid, SIGTERM);
		if (ends_within(process, milliseconds))
			return;
	}
	kill(process->pid, SIGKILL);
	ends_within(process, 10 * 1000);
}

void process_release(struct process *process)
{
	process_stop(process, 0);
	if (process->out.fd >= 0)
		close(process->out.fd);
	if (process->err.fd >= 0)
		close(process->err.fd);
	free(process->out.text);
	free(process->err.text);
	*process = (struct process){.out.fd = -1, .err.fd = -1};
}

int process_run(const char *const argv[], const struct process_options *options, int milliseconds,
	char **out)
{
	struct process process;
	int status = -1;

	if (out)
		*out = NULL;
	if (process_start(&process, argv, options))
		return -1;
	if (process_wait(&process, milliseconds) == 0)
		status = process.status;
	if (status != 0)
		fprintf(stderr, "%s %s: status %d: %s\n", argv[0], argv[1] ? argv[1] : "", status,
			process.err.text ? process.err.text : "");
	if (out) {
		*out = process.out.text ? process.out.text : strdup("");
		process.out.text = NULL;
	}
	process_release(&process);
	return status;
}

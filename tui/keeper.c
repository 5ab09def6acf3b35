#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POOL_THREADS = 4 /* as libuv has it */ };

/* Of a name that is looked up, say: fork() would leave it behind. The workers of the pool rest
 * when the loop waits for none, and libuv makes a new pool in a copy. */
static bool other_threads(void)
{
	const char *wanted = getenv("UV_THREADPOOL_SIZE");
	long pool = wanted != NULL ? strtol(wanted, NULL, 10) : POOL_THREADS;
	struct stat tasks;
	/* One link a thread, and two as any folder has. */
	return stat("/proc/self/task", &tasks) != 0 ||
	       (long)tasks.st_nlink - 2 > 1 + (pool > 0 ? pool : 1);
}

static bool has_children(void)
{
	siginfo_t info;
	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

bool keeper_can_part(const uv_loop_t *loop)
{
	/* libuv has no function for it; every piece of work is a request of the loop. */
	return loop->active_reqs.count == 0 && !has_children() && !other_threads();
}

/* What was redirected to a file or a pipe stays. */
static void close_terminal(int fd, int null)
{
	struct stat info;
	if (fstat(fd, &info) == 0 && S_ISCHR(info.st_mode))
		dup2(null, fd);
}

void keeper_settle(void)
{
	int terminal, null = open("/dev/null", O_RDWR | O_CLOEXEC);
	/* Who leads the job can't lead a session too. One that leads its session has none but its
	 * own; to let go of the terminal would hang up on all of it. */
	if (setsid() == -1 && getsid(0) != getpid()) {
		terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NONBLOCK);
		if (terminal != -1) {
			ioctl(terminal, TIOCNOTTY);
			close(terminal);
		}
	}
	for (int fd = STDIN_FILENO; null != -1 && fd <= STDERR_FILENO; fd++)
		close_terminal(fd, null);
	if (null > STDERR_FILENO)
		close(null);
}

static void become_keeper(uv_loop_t *loop, int ready)
{
	keeper_settle();
	if (uv_loop_fork(loop) != 0 || write(ready, "", 1) != 1)
		_exit(1);
	close(ready);
}

/* True once the copy can do without this process. */
static bool hear_keeper(pid_t pid, int ready)
{
	char byte;
	ssize_t len;
	do
		len = read(ready, &byte, 1);
	while (len == -1 && errno == EINTR);
	if (len != 1)
		waitpid(pid, NULL, 0);
	return len == 1;
}

pid_t keeper_part(uv_loop_t *loop, struct berth_error *err)
{
	int ready[2];
	if (pipe2(ready, O_CLOEXEC) != 0)
		return berth_error_set(err, BERTH_E_LIMIT, errno, "cannot leave it: no pipe");
	fflush(NULL);
	pid_t pid = fork();
	if (pid == 0) {
		close(ready[0]);
		become_keeper(loop, ready[1]);
		return 0;
	}
	close(ready[1]);
	if (pid > 0 && !hear_keeper(pid, ready[0]))
		pid = -1;
	close(ready[0]);
	if (pid == -1)
		berth_error_set(err, BERTH_E_LIMIT, 0,
			"cannot leave it running: no process could be made for it");
	return pid;
}

/*
 * bench_engine COMMAND [ARGUMENT...]: run a command with a Docker engine and a registry of its own,
 * and take both away afterwards. The command finds DOCKER_HOST, ENGINE_SOCKET, REGISTRY
 * (HOST:PORT), ENGINE_PID and HOME in its environment, the images of support/images.h on the
 * engine, and REGISTRY/bench:1 in the registry: 12 MiB in three layers on top of web.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/dockerd.h"
#include "support/images.h"

static void set_environment(const struct dockerd *dockerd)
{
	char text[64];

	setenv("DOCKER_HOST", dockerd->host, 1);
	setenv("ENGINE_SOCKET", dockerd->socket, 1);
	setenv("HOME", dockerd->home, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("DOCKER_CONFIG");
	unsetenv("DOCKER_CONTEXT");
	snprintf(text, sizeof(text), "127.0.0.1:%d", dockerd->registry_port);
	setenv("REGISTRY", text, 1);
	snprintf(text, sizeof(text), "%d", (int)dockerd->engine.pid);
	setenv("ENGINE_PID", text, 1);
}

/* The command has the terminal and its signals; the engine is taken away in any case. */
static int run(char **argv)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	signal(SIGINT, SIG_IGN);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	static struct dockerd dockerd;
	int status = 1;

	if (argc < 2) {
		fputs("usage: bench_engine COMMAND [ARGUMENT...]\n", stderr);
		return 2;
	}
	if (dockerd_open(&dockerd))
		return 1;
	if (images_make(&dockerd) == 0 && images_push(&dockerd, "bench", 3, 4u << 20) == 0) {
		set_environment(&dockerd);
		status = run(argv + 1);
	}
	dockerd_close(&dockerd);
	return status;
}

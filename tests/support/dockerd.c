#include "support/dockerd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/http_get.h"

#define START_MS  (60 * 1000)
#define STOP_MS   (40 * 1000)
#define DOCKER_MS (60 * 1000)
#define POLL_MS   10
#define MAX_WORDS 32
#define LOG_TAIL  4000

/* On all addresses, as containers publish there. */
static bool is_free(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool bound = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

	if (fd >= 0)
		close(fd);
	return bound;
}

int free_port(void)
{
	/* Below the range that connections take theirs from. */
	static int next = 20000;

	for (int tries = 0; tries < 2000; tries++) {
		int port = next;

		next = next + 3 < 32000 ? next + 3 : 20000;
		if (is_free(port) && is_free(port + 1))
			return port;
	}
	return -1;
}

static void show_log(const struct dockerd *dockerd)
{
	char tail[LOG_TAIL + 1] = "";
	FILE *log = fopen(dockerd->log, "r");

	if (!log)
		return;
	if (fseek(log, -LOG_TAIL, SEEK_END) != 0)
		rewind(log);
	tail[fread(tail, 1, LOG_TAIL, log)] = '\0';
	fclose(log);
	fprintf(stderr, "--- the end of %s\n%s---\n", dockerd->log, tail);
}

/* Until it answers, ends, or time is over. */
static int wait_for_answer(
	const struct dockerd *dockerd, struct process *process, const char *socket, const char *url)
{
	int64_t deadline = process_clock_ms() + START_MS;

	while (http_get(socket, url, 2000, NULL) != 200) {
		if (process_has_ended(process) || process_clock_ms() > deadline) {
			fprintf(stderr, "%s does not answer\n", url);
			show_log(dockerd);
			return -1;
		}
		poll(NULL, 0, POLL_MS);
	}
	return 0;
}

int dockerd_start(struct dockerd *dockerd)
{
	char data[64], exec[64], pid_file[64], config[64];

	snprintf(data, sizeof(data), "%s/data", dockerd->folder);
	snprintf(exec, sizeof(exec), "%s/exec", dockerd->folder);
	snprintf(pid_file, sizeof(pid_file), "%s/pid", dockerd->folder);
	snprintf(config, sizeof(config), "%s/daemon.json", dockerd->folder);
	unlink(pid_file);
	/* SIGTERM when the test program dies: it takes its containers along. */
	if (process_start(&dockerd->engine,
		    WORDS("dockerd", "-H", dockerd->host, "--data-root", data, "--exec-root", exec,
			    "-p", pid_file, "--config-file", config),
		    &(struct process_options){.log = dockerd->log, .death_signal = SIGTERM}))
		return -1;
	return wait_for_answer(
		dockerd, &dockerd->engine, dockerd->socket, "http://localhost/_ping");
}

static int write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) == EOF || fclose(file)) {
		perror(path);
		return -1;
	}
	return 0;
}

static int start_registry(struct dockerd *dockerd)
{
	char config[64], text[512], url[64];

	dockerd->registry_port = free_port();
	snprintf(config, sizeof(config), "%s/registry.yml", dockerd->folder);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/v2/", dockerd->registry_port);
	snprintf(text, sizeof(text),
		"version: 0.1\nlog: {level: warn}\n"
		"storage: {filesystem: {rootdirectory: %s/registry}, delete: {enabled: true}}\n"
		"http: {addr: \"127.0.0.1:%d\"}\n",
		dockerd->folder, dockerd->registry_port);
	if (write_file(config, text) ||
		process_start(&dockerd->registry, WORDS("docker-registry", "serve", config),
			&(struct process_options){.log = dockerd->log}))
		return -1;
	return wait_for_answer(dockerd, &dockerd->registry, NULL, url);
}

/* What an engine that was killed left mounted. The list is read again after each: an unmount
 * changes it. */
static void unmount_all(const char *folder)
{
	size_t len = strlen(folder);
	bool found = true;

	while (found) {
		FILE *mounts = fopen("/proc/self/mountinfo", "r");
		char line[8192], path[4096];

		found = false;
		while (mounts && !found && fgets(line, sizeof(line), mounts))
			found = sscanf(line, "%*s %*s %*s %*s %4095s", path) == 1 &&
				strncmp(path, folder, len) == 0 && path[len] == '/';
		if (mounts)
			fclose(mounts);
		if (found && umount2(path, MNT_DETACH) != 0) {
			perror(path);
			return;
		}
	}
}

static void remove_folder(const char *folder)
{
	unmount_all(folder);
	process_run(WORDS("rm", "-rf", "--one-file-system", folder), NULL, DOCKER_MS, NULL);
}

/* The engine was asked to end when this one's parent died; it takes its containers along. */
static _Noreturn void guard(const struct dockerd *dockerd, int fd)
{
	int64_t deadline;
	char path[64], byte;
	FILE *file;
	int pid = 0;

	setsid();
	while (read(fd, &byte, 1) > 0)
		;
	deadline = process_clock_ms() + STOP_MS;
	snprintf(path, sizeof(path), "%s/pid", dockerd->folder);
	file = fopen(path, "r");
	if (file && fscanf(file, "%d", &pid) == 1)
		while (pid > 0 && kill(pid, 0) == 0 && process_clock_ms() < deadline)
			poll(NULL, 0, POLL_MS);
	remove_folder(dockerd->folder);
	_exit(0);
}

static int start_guard(struct dockerd *dockerd)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC)) {
		perror("pipe");
		return -1;
	}
	dockerd->guarded = ends[1];
	dockerd->guard = fork();
	if (dockerd->guard == 0) {
		close(ends[1]);
		guard(dockerd, ends[0]);
	}
	close(ends[0]);
	return dockerd->guard < 0 ? -1 : 0;
}

/* Of two engines on one network, each would take the bridge, the addresses and the packet filter
 * for its own. */
static int leave_network(void)
{
	struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd, status;

	if (unshare(CLONE_NEWNET)) {
		perror("a network of its own");
		return -1;
	}
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	status = ioctl(fd, SIOCSIFFLAGS, &loopback);
	if (status)
		perror("loopback");
	close(fd);
	return status;
}

int dockerd_open(struct dockerd *dockerd)
{
	char config[64];

	*dockerd = (struct dockerd){.folder = "/tmp/berth-XXXXXX"};
	if (leave_network())
		return -1;
	if (!mkdtemp(dockerd->folder)) {
		perror("mkdtemp");
		return -1;
	}
	snprintf(dockerd->socket, sizeof(dockerd->socket), "%s/docker.sock", dockerd->folder);
	snprintf(dockerd->host, sizeof(dockerd->host), "unix://%s", dockerd->socket);
	snprintf(dockerd->home, sizeof(dockerd->home), "%s/home", dockerd->folder);
	snprintf(dockerd->log, sizeof(dockerd->log), "%s/log", dockerd->folder);
	snprintf(config, sizeof(config), "%s/daemon.json", dockerd->folder);
	if (start_guard(dockerd) || mkdir(dockerd->home, 0755) || write_file(config, "{}\n") ||
		dockerd_start(dockerd) || start_registry(dockerd)) {
		dockerd_close(dockerd);
		return -1;
	}
	return 0;
}

static bool is_listened_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool connected;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	connected = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	if (fd >= 0)
		close(fd);
	return connected;
}

int dockerd_kill(struct dockerd *dockerd)
{
	int64_t deadline = process_clock_ms() + STOP_MS;
	char path[96];

	process_stop(&dockerd->engine, 0);
	process_release(&dockerd->engine);
	/* Its containerd dies with it, a moment later. An engine that finds its number still given
	 * away waits for it in vain. */
	snprintf(path, sizeof(path), "%s/exec/containerd/containerd.sock", dockerd->folder);
	while (is_listened_to(path)) {
		if (process_clock_ms() > deadline) {
			fprintf(stderr, "%s: containerd is still there\n", path);
			return -1;
		}
		poll(NULL, 0, POLL_MS);
	}
	snprintf(path, sizeof(path), "%s/exec/containerd/containerd.pid", dockerd->folder);
	return unlink(path);
}

void dockerd_close(struct dockerd *dockerd)
{
	process_stop(&dockerd->registry, STOP_MS);
	process_release(&dockerd->registry);
	process_stop(&dockerd->engine, STOP_MS);
	process_release(&dockerd->engine);
	if (dockerd->guard > 0) {
		kill(dockerd->guard, SIGKILL);
		waitpid(dockerd->guard, NULL, 0);
		close(dockerd->guarded);
	}
	remove_folder(dockerd->folder);
}

int dockerd_docker(const struct dockerd *dockerd, const char *const words[], char **out)
{
	const char *argv[MAX_WORDS + 2] = {"docker"};
	char home[80], host[100];
	int status;

	for (size_t i = 0; words[i]; i++) {
		if (i == MAX_WORDS)
			return -1;
		argv[i + 1] = words[i];
	}
	snprintf(home, sizeof(home), "HOME=%s", dockerd->home);
	snprintf(host, sizeof(host), "DOCKER_HOST=%s", dockerd->host);
	status = process_run(argv,
		&(struct process_options){
			.env = WORDS(home, host, "DOCKER_BUILDKIT=0", "DOCKER_CONTEXT",
				"DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_API_VERSION"),
		},
		DOCKER_MS, out);
	if (out && *out && **out) {
		char *last = *out + strlen(*out) - 1;

		if (*last == '\n')
			*last = '\0';
	}
	return status;
}

/*
 * Run a program in a pty of 120 x 40 and measure it from outside. Prints lines of shell variables.
 *
 *   bench_pty first TEXT COMMAND...    first_us: from the fork until TEXT was written. Without TEXT
 *                                      (""): until the program has ended.
 *   bench_pty idle SECONDS TEXT COMMAND...
 *                                      what it does in SECONDS after TEXT was written and one
 *                                      second more has passed: voluntary, involuntary (context
 *                                      switches of all threads), cpu_us, bytes (written to the
 * pty), rss_kb, pss_kb (at the end)
 */
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST_MS  10000
#define SETTLE_MS 1000

struct subject {
	pid_t pid;
	int fd; /* of the pty */
	long long began_us;
	long long bytes;
	char seen[262144]; /* the first of what it wrote */
	size_t seen_len;
};

struct usage {
	long long voluntary, involuntary, cpu_ns;
	long long rss_kb, pss_kb;
};

static long long clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static void start(struct subject *subject, char **argv)
{
	struct winsize size = {.ws_row = 40, .ws_col = 120};

	subject->began_us = clock_us();
	subject->pid = forkpty(&subject->fd, NULL, NULL, &size);
	if (subject->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (subject->pid < 0) {
		perror("forkpty");
		exit(1);
	}
}

/* False at its end, or when nothing came in that time. */
static bool read_some(struct subject *subject, int milliseconds)
{
	struct pollfd poll_fd = {.fd = subject->fd, .events = POLLIN};
	size_t room = sizeof(subject->seen) - 1 - subject->seen_len;
	char rest[4096];
	ssize_t len;

	if (poll(&poll_fd, 1, milliseconds) <= 0)
		return false;
	len = room > 0 ? read(subject->fd, subject->seen + subject->seen_len, room)
		       : read(subject->fd, rest, sizeof(rest));
	if (len <= 0)
		return false;
	subject->bytes += len;
	if (room > 0)
		subject->seen_len += (size_t)len;
	subject->seen[subject->seen_len] = '\0';
	return true;
}

/* When it was there, in microseconds after the start; -1: never. */
static long long wait_for(struct subject *subject, const char *text)
{
	while (read_some(subject, FIRST_MS))
		if (*text && strstr(subject->seen, text))
			return clock_us() - subject->began_us;
	if (*text)
		return -1;
	waitpid(subject->pid, NULL, 0);
	subject->pid = 0;
	return clock_us() - subject->began_us;
}

static void end(struct subject *subject)
{
	if (subject->pid == 0)
		return;
	kill(subject->pid, SIGTERM);
	while (read_some(subject, FIRST_MS))
		;
	waitpid(subject->pid, NULL, 0);
}

/* The number behind a word in a file of /proc; 0 without it. */
static long long number_in(const char *path, const char *word)
{
	FILE *file = fopen(path, "r");
	char line[256];
	long long number = 0;

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, word, strlen(word)) == 0)
			number = strtoll(line + strlen(word), NULL, 10);
	if (file)
		fclose(file);
	return number;
}

static void look(struct usage *usage, pid_t pid)
{
	char path[64];
	DIR *tasks;
	const struct dirent *task;

	*usage = (struct usage){0};
	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	usage->rss_kb = number_in(path, "Rss:");
	usage->pss_kb = number_in(path, "Pss:");
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	while (tasks && (task = readdir(tasks))) {
		int id = (int)strtol(task->d_name, NULL, 10);

		snprintf(path, sizeof(path), "/proc/%d/task/%d/status", (int)pid, id);
		usage->voluntary += number_in(path, "voluntary_ctxt_switches:");
		usage->involuntary += number_in(path, "nonvoluntary_ctxt_switches:");
		snprintf(path, sizeof(path), "/proc/%d/task/%d/schedstat", (int)pid, id);
		usage->cpu_ns += number_in(path, "");
	}
	if (tasks)
		closedir(tasks);
}

static void read_until(struct subject *subject, long long until_us)
{
	long long left;

	while ((left = until_us - clock_us()) > 0)
		read_some(subject, (int)(left / 1000) + 1);
}

static int idle(int seconds, const char *text, char **argv)
{
	static struct subject subject;
	struct usage before, after;
	long long bytes;

	start(&subject, argv);
	if (wait_for(&subject, text) < 0) {
		fprintf(stderr, "%s: no '%s' on its screen\n", argv[0], text);
		end(&subject);
		return 1;
	}
	read_until(&subject, clock_us() + SETTLE_MS * 1000LL);
	bytes = subject.bytes;
	look(&before, subject.pid);
	read_until(&subject, clock_us() + seconds * 1000000LL);
	look(&after, subject.pid);
	printf("voluntary=%lld involuntary=%lld cpu_us=%lld bytes=%lld rss_kb=%lld pss_kb=%lld\n",
		after.voluntary - before.voluntary, after.involuntary - before.involuntary,
		(after.cpu_ns - before.cpu_ns) / 1000, subject.bytes - bytes, after.rss_kb,
		after.pss_kb);
	end(&subject);
	return 0;
}

static int first(const char *text, char **argv)
{
	static struct subject subject;
	long long taken;

	start(&subject, argv);
	taken = wait_for(&subject, text);
	end(&subject);
	if (taken < 0) {
		fprintf(stderr, "%s: no '%s' on its screen\n", argv[0], text);
		return 1;
	}
	printf("first_us=%lld\n", taken);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 3 && strcmp(argv[1], "first") == 0)
		return first(argv[2], argv + 3);
	if (argc > 4 && strcmp(argv[1], "idle") == 0)
		return idle((int)strtol(argv[2], NULL, 10), argv[3], argv + 4);
	fputs("usage: bench_pty first TEXT COMMAND... | idle SECONDS TEXT COMMAND...\n", stderr);
	return 2;
}

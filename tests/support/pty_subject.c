#include "support/pty_subject.h"

#include <dirent.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 120000, KEPT = 4096 };

long long subject_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static pid_t fork_piped(int *fd)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends) != 0)
		return -1;
	pid = fork();
	if (pid == 0)
		dup2(ends[1], STDOUT_FILENO);
	close(ends[1]);
	*fd = ends[0];
	return pid;
}

void subject_start(struct subject *subject, int rows, int columns, char **argv)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

	*subject = (struct subject){.began_us = subject_clock_us()};
	subject->pid = rows > 0 ? forkpty(&subject->fd, NULL, NULL, &size)
				: fork_piped(&subject->fd);
	if (subject->pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (subject->pid < 0) {
		perror("fork");
		exit(1);
	}
}

/* "CSI top ; bottom r" */
static void count_regions(struct subject *subject, size_t from)
{
	for (size_t i = from; i < subject->seen_len; i++) {
		size_t digits = i;

		if (subject->seen[i] != 'r')
			continue;
		while (digits > 0 && strchr("0123456789;", subject->seen[digits - 1]))
			digits--;
		if (digits < i && digits > 1 && subject->seen[digits - 1] == '[' &&
			subject->seen[digits - 2] == '\033')
			subject->regions++;
	}
}

bool subject_read(struct subject *subject, int milliseconds)
{
	struct pollfd poll_fd = {.fd = subject->fd, .events = POLLIN};
	size_t room = sizeof(subject->seen) - subject->seen_len;
	ssize_t len;

	if (poll(&poll_fd, 1, milliseconds) <= 0)
		return false;
	if (room < sizeof(subject->seen) / 2) {
		memmove(subject->seen, subject->seen + subject->seen_len - KEPT, KEPT);
		subject->seen_len = KEPT;
		room = sizeof(subject->seen) - KEPT;
	}
	len = read(subject->fd, subject->seen + subject->seen_len, room);
	if (len <= 0)
		return false;
	subject->bytes += len;
	subject->seen_len += (size_t)len;
	count_regions(subject, subject->seen_len - (size_t)len);
	return true;
}

void subject_read_until(struct subject *subject, long long until_us)
{
	long long left;

	while ((left = until_us - subject_clock_us()) > 0)
		subject_read(subject, (int)(left / 1000) + 1);
}

static bool has_written(const struct subject *subject, const char *text)
{
	return memmem(subject->seen, subject->seen_len, text, strlen(text)) != NULL;
}

bool subject_wait(struct subject *subject, const char *text)
{
	long long until = subject_clock_us() + WAIT_MS * 1000LL;

	while (!has_written(subject, text))
		if (subject_clock_us() > until || !subject_read(subject, WAIT_MS))
			return false;
	return true;
}

void subject_forget(struct subject *subject)
{
	subject->seen_len = 0;
}

void subject_send(struct subject *subject, const char *keys)
{
	if (write(subject->fd, keys, strlen(keys)) < 0)
		perror("keys");
}

void subject_wait_end(struct subject *subject)
{
	while (subject_read(subject, WAIT_MS))
		continue;
	waitpid(subject->pid, NULL, 0);
	subject->pid = 0;
}

void subject_end(struct subject *subject)
{
	if (subject->pid == 0)
		return;
	kill(subject->pid, SIGTERM);
	subject_wait_end(subject);
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

long long pid_waited_ns(pid_t pid)
{
	char path[64];
	long long ran, waited = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/schedstat", (int)pid, (int)pid);
	file = fopen(path, "r");
	if (file && fscanf(file, "%lld %lld", &ran, &waited) != 2)
		waited = 0;
	if (file)
		fclose(file);
	return waited;
}

void subject_look(const struct subject *subject, struct subject_usage *usage)
{
	char path[64];
	DIR *tasks;
	const struct dirent *task;

	*usage = (struct subject_usage){0};
	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)subject->pid);
	usage->rss_kb = number_in(path, "Rss:");
	usage->pss_kb = number_in(path, "Pss:");
	snprintf(path, sizeof(path), "/proc/%d/task", (int)subject->pid);
	tasks = opendir(path);
	while (tasks && (task = readdir(tasks))) {
		int id = (int)strtol(task->d_name, NULL, 10);

		snprintf(path, sizeof(path), "/proc/%d/task/%d/status", (int)subject->pid, id);
		usage->voluntary += number_in(path, "voluntary_ctxt_switches:");
		usage->involuntary += number_in(path, "nonvoluntary_ctxt_switches:");
		snprintf(path, sizeof(path), "/proc/%d/task/%d/schedstat", (int)subject->pid, id);
		usage->cpu_ns += number_in(path, "");
	}
	if (tasks)
		closedir(tasks);
}

/*
 * A child process of a test: started with an argument vector, its output kept, read with a
 * deadline, ended by its pid. It dies with the test program.
 */
#ifndef SUPPORT_PROCESS_H
#define SUPPORT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A list of words, ended by NULL. */
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

struct process_options {
	const char *const *env; /* on top of the own one: "NAME=value", or "NAME" to take it away */
	const char *folder;     /* to work in; NULL: the own */
	int in;                 /* descriptor to read from; 0: there is nothing to read */
	const char *log;        /* file for both outputs; NULL: they are kept */
	int death_signal;       /* when the test program dies; 0: SIGKILL */
};

struct process_output {
	int fd; /* -1: at its end */
	char *text;
	size_t len; /* a NUL follows */
};

struct process {
	pid_t pid; /* 0: not running */
	struct process_output out, err;
	int status; /* after its end: exit status, or 128 and the signal */
};

/* All of these return 0, or -1 with the reason on standard error. */
int process_start(
	struct process *process, const char *const argv[], const struct process_options *options);
/* Read what comes within that time, and return as soon as something did: true. */
bool process_read(struct process *process, int milliseconds);
bool process_has_ended(struct process *process);
/* Until it has ended; -1 if it has not by then: it is killed. */
int process_wait(struct process *process, int milliseconds);
/* Ask it to end (SIGTERM), and insist (SIGKILL) after a while. */
void process_stop(struct process *process, int milliseconds);
/* Also ends it if it still runs. */
void process_release(struct process *process);

/* Start, wait, and give its standard output (malloc'd; out may be NULL). The exit status, or -1.
 * What it says on standard error goes to ours if the status is not 0. */
int process_run(const char *const argv[], const struct process_options *options, int milliseconds,
	char **out);

int64_t process_clock_ms(void);

#endif

/*
 * A program that is measured from outside: started in a pty, or with its output in a pipe, read
 * from as fast as it writes. For benches; nothing of what it wrote is kept but the newest.
 */
#ifndef SUPPORT_PTY_SUBJECT_H
#define SUPPORT_PTY_SUBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct subject {
	pid_t pid;
	int fd; /* of the pty or the pipe */
	long long began_us;
	long long bytes;
	long long regions; /* scrolling regions that were set */
	char seen[65536];  /* the newest of what it wrote */
	size_t seen_len;
};

struct subject_usage {
	long long voluntary, involuntary; /* context switches of all threads */
	long long cpu_ns;
	long long rss_kb, pss_kb;
};

long long subject_clock_us(void);

/* In a pty of that size; rows 0: in a pipe. Ends the caller if that is not to be had. */
void subject_start(struct subject *subject, int rows, int columns, char **argv);
/* False at its end, or when nothing came in that time. */
bool subject_read(struct subject *subject, int milliseconds);
void subject_read_until(struct subject *subject, long long until_us);
/* Take in what comes until it has written this since subject_forget(); false if it never does. */
bool subject_wait(struct subject *subject, const char *text);
void subject_forget(struct subject *subject);
void subject_send(struct subject *subject, const char *keys);
/* Until it has ended by itself. */
void subject_wait_end(struct subject *subject);
void subject_end(struct subject *subject);
/* How long the first thread of a process could have run and had no processor, in all. */
long long pid_waited_ns(pid_t pid);
void subject_look(const struct subject *subject, struct subject_usage *usage);

#endif

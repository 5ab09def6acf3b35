/*
 * Measure the log of a container on the console's screen, from outside. The container says
 * "listening" and then nothing until the shell command TRIGGER; whoever follows it is started
 * before. Prints lines of shell variables.
 *
 *   bench_screen pipe TRIGGER TEXT COMMAND...
 *                              last_us: from the trigger until TEXT has come through a pipe; cpu_us
 *   bench_screen last ROWS COLUMNS TRIGGER TEXT COMMAND...
 *                              the same of a console, until TEXT has been written to its terminal;
 *                              bytes
 *   bench_screen keys COUNT TRIGGER COMMAND...
 *                              key_us, key_99_us, key_most_us: from a key to its answer on the
 *                              screen, at 120 x 40: of half of them, of 99 in 100, of all;
 *                              own_99_us: without what it and who asks waited for a
 *                              processor
 *   bench_screen drip LINES SECONDS TRIGGER COMMAND...
 *                              at 80 x 24, of LINES lines that come one a second: bytes, scrolls
 *                              (how often the terminal was told to scroll); then what SECONDS of
 *                              silence bring: idle_bytes, idle_switches
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/pty_subject.h"

enum { SECOND_US = 1000 * 1000, KEYS_MAX = 4096 };

static struct subject subject;

static int give_up(const char *text)
{
	fprintf(stderr, "bench_screen: '%s' never came\n", text);
	subject_end(&subject);
	return 1;
}

static void settle(void)
{
	subject_read_until(&subject, subject_clock_us() + 2 * SECOND_US);
	subject_forget(&subject);
}

/* A console on its log, with its deployment over. */
static int open_console(int rows, int columns, char **argv)
{
	subject_start(&subject, rows, columns, argv);
	if (!subject_wait(&subject, " quit"))
		return give_up("quit");
	subject_send(&subject, "\007");
	if (!subject_wait(&subject, "listening") || !subject_wait(&subject, "is deployed"))
		return give_up("is deployed");
	subject_send(&subject, "\0334");
	settle();
	return 0;
}

static long long pull(const char *trigger)
{
	long long now = subject_clock_us();

	if (system(trigger) != 0)
		fprintf(stderr, "bench_screen: '%s' failed\n", trigger);
	return now;
}

static int measure_last(const char *trigger, const char *text)
{
	struct subject_usage before, after;
	long long bytes = subject.bytes, began;

	subject_look(&subject, &before);
	began = pull(trigger);
	if (!subject_wait(&subject, text))
		return give_up(text);
	long long taken = subject_clock_us() - began;

	subject_look(&subject, &after);
	printf("last_us=%lld cpu_us=%lld bytes=%lld\n", taken,
		(after.cpu_ns - before.cpu_ns) / 1000, subject.bytes - bytes);
	subject_end(&subject);
	return 0;
}

static int piped(const char *trigger, const char *text, char **argv)
{
	subject_start(&subject, 0, 0, argv);
	if (!subject_wait(&subject, "listening"))
		return give_up("listening");
	settle();
	return measure_last(trigger, text);
}

static int last(
	const char *rows, const char *columns, const char *trigger, const char *text, char **argv)
{
	if (open_console(atoi(rows), atoi(columns), argv))
		return 1;
	return measure_last(trigger, text);
}

static int compare(const void *a, const void *b)
{
	long long left = *(const long long *)a, right = *(const long long *)b;

	return (left > right) - (left < right);
}

struct answer {
	long long us; /* -1: none came */
	long long own_us;
};

static struct answer answer_to(const char *key, const char *text)
{
	long long began, waited = pid_waited_ns(subject.pid) + pid_waited_ns(getpid());
	struct answer answer;

	subject_forget(&subject);
	began = subject_clock_us();
	subject_send(&subject, key);
	if (!subject_wait(&subject, text))
		return (struct answer){.us = -1};
	answer.us = subject_clock_us() - began;
	waited = pid_waited_ns(subject.pid) + pid_waited_ns(getpid()) - waited;
	answer.own_us = answer.us - waited / 1000;
	return answer;
}

/* The line for a search opens and is given up, by turns, at no steady pace. */
static int keys(int count, const char *trigger, char **argv)
{
	static long long taken[KEYS_MAX], own[KEYS_MAX];

	if (count > KEYS_MAX || open_console(40, 120, argv))
		return 1;
	pull(trigger);
	settle();
	srandom(1);
	for (int i = 0; i < count; i++) {
		const char *text = i % 2 == 0 ? "Search:" : "filter";
		struct answer answer = answer_to(i % 2 == 0 ? "/" : "\003", text);

		if (answer.us < 0)
			return give_up(text);
		taken[i] = answer.us;
		own[i] = answer.own_us;
		subject_read_until(
			&subject, subject_clock_us() + 60 * 1000 + random() % (60 * 1000));
	}
	qsort(taken, (size_t)count, sizeof(taken[0]), compare);
	qsort(own, (size_t)count, sizeof(own[0]), compare);
	printf("key_us=%lld key_99_us=%lld key_most_us=%lld own_99_us=%lld\n", taken[count / 2],
		taken[count * 99 / 100], taken[count - 1], own[count * 99 / 100]);
	subject_end(&subject);
	return 0;
}

static int drip(int lines, int seconds, const char *trigger, char **argv)
{
	struct subject_usage before, after;
	char text[32];
	long long bytes, regions;

	if (open_console(24, 80, argv))
		return 1;
	pull(trigger);
	/* Until the pane is full and scrolls, nothing counts. */
	if (!subject_wait(&subject, "drop 130 "))
		return give_up("drop 130");
	subject_read_until(&subject, subject_clock_us() + SECOND_US / 2);
	bytes = subject.bytes;
	regions = subject.regions;
	snprintf(text, sizeof(text), "drop %d ", 130 + lines);
	if (!subject_wait(&subject, text))
		return give_up(text);
	subject_read_until(&subject, subject_clock_us() + SECOND_US / 2);
	/* A region is set and taken back. */
	printf("bytes=%lld scrolls=%lld ", subject.bytes - bytes, (subject.regions - regions) / 2);
	if (!subject_wait(&subject, "all said"))
		return give_up("all said");
	settle();
	bytes = subject.bytes;
	subject_look(&subject, &before);
	subject_read_until(&subject, subject_clock_us() + (long long)seconds * SECOND_US);
	subject_look(&subject, &after);
	printf("idle_bytes=%lld idle_switches=%lld\n", subject.bytes - bytes,
		after.voluntary + after.involuntary - before.voluntary - before.involuntary);
	subject_end(&subject);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (argc > 4 && strcmp(what, "pipe") == 0)
		return piped(argv[2], argv[3], argv + 4);
	if (argc > 6 && strcmp(what, "last") == 0)
		return last(argv[2], argv[3], argv[4], argv[5], argv + 6);
	if (argc > 4 && strcmp(what, "keys") == 0)
		return keys(atoi(argv[2]), argv[3], argv + 4);
	if (argc > 5 && strcmp(what, "drip") == 0)
		return drip(atoi(argv[2]), atoi(argv[3]), argv[4], argv + 5);
	fputs("usage: bench_screen pipe | last | keys | drip ..., see its source\n", stderr);
	return 2;
}

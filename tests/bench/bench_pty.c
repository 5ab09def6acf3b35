/*
 * Run a program in a pty of 120 x 40 and measure it from outside. Prints lines of shell variables.
 *
 *   bench_pty first TEXT COMMAND...    first_us: from the fork until TEXT was written. Without TEXT
 *                                      (""): until the program has ended.
 *   bench_pty idle SECONDS TEXT COMMAND...
 *                                      what it does in SECONDS after TEXT was written and one
 *                                      second more has passed: voluntary, involuntary (context
 *                                      switches of all threads), cpu_us, bytes (written to the
 *                                      pty), rss_kb, pss_kb (at the end)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/pty_subject.h"

enum { ROWS = 40, COLUMNS = 120, SETTLE_US = 1000 * 1000 };

static struct subject subject;

static int give_up(const char *program, const char *text)
{
	fprintf(stderr, "%s: no '%s' on its screen\n", program, text);
	subject_end(&subject);
	return 1;
}

static int idle(int seconds, const char *text, char **argv)
{
	struct subject_usage before, after;
	long long bytes;

	subject_start(&subject, ROWS, COLUMNS, argv);
	if (!subject_wait(&subject, text))
		return give_up(argv[0], text);
	subject_read_until(&subject, subject_clock_us() + SETTLE_US);
	bytes = subject.bytes;
	subject_look(&subject, &before);
	subject_read_until(&subject, subject_clock_us() + seconds * 1000000LL);
	subject_look(&subject, &after);
	printf("voluntary=%lld involuntary=%lld cpu_us=%lld bytes=%lld rss_kb=%lld pss_kb=%lld\n",
		after.voluntary - before.voluntary, after.involuntary - before.involuntary,
		(after.cpu_ns - before.cpu_ns) / 1000, subject.bytes - bytes, after.rss_kb,
		after.pss_kb);
	subject_end(&subject);
	return 0;
}

static int first(const char *text, char **argv)
{
	long long taken;

	subject_start(&subject, ROWS, COLUMNS, argv);
	if (*text == '\0')
		subject_wait_end(&subject);
	else if (!subject_wait(&subject, text))
		return give_up(argv[0], text);
	taken = subject_clock_us() - subject.began_us;
	subject_end(&subject);
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

/*
 * What a long log costs: to take in, to jump about in, to search.
 *
 *   bench_log make TEXT LINES      write a text of so many lines of 110 characters
 *   bench_log load TEXT LOG        take it into the log file LOG as a deployment's lines come;
 *                                  prints load_us, lines, rss_kb, rss_most_kb (of that process),
 *                                  jump_us, jump_most_us (a screen of lines, anywhere)
 *   bench_log search TEXT LOG RUNS the same, then search it and have grep search TEXT and LOG, in
 *                                  turns; prints a table of medians. What a search counts must be
 *                                  what grep counts in TEXT.
 *
 * A search goes in slices, as between two frames of the console: what half of them and what 999 of
 * 1,000 take at most is said. grep is started and ends. The first of each kind warms up.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include <berth/search.h>

#include "log/log_store.h"

enum {
	RUNS_MAX = 99,
	GREPS_MAX = 2,
	JUMPS = 2000,
	SCREEN = 50, /* lines */
	SLICE = 1 << 20,
	SLICES_MAX = 1 << 17,
	BATCH = 1000, /* lines between two turns of the loop */
};

static const char needle[] = "Connection refused by upstream";

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

static double now_ms(void)
{
	return (double)uv_hrtime() / 1e6;
}

/* Of this thread: whoever else is busy on this machine makes no slice longer. */
static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The value that a share of them is not above. */
static double at(double *values, int count, double share)
{
	qsort(values, (size_t)count, sizeof *values, compare);
	return values[(int)(count * share)];
}

static double median(double *values, int count)
{
	return at(values, count, 0.5);
}

static long status_kb(const char *name)
{
	char line[256];
	long kb = 0;
	FILE *file = fopen("/proc/self/status", "re");

	if (file == NULL)
		return 0;
	while (fgets(line, sizeof line, file))
		if (strncmp(line, name, strlen(name)) == 0)
			kb = strtol(line + strlen(name), NULL, 10);
	fclose(file);
	return kb;
}

/* --- the text --- */

static int make(const char *path, unsigned long lines)
{
	static const char *const calls[] = {"GET /index.html", "POST /api/orders", "GET /style.css",
		"PUT /api/cart", "GET /favicon.ico", "DELETE /api/cart", "GET /about.html",
		"GET /healthz", "POST /login", "GET /logo.png"};
	FILE *file = fopen(path, "we");
	char line[256];

	if (file == NULL)
		die(path);
	for (unsigned long i = 0; i < lines; i++) {
		unsigned long mixed = i * 2654435761u % 4294967291u;
		int len = snprintf(line, sizeof line,
			"request %lu from 10.0.%lu.%lu: %s took %lu ms and was answered with %lu, "
			"%lu bytes",
			i, mixed >> 8 & 255, mixed & 255, calls[i % 10], mixed >> 16 & 1023,
			200 + (mixed >> 26 & 3), mixed >> 5 & 65535);

		if (i == lines / 10 * 9)
			len = snprintf(line, sizeof line, "request %lu: %s", i, needle);
		fprintf(file, "%-110.110s\n", len > 0 ? line : "");
	}
	return fclose(file) == 0 ? 0 : 1;
}

/* --- taking it in --- */

static void failed(void *context, const struct berth_error *err)
{
	(void)context;
	fprintf(stderr, "bench_log: %s\n", err->message);
	exit(1);
}

static void closed(void *context)
{
	*(bool *)context = true;
}

static void wait_for_room(struct berth_log *log, uv_loop_t *loop)
{
	uv_run(loop, UV_RUN_NOWAIT);
	while (log_store_full(log))
		uv_run(loop, UV_RUN_ONCE);
}

static void load(struct berth_log *log, uv_loop_t *loop, const char *path)
{
	struct berth_log_line line = {
		.time_ms = 1763634600000, .stream = BERTH_STDOUT, .stage = "starting_container"};
	FILE *file = fopen(path, "re");
	char text[256];
	double begun = now_ms();
	unsigned long n = 0;

	if (file == NULL)
		die(path);
	while (fgets(text, sizeof text, file)) {
		line.text = text;
		line.len = strcspn(text, "\n");
		line.level = n % 100 == 0 ? BERTH_ERROR : n % 7 == 0 ? BERTH_DEBUG : BERTH_INFO;
		line.time_ms += n % 3;
		if (log_store_add(log, &line, NULL) == -1)
			die("log_store_add");
		if (++n % BATCH == 0)
			wait_for_room(log, loop);
	}
	uv_run(loop, UV_RUN_DEFAULT);
	fclose(file);
	printf("load_us=%.0f lines=%lu ", (now_ms() - begun) * 1e3, n);
	printf("rss_kb=%ld rss_most_kb=%ld\n", status_kb("VmRSS:"), status_kb("VmHWM:"));
}

/* A screen of lines, anywhere. */
static void jump(struct berth_log *log)
{
	static double took[JUMPS];
	struct berth_log_line line;
	uint64_t end = berth_log_end(log), seed = 88172645463325252u;

	for (int i = 0; i < JUMPS; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		double begun = now_ms();

		for (uint64_t n = seed % end, k = 0; k < SCREEN && n + k < end; k++)
			if (!berth_log_get(log, n + k, &line))
				die("berth_log_get");
		took[i] = now_ms() - begun;
	}
	printf("jump_us=%.0f ", median(took, JUMPS) * 1e3);
	printf("jump_most_us=%.0f\n", took[JUMPS - 1] * 1e3);
}

/* --- searching --- */

struct question {
	const char *name;
	const char *pattern; /* NULL: by level */
	unsigned flags;
	const char *grep[GREPS_MAX]; /* the options of the greps that ask the same */
};

static const struct question questions[] = {
	{"one hit", needle, BERTH_PATTERN_CASE, {"-cF"}},
	{"one hit, any case", "connection refused by upstream", 0, {"-ciF"}},
	{"no hit, a short common word", "tooks", BERTH_PATTERN_CASE, {"-cF"}},
	{"expression, one hit", "refused by [a-z]+tream", BERTH_PATTERN_REGEX | BERTH_PATTERN_CASE,
		{"-cE", "-cP"}},
	{"expression, one in a thousand", "took [0-9]+77 ms",
		BERTH_PATTERN_REGEX | BERTH_PATTERN_CASE, {"-cE", "-cP"}},
	{"filter, one in ten", "GET /healthz", BERTH_PATTERN_CASE, {"-cF"}},
	{"filter, one in ten, any case", "get /healthz", 0, {"-ciF"}},
	{"filter, nine in ten", "from 10", BERTH_PATTERN_CASE, {"-cF"}},
	{"errors, one in a hundred", NULL, 0, {NULL}},
};

struct slices {
	double ms[SLICES_MAX];
	int count;
};

static double search(struct berth_log *log, const struct question *question, uint64_t *count,
	struct slices *slices)
{
	struct berth_log_criteria criteria = {
		.lowest = question->pattern ? BERTH_DEBUG : BERTH_ERROR};
	struct berth_log_set *set;
	double begun = now_ms(), slice = cpu_ms();
	bool more = true;

	if (question->pattern) {
		criteria.patterns[0].pattern = berth_pattern_new(
			question->pattern, question->flags, NULL);
		criteria.count = 1;
		if (criteria.patterns[0].pattern == NULL)
			die(question->pattern);
	}
	set = berth_log_set_new(log, &criteria, 0, false, NULL);
	if (set == NULL)
		die("berth_log_set_new");
	while (more) {
		more = berth_log_set_step(set, SLICE);
		double now = cpu_ms();
		if (slices->count < SLICES_MAX)
			slices->ms[slices->count++] = now - slice;
		slice = now;
	}
	*count = berth_log_set_count(set);
	berth_log_set_free(set);
	berth_pattern_free(criteria.patterns[0].pattern);
	return now_ms() - begun;
}

static double grep(const char *options, const char *pattern, const char *path, uint64_t *count)
{
	const char *argv[] = {"grep", options, "-e", pattern, path, NULL};
	char answer[32] = "";
	posix_spawn_file_actions_t actions;
	double begun = now_ms();
	int out[2];
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) == -1)
		die("pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	if (posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ) != 0)
		die("grep");
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	if (read(out[0], answer, sizeof answer - 1) < 0 || waitpid(pid, NULL, 0) < 0)
		die("grep");
	close(out[0]);
	*count = strtoull(answer, NULL, 10);
	return now_ms() - begun;
}

static bool ask(struct berth_log *log, const struct question *question, const char *text,
	const char *log_path, int runs)
{
	static double ours[RUNS_MAX], theirs[GREPS_MAX][2][RUNS_MAX];
	uint64_t count = 0, other;
	static struct slices slices;

	slices.count = 0;
	for (int run = -1; run < runs; run++) {
		double took = search(log, question, &count, &slices);

		ours[run < 0 ? 0 : run] = took;
		for (int i = 0; i < GREPS_MAX && question->grep[i]; i++)
			for (int file = 0; file < 2; file++) {
				took = grep(question->grep[i], question->pattern,
					file ? log_path : text, &other);
				theirs[i][file][run < 0 ? 0 : run] = took;
				if (file == 0 && other != count) {
					fprintf(stderr, "bench_log: '%s': %llu, but grep %llu\n",
						question->name, (unsigned long long)count,
						(unsigned long long)other);
					return false;
				}
			}
	}
	double our = median(ours, runs);

	printf("  %-36s %9llu lines %7.0f ms in slices of %.1f, %.1f ms\n", question->name,
		(unsigned long long)count, our, at(slices.ms, slices.count, 0.5),
		at(slices.ms, slices.count, 0.999));
	for (int i = 0; i < GREPS_MAX && question->grep[i]; i++)
		for (int file = 0; file < 2; file++) {
			double their = median(theirs[i][file], runs);

			printf("    grep %-5s of the %-33s %7.0f ms   x %.2f\n", question->grep[i],
				file ? "log file" : "text", their, our / their);
		}
	fflush(stdout);
	return true;
}

/* runs: 0 for none. */
static int run(const char *text, const char *path, int runs)
{
	struct log_store_setup setup = {.path = path, .failed = failed};
	struct berth_log *log;
	uv_loop_t loop;
	bool same = true, done = false;

	uv_loop_init(&loop);
	setup.loop = &loop;
	log = log_store_new(&setup, NULL);
	if (log == NULL)
		die("log_store_new");
	if (unlink(path) == -1 && errno != ENOENT)
		die(path);
	load(log, &loop, text);
	jump(log);
	fflush(stdout);
	for (size_t i = 0; runs > 0 && same && i < sizeof questions / sizeof questions[0]; i++)
		same = ask(log, &questions[i], text, path, runs);
	log_store_close(log, closed, &done);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	return same && done ? 0 : 1;
}

int main(int argc, char **argv)
{
	long runs = argc == 5 ? strtol(argv[4], NULL, 10) : 0;

	if (argc == 4 && strcmp(argv[1], "make") == 0)
		return make(argv[2], strtoul(argv[3], NULL, 10));
	if (argc == 4 && strcmp(argv[1], "load") == 0)
		return run(argv[2], argv[3], 0);
	if (argc == 5 && strcmp(argv[1], "search") == 0 && runs > 0 && runs <= RUNS_MAX)
		return run(argv[2], argv[3], (int)runs);
	fputs("usage: bench_log make TEXT LINES | load TEXT LOG | search TEXT LOG RUNS\n", stderr);
	return 2;
}

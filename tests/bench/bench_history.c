/*
 * What a long history costs.
 *
 *   bench_history make FOLDER RUNS BYTES  a history of so many runs, with logs of so many bytes
 * each bench_history ask FOLDER TIMES        prints, as medians and maxima in microseconds from
 * asking to having it on the loop: open_us (a database that is not open yet, and its newest 200
 * runs), page_us (those again), names_us (a text that is in one name), none_us (in none), run_us
 * (any run, whole, its log opened, and a screen of its last lines) bench_history search FOLDER TEXT
 * through all logs; prints search_us and hits
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include <berth/history.h>

#include "log/log_store.h"
#include "store/store.h"

enum { TIMES_MAX = 999, PAGE = 200, SCREEN = 50, BATCH = 500 };

struct bench {
	uv_loop_t loop;
	struct berth_history *history;
	bool done;
	size_t count;
	unsigned long newest;
	struct berth_past_run *run;
	struct berth_log *log;
	uint64_t hits;
};

static _Noreturn void die(const char *what, const struct berth_error *err)
{
	fprintf(stderr, "bench_history: %s: %s\n", what, err != NULL ? err->message : "failed");
	exit(1);
}

static void on_done(void *context)
{
	((struct bench *)context)->done = true;
}

static void wait_for(struct bench *bench)
{
	while (!bench->done)
		uv_run(&bench->loop, UV_RUN_ONCE);
	bench->done = false;
}

static void open_history(struct bench *bench, const char *folder)
{
	char path[512];

	snprintf(path, sizeof path, "%s/history.db", folder);
	bench->history = berth_history_open(&bench->loop, path, NULL);
	if (bench->history == NULL)
		die("open", NULL);
}

static void close_history(struct bench *bench)
{
	berth_history_close(bench->history, on_done, bench);
	wait_for(bench);
}

/* --- making it --- */

static void failed(void *context, const struct berth_error *err)
{
	(void)context;
	die("log", err);
}

static void make_log(struct bench *bench, const char *path, unsigned long run, size_t bytes)
{
	struct log_store_setup setup = {.loop = &bench->loop, .path = path, .failed = failed};
	struct berth_log *log = log_store_new(&setup, NULL);
	struct berth_log_line line = {
		.time_ms = 1763634600000, .stream = BERTH_STDOUT, .stage = "health_check"};
	char text[256];

	if (log == NULL)
		die(path, NULL);
	for (size_t size = 0, n = 0; size < bytes; n++) {
		int len = snprintf(text, sizeof text,
			"request %zu of run %lu: GET /index.html took %zu ms and was answered with "
			"%d, %zu bytes%s",
			n, run, n * 7 % 1000, n % 50 == 0 ? 503 : 200, n * 31 % 65536,
			n == 100 && run % 1000 == 1 ? ": Connection refused by upstream" : "");

		line.text = text;
		line.len = (size_t)len;
		line.level = n % 50 == 0 ? BERTH_ERROR : BERTH_INFO;
		size += (size_t)len + 50;
		if (log_store_add(log, &line, NULL) == -1)
			die(path, NULL);
		while (log_store_full(log))
			uv_run(&bench->loop, UV_RUN_ONCE);
	}
	log_store_close(log, on_done, bench);
	wait_for(bench);
}

static struct record *make_record(const char *path, unsigned long number)
{
	static const char *const stages[] = {"validating", "pulling_image", "preparing_files",
		"starting_container", "copying_files", "health_check"};
	struct record *record = record_new();
	struct berth_deployment request = {.target = (char[]){"local"},
		.kind = (char[]){"docker"},
		.image = (char[]){"ghcr.io/acme/web:1.4"}};
	char text[256];

	snprintf(text, sizeof text, "service-%lu", number);
	request.name = text;
	record->request = berth_deployment_copy(&request);
	record->run.name = strdup(text);
	snprintf(text, sizeof text, "%08lx-0000-4000-8000-%012lx", number, number * 7919);
	record->run.deployment_id = strdup(text);
	record->run.target = strdup("local");
	record->run.kind = strdup("docker");
	record->run.image = strdup(request.image);
	record->run.started_ms = 1763634600000 + (int64_t)number * 60000;
	record->run.state = BERTH_PAST_ENDED;
	record->run.outcome = number % 7 == 0 ? BERTH_FAILED : BERTH_DEPLOYED;
	record->run.duration_ms = 30000 + (int64_t)(number % 5000);
	record->run.finished_ms = record->run.started_ms + record->run.duration_ms;
	record->run.message = strdup("it is up, and every port answers");
	record->run.log = strdup(path);
	record->run.end = strdup("{\"v\":1,\"type\":\"result\",\"result\":{\"success\":true}}");
	record->run.stages = calloc(BERTH_PAST_STAGES_MAX, sizeof *record->run.stages);
	for (size_t i = 0; i < 6; i++) {
		struct berth_past_stage *stage = &record->run.stages[record->run.stage_count++];

		snprintf(stage->name, sizeof stage->name, "%s", stages[i]);
		stage->began_ms = (int64_t)i * 5000;
		stage->ended_ms = stage->began_ms + 5000;
	}
	return record;
}

static void settle(struct bench *bench);

static int make(struct bench *bench, const char *folder, unsigned long runs, size_t bytes)
{
	char path[512];

	snprintf(path, sizeof path, "%s/logs", folder);
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		die(path, NULL);
	open_history(bench, folder);
	for (unsigned long number = 1; number <= runs; number++) {
		snprintf(path, sizeof path, "%s/logs/%lu.log", folder, number);
		make_log(bench, path, number, bytes);
		store_put(bench->history, make_record(path, number));
		if (number % BATCH == 0)
			settle(bench);
	}
	settle(bench);
	close_history(bench);
	return 0;
}

/* --- asking --- */

static void on_runs(void *context, struct berth_past_run *runs, size_t count, bool more,
	const struct berth_error *err)
{
	struct bench *bench = context;

	(void)more;
	if (err != NULL)
		die("list", err);
	bench->count = count;
	if (count > 0 && (unsigned long)runs[0].number > bench->newest)
		bench->newest = (unsigned long)runs[0].number;
	berth_past_runs_free(runs, count);
	bench->done = true;
}

static void list(struct bench *bench, const char *text)
{
	struct berth_history_query query = {.text = text, .outcome = -1, .limit = PAGE};

	if (berth_history_list(bench->history, &query, on_runs, bench, NULL) == -1)
		die("list", NULL);
	wait_for(bench);
}

static void settle(struct bench *bench)
{
	list(bench, NULL);
}

static void on_run(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct bench *bench = context;

	if (err != NULL)
		die("find", err);
	bench->run = run;
	bench->done = true;
}

static void on_log(void *context, struct berth_log *log, const struct berth_error *err)
{
	struct bench *bench = context;

	if (err != NULL)
		die("open the log", err);
	bench->log = log;
	bench->done = true;
}

static void show_run(struct bench *bench, unsigned long number)
{
	struct berth_log_line line;
	char id[24];
	uint64_t end;

	snprintf(id, sizeof id, "%lu", number);
	if (berth_history_find(bench->history, id, on_run, bench, NULL) == -1)
		die("find", NULL);
	wait_for(bench);
	if (berth_history_open_log(bench->history, bench->run->log, on_log, bench, NULL) == -1)
		die("open the log", NULL);
	wait_for(bench);
	end = berth_log_end(bench->log);
	for (uint64_t n = end > SCREEN ? end - SCREEN : 0; n < end; n++)
		if (!berth_log_get(bench->log, n, &line))
			die("read the log", NULL);
}

static void hide_run(struct bench *bench)
{
	berth_past_run_free(bench->run);
	berth_history_close_log(bench->history, bench->log);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double now_us(void)
{
	return (double)uv_hrtime() / 1e3;
}

/* Of all threads: what a question costs by itself, however busy the machine is with others. */
static double cpu_us(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
}

/* One kind of question, asked many times. */
struct taken {
	double wall[TIMES_MAX], cpu[TIMES_MAX];
	int count;
	double wall_begun, cpu_begun;
};

static void begin(struct taken *taken)
{
	taken->cpu_begun = cpu_us();
	taken->wall_begun = now_us();
}

static void end(struct taken *taken)
{
	taken->wall[taken->count] = now_us() - taken->wall_begun;
	taken->cpu[taken->count++] = cpu_us() - taken->cpu_begun;
}

static void print(const char *name, struct taken *taken)
{
	int last = taken->count - 1;

	qsort(taken->wall, (size_t)taken->count, sizeof *taken->wall, compare);
	qsort(taken->cpu, (size_t)taken->count, sizeof *taken->cpu, compare);
	printf("%s_us=%.0f %s_most_us=%.0f %s_cpu_us=%.0f ", name, taken->wall[taken->count / 2],
		name, taken->wall[last], name, taken->cpu[last]);
}

static void ask_once(struct bench *bench, struct taken *taken, const char *text)
{
	begin(taken);
	list(bench, text);
	end(taken);
}

static int ask(struct bench *bench, const char *folder, int times)
{
	static struct taken open, page, names, none, run;
	unsigned long seed = 1;

	for (int i = 0; i < times; i++) {
		begin(&open);
		open_history(bench, folder);
		list(bench, NULL);
		end(&open);
		close_history(bench);
	}
	open_history(bench, folder);
	list(bench, NULL);
	for (int i = 0; i < times; i++) {
		ask_once(bench, &page, NULL);
		ask_once(bench, &names, "service-77");
		ask_once(bench, &none, "no such name");
		seed = (seed * 48271) % 2147483647;
		begin(&run);
		show_run(bench, seed % bench->newest + 1);
		end(&run);
		hide_run(bench);
	}
	close_history(bench);
	print("open", &open);
	print("page", &page);
	print("names", &names);
	print("none", &none);
	print("run", &run);
	putchar('\n');
	return 0;
}

static void on_hit(void *context, const struct berth_history_hit *hit)
{
	((struct bench *)context)->hits += hit->lines;
}

static void on_searched(void *context, const struct berth_error *err)
{
	if (err != NULL)
		die("search", err);
	on_done(context);
}

static int search(struct bench *bench, const char *folder, const char *text)
{
	double begun = now_us();

	open_history(bench, folder);
	if (berth_history_search_logs(bench->history, text, 0, on_hit, on_searched, bench, NULL) ==
		NULL)
		die("search", NULL);
	wait_for(bench);
	printf("search_us=%.0f hits=%llu\n", now_us() - begun, (unsigned long long)bench->hits);
	close_history(bench);
	return 0;
}

int main(int argc, char **argv)
{
	struct bench bench = {0};
	long times = argc == 4 ? strtol(argv[3], NULL, 10) : 0;
	int status = 2;

	uv_loop_init(&bench.loop);
	if (argc == 5 && strcmp(argv[1], "make") == 0)
		status = make(
			&bench, argv[2], strtoul(argv[3], NULL, 10), strtoul(argv[4], NULL, 10));
	else if (argc == 4 && strcmp(argv[1], "ask") == 0 && times > 0 && times <= TIMES_MAX)
		status = ask(&bench, argv[2], (int)times);
	else if (argc == 4 && strcmp(argv[1], "search") == 0)
		status = search(&bench, argv[2], argv[3]);
	else
		fputs("usage: bench_history make FOLDER RUNS BYTES | ask FOLDER TIMES | "
		      "search FOLDER TEXT\n",
			stderr);
	uv_loop_close(&bench.loop);
	return status;
}

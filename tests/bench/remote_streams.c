/*
 * Many streams at once through the engine alone. Prints, for the shell:
 *
 *   remote_streams URL COUNT            CPU seconds and events between the moment when all streams
 *                                       are live and the first result, and what they take of memory
 *   remote_streams URL COUNT SECONDS    of streams that say nothing: CPU seconds and context
 *                                       switches in that time, from a second after all are live
 */
#include <berth/engine.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

struct streams {
	uv_loop_t loop;
	uv_idle_t idle;
	struct berth_engine *engine;
	int wanted, live, ended, failed;
	long events, counted;
	double began, cpu;
	int silence; /* seconds to watch; 0: until they end */
	uv_timer_t watched;
	long switches;
	long empty_kb, full_kb;
};

static double cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static long resident_kb(void)
{
	long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (!file)
		return 0;
	if (fscanf(file, "%*d %ld", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static long context_switches(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

static void closed(void *context)
{
	struct streams *streams = context;

	uv_close((uv_handle_t *)&streams->idle, NULL);
	uv_close((uv_handle_t *)&streams->watched, NULL);
}

static void watched(uv_timer_t *timer)
{
	struct streams *streams = timer->data;

	streams->cpu = cpu_seconds() - streams->began;
	streams->switches = context_switches() - streams->switches;
	berth_engine_close(streams->engine, closed, streams);
}

static void settled(uv_timer_t *timer)
{
	struct streams *streams = timer->data;

	streams->began = cpu_seconds();
	streams->switches = context_switches();
	uv_timer_start(timer, watched, (uint64_t)streams->silence * 1000, 0);
}

static void take(struct streams *streams, const struct berth_event *event)
{
	if (event->type == BERTH_EVENT_LINK && event->link == BERTH_LIVE &&
		++streams->live == streams->wanted) {
		streams->began = cpu_seconds();
		streams->events = 0;
		if (streams->silence > 0)
			uv_timer_start(&streams->watched, settled, 1000, 0);
	}
	streams->events += event->type == BERTH_EVENT_LOG ? 1 : 0;
	if (event->type != BERTH_EVENT_RESULT)
		return;
	if (streams->ended++ == 0) {
		streams->cpu = cpu_seconds() - streams->began;
		streams->counted = streams->events;
		streams->full_kb = resident_kb();
	}
	streams->failed += event->result->outcome != BERTH_DEPLOYED ? 1 : 0;
}

static void drain(uv_idle_t *idle)
{
	struct streams *streams = idle->data;
	struct berth_event *event;

	uv_idle_stop(idle);
	while ((event = berth_engine_next(streams->engine)) != NULL) {
		take(streams, event);
		berth_event_free(event);
	}
	if (streams->ended == streams->wanted) {
		streams->ended = 0;
		berth_engine_close(streams->engine, closed, streams);
	}
}

static void wakeup(void *context)
{
	struct streams *streams = context;

	uv_idle_start(&streams->idle, drain);
}

/* Each on a server of its own, as far as the engine can tell: nobody waits for anybody. */
static int start(struct streams *streams, const char *base, int number)
{
	char url[256], target[32];
	struct berth_server server = {.url = url};
	struct berth_deployment deployment = {
		.target = target,
		.kind = (char *)"fractalic",
		.server = &server,
		.name = (char *)"bench",
		.folder = (char *)"/srv/bench",
		.container = (char *)"bench",
	};
	struct berth_error err = {0};
	unsigned ignored;

	snprintf(url, sizeof(url), "%s/%d", base, number);
	snprintf(target, sizeof(target), "t%d", number);
	if (berth_engine_deploy(streams->engine, &deployment, false, &ignored, &err) == 0)
		return 0;
	fprintf(stderr, "remote_streams: %s\n", err.message);
	return -1;
}

int main(int argc, char **argv)
{
	struct rlimit files = {8192, 8192};
	struct streams streams = {0};
	struct berth_error err = {0};

	if (argc != 3 && argc != 4)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	setrlimit(RLIMIT_NOFILE, &files);
	streams.wanted = atoi(argv[2]);
	streams.silence = argc == 4 ? atoi(argv[3]) : 0;
	uv_loop_init(&streams.loop);
	uv_idle_init(&streams.loop, &streams.idle);
	streams.idle.data = &streams;
	uv_timer_init(&streams.loop, &streams.watched);
	streams.watched.data = &streams;
	streams.engine = berth_engine_new(
		&(struct berth_engine_options){&streams.loop, wakeup, &streams}, &err);
	if (!streams.engine)
		return 1;
	streams.empty_kb = resident_kb();
	for (int i = 0; i < streams.wanted; i++)
		if (start(&streams, argv[1], i) < 0)
			return 1;
	uv_run(&streams.loop, UV_RUN_DEFAULT);
	if (streams.silence > 0)
		printf("cpu=%.6f switches=%ld\n", streams.cpu, streams.switches);
	else
		printf("cpu=%.6f events=%ld failed=%d kb=%ld\n", streams.cpu, streams.counted,
			streams.failed, streams.full_kb - streams.empty_kb);
	return uv_loop_close(&streams.loop) != 0 || streams.failed > 0;
}

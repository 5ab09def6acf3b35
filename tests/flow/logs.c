/* The logs the engine keeps: every line of a run, in its own file, however fast they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <unistd.h>

#include <berth/engine.h>

#include "support/loop_wait.h"

enum { RUNS = 3, LINES = 30000 };

struct fixture {
	uv_loop_t loop;
	struct berth_engine *engine;
	char folder[64];
	uint64_t log_events[RUNS + 1];
	unsigned results;
	bool woken, closed;
};

static void wakeup(void *context)
{
	struct fixture *f = context;

	f->woken = true;
}

static void closed(void *context)
{
	struct fixture *f = context;

	f->closed = true;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	signal(SIGPIPE, SIG_IGN);
	assert_non_null(f);
	assert_int_equal(uv_loop_init(&f->loop), 0);
	snprintf(f->folder, sizeof(f->folder), "/tmp/berth-logs-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	DIR *folder = opendir(f->folder);
	struct dirent *entry;

	LOOP_CLOSE(&f->loop);
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL)
		unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
	rmdir(f->folder);
	free(f);
	return 0;
}

static void open_engine(struct fixture *f, enum berth_logs logs, const char *folder)
{
	f->engine = berth_engine_new(&(struct berth_engine_options){.loop = &f->loop,
					     .wakeup = wakeup,
					     .context = f,
					     .logs = logs,
					     .log_folder = folder},
		NULL);
	assert_non_null(f->engine);
}

static void close_engine(struct fixture *f)
{
	berth_engine_close(f->engine, closed, f);
	LOOP_UNTIL(&f->loop, f->closed);
}

static bool drain(struct fixture *f)
{
	struct berth_event *event;

	while ((event = berth_engine_next(f->engine)) != NULL) {
		f->log_events[event->deployment] += event->type == BERTH_EVENT_LOG;
		f->results += event->type == BERTH_EVENT_RESULT;
		berth_event_free(event);
	}
	return true;
}

static void rehearse(struct fixture *f, const char *name)
{
	char lines[16];
	struct berth_variable env[] = {
		{.name = (char[]){"DEMO_LINES"}, .value = lines},
		{.name = (char[]){"DEMO_SECONDS"}, .value = (char[]){"0.2"}},
	};
	struct berth_deployment request = {.target = (char[]){"demo"},
		.kind = (char[]){"demo"},
		.preset = (char[]){"generic"},
		.name = strdup(name),
		.image = (char[]){"web"},
		.container = strdup(name),
		.restart = (char[]){"no"},
		.env = env,
		.env_count = 2};
	unsigned number;

	snprintf(lines, sizeof(lines), "%d", LINES);
	assert_int_equal(berth_engine_deploy(f->engine, &request, false, &number, NULL), 0);
	free(request.name);
	free(request.container);
}

/* Lines of the file of a run, found by the name in it. */
static uint64_t lines_on_disk(const struct fixture *f, const char *name)
{
	DIR *folder = opendir(f->folder);
	struct dirent *entry;
	char path[512];
	uint64_t lines = 0;
	int c;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		FILE *file;

		if (strstr(entry->d_name, name) == NULL ||
			strcmp(strrchr(entry->d_name, '.'), ".log") != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", f->folder, entry->d_name);
		file = fopen(path, "re");
		assert_non_null(file);
		while ((c = getc(file)) != EOF)
			lines += c == '\n';
		fclose(file);
	}
	closedir(folder);
	return lines;
}

static void each_run_has_a_file_with_all_its_lines(void **state)
{
	static const char *const names[] = {"alpha", "beta", "gamma"};
	struct fixture *f = *state;
	uint64_t ends[RUNS];

	open_engine(f, BERTH_LOGS_KEPT, f->folder);
	for (int i = 0; i < RUNS; i++)
		rehearse(f, names[i]);
	LOOP_UNTIL(&f->loop, drain(f) && f->results == RUNS);
	for (unsigned i = 0; i < RUNS; i++) {
		struct berth_log *log = berth_engine_log(f->engine, i + 1);

		assert_non_null(log);
		ends[i] = berth_log_end(log);
		assert_true(ends[i] > LINES);
		assert_int_equal(berth_log_lost(log), 0);
		assert_int_equal(f->log_events[i + 1], 0);
		assert_non_null(strstr(berth_log_path(log), names[i]));
	}
	assert_null(berth_engine_log(f->engine, RUNS + 1));
	close_engine(f);
	for (unsigned i = 0; i < RUNS; i++)
		assert_int_equal(lines_on_disk(f, names[i]), ends[i]);
}

static void lines_may_be_kept_and_told(void **state)
{
	struct fixture *f = *state;
	struct berth_log *log;

	open_engine(f, BERTH_LOGS_BOTH, f->folder);
	rehearse(f, "alpha");
	LOOP_UNTIL(&f->loop, drain(f) && f->results == 1);
	log = berth_engine_log(f->engine, 1);
	assert_true(berth_log_end(log) > LINES);
	assert_int_equal(f->log_events[1], berth_log_end(log));
	close_engine(f);
}

static void lines_may_be_told_only(void **state)
{
	struct fixture *f = *state;

	open_engine(f, BERTH_LOGS_AS_EVENTS, NULL);
	rehearse(f, "alpha");
	LOOP_UNTIL(&f->loop, drain(f) && f->results == 1);
	assert_null(berth_engine_log(f->engine, 1));
	assert_true(f->log_events[1] > LINES);
	close_engine(f);
}

static void a_log_that_grows_wakes_who_sleeps(void **state)
{
	struct fixture *f = *state;
	uint64_t end;

	open_engine(f, BERTH_LOGS_KEPT, NULL);
	rehearse(f, "alpha");
	LOOP_UNTIL(&f->loop, f->woken);
	for (int i = 0; i < 20 && f->results == 0; i++) {
		drain(f);
		end = berth_log_end(berth_engine_log(f->engine, 1));
		f->woken = false;
		LOOP_UNTIL(&f->loop, f->woken);
		drain(f);
	}
	LOOP_UNTIL(&f->loop, drain(f) && f->results == 1);
	assert_true(berth_log_end(berth_engine_log(f->engine, 1)) >= end);
	close_engine(f);
}

static void what_can_not_be_written_is_told_in_the_log(void **state)
{
	struct fixture *f = *state;
	struct berth_log *log;
	uint64_t warning;
	struct berth_log_line line;

	open_engine(f, BERTH_LOGS_KEPT, "/proc/no/such/folder");
	rehearse(f, "alpha");
	LOOP_UNTIL(&f->loop, drain(f) && f->results == 1);
	log = berth_engine_log(f->engine, 1);
	assert_null(berth_log_path(log));
	assert_true(berth_log_end(log) > LINES);
	warning = 0;
	for (;; warning++) {
		assert_true(berth_log_next(log, warning, BERTH_WARN, &warning));
		assert_true(berth_log_get(log, warning, &line));
		if (line.stream == BERTH_ENGINE && memmem(line.text, line.len, "/proc/no", 8))
			break;
	}
	close_engine(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_run_has_a_file_with_all_its_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_may_be_kept_and_told, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_may_be_told_only, setup, teardown),
		cmocka_unit_test_setup_teardown(a_log_that_grows_wakes_who_sleeps, setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_can_not_be_written_is_told_in_the_log, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

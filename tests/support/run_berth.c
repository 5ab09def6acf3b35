#include "support/run_berth.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "support/http_get.h"

#define MAX_WORDS 48

/* Sanitizers may not end with a status that means something here. */
#define SANITIZERS "ASAN_OPTIONS=exitcode=99", "UBSAN_OPTIONS=exitcode=99:print_stacktrace=1"

void run_start(
	struct run *run, const char *const env[], const char *folder, const char *const options[])
{
	const char *argv[MAX_WORDS] = {BERTH_PROGRAM, "deploy", "--output", "json"};
	const char *all_env[MAX_WORDS] = {SANITIZERS, "LSAN_OPTIONS=exitcode=99"};
	size_t words = 4, variables = 3;

	for (; *options; options++) {
		assert_true(words < MAX_WORDS - 1);
		argv[words++] = *options;
	}
	for (; *env; env++) {
		assert_true(variables < MAX_WORDS - 1);
		all_env[variables++] = *env;
	}
	*run = (struct run){.events = json_array(), .began_ms = process_clock_ms()};
	assert_int_equal(process_start(&run->process, argv,
				 &(struct process_options){.env = all_env, .folder = folder}),
		0);
}

/* The lines that are whole. */
static void parse_lines(struct run *run)
{
	const char *line = run->process.out.text;
	const char *end;

	if (!line)
		return;
	while ((end = memchr(line + run->parsed, '\n', run->process.out.len - run->parsed))) {
		const char *begin = line + run->parsed;
		json_error_t error;
		json_t *event = json_loadb(begin, (size_t)(end - begin),
			JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

		if (!event)
			fail_msg("line %zu: %s: %.*s", json_array_size(run->events) + 1, error.text,
				(int)(end - begin), begin);
		json_array_append_new(run->events, event);
		run->parsed = (size_t)(end - line) + 1;
	}
}

const json_t *run_until(struct run *run, int milliseconds, run_event_fn *is_it, const void *context)
{
	int64_t deadline = process_clock_ms() + milliseconds;
	size_t looked = 0;

	for (;;) {
		bool ended = process_has_ended(&run->process);

		process_read(&run->process, ended ? 0 : 20);
		parse_lines(run);
		for (; looked < json_array_size(run->events); looked++)
			if (is_it(json_array_get(run->events, looked), context))
				return json_array_get(run->events, looked);
		if (ended || process_clock_ms() > deadline)
			fail_msg("%s without the event waited for, %zu events: %s",
				ended ? "ended" : "too late", looked,
				run->process.out.text ? run->process.out.text : "");
	}
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static bool is_stage(const json_t *event, const void *context)
{
	return strcmp(text_of(event, "type"), "status") == 0 &&
	       strcmp(text_of(event, "stage"), context) == 0;
}

const json_t *run_until_stage(struct run *run, const char *stage)
{
	return run_until(run, RUN_MS, is_stage, stage);
}

void run_signal(struct run *run, int number)
{
	assert_false(process_has_ended(&run->process));
	assert_int_equal(kill(run->process.pid, number), 0);
}

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(text, *words) == 0)
			return true;
	return false;
}

/* "2026-11-20T19:20:56.863Z" */
static void check_timestamp(const char *text)
{
	static const char form[] = "0000-00-00T00:00:00.000Z";

	assert_int_equal(strlen(text), strlen(form));
	for (size_t i = 0; form[i]; i++) {
		if (form[i] == '0')
			assert_in_range(text[i], '0', '9');
		else
			assert_int_equal(text[i], form[i]);
	}
}

static void check_layers(const json_t *event)
{
	const json_t *layer;
	size_t i;

	json_array_foreach(json_object_get(event, "layers"), i, layer)
	{
		const json_t *total = json_object_get(layer, "total");
		json_int_t current = json_integer_value(json_object_get(layer, "current"));

		/* A layer's number, or of a build what it is called. */
		if (strcmp(text_of(event, "stage"), "building") == 0)
			assert_in_range(strlen(text_of(layer, "id")), 1, 15);
		else
			assert_int_equal(strlen(text_of(layer, "id")), 12);
		assert_true(*text_of(layer, "state"));
		assert_true(current >= 0);
		assert_true(json_is_null(total) || json_integer_value(total) >= current);
	}
}

static void check_event(const json_t *event, size_t number, const char *id, int *progress)
{
	static const char *const types[] = {"status", "progress", "log", "link", "result", NULL};
	static const char *const stages[] = {"validating", "pulling_image", "preparing_files",
		"starting_container", "copying_files", "health_check", "completed", "error",
		"cancelled", "pending", "cloning", "building", "deploying", "success", NULL};
	static const char *const levels[] = {"debug", "info", "warn", "error", NULL};
	static const char *const streams[] = {"stdout", "stderr", "engine", "server", NULL};
	const char *type = text_of(event, "type");
	const json_t *now = json_object_get(event, "progress");

	assert_int_equal(json_integer_value(json_object_get(event, "v")), 1);
	assert_int_equal(json_integer_value(json_object_get(event, "seq")), number);
	assert_true(is_one_of(type, types));
	assert_true(*id);
	assert_string_equal(text_of(event, "deployment_id"), id);
	check_timestamp(text_of(event, "timestamp"));
	if (strcmp(type, "result") != 0 && strcmp(type, "link") != 0)
		assert_true(is_one_of(text_of(event, "stage"), stages));
	if (strcmp(type, "status") == 0 || strcmp(type, "progress") == 0) {
		assert_true(json_is_integer(now));
		assert_in_range(json_integer_value(now), *progress, 100);
		*progress = (int)json_integer_value(now);
		check_layers(event);
	}
	if (strcmp(type, "log") == 0) {
		assert_true(is_one_of(text_of(event, "level"), levels));
		assert_true(is_one_of(text_of(event, "stream"), streams));
	}
}

static void check_result(const struct run *run)
{
	const json_t *result = json_object_get(run->end, "result");
	const json_t *error = json_object_get(run->end, "error");
	const char *url = run_result_text(run, "endpoint_url");

	assert_true(json_is_object(result));
	assert_true(*text_of(run->end, "message"));
	assert_string_equal(text_of(run->end, "message"), text_of(result, "message"));
	assert_int_equal(json_is_true(json_object_get(result, "success")), run->status == 0);
	assert_int_equal(json_is_object(error), run->status != 0);
	assert_true(json_is_array(json_object_get(result, "left_behind")));
	if (run->status == 5)
		assert_true(json_array_size(json_object_get(result, "left_behind")) > 0);
	if (error) {
		assert_true(*text_of(error, "code"));
		assert_true(*text_of(error, "message"));
		assert_true(*text_of(error, "stage"));
	}
	if (run->status == 0 && *url)
		assert_in_range(http_get(NULL, url, 5000, NULL), 200, 499);
}

static void check_errors(const struct run *run)
{
	const char *text = run->process.err.text;

	if (!text || !*text)
		return;
	/* What a person gets to read at the first Ctrl-C, and nothing else. */
	if (strncmp(text, "berth: cancelling", 17) == 0 && strchr(text, '\n')[1] == '\0')
		return;
	fail_msg("status %d, on standard error: %s", run->status, text);
}

int run_finish(struct run *run, int milliseconds)
{
	int progress = 0;
	size_t count;
	const char *id;

	assert_int_equal(process_wait(&run->process, milliseconds), 0);
	run->took_ms = process_clock_ms() - run->began_ms;
	run->status = run->process.status;
	parse_lines(run);
	assert_int_equal(run->parsed, run->process.out.len);
	check_errors(run);
	count = json_array_size(run->events);
	assert_true(count > 0);
	id = text_of(json_array_get(run->events, 0), "deployment_id");
	for (size_t i = 0; i < count; i++) {
		const json_t *event = json_array_get(run->events, i);

		check_event(event, i + 1, id, &progress);
		assert_int_equal(strcmp(text_of(event, "type"), "result") == 0, i == count - 1);
	}
	run->end = json_array_get(run->events, count - 1);
	check_result(run);
	return run->status;
}

void run_release(struct run *run)
{
	process_release(&run->process);
	json_decref(run->events);
	*run = (struct run){0};
}

const json_t *run_result_member(const struct run *run, const char *name)
{
	return json_object_get(json_object_get(run->end, "result"), name);
}

const json_t *run_error_member(const struct run *run, const char *name)
{
	return json_object_get(json_object_get(run->end, "error"), name);
}

const char *run_result_text(const struct run *run, const char *name)
{
	return text_of(json_object_get(run->end, "result"), name);
}

const char *run_error_text(const struct run *run, const char *name)
{
	return text_of(json_object_get(run->end, "error"), name);
}

bool run_said(const struct run *run, const char *text)
{
	const json_t *event;
	size_t i;

	json_array_foreach(
		run->events, i, event) if (strstr(text_of(event, "message"), text)) return true;
	return false;
}

bool lines_hold(const json_t *lines, const char *text)
{
	const json_t *line;
	size_t i;

	json_array_foreach(lines, i, line) if (strstr(json_string_value(line), text)) return true;
	return false;
}

void assert_holds(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in '%s'", part, text);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "base/trace.h"

static char path[] = "/tmp/berth-trace-XXXXXX";

/* The file is opened once in a process, so each case has its own. Returns what it wrote. */
static size_t traced(const char *file, void (*what)(void), char *text, size_t cap)
{
	FILE *trace_file = fopen(path, "w");
	int status;

	assert_non_null(trace_file);
	fclose(trace_file);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (file)
			setenv("BERTH_TRACE", file, 1);
		else
			unsetenv("BERTH_TRACE");
		what();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	trace_file = fopen(path, "r");
	assert_non_null(trace_file);
	size_t len = fread(text, 1, cap - 1, trace_file);
	fclose(trace_file);
	text[len] = '\0';
	return len;
}

static void two_lines(void)
{
	trace("plan", "pull %s -> %s", "RUNNING", "FAILED");
	trace("net", "bad \x1b[31mcolour\nand line");
}

static void one_long_line(void)
{
	char text[5000];

	memset(text, '\x01', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	trace("net", "%s", text);
}

static json_t *line_of(const char *text)
{
	json_t *line = json_loadb(text, strcspn(text, "\n"), 0, NULL);

	assert_non_null(line);
	assert_int_equal(json_string_length(json_object_get(line, "time")),
		strlen("2025-01-25T10:30:00.123Z"));
	assert_true(json_is_integer(json_object_get(line, "pid")));
	return line;
}

static void assert_member(const json_t *line, const char *key, const char *value)
{
	assert_string_equal(json_string_value(json_object_get(line, key)), value);
}

static void lines_go_to_the_file(void **state)
{
	char text[8192];
	json_t *line;

	(void)state;
	traced(path, two_lines, text, sizeof text);
	line = line_of(text);
	assert_member(line, "area", "plan");
	assert_member(line, "what", "pull RUNNING -> FAILED");
	json_decref(line);
	line = line_of(strchr(text, '\n') + 1);
	assert_member(line, "what", "bad \x1b[31mcolour\nand line");
	json_decref(line);
	/* Harmless where it is looked at. */
	assert_null(strchr(text, '\x1b'));
}

static void a_call(void)
{
	trace_hide("TOKEN", "hunter2hunter2");
	trace_hide(NULL, "w");
	TRACE("docker", "call", TRACE_TEXT("method", "GET"),
		TRACE_TEXT("path", "/info?t=hunter2hunter2"), TRACE_NUMBER("status", 200),
		TRACE_NUMBER("ms", 0));
	/* As a pair for basic authentication. */
	trace("net", "ops:hunter2hunter2 is b3BzOmh1bnRlcjJodW50ZXIy");
}

static void fields_are_members(void **state)
{
	char text[8192];
	json_t *line;

	(void)state;
	traced(path, a_call, text, sizeof text);
	line = line_of(text);
	assert_member(line, "area", "docker");
	assert_member(line, "what", "call");
	assert_member(line, "method", "GET");
	assert_member(line, "path", "/info?t=\u2022\u2022\u2022");
	assert_int_equal(json_integer_value(json_object_get(line, "status")), 200);
	assert_true(json_is_integer(json_object_get(line, "ms")));
	json_decref(line);
	assert_null(strstr(text, "hunter2"));
	assert_null(strstr(text, "aHVudGVyMmh1bnRlcjI"));
	assert_null(strstr(text, "h1bnRlcjJodW50ZXIy"));
}

static void long_texts_are_cut(void **state)
{
	char text[8192];
	json_t *line;

	(void)state;
	size_t len = traced(path, one_long_line, text, sizeof text);
	assert_ptr_equal(strchr(text, '\n'), text + len - 1);
	line = line_of(text);
	assert_in_range(json_string_length(json_object_get(line, "what")), 1000, 1024);
	json_decref(line);
}

static void off_writes_nothing(void **state)
{
	char text[8192];

	(void)state;
	assert_int_equal(traced(NULL, two_lines, text, sizeof text), 0);
	assert_int_equal(traced("", two_lines, text, sizeof text), 0);
	assert_int_equal(traced("/nonexistent/folder/file", two_lines, text, sizeof text), 0);
}

static int make_file(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_go_to_the_file),
		cmocka_unit_test(fields_are_members),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(off_writes_nothing),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}

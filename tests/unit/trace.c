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

static void after_a_mark(const char *line, const char *expected)
{
	/* 2025-01-25T10:30:00.123Z */
	assert_int_equal(line[4], '-');
	assert_int_equal(line[10], 'T');
	assert_int_equal(line[23], 'Z');
	assert_memory_equal(line + 24, expected, strlen(expected));
}

static void lines_go_to_the_file(void **state)
{
	char text[8192];

	(void)state;
	traced(path, two_lines, text, sizeof text);
	after_a_mark(text, " plan: pull RUNNING -> FAILED\n");
	after_a_mark(strchr(text, '\n') + 1, " net: bad colour\xe2\x90\x8a"
					     "and line\n");
}

static void long_lines_are_cut(void **state)
{
	char text[8192];

	(void)state;
	size_t len = traced(path, one_long_line, text, sizeof text);
	assert_true(len > 1000 && len < 4200);
	assert_ptr_equal(strchr(text, '\n'), text + len - 1);
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
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(off_writes_nothing),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}

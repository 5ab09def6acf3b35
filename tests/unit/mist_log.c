/* The log of a Mist server: the same lines from a file and from a stream, each told once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "target/mist/mist_log.h"

struct told {
	struct buf text; /* "LINE\n", or "!LINE\n" of a failure */
};

static void give(void *context, const char *line, size_t len, bool failed)
{
	struct told *told = context;

	if (failed)
		buf_adds(&told->text, "!", NULL);
	buf_add(&told->text, line, len, NULL);
	buf_adds(&told->text, "\n", NULL);
}

static void assert_file(const char *const lines[], const char *wanted)
{
	struct mist_text text = {0};
	struct told told;

	buf_init(&told.text, 1u << 20);
	for (; *lines; lines++)
		mist_text_file_line(&text, *lines, strlen(*lines), give, &told);
	assert_string_equal(told.text.data, wanted);
	buf_release(&told.text);
}

static void assert_stream(const char *const texts[], const char *wanted)
{
	struct mist_text text = {0};
	struct told told;

	buf_init(&told.text, 1u << 20);
	for (; *texts; texts++)
		mist_text_streamed(&text, *texts, strlen(*texts), give, &told);
	assert_string_equal(told.text.data, wanted);
	buf_release(&told.text);
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static void a_file_is_plain_lines_and_values(void **state)
{
	(void)state;
	assert_file(LIST("[GIT]: Cloning", "", "\r", "plain\r"), "[GIT]: Cloning\nplain\n");
	assert_file(LIST("{\"stream\":\"Step 1\\n\"}\r"), "Step 1\n");
	assert_file(LIST("{\"stream\":\"Step 1\"}", "{\"stream\":\"\\n\"}", "{\"stream\":\"\\n\"}"),
		"Step 1\n\n");
	assert_file(LIST("{\"stream\":\"a\\n\\nb\\r\\nc\"}"), "a\n\nb\nc\n");
	assert_file(LIST("{\"stream\":\"\"}", "{\"aux\":{\"ID\":\"x\"}}"), "");
	assert_file(LIST("{\"status\":\"Pulling from node\",\"id\":\"18\"}",
			    "{\"status\":\"Done\"}", "{\"status\":\"Downloading\",\"id\":\"a\"}",
			    "{\"status\":\"Extracting\",\"id\":\"a\"}",
			    "{\"status\":\"Waiting\",\"id\":\"a\"}",
			    "{\"status\":\"Verifying Checksum\",\"id\":\"a\"}"),
		"Pulling from node: 18\nDone\n");
	assert_file(LIST("{\"stream\":\"x\",\"error\":\"bad\",\"errorDetail\":{\"message\":\"m\"}}",
			    "{\"errorDetail\":{\"message\":\"only\"}}"),
		"!bad\n!only\n");
	/* Not Docker's, or not whole: as it is. */
	assert_file(LIST("{\"level\":\"info\"}", "{\"stream\":\"cut", "{}", "{\"stream\":5}"),
		"{\"level\":\"info\"}\n{\"stream\":\"cut\n{}\n{\"stream\":5}\n");
}

static void a_stream_gives_the_same_lines(void **state)
{
	(void)state;
	assert_stream(LIST("[GIT]: Cloning", "Step 1", "\n", "a\n\nb\r\nc", "done\n", "\n"),
		"[GIT]: Cloning\nStep 1\na\n\nb\nc\ndone\n\n");
	/* Of an older server, which sends the file's lines. */
	assert_stream(LIST("{\"stream\":\"Step 1\"}", "{\"stream\":\"\\n\"}", "{\"aux\":{}}",
			      "{\"error\":\"bad\"}"),
		"Step 1\n!bad\n");
	/* A line of the build that looks like a value. */
	assert_stream(LIST("{\"status\":\"ok\"}\n", "", "m\":\"cut\"}"),
		"{\"status\":\"ok\"}\nm\":\"cut\"}\n");
}

/* Readings of the log: '|' begins a new one, a character is a line; "}" behind it: a piece. */
static void assert_readings(const char *readings, const char *wanted)
{
	struct mist_log log;
	char told[256];
	size_t count = 0;

	mist_log_init(&log);
	for (; *readings; readings++) {
		size_t len = readings[1] == '}' ? 2 : 1;

		if (*readings == '|') {
			mist_log_rewind(&log);
			continue;
		}
		if (mist_log_is_new(&log, readings, len) == 1)
			told[count++] = *readings;
		readings += len - 1;
	}
	told[count] = '\0';
	assert_string_equal(told, wanted);
	mist_log_release(&log);
}

static void lines_are_told_once(void **state)
{
	(void)state;
	assert_readings("abc", "abc");
	assert_readings("abc|abcd|ab|abcde", "abcde");
	assert_readings("aaa|aaaa|aa|aaaaa", "aaaaa");
	assert_readings("abab|ababab", "ababab");
	assert_readings("|||a||a", "a");
}

/* A line whose beginning was lost: x} in place of it, or beside a line that is not told. */
static void pieces_are_passed_over(void **state)
{
	(void)state;
	/* The whole line is told where it comes, and then nothing again. */
	assert_readings("ax}c|abcd", "axcbd");
	assert_readings("ax}c|abcd|abcde", "axcbde");
	/* Two pieces of lines that are never told. */
	assert_readings("ax}y}c|acd", "axycd");
	/* The same line comes again later. */
	assert_readings("ax}cb|abcbd", "axcbbd");
	/* One that does not look like a piece. */
	assert_readings("axc|abcd", "axcbd");
	assert_readings("axc|acd", "axcd");
	assert_readings("x}|b|bc", "xbc");
}

static void a_log_cut_anywhere_is_told_whole(void **state)
{
	static const char whole[] = "abcabcaabbccabcabc";

	(void)state;
	for (size_t first = 0; first < sizeof(whole); first++)
		for (size_t second = 0; second < sizeof(whole); second++) {
			char readings[128];

			snprintf(readings, sizeof(readings), "%.*s|%.*s|%s", (int)first, whole,
				(int)second, whole, whole);
			assert_readings(readings, whole);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_plain_lines_and_values),
		cmocka_unit_test(a_stream_gives_the_same_lines),
		cmocka_unit_test(lines_are_told_once),
		cmocka_unit_test(pieces_are_passed_over),
		cmocka_unit_test(a_log_cut_anywhere_is_told_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

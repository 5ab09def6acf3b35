/* Lines from a pipe, in whatever pieces they come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include <uv.h>

#include "term/line_reader.h"

struct fixture {
	uv_loop_t loop;
	int pipe[2];
	struct line_reader *reader;
	char got[64 * 1024]; /* "line|", "(long)|" */
	bool ended;
};

static void readable(void *context)
{
	struct fixture *f = context;
	static char line[LINE_READER_MAX + 1];
	enum line_read read;
	size_t len;

	while ((read = line_reader_next(f->reader, line, &len)) == LINE_WHOLE ||
		read == LINE_LONG) {
		if (read == LINE_WHOLE)
			assert_int_equal(strlen(line), len);
		strcat(f->got, read == LINE_WHOLE ? line : "(long)");
		strcat(f->got, "|");
	}
	f->ended = read == LINE_END;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static void open_reader(struct fixture *f)
{
	f->got[0] = '\0';
	f->ended = false;
	assert_int_equal(uv_loop_init(&f->loop), 0);
	assert_int_equal(pipe2(f->pipe, O_CLOEXEC), 0);
	f->reader = line_reader_open(&f->loop, f->pipe[0], readable, f, NULL);
	assert_non_null(f->reader);
}

static void give(struct fixture *f, const char *text, size_t len)
{
	if (len == 0)
		return;
	assert_int_equal(write(f->pipe[1], text, len), len);
	uv_run(&f->loop, UV_RUN_ONCE);
}

static void finish(struct fixture *f)
{
	close(f->pipe[1]);
	while (!f->ended)
		uv_run(&f->loop, UV_RUN_ONCE);
	assert_int_equal(fcntl(f->pipe[0], F_GETFL) & O_NONBLOCK, 0);
	line_reader_close(f->reader);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	close(f->pipe[0]);
}

static void lines_come_in_any_pieces(void **state)
{
	static const char text[] = "one\n\nthree words here\r\nwithout an end";
	static const char expected[] = "one||three words here\r|without an end|";
	struct fixture *f = *state;

	for (size_t split = 0; split < sizeof(text); split++) {
		open_reader(f);
		give(f, text, split);
		give(f, text + split, sizeof(text) - 1 - split);
		finish(f);
		assert_string_equal(f->got, expected);
	}
	open_reader(f);
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		give(f, text + i, 1);
	finish(f);
	assert_string_equal(f->got, expected);
}

static void a_line_may_be_too_long(void **state)
{
	static char longest[LINE_READER_MAX + 2], longer[3 * LINE_READER_MAX];
	struct fixture *f = *state;
	char expected[LINE_READER_MAX + 64];

	memset(longest, 'a', LINE_READER_MAX);
	memset(longer, 'b', sizeof(longer));
	open_reader(f);
	give(f, longest, LINE_READER_MAX);
	give(f, "\n", 1);
	give(f, longer, sizeof(longer));
	give(f, "\nshort\n", 7);
	give(f, longer, LINE_READER_MAX + 1);
	finish(f);
	snprintf(expected, sizeof(expected), "%s|(long)|short|(long)|", longest);
	assert_string_equal(f->got, expected);
}

/* What somebody else is to read stays where it is. */
static void held_it_reads_nothing(void **state)
{
	struct fixture *f = *state;
	char rest[16] = "";

	open_reader(f);
	line_reader_hold(f->reader, true);
	assert_int_equal(write(f->pipe[1], "theirs\n", 7), 7);
	uv_run(&f->loop, UV_RUN_NOWAIT);
	assert_string_equal(f->got, "");
	assert_int_equal(read(f->pipe[0], rest, sizeof(rest)), 7);
	line_reader_hold(f->reader, false);
	give(f, "ours\n", 5);
	finish(f);
	assert_string_equal(f->got, "ours|");
}

static void files_and_closed_descriptors_end(void **state)
{
	struct fixture *f = *state;
	static char line[LINE_READER_MAX + 1];
	size_t len;
	FILE *file = tmpfile();

	assert_int_equal(uv_loop_init(&f->loop), 0);
	fputs("first\nlast", file);
	rewind(file);
	f->reader = line_reader_open(&f->loop, fileno(file), readable, f, NULL);
	assert_int_equal(line_reader_next(f->reader, line, &len), LINE_WHOLE);
	assert_string_equal(line, "first");
	assert_int_equal(line_reader_next(f->reader, line, &len), LINE_WHOLE);
	assert_string_equal(line, "last");
	assert_int_equal(line_reader_next(f->reader, line, &len), LINE_END);
	line_reader_close(f->reader);
	fclose(file);
	f->reader = line_reader_open(&f->loop, 1000, readable, f, NULL);
	assert_int_equal(line_reader_next(f->reader, line, &len), LINE_END);
	line_reader_close(f->reader);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&f->loop), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_come_in_any_pieces),
		TEST(a_line_may_be_too_long),
		TEST(held_it_reads_nothing),
		TEST(files_and_closed_descriptors_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

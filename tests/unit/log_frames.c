#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "noise.h"
#include "proto/log_frames.h"

/* Times are expected, and stand behind each line: "o:line@1709209845123|". */
static bool stamped;

/* "o:line|" for every line, "o+" for a part; NUL as '0'. */
struct seen {
	const struct log_frames *frames;
	struct buf text;
	size_t largest;
};

static void on_line(
	void *context, enum log_source source, const char *line, size_t len, bool partial)
{
	struct seen *seen = context;
	char mark[2] = {source == LOG_STDERR ? 'e' : 'o', partial ? '+' : ':'};

	assert_int_equal(buf_add(&seen->text, mark, 2, NULL), 0);
	assert_int_equal(buf_add(&seen->text, line, len, NULL), 0);
	if (stamped)
		assert_int_equal(buf_addf(&seen->text, NULL, "@%lld",
					 (long long)seen->frames->time_ms[source]),
			0);
	assert_int_equal(buf_add(&seen->text, "|", 1, NULL), 0);
	if (len > seen->largest)
		seen->largest = len;
}

static int feed(struct seen *seen, bool raw, const char *data, size_t len, size_t first,
	size_t size, struct berth_error *err)
{
	struct log_frames frames;
	int status = 0;

	seen->largest = 0;
	buf_init(&seen->text, 64 << 20);
	log_frames_init(&frames, raw, on_line, seen);
	seen->frames = &frames;
	if (stamped)
		log_frames_expect_times(&frames);
	for (size_t at = 0; at < len && status == 0;) {
		size_t n = at == 0 && first > 0 ? first : size;
		char *piece;

		n = n < len - at ? n : len - at;
		piece = malloc(n);
		assert_non_null(piece);
		memcpy(piece, data + at, n);
		status = log_frames_feed(&frames, piece, n, err);
		free(piece);
		at += n;
	}
	if (status == 0)
		status = log_frames_end(&frames, err);
	log_frames_release(&frames);
	return status;
}

static void assert_log(bool raw, const char *data, size_t len, int status, enum berth_code code,
	const char *expected)
{
	for (size_t first = 0; first <= len; first++) {
		for (size_t size = 1; size <= len + 1; size += size < 3 ? 1 : len) {
			struct berth_error err = {0};
			struct seen seen;

			assert_int_equal(feed(&seen, raw, data, len, first, size, &err), status);
			assert_int_equal(err.code, code);
			assert_string_equal(seen.text.data, expected);
			buf_release(&seen.text);
		}
	}
}

#define OUT(n)                      "\1\0\0\0\0\0\0" n
#define ERR(n)                      "\2\0\0\0\0\0\0" n
#define GOOD(raw, data, expected)   assert_log(raw, data, sizeof(data) - 1, 0, BERTH_E_OK, expected)
#define WRONG(data, code, expected) assert_log(false, data, sizeof(data) - 1, -1, code, expected)

static void frames_become_lines(void **state)
{
	(void)state;
	GOOD(false, "", "");
	GOOD(false, OUT("\4") "one\n", "o:one|");
	GOOD(false, OUT("\1") "\n" OUT("\1") "\n", "o:|o:|");
	GOOD(false, OUT("\10") "one\ntwo\n" ERR("\6") "three\n", "o:one|o:two|e:three|");
	/* a line over several frames, another stream between them, a character torn */
	GOOD(false, OUT("\4") "on\xc3\xa9" ERR("\2") "x\n" OUT("\3") "\xc3\xa9\n",
		"e:x|o:on\xc3\xa9\xc3\xa9|");
	GOOD(false, OUT("\2") "a\xc3" ERR("\2") "b\xc3" OUT("\2") "\xa9\n" ERR("\2") "\xa8\n",
		"o:a\xc3\xa9|e:b\xc3\xa8|");
	/* unfinished last lines, empty frames, standard input */
	GOOD(false, ERR("\3") "end" OUT("\5") "other", "o:other|e:end|");
	GOOD(false, OUT("\0") OUT("\2") "x\n" ERR("\0"), "o:x|");
	GOOD(false,
		"\0\0\0\0\0\0\0\2"
		"x\n",
		"o:x|");
	/* a return belongs to what the program wrote */
	GOOD(false, OUT("\6") "1%\r\r\r\n", "o:1%\r\r\r|");
}

#define T1  "2024-02-29T12:30:45.123456789Z "
#define T2  "2024-02-29T12:30:46.000000000Z "
#define AT1 "@1709209845123|"
#define AT2 "@1709209846000|"

/* Each is 31 bytes. */
static void times_are_taken_out(void **state)
{
	(void)state;
	stamped = true;
	GOOD(false, OUT("\43") T1 "one\n" ERR("\43") T2 "two\n", "o:one" AT1 "e:two" AT2);
	/* a long line comes in records; its time is that of the first */
	GOOD(false, OUT("\41") T1 "ab" OUT("\42") T2 "cd\n", "o:abcd" AT1);
	GOOD(false, OUT("\40") T1 "\n" OUT("\40") T2 "x", "o:" AT1 "o:x" AT2);
	/* what is none is text, and so is what only looks like the beginning of one */
	GOOD(false, OUT("\4") "one\n", "o:one@0|");
	GOOD(false, OUT("\10") "one two\n", "o:one two@0|");
	GOOD(false, OUT("\7") "2024-02" OUT("\1") "\n", "o:2024-02@0|");
	GOOD(false, OUT("\60") "a word of more than forty bytes, without any bl\n",
		"o:a word of more than forty bytes, without any bl@0|");
	GOOD(false, OUT("\60") "123456789012345678901234567890123456789012345 7\n",
		"o:123456789012345678901234567890123456789012345 7@0|");
	GOOD(true, T1 "one\r\n" T2 "two\r\n", "o:one" AT1 "o:two" AT2);
	GOOD(true, "no time\n" T1 "x", "o:no time@0|o:x" AT1);
	stamped = false;
}

static void nul_and_newline_bytes(void **state)
{
	struct seen seen;
	const char data[] = OUT("\12") "a\0b\nc\0\0\n\n\n";

	(void)state;
	for (size_t size = 1; size < sizeof data; size++) {
		assert_int_equal(feed(&seen, false, data, sizeof data - 1, 0, size, NULL), 0);
		assert_int_equal(seen.text.len, 6 + 6 + 3 + 3);
		assert_memory_equal(seen.text.data, "o:a\0b|o:c\0\0|o:|o:|", 18);
		buf_release(&seen.text);
	}
}

static void raw_output_of_a_terminal(void **state)
{
	(void)state;
	GOOD(true, "one\r\ntwo\n\r\nthree", "o:one|o:two|o:|o:three|");
	GOOD(true, "\1\2<\r\n", "o:\1\2<|");
	GOOD(true, "10%\r20%\r\r\n", "o:10%\r20%\r|");
}

static void what_is_no_frame(void **state)
{
	struct berth_error err;
	struct seen seen;

	(void)state;
	WRONG("<html>..", BERTH_E_PROTOCOL, "");
	WRONG("\4\0\0\0\0\0\0\1x", BERTH_E_PROTOCOL, "");
	WRONG("\1\0\0\1\0\0\0\1x", BERTH_E_PROTOCOL, "");
	WRONG(OUT("\2") "a\n"
			"\x99\0\0\0\0\0\0\0",
		BERTH_E_PROTOCOL, "o:a|");
	assert_int_equal(feed(&seen, false, "<html>..", 8, 0, 8, &err), -1);
	assert_string_equal(err.message, "not a log frame: 3c 68 74 6d");
	buf_release(&seen.text);
}

static void the_engines_own_error(void **state)
{
	struct berth_error err;
	struct seen seen;
	char big[8 + 10000] = "\3\0\0\0\0\0\x27\x10";
	const char data[] = OUT("\2") "a\n"
				      "\3\0\0\0\0\0\0\7no\x1b[1m!" OUT("\2") "b\n";

	(void)state;
	WRONG(OUT("\2") "a\n"
			"\3\0\0\0\0\0\0\2no",
		BERTH_E_REFUSED, "o:a|");
	WRONG("\3\0\0\0\0\0\0\0", BERTH_E_REFUSED, "");
	assert_int_equal(feed(&seen, false, data, sizeof data - 1, 0, sizeof data, &err), -1);
	assert_string_equal(err.message, "the engine ended the log: no!");
	buf_release(&seen.text);
	memset(big + 8, 'x', 10000);
	assert_int_equal(feed(&seen, false, big, sizeof big, 0, 999, &err), -1);
	assert_int_equal(err.code, BERTH_E_REFUSED);
	buf_release(&seen.text);
}

static void an_end_inside_a_frame(void **state)
{
	(void)state;
	WRONG("\1", BERTH_E_BROKEN, "");
	WRONG(OUT("\5") "a\nb", BERTH_E_BROKEN, "o:a|o:b|");
	WRONG("\3\0\0\0\0\0\0\5no", BERTH_E_BROKEN, "");
	WRONG(OUT("\2") "a\n"
			"\1\0\0\0\0\0\0",
		BERTH_E_BROKEN, "o:a|");
}

static void a_line_has_a_largest_size(void **state)
{
	const size_t size = 2 * LOG_LINE_MAX + 100;
	char *data = malloc(size);
	static const size_t pieces[] = {3 * LOG_LINE_MAX, 65536, 4093};

	(void)state;
	assert_non_null(data);
	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		struct seen seen;

		memset(data, 'a', size);
		data[LOG_LINE_MAX] = '\n';
		assert_int_equal(feed(&seen, true, data, LOG_LINE_MAX + 1, 0, pieces[i], NULL), 0);
		assert_int_equal(seen.text.len, LOG_LINE_MAX + 3);
		assert_memory_equal(seen.text.data, "o:", 2);
		buf_release(&seen.text);

		data[LOG_LINE_MAX] = 'a';
		data[size - 1] = '\n';
		assert_int_equal(feed(&seen, true, data, size, 0, pieces[i], NULL), 0);
		assert_int_equal(seen.largest, LOG_LINE_MAX);
		assert_int_equal(seen.text.len, 3 * 3 + size - 1);
		assert_memory_equal(seen.text.data, "o+", 2);
		assert_memory_equal(seen.text.data + LOG_LINE_MAX + 2, "|o+", 3);
		assert_memory_equal(seen.text.data + seen.text.len - 99 - 4, "|o:a", 4);
		buf_release(&seen.text);
	}
	free(data);
}

static void parts_do_not_tear_characters(void **state)
{
	const size_t size = LOG_LINE_MAX + 64;
	char *data = malloc(size);

	(void)state;
	assert_non_null(data);
	for (size_t shift = 0; shift < 5; shift++) {
		struct seen seen;
		size_t len = shift;

		memset(data, 'a', shift);
		while (len + 4 <= size)
			len += berth_utf8_put(data + len, 0x1f680);
		assert_int_equal(feed(&seen, true, data, len, 0, 5000, NULL), 0);
		assert_int_equal(seen.text.len, len + 6);
		assert_true(berth_utf8_valid(seen.text.data, seen.text.len));
		buf_release(&seen.text);
	}
	/* Continuation bytes only: nothing to keep whole, and it must go on. */
	struct seen seen;
	memset(data, 0x80, size);
	assert_int_equal(feed(&seen, true, data, size, 0, 5000, NULL), 0);
	assert_int_equal(seen.text.len, size + 6);
	buf_release(&seen.text);
	free(data);
}

static void noise_splits_make_no_difference(void **state)
{
	static const char *const words[] = {"\1", "\2", "\3", "\n", "\r\n", "text", "\xc3\xa9"};
	struct noise noise = {99};

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char data[64];
		size_t len = noise_fill(&noise, data, sizeof data, words, 7);
		bool raw = noise_below(&noise, 8) == 0;
		struct berth_error err = {0}, other = {0};
		struct seen whole, split;

		/* Mostly good heads, or nothing would be met but the first check. */
		for (size_t at = 0; at + 8 <= len && noise_below(&noise, 10) != 0;) {
			size_t n = noise_below(&noise, 12);

			memcpy(data + at, "\0\0\0\0\0\0\0", 8);
			data[at] = (char)(noise_below(&noise, 30) == 0 ? 3
								       : noise_below(&noise, 3));
			data[at + 7] = (char)n;
			at += 8 + n;
		}
		int status = feed(&whole, raw, data, len, 0, len + 1, &err);
		assert_int_equal(feed(&split, raw, data, len, noise_below(&noise, len + 1),
					 1 + noise_below(&noise, 3), &other),
			status);
		assert_int_equal(err.code, other.code);
		assert_int_equal(whole.text.len, split.text.len);
		assert_memory_equal(whole.text.data, split.text.data, whole.text.len);
		buf_release(&whole.text);
		buf_release(&split.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_become_lines),
		cmocka_unit_test(times_are_taken_out),
		cmocka_unit_test(nul_and_newline_bytes),
		cmocka_unit_test(raw_output_of_a_terminal),
		cmocka_unit_test(what_is_no_frame),
		cmocka_unit_test(the_engines_own_error),
		cmocka_unit_test(an_end_inside_a_frame),
		cmocka_unit_test(a_line_has_a_largest_size),
		cmocka_unit_test(parts_do_not_tear_characters),
		cmocka_unit_test(noise_splits_make_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

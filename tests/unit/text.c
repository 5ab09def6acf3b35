#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "noise.h"

#define BAD "\xef\xbf\xbd"

static void decodes_as_unicode_says(void **state)
{
	static const struct {
		const char *bytes;
		size_t used;
		uint32_t code_point;
	} cases[] = {
		{"a", 1, 'a'},
		{"\x7f", 1, 0x7f},
		{"\xc2\x80", 2, 0x80},
		{"\xdf\xbf", 2, 0x7ff},
		{"\xe0\xa0\x80", 3, 0x800},
		{"\xed\x9f\xbf", 3, 0xd7ff},
		{"\xee\x80\x80", 3, 0xe000},
		{"\xef\xbf\xbf", 3, 0xffff},
		{"\xf0\x90\x80\x80", 4, 0x10000},
		{"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
		{"\x80", 1, 0xfffd},             /* a continuation alone */
		{"\xc0\x80", 1, 0xfffd},         /* overlong NUL */
		{"\xc1\xbf", 1, 0xfffd},         /* overlong */
		{"\xe0\x9f\xbf", 1, 0xfffd},     /* overlong */
		{"\xf0\x8f\xbf\xbf", 1, 0xfffd}, /* overlong */
		{"\xed\xa0\x80", 1, 0xfffd},     /* surrogate */
		{"\xf4\x90\x80\x80", 1, 0xfffd}, /* past the end */
		{"\xf5\x80\x80\x80", 1, 0xfffd},
		{"\xff", 1, 0xfffd},
		{"\xe2\x82", 2, 0xfffd}, /* truncated: the maximal bad prefix */
		{"\xe2\x82z", 2, 0xfffd},
		{"\xf0\x9f\x9a", 3, 0xfffd},
		{"\xf0\x9f\x9az", 3, 0xfffd},
		{"\xf0z", 1, 0xfffd},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *bytes = cases[i].bytes, *end = bytes + strlen(bytes);
		uint32_t c = 0;

		assert_int_equal(berth_utf8_next(bytes, end, &c) - bytes, cases[i].used);
		assert_int_equal(c, cases[i].code_point);
		assert_int_equal(berth_utf8_valid(bytes, strlen(bytes)), c != 0xfffd);
	}
	assert_true(berth_utf8_valid("a\0b", 3));
	assert_true(berth_utf8_valid(BAD, 3));
	assert_true(berth_utf8_valid(NULL, 0));
	assert_false(berth_utf8_valid("twelve bytes\xff", 13));
}

static void every_code_point_goes_round(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x110000; c++) {
		bool real = c < 0xd800 || (c > 0xdfff && c < 0x110000);
		char bytes[4];
		uint32_t again;
		size_t n = berth_utf8_put(bytes, c);

		assert_ptr_equal(berth_utf8_next(bytes, bytes + n, &again), bytes + n);
		assert_int_equal(again, real ? c : 0xfffd);
		assert_true(berth_utf8_valid(bytes, n));
	}
}

static void copies_are_cut_between_characters(void **state)
{
	const char src[] = "abcdefghi\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x80\xffz";
	const char whole[] = "abcdefghi\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x80" BAD "z";
	char dst[64];

	(void)state;
	assert_int_equal(berth_utf8_copy(dst, 0, src, 3), 0);
	assert_int_equal(berth_utf8_copy(dst, sizeof dst, NULL, 0), 0);
	assert_string_equal(dst, "");
	for (size_t cap = 1; cap < sizeof dst; cap++) {
		size_t len = berth_utf8_copy(dst, cap, src, sizeof src - 1);

		assert_true(len < cap);
		assert_int_equal(strlen(dst), len);
		assert_memory_equal(dst, whole, len);
		assert_true(berth_utf8_valid(dst, len));
		assert_true(len == sizeof whole - 1 || len + 4 >= cap);
	}
	assert_string_equal(dst, whole);
}

static void widths(void **state)
{
	static const struct {
		uint32_t code_point;
		int width;
	} cases[] = {
		{0, 1},
		{'\t', 1},
		{'a', 1},
		{0x7f, 1},
		{0x9b, 1},
		{0xad, 1},
		{0xe9, 1},
		{0x300, 0},
		{0x36f, 0},
		{0x370, 1},
		{0x600, 1},
		{0x1100, 2},
		{0x1160, 0},
		{0x200b, 0},
		{0x200d, 0},
		{0x20ac, 1},
		{0x2500, 1},
		{0x2588, 1},
		{0x28ff, 1},
		{0x2705, 2},
		{0x2714, 1},
		{0x3000, 2},
		{0x303f, 1},
		{0x4e00, 2},
		{0xac00, 2},
		{0xd7a3, 2},
		{0xfe0f, 0},
		{0xff21, 2},
		{0xff71, 1},
		{0xfffd, 1},
		{0x1f680, 2},
		{0x1f6ff, 1},
		{0x20000, 2},
		{0x3fffd, 2},
		{0xe0101, 0},
		{0x10ffff, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(berth_char_width(cases[i].code_point), cases[i].width);
}

static void fitting_keeps_marks_with_their_letter(void **state)
{
	const char text[] = "ae\xcc\x81\xe4\xb8\xad"
			    "b"; /* a, e + acute, wide, b */
	int used = -1;

	(void)state;
	assert_int_equal(berth_text_width(text, sizeof text - 1), 5);
	assert_int_equal(berth_text_fit(text, sizeof text - 1, 0, &used), 0);
	assert_int_equal(used, 0);
	assert_int_equal(berth_text_fit(text, sizeof text - 1, 1, NULL), 1);
	assert_int_equal(berth_text_fit(text, sizeof text - 1, 2, &used), 4);
	assert_int_equal(used, 2);
	assert_int_equal(berth_text_fit(text, sizeof text - 1, 3, &used), 4);
	assert_int_equal(used, 2);
	assert_int_equal(berth_text_fit(text, sizeof text - 1, 4, &used), 7);
	assert_int_equal(used, 4);
	assert_int_equal(berth_text_fit(text, sizeof text - 1, 50, &used), 8);
	assert_int_equal(used, 5);
}

#define CASE(in, out)                                                                              \
	{                                                                                          \
		in, sizeof(in) - 1, out, 0                                                         \
	}
#define CASE_LINES(in, out)                                                                        \
	{                                                                                          \
		in, sizeof(in) - 1, out, BERTH_CLEAN_LINES                                         \
	}
#define CASE_ASCII(in, out)                                                                        \
	{                                                                                          \
		in, sizeof(in) - 1, out, BERTH_CLEAN_ASCII                                         \
	}

static const struct {
	const char *in;
	size_t len;
	const char *out;
	unsigned flags;
} clean_cases[] = {
	CASE("", ""),
	CASE("plain text", "plain text"),
	CASE("  kept  ", "  kept  "),
	CASE("gr\xc3\xbc\xc3\x9f \xe4\xb8\xad \xf0\x9f\x9a\x80",
		"gr\xc3\xbc\xc3\x9f \xe4\xb8\xad \xf0\x9f\x9a\x80"),
	CASE("\xff\xc0\x80z", BAD BAD BAD "z"),
	/* sequences vanish whole */
	CASE("\x1b[31mred\x1b[0m", "red"),
	CASE("\x1b[38;5;196;1mred", "red"),
	CASE("\x1b[?25lhidden", "hidden"),
	CASE("\x1b[2 qcursor", "cursor"),
	CASE("\x1b]0;title\x07text", "text"),
	CASE("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
	CASE("\x1b]52;c;AAAA\xc2\x9ctext", "text"),
	CASE("\x1bP1$qm\x1b\\a\x1b_x\x1b\\b\x1b^y\x1b\\c\x1bXz\x1b\\d", "abcd"),
	CASE("\x1b(Ba\x1b#8b\x1b"
	     "7c\x1bMd",
		"abcd"),
	CASE("\xc2\x9b"
	     "31mred\xc2\x9d"
	     "0;t\x07 b\xc2\x90q\xc2\x9c.",
		"red b."),
	/* unterminated ones swallow nothing else */
	CASE("a\x1b", "a"),
	CASE("a\x1b[", "a"),
	CASE("a\x1b[31", "a"),
	CASE("a\x1b[31\xc3\xa9", "a\xc3\xa9"),
	CASE("a\x1b]0;title", "a"),
	CASE("a\x1b\x1b[1mb", "ab"),
	CASE("a\x1b\xc3\xa9", "a\xc3\xa9"),
	CASE("a\x1b]0;t\x1b[1mb", "ab"),
	CASE_LINES("a\x1b]0;title\nb\x1b[31\nc\x1b\nd", "a\nb\nc\nd"),
	/* controls are shown */
	CASE("\a\b\x01", "\xe2\x90\x87\xe2\x90\x88\xe2\x90\x81"),
	CASE("a\0b", "a\xe2\x90\x80"
		     "b"),
	CASE("a\x7f", "a\xe2\x90\xa1"),
	CASE("a\xc2\x85\xc2\x80", "a" BAD BAD),
	CASE("a\nb\n", "a\xe2\x90\x8a"
		       "b\xe2\x90\x8a"),
	CASE_LINES("a\nb\n", "a\nb\n"),
	/* what turns text round or hides it */
	CASE("a\xe2\x80\xae"
	     "b\xe2\x81\xa6"
	     "c\xd8\x9c"
	     "d\xe2\x80\x8f",
		"a" BAD "b" BAD "c" BAD "d" BAD),
	CASE("\xef\xbb\xbf"
	     "a",
		BAD "a"),
	CASE("a\xe2\x80\xa8"
	     "b",
		"a" BAD "b"),
	CASE("a\xe2\x80\x8b"
	     "b\xe2\x81\xa0"
	     "c\xf3\xa0\x81\xa1"
	     "d\xef\xbf\xb9",
		"a" BAD "b" BAD "c" BAD "d" BAD),
	CASE("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb \xe2\x9a\xa0\xef\xb8\x8f",
		"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb \xe2\x9a\xa0\xef\xb8\x8f"),
	/* tabs */
	CASE("\tx", "        x"),
	CASE("abc\tx\ty", "abc     x       y"),
	CASE("1234567\tx", "1234567 x"),
	CASE("12345678\tx", "12345678        x"),
	CASE("\xe4\xb8\xad\tx", "\xe4\xb8\xad      x"),
	CASE("\x1b[1mab\tx", "ab      x"),
	CASE_LINES("abcde\n\tx", "abcde\n        x"),
	/* returns overwrite the line */
	CASE("line\r", "line"),
	CASE("10%\r50%\r100%", "100%"),
	CASE("10%\r50%\r", "50%"),
	CASE("50%\r\x1b[K", "50%"),
	CASE("50%\r     \r", "50%"),
	CASE("50%\r  60%", "  60%"),
	CASE("50% \rab\tc", "ab      c"),
	CASE("50% \r", "50% "),
	CASE("\rabc", "abc"),
	CASE("abc\r\ndef\r\n", "abc\xe2\x90\x8a"
			       "def\xe2\x90\x8a"),
	CASE("abc\r\n1\r2", "abc\xe2\x90\x8a"
			    "2"),
	CASE_LINES("abc\r\ndef\r\r\n", "abc\ndef\n"),
	CASE_LINES("a\n1\r2\nb", "a\n2\nb"),
	CASE_LINES("1\r2\n\r3", "2\n3"),
	/* terminals without UTF-8 */
	CASE_ASCII("\xc3\xa9\xe4\xb8\xad\xff\x01\x7f\xe2\x80\xae"
		   "ok",
		"???????ok"),
	CASE_ASCII("a\nb\x1b[1m\tc", "a?b     c"),
	/* as many columns as it takes elsewhere */
	CASE_ASCII("\xe4\xb8\xad\tc|e\xcc\x81|", "??      c|e|"),
};

static void clean_table(void **state)
{
	char dst[256];

	(void)state;
	for (size_t i = 0; i < sizeof clean_cases / sizeof clean_cases[0]; i++) {
		size_t len = berth_text_clean(dst, sizeof dst, clean_cases[i].in,
			clean_cases[i].len, clean_cases[i].flags);

		assert_string_equal(dst, clean_cases[i].out);
		assert_int_equal(len, strlen(clean_cases[i].out));
	}
}

static void clean_cuts_between_characters(void **state)
{
	const char src[] = "a\xc3\xa9\xf0\x9f\x9a\x80\tz\r1234567890123";
	char dst[32];

	(void)state;
	for (size_t cap = 1; cap <= sizeof dst; cap++) {
		/* "a", e acute, rocket, 4 blanks, "z": 12 bytes */
		size_t len = berth_text_clean(dst, cap, src, 9, BERTH_CLEAN_LINE);
		assert_true(len < cap);
		assert_int_equal(dst[len], 0);
		assert_memory_equal(dst, "a\xc3\xa9\xf0\x9f\x9a\x80    z", len);
		assert_true(len == 12 || len + 4 >= cap);

		/* What was cut makes room again when it is overwritten. */
		len = berth_text_clean(dst, cap, src, sizeof src - 1, BERTH_CLEAN_LINE);
		assert_int_equal(len, cap - 1 < 13 ? cap - 1 : 13);
		assert_memory_equal(dst, "1234567890123", len);
	}
	assert_int_equal(berth_text_clean(dst, 4, "abcdef\nx\ry", 10, BERTH_CLEAN_LINES), 3);
	assert_string_equal(dst, "abc");
	assert_int_equal(berth_text_clean(dst, 1, NULL, 0, BERTH_CLEAN_LINE), 0);
}

static void clean_is_linear(void **state)
{
	const size_t size = 8 << 20;
	char *src = malloc(size), dst[64];

	(void)state;
	assert_non_null(src);
	/* Cut at once, with a return at the far end to look for. */
	for (size_t i = 0; i + 1 < size; i += 2)
		memcpy(src + i, "\xc3\xa9", 2);
	src[size - 1] = '\r';
	assert_int_equal(berth_text_clean(dst, sizeof dst, src, size, BERTH_CLEAN_LINE), 62);
	free(src);
}

static void assert_clean(const char *text, size_t len, unsigned flags)
{
	const char *p = text, *end = text + len;

	assert_true(berth_utf8_valid(text, len));
	while (p < end) {
		uint32_t c;

		p = berth_utf8_next(p, end, &c);
		if (c == '\n' && flags & BERTH_CLEAN_LINES)
			continue;
		assert_false(c < 0x20 || (c >= 0x7f && c <= 0x9f));
		assert_false(c == 0x061c || c == 0x200e || c == 0x200f || c == 0xfeff);
		assert_false((c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f));
		assert_true(c < 0x80 || !(flags & BERTH_CLEAN_ASCII));
	}
}

static void clean_survives_noise(void **state)
{
	static const char *const words[] = {"\x1b[", "\x1b]", "\x1bP", "\x1b\\", "\x07", "\r", "\n",
		"\t", "    ", "31;1m", "\xc2\x9b", "\xc2\x9d", "\xc2\x85", "\xe2\x80\xae",
		"\xe2\x81\xa9", "\xef\xbb\xbf", "\xe2\x80\xa8", "\xe4\xb8\xad", "\xf0\x9f\x9a\x80",
		"\xf0\x9f", "\xed\xa0\x80", "text", "\xcc\x81", "\x7f"};
	struct noise noise = {20250125};

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char src[64], dst[80];
		size_t len = noise_fill(
			&noise, src, sizeof src, words, sizeof words / sizeof words[0]);
		size_t cap = 1 + noise_below(&noise, sizeof dst);
		unsigned flags = (unsigned)noise_below(&noise, 4);
		size_t n = berth_text_clean(dst, cap, src, len, flags);

		assert_true(n < cap);
		assert_int_equal(dst[n], 0);
		assert_clean(dst, n, flags);

		/* Clean text stays as it is. */
		char again[80];
		assert_int_equal(berth_text_clean(again, sizeof again, dst, n, flags), n);
		assert_memory_equal(again, dst, n);
	}
}

static void bytes_for_people(void **state)
{
	static const struct {
		int64_t bytes;
		const char *text;
	} cases[] = {
		{0, "0 B"},
		{999, "999 B"},
		{1000, "1.0 kB"},
		{38100000, "38.1 MB"},
		{61249999, "61.2 MB"},
		{999949, "999.9 kB"},
		{999950, "1.0 MB"},
		{INT64_C(7) * 1000 * 1000 * 1000, "7.0 GB"},
		{INT64_MAX, "9.2 EB"},
		{-1, "?"},
	};
	char dst[16];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_string_equal(berth_format_bytes(dst, cases[i].bytes), cases[i].text);
}

static void clocks(void **state)
{
	char dst[16];

	(void)state;
	assert_string_equal(berth_format_clock(dst, 0), "0:00");
	assert_string_equal(berth_format_clock(dst, -5000), "0:00");
	assert_string_equal(berth_format_clock(dst, 31999), "0:31");
	assert_string_equal(berth_format_clock(dst, 3599999), "59:59");
	assert_string_equal(berth_format_clock(dst, 3725000), "1:02:05");
	assert_string_equal(berth_format_clock(dst, INT64_MAX), "99999:59:59");
	assert_string_equal(berth_format_duration(dst, 0), "0.0 s");
	assert_string_equal(berth_format_duration(dst, 731), "0.7 s");
	assert_string_equal(berth_format_duration(dst, 9999), "9.9 s");
	assert_string_equal(berth_format_duration(dst, 10000), "0:10");
	assert_string_equal(berth_format_duration(dst, 31999), "0:31");
	assert_string_equal(berth_format_duration(dst, -1), "0:00");
}

static void timestamps(void **state)
{
	char dst[32];

	(void)state;
	assert_string_equal(
		berth_format_timestamp(dst, INT64_C(1737801000123)), "2025-01-25T10:30:00.123Z");
	assert_string_equal(
		berth_format_timestamp(dst, INT64_C(951782400007)), "2000-02-29T00:00:00.007Z");
	assert_string_equal(berth_format_timestamp(dst, -1), "1970-01-01T00:00:00.000Z");
	assert_string_equal(berth_format_timestamp(dst, INT64_MAX), "9999-12-31T23:59:59.999Z");
	assert_int_equal(setenv("TZ", "Pacific/Auckland", 1), 0);
	assert_string_equal(
		berth_format_timestamp(dst, INT64_C(1737801000123)), "2025-01-25T10:30:00.123Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_as_unicode_says),
		cmocka_unit_test(every_code_point_goes_round),
		cmocka_unit_test(copies_are_cut_between_characters),
		cmocka_unit_test(widths),
		cmocka_unit_test(fitting_keeps_marks_with_their_letter),
		cmocka_unit_test(clean_table),
		cmocka_unit_test(clean_cuts_between_characters),
		cmocka_unit_test(clean_is_linear),
		cmocka_unit_test(clean_survives_noise),
		cmocka_unit_test(bytes_for_people),
		cmocka_unit_test(clocks),
		cmocka_unit_test(timestamps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

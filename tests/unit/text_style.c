#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/style.h>
#include <berth/text.h>

#include "noise.h"

#define BAD "\xef\xbf\xbd"

enum { SPANS_MAX = 16, SHOWN_MAX = 2048 };

static size_t show_color(char *dst, size_t cap, const char *name, struct berth_color color)
{
	if (color.kind == BERTH_COLOR_INDEX)
		return (size_t)snprintf(dst, cap, "%s%d", name, color.index);
	if (color.kind == BERTH_COLOR_RGB)
		return (size_t)snprintf(
			dst, cap, "%s#%02x%02x%02x", name, color.red, color.green, color.blue);
	return 0;
}

/* "a<b,f1,g#0000ff>b<>c": the text with its spans; b d i u r are the attributes, f and g the
 * colours of letters and ground. */
static void show(char dst[SHOWN_MAX], const char *text, size_t len, const struct berth_span *spans,
	size_t count)
{
	size_t used = 0;

	for (size_t at = 0, next = 0; at < len || next < count; at++) {
		for (; next < count && spans[next].at == at; next++) {
			const struct berth_style *style = &spans[next].style;

			dst[used++] = '<';
			for (size_t bit = 0; bit < 5; bit++)
				if (style->attributes & 1u << bit)
					dst[used++] = "bdiur"[bit];
			used += show_color(dst + used, SHOWN_MAX - used, "f", style->fg);
			used += show_color(dst + used, SHOWN_MAX - used, "g", style->bg);
			dst[used++] = '>';
		}
		if (at < len)
			dst[used++] = text[at];
	}
	dst[used] = '\0';
}

#define CASE(in, out)                                                                              \
	{                                                                                          \
		in, sizeof(in) - 1, out, BERTH_CLEAN_LINE                                          \
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
} cases[] = {
	CASE("", ""),
	CASE("plain", "plain"),
	CASE("a\033[31mb\033[0mc", "a<f1>b<>c"),
	CASE("a\033[31mb\033[mc", "a<f1>b<>c"),
	CASE("\033[31m\033[32mb", "<f2>b"),
	CASE("\033[31m\033[0mb", "b"),
	CASE("a\033[31m\033[0mb", "ab"),
	CASE("a\033[31mb\033[31mc", "a<f1>bc"),
	CASE("a\033[31m", "a"),
	CASE("a\xc2\x9b"
	     "31mb",
		"a<f1>b"),
	/* attributes */
	CASE("\033[1mb\033[2md\033[22mn", "<b>b<bd>d<>n"),
	CASE("\033[3mi\033[23m.\033[4mu\033[24m.\033[7mr\033[27m.", "<i>i<>.<u>u<>.<r>r<>."),
	CASE("\033[1;3;4;7mx\033[22;23;24;27my", "<biur>x<>y"),
	CASE("\033[21mx", "<u>x"),
	CASE("\033[4:3mx\033[4:0my", "<u>x<>y"),
	CASE("\033[;1mx", "<b>x"),
	CASE("\033[1;mx", "x"),
	CASE("\033[1;;31mx", "<f1>x"),
	/* nothing hides and nothing blinks */
	CASE("\033[8mseen\033[28m", "seen"),
	CASE("\033[5mx\033[6my\033[25mz", "xyz"),
	CASE("\033[9;53;73mx", "x"),
	/* colours */
	CASE("\033[30ma\033[37mb\033[39mc", "<f0>a<f7>b<>c"),
	CASE("\033[40ma\033[47mb\033[49mc", "<g0>a<g7>b<>c"),
	CASE("\033[90ma\033[97mb\033[100mc\033[107md", "<f8>a<f15>b<f15g8>c<f15g15>d"),
	CASE("\033[38;5;196ma\033[48;5;16mb", "<f196>a<f196g16>b"),
	CASE("\033[38:5:196ma\033[48:5:16mb", "<f196>a<f196g16>b"),
	CASE("\033[38;2;1;2;255mx", "<f#0102ff>x"),
	CASE("\033[38:2:1:2:255mx", "<f#0102ff>x"),
	CASE("\033[38:2::1:2:255mx", "<f#0102ff>x"),
	CASE("\033[38:2:0:1:2:255:7:8mx", "<f#0102ff>x"),
	CASE("\033[48:2::1:2:255;1mx", "<bg#0102ff>x"),
	CASE("\033[1;38;5;208;4mx", "<buf208>x"),
	CASE("\033[38;5mx", "x"),
	CASE("\033[38;5;mx", "<f0>x"),
	CASE("\033[38;2;1;2mx", "x"),
	CASE("\033[38mx", "x"),
	CASE("\033[38:5mx", "x"),
	CASE("\033[38:mx", "x"),
	/* a colour of underlines is read over, and none of its numbers is taken for a code */
	CASE("\033[58;5;1;31mx", "<f1>x"),
	CASE("\033[58;2;1;4;7mx", "x"),
	CASE("\033[58:2::1:4:7m\033[59mx", "x"),
	/* out of range, unknown, far too much */
	CASE("\033[31;38;5;256mx", "<f1>x"),
	CASE("\033[31;38;2;1;2;256mx", "<f1>x"),
	CASE("\033[38;5;99999999999999999999mx", "x"),
	CASE("\033[99999999999999999999;1mx", "<b>x"),
	CASE("\033[38;7;1;4mx", "x"),
	CASE("\033[1:2mx", "x"),
	CASE("\033[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;31mx",
		"<bf1>x"),
	/* not about colours */
	CASE("\033[>4;2mx", "x"),
	CASE("\033[?1mx", "x"),
	CASE("\033[1 mx", "x"),
	CASE("\033[1Kx", "x"),
	CASE("\033]31m\007x", "x"),
	CASE("\033P1;31m\033\\x", "x"),
	CASE("a\033[31", "a"),
	CASE("a\033[31\nb", "a\xe2\x90\x8a"
			    "b"),
	/* blanks have a look of their own */
	CASE("\033[41m ERROR \033[0m x", "<g1> ERROR <> x"),
	CASE("a\033[7m\tb", "a<r>       b"),
	CASE("\033[4m \033[0m", "<u> "),
	/* a mark looks like its letter */
	CASE("e\033[31m\xcc\x81x", "e\xcc\x81<f1>x"),
	CASE("\033[31me\033[0m\xcc\x81", "<f1>e\xcc\x81"),
	/* returns: the state that is kept, with what it looked like */
	CASE("\033[31m10%\r\033[32m20%", "<f2>20%"),
	CASE("\033[31m10%\r20%", "<f1>20%"),
	CASE("\033[32m100%\r\033[0m", "<f2>100%"),
	CASE("\033[32m100%\033[0m\r\033[K", "<f2>100%"),
	CASE("\033[32m100%\r\033[0m   \r", "<f2>100%"),
	CASE("50%\r \033[41m \033[42m x", " <g1> <g2> x"),
	CASE("50%\033[31m\r\033[0m\033[K\033[1mdone\033[0m.", "<b>done<>."),
	CASE("1\r\033[31m2\r\033[0m\r3", "3"),
	CASE("\033[31ma\033[0mb\n1\r2", "<f1>a<>b\xe2\x90\x8a"
					"2"),
	CASE_LINES("\033[31ma\n1\r2\nb\033[0m", "<f1>a\n2\nb"),
	CASE_LINES("\033[31ma\033[0m\n1\r\033[1m2\n", "<f1>a\n<b>2\n"),
	/* what is no text stays a mark, in its style */
	CASE("\033[31m\b\xff\033[0mx", "<f1>\xe2\x90\x88" BAD "<>x"),
	CASE("X\bX", "X\xe2\x90\x88X"),
	CASE_ASCII("\033[31m\xc3\xa9\033[0m\xe4\xb8\xad", "<f1>?<>??"),
};

static void style_table(void **state)
{
	struct berth_span spans[SPANS_MAX];
	char dst[512], clean[512], shown[SHOWN_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t count = 99;
		size_t len = berth_text_style(dst, sizeof dst, cases[i].in, cases[i].len,
			cases[i].flags, spans, SPANS_MAX, &count);

		show(shown, dst, len, spans, count);
		assert_string_equal(shown, cases[i].out);
		assert_int_equal(berth_text_clean(clean, sizeof clean, cases[i].in, cases[i].len,
					 cases[i].flags),
			len);
		assert_string_equal(clean, dst);
	}
}

/* With too few places a colour is missing, and none is wrong. */
static void too_many_spans_end_without_style(void **state)
{
	static const char line[] = "a\033[31mb\033[32mc\033[33md\033[0me\033[34mf";
	static const char *const wanted[] = {"abcdef", "abcdef", "a<f1>b<>cdef", "a<f1>b<f2>c<>def",
		"a<f1>b<f2>c<f3>d<>ef", "a<f1>b<f2>c<f3>d<>ef", "a<f1>b<f2>c<f3>d<>e<f4>f"};

	(void)state;
	for (size_t cap = 0; cap < sizeof wanted / sizeof wanted[0]; cap++) {
		struct berth_span *spans = malloc(cap * sizeof *spans + 1);
		char dst[64], shown[SHOWN_MAX];
		size_t count, len;

		assert_non_null(spans);
		len = berth_text_style(dst, sizeof dst, line, sizeof line - 1, BERTH_CLEAN_LINE,
			cap > 0 ? spans : NULL, cap, &count);
		assert_true(count <= cap);
		show(shown, dst, len, spans, count);
		assert_string_equal(shown, wanted[cap]);
		free(spans);
	}
}

/* --- what comes out, whatever goes in --- */

static bool is_permitted(uint32_t c, unsigned flags)
{
	if (c == '\n')
		return (flags & BERTH_CLEAN_LINES) != 0;
	if (c >= 0x80 && flags & BERTH_CLEAN_ASCII)
		return false;
	return c >= 0x20 && !(c >= 0x7f && c <= 0x9f) && !(c >= 0xd800 && c <= 0xdfff) &&
	       c != 0x061c && c != 0x180e && c != 0x200b && c != 0x200e && c != 0x200f &&
	       !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff &&
	       !(c >= 0xfff9 && c <= 0xfffb) && !(c >= 0xe0000 && c <= 0xe007f);
}

static void assert_permitted(const char *text, size_t len, unsigned flags)
{
	const char *end = text + len;

	assert_true(berth_utf8_valid(text, len));
	while (text < end) {
		uint32_t c;

		text = berth_utf8_next(text, end, &c);
		if (!is_permitted(c, flags))
			fail_msg("U+%04X came through", (unsigned)c);
	}
}

static void assert_spans(
	const char *text, size_t len, const struct berth_span *spans, size_t count, size_t cap)
{
	static const struct berth_style none;

	assert_true(count <= cap);
	for (size_t i = 0; i < count; i++) {
		const struct berth_style *before = i > 0 ? &spans[i - 1].style : &none;
		uint32_t c;

		assert_true(spans[i].at < len);
		assert_true(i == 0 || spans[i].at > spans[i - 1].at);
		assert_memory_not_equal(&spans[i].style, before, sizeof *before);
		assert_int_not_equal((unsigned char)text[spans[i].at] & 0xc0, 0x80);
		berth_utf8_next(text + spans[i].at, text + len, &c);
		assert_int_not_equal(berth_char_width(c), 0);
	}
}

/* Clean `in` at one capacity in memory that is exactly as large. */
static void clean_at(const char *in, size_t len, size_t cap, unsigned flags, size_t span_cap)
{
	char *dst = malloc(cap), *again = malloc(cap);
	struct berth_span *spans = malloc(span_cap * sizeof *spans + 1);
	size_t count, used;

	assert_non_null(dst);
	assert_non_null(again);
	assert_non_null(spans);
	used = berth_text_style(dst, cap, in, len, flags, spans, span_cap, &count);
	assert_true(used < cap);
	assert_int_equal(dst[used], 0);
	assert_permitted(dst, used, flags);
	assert_spans(dst, used, spans, count, span_cap);
	/* The one without styles says the same, and clean text stays as it is. */
	assert_int_equal(berth_text_clean(again, cap, in, len, flags), used);
	assert_memory_equal(again, dst, used + 1);
	assert_int_equal(berth_text_clean(again, cap, dst, used, flags), used);
	assert_memory_equal(again, dst, used + 1);
	free(dst);
	free(again);
	free(spans);
}

static const unsigned all_flags[] = {BERTH_CLEAN_LINE, BERTH_CLEAN_LINES, BERTH_CLEAN_ASCII,
	BERTH_CLEAN_LINES | BERTH_CLEAN_ASCII};

/* Whole, cut at every capacity, and cut in two at every place: a line may be split where it was too
 * long, and either part must be as harmless as the whole. */
static void assert_harmless(const char *bytes, size_t len)
{
	char *in = malloc(len + 1);

	assert_non_null(in);
	memcpy(in, bytes, len);
	for (size_t f = 0; f < sizeof all_flags / sizeof all_flags[0]; f++) {
		for (size_t cap = 1; cap <= 8 * len + 1; cap++)
			clean_at(in, len, cap, all_flags[f], 3);
		for (size_t at = 0; at <= len; at++) {
			clean_at(in, at, 8 * len + 1, all_flags[f], SPANS_MAX);
			clean_at(in + at, len - at, 8 * len + 1, all_flags[f], SPANS_MAX);
		}
	}
	free(in);
}

static void assert_harmless_between(const char *bytes, size_t len)
{
	char text[64];

	assert_true(len + 6 < sizeof text);
	assert_harmless(bytes, len);
	memcpy(text, "ab", 2);
	memcpy(text + 2, bytes, len);
	memcpy(text + 2 + len, "1;cd", 4);
	assert_harmless(text, len + 6);
	memcpy(text, "\033[", 2);
	assert_harmless(text, len + 6);
	memcpy(text, "\033]", 2);
	assert_harmless(text, len + 6);
}

static void every_control_is_harmless(void **state)
{
	char bytes[4];

	(void)state;
	for (int c = 0; c < 0x20; c++) {
		bytes[0] = (char)c;
		assert_harmless_between(bytes, 1);
	}
	assert_harmless_between("\x7f", 1);
	for (int c = 0x80; c <= 0xff; c++) {
		bytes[0] = (char)c;
		assert_harmless_between(bytes, 1);
	}
	for (uint32_t c = 0x80; c <= 0x9f; c++)
		assert_harmless_between(bytes, berth_utf8_put(bytes, c));
}

static void every_sequence_is_harmless(void **state)
{
	static const char *const introducers[] = {"\033[", "\033]", "\033P", "\033_", "\033^",
		"\033X", "\xc2\x9b", "\xc2\x9d", "\xc2\x90", "\xc2\x9f", "\xc2\x9e", "\xc2\x98",
		"\x9b", "\x9d", "\033(", "\033#", "\033", "\033%"};
	static const char *const bodies[] = {"", "0", "31;1", "38;5;1", "38:2::1:2:3", "?25",
		">4;2", "52;c;QQ==", "8;;http://x", "1 ", "$q", "\033[31m", "\xc3\xa9", "\n", "\r",
		"\x18"};
	static const char *const ends[] = {
		"", "m", "h", "J", "\007", "\033\\", "\xc2\x9c", "\x9c", "\033", "~"};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof introducers / sizeof introducers[0]; i++) {
		for (size_t b = 0; b < sizeof bodies / sizeof bodies[0]; b++) {
			for (size_t e = 0; e < sizeof ends / sizeof ends[0]; e++) {
				int len = snprintf(text, sizeof text, "a%s%s%sz", introducers[i],
					bodies[b], ends[e]);

				assert_harmless(text, (size_t)len);
			}
		}
	}
}

static void every_character_is_harmless(void **state)
{
	static const char *const bad[] = {"\xc0\x80", "\xc0\x9b", "\xe0\x82\x9b", "\xc1\x9b[",
		"\xe0\x80\x9b", "\xf0\x80\x82\x9b", "\xed\xa0\x80", "\xed\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82", "\xf0\x9f\x9a", "\xc2",
		"\xfe", "\xff", "\xc0\x9b[31m"};
	char text[8] = "a", dst[64];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_harmless_between(bad[i], strlen(bad[i]));
	/* All of Unicode: joiners, tags, private use and what is not assigned among it. */
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		size_t len = 1 + berth_utf8_put(text + 1, c), used;

		text[len] = 'z';
		used = berth_text_clean(dst, sizeof dst, text, len + 1, BERTH_CLEAN_LINE);
		assert_permitted(dst, used, BERTH_CLEAN_LINE);
		if (is_permitted(c, BERTH_CLEAN_LINE) && !(c >= 0xd800 && c <= 0xdfff))
			assert_memory_equal(dst, text, len + 1);
	}
}

static void noise_is_harmless(void **state)
{
	static const char *const words[] = {"\033[", "\033]", "\033P", "\033\\", "\007", "\r", "\n",
		"\t", "  ", "31;1m", "0m", "m", "38;5;", "48:2::1:2:3m", "7;41m", "\xc2\x9b",
		"\xc2\x9d", "\xe2\x80\xae", "\xe2\x81\xa9", "\xf3\xa0\x81\xa1", "\xe4\xb8\xad",
		"\xf0\x9f\x9a\x80", "\xf0\x9f", "\xed\xa0\x80", "text", "\xcc\x81", "\xe2\x80\x8d"};
	struct noise noise = {20261120};
	size_t fed = 0;

	(void)state;
	while (fed < 4000000) {
		char src[96], *in;
		size_t len = noise_fill(
			&noise, src, sizeof src, words, sizeof words / sizeof words[0]);

		in = malloc(len + 1);
		assert_non_null(in);
		memcpy(in + 1, src, len);
		clean_at(in + 1, len, 1 + noise_below(&noise, 160),
			all_flags[noise_below(&noise, 4)], noise_below(&noise, 6));
		free(in);
		fed += len + 1;
	}
}

static void a_megabyte_of_noise_is_harmless(void **state)
{
	enum { SIZE = 1000000 };
	struct noise noise = {7};
	char *in = malloc(SIZE);

	(void)state;
	assert_non_null(in);
	for (size_t i = 0; i < SIZE; i++)
		in[i] = (char)noise_next(&noise);
	clean_at(in, SIZE, (size_t)8 * SIZE + 1, BERTH_CLEAN_LINE, 1000);
	clean_at(in, SIZE, (size_t)8 * SIZE + 1, BERTH_CLEAN_LINES, 1000);
	clean_at(in, SIZE, SIZE / 3, BERTH_CLEAN_LINES | BERTH_CLEAN_ASCII, 10);
	/* Mostly sequences, cut short of what could be theirs. */
	for (size_t i = 0; i < SIZE; i++)
		in[i] = "\033[31;m\r 8:"[noise_below(&noise, 10)];
	clean_at(in, SIZE, (size_t)8 * SIZE + 1, BERTH_CLEAN_LINE, 1000);
	clean_at(in, SIZE, 100, BERTH_CLEAN_LINE, 10);
	free(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(style_table),
		cmocka_unit_test(too_many_spans_end_without_style),
		cmocka_unit_test(every_control_is_harmless),
		cmocka_unit_test(every_sequence_is_harmless),
		cmocka_unit_test(every_character_is_harmless),
		cmocka_unit_test(noise_is_harmless),
		cmocka_unit_test(a_megabyte_of_noise_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What goes to a terminal's clipboard: nothing but what was seen, and never a part of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "term/clipboard.h"
#include "unit/noise.h"

static void the_way_is_the_word_or_the_terminal(void **state)
{
	static const struct {
		const char *word, *term;
		enum clipboard_way way;
	} cases[] = {
		{NULL, "xterm-256color", CLIPBOARD_PLAIN},
		{"auto", "tmux-256color", CLIPBOARD_PLAIN},
		{"auto", "screen-256color", CLIPBOARD_PLAIN},
		{"auto", "linux", CLIPBOARD_NONE},
		{"auto", "linux-16color", CLIPBOARD_NONE},
		{NULL, "vt100", CLIPBOARD_NONE},
		{NULL, "vt220", CLIPBOARD_NONE},
		{NULL, "dumb", CLIPBOARD_NONE},
		{NULL, NULL, CLIPBOARD_NONE},
		{"plain", "linux", CLIPBOARD_PLAIN},
		{"tmux", "tmux-256color", CLIPBOARD_TMUX},
		{"off", "xterm", CLIPBOARD_OFF},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(clipboard_way(cases[i].word, cases[i].term), cases[i].way);
}

static void add(struct clip *clip, const char *text)
{
	assert_int_equal(clip_add(clip, text, strlen(text), NULL), 0);
}

static void assert_sequence(struct clip *clip, enum clipboard_way way, const char *wanted)
{
	size_t len;
	char *bytes = clip_sequence(clip, way, &len, NULL);
	assert_non_null(bytes);
	assert_int_equal(len, strlen(wanted));
	assert_memory_equal(bytes, wanted, len);
	free(bytes);
	clip_release(clip);
}

static void sequences_are_exact(void **state)
{
	static const char *const rows[][2] = {{"a", "YQ=="}, {"ab", "YWI="}, {"abc", "YWJj"},
		{"abcd", "YWJjZA=="}, {"\xc3\xbf\xc3\xbe", "w7/Dvg=="}, {">>>???", "Pj4+Pz8/"}};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct clip clip = {0};
		char wanted[64];
		add(&clip, rows[i][0]);
		snprintf(wanted, sizeof wanted, "\033]52;c;%s\a", rows[i][1]);
		assert_sequence(&clip, CLIPBOARD_PLAIN, wanted);
		add(&clip, rows[i][0]);
		snprintf(wanted, sizeof wanted, "\033Ptmux;\033\033]52;c;%s\a\033\\", rows[i][1]);
		assert_sequence(&clip, CLIPBOARD_TMUX, wanted);
	}
}

static void lines_are_joined_and_none_ends_the_text(void **state)
{
	struct clip clip = {0};
	(void)state;
	add(&clip, "one");
	add(&clip, "");
	add(&clip, "three");
	assert_int_equal(clip.lines, 3);
	assert_int_equal(clip.len, strlen("one\n\nthree"));
	assert_memory_equal(clip.text, "one\n\nthree", clip.len);
	clip_release(&clip);
}

/* A pasted newline is a pasted command. */
static void a_line_has_no_control(void **state)
{
	static const char *const lines[] = {"rm -rf /\n", "a\033[201~\nrm\n", "a\r\nb", "x\x03y",
		"\033]52;c;b3duZWQ=\a",
		"\xc2\x9b"
		"201~b",
		"a\xe2\x80\xae"
		"b",
		"\x7f\x08\x0b"};
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct clip clip = {0};
		add(&clip, lines[i]);
		for (size_t at = 0; at < clip.len; at++) {
			assert_true((unsigned char)clip.text[at] >= 0x20);
			assert_true(clip.text[at] != 0x7f);
		}
		assert_null(clip.len ? memmem(clip.text, clip.len, "\xe2\x80\xae", 3) : NULL);
		assert_null(clip.len ? memmem(clip.text, clip.len, "\xc2\x9b", 2) : NULL);
		clip_release(&clip);
	}
}

static void any_bytes_leave_no_control(void **state)
{
	struct noise noise = {.state = 11};
	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct clip clip = {0};
		for (int line = 0; line < 3; line++) {
			char text[40];
			for (size_t i = 0; i < sizeof text; i++)
				text[i] = (char)noise_below(&noise, 256);
			assert_int_equal(clip_add(&clip, text, sizeof text, NULL), 0);
		}
		int newlines = 0;
		for (size_t at = 0; at < clip.len; at++) {
			newlines += clip.text[at] == '\n';
			assert_true(clip.text[at] == '\n' || (unsigned char)clip.text[at] >= 0x20);
		}
		assert_int_equal(newlines, 2);
		clip_release(&clip);
	}
}

static void refuse(struct clip *clip, const char *text, size_t len)
{
	struct clip before = *clip;
	struct berth_error err;
	assert_int_equal(clip_add(clip, text, len, &err), -1);
	assert_int_equal(err.code, BERTH_E_LIMIT);
	assert_non_null(strstr(err.hint, "export"));
	assert_int_equal(clip->len, before.len);
	assert_int_equal(clip->lines, before.lines);
}

static void what_is_too_long_is_refused_whole(void **state)
{
	static char text[CLIPBOARD_TEXT_MAX + 2];
	struct clip clip = {0};
	size_t len;
	char *bytes;
	(void)state;
	memset(text, 'x', sizeof text);
	refuse(&clip, text, CLIPBOARD_TEXT_MAX + 1);
	assert_int_equal(clip_add(&clip, text, CLIPBOARD_TEXT_MAX, NULL), 0);
	refuse(&clip, "", 0);
	bytes = clip_sequence(&clip, CLIPBOARD_PLAIN, &len, NULL);
	assert_in_range(len - strlen("\033]52;c;\a"), CLIPBOARD_MAX - 4, CLIPBOARD_MAX);
	free(bytes);
	clip_release(&clip);
	/* In the middle of a character, and by what cleaning adds. */
	for (size_t room = 0; room < 8; room++) {
		assert_int_equal(clip_add(&clip, text, CLIPBOARD_TEXT_MAX - 1 - room, NULL), 0);
		if (room >= 4)
			assert_int_equal(clip_add(&clip, "\xf0\x9f\x9a\xa2", 4, NULL), 0);
		else
			refuse(&clip, "\xf0\x9f\x9a\xa2", 4);
		clip_release(&clip);
		assert_int_equal(clip_add(&clip, text, CLIPBOARD_TEXT_MAX - 1 - room, NULL), 0);
		refuse(&clip, "\tx", 2);
		clip_release(&clip);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_way_is_the_word_or_the_terminal),
		cmocka_unit_test(sequences_are_exact),
		cmocka_unit_test(lines_are_joined_and_none_ends_the_text),
		cmocka_unit_test(a_line_has_no_control),
		cmocka_unit_test(any_bytes_leave_no_control),
		cmocka_unit_test(what_is_too_long_is_refused_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

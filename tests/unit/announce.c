/* Title, bell and notification: what is composed, for which terminal, and never anything else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "term/announce.h"

static const struct berth_notify all = {true, true, true};

static void begin(struct announce *announce, const char *term, enum clipboard_way way)
{
	announce_init(announce, &all, term, way);
}

static void stage(struct announce *announce, const char *name, const char *what)
{
	struct berth_event *event = berth_event_new(BERTH_EVENT_STATUS, what, 10, NULL, 0);

	assert_non_null(event);
	announce_event(announce, name, event);
	berth_event_free(event);
}

static void end(struct announce *announce, const char *name, enum berth_outcome outcome)
{
	struct berth_event *event = berth_event_new(BERTH_EVENT_RESULT, NULL, 0, "over", 4);

	assert_non_null(event);
	event->result = berth_result_new();
	assert_non_null(event->result);
	event->result->outcome = outcome;
	announce_event(announce, name, event);
	berth_event_free(event);
}

static void assert_sent(struct announce *announce, bool *titled, const char *wanted)
{
	size_t len = 0;
	char *bytes = announce_take(announce, titled, &len);

	assert_non_null(bytes);
	assert_int_equal(len, strlen(wanted));
	assert_memory_equal(bytes, wanted, len);
	free(bytes);
	assert_null(announce_take(announce, titled, &len));
}

static void a_title_is_kept_and_set(void **state)
{
	struct announce announce;
	bool titled = false;

	(void)state;
	begin(&announce, "xterm-256color", CLIPBOARD_PLAIN);
	stage(&announce, "web", "pulling_image");
	assert_sent(&announce, &titled, "\033[22;2t\033]2;web: pulling_image - berth\a");
	assert_true(titled);
	stage(&announce, "web", "health_check");
	assert_sent(&announce, &titled, "\033]2;web: health_check - berth\a");
	titled = false;
	announce_again(&announce);
	assert_sent(&announce, &titled, "\033[22;2t\033]2;web: health_check - berth\a");
}

static void an_end_is_told(void **state)
{
	static const struct {
		const char *term;
		enum clipboard_way way;
		const char *wanted;
	} cases[] = {
		{"xterm", CLIPBOARD_PLAIN,
			"\033[22;2t\033]2;web: failed - berth\a\a\033]9;web: failed\a"},
		{"foot", CLIPBOARD_PLAIN,
			"\033[22;2t\033]2;web: failed - berth\a\a\033]777;notify;berth;web: "
			"failed\a"},
		{"tmux-256color", CLIPBOARD_TMUX,
			"\033[22;2t\033]2;web: failed - berth\a\a\033Ptmux;\033\033]9;web: "
			"failed\a\033\\"},
		/* Its titles could not be given back. */
		{"rxvt-unicode", CLIPBOARD_PLAIN, "\a\033]777;notify;berth;web: failed\a"},
		{"linux", CLIPBOARD_NONE, "\a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct announce announce;
		bool titled = false;

		begin(&announce, cases[i].term, cases[i].way);
		end(&announce, "web", BERTH_FAILED);
		assert_sent(&announce, &titled, cases[i].wanted);
	}
}

static void nothing_is_sent_unasked(void **state)
{
	struct announce announce;
	bool titled = false;
	size_t len;

	(void)state;
	announce_init(&announce, &(struct berth_notify){0}, "xterm", CLIPBOARD_PLAIN);
	stage(&announce, "web", "pulling_image");
	end(&announce, "web", BERTH_DEPLOYED);
	assert_null(announce_take(&announce, &titled, &len));
	assert_false(titled);
}

/* A stage is named by a server. */
static void names_can_end_no_sequence(void **state)
{
	struct announce announce;
	char name[600];
	bool titled = true;
	size_t len;
	char *bytes;

	(void)state;
	begin(&announce, "xterm", CLIPBOARD_PLAIN);
	stage(&announce, "a;b\033]0;x", "evil\a\033[2J\xc2\x9c\nnext");
	bytes = announce_take(&announce, &titled, &len);
	assert_non_null(bytes);
	for (size_t i = 1; i + 1 < len; i++)
		assert_true((unsigned char)bytes[i] >= 0x20 && (unsigned char)bytes[i] != 0x7f);
	assert_null(memmem(bytes, len, "\xc2\x9c", 2));
	assert_null(memchr(bytes + 4, ';', len - 4));
	free(bytes);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	stage(&announce, name, "pulling_image");
	bytes = announce_take(&announce, &titled, &len);
	assert_non_null(bytes);
	assert_true(len < 2 * ANNOUNCE_TEXT_MAX);
	assert_int_equal(bytes[len - 1], '\a');
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_title_is_kept_and_set),
		cmocka_unit_test(an_end_is_told),
		cmocka_unit_test(nothing_is_sent_unasked),
		cmocka_unit_test(names_can_end_no_sequence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

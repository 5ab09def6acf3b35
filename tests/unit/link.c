/* The state of a stream in words: what is said when, and that the clock on the wall is all it
 * needs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "panes/link.h"

static struct berth_server server = {.url = (char[]){"http://x"}};
static struct berth_deployment remote = {.kind = (char[]){"fractalic"}, .server = &server};
static struct berth_deployment local = {.kind = (char[]){"docker"}};

static struct berth_run running(enum berth_link link)
{
	return (struct berth_run){.deployment = &remote,
		.state = BERTH_RUN_RUNNING,
		.link = link,
		.link_ms = 100000,
		.last_ms = 100000};
}

static void assert_said(const struct berth_run *run, int64_t now_ms, const char *wanted)
{
	char text[64];
	assert_string_equal(link_text(run, now_ms, text), wanted);
}

static void only_what_runs_on_a_server_has_one(void **state)
{
	struct berth_run run = running(BERTH_LIVE);
	(void)state;
	assert_true(link_has(&run));
	run.deployment = &local;
	assert_false(link_has(&run));
	assert_false(link_has(NULL));
}

static void silence_is_told_by_its_age(void **state)
{
	struct berth_run run = running(BERTH_LIVE);
	(void)state;
	assert_said(&run, 100000, "live");
	assert_said(&run, 104999, "live");
	assert_said(&run, 105000, "silent 5 s");
	assert_said(&run, 112999, "silent 12 s");
	assert_said(&run, 219999, "silent 119 s");
	assert_said(&run, 220000, "silent 2 min");
	assert_said(&run, 400000, "silent 5 min");
	run.last_ms = 399000;
	assert_said(&run, 400000, "live");
	/* The clock was set back. */
	assert_said(&run, 1000, "live");
}

static void the_next_attempt_is_counted_down(void **state)
{
	struct berth_run run = running(BERTH_RECONNECTING);
	(void)state;
	assert_said(&run, 100000, "reconnecting");
	run.attempt = 3;
	run.attempts = 8;
	run.retry_in_ms = 4000;
	assert_said(&run, 100000, "reconnecting in 4 s (3 of 8)");
	assert_said(&run, 100001, "reconnecting in 4 s (3 of 8)");
	assert_said(&run, 103001, "reconnecting in 1 s (3 of 8)");
	assert_said(&run, 104000, "reconnecting (3 of 8)");
	assert_said(&run, 999000, "reconnecting (3 of 8)");
	run.attempts = 0;
	assert_said(&run, 100000, "reconnecting in 4 s (attempt 3)");
}

static void the_other_states_have_their_words(void **state)
{
	static const struct {
		enum berth_link link;
		const char *said;
	} cases[] = {{BERTH_CONNECTING, "connecting"}, {BERTH_POLLING, "polling"},
		{BERTH_LOST, "lost"}, {BERTH_CLOSED, "closed"}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct berth_run run = running(cases[i].link);
		assert_said(&run, 900000, cases[i].said);
	}
}

static void before_its_turn_and_after_its_end_there_is_no_stream(void **state)
{
	struct berth_run run = running(BERTH_LIVE);
	struct berth_result result = {0};
	(void)state;
	run.state = BERTH_RUN_QUEUED;
	run.link_ms = 0;
	assert_said(&run, 900000, "queued");
	run.state = BERTH_RUN_UNKNOWN;
	run.result = &result;
	assert_said(&run, 900000, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_runs_on_a_server_has_one),
		cmocka_unit_test(silence_is_told_by_its_age),
		cmocka_unit_test(the_next_attempt_is_counted_down),
		cmocka_unit_test(the_other_states_have_their_words),
		cmocka_unit_test(before_its_turn_and_after_its_end_there_is_no_stream),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The record read back, and put together again from a recording and its log. */
#include "unit/tree.h"

#include <berth/event.h>

#include "base/event_read.h"
#include "log/record.h"
#include "session/merge.h"
#include "store/remove.h"

static struct tree tree;
static char events_path[128], log_path[128];

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	snprintf(events_path, sizeof(events_path), "%s/r.events", tree.path);
	snprintf(log_path, sizeof(log_path), "%s/r.log", tree.path);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	tree_release(&tree);
	return 0;
}

/* What is read from a line is what makes the line. */
static void assert_comes_back(const char *line)
{
	struct berth_error err;
	struct berth_event *event = event_read(line, strlen(line), &err);
	char *again;

	assert_non_null(event);
	event->deployment_id = "d-1";
	again = berth_event_to_json(event);
	assert_string_equal(again, line);
	free(again);
	berth_event_free(event);
}

#define HEAD(seq, type)                                                                            \
	"{\"v\":1,\"seq\":" #seq ",\"type\":\"" type "\",\"deployment_id\":\"d-1\","               \
	"\"timestamp\":\"2025-01-25T10:30:00.123Z\","

#define STATUS(seq)                                                                                \
	HEAD(seq, "status") "\"stage\":\"pulling_image\",\"progress\":12,\"message\":\"pull\"}"
#define PROGRESS(seq)                                                                              \
	HEAD(seq, "progress")                                                                      \
	"\"stage\":\"pulling_image\",\"progress\":40,\"layers\":[{\"id\":\"9721aabbccdd\","        \
	"\"state\":\"downloading\",\"current\":381,\"total\":612},{\"id\":\"a3edaabbccdd\","       \
	"\"state\":\"retrying\",\"current\":1,\"total\":null}]}"
#define LOG(seq)                                                                                   \
	HEAD(seq, "log")                                                                           \
	"\"stage\":\"health_check\",\"message\":\"a \\u0000 \\u001B[31m "                          \
	"line\",\"level\":\"warn\","                                                               \
	"\"stream\":\"stderr\"}"
#define LINK(seq)                                                                                  \
	HEAD(seq, "link")                                                                          \
	"\"link\":\"reconnecting\",\"attempt\":2,\"attempts\":8,\"retry_in_ms\":1500}"
#define RESULT(seq, outcome)                                                                       \
	HEAD(seq, "result")                                                                        \
	"\"message\":\"m\",\"result\":{\"success\":false,\"outcome\":\"" outcome "\","             \
	"\"message\":\"m\",\"endpoint_url\":null,\"urls\":{\"http\":\"http://127.0.0.1:8080\"},"   \
	"\"health_status\":{\"http\":false},\"container_id\":\"3f2a\",\"image_digest\":"           \
	"\"sha256:ab\",\"rolled_back\":true,\"left_behind\":[\"container web\"],"                  \
	"\"duration_ms\":31000,\"details\":[{\"section\":\"s\",\"label\":\"l\",\"value\":\"v\"}]}" \
	","                                                                                        \
	"\"error\":{\"code\":\"exited\",\"message\":\"it exited\",\"hint\":\"read the log\","      \
	"\"stage\":\"health_check\",\"exit_code\":137,\"oom\":true,\"last_lines\":[\"one\"],"      \
	"\"probes\":[\"GET / -> 503\"]},\"server\":{\"more\":[1,2]}}"

static void every_event_comes_back(void **state)
{
	(void)state;
	assert_comes_back(STATUS(1));
	assert_comes_back(PROGRESS(2));
	assert_comes_back(LOG(3));
	assert_comes_back(LINK(4));
	for (int i = BERTH_FAILED; i <= BERTH_CANCELED; i++) {
		char line[1600];

		snprintf(line, sizeof(line), RESULT(5, "%s"),
			berth_outcome_name((enum berth_outcome)i));
		assert_comes_back(line);
	}
}

/* Every line cut anywhere is refused in words, never taken for another. */
static void what_is_cut_is_no_event(void **state)
{
	const char *const lines[] = {STATUS(1), PROGRESS(2), LOG(3), LINK(4), RESULT(5, "failed")};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		for (size_t len = 0; len < strlen(lines[i]); len++) {
			struct berth_error err = {0};
			char *part = malloc(len + 1);

			assert_non_null(part);
			memcpy(part, lines[i], len);
			assert_null(event_read(part, len, &err));
			assert_int_equal(err.code, BERTH_E_PROTOCOL);
			free(part);
		}
	}
}

static void what_is_none_is_refused(void **state)
{
	static const char *const lines[] = {"[]", "1", "{}", "{\"type\":\"status\"}",
		"{\"type\":\"party\",\"timestamp\":\"2025-01-25T10:30:00.123Z\"}",
		"{\"type\":\"link\",\"link\":\"odd\",\"timestamp\":\"2025-01-25T10:30:00.123Z\"}"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct berth_error err = {0};

		assert_null(event_read(lines[i], strlen(lines[i]), &err));
		assert_int_equal(err.code, BERTH_E_PROTOCOL);
	}
}

/* --- a recording and its log --- */

#define HEAD_LINE    "{\"v\":1,\"type\":\"recording\",\"deployment_id\":\"d-1\"}\n"
#define RECORD(text) "2025-01-25T10:30:00.123Z info  engine pulling_image " text "\n"

/* "S" a status, "R" the result, else the text of a log line; "." behind each. */
static void read_all(bool growing, char *dst, size_t cap)
{
	struct merge merge;
	struct berth_event *event;
	struct berth_error err;
	bool more = true;

	dst[0] = '\0';
	assert_int_equal(merge_init(&merge, events_path, log_path, growing), 0);
	while (more) {
		char one[128];

		switch (merge_next(&merge, &event, &err)) {
		case MERGED_EVENT:
			snprintf(one, sizeof(one), "%s.",
				event->type == BERTH_EVENT_LOG      ? event->message
				: event->type == BERTH_EVENT_RESULT ? "R"
								    : "S");
			assert_true(strlen(dst) + strlen(one) < cap);
			strncat(dst, one, cap - strlen(dst) - 1);
			berth_event_free(event);
			break;
		case MERGED_EVENTS:
			line_source_fill(&merge.events);
			break;
		case MERGED_LINES:
			line_source_fill(&merge.lines);
			break;
		case MERGED_END:
			more = false;
			break;
		case MERGED_BROKEN:
			fail_msg("%s", err.message);
		}
	}
	merge_release(&merge);
}

static const char events[] = HEAD_LINE STATUS(2) "\n" STATUS(3) "\n" RESULT(6, "failed") "\n";
static const char lines[] = RECORD("a") RECORD("b") RECORD("c") RECORD("after");

static void lines_come_where_the_numbers_have_a_gap(void **state)
{
	char got[256];

	(void)state;
	tree_text(&tree, "r.events", events);
	tree_text(&tree, "r.log", lines);
	read_all(false, got, sizeof(got));
	assert_string_equal(got, "a.S.S.b.c.R.after.");
}

static void a_recording_without_gaps_needs_no_log(void **state)
{
	char got[256];

	(void)state;
	tree_text(&tree, "r.events", HEAD_LINE STATUS(1) "\n" LOG(2) "\n" RESULT(3, "failed") "\n");
	read_all(false, got, sizeof(got));
	assert_string_equal(got, "S.a .R.");
}

static void lines_that_are_lost_are_counted(void **state)
{
	char got[256];

	(void)state;
	tree_text(&tree, "r.events", events);
	tree_text(&tree, "r.log", RECORD("a"));
	read_all(false, got, sizeof(got));
	assert_string_equal(got, "a.S.S.here 2 lines are missing: the log does not have them.R.");
	/* Who still writes them is waited for. */
	read_all(true, got, sizeof(got));
	assert_string_equal(got, "a.S.S.");
}

/* A writer that is killed at any byte leaves whole lines, and nothing else is shown. */
static void both_may_end_at_any_byte(void **state)
{
	char got[256];

	(void)state;
	tree_text(&tree, "r.log", lines);
	for (size_t len = 0; len < strlen(events); len++) {
		tree_file(&tree, "r.events", events, len);
		read_all(false, got, sizeof(got));
		assert_null(strstr(got, "R"));
		assert_non_null(strstr(got, "after."));
	}
	tree_text(&tree, "r.events", events);
	for (size_t len = 0; len < strlen(lines); len++) {
		tree_file(&tree, "r.log", lines, len);
		read_all(false, got, sizeof(got));
		assert_non_null(strstr(got, "R."));
		assert_null(strstr(got, "after"));
	}
}

/* A run may have said nothing: then there is no file of its log. */
static void it_goes_with_its_log_also_where_there_is_none(void **state)
{
	(void)state;
	tree_text(&tree, "r.events", events);
	assert_int_equal(remove_log(log_path, NULL), 0);
	assert_int_equal(access(events_path, F_OK), -1);
	tree_text(&tree, "r.events", events);
	tree_text(&tree, "r.log", lines);
	assert_int_equal(remove_log(log_path, NULL), 0);
	assert_int_equal(access(events_path, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_comes_back),
		cmocka_unit_test(what_is_cut_is_no_event),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test_setup_teardown(
			lines_come_where_the_numbers_have_a_gap, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_recording_without_gaps_needs_no_log, setup, teardown),
		cmocka_unit_test_setup_teardown(lines_that_are_lost_are_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(both_may_end_at_any_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(
			it_goes_with_its_log_also_where_there_is_none, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

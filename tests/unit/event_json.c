#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <berth/event.h>

#include "base/result_read.h"
#include <berth/text.h>

static struct berth_event *made(
	enum berth_event_type type, const char *stage, int progress, const char *message)
{
	struct berth_event *event = berth_event_new(
		type, stage, progress, message, message ? strlen(message) : 0);

	assert_non_null(event);
	event->seq = 7;
	event->time_ms = INT64_C(1737801000123);
	event->deployment_id = "d-1";
	return event;
}

/* Frees the event. */
static void assert_json(struct berth_event *event, const char *expected)
{
	char *text = berth_event_to_json(event);

	assert_non_null(text);
	assert_string_equal(text, expected);
	json_t *parsed = json_loads(text, JSON_ALLOW_NUL, NULL);
	assert_non_null(parsed);
	json_decref(parsed);
	free(text);
	berth_event_free(event);
}

#define HEAD(type)                                                                                 \
	"{\"v\":1,\"seq\":7,\"type\":\"" type "\",\"deployment_id\":\"d-1\","                      \
	"\"timestamp\":\"2025-01-25T10:30:00.123Z\","

static void status_and_link(void **state)
{
	(void)state;
	assert_json(made(BERTH_EVENT_STATUS, "validating", 5, "checking"),
		HEAD("status") "\"stage\":\"validating\",\"progress\":5,\"message\":\"checking\"}");

	struct berth_event *event = made(BERTH_EVENT_LINK, NULL, 0, NULL);
	event->link = BERTH_RECONNECTING;
	event->attempt = 2;
	event->retry_in_ms = 1500;
	assert_json(event,
		HEAD("link") "\"link\":\"reconnecting\",\"attempt\":2,\"retry_in_ms\":1500}");
}

static void output_after_the_result_has_no_number(void **state)
{
	struct berth_event *event = made(BERTH_EVENT_LOG, "completed", 0, "hi");

	(void)state;
	event->seq = 0;
	event->level = BERTH_WARN;
	event->stream = BERTH_STDERR;
	assert_json(event, "{\"v\":1,\"type\":\"log\",\"deployment_id\":\"d-1\","
			   "\"timestamp\":\"2025-01-25T10:30:00.123Z\",\"stage\":\"completed\","
			   "\"message\":\"hi\",\"level\":\"warn\",\"stream\":\"stderr\"}");
}

static void progress_with_layers(void **state)
{
	struct berth_event *event = made(BERTH_EVENT_PROGRESS, "pulling_image", 40, NULL);

	(void)state;
	event->layers = calloc(2, sizeof *event->layers);
	assert_non_null(event->layers);
	event->layer_count = 2;
	event->layers[0] = (struct berth_layer){"9721aabbccdd", "downloading", 381, 612};
	event->layers[1] = (struct berth_layer){"a3edaabbccdd", "extracting", 1, -1};
	assert_json(event,
		HEAD("progress") "\"stage\":\"pulling_image\",\"progress\":40,\"layers\":["
				 "{\"id\":\"9721aabbccdd\",\"state\":\"downloading\","
				 "\"current\":381,\"total\":612},"
				 "{\"id\":\"a3edaabbccdd\",\"state\":\"extracting\","
				 "\"current\":1,\"total\":null}]}");
	assert_json(made(BERTH_EVENT_PROGRESS, "copying_files", 90, NULL),
		HEAD("progress") "\"stage\":\"copying_files\",\"progress\":90}");
}

static struct berth_result *deployed(void)
{
	struct berth_result *result = berth_result_new();

	assert_non_null(result);
	result->outcome = BERTH_DEPLOYED;
	result->message = strdup("web is up");
	result->endpoint_url = strdup("http://127.0.0.1:8080");
	result->container_id = strdup("3f2a");
	result->image_digest = strdup("sha256:ab");
	result->duration_ms = 31000;
	assert_int_equal(berth_result_add_url(result, "http", "http://127.0.0.1:8080"), 0);
	assert_int_equal(berth_result_add_url(result, "admin", "http://127.0.0.1:8081"), 0);
	assert_int_equal(berth_result_add_check(result, "http", true), 0);
	assert_int_equal(berth_result_add_check(result, "admin", false), 0);
	return result;
}

#define DEPLOYED                                                                                   \
	HEAD("result")                                                                             \
	"\"message\":\"web is "                                                                    \
	"up\",\"result\":{\"success\":true,\"outcome\":\"deployed\",\"message\":\"web is up\","    \
	"\"endpoint_url\":\"http://127.0.0.1:8080\",\"urls\":{"                                    \
	"\"http\":\"http://127.0.0.1:8080\",\"admin\":\"http://127.0.0.1:8081\"},"                 \
	"\"health_status\":{\"http\":true,\"admin\":false},\"container_id\":\"3f2a\","             \
	"\"image_digest\":\"sha256:ab\",\"rolled_back\":false,\"left_behind\":[],"                 \
	"\"duration_ms\":31000"

static void success(void **state)
{
	struct berth_event *event = made(BERTH_EVENT_RESULT, NULL, 0, NULL);

	(void)state;
	event->result = deployed();
	assert_json(event, DEPLOYED "}}");

	event = made(BERTH_EVENT_RESULT, NULL, 0, NULL);
	event->result = deployed();
	assert_int_equal(berth_result_add_detail(event->result, "AI Server", "URL", "http://x"), 0);
	assert_json(event, DEPLOYED ",\"details\":[{\"section\":\"AI Server\",\"label\":\"URL\","
				    "\"value\":\"http://x\"}]}}");
}

static struct berth_result *failed(void)
{
	struct berth_result *result = berth_result_new();
	struct berth_error err;

	assert_non_null(result);
	result->outcome = BERTH_LEFT_BEHIND;
	result->message = strdup("web did not start");
	result->rolled_back = true;
	assert_int_equal(berth_result_add_left_behind(result, "container web (3f2a)"), 0);
	berth_error_set(&err, BERTH_E_EXITED, 0, "it exited");
	berth_error_hint(&err, "read the log");
	assert_int_equal(berth_result_fail(result, &err, "health_check"), 0);
	result->failure->has_exit_code = true;
	result->failure->exit_code = 137;
	result->failure->oom = true;
	assert_int_equal(berth_failure_add_line(result->failure, "one\xff", 4), 0);
	assert_int_equal(berth_failure_add_line(result->failure, "two", 3), 0);
	assert_int_equal(berth_failure_add_probe(result->failure, "GET / -> 503"), 0);
	return result;
}

static void failure(void **state)
{
	struct berth_event *event = made(BERTH_EVENT_RESULT, NULL, 0, NULL);
	struct berth_error err;

	(void)state;
	event->result = failed();
	assert_json(event,
		HEAD("result") "\"message\":\"web did not "
			       "start\",\"result\":{\"success\":false,\"outcome\":\"left_behind\","
			       "\"message\":\"web did not start\",\"endpoint_url\":null,"
			       "\"urls\":{},\"health_status\":{},\"container_id\":null,"
			       "\"image_digest\":null,\"rolled_back\":true,"
			       "\"left_behind\":[\"container web (3f2a)\"],\"duration_ms\":0},"
			       "\"error\":{\"code\":\"exited\",\"message\":\"it exited\","
			       "\"hint\":\"read the log\",\"stage\":\"health_check\","
			       "\"exit_code\":137,\"oom\":true,"
			       "\"last_lines\":[\"one\xef\xbf\xbd\",\"two\"],"
			       "\"probes\":[\"GET / -> 503\"]}}");

	/* A second failure replaces the first; what is not known is not there. */
	event = made(BERTH_EVENT_RESULT, NULL, 0, NULL);
	event->result = failed();
	berth_error_set(&err, BERTH_E_CANCELLED, 0, "stopped");
	assert_int_equal(berth_result_fail(event->result, &err, NULL), 0);
	char *text = berth_event_to_json(event);
	assert_non_null(strstr(text, "\"error\":{\"code\":\"cancelled\",\"message\":\"stopped\","
				     "\"hint\":null,\"stage\":null,\"last_lines\":[],"
				     "\"probes\":[]}}"));
	free(text);
	berth_event_free(event);
}

static void copies_are_equal_and_separate(void **state)
{
	struct berth_result *(*const makers[])(void) = {deployed, failed};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct berth_event *event = made(BERTH_EVENT_RESULT, NULL, 0, NULL);
		struct berth_event *other = made(BERTH_EVENT_RESULT, NULL, 0, NULL);

		event->result = makers[i]();
		assert_int_equal(berth_result_add_detail(event->result, "a", "b", "c"), 0);
		other->result = berth_result_copy(event->result);
		assert_non_null(other->result);
		assert_int_equal(other->result->outcome, event->result->outcome);
		char *text = berth_event_to_json(event);
		berth_event_free(event);
		assert_json(other, text);
		free(text);
	}
}

static const struct {
	const char *text;
	size_t len;
} awkward[] = {
#define TEXT(s)                                                                                    \
	{                                                                                          \
		s, sizeof(s) - 1                                                                   \
	}
	TEXT(""),
	TEXT("plain"),
	TEXT("\""),
	TEXT("\\"),
	TEXT("\\\""),
	TEXT("a/b</script>"),
	TEXT("\0"),
	TEXT("a\0b\0"),
	TEXT("\x01\x02\x03\x04\x05\x06\x07\b\t\n\x0b\f\r\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17"
	     "\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f "),
	TEXT("tab\tnewline\nreturn\r\n"),
	TEXT("\x1b[31mred\x1b[0m"),
	TEXT("\xe2\x80\xa8\xe2\x80\xa9"),              /* line and paragraph separator */
	TEXT("\xf0\x9f\x9a\x80 \xf4\x8f\xbf\xbf"),     /* astral, the last one */
	TEXT("e\xcc\x81 \xe4\xb8\xad\xe6\x96\x87"),    /* combining, wide */
	TEXT("\xef\xbb\xbfx\xef\xbf\xbd\xef\xbf\xbe"), /* BOM, replacement, a noncharacter */
	TEXT("\xc2\xa0\xdf\xbf\xed\x9f\xbf\xee\x80\x80"),
	TEXT("\x7f"), /* from here on: escaped, where jansson does not */
	TEXT("\xc2\x80\xc2\x9b"
	     "31m\xc2\x9f"),
};
#define SAME_AS_JANSSON (sizeof awkward / sizeof awkward[0] - 2)

static json_t *tree(const char *type, const char *text, size_t len)
{
	bool log = strcmp(type, "log") == 0;
	json_t *tree = json_pack("{s:i,s:i,s:s,s:s,s:s,s:s}", "v", 1, "seq", 7, "type", type,
		"deployment_id", "d-1", "timestamp", "2025-01-25T10:30:00.123Z", "stage", "s");

	assert_non_null(tree);
	if (!log)
		json_object_set_new(tree, "progress", json_integer(100));
	json_object_set_new(tree, "message", json_stringn(text, len));
	if (log) {
		json_object_set_new(tree, "level", json_string("info"));
		json_object_set_new(tree, "stream", json_string("engine"));
	}
	return tree;
}

static void written_as_a_tree_is_dumped(void **state)
{
	static const enum berth_event_type types[] = {BERTH_EVENT_LOG, BERTH_EVENT_STATUS};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof awkward / sizeof awkward[0]; i++) {
		const char *text = awkward[i / 2].text;
		size_t len = awkward[i / 2].len;
		enum berth_event_type type = types[i % 2];
		struct berth_event *event = berth_event_new(type, "s", 100, text, len);

		assert_non_null(event);
		event->seq = 7;
		event->time_ms = INT64_C(1737801000123);
		event->deployment_id = "d-1";
		char *written = berth_event_to_json(event);
		json_t *expected = tree(berth_event_type_name(type), text, len);
		if (i / 2 < SAME_AS_JANSSON) {
			char *dumped = json_dumps(expected, JSON_COMPACT);

			assert_string_equal(written, dumped);
			free(dumped);
		}
		json_t *parsed = json_loads(written, JSON_ALLOW_NUL, NULL);
		assert_true(json_equal(parsed, expected));
		json_decref(parsed);
		json_decref(expected);
		free(written);
		berth_event_free(event);
	}
}

static void no_control_reaches_a_terminal(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0xa0; c++) {
		char bytes[4], *text;
		struct berth_event *event = berth_event_new(
			BERTH_EVENT_LOG, "s", 0, bytes, berth_utf8_put(bytes, c));

		text = berth_event_to_json(event);
		for (const char *p = text; *p != '\0'; p++)
			assert_true((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7f);
		free(text);
		berth_event_free(event);
	}
}

static void bytes_become_utf8(void **state)
{
	struct berth_event *event = berth_event_new(
		BERTH_EVENT_LOG, "s\xff", 0, "a\xff\0\xf0\x9f\x9a", 6);

	(void)state;
	assert_string_equal(event->stage, "s\xef\xbf\xbd");
	assert_int_equal(event->message_len, 8);
	assert_memory_equal(event->message, "a\xef\xbf\xbd\0\xef\xbf\xbd", 9);
	/* What somebody else put in is no reason to write what does not parse. */
	free(event->stage);
	event->stage = strdup("\xed\xa0\x80");
	char *text = berth_event_to_json(event);
	json_t *parsed = json_loads(text, JSON_ALLOW_NUL, NULL);
	assert_non_null(parsed);
	assert_string_equal(json_string_value(json_object_get(parsed, "stage")),
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	json_decref(parsed);
	free(text);
	berth_event_free(event);
}

static void server_text_is_kept(void **state)
{
	static const struct {
		const char *server, *expected;
	} cases[] = {
		{"{\"b\":0.1, \"a\" : [1, 2.50,\n true]}", "{\"b\":0.1,\"a\":[1,2.50,true]}"},
		{"{\"a b\\\" \":\" \\\\\", \"c\":\" \"}", "{\"a b\\\" \":\" \\\\\",\"c\":\" \"}"},
		{" \"text\" ", "\"text\""},
		{"\"\xc2\x9b\x7f\xc3\xa9\\u0000\"", "\"\\u009B\\u007F\xc3\xa9\\u0000\""},
		{"12", "12"},
		{"null", "null"},
		{"not json", "\"not json\""},
		{"{\"cut\":", "\"{\\\"cut\\\":\""},
		{"{} {}", "\"{} {}\""},
		{"", "\"\""},
		{"1e999", "\"1e999\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct berth_event *event = made(BERTH_EVENT_LINK, NULL, 0, NULL);
		char expected[256];

		event->link = BERTH_LIVE;
		event->server = strdup(cases[i].server);
		snprintf(expected, sizeof expected,
			HEAD("link") "\"link\":\"live\",\"attempt\":0,\"retry_in_ms\":0,"
				     "\"server\":%s}",
			cases[i].expected);
		assert_json(event, expected);
	}
}

static void names_and_exit_statuses(void **state)
{
	static const struct {
		enum berth_outcome outcome;
		int status;
		const char *name;
	} outcomes[] = {
		{BERTH_DEPLOYED, 0, "deployed"},
		{BERTH_FAILED, 1, "failed"},
		{BERTH_REJECTED, 2, "rejected"},
		{BERTH_UNREACHED, 3, "unreached"},
		{BERTH_UNKNOWN, 4, "unknown"},
		{BERTH_LEFT_BEHIND, 5, "left_behind"},
		{BERTH_CANCELED, 130, "cancelled"},
		{(enum berth_outcome)99, 4, "unknown"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
		assert_int_equal(
			berth_outcome_exit_status(outcomes[i].outcome), outcomes[i].status);
		assert_string_equal(berth_outcome_name(outcomes[i].outcome), outcomes[i].name);
	}
	assert_string_equal(berth_level_name(BERTH_DEBUG), "debug");
	assert_string_equal(berth_stream_name(BERTH_SERVER), "server");
	assert_string_equal(berth_link_name(BERTH_CLOSED), "closed");
	assert_string_equal(berth_event_type_name((enum berth_event_type)99), "unknown");
	berth_event_free(NULL);
	berth_result_free(NULL);
	struct berth_result *result = berth_result_new();
	assert_int_not_equal(result->outcome, BERTH_DEPLOYED);
	berth_result_free(result);
}

/* The whole way: what is written of it and read again is written the same. */
static void assert_read_back(struct berth_result *result)
{
	struct berth_event *event = made(BERTH_EVENT_RESULT, NULL, 0, NULL);
	struct berth_event *again = made(BERTH_EVENT_RESULT, NULL, 0, NULL);
	char *first, *second;

	event->result = result;
	first = berth_event_to_json(event);
	again->result = result_read(first, result->outcome);
	assert_non_null(again->result);
	assert_int_equal(again->result->outcome, result->outcome);
	second = berth_event_to_json(again);
	assert_string_equal(first, second);
	free(first);
	free(second);
	berth_event_free(event);
	berth_event_free(again);
}

static void a_result_is_read_back(void **state)
{
	struct berth_result *result = deployed();

	(void)state;
	assert_int_equal(berth_result_add_detail(result, "AI Server", "URL", "http://x"), 0);
	assert_read_back(result);
	assert_read_back(failed());
	assert_null(result_read("{\"type\":\"result\"", BERTH_DEPLOYED));
	assert_null(result_read("{\"type\":\"status\"}", BERTH_DEPLOYED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_is_read_back),
		cmocka_unit_test(status_and_link),
		cmocka_unit_test(output_after_the_result_has_no_number),
		cmocka_unit_test(progress_with_layers),
		cmocka_unit_test(success),
		cmocka_unit_test(failure),
		cmocka_unit_test(copies_are_equal_and_separate),
		cmocka_unit_test(written_as_a_tree_is_dumped),
		cmocka_unit_test(no_control_reaches_a_terminal),
		cmocka_unit_test(bytes_become_utf8),
		cmocka_unit_test(server_text_is_kept),
		cmocka_unit_test(names_and_exit_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

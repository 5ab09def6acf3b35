#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "noise.h"
#include "proto/sse.h"

enum { ROUNDS = 200 * 1000 };

/* What came out, a line each: "event TYPE|DATA|ID", "comment TEXT", "retry N", "lost". */
struct seen {
	struct buf text;
};

static void on_event(void *context, const struct sse_event *event)
{
	struct seen *seen = context;

	buf_addf(&seen->text, NULL, "event %s|", event->type);
	buf_add(&seen->text, event->data, event->len, NULL);
	buf_addf(&seen->text, NULL, "|%s\n", event->last_id);
	assert_int_equal(event->data[event->len], '\0');
}

static void on_comment(void *context, const char *text, size_t len)
{
	struct seen *seen = context;

	buf_adds(&seen->text, "comment ", NULL);
	buf_add(&seen->text, text, len, NULL);
	buf_adds(&seen->text, "\n", NULL);
}

static void on_retry(void *context, int64_t milliseconds)
{
	struct seen *seen = context;

	buf_addf(&seen->text, NULL, "retry %lld\n", (long long)milliseconds);
}

static void on_lost(void *context, const struct berth_error *err)
{
	struct seen *seen = context;

	assert_int_equal(err->code, BERTH_E_LIMIT);
	buf_addf(&seen->text, NULL, "lost\n");
}

static void begin(struct sse *sse, struct seen *seen)
{
	buf_init(&seen->text, 64u << 20);
	sse_init(sse, &(struct sse_handler){.on_event = on_event,
			      .on_comment = on_comment,
			      .on_retry = on_retry,
			      .on_lost = on_lost,
			      .context = seen});
}

/* On its own, so that reading past a piece is noticed. */
static void feed(struct sse *sse, const char *bytes, size_t len)
{
	char *piece = malloc(len + 1);

	assert_non_null(piece);
	memcpy(piece, bytes, len);
	piece = realloc(piece, len > 0 ? len : 1);
	assert_int_equal(sse_feed(sse, piece, len, NULL), 0);
	free(piece);
}

/* In pieces of `size` bytes after a first one of `first`. */
static void run(struct seen *seen, const char *bytes, size_t len, size_t first, size_t size)
{
	struct sse sse;

	begin(&sse, seen);
	feed(&sse, bytes, first);
	for (size_t at = first; at < len; at += size)
		feed(&sse, bytes + at, size < len - at ? size : len - at);
	sse_release(&sse);
}

static void assert_seen_bytes(
	const char *bytes, size_t len, const char *expected, size_t expected_len)
{
	struct seen seen;

	for (size_t first = 0; first <= len; first++) {
		run(&seen, bytes, len, first, len + 1);
		assert_int_equal(seen.text.len, expected_len);
		assert_memory_equal(seen.text.data, expected, expected_len);
		buf_release(&seen.text);
	}
	for (size_t size = 1; size < 4; size++) {
		run(&seen, bytes, len, 0, size);
		assert_int_equal(seen.text.len, expected_len);
		assert_memory_equal(seen.text.data, expected, expected_len);
		buf_release(&seen.text);
	}
}

static void assert_seen(const char *bytes, const char *expected)
{
	assert_seen_bytes(bytes, strlen(bytes), expected, strlen(expected));
}

static void lines_end_three_ways(void **state)
{
	(void)state;
	assert_seen("data: a\n\ndata: b\n\n", "event message|a|\nevent message|b|\n");
	assert_seen("data: a\r\rdata: b\r\r", "event message|a|\nevent message|b|\n");
	assert_seen("data: a\r\n\r\ndata: b\r\n\r\n", "event message|a|\nevent message|b|\n");
	assert_seen("data: a\r\n\ndata: b\n\r\n", "event message|a|\nevent message|b|\n");
	assert_seen("data: a\ndata: b\r\ndata: c\rdata: d\n\n", "event message|a\nb\nc\nd|\n");
	assert_seen("data: a\r\n\rdata: b\r\n\r", "event message|a|\nevent message|b|\n");
}

static void one_byte_order_mark_is_skipped(void **state)
{
	(void)state;
	assert_seen("\xef\xbb\xbf"
		    "data: a\n\n",
		"event message|a|\n");
	assert_seen("\xef\xbb\xbf\xef\xbb\xbf"
		    "data: a\n\ndata: b\n\n",
		"event message|b|\n");
	assert_seen("data: \xef\xbb\xbf\n\n", "event message|\xef\xbb\xbf|\n");
	/* Half a mark is the beginning of a name that nobody knows. */
	assert_seen("\xef\xbb"
		    "data: a\n\ndata: b\n\n",
		"event message|b|\n");
	assert_seen("\n\xef\xbb\xbf"
		    "data: a\n\ndata: b\n\n",
		"event message|b|\n");
}

static void data_joins_and_dispatches(void **state)
{
	(void)state;
	assert_seen("data\n\n", "event message||\n");
	assert_seen("data:\n\n", "event message||\n");
	assert_seen("data\ndata\n\n", "event message|\n|\n");
	assert_seen("data:  two\n\n", "event message| two|\n");
	assert_seen("data:none\n\n", "event message|none|\n");
	assert_seen("data: a: b\n\n", "event message|a: b|\n");
	assert_seen("data: YHOO\ndata: +2\ndata: 10\n\n", "event message|YHOO\n+2\n10|\n");
	assert_seen("\n\n\ndata: a\n\n\n\n", "event message|a|\n");
	assert_seen_bytes("data: a\0b\n\n", 11, "event message|a\0b|\n", 19);
}

static void other_fields(void **state)
{
	(void)state;
	assert_seen("event: done\ndata: x\n\ndata: y\n\n", "event done|x|\nevent message|y|\n");
	assert_seen("event: a\nevent: b\ndata\n\n", "event b||\n");
	assert_seen("event: gone\n\ndata: x\n\n", "event message|x|\n");
	assert_seen("event\ndata: x\n\n", "event message|x|\n");
	assert_seen("Data: x\ndatax: y\n data: z\nfoo\n\n", "");
	assert_seen(": hello\n:\n::x\n", "comment  hello\ncomment \ncomment :x\n");
	assert_seen("data: a\n: between\ndata: b\n\n", "comment  between\nevent message|a\nb|\n");
	assert_seen("retry: 1500\nretry:0\nretry: 1 \nretry: -1\nretry: x\nretry\nretry:\n",
		"retry 1500\nretry 0\n");
	assert_seen("retry: 99999999999999999999999\n", "retry 86400000\n");
}

static void ids_stay_in_force(void **state)
{
	(void)state;
	assert_seen("id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
		"event message|a|1\nevent message|b|1\nevent message|c|\n");
	/* Without data nothing is dispatched, but the id counts. */
	assert_seen("id: 7\n\ndata: a\n\n", "event message|a|7\n");
	assert_seen_bytes("id: 1\0\ndata: a\n\n", 16, "event message|a|\n", 17);
}

static void unterminated_events_are_none(void **state)
{
	(void)state;
	assert_seen("data: a\n\ndata: b\n", "event message|a|\n");
	assert_seen("data: a\n\ndata: b", "event message|a|\n");
	assert_seen("data: a", "");
}

/* --- bounds --- */

static char *filled(size_t len)
{
	char *text = malloc(len);

	assert_non_null(text);
	memset(text, 'x', len);
	return text;
}

static void feed_long_line(struct sse *sse, const char *name, size_t len, size_t piece)
{
	char *text = filled(len);

	feed(sse, name, strlen(name));
	for (size_t at = 0; at < len; at += piece)
		feed(sse, text + at, piece < len - at ? piece : len - at);
	feed(sse, "\n", 1);
	free(text);
}

static void a_line_too_long_costs_its_event_only(void **state)
{
	static const size_t pieces[] = {1000, 65536, 3u << 20};
	struct sse sse;
	struct seen seen;

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		begin(&sse, &seen);
		feed(&sse, "data: a\n\ndata: before\n", 22);
		feed_long_line(&sse, "data: ", 2u << 20, pieces[i]);
		feed(&sse, "data: after\n\ndata: b\n\n", 22);
		assert_string_equal(seen.text.data, "event message|a|\nlost\nevent message|b|\n");
		assert_true(sse.line.cap <= 8192 && sse.data.cap <= 8192);
		sse_release(&sse);
		buf_release(&seen.text);
	}
	/* In one piece, so that no line is ever put together. */
	begin(&sse, &seen);
	char *whole = filled((2u << 20) + 30);
	memcpy(whole, "data: ", 6);
	memcpy(whole + (2u << 20), "\n\ndata: b\n\n", 11);
	feed(&sse, whole, (2u << 20) + 11);
	assert_string_equal(seen.text.data, "lost\nevent message|b|\n");
	free(whole);
	sse_release(&sse);
	buf_release(&seen.text);
}

static void a_line_of_the_bound_is_kept(void **state)
{
	struct sse sse;
	struct seen seen;

	(void)state;
	begin(&sse, &seen);
	feed_long_line(&sse, "data: ", SSE_LINE_MAX - 6, 5000);
	feed(&sse, "\n", 1);
	assert_int_equal(seen.text.len, strlen("event message||\n") + SSE_LINE_MAX - 6);
	buf_release(&seen.text);
	feed_long_line(&sse, "data: ", SSE_LINE_MAX - 5, 5000);
	feed(&sse, "\n", 1);
	assert_string_equal(seen.text.data, "lost\n");
	buf_release(&seen.text);
	sse_release(&sse);
}

static void an_event_too_long_is_lost(void **state)
{
	struct sse sse;
	struct seen seen;

	(void)state;
	begin(&sse, &seen);
	for (int i = 0; i < 5; i++)
		feed_long_line(&sse, "data: ", 1000000, 50000);
	feed(&sse, "\ndata: b\n\n", 10);
	assert_string_equal(seen.text.data, "lost\nevent message|b|\n");
	buf_release(&seen.text);
	for (int i = 0; i < 4; i++)
		feed_long_line(&sse, "data: ", 1000000, 50000);
	feed(&sse, "\n", 1);
	assert_true(seen.text.len > 4000000);
	assert_true(sse.data.cap <= 8192);
	buf_release(&seen.text);
	sse_release(&sse);
}

static void a_long_comment_costs_nothing(void **state)
{
	struct sse sse;
	struct seen seen;

	(void)state;
	begin(&sse, &seen);
	feed(&sse, "data: a\n", 8);
	feed_long_line(&sse, ":", 5u << 20, 70000);
	feed(&sse, "data: b\n\n", 9);
	assert_string_equal(seen.text.data, "event message|a\nb|\n");
	sse_release(&sse);
	buf_release(&seen.text);
}

/* --- the same, written in the simplest way --- */

struct plain {
	struct buf *out, data, id, last_id, type;
	bool has_data;
};

static void plain_field(struct plain *plain, const char *line, size_t name, size_t len)
{
	const char *value = name < len ? line + name + 1 : line + len;
	size_t n = (size_t)(line + len - value);

	if (n > 0 && value[0] == ' ') {
		value++;
		n--;
	}
	if (name == 4 && !memcmp(line, "data", 4)) {
		buf_add(&plain->data, value, n, NULL);
		buf_add(&plain->data, "\n", 1, NULL);
		plain->has_data = true;
	} else if (name == 5 && !memcmp(line, "event", 5)) {
		buf_reset(&plain->type);
		buf_add(&plain->type, value, n, NULL);
	} else if (name == 2 && !memcmp(line, "id", 2) && (n == 0 || !memchr(value, 0, n))) {
		buf_reset(&plain->id);
		buf_add(&plain->id, value, n, NULL);
	} else if (name == 5 && !memcmp(line, "retry", 5) && n > 0 && n < 8 &&
		   strspn(value, "0123456789") >= n) {
		buf_addf(plain->out, NULL, "retry %ld\n", strtol(value, NULL, 10));
	}
}

static void plain_line(struct plain *plain, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);

	if (len > 0 && line[0] == ':') {
		buf_adds(plain->out, "comment ", NULL);
		buf_add(plain->out, line + 1, len - 1, NULL);
		buf_adds(plain->out, "\n", NULL);
	} else if (len > 0) {
		plain_field(plain, line, colon ? (size_t)(colon - line) : len, len);
	} else {
		buf_reset(&plain->last_id);
		buf_add(&plain->last_id, plain->id.data, plain->id.len, NULL);
		if (plain->has_data) {
			buf_addf(plain->out, NULL, "event %s|",
				plain->type.len > 0 ? plain->type.data : "message");
			buf_add(plain->out, plain->data.data, plain->data.len - 1, NULL);
			buf_addf(plain->out, NULL, "|%s\n", plain->last_id.data);
		}
		buf_reset(&plain->data);
		buf_reset(&plain->type);
		plain->has_data = false;
	}
}

static void plain_run(struct seen *seen, const char *bytes, size_t len)
{
	struct plain plain = {.out = &seen->text};
	char line[1024];
	size_t n = 0;

	buf_init(&seen->text, 1u << 20);
	buf_init(&plain.data, 1u << 20);
	buf_init(&plain.id, 1u << 20);
	buf_init(&plain.last_id, 1u << 20);
	buf_init(&plain.type, 1u << 20);
	for (size_t at = len >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3) ? 3 : 0; at < len; at++) {
		if (bytes[at] != '\r' && bytes[at] != '\n') {
			line[n++] = bytes[at];
			line[n] = '\0';
			continue;
		}
		if (bytes[at] == '\r' && at + 1 < len && bytes[at + 1] == '\n')
			at++;
		line[n] = '\0';
		plain_line(&plain, line, n);
		n = 0;
	}
	buf_release(&plain.data);
	buf_release(&plain.id);
	buf_release(&plain.last_id);
	buf_release(&plain.type);
}

static void noise_reads_as_the_standard_has_it(void **state)
{
	static const char *const words[] = {"data:", "data: x", "data", "\n", "\r", "\r\n", "\n\n",
		"id: 1", "id", "event: e", "event:", "retry: 12", "retry:", ":", ": c",
		"\xef\xbb\xbf", "\xef\xbb", " ", "a"};
	struct noise noise = {42};
	struct seen plain, split;
	char bytes[160];

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t len = noise_fill(
			&noise, bytes, sizeof(bytes), words, sizeof(words) / sizeof(words[0]));

		plain_run(&plain, bytes, len);
		run(&split, bytes, len, noise_below(&noise, len + 1), 1 + noise_below(&noise, 9));
		if (split.text.len != plain.text.len ||
			memcmp(split.text.data, plain.text.data, plain.text.len) != 0)
			fail_msg("round %d: got\n%s\nnot\n%s", round, split.text.data,
				plain.text.data);
		buf_release(&plain.text);
		buf_release(&split.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_three_ways),
		cmocka_unit_test(one_byte_order_mark_is_skipped),
		cmocka_unit_test(data_joins_and_dispatches),
		cmocka_unit_test(other_fields),
		cmocka_unit_test(ids_stay_in_force),
		cmocka_unit_test(unterminated_events_are_none),
		cmocka_unit_test(a_line_too_long_costs_its_event_only),
		cmocka_unit_test(a_line_of_the_bound_is_kept),
		cmocka_unit_test(an_event_too_long_is_lost),
		cmocka_unit_test(a_long_comment_costs_nothing),
		cmocka_unit_test(noise_reads_as_the_standard_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

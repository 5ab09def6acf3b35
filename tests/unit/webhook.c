/* Posting to an address: what is sent, when again, when no more. */
#include "support/net_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "notify/webhook.h"

#define ANSWER(status, head) "HTTP/1.1 " status "\r\n" head "Content-Length: 0\r\n\r\n"
#define STEP(status, head)                                                                         \
	{                                                                                          \
		.steps = { {PEER_SEND, ANSWER(status, head)} }                                     \
	}
#define ALWAYS(status, head)                                                                       \
	{                                                                                          \
		.repeat = true, .steps = { {PEER_SEND, ANSWER(status, head)} }                     \
	}
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const char body[] = "{\"type\":\"result\"}";

struct post {
	int done;
	char lines[4096];
};

static void on_say(
	void *context, enum berth_level level, const char *source, const char *text, size_t len)
{
	struct post *post = context;
	size_t at = strlen(post->lines);

	assert_string_equal(source, "webhook");
	snprintf(post->lines + at, sizeof(post->lines) - at, "%s %.*s\n", berth_level_name(level),
		(int)len, text);
}

static void on_done(void *context)
{
	struct post *post = context;

	post->done++;
}

static bool is_done(void *context)
{
	return ((struct post *)context)->done > 0;
}

static struct webhook *start(
	struct net_fixture *fixture, struct post *post, const struct berth_secret *key)
{
	static const struct berth_secret no_key;
	static char url[160];
	struct berth_error err;
	struct webhook *webhook;

	*post = (struct post){0};
	snprintf(url, sizeof(url), "%s/a/path?with=query", peer_url(fixture->peer));
	webhook = webhook_start(&(struct webhook_setup){.net = fixture->net,
					.url = url,
					.key = key != NULL ? key : &no_key,
					.event = "on_success",
					.delivery = "the-id",
					.body = body,
					.pause_ms = 2,
					.telling = {on_say, on_done, post}},
		&err);
	assert_non_null(webhook);
	assert_int_equal(post->done, 0);
	return webhook;
}

static void post_to(struct net_fixture *fixture, struct post *post, const struct berth_secret *key,
	const struct peer_exchange *script, size_t len)
{
	fixture_peer(
		fixture, &(struct peer_options){.tcp = true, .script = script, .script_len = len});
	start(fixture, post, key);
	LOOP_UNTIL(&fixture->loop, is_done(post));
	assert_int_equal(post->done, 1);
}

static const char *header(struct net_fixture *fixture, int index, const char *name)
{
	static char value[256];
	const struct peer_request *request = peer_request_at(fixture->peer, index);

	assert_non_null(request);
	return peer_request_header(request, name, value, sizeof(value)) ? value : "";
}

static void what_is_taken_is_sent_once(void **state)
{
	static const struct peer_exchange script[] = {STEP("204 No Content", "")};
	struct post post;

	post_to(*state, &post, NULL, script, COUNT(script));
	assert_int_equal(peer_request_count(((struct net_fixture *)*state)->peer), 1);
	assert_string_equal(header(*state, 0, "x-berth-event"), "on_success");
	assert_string_equal(header(*state, 0, "x-berth-delivery"), "the-id");
	assert_string_equal(header(*state, 0, "x-berth-signature"), "");
	assert_string_equal(header(*state, 0, "content-type"), "application/json");
	assert_string_equal(peer_request_at(((struct net_fixture *)*state)->peer, 0)->body, body);
	assert_string_equal(post.lines, "info webhook: delivered to '127.0.0.1' (204)\n");
}

static void a_key_signs_the_body(void **state)
{
	static const struct peer_exchange script[] = {STEP("200 OK", "")};
	char source[] = "a key", hex[SHA256_HEX_SIZE], expected[128];
	const struct berth_secret key = {.from = BERTH_SECRET_TEXT, .source = source};
	struct post post;

	post_to(*state, &post, &key, script, COUNT(script));
	assert_int_equal(hmac_sha256_hex(hex, source, strlen(source), body, strlen(body)), 0);
	snprintf(expected, sizeof(expected), "sha256=%s", hex);
	assert_string_equal(header(*state, 0, "x-berth-signature"), expected);
}

static void without_its_key_nothing_is_sent(void **state)
{
	char source[] = "NO_SUCH_VARIABLE_HERE";
	const struct berth_secret key = {.from = BERTH_SECRET_VARIABLE, .source = source};
	struct post post;

	post_to(*state, &post, &key, NULL, 0);
	assert_int_equal(peer_request_count(((struct net_fixture *)*state)->peer), 0);
	assert_non_null(strstr(post.lines, "warn webhook: not delivered"));
	assert_non_null(strstr(post.lines, "NO_SUCH_VARIABLE_HERE is not set"));
}

static void what_may_pass_is_tried_again_as_the_same(void **state)
{
	static const struct peer_exchange script[] = {STEP("503 Service Unavailable", ""),
		STEP("429 Too Many Requests", "Retry-After: 0\r\n"),
		{.steps = {{PEER_CLOSE, NULL}}}, STEP("201 Created", "")};
	struct net_fixture *fixture = *state;
	struct post post;

	post_to(fixture, &post, NULL, script, COUNT(script));
	assert_int_equal(peer_request_count(fixture->peer), 4);
	for (int i = 0; i < 4; i++)
		assert_string_equal(header(fixture, i, "x-berth-delivery"), "the-id");
	assert_non_null(strstr(post.lines, "info webhook: it answered 503; again in"));
	assert_non_null(strstr(post.lines, "info webhook: delivered to '127.0.0.1' (201)\n"));
	assert_null(strstr(post.lines, "warn"));
}

static void it_is_given_up(void **state)
{
	static const struct peer_exchange script[] = {ALWAYS("500 Internal Server Error", "")};
	struct net_fixture *fixture = *state;
	struct post post;

	post_to(fixture, &post, NULL, script, COUNT(script));
	assert_int_equal(peer_request_count(fixture->peer), WEBHOOK_TRIES);
	assert_non_null(strstr(post.lines, "warn webhook: not delivered to '127.0.0.1' after 5 "
					   "tries: it answered 500\n"));
}

static void a_pause_longer_than_all_is_not_waited_for(void **state)
{
	static const struct peer_exchange script[] = {
		ALWAYS("503 Service Unavailable", "Retry-After: 3600\r\n")};
	struct net_fixture *fixture = *state;
	struct post post;

	post_to(fixture, &post, NULL, script, COUNT(script));
	assert_int_equal(peer_request_count(fixture->peer), 1);
	assert_non_null(strstr(post.lines, "after 1 try: it answered 503\n"));
}

static void a_refusal_is_final(void **state)
{
	static const struct peer_exchange script[] = {ALWAYS("400 Bad Request", "")};
	struct net_fixture *fixture = *state;
	struct post post;

	post_to(fixture, &post, NULL, script, COUNT(script));
	assert_int_equal(peer_request_count(fixture->peer), 1);
	assert_string_equal(
		post.lines, "warn webhook: not delivered to '127.0.0.1': it answered 400\n");
}

static void nobody_else_gets_it(void **state)
{
	static const struct peer_exchange script[] = {
		ALWAYS("307 Temporary Redirect", "Location: http://localhost:9/taken\r\n")};
	struct net_fixture *fixture = *state;
	struct post post;

	post_to(fixture, &post, NULL, script, COUNT(script));
	assert_int_equal(peer_request_count(fixture->peer), 1);
	assert_non_null(strstr(post.lines, "where nothing is sent that was meant for it"));
}

static void it_moves_on_its_own_host(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = "/a/path",
			.steps = {{PEER_SEND,
				ANSWER("308 Permanent Redirect", "Location: /new\r\n")}}},
		{.expect = "/new", .steps = {{PEER_SEND, ANSWER("200 OK", "")}}}};
	struct net_fixture *fixture = *state;
	struct post post;

	post_to(fixture, &post, NULL, script, COUNT(script));
	assert_int_equal(peer_request_count(fixture->peer), 2);
	assert_non_null(strstr(post.lines, "delivered to '127.0.0.1' (200)"));
}

static void it_can_be_stopped(void **state)
{
	static const struct peer_exchange script[] = {{.steps = {{PEER_STALL, NULL}}}};
	struct net_fixture *fixture = *state;
	struct post post;
	struct webhook *webhook;

	fixture_peer(
		fixture, &(struct peer_options){.tcp = true, .script = script, .script_len = 1});
	webhook = start(fixture, &post, NULL);
	LOOP_UNTIL(&fixture->loop, peer_request_count(fixture->peer) == 1);
	webhook_stop(webhook);
	LOOP_UNTIL(&fixture->loop, is_done(&post));
	assert_string_equal(post.lines, "warn webhook: not delivered to '127.0.0.1': berth ends\n");
	/* Before it was even begun. */
	webhook_stop(start(fixture, &post, NULL));
	LOOP_UNTIL(&fixture->loop, is_done(&post));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, net_setup, net_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_taken_is_sent_once),
		TEST(a_key_signs_the_body),
		TEST(without_its_key_nothing_is_sent),
		TEST(what_may_pass_is_tried_again_as_the_same),
		TEST(it_is_given_up),
		TEST(a_pause_longer_than_all_is_not_waited_for),
		TEST(a_refusal_is_final),
		TEST(nobody_else_gets_it),
		TEST(it_moves_on_its_own_host),
		TEST(it_can_be_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

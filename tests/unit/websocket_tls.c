/* WebSockets over TLS, and through a proxy: the connection is HTTP's, so what holds there holds
 * here. The server is openssl's, which shows what it got and says what the test writes. */
#include "support/connect_proxy.h"
#include "support/net_fixture.h"
#include "support/tls_server.h"
#include "support/ws_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "loop/websocket.h"

static struct tls_files files;

struct story {
	struct tls_server server;
	struct websocket *socket;
	struct buf told;
	bool answered;
	int done;
};

static void on_open(void *context)
{
	buf_adds(&((struct story *)context)->told, "open ", NULL);
}

static void on_message(void *context, const char *data, size_t len, bool text)
{
	struct story *story = context;

	buf_addf(&story->told, NULL, "%s:%.*s ", text ? "text" : "binary", (int)len, data);
}

static void on_done(void *context, const struct websocket_end *end)
{
	struct story *story = context;

	story->done++;
	buf_addf(&story->told, NULL, "%s %d%s%s", berth_code_name(end->error.code), end->close_code,
		end->error.code == BERTH_E_OK ? "" : ": ", end->error.message);
}

/* When the whole request is there it is answered, with two texts and a Close behind it. */
static bool answer(struct story *story)
{
	const char *out = story->server.process.out.text, *key;
	struct peer_request request = {0};
	char head[128], accept[32], said[512];

	if (story->answered || !tls_server_got(&story->server, "\r\n\r\n"))
		return true;
	out = story->server.process.out.text;
	key = strstr(out, "Sec-WebSocket-Key: ");
	assert_non_null(key);
	snprintf(head, sizeof(head), "GET / HTTP/1.1\r\n%.43s\r\n\r\n", key);
	request.head = head;
	ws_accept_key(&request, accept);
	snprintf(said, sizeof(said),
		"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Accept: "
		"%s\r\n\r\n\x81\x05hello\x01\x02wo\x80\x03rld\x88\x02\x03\xe9",
		accept);
	assert_int_equal(tls_server_say(&story->server, said), 0);
	story->answered = true;
	return true;
}

static void run(struct net_fixture *fixture, struct story *story, const char *shown,
	const char *authority, const char *url)
{
	char address[128], file[128];
	struct websocket_request request = {
		.on_open = on_open, .on_message = on_message, .done = on_done, .context = story};

	memset(story, 0, sizeof(*story));
	buf_init(&story->told, 4096);
	assert_int_equal(tls_server_start(&story->server, &files, shown, NULL), 0);
	snprintf(file, sizeof(file), "%s/%s.pem", files.folder, authority ? authority : "ca");
	snprintf(address, sizeof(address), "https://localhost:%d/stream", story->server.port);
	request.http = (struct xfer_request){.url = url ? url : address, .ca_file = file};
	story->socket = websocket_start(fixture->net, &request, NULL);
	assert_non_null(story->socket);
}

static void end(struct net_fixture *fixture, struct story *story, const char *wanted)
{
	LOOP_UNTIL(&fixture->loop, answer(story) && story->done == 1);
	if (strstr(story->told.data, wanted) != story->told.data)
		fail_msg("'%s' instead of '%s'", story->told.data, wanted);
	buf_release(&story->told);
	tls_server_stop(&story->server);
}

static void it_is_spoken_over_tls(void **state)
{
	struct story story;

	run(*state, &story, "good", "ca", NULL);
	end(*state, &story, "open text:hello text:world ok 1001");
}

static void a_certificate_is_checked(void **state)
{
	static const char *const bad[] = {"self", "expired", "wrong"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct story story;

		run(*state, &story, bad[i], "ca", NULL);
		end(*state, &story, "denied 0: cannot make a TLS connection to");
	}
}

/* Also what is not encrypted inside goes through a tunnel: it is no HTTP. */
static void it_goes_through_a_proxy(void **state)
{
	struct connect_proxy proxy = {0};
	struct story story;
	char variable[64];

	/* The server is started by run(), and its port is known only then. */
	assert_int_equal(connect_proxy_start(&proxy), 0);
	snprintf(variable, sizeof(variable), "http://127.0.0.1:%d", proxy.port);
	setenv("https_proxy", variable, 1);
	run(*state, &story, "good", "ca", "https://deploy.example/stream");
	proxy.to_port = story.server.port;
	end(*state, &story, "open text:hello text:world ok 1001");
	assert_int_equal(atomic_load(&proxy.asked), 1);
	assert_memory_equal(proxy.head, "CONNECT deploy.example:443 HTTP/1.1\r\n", 37);
	unsetenv("https_proxy");
	connect_proxy_stop(&proxy);
}

static void a_proxy_that_refuses_is_named(void **state)
{
	struct connect_proxy proxy = {.status = 403};
	struct story story;
	char variable[64];

	assert_int_equal(connect_proxy_start(&proxy), 0);
	snprintf(variable, sizeof(variable), "http://127.0.0.1:%d", proxy.port);
	setenv("https_proxy", variable, 1);
	run(*state, &story, "good", "ca", "https://deploy.example/stream");
	LOOP_UNTIL(&((struct net_fixture *)*state)->loop, story.done == 1);
	assert_non_null(strstr(story.told.data, "403"));
	assert_null(strstr(story.told.data, "open"));
	end(*state, &story, "");
	unsetenv("https_proxy");
	connect_proxy_stop(&proxy);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, net_setup, net_teardown)

static int make_files(void **state)
{
	(void)state;
	return tls_files_make(&files);
}

static int remove_files(void **state)
{
	(void)state;
	tls_files_remove(&files);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_is_spoken_over_tls),
		TEST(a_certificate_is_checked),
		TEST(it_goes_through_a_proxy),
		TEST(a_proxy_that_refuses_is_named),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}

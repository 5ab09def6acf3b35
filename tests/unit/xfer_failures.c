#include "support/net_fixture.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define OK(head, body) "HTTP/1.1 200 OK\r\n" head "\r\n" body
#define COUNT(array)   (sizeof(array) / sizeof(*(array)))

static const char hello[] = OK("Content-Length: 5\r\n", "hello");

/* ".hang" names are looked up until the test lets go; curl finds this function instead of libc's.
 */
static pthread_mutex_t lookup_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t lookup_changed = PTHREAD_COND_INITIALIZER;
static int lookups_hanging;
static bool lookups_released;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
	struct addrinfo **result)
{
	static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	size_t len = node ? strlen(node) : 0;

	if (len > 5 && !strcmp(node + len - 5, ".hang")) {
		pthread_mutex_lock(&lookup_lock);
		lookups_hanging++;
		while (!lookups_released)
			pthread_cond_wait(&lookup_changed, &lookup_lock);
		lookups_hanging--;
		pthread_cond_broadcast(&lookup_changed);
		pthread_mutex_unlock(&lookup_lock);
		return EAI_NONAME;
	}
	if (len > 4 && !strcmp(node + len - 4, ".bad"))
		return EAI_NONAME;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	return real(node, service, hints, result);
}

static int hanging(void)
{
	int count;

	pthread_mutex_lock(&lookup_lock);
	count = lookups_hanging;
	pthread_mutex_unlock(&lookup_lock);
	return count;
}

static int release_lookups(void **state)
{
	int rc = net_teardown(state);

	pthread_mutex_lock(&lookup_lock);
	lookups_released = true;
	pthread_cond_broadcast(&lookup_changed);
	while (lookups_hanging > 0)
		pthread_cond_wait(&lookup_changed, &lookup_lock);
	lookups_released = false;
	pthread_mutex_unlock(&lookup_lock);
	return rc;
}

static void assert_error(const struct call *call, enum berth_code code, const char *part)
{
	if (call->error.code != code || !strstr(call->error.message, part))
		fail_msg("%s: '%s', not %s: '%s'", berth_code_name(call->error.code),
			call->error.message, berth_code_name(code), part);
}

static void a_body_has_a_limit(void **state)
{
	static const struct {
		size_t body_max, size;
		bool fits;
	} cases[] = {
		{10, 10, true},
		{10, 11, false},
		{0, 4 * 1024 * 1024, true},
		{0, 4 * 1024 * 1024 + 1, false},
	};
	struct net_fixture *fixture = *state;
	struct peer_exchange script = {.steps = {{PEER_SEND, "HTTP/1.1 200 OK\r\n\r\n"}}};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct call call = {.request.body_max = cases[i].body_max};
		char *body = malloc(cases[i].size);

		memset(body, 'b', cases[i].size);
		script.steps[1] = (struct peer_step){PEER_SEND, body, cases[i].size};
		script.steps[2] = (struct peer_step){PEER_SHUT};
		script.steps[3] = (struct peer_step){PEER_STALL};
		fixture_script(fixture, &script, 1);
		call_run(fixture, &call, "/");
		if (cases[i].fits) {
			assert_error(&call, BERTH_E_OK, "");
			assert_int_equal(call.body_len, cases[i].size);
		} else {
			assert_error(&call, BERTH_E_LIMIT, "larger than");
		}
		assert_int_equal(call.status, 200);
		call_release(&call);
		fixture_peer(fixture, &(struct peer_options){0});
		free(body);
	}
}

static void a_refusal_has_the_limit_too(void **state)
{
	static const struct peer_exchange script[] = {
		{.steps = {{PEER_SEND, "HTTP/1.1 500 No\r\nContent-Length: 6\r\n\r\n123456"}}},
	};
	struct call call = {.request.body_max = 5};

	fixture_script(*state, script, 1);
	call_listen(&call);
	call_run(*state, &call, "/");
	assert_error(&call, BERTH_E_LIMIT, "larger than 5 bytes");
	assert_int_equal(call.status, 500);
	call_release(&call);
}

static void a_head_has_a_limit(void **state)
{
	enum { size = 300 * 1024 };
	struct net_fixture *fixture = *state;
	char *line = malloc(size + 1);
	struct call call;
	int i, at;

	for (i = 0; i < 2; i++) {
		struct peer_exchange script = {
			.steps = {{PEER_SEND, "HTTP/1.1 200 OK\r\n"}, {PEER_SEND, line, size},
				{PEER_SEND, "\r\n\r\n"}, {PEER_STALL}},
		};

		/* One endless header, and endless headers. */
		memset(line, 'h', size);
		memcpy(line, "X: ", 3);
		for (at = 100; i == 1 && at + 5 < size; at += 100)
			memcpy(line + at, "\r\nX: ", 5);
		fixture_script(fixture, &script, 1);
		call = (struct call){0};
		call_run(fixture, &call, "/");
		assert_error(&call, BERTH_E_LIMIT, "head of the answer");
		call_release(&call);
		fixture_peer(fixture, &(struct peer_options){0});
	}
	free(line);
}

static void what_is_not_http_is_said_so(void **state)
{
	static const char *const answers[] = {
		"SSH-2.0-OpenSSH_9.2\r\n",
		"\x15\x03\x01\x00\x02\x02\x46 and more of it",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
	};
	struct net_fixture *fixture = *state;
	size_t i;

	for (i = 0; i < COUNT(answers); i++) {
		struct peer_exchange script = {
			.steps = {{PEER_SEND, answers[i]}, {PEER_SHUT}, {PEER_STALL}},
		};
		struct call call = {0};

		fixture_script(fixture, &script, 1);
		call_run(fixture, &call, "/");
		assert_error(&call, BERTH_E_PROTOCOL, "not HTTP");
		call_release(&call);
		fixture_peer(fixture, &(struct peer_options){0});
	}
}

static void what_is_cut_is_broken(void **state)
{
	static const struct {
		const char *bytes;
		int status;
	} cases[] = {
		{OK("Content-Length: 10\r\n", "12345"), 200},
		{OK("Content-Length: 10\r\n", ""), 200},
		{OK("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n"), 200},
		{OK("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n9\r\nab"), 200},
		{OK("Transfer-Encoding: chunked\r\n", ""), 200},
		{"HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\nabc", 404},
		{"HTTP/1.1 200 OK\r\nContent-Le", 0},
		{"HTTP/1.1 200 OK\r\n", 0},
		{"HTT", 0},
		{"", 0},
	};
	struct net_fixture *fixture = *state;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct peer_exchange script = {
			.steps = {{PEER_SEND, cases[i].bytes}, {PEER_CLOSE}},
		};
		struct call call = {0};

		fixture_script(fixture, &script, 1);
		if (i % 2)
			call_listen(&call);
		call_run(fixture, &call, "/");
		if (call.error.code != BERTH_E_BROKEN)
			fail_msg("case %zu: %s %s", i, berth_code_name(call.error.code),
				call.error.message);
		assert_non_null(strstr(call.error.message, peer_socket(fixture->peer)));
		assert_int_equal(call.status, cases[i].status);
		assert_true(call.connected);
		call_release(&call);
		fixture_peer(fixture, &(struct peer_options){0});
	}
}

static void a_reset_is_broken(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = "/body",
			.steps = {{PEER_SEND, OK("", "some")}, {PEER_PAUSE}, {PEER_RESET}}},
		{.expect = "/head", .steps = {{PEER_RESET}}},
	};
	struct net_fixture *fixture = *state;
	struct call call = {0};

	fixture_peer(fixture,
		&(struct peer_options){.tcp = true, .script = script, .script_len = COUNT(script)});
	call_listen(&call);
	call_prepare(fixture, &call, "/body");
	call_start(&call);
	LOOP_UNTIL(&fixture->loop, call.pieces);
	peer_release(fixture->peer);
	LOOP_UNTIL(&fixture->loop, call.done);
	assert_error(&call, BERTH_E_BROKEN, "broke: ");
	assert_int_equal(call.status, 200);
	assert_string_equal(call.body, "some");
	call_release(&call);
	call_run(fixture, &call, "/head");
	assert_error(&call, BERTH_E_BROKEN, "broke: ");
	assert_int_equal(call.status, 0);
	call_release(&call);
}

enum { before_reset = 60000 };

static int say_all_and_reset(void *context, struct peer_request *request, struct peer_conn *conn)
{
	char body[before_reset];

	(void)context;
	(void)request;
	memset(body, 'r', sizeof(body));
	if (peer_sendf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", before_reset) ||
		peer_pause(conn) || peer_send(conn, body, sizeof(body)) || peer_wait_taken(conn))
		return -1;
	peer_reset(conn);
	return -1;
}

static void let_it_reset(struct call *call)
{
	peer_release(call->fixture->peer);
	while (peer_open_count(call->fixture->peer) > 0)
		sched_yield();
}

/* The whole answer is there, and so is the news that the connection is gone. */
static void what_came_before_a_reset_counts(void **state)
{
	struct net_fixture *fixture = *state;
	struct call call = {.when_head = let_it_reset};

	fixture_peer(fixture, &(struct peer_options){.tcp = true, .handler = say_all_and_reset});
	call_listen(&call);
	call_run(fixture, &call, "/");
	assert_error(&call, BERTH_E_OK, "");
	assert_int_equal(call.body_len, before_reset);
	call_release(&call);
}

static void assert_unreachable(struct net_fixture *fixture, const char *url, const char *path,
	enum berth_code code, int number)
{
	struct call call = {.request = {.url = url, .unix_socket = path}};

	call_run(fixture, &call, NULL);
	assert_error(&call, code, path ? path : strstr(url, "//") + 2);
	assert_int_equal(call.error.number, number);
	assert_int_equal(call.status, 0);
	assert_false(call.connected);
	assert_int_equal(call.error.hint[0] != '\0', code == BERTH_E_DENIED);
	call_release(&call);
}

static void nobody_listens(void **state)
{
	struct net_fixture *fixture = *state;
	char url[64], path[128], folder[64];
	int root = geteuid() == 0;

	fixture_peer(fixture, &(struct peer_options){.tcp = true});
	snprintf(url, sizeof(url), "%s", peer_url(fixture->peer));
	assert_int_equal(peer_free(fixture->peer), 0);
	fixture->peer = NULL;
	assert_unreachable(fixture, url, NULL, BERTH_E_UNREACHABLE, ECONNREFUSED);

	fixture_peer(fixture, &(struct peer_options){0});
	snprintf(path, sizeof(path), "%s", peer_socket(fixture->peer));
	snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
	/* Nobody is refused anything as root. */
	assert_int_equal(root ? seteuid(65534) : chmod(folder, 0), 0);
	assert_unreachable(fixture, "http://localhost/", path, BERTH_E_DENIED, EACCES);
	assert_int_equal(root ? seteuid(0) : chmod(folder, 0700), 0);
	peer_free(fixture->peer);
	fixture->peer = NULL;
	assert_unreachable(fixture, "http://localhost/", path, BERTH_E_UNREACHABLE, ENOENT);
}

static void a_socket_nobody_serves(void **state)
{
	struct net_fixture *fixture = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char folder[] = "/tmp/berth-peer-XXXXXX";
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_non_null(mkdtemp(folder));
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/dead.sock", folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	assert_unreachable(
		fixture, "http://localhost/", address.sun_path, BERTH_E_UNREACHABLE, ECONNREFUSED);
	unlink(address.sun_path);
	rmdir(folder);
}

static void a_name_without_an_address(void **state)
{
	struct net_fixture *fixture = *state;
	struct call call = {.request.url = "http://no-such-host.bad:81/"};

	call_run(fixture, &call, NULL);
	assert_error(&call, BERTH_E_UNREACHABLE, "'no-such-host.bad:81'");
	assert_false(call.connected);
	call_release(&call);
}

static void a_look_up_delays_no_cancel(void **state)
{
	struct net_fixture *fixture = *state;
	struct call call = {.request.url = "http://cancel.hang/"};

	call_prepare(fixture, &call, NULL);
	call_start(&call);
	LOOP_UNTIL(&fixture->loop, hanging() == 1);
	call_cancel(&call);
	LOOP_UNTIL_MS(&fixture->loop, 1000, call.done);
	assert_error(&call, BERTH_E_CANCELLED, "cancelled");
	call_release(&call);
}

static void a_look_up_delays_no_close(void **state)
{
	struct net_fixture *fixture = *state;
	struct call call = {.request.url = "http://close.hang/"};

	call_prepare(fixture, &call, NULL);
	call_start(&call);
	LOOP_UNTIL(&fixture->loop, hanging() == 1);
	fixture_close_net(fixture);
	LOOP_UNTIL_MS(&fixture->loop, 1000, fixture->closed);
	assert_int_equal(call.done, 1);
	assert_error(&call, BERTH_E_CANCELLED, "cancelled");
	call_release(&call);
}

static void a_look_up_delays_no_timeout(void **state)
{
	struct net_fixture *fixture = *state;
	struct call call = {
		.request = {.url = "http://time.hang/", .connect_timeout_ms = 100},
	};

	call_prepare(fixture, &call, NULL);
	call_start(&call);
	LOOP_UNTIL_MS(&fixture->loop, 1100, call.done);
	assert_error(&call, BERTH_E_TIMEOUT, "no connection to 'time.hang:80' within 100 ms");
	assert_false(call.connected);
	call_release(&call);
}

static void a_connection_has_a_time_limit(void **state)
{
	struct net_fixture *fixture = *state;
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), client[8];
	struct call call = {.request.connect_timeout_ms = 200};
	char url[64];
	size_t i;

	/* A full queue: the kernel lets further connections wait. */
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(listener, 0), 0);
	getsockname(listener, (struct sockaddr *)&address, &size);
	for (i = 0; i < COUNT(client); i++) {
		client[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		assert_int_equal(connect(client[i], (struct sockaddr *)&address, size), -1);
	}
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(address.sin_port));
	call.request.url = url;
	call_run(fixture, &call, NULL);
	assert_error(&call, BERTH_E_TIMEOUT, "no connection to '127.0.0.1:");
	assert_non_null(strstr(call.error.message, "within 200 ms"));
	assert_false(call.connected);
	call_release(&call);
	call = (struct call){.request = {.url = url, .total_timeout_ms = 1000}};
	call_run(fixture, &call, NULL);
	assert_error(&call, BERTH_E_TIMEOUT, "no connection to '127.0.0.1:");
	assert_non_null(strstr(call.error.message, "within 1 s"));
	call_release(&call);
	for (i = 0; i < COUNT(client); i++)
		close(client[i]);
	close(listener);
}

/* The only transfer ends by its timeout: curl's running count is 0 before its message is read. */
static void an_exchange_has_a_time_limit(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = "/head", .steps = {{PEER_STALL}}},
		{.expect = "/body", .steps = {{PEER_SEND, OK("", "some")}, {PEER_STALL}}},
	};
	struct net_fixture *fixture = *state;
	struct call call = {.request.total_timeout_ms = 200};

	fixture_script(fixture, script, COUNT(script));
	call_run(fixture, &call, "/head");
	assert_error(&call, BERTH_E_TIMEOUT, "did not finish its answer within 200 ms");
	assert_true(call.connected);
	assert_int_equal(call.status, 0);
	call_release(&call);
	call.request.total_timeout_ms = 200;
	call_listen(&call);
	call_run(fixture, &call, "/body");
	assert_error(&call, BERTH_E_TIMEOUT, "did not finish its answer within 200 ms");
	assert_int_equal(call.status, 200);
	assert_string_equal(call.body, "some");
	call_release(&call);
}

static void silence_has_a_time_limit(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = "/head", .steps = {{PEER_STALL}}},
		{.expect = "/body", .steps = {{PEER_SEND, OK("", "some")}, {PEER_STALL}}},
	};
	struct net_fixture *fixture = *state;
	struct call call = {.request.silence_timeout_ms = 200};

	fixture_script(fixture, script, COUNT(script));
	call_run(fixture, &call, "/head");
	assert_error(&call, BERTH_E_TIMEOUT, "no byte from '");
	assert_non_null(strstr(call.error.message, "for 200 ms"));
	call_release(&call);
	call.request.silence_timeout_ms = 1000;
	call_listen(&call);
	call_run(fixture, &call, "/body");
	assert_error(&call, BERTH_E_TIMEOUT, "no byte from '");
	assert_non_null(strstr(call.error.message, "for 1 s"));
	assert_int_equal(call.status, 200);
	call_release(&call);
}

static int say_a_byte(void *context, struct peer_request *request, struct peer_conn *conn)
{
	int i;

	(void)context;
	(void)request;
	if (peer_sendf(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"))
		return -1;
	for (i = 0; i < 10; i++) {
		if (peer_pause(conn) || peer_send(conn, "x", 1))
			return -1;
	}
	return 0;
}

static void on_tick(uv_timer_t *timer)
{
	peer_release(timer->data);
}

static void any_byte_breaks_the_silence(void **state)
{
	struct net_fixture *fixture = *state;
	struct call call = {.request.silence_timeout_ms = 500};
	uv_timer_t tick;
	uint64_t began = uv_hrtime();

	fixture_peer(fixture, &(struct peer_options){.handler = say_a_byte});
	uv_timer_init(&fixture->loop, &tick);
	tick.data = fixture->peer;
	uv_timer_start(&tick, on_tick, 100, 100);
	call_run(fixture, &call, "/");
	uv_close((uv_handle_t *)&tick, NULL);
	LOOP_UNTIL(&fixture->loop, !uv_loop_alive(&fixture->loop));
	assert_error(&call, BERTH_E_OK, "");
	assert_string_equal(call.body, "xxxxxxxxxx");
	/* It did outlive the limit. */
	assert_true(uv_hrtime() - began > 500000000u);
	call_release(&call);
}

static int not_wanted(struct call *call)
{
	return call->pieces == 2 ? -1 : 0;
}

static int cancel_at_second(struct call *call)
{
	if (call->pieces == 2)
		call_cancel(call);
	return 0;
}

static void cancel_itself(struct call *call)
{
	call_cancel(call);
	call_cancel(call);
}

static void cancel_other(struct call *call)
{
	call_cancel(call->extra);
}

static void a_listener_may_want_no_more(void **state)
{
	static const struct peer_exchange script[] = {
		{.steps = {{PEER_TRICKLE, OK("Content-Length: 5\r\n", "hello")}}},
	};
	struct net_fixture *fixture = *state;
	int i;

	for (i = 0; i < 4; i++) {
		struct call call = {0};

		fixture_script(fixture, script, 1);
		call_listen(&call);
		call.when_data = i == 0 ? not_wanted : i == 1 ? cancel_at_second : NULL;
		call.when_head = i == 2 ? cancel_itself : NULL;
		call.when_done = i == 3 ? cancel_itself : NULL;
		call_run(fixture, &call, "/");
		if (i == 3)
			assert_error(&call, BERTH_E_OK, "");
		else
			assert_error(&call, BERTH_E_CANCELLED, "");
		assert_int_equal(call.status, 200);
		assert_int_equal(call.pieces, i == 3 ? 5 : i == 2 ? 0 : 2);
		call_release(&call);
	}
}

static void cancel_works_at_any_time(void **state)
{
	static const struct peer_exchange script[] = {
		{.repeat = true,
			.steps = {{PEER_PAUSE}, {PEER_SEND, OK("", "some")}, {PEER_STALL}}},
	};
	struct net_fixture *fixture = *state;
	struct call call;
	int turns;

	/* Before anything, and at every turn of the loop from then on. */
	for (turns = 0; turns < 12; turns++) {
		int i;

		fixture_peer(fixture, &(struct peer_options){
					      .tcp = turns % 2, .script = script, .script_len = 1});
		call = (struct call){0};
		call_listen(&call);
		call_prepare(fixture, &call, "/");
		call_start(&call);
		peer_release(fixture->peer);
		for (i = 0; i < turns; i++)
			loop_turn(&fixture->loop);
		assert_int_equal(call.done, 0);
		call_cancel(&call);
		call_cancel(&call);
		assert_int_equal(call.done, 0);
		LOOP_UNTIL_MS(&fixture->loop, 1000, call.done);
		assert_error(&call, BERTH_E_CANCELLED, "cancelled");
		call_release(&call);
	}
	/* Nothing was sent for what was cancelled before its first turn. */
	fixture_peer(fixture, &(struct peer_options){.script = script, .script_len = 1});
	call = (struct call){0};
	call_prepare(fixture, &call, "/");
	call_start(&call);
	call_cancel(&call);
	LOOP_UNTIL(&fixture->loop, call.done);
	assert_int_equal(peer_connection_count(fixture->peer), 0);
	call_release(&call);
	/* While it waits for the answer. */
	call_prepare(fixture, &call, "/");
	call_start(&call);
	LOOP_UNTIL(&fixture->loop, peer_paused_count(fixture->peer) == 1);
	call_cancel(&call);
	LOOP_UNTIL_MS(&fixture->loop, 1000, call.done);
	assert_error(&call, BERTH_E_CANCELLED, "cancelled");
	assert_int_equal(call.status, 0);
	assert_true(call.connected);
	call_release(&call);
}

static void one_may_cancel_another(void **state)
{
	static const struct peer_exchange script[] = {
		{.expect = "/stalls", .repeat = true, .steps = {{PEER_STALL}}},
		{.expect = "/hello", .repeat = true, .steps = {{PEER_SEND, hello}}},
	};
	struct net_fixture *fixture = *state;
	int i;

	fixture_script(fixture, script, COUNT(script));
	for (i = 0; i < 2; i++) {
		struct call other = {0}, call = {.extra = &other};

		call_prepare(fixture, &other, "/stalls");
		call_start(&other);
		call_listen(&call);
		call.when_head = i == 0 ? cancel_other : NULL;
		call.when_done = i == 1 ? cancel_other : NULL;
		call_run(fixture, &call, "/hello");
		LOOP_UNTIL(&fixture->loop, other.done);
		assert_error(&call, BERTH_E_OK, "");
		assert_error(&other, BERTH_E_CANCELLED, "cancelled");
		call_release(&call);
		call_release(&other);
	}
}

static int64_t no_body(void *context, char *data, size_t cap)
{
	(void)context;
	(void)data;
	(void)cap;
	return 0;
}

static void bad_requests_do_not_start(void **state)
{
	static const char *const injected[] = {"X: a\r\nY: b", NULL};
	struct net_fixture *fixture = *state;
	char path[110];
	const struct {
		struct xfer_request request;
		enum berth_code code;
	} cases[] = {
		{{.url = "http://localhost/", .unix_socket = path}, BERTH_E_LIMIT},
		{{.url = "http://user:secret@host:99999/"}, BERTH_E_USAGE},
		{{.url = ""}, BERTH_E_USAGE},
		{{.url = "http://localhost/", .headers = injected, .read = no_body}, BERTH_E_USAGE},
	};
	struct berth_error err;
	size_t i;

	memset(path, 'p', sizeof(path));
	path[0] = '/';
	path[108] = '\0';
	for (i = 0; i < COUNT(cases); i++) {
		assert_null(xfer_start(fixture->net, &cases[i].request, &err));
		assert_int_equal(err.code, cases[i].code);
		assert_null(strstr(err.message, "secret"));
		assert_false(uv_loop_alive(&fixture->loop));
	}
	/* 107 bytes are allowed. */
	path[107] = '\0';
	assert_unreachable(fixture, "http://localhost/", path, BERTH_E_UNREACHABLE, ENOENT);
}

int main(void)
{
#define NET(test)    cmocka_unit_test_setup_teardown(test, net_setup, net_teardown)
#define LOOKUP(test) cmocka_unit_test_setup_teardown(test, net_setup, release_lookups)
	const struct CMUnitTest tests[] = {
		NET(a_body_has_a_limit),
		NET(a_refusal_has_the_limit_too),
		NET(a_head_has_a_limit),
		NET(what_is_not_http_is_said_so),
		NET(what_is_cut_is_broken),
		NET(a_reset_is_broken),
		NET(what_came_before_a_reset_counts),
		NET(nobody_listens),
		NET(a_socket_nobody_serves),
		NET(a_name_without_an_address),
		LOOKUP(a_look_up_delays_no_cancel),
		LOOKUP(a_look_up_delays_no_close),
		LOOKUP(a_look_up_delays_no_timeout),
		NET(a_connection_has_a_time_limit),
		NET(an_exchange_has_a_time_limit),
		NET(silence_has_a_time_limit),
		NET(any_byte_breaks_the_silence),
		NET(a_listener_may_want_no_more),
		NET(cancel_works_at_any_time),
		NET(one_may_cancel_another),
		NET(bad_requests_do_not_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/sha256.h"
#include "docker/endpoint.h"
#include "docker/socket_probe.h"

static char root[64]; /* HOME */
static int listeners[16];
static size_t listener_count;
static struct endpoint endpoint;
static struct berth_error err;

static const char *at(const char *tail)
{
	static char paths[16][512]; /* so many live at the same time */
	static unsigned next;
	char *path = paths[next++ % 16];

	snprintf(path, sizeof(paths[0]), "%s/%s", root, tail);
	return path;
}

static void make_folders(const char *path)
{
	char part[1024];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		assert_true(mkdir(part, 0755) == 0 || errno == EEXIST);
	}
}

static void write_file(const char *path, const char *text)
{
	FILE *file;

	make_folders(path);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* bind() takes short paths only; the name alone is always one. */
static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char here[1024], folder[1024];
	const char *name = strrchr(path, '/') + 1;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	make_folders(path);
	snprintf(folder, sizeof(folder), "%.*s", (int)(name - path), path);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", name);
	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(chdir(here), 0);
	assert_int_equal(listen(fd, 4), 0);
	listeners[listener_count++] = fd;
	return fd;
}

static int setup(void **state)
{
	static const char *const names[] = {"DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG",
		"DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "XDG_RUNTIME_DIR"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unsetenv(names[i]);
	snprintf(root, sizeof(root), "/tmp/berth-endpoint-XXXXXX");
	assert_non_null(mkdtemp(root));
	setenv("HOME", root, 1);
	memset(&err, 0, sizeof(err));
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	endpoint_release(&endpoint);
	while (listener_count > 0)
		close(listeners[--listener_count]);
	return nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void find(const char *host)
{
	endpoint_release(&endpoint);
	if (endpoint_find(&endpoint, host, &err) < 0)
		fail_msg("%s", err.message);
}

static void find_fails(const char *host, enum berth_code code)
{
	endpoint_release(&endpoint);
	assert_int_equal(endpoint_find(&endpoint, host, &err), -1);
	if (err.code != code)
		fail_msg("%s: %s", berth_code_name(err.code), err.message);
}

static const char *url_of(const char *path)
{
	static char urls[4][512];
	static unsigned next;
	char *url = urls[next++ % 4];

	snprintf(url, sizeof(urls[0]), "unix://%s", path);
	return url;
}

static void write_context(const char *config, const char *name, const char *json)
{
	char hex[SHA256_HEX_SIZE], path[512];

	sha256_hex(hex, name, strlen(name));
	snprintf(path, sizeof(path), "%s/contexts/meta/%s/meta.json", config, hex);
	write_file(path, json);
}

static void write_context_host(const char *config, const char *name, const char *host)
{
	char json[1024];

	snprintf(json, sizeof(json),
		"{\"Name\":\"%s\",\"Metadata\":{},\"Endpoints\":{\"docker\":{\"Host\":\"%s\","
		"\"SkipTLSVerify\":false}}}",
		name, host);
	write_context(config, name, json);
}

static void test_sha256(void **state)
{
	char hex[SHA256_HEX_SIZE], text[200];

	(void)state;
	sha256_hex(hex, "", 0);
	assert_string_equal(
		hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	sha256_hex(hex, "abc", 3);
	assert_string_equal(
		hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256_hex(hex, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56);
	assert_string_equal(
		hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	memset(text, 'a', sizeof(text));
	sha256_hex(hex, text, 64);
	assert_string_equal(
		hex, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
	sha256_hex(hex, text, 119);
	assert_string_equal(
		hex, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb");
}

/* RFC 4231, test cases 2 and 6: a key shorter than a block, and a longer one. */
static void test_hmac(void **state)
{
	static const char text[] = "what do ya want for nothing?";
	static const char larger[] = "Test Using Larger Than Block-Size Key - Hash Key First";
	unsigned char key[131];
	char hex[SHA256_HEX_SIZE];

	(void)state;
	assert_int_equal(hmac_sha256_hex(hex, "Jefe", 4, text, strlen(text)), 0);
	assert_string_equal(
		hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	assert_int_equal(hmac_sha256_hex(hex, key, sizeof(key), larger, strlen(larger)), 0);
	assert_string_equal(
		hex, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void test_host_option_first(void **state)
{
	const char *a = at("a.sock"), *b = at("b.sock"), *c = at("c.sock");

	(void)state;
	listen_at(a);
	listen_at(b);
	listen_at(c);
	write_context_host(at(".docker"), "mine", url_of(c));
	setenv("DOCKER_HOST", url_of(b), 1);
	setenv("DOCKER_CONTEXT", "mine", 1);

	find(url_of(a));
	assert_string_equal(endpoint.address, url_of(a));
	assert_string_equal(endpoint.socket_path, a);
	assert_int_equal(endpoint.folder_fd, -1);
	assert_string_equal(endpoint.base_url, "http://localhost");
	assert_string_equal(endpoint.published_host, "127.0.0.1");
	assert_int_equal(endpoint.try_count, 1);
	assert_string_equal(endpoint.tries[0].why, "--host");
	assert_string_equal(endpoint.tries[0].outcome, "answers");
	assert_true(endpoint.tries[0].chosen);

	find(NULL);
	assert_string_equal(endpoint.socket_path, b);
	assert_string_equal(endpoint.tries[0].why, "DOCKER_HOST");

	setenv("DOCKER_HOST", "", 1);
	find("");
	assert_string_equal(endpoint.socket_path, c);
	assert_string_equal(endpoint.tries[0].why, "context 'mine'");
}

static void test_contexts(void **state)
{
	const char *a = at("a.sock"), *b = at("b.sock"), *c = at("c.sock");

	(void)state;
	listen_at(a);
	listen_at(b);
	listen_at(c);
	write_context_host(at(".docker"), "one", url_of(a));
	write_context_host(at(".docker"), "two", url_of(b));
	write_file(at(".docker/config.json"), "{\"currentContext\":\"one\"}");

	find(NULL);
	assert_string_equal(endpoint.socket_path, a);
	setenv("DOCKER_CONTEXT", "two", 1);
	find(NULL);
	assert_string_equal(endpoint.socket_path, b);
	unsetenv("DOCKER_CONTEXT");

	/* Another folder altogether. */
	write_context_host(at("other"), "three", url_of(c));
	write_file(at("other/config.json"), "{\"currentContext\":\"three\"}");
	setenv("DOCKER_CONFIG", at("other"), 1);
	find(NULL);
	assert_string_equal(endpoint.socket_path, c);
}

/* A machine that runs the tests may have an engine of its own; it goes first, and that is right. */
static const char *first_answering(const char *wanted)
{
	return socket_probe("/var/run/docker.sock") == 0 ? "/var/run/docker.sock" : wanted;
}

static void test_default_sockets(void **state)
{
	static const char *const tails[] = {"run/docker.sock", ".docker/run/docker.sock",
		".colima/default/docker.sock", ".orbstack/run/docker.sock",
		"run/podman/podman.sock"};
	const size_t count = sizeof(tails) / sizeof(tails[0]);

	(void)state;
	setenv("XDG_RUNTIME_DIR", at("run"), 1);
	/* From the last to the first: each goes before those that are there already. */
	for (size_t i = count; i-- > 0;) {
		listen_at(at(tails[i]));
		find(NULL);
		assert_string_equal(endpoint.socket_path, first_answering(at(tails[i])));
		assert_string_equal(endpoint.tries[0].where, "unix:///var/run/docker.sock");
		assert_string_equal(endpoint.tries[0].why, "default socket");
		for (size_t k = 0; k + 1 < endpoint.try_count; k++)
			assert_false(endpoint.tries[k].chosen);
		assert_true(endpoint.tries[endpoint.try_count - 1].chosen);
	}
}

static void test_default_context_is_default(void **state)
{
	const char *sock = at(".docker/run/docker.sock");

	(void)state;
	listen_at(sock);
	write_file(at(".docker/config.json"), "{\"currentContext\":\"default\"}");
	find(NULL);
	assert_string_equal(endpoint.socket_path, first_answering(sock));
	setenv("DOCKER_CONTEXT", "default", 1);
	write_file(at(".docker/config.json"), "{\"currentContext\":\"gone\"}");
	find(NULL);
	assert_string_equal(endpoint.socket_path, first_answering(sock));
}

static void test_nobody_answers(void **state)
{
	int fd;

	(void)state;
	if (socket_probe("/var/run/docker.sock") == 0 ||
		socket_probe("/run/podman/podman.sock") == 0)
		skip();
	setenv("XDG_RUNTIME_DIR", at("run"), 1);
	fd = listen_at(at("run/docker.sock"));
	shutdown(fd, SHUT_RDWR);
	close(fd);
	listener_count--;
	write_file(at(".colima/default/docker.sock"), "not a socket");
	find_fails(NULL, BERTH_E_UNREACHABLE);
	assert_int_equal(endpoint.try_count, 7);
	assert_non_null(strstr(err.message, "/var/run/docker.sock (no such file)"));
	assert_non_null(strstr(err.message, "run/docker.sock (connection refused)"));
	assert_non_null(strstr(err.message, ".colima/default/docker.sock (not a socket)"));
	assert_true(err.hint[0] != '\0');
	for (size_t i = 0; i < endpoint.try_count; i++)
		assert_false(endpoint.tries[i].chosen);
	assert_null(endpoint.socket_path);
	assert_null(endpoint.base_url);
}

static void test_outcomes_differ(void **state)
{
	int fd;

	(void)state;
	find_fails(url_of(at("none.sock")), BERTH_E_UNREACHABLE);
	assert_non_null(strstr(err.message, "no such file"));
	assert_non_null(strstr(err.hint, "start the engine"));
	assert_int_equal(err.number, ENOENT);

	fd = listen_at(at("dead.sock"));
	close(fd);
	listener_count--;
	find_fails(url_of(at("dead.sock")), BERTH_E_UNREACHABLE);
	assert_non_null(strstr(err.message, "connection refused"));
	assert_non_null(strstr(err.hint, "nobody listens"));
	assert_int_equal(err.number, ECONNREFUSED);
	assert_string_equal(endpoint.tries[0].outcome, "connection refused");

	write_file(at("file.sock"), "");
	find_fails(url_of(at("file.sock")), BERTH_E_UNREACHABLE);
	assert_non_null(strstr(err.message, "not a socket"));
}

/* Permission bits do not stop root, so the question is asked by somebody else. */
static void test_permission(void **state)
{
	const char *path = at("closed.sock");
	int status = -1;
	pid_t pid;

	(void)state;
	listen_at(path);
	assert_int_equal(chmod(path, 0), 0);
	assert_int_equal(chmod(root, 0755), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		bool right;

		if (getuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
			_exit(9);
		right = endpoint_find(&endpoint, url_of(path), &err) == -1 &&
			err.code == BERTH_E_DENIED && err.number == EACCES &&
			strstr(err.message, "permission denied") && strstr(err.hint, "group") &&
			strcmp(endpoint.tries[0].outcome, "permission denied") == 0;
		_exit(right ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_long_path(void **state)
{
	char path[512], name[200];
	int length;

	(void)state;
	length = snprintf(path, sizeof(path), "%s/%.*s/%.*s/docker.sock", root, 80,
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		60, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
	assert_true(length > SOCKET_PATH_MAX);
	listen_at(path);
	find(url_of(path));
	assert_true(strlen(endpoint.socket_path) <= SOCKET_PATH_MAX);
	assert_true(endpoint.folder_fd >= 0);
	assert_int_equal(socket_probe(endpoint.socket_path), 0);
	assert_string_equal(endpoint.address, url_of(path));

	/* A name that no folder can shorten. */
	memset(name, 'n', 150);
	name[150] = '\0';
	find_fails(url_of(at(name)), BERTH_E_UNREACHABLE);
	assert_non_null(strstr(err.message, "too long"));
	assert_int_equal(endpoint.folder_fd, -1);
}

static void test_path_at_the_limit(void **state)
{
	char path[SOCKET_PATH_MAX + 8];

	(void)state;
	for (size_t length = SOCKET_PATH_MAX - 1; length <= SOCKET_PATH_MAX + 1; length++) {
		size_t used = (size_t)snprintf(path, sizeof(path), "%s/", root);

		memset(path + used, 'x', length - used);
		path[length] = '\0';
		listen_at(path);
		find(url_of(path));
		assert_int_equal(socket_probe(endpoint.socket_path), 0);
		assert_int_equal(endpoint.folder_fd >= 0, length > SOCKET_PATH_MAX);
	}
}

static void test_tcp(void **state)
{
	static const struct {
		const char *address, *base_url, *host;
	} rows[] = {
		{"tcp://127.0.0.1:2375", "http://127.0.0.1:2375", "127.0.0.1"},
		{"tcp://box", "http://box:2375", "box"},
		{"tcp://box:1/", "http://box:1", "box"},
		{"tcp://[::1]:99", "http://[::1]:99", "::1"},
		{"tcp://[::1]", "http://[::1]:2375", "::1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		find(rows[i].address);
		assert_string_equal(endpoint.base_url, rows[i].base_url);
		assert_string_equal(endpoint.published_host, rows[i].host);
		assert_string_equal(endpoint.address, rows[i].address);
		assert_null(endpoint.socket_path);
		assert_null(endpoint.ca_file);
		assert_true(endpoint.tries[0].chosen);
	}
}

static void test_tls(void **state)
{
	(void)state;
	write_file(at("certs/ca.pem"), "ca");
	write_file(at("certs/cert.pem"), "cert");
	write_file(at("certs/key.pem"), "key");
	setenv("DOCKER_TLS_VERIFY", "1", 1);
	setenv("DOCKER_CERT_PATH", at("certs"), 1);
	find("tcp://box");
	assert_string_equal(endpoint.base_url, "https://box:2376");
	assert_string_equal(endpoint.ca_file, at("certs/ca.pem"));
	assert_string_equal(endpoint.cert_file, at("certs/cert.pem"));
	assert_string_equal(endpoint.key_file, at("certs/key.pem"));

	unlink(at("certs/key.pem"));
	find_fails("tcp://box", BERTH_E_USAGE);
	assert_non_null(strstr(err.message, "'cert.pem' without 'key.pem'"));

	/* Without a folder of its own: that of the configuration. */
	unsetenv("DOCKER_CERT_PATH");
	write_file(at(".docker/ca.pem"), "ca");
	find("tcp://box:1");
	assert_string_equal(endpoint.base_url, "https://box:1");
	assert_string_equal(endpoint.ca_file, at(".docker/ca.pem"));
	assert_null(endpoint.cert_file);
}

static void test_context_tls(void **state)
{
	char hex[SHA256_HEX_SIZE], path[256];

	(void)state;
	write_context_host(at(".docker"), "far", "tcp://far:2376");
	sha256_hex(hex, "far", 3);
	snprintf(path, sizeof(path), ".docker/contexts/tls/%s/docker/ca.pem", hex);
	write_file(at(path), "ca");
	setenv("DOCKER_CONTEXT", "far", 1);
	find(NULL);
	assert_string_equal(endpoint.base_url, "https://far:2376");
	assert_string_equal(endpoint.ca_file, at(path));
}

static void test_malformed(void **state)
{
	static const char *const addresses[] = {"/var/run/docker.sock", "docker.sock", "unix://",
		"unix://relative.sock", "unix:///folder/", "tcp://", "tcp://:2375", "tcp://a:0",
		"tcp://a:65536", "tcp://a:b", "tcp://a:1x", "tcp://a:1/path", "tcp://[::1",
		"tcp://u@h:1", "http://a:1", "npipe:////./pipe/docker_engine", "fd://", "x"};

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		find_fails(addresses[i], BERTH_E_USAGE);
		assert_non_null(strstr(err.message, addresses[i]));
		assert_non_null(strstr(err.hint, "unix:///"));
		assert_non_null(strstr(err.hint, "tcp://HOST:PORT"));
		assert_int_equal(endpoint.try_count, 1);
		endpoint_release(&endpoint);
		assert_int_equal(endpoint_find(&endpoint, addresses[i], NULL), -1);
	}
	setenv("DOCKER_HOST", "nonsense", 1);
	find_fails(NULL, BERTH_E_USAGE);
	assert_non_null(strstr(err.message, "DOCKER_HOST"));
}

static void test_ssh(void **state)
{
	(void)state;
	find_fails("ssh://ops@edge-1", BERTH_E_USAGE);
	assert_non_null(strstr(err.message, "not supported yet"));
	assert_non_null(strstr(err.hint, "ssh -nNT -L "));
	assert_non_null(strstr(err.hint, "ops@edge-1"));
}

static void test_broken_files(void **state)
{
	(void)state;
	write_file(at(".docker/config.json"), "{\n  \"auths\": {\n  \"secret\" oops\n}");
	find_fails(NULL, BERTH_E_USAGE);
	assert_non_null(strstr(err.message, at(".docker/config.json")));
	assert_non_null(strstr(err.message, "line 3"));
	assert_null(strstr(err.message, "secret"));
	assert_int_equal(endpoint.try_count, 1);

	write_file(at(".docker/config.json"), "[]");
	find_fails(NULL, BERTH_E_USAGE);
	assert_non_null(strstr(err.message, "not a JSON object"));

	write_file(at(".docker/config.json"), "{\"currentContext\":\"gone\"}");
	find_fails(NULL, BERTH_E_USAGE);
	assert_non_null(strstr(err.message, "no Docker context 'gone'"));

	write_context(at(".docker"), "gone", "{\"Endpoints\":\n{\"docker\":{}}");
	find_fails(NULL, BERTH_E_USAGE);
	assert_non_null(strstr(err.message, "line 2"));
	assert_non_null(strstr(err.message, "context 'gone'"));

	write_context(at(".docker"), "gone", "{\"Endpoints\":{\"kubernetes\":{}}}");
	find_fails(NULL, BERTH_E_USAGE);
	assert_non_null(strstr(err.message, "names no Docker host"));

	write_context(at(".docker"), "gone",
		"{\"Endpoints\":{\"docker\":{\"Host\":\"tcp://x:1\",\"SkipTLSVerify\":true}}}");
	find_fails(NULL, BERTH_E_USAGE);
	assert_non_null(strstr(err.message, "certificate"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_hmac),
		TEST(test_host_option_first),
		TEST(test_contexts),
		TEST(test_default_sockets),
		TEST(test_default_context_is_default),
		TEST(test_nobody_answers),
		TEST(test_outcomes_differ),
		TEST(test_permission),
		TEST(test_long_path),
		TEST(test_path_at_the_limit),
		TEST(test_tcp),
		TEST(test_tls),
		TEST(test_context_tls),
		TEST(test_malformed),
		TEST(test_ssh),
		TEST(test_broken_files),
	};

	/* Nothing has been found before the first test. */
	endpoint.folder_fd = -1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

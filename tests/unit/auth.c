#include "support/loop_wait.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "docker/auth.h"
#include "docker/base64.h"

/* Nothing of it may be in a note or a message. */
#define SECRET "s3cr3t-p4ssw0rd"

static char root[64];
static char old_path[4096];
static uv_loop_t loop;

static struct {
	int done;
	char header[2048]; /* "" for anonymous */
	char note[512];
	struct berth_error err;
} result;

static void file_in_root(const char *name, const char *text, mode_t mode)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(chmod(path, mode), 0);
}

static void config(const char *text)
{
	file_in_root("config.json", text, 0600);
}

/* A shell script; what it is given on standard input goes to the file "asked". */
static void helper(const char *name, const char *body)
{
	char file[64], text[1024];

	snprintf(file, sizeof(file), "docker-credential-%s", name);
	snprintf(
		text, sizeof(text), "#!/bin/sh\necho \"$1 $(cat)\" > '%s/asked'\n%s\n", root, body);
	file_in_root(file, text, 0700);
}

static void assert_asked(const char *expected)
{
	char path[256], line[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/asked", root);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	assert_string_equal(line, expected);
}

static int setup(void **state)
{
	char path[sizeof(old_path) + 80];

	(void)state;
	snprintf(root, sizeof(root), "/tmp/berth-auth-XXXXXX");
	assert_non_null(mkdtemp(root));
	snprintf(path, sizeof(path), "%s:%s", root, old_path);
	setenv("PATH", path, 1);
	setenv("DOCKER_CONFIG", root, 1);
	memset(&result, 0, sizeof(result));
	return uv_loop_init(&loop);
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
	LOOP_CLOSE(&loop);
	return nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void on_done(
	void *context, const char *header, const char *note, const struct berth_error *err)
{
	assert_ptr_equal(context, &result);
	result.done++;
	if (header)
		snprintf(result.header, sizeof(result.header), "%s", header);
	snprintf(result.note, sizeof(result.note), "%s", note);
	if (err)
		result.err = *err;
}

static void find_within(const char *registry, int limit_ms)
{
	struct berth_error err = {0};

	if (!auth_find_within(&loop, registry, limit_ms, on_done, &result, &err))
		fail_msg("%s", err.message);
	assert_int_equal(result.done, 0);
	LOOP_UNTIL(&loop, result.done);
	LOOP_UNTIL(&loop, !uv_loop_alive(&loop));
	assert_int_equal(result.done, 1);
	assert_null(strstr(result.note, SECRET));
	assert_null(strstr(result.err.message, SECRET));
	assert_null(strstr(result.err.hint, SECRET));
}

static void find(const char *registry)
{
	find_within(registry, LOOP_WAIT_MS);
	if (result.err.code != BERTH_E_OK)
		fail_msg("%s", result.err.message);
}

static void find_fails(const char *registry, enum berth_code code)
{
	find_within(registry, LOOP_WAIT_MS);
	assert_string_equal(result.header, "");
	if (result.err.code != code)
		fail_msg("%s: %s", berth_code_name(result.err.code), result.err.message);
}

/* The header says exactly this. */
static void assert_header(const char *expected)
{
	size_t len = 0;
	char *text = base64_decode(result.header, &len);
	json_t *said, *wanted = json_loads(expected, 0, NULL);

	assert_non_null(text);
	assert_null(strpbrk(result.header, "+/ \n"));
	assert_int_equal(strlen(result.header) % 4, 0);
	said = json_loadb(text, len, 0, NULL);
	assert_non_null(wanted);
	if (!json_equal(said, wanted))
		fail_msg("%s", text);
	json_decref(said);
	json_decref(wanted);
	free(text);
}

static void test_base64(void **state)
{
	static const struct {
		const char *plain, *encoded;
	} rows[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
		{"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "-__-"}};
	static const char *const bad[] = {"A", "AAAAA", "A*==", "Zg===", "Z=g=", "Zg= =", "Zm 9"};
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *encoded = base64_url_encode(rows[i].plain, strlen(rows[i].plain));
		char *plain = base64_decode(rows[i].encoded, &len);

		assert_string_equal(encoded, rows[i].encoded);
		assert_string_equal(plain, rows[i].plain);
		assert_int_equal(len, strlen(rows[i].plain));
		free(encoded);
		free(plain);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_null(base64_decode(bad[i], &len));
}

static void test_no_configuration(void **state)
{
	(void)state;
	find("ghcr.io");
	assert_string_equal(result.header, "");
	assert_string_equal(result.note, "no credentials for 'ghcr.io'");
	unsetenv("DOCKER_CONFIG");
	unsetenv("HOME");
	memset(&result, 0, sizeof(result));
	find("ghcr.io");
	assert_string_equal(result.header, "");
}

static void test_auths(void **state)
{
	(void)state;
	/* me:s3cr3t-p4ssw0rd */
	config("{\"auths\":{\"other.io\":{\"auth\":\"eDp5\"},"
	       "\"ghcr.io\":{\"auth\":\"bWU6czNjcjN0LXA0c3N3MHJk\"}}}");
	find("ghcr.io");
	assert_header(
		"{\"username\":\"me\",\"password\":\"" SECRET "\",\"serveraddress\":\"ghcr.io\"}");
	assert_non_null(strstr(result.note, "'ghcr.io'"));
}

static void test_hub_key(void **state)
{
	(void)state;
	config("{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"eDp5Onp+fg==\"}}}");
	find("docker.io");
	assert_header("{\"username\":\"x\",\"password\":\"y:z~~\",\"serveraddress\":"
		      "\"https://index.docker.io/v1/\"}");
}

static void test_key_with_scheme_and_path(void **state)
{
	(void)state;
	config("{\"auths\":{\"https://reg.example:5000/v2/\":{\"username\":\"x\","
	       "\"password\":\"y\"}}}");
	find("reg.example:5000");
	assert_header("{\"username\":\"x\",\"password\":\"y\",\"serveraddress\":"
		      "\"reg.example:5000\"}");
	memset(&result, 0, sizeof(result));
	find("reg.example");
	assert_string_equal(result.header, "");
}

static void test_identity_token(void **state)
{
	(void)state;
	config("{\"auths\":{\"a.io\":{\"auth\":\"eDp5\",\"identitytoken\":\"" SECRET "\"}}}");
	find("a.io");
	assert_header("{\"identitytoken\":\"" SECRET "\",\"serveraddress\":\"a.io\"}");
}

static void test_empty_entry(void **state)
{
	(void)state;
	config("{\"auths\":{\"a.io\":{}, \"b.io\":null}}");
	find("a.io");
	assert_string_equal(result.header, "");
	assert_string_equal(result.note, "no credentials for 'a.io'");
}

static void test_helper(void **state)
{
	(void)state;
	helper("one", "echo '{\"ServerURL\":\"x\",\"Username\":\"me\",\"Secret\":\"" SECRET "\"}'");
	config("{\"credsStore\":\"one\",\"auths\":{\"a.io\":{\"auth\":\"eDp5\"}}}");
	find("a.io");
	assert_asked("get a.io\n");
	assert_header(
		"{\"username\":\"me\",\"password\":\"" SECRET "\",\"serveraddress\":\"a.io\"}");
	assert_string_equal(result.note, "using credentials of 'a.io' from the helper 'one'");
	memset(&result, 0, sizeof(result));
	find("docker.io");
	assert_asked("get https://index.docker.io/v1/\n");
}

static void test_own_helper_first(void **state)
{
	(void)state;
	helper("one", "echo '{\"Username\":\"one\",\"Secret\":\"1\"}'");
	helper("two", "echo '{\"Username\":\"<token>\",\"Secret\":\"" SECRET "\"}'");
	config("{\"credsStore\":\"one\",\"credHelpers\":{\"a.io\":\"two\"}}");
	find("a.io");
	assert_header("{\"identitytoken\":\"" SECRET "\",\"serveraddress\":\"a.io\"}");
	memset(&result, 0, sizeof(result));
	find("b.io");
	assert_header("{\"username\":\"one\",\"password\":\"1\",\"serveraddress\":\"b.io\"}");
}

static void test_helper_knows_nothing(void **state)
{
	(void)state;
	helper("one", "echo 'credentials not found in native keychain'; exit 1");
	config("{\"credsStore\":\"one\"}");
	find("a.io");
	assert_string_equal(result.header, "");
	assert_string_equal(result.note, "no credentials for 'a.io' (asked the helper 'one')");
}

static void test_helper_fails(void **state)
{
	(void)state;
	helper("one", "echo 'locked: " SECRET "'; echo '" SECRET "' >&2; exit 3");
	config("{\"credsStore\":\"one\"}");
	find_fails("a.io", BERTH_E_DENIED);
	assert_non_null(strstr(result.err.message, "'docker-credential-one'"));
	assert_non_null(strstr(result.err.message, "'a.io'"));
	assert_non_null(strstr(result.err.message, "status 3"));
}

static void test_helper_talks_nonsense(void **state)
{
	static const char *const outputs[] = {"echo '" SECRET "'", "true", "echo '{}'", "echo '[]'",
		"echo '{\"Username\":1,\"Secret\":2}'", "echo '{\"Username\":\"" SECRET "\"}'"};

	(void)state;
	config("{\"credsStore\":\"one\"}");
	for (size_t i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++) {
		helper("one", outputs[i]);
		memset(&result, 0, sizeof(result));
		find_fails("a.io", BERTH_E_PROTOCOL);
	}
}

static void test_helper_hangs(void **state)
{
	uint64_t began = uv_hrtime();

	(void)state;
	helper("one", "exec cat /dev/zero > /dev/null");
	config("{\"credsStore\":\"one\"}");
	find_within("a.io", 200);
	assert_int_equal(result.err.code, BERTH_E_TIMEOUT);
	assert_non_null(strstr(result.err.message, "docker-credential-one"));
	assert_true(uv_hrtime() - began < UINT64_C(10000000000));
}

static void test_helper_is_missing(void **state)
{
	(void)state;
	config("{\"credsStore\":\"not-there\"}");
	find_within("a.io", LOOP_WAIT_MS);
	assert_int_not_equal(result.err.code, BERTH_E_OK);
	assert_non_null(strstr(result.err.message, "docker-credential-not-there"));
	assert_non_null(strstr(result.err.hint, "docker-credential-not-there"));
}

static void test_helper_with_a_path(void **state)
{
	(void)state;
	config("{\"credsStore\":\"x/../../evil\"}");
	find_fails("a.io", BERTH_E_USAGE);
	assert_non_null(strstr(result.err.message, "evil"));
}

static void test_broken_configuration(void **state)
{
	char path[128];

	(void)state;
	config("{\n \"auths\": {\n  \"a.io\": {\"auth\": \"" SECRET "\" oops }\n }\n}\n");
	find_fails("a.io", BERTH_E_USAGE);
	snprintf(path, sizeof(path), "%s/config.json", root);
	assert_non_null(strstr(result.err.message, path));
	assert_non_null(strstr(result.err.message, "line 3"));
}

static void test_damaged_entry(void **state)
{
	static const char *const entries[] = {"!!!" SECRET, "bm9jb2xvbg==" /* no colon */};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		snprintf(
			text, sizeof(text), "{\"auths\":{\"a.io\":{\"auth\":\"%s\"}}}", entries[i]);
		config(text);
		memset(&result, 0, sizeof(result));
		find_fails("a.io", BERTH_E_USAGE);
		assert_non_null(strstr(result.err.message, "'a.io'"));
		assert_non_null(strstr(result.err.hint, "docker login"));
	}
}

static void test_cancel(void **state)
{
	struct auth *auth;

	(void)state;
	helper("one", "exec cat /dev/zero > /dev/null");
	for (int with_helper = 0; with_helper < 2; with_helper++) {
		config(with_helper ? "{\"credsStore\":\"one\"}" : "{}");
		memset(&result, 0, sizeof(result));
		auth = auth_find(&loop, "a.io", on_done, &result, NULL);
		assert_non_null(auth);
		auth_cancel(auth);
		assert_int_equal(result.done, 0);
		LOOP_UNTIL(&loop, !uv_loop_alive(&loop));
		assert_int_equal(result.done, 1);
		assert_int_equal(result.err.code, BERTH_E_CANCELLED);
		assert_string_equal(result.header, "");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base64),
		TEST(test_no_configuration),
		TEST(test_auths),
		TEST(test_hub_key),
		TEST(test_key_with_scheme_and_path),
		TEST(test_identity_token),
		TEST(test_empty_entry),
		TEST(test_helper),
		TEST(test_own_helper_first),
		TEST(test_helper_knows_nothing),
		TEST(test_helper_fails),
		TEST(test_helper_talks_nonsense),
		TEST(test_helper_hangs),
		TEST(test_helper_is_missing),
		TEST(test_helper_with_a_path),
		TEST(test_broken_configuration),
		TEST(test_damaged_entry),
		TEST(test_cancel),
	};

	snprintf(old_path, sizeof(old_path), "%s", getenv("PATH"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}

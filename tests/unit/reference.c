#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "docker/reference.h"

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define A32   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A128  A32 A32 A32 A32

static const struct {
	const char *text, *registry, *repository, *tag, *digest, *familiar;
} good[] = {
	{"busybox", "docker.io", "library/busybox", "latest", "", "busybox:latest"},
	{"busybox:1.36", "docker.io", "library/busybox", "1.36", "", "busybox:1.36"},
	{"library/busybox", "docker.io", "library/busybox", "latest", "", "busybox:latest"},
	{"docker.io/busybox", "docker.io", "library/busybox", "latest", "", "busybox:latest"},
	{"index.docker.io/a/b", "docker.io", "a/b", "latest", "", "a/b:latest"},
	{"a/b", "docker.io", "a/b", "latest", "", "a/b:latest"},
	{"ghcr.io/a/b/c:v1", "ghcr.io", "a/b/c", "v1", "", "ghcr.io/a/b/c:v1"},
	{"localhost/x", "localhost", "x", "latest", "", "localhost/x:latest"},
	{"localhost:5000/x", "localhost:5000", "x", "latest", "", "localhost:5000/x:latest"},
	{"host:5000/x:5", "host:5000", "x", "5", "", "host:5000/x:5"},
	{"[::1]:5000/x", "[::1]:5000", "x", "latest", "", "[::1]:5000/x:latest"},
	{"GHCR.io/x", "GHCR.io", "x", "latest", "", "GHCR.io/x:latest"},
	{"localhost:5000", "docker.io", "library/localhost", "5000", "", "localhost:5000"},
	{"x@sha256:" HEX64, "docker.io", "library/x", "", "sha256:" HEX64, "x@sha256:" HEX64},
	{"x:1@sha256:" HEX64, "docker.io", "library/x", "1", "sha256:" HEX64, "x:1@sha256:" HEX64},
	{"a.b_c__d--e/f", "docker.io", "", "", "", NULL}, /* a registry with bad letters */
	{"x/a.b_c__d---e", "docker.io", "x/a.b_c__d---e", "latest", "", "x/a.b_c__d---e:latest"},
	{"x:" A128, "docker.io", "library/x", A128, "", "x:" A128},
	{"x:_A.b-C", "docker.io", "library/x", "_A.b-C", "", "x:_A.b-C"},
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct reference reference;
		struct berth_error err = {0};

		if (!good[i].familiar) {
			assert_int_equal(reference_parse(&reference, good[i].text, &err), -1);
			continue;
		}
		if (reference_parse(&reference, good[i].text, &err) < 0)
			fail_msg("'%s': %s", good[i].text, err.message);
		assert_string_equal(reference.registry, good[i].registry);
		assert_string_equal(reference.repository, good[i].repository);
		assert_string_equal(reference.tag, good[i].tag);
		assert_string_equal(reference.digest, good[i].digest);
		assert_string_equal(reference.familiar, good[i].familiar);
	}
}

/* What is familiar names the same image again. */
static void test_familiar_is_stable(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct reference reference;

		if (!good[i].familiar)
			continue;
		assert_int_equal(reference_parse(&reference, good[i].familiar, NULL), 0);
		assert_string_equal(reference.familiar, good[i].familiar);
		assert_string_equal(reference.repository, good[i].repository);
	}
}

static const struct {
	const char *text, *message, *hint;
} bad[] = {
	{"", "empty", "NAME:TAG"},
	{"Foo/Bar:V1", "upper-case", "write 'foo/bar:v1'"},
	{"foo:", "empty tag", "128"},
	{"foo:-x", "tag", "128"},
	{"foo:a b", "tag", "128"},
	{"foo:" A128 "a", "tag", "128"},
	{"foo@", "digest", "64"},
	{"foo@sha256:12", "digest", "64"},
	{"foo@md5:" HEX64, "digest", "64"},
	{"foo@sha256:" HEX64 "0", "digest", "64"},
	{"foo@sha256:G123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "digest",
		"64"},
	{"@sha256:" HEX64, "no name", "NAME:TAG"},
	{":1", "no name", "NAME:TAG"},
	{"a//b", "empty part", "lower-case"},
	{"/a", "empty part", "lower-case"},
	{"a/", "empty part", "lower-case"},
	{"a/-b", "well-formed", "lower-case"},
	{"a/b-", "well-formed", "lower-case"},
	{"a/b..c", "well-formed", "lower-case"},
	{"a/b___c", "well-formed", "lower-case"},
	{"a/b c", "well-formed", "lower-case"},
	{"a/b\x1b[0m", "well-formed", "lower-case"},
	{"a/\xc3\xa4", "well-formed", "lower-case"},
	{"-x.io/a", "registry", "HOST"},
	{"x..io/a", "registry", "HOST"},
	{"x.io:/a", "registry", "HOST"},
	{"x.io:123456/a", "registry", "HOST"},
	{"x.io:a/a", "registry", "HOST"},
	{"[]:1/a", "registry", "HOST"},
	{"https://ghcr.io/a/b", "web address", "://"},
	{HEX64, "image id", "NAME:TAG"},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct reference reference;
		struct berth_error err = {0};

		if (reference_parse(&reference, bad[i].text, &err) != -1)
			fail_msg("'%s' was taken", bad[i].text);
		assert_int_equal(err.code, BERTH_E_USAGE);
		if (!strstr(err.message, bad[i].message) || !strstr(err.hint, bad[i].hint))
			fail_msg("'%s': %s (%s)", bad[i].text, err.message, err.hint);
		if (*bad[i].text)
			assert_non_null(strstr(err.message, bad[i].text));
		assert_int_equal(reference_parse(&reference, bad[i].text, NULL), -1);
	}
	assert_int_equal(reference_parse(&(struct reference){0}, NULL, NULL), -1);
}

static void test_long(void **state)
{
	struct reference reference;
	struct berth_error err;
	char text[1024];

	(void)state;
	for (size_t len = 1; len < sizeof(text); len++) {
		memset(text, 'a', len);
		text[len] = '\0';
		if (len == 64) /* could be an id */
			continue;
		if (reference_parse(&reference, text, &err) == 0) {
			assert_true(len <= 247);
			assert_int_equal(strlen(reference.repository), len + 8);
		} else {
			assert_true(len > 247);
			assert_int_equal(err.code, BERTH_E_USAGE);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_familiar_is_stable),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

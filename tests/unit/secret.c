#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "noise.h"

#define M SECRET_MARK

static struct secrets secrets;

static int set_up(void **state)
{
	(void)state;
	secrets_init(&secrets);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	secrets_release(&secrets);
	return 0;
}

static void add(const char *name, const char *value)
{
	assert_int_equal(secrets_add(&secrets, name, value, NULL), 0);
}

static void assert_becomes(const char *text, const char *expected)
{
	struct buf out;
	bool changed;

	buf_init(&out, 1 << 20);
	assert_int_equal(buf_adds(&out, "old content", NULL), 0);
	assert_int_equal(secrets_redact(&secrets, text, strlen(text), &out, &changed, NULL), 0);
	assert_int_equal(changed, strcmp(text, expected) != 0);
	assert_string_equal(out.data, changed ? expected : "old content");
	assert_int_equal(out.len, strlen(out.data));
	buf_release(&out);
}

static void long_values_go_anywhere(void **state)
{
	(void)state;
	add("TOKEN", "s3cr3t!");
	assert_becomes("s3cr3t!", M);
	assert_becomes("TOKEN=s3cr3t!", "TOKEN=" M);
	assert_becomes("xs3cr3t!x s3cr3t!s3cr3t!", "x" M "x " M M);
	assert_becomes("s3cr3t s3cr3t s3cr3", "s3cr3t s3cr3t s3cr3");
	assert_becomes("", "");
	assert_becomes("s", "s");
}

static void without_secrets_nothing_is_done(void **state)
{
	struct buf out;
	bool changed = true;

	(void)state;
	add("EMPTY", "");
	add(NULL, "abc");
	add("", "abc");
	buf_init(&out, 100);
	assert_int_equal(secrets_redact(&secrets, "abc =abc", 8, &out, &changed, NULL), 0);
	assert_false(changed);
	add("TOKEN", "s3cr3t!");
	assert_int_equal(secrets_redact(&secrets, "s3cr3t abc", 10, &out, &changed, NULL), 0);
	assert_false(changed);
	assert_int_equal(out.cap, 0);
	buf_release(&out);
}

static void common_values_go_by_their_name(void **state)
{
	(void)state;
	add("PORT", "8080");
	add("MODE", "Production");
	assert_becomes("answers at http://localhost:8080 in Production",
		"answers at http://localhost:8080 in Production");
	assert_becomes("PORT=8080 MODE=Production", "PORT=" M " MODE=" M);
}

static void short_values_go_by_their_name(void **state)
{
	(void)state;
	add("PIN", "123");
	add("B", "1");
	assert_becomes("PIN=123", "PIN=" M);
	assert_becomes("set PIN=123, B=1.", "set PIN=" M ", B=" M ".");
	assert_becomes("PIN=1234 PIN=123_ 123 PINS=123 MYPIN=123 AB=1 B=11",
		"PIN=1234 PIN=123_ 123 PINS=123 MYPIN=123 AB=1 B=11");
}

static void overlapping_values_leave_no_end(void **state)
{
	(void)state;
	add("A", "abcdef");
	add("B", "defghi");
	add("C", "abcdefgh");
	add("D", "aaaa");
	assert_becomes("abcdefghij", M "j");
	assert_becomes("<abcdef>", "<" M ">");
	assert_becomes("<abcdefgh>", "<" M ">");
	assert_becomes("<abcdefabcdef>", "<" M M ">");
	assert_becomes("<aaaaaaa>", "<" M ">");
}

static void lines_of_a_long_value(void **state)
{
	(void)state;
	add("KEY", "-----BEGIN KEY-----\r\nMIIEvQIBADAN\nshort\n-----END KEY-----\n");
	assert_becomes("key: MIIEvQIBADAN", "key: " M);
	assert_becomes("short", "short");
	assert_becomes("-----BEGIN KEY-----\r\nMIIEvQIBADAN\nshort\n-----END KEY-----\n", M);
}

static size_t encode(char *dst, const char *src, size_t len, bool url, bool pad)
{
	const char *alphabet =
		url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		    : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t n = 0;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t three = 0;

		for (size_t k = 0; k < 3; k++)
			three = three << 8 | (i + k < len ? (unsigned char)src[i + k] : 0u);
		for (size_t k = 0; k < 4; k++) {
			if (i + k <= len)
				dst[n++] = alphabet[three >> (18 - 6 * k) & 63];
			else if (pad)
				dst[n++] = '=';
		}
	}
	dst[n] = '\0';
	return n;
}

/* No two characters in a row of the value's own encoding are left, and the neighbours are. */
static void assert_encoded_gone(
	const char *value, const char *before, const char *after, bool url, bool pad)
{
	char plain[256], encoded[512], text[640];
	struct buf out;
	bool changed;

	size_t at = strlen(before), len = strlen(value);
	size_t total = (size_t)snprintf(plain, sizeof plain, "%s%s%s", before, value, after);
	size_t n = encode(encoded, plain, total, url, pad);
	snprintf(text, sizeof text, "auth: %s.", encoded);
	buf_init(&out, 4096);
	assert_int_equal(secrets_redact(&secrets, text, strlen(text), &out, &changed, NULL), 0);
	assert_true(changed);

	size_t first = 8 * at / 6, end = (8 * (at + len) + 5) / 6;
	char expected[640];
	/* The padding goes with the value that ends there. */
	const char *rest = after[0] == '\0' ? "" : encoded + end;
	assert_true(end <= n);
	snprintf(expected, sizeof expected, "auth: %.*s" M "%s.", (int)first, encoded, rest);
	assert_string_equal(out.data, expected);
	buf_release(&out);
}

static void encoded_forms_go_too(void **state)
{
	static const char *const values[] = {
		"abcd", "hunter2", "p\xc3\xa4ss~~?}>>w\xc3\xb6rd", "\xff\xfe\xfb\xef\xbe"};
	static const char *const befores[] = {"", "u", "us", "use", "user:", "{\"password\":\""};
	static const char *const afters[] = {"", "X", "XY", "XYZ", "\",\"serveraddress\":\"r\"}"};

	(void)state;
	for (size_t v = 0; v < 4; v++) {
		add("P", values[v]);
		for (size_t i = 0; i < 6 * 5 * 4; i++)
			assert_encoded_gone(values[v], befores[i % 6], afters[i / 6 % 5],
				i / 30 & 1, i / 60 & 1);
	}
}

static void a_full_buffer_is_an_error(void **state)
{
	struct berth_error err;
	struct buf out;
	bool changed;

	(void)state;
	add("T", "token");
	buf_init(&out, 12);
	assert_int_equal(secrets_redact(&secrets, "a token or two", 14, &out, &changed, &err), -1);
	assert_int_equal(err.code, BERTH_E_LIMIT);
	assert_false(changed);
	buf_release(&out);
}

static void noise_never_lets_one_through(void **state)
{
	static const char *const words[] = {
		"abab", "babc", "ab", "PIN=", "PIN=7", "7", "YWJhY", "a"};
	struct noise noise = {7};
	struct buf out;

	(void)state;
	add("A", "abab");
	add("B", "babc");
	add("PIN", "7");
	buf_init(&out, 4096);
	for (int i = 0; i < 100000; i++) {
		char text[48];
		bool changed;
		size_t len = noise_fill(&noise, text, sizeof text, words, 8);

		assert_int_equal(secrets_redact(&secrets, text, len, &out, &changed, NULL), 0);
		bool had = memmem(text, len, "abab", 4) || memmem(text, len, "babc", 4);
		assert_true(changed || !had);
		if (changed) {
			assert_null(memmem(out.data, out.len, "abab", 4));
			assert_null(memmem(out.data, out.len, "babc", 4));
			assert_non_null(memmem(out.data, out.len, M, 9));
		}
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(long_values_go_anywhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_secrets_nothing_is_done, set_up, tear_down),
		cmocka_unit_test_setup_teardown(short_values_go_by_their_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(common_values_go_by_their_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(overlapping_values_leave_no_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lines_of_a_long_value, set_up, tear_down),
		cmocka_unit_test_setup_teardown(encoded_forms_go_too, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_full_buffer_is_an_error, set_up, tear_down),
		cmocka_unit_test_setup_teardown(noise_never_lets_one_through, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

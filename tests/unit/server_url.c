/* One server has one address, however it is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "config/server.h"

static void addresses_have_one_form(void **state)
{
	static const struct {
		const char *text, *url;
	} cases[] = {
		{"http://10.1.2.3:8000", "http://10.1.2.3:8000"},
		{"HTTP://Deploy.Example.COM/", "http://deploy.example.com"},
		{"https://x:443//", "https://x"},
		{"https://x:0443", "https://x"},
		{"http://x:443", "http://x:443"},
		{"http://x:80/Api/V1/", "http://x/Api/V1"},
		{"http://[::1]:8000/", "http://[::1]:8000"},
		{"http://[FE80::1%25eth0]", "http://[fe80::1%25eth0]"},
		{"http://b\u00fccher.example", "http://b\u00fccher.example"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct berth_error err;
		char *url = server_url(cases[i].text, &err);

		if (url == NULL)
			fail_msg("%s", err.message);
		assert_string_equal(url, cases[i].url);
		free(url);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const texts[] = {"", "x", "http:/x", "http:///x", "ftp://x",
		"http://x:", "http://x:99999", "http://x:99999999999999999999", "http://x:-1",
		"http://x#y", "http://x?y", "http://x/\x01", "http://x\r\nHost: y", "http://u@x",
		"://x", "http://::1"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct berth_error err = {0};

		assert_null(server_url(texts[i], &err));
		assert_int_equal(err.code, BERTH_E_USAGE);
		assert_non_null(strstr(err.message, "expected") != NULL
					? strstr(err.message, "expected")
					: strstr(err.message, "did you mean"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_have_one_form),
		cmocka_unit_test(what_is_no_address_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

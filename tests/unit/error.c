#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include <berth/error.h>
#include <berth/text.h>

static void set_replaces_everything(void **state)
{
	struct berth_error err;

	(void)state;
	memset(&err, 'x', sizeof err);
	assert_int_equal(berth_error_set(&err, BERTH_E_DENIED, 401, "no %s", "entry"), -1);
	assert_int_equal(err.code, BERTH_E_DENIED);
	assert_int_equal(err.number, 401);
	assert_string_equal(err.message, "no entry");
	assert_string_equal(err.hint, "");
}

static void own_text_may_be_an_argument(void **state)
{
	struct berth_error err;

	(void)state;
	berth_error_set(&err, BERTH_E_IO, 0, "inner");
	berth_error_set(&err, BERTH_E_BROKEN, 0, "outer: %s", err.message);
	assert_string_equal(err.message, "outer: inner");
	berth_error_hint(&err, "about '%s'", err.message);
	assert_string_equal(err.hint, "about 'outer: inner'");
	berth_error_wrap(&err, "%s", err.hint);
	assert_string_equal(err.message, "about 'outer: inner': outer: inner");
}

static void wrap_keeps_code_number_and_hint(void **state)
{
	struct berth_error err;

	(void)state;
	berth_error_set(&err, BERTH_E_NOT_FOUND, 404, "registry said 404");
	assert_int_equal(berth_error_hint(&err, "check the %s", "name"), -1);
	assert_int_equal(berth_error_wrap(&err, "cannot pull '%s'", "web:1.4"), -1);
	assert_string_equal(err.message, "cannot pull 'web:1.4': registry said 404");
	assert_string_equal(err.hint, "check the name");
	assert_int_equal(err.code, BERTH_E_NOT_FOUND);
	assert_int_equal(err.number, 404);
}

static void long_text_is_cut_between_characters(void **state)
{
	struct berth_error err;
	char text[2 * sizeof err.message];

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		size_t len = 0;

		while (len < shift)
			text[len++] = 'a';
		while (len + 4 < sizeof text)
			len += berth_utf8_put(text + len, 0x1f680);
		text[len] = '\0';
		berth_error_set(&err, BERTH_E_IO, 0, "%s", text);
		size_t cut = strlen(err.message);
		assert_true(cut < sizeof err.message && cut > sizeof err.message - 8);
		assert_string_equal(err.message + cut - 3, "...");
		assert_true(berth_utf8_valid(err.message, cut));
		berth_error_wrap(&err, "%s", "again");
		assert_memory_equal(err.message, "again: ", 7);
		assert_true(berth_utf8_valid(err.message, strlen(err.message)));
		berth_error_hint(&err, "%s", text);
		assert_string_equal(err.hint + strlen(err.hint) - 3, "...");
	}
}

static void what_just_fits_is_not_cut(void **state)
{
	struct berth_error err;
	char text[sizeof err.message];

	(void)state;
	memset(text, 'm', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	berth_error_set(&err, BERTH_E_IO, 0, "%s", text);
	assert_string_equal(err.message, text);
}

static void system_errors_have_number_and_text(void **state)
{
	struct berth_error err;

	(void)state;
	assert_int_equal(berth_error_errno(&err, ENOENT, "open", "/a/b"), -1);
	assert_int_equal(err.code, BERTH_E_IO);
	assert_int_equal(err.number, ENOENT);
	assert_string_equal(err.message, "cannot open '/a/b': No such file or directory");
}

static void no_error_is_wanted(void **state)
{
	(void)state;
	assert_int_equal(berth_error_set(NULL, BERTH_E_IO, 0, "x"), -1);
	assert_int_equal(berth_error_hint(NULL, "x"), -1);
	assert_int_equal(berth_error_wrap(NULL, "x"), -1);
	assert_int_equal(berth_error_errno(NULL, ENOENT, "open", "x"), -1);
	berth_error_clear(NULL);
}

static void names_are_the_records(void **state)
{
	struct berth_error err = {.code = BERTH_E_IO, .message = "x"};

	(void)state;
	assert_string_equal(berth_code_name(BERTH_E_OK), "ok");
	assert_string_equal(berth_code_name(BERTH_E_NOT_FOUND), "not_found");
	assert_string_equal(berth_code_name(BERTH_E_INTERNAL), "internal");
	assert_string_equal(berth_code_name((enum berth_code)999), "internal");
	berth_error_clear(&err);
	assert_int_equal(err.code, BERTH_E_OK);
	assert_string_equal(err.message, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_replaces_everything),
		cmocka_unit_test(own_text_may_be_an_argument),
		cmocka_unit_test(wrap_keeps_code_number_and_hint),
		cmocka_unit_test(long_text_is_cut_between_characters),
		cmocka_unit_test(what_just_fits_is_not_cut),
		cmocka_unit_test(system_errors_have_number_and_text),
		cmocka_unit_test(no_error_is_wanted),
		cmocka_unit_test(names_are_the_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

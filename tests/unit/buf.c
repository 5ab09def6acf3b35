#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static void empty_is_a_string(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 10);
	assert_string_equal(buf.data, "");
	assert_int_equal(buf_add(&buf, NULL, 0, NULL), 0);
	assert_int_equal(buf.cap, 0);
	buf_reset(&buf);
	buf_consume(&buf, 3);
	char *taken = buf_take(&buf);
	assert_string_equal(taken, "");
	free(taken);
	buf_release(&buf);
	assert_string_equal(buf.data, "");
}

static void grows_and_keeps_nul(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 1 << 20);
	for (int i = 0; i < 5000; i++) {
		assert_int_equal(buf_add(&buf, "ab\0", 3, NULL), 0);
		assert_int_equal(buf.len, (size_t)(i + 1) * 3);
		assert_int_equal(buf.data[buf.len], 0);
	}
	for (int i = 0; i < 5000; i++)
		assert_memory_equal(buf.data + 3 * i, "ab\0", 3);
	buf_release(&buf);
}

static void maximum_adds_nothing(void **state)
{
	struct berth_error err;
	struct buf buf;

	(void)state;
	buf_init(&buf, 5);
	assert_int_equal(buf_adds(&buf, "abc", &err), 0);
	assert_int_equal(buf_adds(&buf, "def", &err), -1);
	assert_int_equal(err.code, BERTH_E_LIMIT);
	assert_string_equal(buf.data, "abc");
	assert_int_equal(buf_addf(&buf, &err, "%d", 123), -1);
	assert_int_equal(err.code, BERTH_E_LIMIT);
	assert_string_equal(buf.data, "abc");
	assert_int_equal(buf.len, 3);
	assert_int_equal(buf_adds(&buf, "de", &err), 0);
	assert_string_equal(buf.data, "abcde");
	assert_true(buf.cap <= 6);
	buf_release(&buf);

	buf_init(&buf, 0);
	assert_int_equal(buf_add(&buf, "x", 1, &err), -1);
	assert_int_equal(err.code, BERTH_E_LIMIT);
	buf_release(&buf);
}

static void a_size_that_wraps_is_a_limit(void **state)
{
	struct berth_error err;
	struct buf buf;

	(void)state;
	buf_init(&buf, SIZE_MAX);
	assert_int_equal(buf_adds(&buf, "abc", &err), 0);
	assert_int_equal(buf_add(&buf, "x", SIZE_MAX - 2, &err), -1);
	assert_int_equal(err.code, BERTH_E_LIMIT);
	assert_string_equal(buf.data, "abc");
	buf_release(&buf);
}

static void formats_of_every_length(void **state)
{
	(void)state;
	for (int len = 0; len < 600; len += 7) {
		struct buf buf;

		buf_init(&buf, 4096);
		assert_int_equal(buf_addf(&buf, NULL, "%*s", len, ""), 0);
		assert_int_equal(buf.len, (size_t)len);
		assert_int_equal(buf_addf(&buf, NULL, "<%0*d>", len, 7), 0);
		assert_int_equal(buf.data[buf.len - 1], '>');
		assert_int_equal(strlen(buf.data), buf.len);
		buf_release(&buf);
	}
}

static void consume_drops_the_front(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	buf_adds(&buf, "abcdef", NULL);
	buf_consume(&buf, 0);
	assert_string_equal(buf.data, "abcdef");
	buf_consume(&buf, 2);
	assert_string_equal(buf.data, "cdef");
	assert_int_equal(buf.len, 4);
	buf_consume(&buf, 400);
	assert_int_equal(buf.len, 0);
	assert_string_equal(buf.data, "");
	buf_release(&buf);
}

static void take_leaves_an_empty_one(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	buf_adds(&buf, "abc", NULL);
	char *taken = buf_take(&buf);
	assert_string_equal(taken, "abc");
	assert_int_equal(buf.len, 0);
	assert_int_equal(buf_adds(&buf, "second", NULL), 0);
	assert_string_equal(taken, "abc");
	assert_int_equal(buf.max, 100);
	free(taken);
	buf_release(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_is_a_string),
		cmocka_unit_test(grows_and_keeps_nul),
		cmocka_unit_test(maximum_adds_nothing),
		cmocka_unit_test(a_size_that_wraps_is_a_limit),
		cmocka_unit_test(formats_of_every_length),
		cmocka_unit_test(consume_drops_the_front),
		cmocka_unit_test(take_leaves_an_empty_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

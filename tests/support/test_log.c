#include "support/test_log.h"

#include <string.h>

#include "log/log_store.h"
#include "support/loop_wait.h"

static void failed(void *context, const struct berth_error *err)
{
	(void)context;
	fail_msg("%s", err->message);
}

static void closed(void *context)
{
	struct test_log *test = context;

	test->closed = true;
}

void test_log_open(struct test_log *test, const char *path)
{
	struct berth_error err;

	*test = (struct test_log){0};
	assert_int_equal(uv_loop_init(&test->loop), 0);
	test->log = log_store_new(
		&(struct log_store_setup){.loop = &test->loop, .path = path, .failed = failed},
		&err);
	assert_non_null(test->log);
}

void test_log_add(struct test_log *test, enum berth_level level, const char *text)
{
	const struct berth_log_line line = {
		.level = level, .stage = "validating", .text = text, .len = strlen(text)};

	assert_int_equal(log_store_add(test->log, &line, NULL), 0);
}

void test_log_settle(struct test_log *test)
{
	LOOP_UNTIL(&test->loop, test->loop.active_reqs.count == 0);
}

void test_log_close(struct test_log *test)
{
	log_store_close(test->log, closed, test);
	LOOP_UNTIL(&test->loop, test->closed);
	LOOP_CLOSE(&test->loop);
}

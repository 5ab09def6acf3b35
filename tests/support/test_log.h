/* A log of its own for a test, on a loop of its own. */
#ifndef SUPPORT_TEST_LOG_H
#define SUPPORT_TEST_LOG_H

#include <stdbool.h>
#include <uv.h>

#include <berth/log.h>

struct test_log {
	uv_loop_t loop;
	struct berth_log *log;
	bool closed;
};

/* In a file, or in memory if path is NULL. */
void test_log_open(struct test_log *test, const char *path);
void test_log_add(struct test_log *test, enum berth_level level, const char *text);
/* Until the file has all of it. */
void test_log_settle(struct test_log *test);
void test_log_close(struct test_log *test);

#endif

/* The console in a terminal with the output of a container in its log, which the test writes. */
#ifndef SUPPORT_CONSOLE_LOG_H
#define SUPPORT_CONSOLE_LOG_H

#include "support/console_term.h"

#include <stdio.h>

#include "support/fake_engine.h"

static struct fake_engine *fake;

static inline void start_engine(const struct fake_process *process)
{
	static const struct fake_image image = {.name = "demo/web:1.0", .present = true};

	fake = fake_engine_start();
	fake_engine_image(fake, &image);
	if (process != NULL)
		fake_engine_process(fake, process);
}

/* More environment: "NAME=VALUE", up to two, NULL: none. */
static inline void open_on_engine(
	int rows, int columns, const char *first, const char *second, const char *port)
{
	char host[160];

	snprintf(host, sizeof(host), "DOCKER_HOST=%s", fake_engine_host(fake));
	const char *const environment[] = {host, first, first != NULL ? second : NULL, NULL};
	const char *const options[] = {"--no-mouse", "--image", "demo/web:1.0", "--name", "web",
		port != NULL ? "--port" : NULL, port, NULL};
	open_console_with(rows, columns, environment, options);
	wait_for("Tab next pane");
	/* F5 is something else on some terminals. */
	term_send(term, "\007");
}

/* A deployment that is over, and the focus on its log, which goes on. */
static inline void open_container_log_in(
	int rows, int columns, const char *first, const char *second)
{
	start_engine(&(struct fake_process){.output = "the container's first words\n"});
	open_on_engine(rows, columns, first, second, NULL);
	wait_for("the container's first words");
	wait_for("is deployed");
	term_send(term, "\0334");
	term_wait_quiet(term, 100, TERM_WAIT_MS);
}

static inline void open_container_log(int rows, int columns)
{
	open_container_log_in(rows, columns, NULL, NULL);
}

static inline void say_bytes(const char *bytes, size_t len)
{
	fake_engine_frame(fake, "web", bytes, len);
}

#define say(text) say_bytes(text, sizeof(text) - 1)

static inline int close_container_log(void **state)
{
	close_console(state);
	if (fake != NULL)
		assert_int_equal(fake_engine_stop(fake), 0);
	fake = NULL;
	return 0;
}

#define log_test(name) cmocka_unit_test_teardown(name, close_container_log)

#endif

/* `berth list`, `stop`, `restart`, `remove` and `logs`, run to their end on one engine. */
#ifndef SUPPORT_FLEET_WORDS_H
#define SUPPORT_FLEET_WORDS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/process.h"

enum { SAID_MS = 60 * 1000 };

static inline void berth_start(
	struct process *process, const char *host, const char *home, const char *const words[])
{
	const char *argv[16] = {BERTH_PROGRAM};
	char home_is[128], host_is[160], config_is[128];
	size_t count = 1;

	snprintf(home_is, sizeof(home_is), "HOME=%s", home);
	snprintf(host_is, sizeof(host_is), "DOCKER_HOST=%s", host);
	snprintf(config_is, sizeof(config_is), "XDG_CONFIG_HOME=%s/.config", home);
	for (; *words; words++)
		argv[count++] = *words;
	assert_int_equal(
		process_start(process, argv,
			&(struct process_options){
				.env = WORDS(home_is, host_is, config_is, "LC_ALL=C.UTF-8",
					"TZ=UTC", "DOCKER_CONTEXT", "DOCKER_CONFIG", "BERTH_TARGET",
					"BERTH_HOST", "ASAN_OPTIONS=exitcode=99",
					"UBSAN_OPTIONS=exitcode=99"),
				.folder = home}),
		0);
}

/* What it said is in `process` until it is released. */
static inline void berth_says(struct process *process, int status, const char *host,
	const char *home, const char *const words[])
{
	berth_start(process, host, home, words);
	assert_int_equal(process_wait(process, SAID_MS), 0);
	if (process->status != status)
		fail_msg("exit status %d instead of %d: %s%s", process->status, status,
			process->out.text ? process->out.text : "",
			process->err.text ? process->err.text : "");
}

static inline const char *said(const struct process_output *output)
{
	return output->text ? output->text : "";
}

#define assert_said(output, part)                                                                  \
	do {                                                                                       \
		if (strstr(said(output), part) == NULL)                                            \
			fail_msg("'%s' is not in '%s'", part, said(output));                       \
	} while (0)

#endif

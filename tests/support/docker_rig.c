#include "support/docker_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/http_get.h"
#include "support/images.h"

#define CLEAN_MS (30 * 1000)

struct dockerd rig;

int rig_setup(void **state)
{
	(void)state;
	if (dockerd_open(&rig))
		return -1;
	if (images_make(&rig)) {
		dockerd_close(&rig);
		return -1;
	}
	return 0;
}

int rig_teardown(void **state)
{
	(void)state;
	if (*rig.folder)
		dockerd_close(&rig);
	return 0;
}

/* Remove what there is, and look again: some of it may be on its way out already. */
int rig_clean(void **state)
{
	int64_t deadline = process_clock_ms() + CLEAN_MS;

	(void)state;
	while (process_clock_ms() < deadline) {
		char *ids, *rest, *id;
		int status = dockerd_docker(&rig, WORDS("ps", "-aq", "--no-trunc"), &ids);

		if (status || !*ids) {
			free(ids);
			return status;
		}
		rest = ids;
		while ((id = strsep(&rest, "\n")))
			dockerd_docker(&rig, WORDS("rm", "-f", "-v", id), NULL);
		free(ids);
	}
	return -1;
}

static void start(struct run *run, const char *const env[], const char *const options[])
{
	const char *all[32];
	char home[80], host[100], config[100];
	size_t used = 0;

	snprintf(home, sizeof(home), "HOME=%s", rig.home);
	snprintf(host, sizeof(host), "DOCKER_HOST=%s", rig.host);
	snprintf(config, sizeof(config), "XDG_CONFIG_HOME=%s/.config", rig.home);
	for (const char *const *own = WORDS(home, host, config, "DOCKER_CONTEXT", "DOCKER_CONFIG",
		     "DOCKER_TLS_VERIFY", "http_proxy", "all_proxy", "BERTH_TARGET", "BERTH_HOST");
		*own; own++)
		all[used++] = *own;
	for (; *env; env++) {
		assert_true(used < sizeof(all) / sizeof(all[0]) - 1);
		all[used++] = *env;
	}
	all[used] = NULL;
	run_start(run, all, rig.home, options);
}

void rig_start(struct run *run, const char *const options[])
{
	start(run, (const char *const[]){NULL}, options);
}

void rig_finish(struct run *run, int status)
{
	if (run_finish(run, RUN_MS) == status)
		return;
	fputs(run->process.out.text, stderr); /* fail_msg() would cut it */
	fail_msg("exit status %d instead of %d: %s", run->status, status,
		run_result_text(run, "message"));
}

void rig_recover(int status)
{
	char home[80], host[100];
	char *out = NULL;
	int ended;

	snprintf(home, sizeof(home), "HOME=%s", rig.home);
	snprintf(host, sizeof(host), "DOCKER_HOST=%s", rig.host);
	ended = process_run(WORDS(BERTH_PROGRAM, "recover", "--yes"),
		&(struct process_options){.env = WORDS(home, host, "XDG_STATE_HOME",
						  "DOCKER_CONTEXT", "DOCKER_CONFIG")},
		RUN_MS, &out);
	if (ended != status)
		fail_msg("exit status %d instead of %d: %s", ended, status, out ? out : "");
	free(out);
}

void rig_deploy(struct run *run, int status, const char *const options[])
{
	rig_start(run, options);
	rig_finish(run, status);
}

void rig_deploy_with(
	struct run *run, int status, const char *const env[], const char *const options[])
{
	start(run, env, options);
	rig_finish(run, status);
}

char *docker_say(const char *const words[])
{
	char *out;

	assert_int_equal(dockerd_docker(&rig, words, &out), 0);
	return out;
}

void docker_is(const char *expected, const char *const words[])
{
	char *out = docker_say(words);

	assert_string_equal(out, expected);
	free(out);
}

void docker_do(const char *const words[])
{
	assert_int_equal(dockerd_docker(&rig, words, NULL), 0);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void containers_are(const char *names)
{
	char *out = docker_say(WORDS("ps", "-a", "--format", "{{.Names}}"));
	char *rest = out, *name, *list[32], joined[1024] = "";
	size_t count = 0, len = 0;

	while ((name = strsep(&rest, "\n")) && count < 32)
		if (*name)
			list[count++] = name;
	qsort(list, count, sizeof(list[0]), by_text);
	for (size_t i = 0; i < count; i++)
		len += (size_t)snprintf(
			joined + len, sizeof(joined) - len, "%s%s", i ? " " : "", list[i]);
	assert_string_equal(joined, names);
	free(out);
}

void page_is(int port, const char *path, const char *expected)
{
	char url[300], *body;

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/%s", port, path);
	assert_int_equal(http_get(NULL, url, 5000, &body), 200);
	assert_string_equal(body, expected);
	free(body);
}

const char *text_of_port(const char *format, int port)
{
	static char texts[8][128];
	static size_t next;
	char *text = texts[next++ % 8];

	snprintf(text, sizeof(texts[0]), format, port);
	return text;
}

/* Images made from folders, by both builders of a real engine. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/debian_image.h"
#include "support/docker_rig.h"
#include "support/images.h"
#include "unit/tree.h"

#define CLASSIC  "DOCKER_BUILDKIT=0"
#define BUILDKIT "DOCKER_BUILDKIT=1"

enum { GONE_MS = 20 * 1000 };

static const char *const builders[] = {CLASSIC, BUILDKIT};

static struct tree source;

static int setup(void **state)
{
	tree_init(&source);
	return rig_clean(state);
}

static int teardown(void **state)
{
	tree_release(&source);
	return rig_clean(state);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static int make_images(void **state)
{
	if (rig_setup(state))
		return -1;
	if (debian_image_make(&rig, WORDS("python:3.11-slim"), "python3 tini", NULL)) {
		rig_teardown(state);
		return -1;
	}
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted: the engine's order is that of their seconds. */
static char *all_images(void)
{
	char *out = docker_say(WORDS(
		"images", "-a", "--no-trunc", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}"));
	size_t size = strlen(out) + 3, count = 0;
	char *lines[512], *rest = out, *line, *sorted = calloc(1, size);

	assert_non_null(sorted);
	while ((line = strsep(&rest, "\n")) && count < 512)
		lines[count++] = line;
	qsort(lines, count, sizeof(lines[0]), by_text);
	for (size_t i = 0; i < count; i++) {
		strcat(sorted, lines[i]);
		strcat(sorted, "\n");
	}
	free(out);
	return sorted;
}

static void images_are(const char *before)
{
	char *after = all_images();

	assert_string_equal(after, before);
	free(after);
}

static void built_and_deployed(void **state)
{
	(void)state;
	tree_text(&source, "Dockerfile",
		"FROM web:1\nRUN echo of the build; echo complaint >&2\nCOPY . /app\n");
	tree_text(&source, ".dockerignore", "Dockerfile\nsecret\n");
	tree_text(&source, "index.html", "from a build");
	tree_text(&source, "secret", "never sent");
	tree_text(&source, "run", "#!/bin/sh\n");
	tree_mode(&source, "run", 0750);
	tree_link(&source, "link", "index.html");
	for (size_t i = 0; i < 2; i++) {
		int port = free_port();
		struct run run;
		char *image;

		rig_deploy_with(&run, 0, WORDS(builders[i]),
			WORDS("--name", "Site", "--build", "--folder", source.path, "--port",
				text_of_port("web=%d:8080", port)));
		page_is(port, "", "from a build");
		page_is(port, "link", "from a build");
		docker_do(WORDS("exec", "Site", "/bin/sh", "-c",
			"test -x /app/run && test ! -e /app/secret && test -h /app/link"));
		image = docker_say(WORDS("inspect", "-f", "{{.Config.Image}}", "Site"));
		assert_int_equal(strncmp(image, "berth/site:", 11), 0);
		docker_is(json_string_value(json_object_get(run.end, "deployment_id")),
			WORDS("inspect", "-f", "{{index .Config.Labels \"io.berth.deployment\"}}",
				image));
		docker_is(run_result_text(&run, "image_digest"),
			WORDS("inspect", "-f", "{{.Id}}", image));
		assert_true(run_said(&run, "of the build"));
		assert_true(run_said(&run, "complaint"));
		assert_true(run_said(&run, "COPY . /app"));
		free(image);
		run_release(&run);
	}
}

/* The record tells the stages of a build, and the numbers never fall. */
static bool is_status(const json_t *event, const void *name)
{
	return strcmp(json_string_value(json_object_get(event, "type")), "status") == 0 &&
	       strcmp(json_string_value(json_object_get(event, "stage")), name) == 0;
}

static void stages_are_those_of_a_build(void **state)
{
	static const struct {
		const char *name;
		int progress;
	} stages[] = {{"pending", 0}, {"cloning", 20}, {"building", 50}, {"deploying", 80},
		{"success", 100}};
	struct run run;

	(void)state;
	tree_text(&source, "Dockerfile", "FROM web:1\nRUN true\n");
	rig_start(&run, WORDS("--name", "it", "--build", "--folder", source.path));
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		const json_t *event = run_until(&run, GONE_MS, is_status, stages[i].name);

		assert_int_equal(
			json_integer_value(json_object_get(event, "progress")), stages[i].progress);
	}
	rig_finish(&run, 0);
	run_release(&run);
}

static void what_is_cached_is_not_built_again(void **state)
{
	(void)state;
	tree_text(&source, "Dockerfile", "FROM web:1\nRUN echo only once\nCOPY a /\n");
	tree_text(&source, "a", "1");
	for (size_t i = 0; i < 2; i++) {
		struct run run;

		rig_deploy_with(&run, 0, WORDS(builders[i]),
			WORDS("--name", "it", "--build", "--folder", source.path));
		assert_true(run_said(&run, "only once"));
		run_release(&run);
		rig_deploy_with(&run, 0, WORDS(builders[i]),
			WORDS("--name", "it", "--build", "--folder", source.path));
		assert_true(run_said(&run, "RUN echo only once: from the cache"));
		assert_true(run_said(&run, "COPY a /: from the cache"));
		run_release(&run);
	}
}

/* All that the step said is told, its last lines in the result, and the engine has no more images
 * than before. */
static void a_step_that_fails(void **state)
{
	(void)state;
	tree_text(&source, "Dockerfile",
		"FROM web:1\nRUN touch /made\nRUN i=0; while test $i -lt 300; do echo line $i.; "
		"i=$((i+1)); done; echo the reason >&2; exit 7\n");
	for (size_t i = 0; i < 2; i++) {
		char *before = all_images();
		struct run run;

		rig_deploy_with(&run, 1, WORDS(builders[i]),
			WORDS("--name", "it", "--build", "--folder", source.path));
		for (int line = 0; line < 300; line++)
			assert_true(run_said(&run, text_of_port("line %d.", line)));
		assert_string_equal(run_error_text(&run, "code"), "exited");
		assert_holds(run_error_text(&run, "message"), "ended with exit status 7");
		assert_holds(run_error_text(&run, "message"), "RUN i=0;");
		assert_string_equal(run_error_text(&run, "stage"), "building");
		assert_true(run_said(&run, "the reason"));
		assert_true(lines_hold(run_error_member(&run, "last_lines"), "line 299."));
		images_are(before);
		containers_are("");
		free(before);
		run_release(&run);
	}
}

static bool says(const json_t *event, const void *text)
{
	const char *message = json_string_value(json_object_get(event, "message"));

	return message && strcmp(message, text) == 0;
}

static int processes_called(const char *mark)
{
	char *out;
	int count;

	assert_int_equal(
		process_run(WORDS("sh", "-c",
				    "grep -lz -- \"$1\" /proc/[0-9]*/cmdline 2>/dev/null | "
				    "grep -v \"/$$/\" | wc -l",
				    "sh", mark),
			NULL, GONE_MS, &out),
		0);
	count = atoi(out);
	free(out);
	return count;
}

/* In the middle of a step: nothing of it runs when berth says that it has stopped. */
static void a_cancelled_build_has_stopped(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *before = all_images(), text[200];
		/* Not found in the shell that looks for it. */
		int mark = 86000 + (int)getpid() % 1000 + (int)i;
		struct run run;

		snprintf(text, sizeof(text),
			"FROM web:1\nRUN touch /a\nRUN echo it sleeps now; sleep %d\n", mark);
		tree_text(&source, "Dockerfile", text);
		setenv("DOCKER_BUILDKIT", i ? "1" : "0", 1);
		rig_start(&run, WORDS("--name", "it", "--build", "--folder", source.path));
		run_until(&run, GONE_MS, says, "it sleeps now");
		run_signal(&run, SIGINT);
		rig_finish(&run, 130);
		unsetenv("DOCKER_BUILDKIT");
		assert_true(
			run_said(&run, "The build has stopped: nothing of it runs on the engine"));
		snprintf(text, sizeof(text), "sleep.%d$", mark);
		assert_int_equal(processes_called(text), 0);
		images_are(before);
		containers_are("");
		free(before);
		run_release(&run);
	}
}

static void a_base_image_that_is_not_there(void **state)
{
	char text[100];

	(void)state;
	snprintf(text, sizeof(text), "FROM 127.0.0.1:%d/nothing:1\n", rig.registry_port);
	tree_text(&source, "Dockerfile", text);
	for (size_t i = 0; i < 2; i++) {
		struct run run;

		rig_deploy_with(&run, 1, WORDS(builders[i]),
			WORDS("--name", "it", "--build", "--folder", source.path));
		assert_string_equal(run_error_text(&run, "code"), "not_found");
		assert_holds(run_error_text(&run, "message"), "nothing");
		run_release(&run);
	}
}

/* One that is in a registry is fetched, by us or by the engine. */
static void a_base_image_of_a_registry(void **state)
{
	char text[100], name[80];

	(void)state;
	assert_int_equal(images_push(&rig, "base", 2, 4096), 0);
	snprintf(name, sizeof(name), "127.0.0.1:%d/base:1", rig.registry_port);
	snprintf(text, sizeof(text), "FROM %s\nRUN echo based\n", name);
	tree_text(&source, "Dockerfile", text);
	for (size_t i = 0; i < 2; i++) {
		struct run run;

		rig_deploy_with(&run, 0, WORDS(builders[i]),
			WORDS("--name", "it", "--build", "--folder", source.path));
		assert_true(run_said(&run, "based"));
		run_release(&run);
		docker_do(WORDS("rm", "-f", "it"));
		docker_do(WORDS("rmi", name));
	}
}

static void a_dockerfile_that_is_wrong(void **state)
{
	struct run run;

	(void)state;
	tree_text(&source, "Dockerfile", "FROM web:1\n\nRUNN make\n");
	rig_deploy(&run, 1, WORDS("--name", "it", "--build", "--folder", source.path));
	assert_holds(
		run_error_text(&run, "message"), "Dockerfile line 3: 'RUNN' is no instruction");
	run_release(&run);
	tree_text(&source, "Dockerfile", "FROM web:1\n");
	tree_text(&source, ".dockerignore", "a\n!\n");
	rig_deploy(&run, 1, WORDS("--name", "it", "--build", "--folder", source.path));
	assert_holds(run_error_text(&run, "message"), ".dockerignore line 2");
	run_release(&run);
}

/* Nothing is written into a project without a Dockerfile, and its port is known all the same. */
static void a_project_without_a_dockerfile(void **state)
{
	struct stat st;

	(void)state;
	tree_text(&source, ".python-version", "3.11\n");
	tree_text(&source, ".env", "SECRET=of-the-developer\n");
	tree_text(&source, "main.py",
		"import os\n"
		"from http.server import BaseHTTPRequestHandler, HTTPServer\n"
		"class Page(BaseHTTPRequestHandler):\n"
		"    def do_GET(self):\n"
		"        self.send_response(200)\n"
		"        self.end_headers()\n"
		"        self.wfile.write(b'env ' + str(os.path.exists('.env')).encode())\n"
		"HTTPServer(('', 8123), Page).serve_forever()\n");
	tree_text(&source, "berth.json",
		"{\"detect\": {\"stack\": \"python\", \"internal_port\": 8123}}");
	for (size_t i = 0; i < 2; i++) {
		struct run run;
		const char *url;

		rig_deploy_with(&run, 0, WORDS(builders[i]),
			WORDS("--name", "it", "--build", "--folder", source.path));
		assert_true(fstatat(source.fd, "Dockerfile", &st, 0) != 0);
		assert_true(fstatat(source.fd, ".dockerignore", &st, 0) != 0);
		url = run_result_text(&run, "endpoint_url");
		assert_holds(url, "http://localhost:");
		page_is(atoi(strrchr(url, ':') + 1), "", "env False");
		run_release(&run);
	}
}

/* The deployment fails after the build: the image is put back, too. */
static void an_image_that_is_not_healthy(void **state)
{
	(void)state;
	tree_text(&source, "Dockerfile",
		"FROM web:1\nRUN touch /made\nCMD [\"/bin/sh\", \"-c\", \"echo no; exit 3\"]\n");
	for (size_t i = 0; i < 2; i++) {
		char *before = all_images();
		struct run run;

		rig_deploy_with(&run, 1, WORDS(builders[i]),
			WORDS("--name", "it", "--build", "--folder", source.path, "--restart",
				"no"));
		assert_true(lines_hold(run_error_member(&run, "last_lines"), "no"));
		images_are(before);
		containers_are("");
		free(before);
		run_release(&run);
	}
}

/* The same folder, built by the docker command and by us: the same files are in the image. */
static void patterns_mean_what_they_mean_to_docker(void **state)
{
	static const char *const files[] = {"a.txt", "b.md", "README.md", "docs/x.md",
		"docs/keep/y.txt", "src/a.o", "src/deep/b.o", "src/deep/b.c", "node_modules/m/i.js",
		"tmp1", "tmpx", ".hidden", "build/out", "build/keep", "[x]", "sp ace"};
	static const char *const patterns[] = {
		"*.md\n!README.md\n",
		"**/*.o\nnode_modules\n# a comment\n\n",
		"docs\n!docs/keep\n",
		"/build/\n!build/keep\n",
		"tmp?\n.hidden/\n./src//deep/../deep\n",
		"*\n!src\nsrc/*.o\n",
		"**\n!docs/x.md\n!a.txt\n",
		"\\[x\\]\nsp ace\n  b.md  \n",
		"src/**/b.*\n!src/deep/b.c\n",
		"[a-b].*\n",
	};
	char *ours, *theirs;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		tree_text(&source, files[i], files[i]);
	tree_text(&source, "Dockerfile", "FROM web:1\nCOPY . /context/\n");
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		const char *list =
			"cd /context; for f in $(echo * .* */* */*/* */.*); do test -f $f "
			"&& echo $f; done; true";
		struct run run;

		tree_text(&source, ".dockerignore", patterns[i]);
		docker_do(WORDS("build", "-q", "--no-cache", "-t", "theirs", source.path));
		theirs = docker_say(WORDS("run", "--rm", "theirs", "/bin/sh", "-c", list));
		rig_deploy(&run, 0, WORDS("--name", "it", "--build", "--folder", source.path));
		ours = docker_say(WORDS("exec", "it", "/bin/sh", "-c", list));
		if (strcmp(ours, theirs) != 0)
			fail_msg("'%s': %s instead of %s", patterns[i], ours, theirs);
		run_release(&run);
		free(ours);
		free(theirs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(built_and_deployed),
		TEST(stages_are_those_of_a_build),
		TEST(what_is_cached_is_not_built_again),
		TEST(a_step_that_fails),
		TEST(a_cancelled_build_has_stopped),
		TEST(a_base_image_that_is_not_there),
		TEST(a_base_image_of_a_registry),
		TEST(a_dockerfile_that_is_wrong),
		TEST(a_project_without_a_dockerfile),
		TEST(an_image_that_is_not_healthy),
		TEST(patterns_mean_what_they_mean_to_docker),
	};
	return cmocka_run_group_tests(tests, make_images, rig_teardown);
}

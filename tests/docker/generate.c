/* Generated Dockerfiles are built, run and asked on a real engine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/debian_image.h"
#include "support/docker_rig.h"
#include "support/http_get.h"
#include "unit/tree.h"

enum { GENERATE_MS = 60 * 1000, UP_MS = 30 * 1000 };

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
	if (debian_image_make(&rig, WORDS("node:20", "node:20-slim"), "nodejs tini", NULL) ||
		debian_image_make(&rig, WORDS("python:3.11-slim"), "python3 tini", NULL) ||
		debian_image_make(
			&rig, WORDS("ruby:3.1", "ruby:3.1-slim"), "ruby ruby-bundler tini", NULL) ||
		dockerd_docker(&rig, WORDS("tag", "web:1", "busybox:1"), NULL)) {
		rig_teardown(state);
		return -1;
	}
	return 0;
}

static void generate(const char *config)
{
	char home[128];

	snprintf(home, sizeof(home), "XDG_CONFIG_HOME=%s", config);
	assert_int_equal(
		process_run(WORDS(BERTH_PROGRAM, "generate", source.path, "--write"),
			&(const struct process_options){.env = WORDS(home)}, GENERATE_MS, NULL),
		0);
}

/* The page, at latest after a while. */
static void comes_up(int port, const char *expected)
{
	int64_t deadline = process_clock_ms() + UP_MS;
	char url[64], *page = NULL;
	int status = -1;

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	while (status < 0 && process_clock_ms() < deadline) {
		free(page);
		status = http_get(NULL, url, UP_MS, &page);
	}
	if (status != 200)
		fail_msg("%d: %s", status, docker_say(WORDS("logs", "it")));
	assert_string_equal(page, expected);
	free(page);
}

/* The image's own check, run as the engine would. */
static void is_healthy(void)
{
	char *test = docker_say(
		WORDS("inspect", "-f", "{{index .Config.Healthcheck.Test 1}}", "it"));

	docker_do(WORDS("exec", "it", "/bin/sh", "-c", test));
	free(test);
}

/* Build it, run it, ask it, check it, stop it. */
static void lives(int inner, const char *expected)
{
	int port = free_port();
	char mapping[64];

	snprintf(mapping, sizeof(mapping), "127.0.0.1:%d:%d", port, inner);
	docker_do(WORDS("build", "-q", "-t", "it", source.path));
	docker_do(WORDS("run", "-d", "--name", "it", "-p", mapping, "it"));
	comes_up(port, expected);
	is_healthy();
	char *user = docker_say(WORDS("inspect", "-f", "{{.Config.User}}", "it"));
	assert_true(strcmp(user, "node") == 0 || atol(user) > 0);
	free(user);
	/* Killed after the grace it would end with 137. */
	docker_do(WORDS("stop", "-t", "60", "it"));
	char *code = docker_say(WORDS("inspect", "-f", "{{.State.ExitCode}}", "it"));
	assert_string_not_equal(code, "137");
	free(code);
	docker_do(WORDS("rm", "it"));
	docker_do(WORDS("rmi", "it"));
}

static void a_node_server(void **state)
{
	(void)state;
	tree_text(&source, ".nvmrc", "20\n");
	tree_text(&source, ".env", "SECRET=of-the-developer\n");
	tree_text(&source, "package.json",
		"{\"name\": \"page\", \"scripts\": {\"start\": \"node server.js\"}}\n");
	tree_text(&source, "package-lock.json", "{\"lockfileVersion\": 3}\n");
	tree_text(&source, "server.js",
		"require('http').createServer((q, s) => s.end('from node as ' + "
		"process.env.NODE_ENV"
		" + require('fs').existsSync('.env'))).listen(4321);\n");
	generate(source.path);
	lives(4321, "from node as productionfalse");
}

static void a_python_script(void **state)
{
	(void)state;
	tree_text(&source, ".python-version", "3.11\n");
	tree_text(&source, "main.py",
		"from http.server import HTTPServer, SimpleHTTPRequestHandler\n"
		"port = 8123\n"
		"HTTPServer(('', port), SimpleHTTPRequestHandler).serve_forever()\n");
	tree_text(&source, "index.html", "from python");
	tree_text(&source, "berth.json",
		"{\"detect\": {\"stack\": \"python\", \"internal_port\": 8123}}");
	generate(source.path);
	lives(8123, "from python");
}

static void a_ruby_script(void **state)
{
	(void)state;
	tree_text(&source, ".ruby-version", "3.1.2\n");
	tree_text(&source, "Gemfile", "source 'https://rubygems.org'\n");
	tree_text(&source, "Procfile", "web: bundle exec ruby app.rb -p $PORT\n");
	tree_text(&source, "app.rb",
		"require 'socket'\n"
		"server = TCPServer.new('0.0.0.0', ARGV[1].to_i)\n"
		"loop do\n"
		"  client = server.accept\n"
		"  client.readpartial(4096)\n"
		"  client.write(\"HTTP/1.0 200 OK\\r\\n\\r\\nfrom ruby\")\n"
		"  client.close\n"
		"end\n");
	tree_text(&source, "berth.json", "{\"detect\": {\"internal_port\": 3456}}");
	generate(source.path);
	lives(3456, "from ruby");
}

/* A site's server is data: here it is busybox. */
static void a_site_on_ones_own_server(void **state)
{
	(void)state;
	struct tree config;

	tree_init(&config);
	tree_text(&config, "berth/stacks/static.json",
		"{\"image\": [\"busybox\"], \"dockerfiles\": {\"busybox\": ["
		"\"FROM busybox:1\", \"COPY {pages} /site/\", \"USER 10001:10001\", \"EXPOSE\","
		"\"HEALTHCHECK wget -q -O /dev/null http://127.0.0.1:{port}{path}\","
		"\"CMD trap 'exit 0' TERM; httpd -f -p {port} -h /site & wait\"]}}");
	tree_text(&source, "index.html", "from busybox");
	generate(config.path);
	lives(8080, "from busybox");
	tree_release(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_node_server),
		TEST(a_python_script),
		TEST(a_ruby_script),
		TEST(a_site_on_ones_own_server),
	};
	return cmocka_run_group_tests(tests, make_images, rig_teardown);
}

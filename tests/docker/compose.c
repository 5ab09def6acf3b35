/* Projects with a compose file of their own, and clones of repositories, on a real engine. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/docker_rig.h"
#include "support/fleet_words.h"

static char folder[96];

static void write_file(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void make_folder(const char *compose)
{
	snprintf(folder, sizeof(folder), "%s/shop", rig.home);
	assert_int_equal(process_run(WORDS("rm", "-rf", folder), NULL, 20000, NULL), 0);
	mkdir(folder, 0755);
	write_file("docker-compose.yml", compose);
}

static int clean(void **state)
{
	(void)state;
	process_run(
		WORDS("sh", "-c",
			"docker -H \"$0\" ps -aq | xargs -r docker -H \"$0\" rm -fv >/dev/null; "
			"docker -H \"$0\" network prune -f >/dev/null; "
			"docker -H \"$0\" volume prune -f >/dev/null",
			rig.host),
		NULL, 60000, NULL);
	return 0;
}

static const char two[] = "version: '3.8'\n"
			  "services:\n"
			  "  web:\n"
			  "    build: .\n"
			  "    ports: ['127.0.0.1:${SHOP_PORT}:8080']\n"
			  "    depends_on: {db: {condition: service_healthy}}\n"
			  "  db:\n"
			  "    image: checked:1\n"
			  "    volumes: ['data:/data']\n"
			  "volumes: {data: {}}\n";

static const char *port_is(int port)
{
	return text_of_port("SHOP_PORT=%d", port);
}

static void it_comes_up_and_is_one_with_our_labels(void **state)
{
	struct run run;
	int port = free_port();

	(void)state;
	make_folder(two);
	write_file("Dockerfile", "FROM web:1\nRUN echo built by compose > /app/index.html\n");
	rig_deploy(&run, 0,
		WORDS("--build", "--folder", folder, "--name", "shop", "--env", port_is(port)));
	assert_string_equal(
		run_result_text(&run, "endpoint_url"), text_of_port("http://localhost:%d", port));
	assert_true(json_is_true(json_object_get(run_result_member(&run, "health_status"), "web")));
	assert_true(json_is_true(json_object_get(run_result_member(&run, "health_status"), "db")));
	assert_true(run_said(&run, "Step 1/2"));
	page_is(port, "", "built by compose\n");
	containers_are("shop_db_1 shop_web_1");
	/* Newest first. */
	docker_is("shop_web_1\nshop_db_1",
		WORDS("ps", "--filter", "label=io.berth.name=shop", "--format", "{{.Names}}"));
	run_release(&run);
	/* Again, in its place. */
	rig_deploy(&run, 0,
		WORDS("--build", "--folder", folder, "--name", "shop", "--env", port_is(port)));
	containers_are("shop_db_1 shop_web_1");
	run_release(&run);
}

static void says(struct process *process, const char *const words[])
{
	*process = (struct process){.out = {.fd = -1}, .err = {.fd = -1}};
	berth_says(process, 0, rig.host, rig.home, words);
}

static void life_after(void **state)
{
	struct process process;
	struct run run;
	int port = free_port();

	(void)state;
	make_folder(two);
	write_file("Dockerfile", "FROM web:1\n");
	rig_deploy(&run, 0, WORDS("--build", "--folder", folder, "--env", port_is(port)));
	run_release(&run);
	says(&process, WORDS("list"));
	assert_said(&process.out, "shop        2 services  2 of 2 up  ");
	assert_null(strstr(process.out.text, "shop_db_1"));
	process_release(&process);
	says(&process, WORDS("stop", "shop"));
	assert_said(&process.out, "shop stopped");
	docker_is("", WORDS("ps", "-q"));
	process_release(&process);
	says(&process, WORDS("restart", "shop"));
	docker_is("shop_web_1\nshop_db_1", WORDS("ps", "--format", "{{.Names}}"));
	process_release(&process);
	says(&process, WORDS("logs", "shop"));
	process_release(&process);
	/* One of them alone. */
	says(&process, WORDS("stop", "shop_web_1"));
	docker_is("shop_db_1", WORDS("ps", "--format", "{{.Names}}"));
	process_release(&process);
	says(&process, WORDS("remove", "shop"));
	containers_are("");
	docker_is("shop_data", WORDS("volume", "ls", "-q"));
	docker_is("", WORDS("network", "ls", "-q", "--filter", "name=shop"));
	process_release(&process);
	rig_deploy(&run, 0, WORDS("--build", "--folder", folder, "--env", port_is(port)));
	run_release(&run);
	says(&process, WORDS("remove", "shop", "--volumes"));
	docker_is("", WORDS("volume", "ls", "-q"));
	process_release(&process);
}

static void who_failed_is_named(void **state)
{
	struct run run;

	(void)state;
	make_folder("services:\n"
		    "  good: {image: 'web:1'}\n"
		    "  bad: {image: 'exits:1'}\n"
		    "  app: {build: .}\n");
	write_file("Dockerfile", "FROM web:1\n");
	rig_deploy(&run, 1, WORDS("--build", "--folder", folder));
	assert_holds(run_error_text(&run, "message"), "service 'bad' exited with code 3");
	assert_true(json_array_size(run_error_member(&run, "last_lines")) > 0);
	assert_true(json_is_true(run_result_member(&run, "rolled_back")));
	assert_true(
		json_is_false(json_object_get(run_result_member(&run, "health_status"), "bad")));
	containers_are("");
	run_release(&run);
}

static void a_build_that_fails_touches_nothing(void **state)
{
	struct run run;
	int port = free_port();

	(void)state;
	make_folder(two);
	write_file("Dockerfile", "FROM web:1\n");
	rig_deploy(&run, 0, WORDS("--build", "--folder", folder, "--env", port_is(port)));
	run_release(&run);
	write_file("Dockerfile", "FROM web:1\nRUN echo why it fails; exit 7\n");
	rig_deploy(&run, 1, WORDS("--build", "--folder", folder, "--env", port_is(port)));
	assert_string_equal(run_error_text(&run, "stage"), "building");
	assert_holds(run_error_text(&run, "message"), "web");
	assert_true(lines_hold(run_error_member(&run, "last_lines"), "why it fails"));
	docker_is("running", WORDS("inspect", "-f", "{{.State.Status}}", "shop_web_1"));
	run_release(&run);
}

static void what_compose_replaced_is_said(void **state)
{
	struct run run;

	(void)state;
	make_folder("services:\n  app: {build: .}\n");
	write_file("Dockerfile", "FROM web:1\n");
	rig_deploy(&run, 0, WORDS("--build", "--folder", folder));
	run_release(&run);
	write_file("Dockerfile", "FROM exits:1\n");
	rig_deploy(&run, 5, WORDS("--build", "--folder", folder));
	assert_true(lines_hold(run_result_member(&run, "left_behind"), "shop_app_1"));
	run_release(&run);
}

static void a_file_that_is_wrong(void **state)
{
	struct run run;

	(void)state;
	make_folder("services:\n  app: {build: ., prots: ['80']}\n");
	write_file("Dockerfile", "FROM web:1\n");
	rig_deploy(&run, 1, WORDS("--build", "--folder", folder));
	assert_holds(run_error_text(&run, "message"), "compose file");
	assert_true(lines_hold(run_error_member(&run, "last_lines"), "prots"));
	containers_are("");
	run_release(&run);
}

static void somebody_elses_is_left_alone(void **state)
{
	struct run run;

	(void)state;
	make_folder("services:\n  app: {build: .}\n");
	write_file("Dockerfile", "FROM web:1\n");
	docker_do(
		WORDS("run", "-d", "--name", "theirs", "--label", "com.docker.compose.project=shop",
			"--label", "com.docker.compose.service=app", "web:1"));
	rig_deploy(&run, 1, WORDS("--build", "--folder", folder));
	assert_holds(run_error_text(&run, "message"), "'theirs'");
	assert_holds(run_error_text(&run, "hint"), "--yes");
	containers_are("theirs");
	run_release(&run);
}

static void cancelled_it_is_gone(void **state)
{
	struct run run;

	(void)state;
	make_folder("services:\n"
		    "  app: {build: ., volumes: ['data:/data']}\n"
		    "  slow: {image: 'ill:1'}\n"
		    "  last: {image: 'web:1', depends_on: {slow: {condition: service_healthy}}}\n"
		    "volumes: {data: {}}\n");
	write_file("Dockerfile", "FROM web:1\n");
	rig_start(&run, WORDS("--build", "--folder", folder));
	run_until_stage(&run, "deploying");
	run_signal(&run, SIGINT);
	rig_finish(&run, 130);
	containers_are("");
	docker_is("", WORDS("volume", "ls", "-q"));
	docker_is("", WORDS("network", "ls", "-q", "--filter", "name=shop"));
	run_release(&run);
}

/* --- from Git --- */

static void git(const char *const words[])
{
	const struct process_options options = {.folder = folder};

	assert_int_equal(process_run(words, &options, 20000, NULL), 0);
}

#define GIT(...)                                                                                   \
	git(WORDS("git", "-c", "user.name=Ada", "-c", "user.email=a@b", "-c",                      \
		"commit.gpgsign=false", __VA_ARGS__))

static void a_clone_is_built(void **state)
{
	struct run run;
	const json_t *source;
	char *hash;
	const struct process_options options = {.folder = folder};

	(void)state;
	make_folder("");
	GIT("init", "-q", "-b", "main");
	GIT("rm", "-q", "--cached", "--ignore-unmatch", "docker-compose.yml");
	assert_int_equal(process_run(WORDS("rm", "docker-compose.yml"), &options, 20000, NULL), 0);
	write_file("Dockerfile", "FROM web:1\nCOPY page /app/index.html\n");
	write_file("page", "from git\n");
	GIT("add", "-A");
	GIT("commit", "-q", "-m", "a page");
	assert_int_equal(process_run(WORDS("git", "rev-parse", "HEAD"), &options, 20000, &hash), 0);
	hash[strcspn(hash, "\n")] = '\0';
	rig_deploy(&run, 0, WORDS("--git", folder, "--port", "web=auto:8080"));
	source = run_result_member(&run, "source");
	assert_string_equal(json_string_value(json_object_get(source, "commit")), hash);
	assert_string_equal(json_string_value(json_object_get(source, "subject")), "a page");
	assert_string_equal(json_string_value(json_object_get(source, "branch")), "main");
	docker_is(hash,
		WORDS("inspect", "-f",
			"{{index .Config.Labels \"org.opencontainers.image.revision\"}}", "shop"));
	run_release(&run);
	free(hash);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, clean, clean)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_comes_up_and_is_one_with_our_labels),
		TEST(life_after),
		TEST(who_failed_is_named),
		TEST(a_build_that_fails_touches_nothing),
		TEST(what_compose_replaced_is_said),
		TEST(a_file_that_is_wrong),
		TEST(somebody_elses_is_left_alone),
		TEST(cancelled_it_is_gone),
		TEST(a_clone_is_built),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}

/* Projects that need a database and have no compose file: the stack is brought up by berth. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/docker_rig.h"
#include "support/fleet_words.h"
#include "unit/tree.h"

enum { STEP_MS = 60 * 1000 };

#define DATA     "/var/lib/postgresql/data"
#define DATABASE "shop-postgresql-1"

static struct tree source, image;

/* A server whose password is that of its first start, as it is with the real one. */
static void make_database(const char *start, const char *ready)
{
	tree_text(&image, "Dockerfile",
		"FROM web:1\nCOPY start pg_isready /bin/\nSTOPSIGNAL SIGKILL\nCMD "
		"[\"/bin/start\"]\n");
	tree_text(&image, "start", start);
	tree_text(&image, "pg_isready", ready);
	tree_mode(&image, "start", 0755);
	tree_mode(&image, "pg_isready", 0755);
	docker_do(WORDS("build", "-q", "-t", "postgres:17", image.path));
}

static const char good_start[] = "#!/bin/sh\n"
				 "test -n \"$POSTGRES_PASSWORD\" || exit 2\n"
				 "test -e " DATA "/password ||\n"
				 "printf %s \"$POSTGRES_PASSWORD\" > " DATA "/password\n"
				 "exec httpd -f -p 5432 -h " DATA "\n";
static const char good_ready[] = "#!/bin/sh\n"
				 "exec wget -q -O /dev/null http://127.0.0.1:5432/password\n";

/* It ends at once unless the database is up, and is the one whose address it was given. */
static const char good_app[] =
	"#!/bin/sh\n"
	"there=$(wget -q -O - http://postgresql:5432/password) || exit 9\n"
	"echo \"with $DATABASE_URL\"\n"
	"case \"$DATABASE_URL\" in\n"
	"postgresql://app:$there@postgresql:5432/app) printf connected >/app/index.html;;\n"
	"*) exit 8;;\n"
	"esac\n"
	"exec httpd -f -p 8080 -h /app\n";

static void make_app(const char *start)
{
	tree_text(&source, "Dockerfile",
		"FROM web:1\nCOPY start /bin/\nEXPOSE 8080\nSTOPSIGNAL SIGKILL\nCMD "
		"[\"/bin/start\"]\n");
	tree_text(&source, "requirements.txt", "psycopg2==2.9.9\n");
	tree_text(&source, "start", start);
	tree_mode(&source, "start", 0755);
}

static int clean(void **state)
{
	process_run(WORDS("sh", "-c",
			    "docker -H \"$0\" network prune -f >/dev/null; "
			    "docker -H \"$0\" volume prune -f >/dev/null; "
			    "docker -H \"$0\" volume ls -q | xargs -r docker -H \"$0\" volume rm "
			    ">/dev/null; rm -rf \"$1/.local/state/berth\"",
			    rig.host, rig.home),
		NULL, STEP_MS, NULL);
	return rig_clean(state);
}

static int setup(void **state)
{
	tree_init(&source);
	tree_init(&image);
	if (rig_clean(state) || clean(state))
		return -1;
	make_app(good_app);
	make_database(good_start, good_ready);
	return 0;
}

static int teardown(void **state)
{
	tree_release(&source);
	tree_release(&image);
	return rig_clean(state) || clean(state);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static void deploy(struct run *run, int status)
{
	rig_deploy(run, status,
		WORDS("--name", "shop", "--build", "--folder", source.path, "--restart", "no"));
}

static void answers(const struct run *run)
{
	const char *url = run_result_text(run, "endpoint_url");

	assert_holds(url, "http://localhost:");
	page_is(atoi(strrchr(url, ':') + 1), "", "connected");
}

static void volumes_are(const char *names)
{
	docker_is(names, WORDS("volume", "ls", "-q"));
}

static void networks_are(const char *names)
{
	docker_is(names, WORDS("network", "ls", "--filter", "name=shop", "--format", "{{.Name}}"));
}

static void nothing_is_there(void)
{
	containers_are("");
	volumes_are("");
	networks_are("");
}

static char *password(void)
{
	return docker_say(WORDS("exec", DATABASE, "cat", DATA "/password"));
}

static void says(struct process *process, const char *const words[])
{
	*process = (struct process){.out = {.fd = -1}, .err = {.fd = -1}};
	berth_says(process, 0, rig.host, rig.home, words);
}

static int count_files(const char *text, const char *what)
{
	char *out;
	int count;

	assert_int_equal(process_run(WORDS("sh", "-c",
					     "grep -rlF -- \"$1\" \"$2\" | grep -c -- \"$3\"; true",
					     "sh", text, rig.home, what),
				 NULL, STEP_MS, &out),
		0);
	count = atoi(out);
	free(out);
	return count;
}

static void it_comes_up_as_one(void **state)
{
	struct process process;
	struct run run;
	char *secret;

	(void)state;
	deploy(&run, 0);
	answers(&run);
	containers_are("shop " DATABASE);
	volumes_are("shop_postgresql-data");
	networks_are("shop_default");
	assert_true(json_is_true(
		json_object_get(run_result_member(&run, "health_status"), "postgresql")));
	assert_true(run_said(&run, "Service 'postgresql' is healthy"));
	docker_is("app\npostgresql",
		WORDS("ps", "-a", "--filter", "label=com.docker.compose.project=shop", "--format",
			"{{.Label \"com.docker.compose.service\"}}"));
	/* The application says its address, and so a password; nobody is shown it. */
	secret = password();
	assert_int_equal(strlen(secret), 32);
	assert_true(run_said(&run, "with "));
	assert_null(strstr(run.process.out.text, secret));
	assert_int_equal(count_files(secret, "/state/berth/stacks/shop-"), 1);
	assert_int_equal(count_files(secret, "."), 1);
	free(secret);
	run_release(&run);
	says(&process, WORDS("list"));
	assert_said(&process.out, "2 services");
	process_release(&process);
}

static void a_second_one_finds_its_data(void **state)
{
	struct run run;
	char *id, *secret;

	(void)state;
	deploy(&run, 0);
	run_release(&run);
	docker_do(WORDS("exec", DATABASE, "touch", DATA "/kept"));
	id = docker_say(WORDS("inspect", "-f", "{{.Id}} {{.State.StartedAt}}", DATABASE));
	secret = password();
	deploy(&run, 0);
	answers(&run);
	docker_is(id, WORDS("inspect", "-f", "{{.Id}} {{.State.StartedAt}}", DATABASE));
	containers_are("shop " DATABASE);
	docker_do(WORDS("exec", DATABASE, "test", "-e", DATA "/kept"));
	docker_is(secret, WORDS("exec", DATABASE, "cat", DATA "/password"));
	run_release(&run);
	free(id);
	free(secret);
}

static void life_after(void **state)
{
	struct process process;
	struct run run;
	char *secret;

	(void)state;
	deploy(&run, 0);
	run_release(&run);
	docker_do(WORDS("exec", DATABASE, "touch", DATA "/kept"));
	secret = password();
	says(&process, WORDS("remove", "shop"));
	process_release(&process);
	containers_are("");
	networks_are("");
	volumes_are("shop_postgresql-data");
	deploy(&run, 0);
	answers(&run);
	docker_do(WORDS("exec", DATABASE, "test", "-e", DATA "/kept"));
	docker_is(secret, WORDS("exec", DATABASE, "cat", DATA "/password"));
	run_release(&run);
	free(secret);
	says(&process, WORDS("remove", "shop", "--volumes"));
	process_release(&process);
	nothing_is_there();
}

static void an_application_that_fails(void **state)
{
	struct run run;
	char *before;

	(void)state;
	make_app("#!/bin/sh\necho no; exit 3\n");
	deploy(&run, 1);
	assert_true(json_is_true(run_result_member(&run, "rolled_back")));
	assert_holds(run_error_text(&run, "message"), "exited with code 3");
	nothing_is_there();
	run_release(&run);
	/* Over one that runs. */
	make_app(good_app);
	deploy(&run, 0);
	run_release(&run);
	before = docker_say(
		WORDS("inspect", "-f", "{{.Id}} {{.Name}} {{.State.Status}}", "shop", DATABASE));
	make_app("#!/bin/sh\nexit 3\n");
	deploy(&run, 1);
	docker_is(before,
		WORDS("inspect", "-f", "{{.Id}} {{.Name}} {{.State.Status}}", "shop", DATABASE));
	containers_are("shop " DATABASE);
	volumes_are("shop_postgresql-data");
	networks_are("shop_default");
	free(before);
	run_release(&run);
	/* What stood still is as it was. */
	docker_do(WORDS("stop", "-t", "1", DATABASE));
	deploy(&run, 1);
	docker_is("exited", WORDS("inspect", "-f", "{{.State.Status}}", DATABASE));
	run_release(&run);
	make_app(good_app);
	deploy(&run, 0);
	answers(&run);
	run_release(&run);
}

static void a_database_that_fails(void **state)
{
	struct run run;

	(void)state;
	make_database("#!/bin/sh\necho the files are too old; exit 7\n", good_ready);
	deploy(&run, 1);
	assert_holds(run_error_text(&run, "message"), "service 'postgresql' exited");
	assert_string_equal(run_error_text(&run, "stage"), "deploying");
	assert_true(lines_hold(run_error_member(&run, "last_lines"), "the files are too old"));
	assert_true(json_is_false(
		json_object_get(run_result_member(&run, "health_status"), "postgresql")));
	assert_true(json_is_true(run_result_member(&run, "rolled_back")));
	nothing_is_there();
	run_release(&run);
	make_database(good_start, "#!/bin/sh\necho not yet; exit 1\n");
	rig_deploy(&run, 1,
		WORDS("--name", "shop", "--build", "--folder", source.path, "--health-timeout",
			"2"));
	assert_holds(run_error_text(&run, "message"), "service 'postgresql' runs, but");
	nothing_is_there();
	run_release(&run);
}

static void what_is_not_its_own_is_left_alone(void **state)
{
	struct run run;

	(void)state;
	docker_do(WORDS("volume", "create", "shop_postgresql-data"));
	deploy(&run, 1);
	assert_holds(run_error_text(&run, "message"), "volume 'shop_postgresql-data'");
	containers_are("");
	networks_are("");
	volumes_are("shop_postgresql-data");
	run_release(&run);
}

/* A new password would lock the application out of its data. */
static void a_password_that_is_lost(void **state)
{
	struct process process;
	struct run run;
	char folder[128];

	(void)state;
	deploy(&run, 0);
	run_release(&run);
	says(&process, WORDS("remove", "shop"));
	process_release(&process);
	snprintf(folder, sizeof(folder), "%s/.local/state/berth/stacks", rig.home);
	assert_int_equal(process_run(WORDS("rm", "-r", folder), NULL, STEP_MS, NULL), 0);
	for (int times = 0; times < 2; times++) {
		deploy(&run, 1);
		assert_holds(run_error_text(&run, "message"), "password is not known");
		containers_are("");
		volumes_are("shop_postgresql-data");
		run_release(&run);
	}
}

static void compose_knows_it(void **state)
{
	char file[128], *out;
	struct run run;

	(void)state;
	deploy(&run, 0);
	run_release(&run);
	tree_text(&image, "compose.yaml",
		"version: '3.8'\nservices:\n  app: {image: 'web:1'}\n"
		"  postgresql: {image: 'postgres:17', volumes: ['postgresql-data:/data']}\n"
		"volumes: {postgresql-data: {}}\n");
	snprintf(file, sizeof(file), "%s/compose.yaml", image.path);
	assert_int_equal(
		process_run(WORDS("docker-compose", "-H", rig.host, "-p", "shop", "-f", file, "ps"),
			NULL, STEP_MS, &out),
		0);
	assert_holds(out, DATABASE);
	assert_holds(out, "Up (healthy)");
	assert_holds(out, "8080/tcp");
	free(out);
	assert_int_equal(process_run(WORDS("docker-compose", "-H", rig.host, "-p", "shop", "-f",
					     file, "down", "-v"),
				 NULL, STEP_MS, NULL),
		0);
	nothing_is_there();
}

static bool is_waiting(const json_t *event, const void *text)
{
	const char *message = json_string_value(json_object_get(event, "message"));

	return message != NULL && strstr(message, text) != NULL;
}

static void cut_off_while_the_database_comes_up(void **state)
{
	struct run run;

	(void)state;
	make_database(good_start, "#!/bin/sh\nexit 1\n");
	rig_start(&run, WORDS("--name", "shop", "--build", "--folder", source.path));
	run_until(&run, STEP_MS, is_waiting, "waiting until it is healthy");
	run_signal(&run, SIGKILL);
	assert_int_equal(process_wait(&run.process, STEP_MS), 0);
	containers_are(DATABASE);
	rig_recover(1);
	nothing_is_there();
	run_release(&run);
}

static void cancelled_while_the_database_comes_up(void **state)
{
	struct run run;

	(void)state;
	make_database(good_start, "#!/bin/sh\nexit 1\n");
	rig_start(&run, WORDS("--name", "shop", "--build", "--folder", source.path));
	run_until(&run, STEP_MS, is_waiting, "waiting until it is healthy");
	run_signal(&run, SIGINT);
	rig_finish(&run, 130);
	nothing_is_there();
	run_release(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_comes_up_as_one),
		TEST(a_second_one_finds_its_data),
		TEST(life_after),
		TEST(an_application_that_fails),
		TEST(a_database_that_fails),
		TEST(what_is_not_its_own_is_left_alone),
		TEST(a_password_that_is_lost),
		TEST(compose_knows_it),
		TEST(cut_off_while_the_database_comes_up),
		TEST(cancelled_while_the_database_comes_up),
	};
	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}

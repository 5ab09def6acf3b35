/* Deployments that succeed, as the engine and the record see them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/docker_rig.h"
#include "unit/tree.h"

#define SECRET        "correct-horse-battery"
#define SECRET_BASE64 "Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5"

/* The record says what the engine has. */
static void deployed(void **state)
{
	struct tree site;
	struct run run;
	int port = free_port();
	char *id, *digest;

	(void)state;
	tree_init(&site);
	tree_text(&site, "index.html", "first page");
	rig_deploy(&run, 0,
		WORDS("--name", "site", "--folder", site.path, "--image", "web:1", "--port",
			text_of_port("web=%d:8080", port)));
	page_is(port, "", "first page");
	containers_are("site");
	id = docker_say(WORDS("inspect", "-f", "{{.Id}}", "site"));
	digest = docker_say(WORDS("inspect", "-f", "{{.Image}}", "site"));
	assert_string_equal(run_result_text(&run, "container_id"), id);
	assert_string_equal(run_result_text(&run, "image_digest"), digest);
	assert_string_equal(
		run_result_text(&run, "endpoint_url"), text_of_port("http://localhost:%d", port));
	assert_string_equal(
		json_string_value(json_object_get(run_result_member(&run, "urls"), "web")),
		text_of_port("http://localhost:%d", port));
	assert_true(json_is_true(json_object_get(run_result_member(&run, "health_status"), "web")));
	assert_true(json_is_false(run_result_member(&run, "rolled_back")));
	assert_int_equal(json_array_size(run_result_member(&run, "left_behind")), 0);
	assert_true(json_integer_value(run_result_member(&run, "duration_ms")) <= run.took_ms);
	docker_is(json_string_value(json_object_get(run.end, "deployment_id")),
		WORDS("inspect", "-f", "{{index .Config.Labels \"io.berth.deployment\"}}", "site"));
	docker_is("site",
		WORDS("inspect", "-f", "{{index .Config.Labels \"io.berth.name\"}}", "site"));
	docker_is(site.path,
		WORDS("inspect", "-f", "{{index .Config.Labels \"io.berth.source\"}}", "site"));
	docker_is("unless-stopped",
		WORDS("inspect", "-f", "{{.HostConfig.RestartPolicy.Name}}", "site"));
	free(id);
	free(digest);
	run_release(&run);
	tree_release(&site);
}

static void all_stages_are_told_in_order(void **state)
{
	static const char *const stages[] = {"validating", "pulling_image", "preparing_files",
		"starting_container", "copying_files", "health_check"};
	struct run run;
	const json_t *event;
	size_t i, told = 0;

	(void)state;
	rig_deploy(&run, 0,
		WORDS("--name", "site", "--image", "web:1", "--port",
			text_of_port("%d:8080", free_port())));
	json_array_foreach(run.events, i, event)
	{
		const char *stage = json_string_value(json_object_get(event, "stage"));

		if (strcmp(json_string_value(json_object_get(event, "type")), "status") != 0)
			continue;
		if (told < sizeof(stages) / sizeof(stages[0]))
			assert_string_equal(stage, stages[told]);
		told++;
	}
	assert_true(told >= sizeof(stages) / sizeof(stages[0]));
	run_release(&run);
}

/* The last progress of a success is all of it. */
static void progress_ends_at_100(void **state)
{
	struct run run;
	const json_t *event;
	size_t i;
	json_int_t last = 0;

	(void)state;
	rig_deploy(&run, 0, WORDS("--name", "quiet", "--image", "web:1"));
	json_array_foreach(run.events, i, event) if (json_object_get(event, "progress"))
		last = json_integer_value(json_object_get(event, "progress"));
	assert_int_equal(last, 100);
	/* Nothing is published, so there is no address to give. */
	assert_true(json_is_null(run_result_member(&run, "endpoint_url")));
	docker_is("true", WORDS("inspect", "-f", "{{.State.Running}}", "quiet"));
	run_release(&run);
}

/* Values reach the container from all three sources and stand in no line of the record, although
 * the container says them, plain and encoded. */
static void environment_arrives_and_stays_secret(void **state)
{
	struct tree files;
	struct run run;
	char file[100], *env;

	(void)state;
	tree_init(&files);
	tree_text(&files, "env", "# a comment\nFROM_FILE=filed-" SECRET "\n");
	snprintf(file, sizeof(file), "%s/env", files.path);
	rig_deploy_with(&run, 0, WORDS("FROM_OUTSIDE=outer-" SECRET),
		WORDS("--name", "told", "--image", "web:1", "--port",
			text_of_port("web=%d:8080", free_port()), "--env", "TOKEN=" SECRET, "--env",
			"FROM_OUTSIDE", "--env", "EMPTY=", "--env", "SPACED=two words = one value",
			"--env-file", file));
	env = docker_say(WORDS("exec", "told", "env"));
	assert_holds(env, "\nTOKEN=" SECRET "\n");
	assert_holds(env, "\nFROM_OUTSIDE=outer-" SECRET "\n");
	assert_holds(env, "\nFROM_FILE=filed-" SECRET "\n");
	assert_holds(env, "\nEMPTY=\n");
	assert_holds(env, "\nSPACED=two words = one value\n");
	free(env);
	env = docker_say(WORDS("logs", "told"));
	assert_holds(env, "token=" SECRET);
	assert_holds(env, SECRET_BASE64);
	free(env);
	/* It was said, in other words. */
	assert_true(run_said(&run, "token=•••"));
	assert_null(strstr(run.process.out.text, SECRET));
	assert_null(strstr(run.process.out.text, SECRET_BASE64));
	run_release(&run);
	tree_release(&files);
}

static void own_healthcheck_is_believed(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 0,
		WORDS("--name", "checked", "--image", "checked:1", "--port",
			text_of_port("%d:8080", free_port())));
	assert_true(json_is_true(
		json_object_get(run_result_member(&run, "health_status"), "healthcheck")));
	docker_is("healthy", WORDS("inspect", "-f", "{{.State.Health.Status}}", "checked"));
	/* Not before the image said so. */
	assert_true(run.took_ms >= 500);
	run_release(&run);
}

static void unpublished_ports_are_asked_inside(void **state)
{
	struct tree site;
	struct run run;

	(void)state;
	tree_init(&site);
	tree_text(&site, "well", "yes");
	rig_deploy(&run, 0,
		WORDS("--name", "inner", "--image", "web:1", "--folder", site.path, "--port",
			"page=:8080", "--health", "page=/well", "--health-timeout", "10"));
	assert_true(
		json_is_true(json_object_get(run_result_member(&run, "health_status"), "page")));
	assert_true(run_said(&run, "inside: GET http://127.0.0.1:8080/well"));
	docker_is("map[]", WORDS("inspect", "-f", "{{.HostConfig.PortBindings}}", "inner"));
	run_release(&run);

	rig_deploy(&run, 0,
		WORDS("--name", "inner", "--image", "web:1", "--folder", site.path, "--port",
			"page=:8080", "--health", "page=tcp", "--health-timeout", "10"));
	assert_true(
		json_is_true(json_object_get(run_result_member(&run, "health_status"), "page")));
	run_release(&run);
	tree_release(&site);
}

/* An image without a shell can't be asked inside: that is no failure, and it is not called healthy
 * either. */
static void what_cannot_be_asked_is_not_claimed(void **state)
{
	struct run run;

	(void)state;
	rig_deploy(&run, 0,
		WORDS("--name", "bare", "--image", "bare:1", "--port", "page=:8080", "--health",
			"page=tcp"));
	assert_null(json_object_get(run_result_member(&run, "health_status"), "page"));
	assert_true(run_said(&run, "not checked"));
	run_release(&run);
}

static void several_ports(void **state)
{
	struct run run;
	int first = free_port(), second = free_port();
	const json_t *urls, *health;

	(void)state;
	rig_deploy(&run, 0,
		WORDS("--name", "many", "--image", "web:1", "--port",
			text_of_port("front=%d:8080", first), "--port",
			text_of_port("back=%d:9090", second), "--port",
			text_of_port("names=%d:53/udp", first), "--health", "front=tcp", "--health",
			"back=none"));
	urls = run_result_member(&run, "urls");
	health = run_result_member(&run, "health_status");
	assert_int_equal(json_object_size(urls), 3);
	assert_string_equal(json_string_value(json_object_get(urls, "back")),
		text_of_port("http://localhost:%d", second));
	assert_true(json_is_true(json_object_get(health, "front")));
	/* What was not asked has no answer. */
	assert_int_equal(json_object_size(health), 1);
	docker_is(text_of_port("%d", first),
		WORDS("inspect", "-f",
			"{{(index (index .HostConfig.PortBindings \"53/udp\") 0).HostPort}}",
			"many"));
	run_release(&run);
}

/* A preset of the user's own in the shape of the built-in one: files found above the folder go to
 * each of their places. */
static void configuration_files_are_copied(void **state)
{
	static const char preset[] =
		"{\"image\": \"web:1\", \"container\": \"shop-{name}\", \"dest\": \"/app/{name}\","
		" \"port\": [\"web=auto:8080\"], \"health\": [\"web=/basket/index.html\"],"
		" \"config-file\": [\"settings.toml:/shop/,/\", \"servers.json:/shop/,/\"],"
		" \"root-marker\": \"shop.py\"}";
	struct tree project;
	struct run run;
	char path[160];
	FILE *file;

	(void)state;
	tree_init(&project);
	tree_text(&project, "shop.py", "");
	tree_text(&project, "settings.toml", "a = 1\n");
	tree_text(&project, "scripts/basket/index.html", "basket");
	snprintf(path, sizeof(path), "%s/.config/berth/presets", rig.home);
	assert_int_equal(process_run(WORDS("mkdir", "-p", path), NULL, 5000, NULL), 0);
	snprintf(path, sizeof(path), "%s/.config/berth/presets/shop.json", rig.home);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(preset, file);
	assert_int_equal(fclose(file), 0);
	snprintf(path, sizeof(path), "%s/scripts/basket", project.path);
	rig_deploy(&run, 0, WORDS("--preset", "shop", "--folder", path));
	containers_are("shop-basket");
	docker_is("basket", WORDS("exec", "shop-basket", "cat", "/app/basket/index.html"));
	docker_is("a = 1", WORDS("exec", "shop-basket", "cat", "/shop/settings.toml"));
	docker_is("a = 1", WORDS("exec", "shop-basket", "cat", "/settings.toml"));
	/* One that is not there is said and does no harm. */
	assert_true(run_said(&run, "servers.json"));
	run_release(&run);
	tree_release(&project);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(deployed),
		RIG_TEST(all_stages_are_told_in_order),
		RIG_TEST(progress_ends_at_100),
		RIG_TEST(environment_arrives_and_stays_secret),
		RIG_TEST(own_healthcheck_is_believed),
		RIG_TEST(unpublished_ports_are_asked_inside),
		RIG_TEST(what_cannot_be_asked_is_not_claimed),
		RIG_TEST(several_ports),
		RIG_TEST(configuration_files_are_copied),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}

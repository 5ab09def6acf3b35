/* What settings mean for a deploy server: which fields it takes, which it needs, how each is
 * checked, and what is never sent unless it was given. */
#include "unit/home.h"

#include <berth/settings.h>

#define CONFIG                                                                                     \
	"{\"targets\": {\"staging\": {\"kind\": \"fractalic\", \"url\": \"HTTP://Staging:8000/\"," \
	" \"token_env\": \"T\"},"                                                                  \
	" \"full\": {\"kind\": \"fractalic\", \"url\": \"https://x:443/api/\", \"user\": \"ops\"," \
	" \"password_cmd\": [\"pass\", \"show\"], \"ca_file\": \"ca.pem\","                        \
	" \"cert_file\": \"~/c.pem\", \"key_file\": \"/k.pem\","                                   \
	" \"docker_host\": \"tcp://x:2375\","                                                      \
	" \"headers\": {\"X-A\": {\"file\": \"a\"}, \"X-B\": {\"env\": \"B\"}}},"                  \
	" \"lax\": {\"kind\": \"fractalic\", \"url\": \"https://x\", \"insecure\": true},"         \
	" \"prod\": {\"kind\": \"mist\", \"url\": \"https://m\", \"email\": \"a@b\","              \
	" \"password_env\": \"P\"},"                                                               \
	" \"old\": {\"kind\": \"deployer\", \"url\": \"http://x\"}}}"

static struct berth_settings *chosen(const char *target)
{
	struct berth_settings *settings = berth_settings_new();
	struct berth_error err;
	home_config(CONFIG);
	assert_non_null(settings);
	assert_int_equal(berth_settings_add(settings, BERTH_FIELD_TARGET, target, &err), 0);
	if (berth_settings_load(settings, &err) < 0)
		fail_msg("%s", err.message);
	return settings;
}

static void add(struct berth_settings *settings, enum berth_field_id field, const char *value)
{
	struct berth_error err;
	if (berth_settings_add(settings, field, value, &err) < 0)
		fail_msg("%s", err.message);
}

static struct berth_settings *complete(const char *target)
{
	struct berth_settings *settings = chosen(target);
	add(settings, BERTH_FIELD_NAME, "nightly");
	add(settings, BERTH_FIELD_FOLDER, "scripts/nightly");
	return settings;
}

static struct berth_deployment *resolve(struct berth_settings *settings)
{
	struct berth_error err;
	struct berth_deployment *deployment;
	if (berth_settings_load(settings, &err) < 0)
		fail_msg("%s", err.message);
	deployment = berth_settings_resolve(settings, NULL, &err);
	if (!deployment)
		fail_msg("%s", err.message);
	berth_settings_free(settings);
	return deployment;
}

static void refuse(struct berth_settings *settings, enum berth_field_id field, const char *part)
{
	struct berth_error err = {0};
	enum berth_field_id wrong = BERTH_FIELD_COUNT;
	assert_null(berth_settings_resolve(settings, &wrong, &err));
	assert_int_equal(err.code, BERTH_E_USAGE);
	assert_contains(err.message, part);
	assert_int_equal(wrong, field);
	assert_int_equal(berth_settings_check(settings, field, &err), -1);
	assert_contains(err.message, part);
	berth_settings_free(settings);
}

static void it_takes_what_its_document_names(void **state)
{
	(void)state;
	static const enum berth_field_id taken[] = {BERTH_FIELD_TARGET, BERTH_FIELD_PRESET,
		BERTH_FIELD_PROFILE, BERTH_FIELD_NAME, BERTH_FIELD_FOLDER, BERTH_FIELD_IMAGE,
		BERTH_FIELD_CONTAINER, BERTH_FIELD_PLATFORM, BERTH_FIELD_PORT, BERTH_FIELD_ENV,
		BERTH_FIELD_ENV_FILE, BERTH_FIELD_TIMEOUT};
	struct berth_settings *settings = chosen("staging");
	size_t count = 0;
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++)
		count += berth_settings_applies(settings, (enum berth_field_id)i);
	assert_int_equal(count, sizeof taken / sizeof *taken);
	for (size_t i = 0; i < count; i++)
		assert_true(berth_settings_applies(settings, taken[i]));
	assert_true(berth_settings_requires(settings, BERTH_FIELD_NAME));
	assert_true(berth_settings_requires(settings, BERTH_FIELD_FOLDER));
	assert_false(berth_settings_requires(settings, BERTH_FIELD_IMAGE));
	assert_contains(berth_settings_help(settings, BERTH_FIELD_FOLDER), "on the server");
	assert_string_equal(
		berth_settings_help(settings, BERTH_FIELD_ENV), berth_fields[BERTH_FIELD_ENV].help);
	berth_settings_free(settings);
}

static void nothing_is_asked_for_that_nobody_gave(void **state)
{
	(void)state;
	struct berth_deployment *deployment = resolve(complete("staging"));
	assert_string_equal(deployment->kind, "fractalic");
	assert_string_equal(deployment->target, "staging");
	assert_string_equal(deployment->name, "nightly");
	assert_string_equal(deployment->folder, "scripts/nightly");
	assert_string_equal(deployment->container, "fractalic-nightly");
	assert_null(deployment->preset);
	assert_null(deployment->image);
	assert_null(deployment->platform);
	assert_null(deployment->dest);
	assert_null(deployment->restart);
	assert_null(deployment->host);
	assert_null(deployment->root_marker);
	assert_int_equal(deployment->port_count, 0);
	assert_int_equal(deployment->env_count, 0);
	assert_int_equal(deployment->include_count, 0);
	assert_int_equal(deployment->exclude_count, 0);
	assert_int_equal(deployment->config_file_count, 0);
	assert_int_equal(deployment->card_count, 0);
	berth_deployment_free(deployment);
}

static void what_was_given_is_asked_for(void **state)
{
	(void)state;
	struct berth_settings *settings = complete("staging");
	add(settings, BERTH_FIELD_IMAGE, "acme/fx:2");
	add(settings, BERTH_FIELD_PLATFORM, "linux/arm64");
	add(settings, BERTH_FIELD_CONTAINER, "fx-{name}");
	add(settings, BERTH_FIELD_PORT, "9123:8001");
	add(settings, BERTH_FIELD_PORT, "frontend=3001:3000");
	add(settings, BERTH_FIELD_ENV, "K=V");
	add(settings, BERTH_FIELD_TIMEOUT, "90");
	struct berth_deployment *deployment = resolve(settings);
	assert_string_equal(deployment->image, "acme/fx:2");
	assert_string_equal(deployment->platform, "linux/arm64");
	assert_string_equal(deployment->container, "fx-nightly");
	assert_int_equal(deployment->port_count, 2);
	assert_string_equal(deployment->ports[0].name, "ai_server");
	assert_int_equal(deployment->ports[0].host, 9123);
	assert_string_equal(deployment->ports[1].name, "frontend");
	assert_int_equal(deployment->ports[1].host, 3001);
	assert_int_equal(deployment->env_count, 1);
	assert_int_equal(deployment->timeout_s, 90);
	berth_deployment_free(deployment);
}

static void a_preset_counts_only_if_it_was_chosen(void **state)
{
	(void)state;
	struct berth_settings *settings = complete("staging");
	assert_string_equal(berth_settings_effective(settings, BERTH_FIELD_PRESET), "");
	add(settings, BERTH_FIELD_PRESET, "fractalic");
	struct berth_deployment *deployment = resolve(settings);
	assert_string_equal(deployment->preset, "fractalic");
	assert_string_equal(deployment->image, "ghcr.io/fractalic-ai/fractalic:latest-production");
	assert_string_equal(deployment->container, "fractalic-nightly");
	assert_int_equal(deployment->port_count, 0);
	assert_null(deployment->dest);
	berth_deployment_free(deployment);
}

static void name_and_folder_are_needed(void **state)
{
	(void)state;
	struct berth_settings *settings = chosen("staging");
	add(settings, BERTH_FIELD_NAME, "nightly");
	refuse(settings, BERTH_FIELD_FOLDER, "the script's path on the server");
	settings = chosen("staging");
	add(settings, BERTH_FIELD_FOLDER, "   ");
	add(settings, BERTH_FIELD_NAME, "nightly");
	refuse(settings, BERTH_FIELD_FOLDER, "--folder DIR");
	settings = chosen("staging");
	add(settings, BERTH_FIELD_FOLDER, "/srv/nightly");
	refuse(settings, BERTH_FIELD_NAME, "the script's on the server");
}

static void ports_are_those_it_knows(void **state)
{
	(void)state;
	static const struct {
		const char *port, *part;
	} cases[] = {
		{"8080:80", "did you mean"},
		{"ai_sever=9123:8001", "did you mean 'ai_server'?"},
		{"web=80:8001", "not one of frontend, backend, ai_server or mcp_manager"},
		{"ai_server=auto:8001", "expected for example ai_server=9123:8001"},
		{"ai_server=:8001", "asked for a number"},
		{"ai_server=9123:8001/udp", "asked for a number"},
		{"ai_server=9123:9000", "ai_server is 8001 inside"},
		{"backend=9000:8000", "host port 9000 is used twice"},
		{"frontend=9001:3000", "frontend is asked for twice"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct berth_settings *settings = complete("staging");
		add(settings, BERTH_FIELD_PORT, "frontend=9000:3000");
		add(settings, BERTH_FIELD_PORT, cases[i].port);
		if (i == 0)
			refuse(settings, BERTH_FIELD_PORT, "not one of frontend");
		else
			refuse(settings, BERTH_FIELD_PORT, cases[i].part);
	}
}

static void a_container_name_is_checked_before_it_fails_over_there(void **state)
{
	(void)state;
	struct berth_settings *settings = complete("staging");
	const char *bad = "bad name!";
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_CONTAINER, &bad, 1, NULL), 0);
	refuse(settings, BERTH_FIELD_CONTAINER, "container 'bad name!' has other characters");
}

static void what_it_does_not_take_cannot_be_wrong(void **state)
{
	(void)state;
	struct berth_settings *settings = complete("staging");
	const char *bad = "nowhere";
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_DEST, &bad, 1, NULL), 0);
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_HOST, &bad, 1, NULL), 0);
	assert_int_equal(berth_settings_check(settings, BERTH_FIELD_DEST, NULL), 0);
	berth_deployment_free(resolve(settings));
}

static void the_server_is_as_the_file_says(void **state)
{
	(void)state;
	char path[128];
	struct berth_deployment *deployment = resolve(complete("full"));
	const struct berth_server *server = deployment->server;
	assert_string_equal(server->url, "https://x/api");
	assert_string_equal(server->user, "ops");
	assert_int_equal(server->password.from, BERTH_SECRET_COMMAND);
	assert_string_equal(server->password.argv[0], "pass");
	assert_string_equal(server->password.argv[1], "show");
	assert_null(server->password.argv[2]);
	assert_int_equal(server->token.from, BERTH_SECRET_NONE);
	snprintf(path, sizeof path, "%s/xdg/berth/ca.pem", home.tree.path);
	assert_string_equal(server->ca_file, path);
	snprintf(path, sizeof path, "%s/c.pem", home.tree.path);
	assert_string_equal(server->cert_file, path);
	assert_string_equal(server->key_file, "/k.pem");
	assert_string_equal(server->docker_host, "tcp://x:2375");
	assert_int_equal(server->header_count, 2);
	assert_string_equal(server->headers[0].name, "X-A");
	assert_int_equal(server->headers[0].value.from, BERTH_SECRET_FILE);
	snprintf(path, sizeof path, "%s/xdg/berth/a", home.tree.path);
	assert_string_equal(server->headers[0].value.source, path);
	assert_int_equal(server->headers[1].value.from, BERTH_SECRET_VARIABLE);
	assert_false(server->insecure);
	struct berth_deployment *copy = berth_deployment_copy(deployment);
	berth_deployment_free(deployment);
	assert_string_equal(copy->server->url, "https://x/api");
	assert_string_equal(copy->server->password.argv[1], "show");
	assert_string_equal(copy->server->headers[1].value.source, "B");
	berth_deployment_free(copy);
	deployment = resolve(complete("lax"));
	assert_true(deployment->server->insecure);
	berth_deployment_free(deployment);
}

static void a_folder_in_a_file_stays_a_path_over_there(void **state)
{
	(void)state;
	home_project("{\"target\": \"staging\", \"folder\": \"scripts/a\", \"name\": \"nightly\","
		     " \"env-file\": []}");
	struct berth_settings *settings = berth_settings_new();
	struct berth_error err;
	home_config(CONFIG);
	assert_int_equal(berth_settings_load(settings, &err), 0);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_FOLDER), "scripts/a");
	char *line = berth_settings_command_line(settings, " ");
	assert_string_equal(line, "berth deploy");
	free(line);
	struct berth_deployment *deployment = resolve(settings);
	assert_string_equal(deployment->folder, "scripts/a");
	berth_deployment_free(deployment);
}

static void the_command_line_names_the_folder_as_it_is_there(void **state)
{
	(void)state;
	struct berth_settings *settings = complete("staging");
	char *line = berth_settings_command_line(settings, " ");
	assert_string_equal(
		line, "berth deploy --target staging --name nightly --folder scripts/nightly");
	free(line);
	char *text = berth_settings_explain(settings);
	assert_contains(text, "fractalic-nightly");
	assert_lacks(text, "restart");
	assert_lacks(text, "generic");
	free(text);
	berth_settings_free(settings);
}

/* --- a Smart Deployment System --- */

static void a_repository_is_its_folder_its_name_and_its_number(void **state)
{
	(void)state;
	struct berth_settings *settings = chosen("old");
	size_t count = 0;
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++)
		count += berth_settings_applies(settings, (enum berth_field_id)i);
	assert_int_equal(count, 6);
	assert_true(berth_settings_requires(settings, BERTH_FIELD_FOLDER));
	assert_false(berth_settings_requires(settings, BERTH_FIELD_NAME));
	add(settings, BERTH_FIELD_FOLDER, "repos/Shop");
	struct berth_deployment *deployment = resolve(settings);
	assert_string_equal(deployment->folder, "repos/Shop");
	assert_string_equal(deployment->name, "Shop");
	assert_int_equal(deployment->repo_id, 0);
	berth_deployment_free(deployment);
	settings = chosen("old");
	add(settings, BERTH_FIELD_FOLDER, "/srv/repos/shop");
	add(settings, BERTH_FIELD_NAME, "acme/shop");
	add(settings, BERTH_FIELD_REPO_ID, "12");
	deployment = resolve(settings);
	assert_string_equal(deployment->name, "acme/shop");
	assert_int_equal(deployment->repo_id, 12);
	berth_deployment_free(deployment);
}

static void the_number_of_a_repository_is_a_number(void **state)
{
	static const char *const wrong[] = {"0", "-1", "x", "1x", "99999999999999999999"};
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct berth_settings *settings = chosen("old");
		struct berth_error err = {0};
		assert_int_equal(
			berth_settings_add(settings, BERTH_FIELD_REPO_ID, wrong[i], &err), -1);
		assert_contains(err.message, wrong[i]);
		berth_settings_free(settings);
	}
}

/* --- Mist --- */

static void a_mist_server_takes_an_app_and_nothing_else(void **state)
{
	(void)state;
	struct berth_settings *settings = chosen("prod");
	size_t count = 0;
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++)
		count += berth_settings_applies(settings, (enum berth_field_id)i);
	assert_int_equal(count, 4);
	assert_true(berth_settings_applies(settings, BERTH_FIELD_PROFILE));
	assert_true(berth_settings_applies(settings, BERTH_FIELD_TIMEOUT));
	assert_true(berth_settings_requires(settings, BERTH_FIELD_NAME));
	assert_false(berth_settings_requires(settings, BERTH_FIELD_FOLDER));
	assert_contains(berth_settings_help(settings, BERTH_FIELD_NAME), "PROJECT/APP");
	berth_settings_free(settings);
	refuse(chosen("prod"), BERTH_FIELD_NAME, "the app's on the server");
}

static void an_app_is_called_as_its_server_calls_it(void **state)
{
	(void)state;
	static const char *const names[] = {"7", "web", "shop/web", "My Shop/Caf\u00e9 (new)"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct berth_settings *settings = chosen("prod");
		add(settings, BERTH_FIELD_NAME, names[i]);
		/* Has no meaning there. */
		add(settings, BERTH_FIELD_FOLDER, "nowhere");
		struct berth_deployment *deployment = resolve(settings);
		assert_string_equal(deployment->kind, "mist");
		assert_string_equal(deployment->name, names[i]);
		assert_string_equal(deployment->server->email, "a@b");
		assert_int_equal(deployment->server->password.from, BERTH_SECRET_VARIABLE);
		assert_null(deployment->folder);
		assert_null(deployment->container);
		berth_deployment_free(deployment);
	}
}

static void watching_needs_a_known_target_and_an_id(void **state)
{
	(void)state;
	struct berth_settings *settings = chosen("local");
	struct berth_error err;
	struct berth_deployment *deployment = berth_settings_attach(
		settings, "staging", "0b9d-42", &err);
	assert_non_null(deployment);
	assert_string_equal(deployment->kind, "fractalic");
	assert_string_equal(deployment->name, "0b9d-42");
	assert_string_equal(deployment->server->url, "http://staging:8000");
	berth_deployment_free(deployment);
	assert_null(berth_settings_attach(settings, "stagin", "1", &err));
	assert_contains(err.message, "did you mean 'staging'?");
	assert_null(berth_settings_attach(settings, "staging", "", &err));
	assert_contains(err.message, "an id is needed");
	assert_null(berth_settings_attach(settings, "staging", "a b", &err));
	assert_int_equal(err.code, BERTH_E_USAGE);
	berth_settings_free(settings);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_takes_what_its_document_names),
		TEST(nothing_is_asked_for_that_nobody_gave),
		TEST(what_was_given_is_asked_for),
		TEST(a_preset_counts_only_if_it_was_chosen),
		TEST(name_and_folder_are_needed),
		TEST(ports_are_those_it_knows),
		TEST(a_container_name_is_checked_before_it_fails_over_there),
		TEST(what_it_does_not_take_cannot_be_wrong),
		TEST(the_server_is_as_the_file_says),
		TEST(a_folder_in_a_file_stays_a_path_over_there),
		TEST(the_command_line_names_the_folder_as_it_is_there),
		TEST(a_repository_is_its_folder_its_name_and_its_number),
		TEST(the_number_of_a_repository_is_a_number),
		TEST(a_mist_server_takes_an_app_and_nothing_else),
		TEST(an_app_is_called_as_its_server_calls_it),
		TEST(watching_needs_a_known_target_and_an_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Profiles: saved, asked for, wrong; and targets that are protected. */
#include "unit/home.h"

#include <sys/wait.h>

#include <berth/settings.h>

static struct berth_settings *settings_new(void)
{
	struct berth_settings *settings = berth_settings_new();
	assert_non_null(settings);
	return settings;
}

static void add(struct berth_settings *settings, enum berth_field_id field, const char *value)
{
	struct berth_error err = {0};
	if (berth_settings_add(settings, field, value, &err) < 0)
		fail_msg("%s", err.message);
}

static void load(struct berth_settings *settings)
{
	struct berth_error err = {0};
	if (berth_settings_load(settings, &err) < 0)
		fail_msg("%s", err.message);
}

static void profile(const char *name, const char *text)
{
	char path[96];
	snprintf(path, sizeof path, "xdg/berth/profiles/%s.json", name);
	tree_text(&home.tree, path, text);
}

static char *text_of(const char *name)
{
	static char text[4096];
	char path[160];
	snprintf(path, sizeof path, "%s/xdg/berth/profiles/%s.json", home.tree.path, name);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	return text;
}

static void it_stands_between_project_and_user_file(void **state)
{
	(void)state;
	home_config("{\"image\": \"user\", \"restart\": \"no\", \"pull\": \"never\"}");
	profile("web",
		"{\"image\": \"profile\", \"restart\": \"always\", \"port\": [\"8080:80\"]}");
	home_project("{\"image\": \"project\"}");
	struct berth_settings *settings = settings_new();
	add(settings, BERTH_FIELD_PROFILE, "web");
	load(settings);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_IMAGE), "project");
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_RESTART), "always");
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_PULL), "never");
	assert_contains(berth_settings_origin(settings, BERTH_FIELD_PORT), "profile 'web' (/");
	assert_int_equal(berth_settings_layer(settings, BERTH_FIELD_PORT), BERTH_FROM_PROFILE);
	berth_settings_free(settings);
	setenv("BERTH_PROFILE", "web", 1);
	settings = settings_new();
	load(settings);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_RESTART), "always");
	assert_string_equal(berth_settings_profiles(settings)[0], "web");
	berth_settings_free(settings);
}

static void it_decides_target_and_folder(void **state)
{
	(void)state;
	tree_folder(&home.tree, "source/site");
	tree_text(&home.tree, "source/site/berth.json", "{\"dest\": \"/from/site\"}");
	char text[256];
	snprintf(text, sizeof text, "{\"folder\": \"%s/site\", \"target\": \"demo\"}", home.work);
	profile("web", text);
	struct berth_settings *settings = settings_new();
	add(settings, BERTH_FIELD_PROFILE, "web");
	load(settings);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_TARGET), "demo");
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_DEST), "/from/site");
	berth_settings_free(settings);
}

static void refuse(const char *name, const char *part)
{
	struct berth_settings *settings = settings_new();
	struct berth_error err = {0};
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_PROFILE, &name, 1, NULL), 0);
	assert_int_equal(berth_settings_load(settings, &err), -1);
	assert_contains(err.message, part);
	berth_settings_free(settings);
}

static void a_wrong_one_is_told(void **state)
{
	(void)state;
	refuse("web", "there is no profile 'web'");
	profile("web", "{\n  \"imagf\": \"x\"}");
	profile("api", "{\"profile\": \"web\"}");
	profile("old", "{\"port\": [\"99999:80\"]}");
	refuse("wb", "did you mean 'web'");
	refuse("../web", "../web");
	refuse("web", "web.json:2:3: unknown key 'imagf', did you mean 'image'");
	refuse("api", "unknown key 'profile'");
	profile("det", "{\"detect\": {}}");
	refuse("det", "unknown key 'detect'");
	refuse("old", "old.json:1:11: port '99999:80'");
}

static void no_other_file_may_ask_for_one(void **state)
{
	struct berth_settings *settings = settings_new();
	struct berth_error err;
	(void)state;
	profile("web", "{}");
	home_project("{\"profile\": \"web\"}");
	assert_int_equal(berth_settings_load(settings, &err), -1);
	assert_contains(err.message, "unknown key 'profile'");
	home_project("{}");
	home_config("{\"profile\": \"web\"}");
	assert_int_equal(berth_settings_load(settings, &err), -1);
	assert_contains(err.message, "unknown key 'profile'");
	berth_settings_free(settings);
}

/* Every field goes out and comes back as it was. */
static void what_is_saved_comes_back(void **state)
{
	(void)state;
	static const struct {
		enum berth_field_id field;
		const char *value;
	} values[] = {{BERTH_FIELD_TARGET, "local"}, {BERTH_FIELD_PRESET, "generic"},
		{BERTH_FIELD_NAME, "web"}, {BERTH_FIELD_IMAGE, "nginx:1.27"},
		{BERTH_FIELD_CONTAINER, "web-{name}"}, {BERTH_FIELD_PLATFORM, "linux/amd64"},
		{BERTH_FIELD_PORT, "8080:80"}, {BERTH_FIELD_PORT, "auto:9000"},
		{BERTH_FIELD_HEALTH, "/healthz"}, {BERTH_FIELD_EXCLUDE, "it's \"odd\" \u00e4"},
		{BERTH_FIELD_DEST, "/srv"}, {BERTH_FIELD_RESTART, "no"},
		{BERTH_FIELD_TIMEOUT, "90"}, {BERTH_FIELD_NO_ROLLBACK, "true"}};
	struct berth_settings *settings = settings_new(), *again = settings_new();
	struct berth_error err = {0};
	size_t unsaved = 99;
	tree_folder(&home.tree, "source/site");
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		add(settings, values[i].field, values[i].value);
	add(settings, BERTH_FIELD_FOLDER, "site");
	add(settings, BERTH_FIELD_YES, "true");
	load(settings);
	if (berth_settings_save_profile(settings, "web", false, &unsaved, &err) != 0)
		fail_msg("%s", err.message);
	assert_int_equal(unsaved, 0);
	assert_lacks(text_of("web"), "yes");
	/* From another folder too. */
	assert_int_equal(chdir("/"), 0);
	add(again, BERTH_FIELD_PROFILE, "web");
	load(again);
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		enum berth_field_id field = (enum berth_field_id)i;
		if (field == BERTH_FIELD_PROFILE || field == BERTH_FIELD_YES ||
			field == BERTH_FIELD_FOLDER)
			continue;
		assert_int_equal(
			berth_settings_count(settings, field), berth_settings_count(again, field));
		for (size_t j = 0; j < berth_settings_count(again, field); j++)
			assert_string_equal(berth_settings_at(settings, field, j),
				berth_settings_at(again, field, j));
	}
	assert_contains(berth_settings_get(again, BERTH_FIELD_FOLDER), "/source/site");
	berth_settings_free(settings);
	berth_settings_free(again);
}

static void secrets_are_left_out_with_a_word(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new(), *again = settings_new();
	struct berth_error err = {0};
	size_t unsaved = 0;
	static const char *const env[] = {"TOKEN=s3cret-value", "HOME", "s3cret_alone"};
	load(settings);
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_ENV, env, 3, NULL), 0);
	assert_int_equal(berth_settings_save_profile(settings, "web", false, &unsaved, &err), 0);
	assert_int_equal(unsaved, 2);
	assert_lacks(text_of("web"), "s3cret");
	/* It can be loaded without the variable, and says what is missing when it is needed. */
	add(again, BERTH_FIELD_PROFILE, "web");
	add(again, BERTH_FIELD_IMAGE, "nginx");
	load(again);
	assert_int_equal(berth_settings_count(again, BERTH_FIELD_ENV), 2);
	char *text = berth_settings_explain(again);
	assert_contains(text, "TOKEN=\u2022\u2022\u2022");
	free(text);
	assert_null(berth_settings_resolve(again, NULL, &err));
	assert_contains(err.message, "env value 1");
	setenv("TOKEN", "from outside", 1);
	struct berth_deployment *deployment = berth_settings_resolve(again, NULL, &err);
	assert_non_null(deployment);
	assert_string_equal(deployment->env[0].value, "from outside");
	berth_deployment_free(deployment);
	unsetenv("TOKEN");
	/* Saving it anew loses no name. */
	assert_int_equal(berth_settings_save_profile(again, "web", true, &unsaved, &err), 0);
	assert_contains(text_of("web"), "TOKEN");
	berth_settings_free(settings);
	berth_settings_free(again);
}

static void one_that_is_there_is_kept_unless_asked(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new();
	struct berth_error err = {0};
	load(settings);
	profile("web", "{\"image\": \"precious\"}");
	add(settings, BERTH_FIELD_IMAGE, "new");
	assert_int_equal(berth_settings_save_profile(settings, "web", false, NULL, &err), -1);
	assert_int_equal(err.code, BERTH_E_CONFLICT);
	assert_contains(text_of("web"), "precious");
	assert_int_equal(berth_settings_save_profile(settings, "web", true, NULL, &err), 0);
	assert_contains(text_of("web"), "new");
	static const char *const bad = "99999:80";
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_PORT, &bad, 1, NULL), 0);
	assert_int_equal(berth_settings_save_profile(settings, "bad", true, NULL, &err), -1);
	assert_contains(err.message, "99999");
	berth_settings_free(settings);
}

#define PROTECTED                                                                                  \
	"{\"targets\": {\"prod\": {\"kind\": \"docker\", \"host\": \"tcp://127.0.0.1:1\", "        \
	"\"protected\": true}, \"open\": {\"kind\": \"docker\", \"host\": "                        \
	"\"tcp://127.0.0.1:1\"}}%s}"

static void protect(const char *rest)
{
	char text[512];
	snprintf(text, sizeof text, PROTECTED, rest);
	home_config(text);
}

static void protection_is_the_targets_own(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new();
	struct berth_error err;
	protect("");
	add(settings, BERTH_FIELD_IMAGE, "nginx");
	load(settings);
	assert_false(berth_settings_protected(settings));
	add(settings, BERTH_FIELD_TARGET, "open");
	assert_false(berth_settings_protected(settings));
	add(settings, BERTH_FIELD_TARGET, "prod");
	assert_true(berth_settings_protected(settings));
	struct berth_deployment *deployment = berth_settings_resolve(settings, NULL, &err);
	assert_non_null(deployment);
	assert_true(deployment->is_protected);
	struct berth_deployment *copy = berth_deployment_copy(deployment);
	assert_true(copy->is_protected);
	berth_deployment_free(copy);
	berth_deployment_free(deployment);
	home_config("{\"targets\": {\"pp\": {\"kind\": \"docker\", \"host\": \"tcp://h:1\", "
		    "\"protected\": \"yes\"}}}");
	assert_int_equal(berth_settings_load(settings, &err), -1);
	assert_contains(err.message, "expected true or false");
	berth_settings_free(settings);
}

static void only_this_run_can_confirm(void **state)
{
	(void)state;
	struct berth_settings *settings = settings_new();
	protect(", \"yes\": true");
	load(settings);
	assert_false(berth_settings_confirmed(settings));
	add(settings, BERTH_FIELD_YES, "true");
	assert_true(berth_settings_confirmed(settings));
	berth_settings_free(settings);
	setenv("BERTH_YES", "1", 1);
	settings = settings_new();
	load(settings);
	assert_true(berth_settings_confirmed(settings));
	berth_settings_free(settings);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(it_stands_between_project_and_user_file),
		TEST(it_decides_target_and_folder),
		TEST(a_wrong_one_is_told),
		TEST(no_other_file_may_ask_for_one),
		TEST(what_is_saved_comes_back),
		TEST(secrets_are_left_out_with_a_word),
		TEST(one_that_is_there_is_kept_unless_asked),
		TEST(protection_is_the_targets_own),
		TEST(only_this_run_can_confirm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

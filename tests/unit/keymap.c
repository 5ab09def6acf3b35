/* One's own keys: what is taken, and what is said about what can't be. */
#include "unit/home.h"

#include "keys/action_table.h"
#include "preferences.h"

static struct preferences preferences;

static int load(const char *keys, struct berth_error *err)
{
	struct berth_settings *settings = berth_settings_new();
	char text[1024];
	assert_non_null(settings);
	*err = (struct berth_error){0};
	snprintf(text, sizeof text, "{\n  \"keys\": {\n    %s\n  }\n}\n", keys);
	home_config(text);
	int status = preferences_load(&preferences, settings, err);
	berth_settings_free(settings);
	return status;
}

static void accept(const char *keys)
{
	struct berth_error err;
	if (load(keys, &err) < 0)
		fail_msg("%s", err.message);
}

static enum action find(uint32_t key, enum context context)
{
	int argument = 0;
	const struct binding *binding = keys_find(&preferences.keys, key, context, &argument);
	return binding ? binding->action : ACTION_NONE;
}

static void keys_take_the_place_of_those_there_were(void **state)
{
	(void)state;
	accept("\"log.levels\": \"L\", \"deploy\": [\"F9\", \"ctrl-]\"], \"page-down\": []");
	assert_int_equal(find('L', IN_LOG), ACTION_LEVELS);
	assert_int_equal(find('l', IN_LOG), ACTION_NONE);
	assert_int_equal(find(K_F(9), IN_TEXT), ACTION_DEPLOY);
	assert_int_equal(find(K_CTRL(']'), IN_LOG), ACTION_DEPLOY);
	assert_int_equal(find(K_F(5), IN_LOG), ACTION_NONE);
	assert_int_equal(find(' ', IN_LOG), ACTION_NONE);
	assert_int_equal(find('f', IN_LOG), ACTION_FOLLOW);
}

static void two_actions_can_change_places(void **state)
{
	(void)state;
	accept("\"log.follow\": \"w\", \"log.wrap\": \"f\"");
	assert_int_equal(find('w', IN_LOG), ACTION_FOLLOW);
	assert_int_equal(find('f', IN_LOG), ACTION_WRAP);
}

static void the_nth_key_chooses_the_nth(void **state)
{
	int argument = 0;
	(void)state;
	accept("\"choose\": [\"u\", \"i\", \"p\"]");
	assert_non_null(keys_find(&preferences.keys, 'p', IN_LOG, &argument));
	assert_int_equal(argument, 3);
	assert_int_equal(find('1', IN_LOG), ACTION_NONE);
}

static void the_way_out_is_never_lost(void **state)
{
	(void)state;
	accept("\"quit\": \"Q\", \"back\": []");
	assert_int_equal(find('Q', IN_LOG), ACTION_QUIT);
	assert_int_equal(find('q', IN_LOG), ACTION_NONE);
	for (unsigned context = IN_LIST; context <= IN_LOG; context <<= 1) {
		assert_int_equal(find(K_CTRL('C'), (enum context)context), ACTION_QUIT);
		assert_int_equal(find(K_ESC, (enum context)context), ACTION_BACK);
	}
}

static void a_letter_in_a_text_field_is_no_conflict(void **state)
{
	(void)state;
	/* 'z' is typed there. */
	accept("\"deploy\": [\"z\", \"F9\"]");
	assert_int_equal(find('z', IN_LOG), ACTION_DEPLOY);
	assert_int_equal(find('z', IN_TEXT), ACTION_NONE);
}

static void names_in_the_footer_follow(void **state)
{
	const struct binding *shown[32];
	char name[16];
	(void)state;
	accept("\"value.previous\": \"-\"");
	size_t count = keys_footer(&preferences.keys, IN_CHOICE, 0, 200, shown, 32);
	for (size_t i = 0; i < count; i++) {
		if (shown[i]->action == ACTION_VALUE_NEXT)
			assert_string_equal(keys_shown(name, shown[i], IN_CHOICE), "Right");
	}
	accept("\"deploy\": \"Alt-z\"");
	count = keys_footer(&preferences.keys, IN_LOG, 0, 200, shown, 32);
	assert_int_equal(shown[0]->action, ACTION_DEPLOY);
	assert_string_equal(keys_shown(name, shown[0], IN_LOG), "Alt-z");
}

static void what_cannot_be_is_said_with_its_place(void **state)
{
	static const struct {
		const char *keys, *place, *part, *other;
	} cases[] = {
		{"\"log.folow\": \"F\"", "3:5", "unknown action 'log.folow'",
			"did you mean 'log.follow'?"},
		{"\"log.follow\": \"F\",\n\"xyzzyx\": \"F\"", "4:1", "unknown action 'xyzzyx'", ""},
		{"\"deploy\": \"Ctlr-G\"", "3:15", "unknown key 'Ctlr-G'",
			"did you mean 'Ctrl-G'?"},
		{"\"deploy\": [\"F9\", \"PageUp\"]", "3:22", "unknown key 'PageUp'",
			"did you mean 'Page Up'?"},
		{"\"deploy\": \"\"", "3:15", "unknown key ''", ""},
		{"\"deploy\": \"F0\"", "3:15", "unknown key 'F0'", ""},
		{"\"deploy\": \"ab\"", "3:15", "unknown key 'ab'", ""},
		{"\"deploy\": \"Alt-[\"", "3:15", "unknown key 'Alt-['", ""},
		{"\"deploy\": \"f\"", "3:15", "key 'f' of 'deploy'", "'log.follow' in the log"},
		{"\"log.wrap\": \"x\", \"log.follow\": [\"y\", \"x\"]", "3:17",
			"key 'x' of 'log.wrap'", "'log.follow' in the log"},
		{"\"help\": \"Esc\"", "3:13", "key 'Esc' of 'help'", "'back'"},
		{"\"log.wrap\": \"Ctrl-C\"", "3:17", "key 'Ctrl-C' of 'log.wrap'", "'quit'"},
		{"\"deploy\": \"Ctrl-K\"", "3:15", "key 'Ctrl-K' of 'deploy'",
			"'edit.cut-to-end' in a text field"},
		{"\"cancel\": \"y\"", "3:15", "key 'y' can't be 'cancel'", "answers the question"},
		{"\"cancel\": [\"C\", \"Y\"]", "3:21", "key 'Y' can't be 'cancel'", ""},
		{"\"cancel\": [], \"quit\": \"c\"", "3:27", "key 'c' can't be 'quit'", ""},
		{"\"choose\": [\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]", "3:48",
			"too many keys", "8"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct berth_error err;
		char head[256];
		if (load(cases[i].keys, &err) == 0)
			fail_msg("taken: %s", cases[i].keys);
		assert_int_equal(err.code, BERTH_E_USAGE);
		snprintf(head, sizeof head, "%s:%s: ", home.config, cases[i].place);
		if (strncmp(err.message, head, strlen(head)) != 0)
			fail_msg("'%s' does not begin with '%s'", err.message, head);
		assert_contains(err.message, cases[i].part);
		assert_contains(err.message, cases[i].other);
		/* Nothing of it is in use. */
		assert_int_equal(find(K_F(5), IN_LOG), ACTION_DEPLOY);
	}
}

static void a_theme_is_known_by_name(void **state)
{
	struct berth_settings *settings = berth_settings_new();
	struct berth_error err;
	(void)state;
	home_config("{\"theme\": \"high-contrast\", \"mouse\": true}");
	assert_int_equal(preferences_load(&preferences, settings, &err), 0);
	assert_int_equal(preferences.theme, THEME_HIGH_CONTRAST);
	assert_true(preferences.mouse);
	home_config("{\"theme\": \"lihgt\"}");
	assert_int_equal(preferences_load(&preferences, settings, &err), -1);
	assert_contains(err.message, ":1:11: unknown theme 'lihgt', did you mean 'light'?");
	assert_contains(err.hint, "terminal");
	home_config("{}");
	assert_int_equal(preferences_load(&preferences, settings, &err), 0);
	assert_int_equal(preferences.theme, THEME_DEFAULT);
	assert_false(preferences.mouse);
	berth_settings_free(settings);
}

static void every_action_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
		assert_non_null(action_table[action].name);
		assert_int_equal(action_find(action_table[action].name), action);
	}
	assert_int_equal(action_find(""), ACTION_NONE);
	assert_int_equal(action_find("nothing"), ACTION_NONE);
}

/* A key is called by a name that is understood. */
static void every_key_of_the_table_can_be_written(void **state)
{
	char name[16];
	uint32_t key;
	(void)state;
	for (size_t i = 0; i < keys_table_count; i++) {
		for (size_t k = 0; k < KEYS_PER_BINDING && keys_table[i].keys[k]; k++) {
			keys_name(name, keys_table[i].keys[k]);
			if (!keys_parse(name, &key) || key != keys_table[i].keys[k])
				fail_msg("'%s' is not understood", name);
		}
	}
	assert_true(keys_parse("PAGE UP", &key));
	assert_int_equal(key, K_PAGE_UP);
	assert_true(keys_parse("\u00e4", &key));
	assert_int_equal(key, 0xe4);
	assert_true(keys_parse("F", &key));
	assert_int_equal(key, 'F');
	/* It is what that key sends. */
	assert_true(keys_parse("Ctrl-H", &key));
	assert_int_equal(key, K_BACKSPACE);
	assert_false(keys_parse("Ctrl-@", &key));
	assert_false(keys_parse("\xff", &key));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_take_the_place_of_those_there_were),
		TEST(two_actions_can_change_places),
		TEST(the_nth_key_chooses_the_nth),
		TEST(the_way_out_is_never_lost),
		TEST(a_letter_in_a_text_field_is_no_conflict),
		TEST(names_in_the_footer_follow),
		TEST(what_cannot_be_is_said_with_its_place),
		TEST(a_theme_is_known_by_name),
		TEST(every_action_has_a_name_of_its_own),
		TEST(every_key_of_the_table_can_be_written),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "unit/home.h"

#include <berth/settings.h>

#include "form/form.h"

static struct berth_settings *settings;
static struct form form;

static int setup(void **state)
{
	home_setup(state);
	tree_folder(&home.tree, "source/site");
	settings = berth_settings_new();
	assert_non_null(settings);
	assert_int_equal(berth_settings_load(settings, NULL), 0);
	form_init(&form, settings);
	return 0;
}

static int teardown(void **state)
{
	berth_settings_free(settings);
	return home_teardown(state);
}

static size_t at(enum berth_field_id id)
{
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		if (form_id(&form, i) == id)
			return i;
	}
	fail();
	return 0;
}

static void type(const char *text)
{
	assert_true(form_insert(&form, text, strlen(text)));
}

static void fill(enum berth_field_id id, const char *text)
{
	form_go(&form, at(id));
	type(text);
	form_leave(&form);
}

static const char *text_of(enum berth_field_id id)
{
	return form.fields[at(id)].edit.text;
}

static const char *error_of(enum berth_field_id id)
{
	return form.fields[at(id)].error;
}

static const char *shown(enum berth_field_id id, bool focused)
{
	static char text[2 * EDIT_MAX];
	size_t cursor;
	size_t len = form_show(&form, at(id), focused, "***", text, sizeof text, &cursor);
	assert_int_equal(len, strlen(text));
	assert_true(cursor <= len);
	return text;
}

static void what_was_typed_goes_to_the_settings_on_leaving(void **state)
{
	(void)state;
	form_go(&form, at(BERTH_FIELD_IMAGE));
	type("nginx:1.27 ");
	assert_null(berth_settings_get(settings, BERTH_FIELD_IMAGE));
	form_leave(&form);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_IMAGE), "nginx:1.27");
	assert_true(form.fields[at(BERTH_FIELD_IMAGE)].own);
}

static void derived_values_follow_from_others(void **state)
{
	(void)state;
	fill(BERTH_FIELD_IMAGE, "nginx:1.27");
	assert_string_equal(text_of(BERTH_FIELD_NAME), "nginx");
	assert_false(form.fields[at(BERTH_FIELD_NAME)].own);
	fill(BERTH_FIELD_FOLDER, "site");
	assert_string_equal(text_of(BERTH_FIELD_NAME), "site");
	assert_string_equal(text_of(BERTH_FIELD_CONTAINER), "site");
}

static void typing_replaces_a_derived_value_and_adds_to_an_own_one(void **state)
{
	(void)state;
	fill(BERTH_FIELD_IMAGE, "nginx");
	fill(BERTH_FIELD_NAME, "web");
	assert_string_equal(text_of(BERTH_FIELD_NAME), "web");
	fill(BERTH_FIELD_NAME, "2");
	assert_string_equal(text_of(BERTH_FIELD_NAME), "web2");
}

static void a_derived_value_can_be_edited(void **state)
{
	(void)state;
	fill(BERTH_FIELD_IMAGE, "nginx");
	form_go(&form, at(BERTH_FIELD_NAME));
	assert_true(form_edit(&form, ACTION_EDIT_END));
	type("-2");
	form_leave(&form);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_NAME), "nginx-2");
}

static void an_emptied_field_is_derived_again(void **state)
{
	(void)state;
	fill(BERTH_FIELD_IMAGE, "nginx");
	fill(BERTH_FIELD_NAME, "web");
	form_go(&form, at(BERTH_FIELD_NAME));
	assert_true(form_edit(&form, ACTION_EDIT_KILL_START));
	form_leave(&form);
	assert_string_equal(text_of(BERTH_FIELD_NAME), "nginx");
	assert_false(form.fields[at(BERTH_FIELD_NAME)].own);
}

static void moving_the_cursor_alone_changes_nothing(void **state)
{
	(void)state;
	fill(BERTH_FIELD_IMAGE, "nginx");
	form_go(&form, at(BERTH_FIELD_NAME));
	form_edit(&form, ACTION_EDIT_LEFT);
	form_leave(&form);
	assert_false(form.fields[at(BERTH_FIELD_NAME)].own);
	assert_null(berth_settings_get(settings, BERTH_FIELD_NAME));
}

static void lists_are_split_and_joined(void **state)
{
	(void)state;
	fill(BERTH_FIELD_PORT, "8080:80, auto:9000 5353:53/udp");
	assert_int_equal(berth_settings_count(settings, BERTH_FIELD_PORT), 3);
	assert_string_equal(berth_settings_at(settings, BERTH_FIELD_PORT, 2), "5353:53/udp");
	fill(BERTH_FIELD_ENV, "A=1,2 B='two words'");
	assert_int_equal(berth_settings_count(settings, BERTH_FIELD_ENV), 2);
	assert_string_equal(berth_settings_at(settings, BERTH_FIELD_ENV, 0), "A=1,2");
	assert_string_equal(berth_settings_at(settings, BERTH_FIELD_ENV, 1), "B=two words");
	form_init(&form, settings);
	assert_string_equal(text_of(BERTH_FIELD_PORT), "8080:80 auto:9000 5353:53/udp");
	fill(BERTH_FIELD_ENV, " C=3");
	assert_int_equal(berth_settings_count(settings, BERTH_FIELD_ENV), 3);
	assert_string_equal(berth_settings_at(settings, BERTH_FIELD_ENV, 1), "B=two words");
}

static void a_field_is_checked_on_leaving(void **state)
{
	(void)state;
	fill(BERTH_FIELD_PORT, "99999:80");
	assert_contains(error_of(BERTH_FIELD_PORT), "99999");
	form_go(&form, at(BERTH_FIELD_PORT));
	form_edit(&form, ACTION_EDIT_KILL_START);
	type("8080:80");
	form_leave(&form);
	assert_string_equal(error_of(BERTH_FIELD_PORT), "");
}

static void deploying_with_a_bad_field_goes_to_it(void **state)
{
	struct berth_error err;
	(void)state;
	fill(BERTH_FIELD_IMAGE, "nginx");
	fill(BERTH_FIELD_PORT, "nonsense");
	form_go(&form, at(BERTH_FIELD_TARGET));
	assert_null(form_resolve(&form, &err));
	assert_int_equal(form.current, at(BERTH_FIELD_PORT));
	assert_contains(error_of(BERTH_FIELD_PORT), "nonsense");
}

static void a_right_form_makes_a_request(void **state)
{
	struct berth_error err;
	(void)state;
	fill(BERTH_FIELD_IMAGE, "nginx:1.27");
	form_go(&form, at(BERTH_FIELD_PORT));
	type("8080:80"); /* not left yet */
	struct berth_deployment *deployment = form_resolve(&form, &err);
	assert_non_null(deployment);
	assert_string_equal(deployment->image, "nginx:1.27");
	assert_int_equal(deployment->port_count, 1);
	assert_int_equal(deployment->ports[0].host, 8080);
	berth_deployment_free(deployment);
}

static void choices_go_round_and_decide_what_applies(void **state)
{
	(void)state;
	assert_int_equal(form.current, at(BERTH_FIELD_TARGET));
	assert_string_equal(text_of(BERTH_FIELD_TARGET), "local");
	assert_true(form_applies(&form, at(BERTH_FIELD_IMAGE)));
	while (strcmp(text_of(BERTH_FIELD_TARGET), "demo") != 0)
		form_choose(&form, 1);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_TARGET), "demo");
	assert_false(form_applies(&form, at(BERTH_FIELD_IMAGE)));
	form_choose(&form, -1);
	assert_string_not_equal(text_of(BERTH_FIELD_TARGET), "demo");
	form_choose(&form, 1);
	assert_string_equal(text_of(BERTH_FIELD_TARGET), "demo");
}

static void a_build_and_an_image_exclude_each_other(void **state)
{
	(void)state;
	fill(BERTH_FIELD_IMAGE, "busybox");
	fill(BERTH_FIELD_FOLDER, "/tmp");
	assert_string_equal(text_of(BERTH_FIELD_BUILD), "no");
	form_go(&form, at(BERTH_FIELD_BUILD));
	form_choose(&form, 1);
	assert_string_equal(text_of(BERTH_FIELD_BUILD), "yes");
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_BUILD), "true");
	assert_string_equal(error_of(BERTH_FIELD_BUILD), "");
	assert_false(form_applies(&form, at(BERTH_FIELD_IMAGE)));
	assert_null(berth_settings_get(settings, BERTH_FIELD_IMAGE));
	fill(BERTH_FIELD_GIT, "https://example.com/web.git#main");
	assert_false(form_applies(&form, at(BERTH_FIELD_FOLDER)));
	assert_null(berth_settings_get(settings, BERTH_FIELD_FOLDER));
	/* What stood there is said again when it means something. */
	form_go(&form, at(BERTH_FIELD_GIT));
	form_edit(&form, ACTION_EDIT_KILL_START);
	form_go(&form, at(BERTH_FIELD_BUILD));
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_FOLDER), "/tmp");
	form_choose(&form, 1);
	assert_string_equal(text_of(BERTH_FIELD_BUILD), "no");
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_IMAGE), "busybox");
}

static void a_repository_is_a_number_where_there_is_a_server(void **state)
{
	struct berth_error err;
	(void)state;
	home_config("{\"targets\": {\"ship\": {\"kind\": \"deployer\", "
		    "\"url\": \"http://ship.test\"}}}");
	assert_int_equal(berth_settings_load(settings, &err), 0);
	size_t place = at(BERTH_FIELD_GIT);
	form_go(&form, at(BERTH_FIELD_TARGET));
	for (int i = 0; i < 8 && strcmp(text_of(BERTH_FIELD_TARGET), "ship") != 0; i++)
		form_choose(&form, 1);
	assert_int_equal(form_id(&form, place), BERTH_FIELD_REPO_ID);
	assert_string_equal(form_label(&form, place), "Repository");
	fill(BERTH_FIELD_REPO_ID, "seven");
	assert_string_not_equal(error_of(BERTH_FIELD_REPO_ID), "");
	form_go(&form, place);
	form_edit(&form, ACTION_EDIT_KILL_START);
	type("7");
	form_leave(&form);
	assert_string_equal(error_of(BERTH_FIELD_REPO_ID), "");
	form_forget(settings);
	assert_null(berth_settings_get(settings, BERTH_FIELD_REPO_ID));
}

static void moving_visits_every_field_that_applies_once(void **state)
{
	(void)state;
	for (int columns = 1; columns <= 2; columns++) {
		for (int step = -1; step <= 1; step += 2) {
			int visits[FORM_FIELDS] = {0};
			for (int i = 0; i < FORM_FIELDS; i++) {
				visits[form.current]++;
				form_move(&form, step, columns);
			}
			for (int i = 0; i < FORM_FIELDS; i++)
				assert_int_equal(visits[i], 1);
			assert_int_equal(form.current, 0);
		}
	}
	form_move(&form, 1, 2);
	assert_int_equal(form.current, 2);
	fill(BERTH_FIELD_TARGET, "");
	form_choose(&form, 1);
	for (int i = 0; i < FORM_FIELDS; i++) {
		form_move(&form, 1, 2);
		assert_true(form_applies(&form, form.current));
	}
}

static void values_of_variables_are_hidden(void **state)
{
	(void)state;
	fill(BERTH_FIELD_ENV, "A=secret1 B='secret 2' C");
	assert_string_equal(shown(BERTH_FIELD_ENV, false), "A=*** B=*** C");
	form_go(&form, at(BERTH_FIELD_ENV));
	assert_string_equal(shown(BERTH_FIELD_ENV, true), "A=*** B=*** C");
	form_edit(&form, ACTION_EDIT_WORD_LEFT);
	form_edit(&form, ACTION_EDIT_LEFT);
	/* A bullet a character for the one that is edited; it is shown when that is asked for. */
	assert_string_equal(shown(BERTH_FIELD_ENV, true), "A=*** \"B=********* C");
	form.reveal = true;
	assert_string_equal(shown(BERTH_FIELD_ENV, true), "A=*** \"B=secret 2\" C");
	form_edit(&form, ACTION_EDIT_HOME);
	form_edit(&form, ACTION_EDIT_HOME);
	assert_string_equal(shown(BERTH_FIELD_ENV, true), "A=secret1 B=*** C");
	assert_string_equal(shown(BERTH_FIELD_ENV, false), "A=*** B=*** C");
	form_leave(&form);
	assert_false(form.reveal);
}

static void no_place_of_the_cursor_shows_another_value(void **state)
{
	(void)state;
	fill(BERTH_FIELD_ENV, "A=one  B=two C=three ");
	form_go(&form, at(BERTH_FIELD_ENV));
	form_edit(&form, ACTION_EDIT_HOME);
	form_edit(&form, ACTION_EDIT_HOME);
	form.reveal = true;
	for (size_t i = 0; i <= form.fields[form.current].edit.len; i++) {
		const char *text = shown(BERTH_FIELD_ENV, true);
		int values = (strstr(text, "one") != NULL) + (strstr(text, "two") != NULL) +
			     (strstr(text, "three") != NULL);
		assert_in_range(values, 0, 1);
		form_edit(&form, ACTION_EDIT_RIGHT);
	}
}

#define WITH_FORM(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FORM(what_was_typed_goes_to_the_settings_on_leaving),
		WITH_FORM(derived_values_follow_from_others),
		WITH_FORM(typing_replaces_a_derived_value_and_adds_to_an_own_one),
		WITH_FORM(a_derived_value_can_be_edited),
		WITH_FORM(an_emptied_field_is_derived_again),
		WITH_FORM(moving_the_cursor_alone_changes_nothing),
		WITH_FORM(lists_are_split_and_joined),
		WITH_FORM(a_field_is_checked_on_leaving),
		WITH_FORM(deploying_with_a_bad_field_goes_to_it),
		WITH_FORM(a_right_form_makes_a_request),
		WITH_FORM(choices_go_round_and_decide_what_applies),
		WITH_FORM(a_build_and_an_image_exclude_each_other),
		WITH_FORM(a_repository_is_a_number_where_there_is_a_server),
		WITH_FORM(moving_visits_every_field_that_applies_once),
		WITH_FORM(values_of_variables_are_hidden),
		WITH_FORM(no_place_of_the_cursor_shows_another_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

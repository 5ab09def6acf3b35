/* Lists as rows, and values of earlier deployments, in the form. */
#include "unit/home.h"

#include <berth/recall.h>
#include <berth/settings.h>

#include "form/form.h"

static struct berth_settings *settings;
static struct berth_recall *recall;
static struct form form;

static int setup(void **state)
{
	char path[96];
	home_setup(state);
	snprintf(path, sizeof path, "%s/state", home.tree.path);
	setenv("XDG_STATE_HOME", path, 1);
	settings = berth_settings_new();
	assert_non_null(settings);
	assert_int_equal(berth_settings_load(settings, NULL), 0);
	form_init(&form, settings);
	return 0;
}

static int teardown(void **state)
{
	berth_recall_free(recall);
	recall = NULL;
	berth_settings_free(settings);
	return home_teardown(state);
}

static void go(enum berth_field_id id)
{
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		if (form_id(&form, i) == id) {
			form_go(&form, i);
			return;
		}
	}
	fail();
}

static void type(const char *text)
{
	assert_true(form_insert(&form, text, strlen(text)));
}

static const char *text(void)
{
	return form.fields[form.current].edit.text;
}

/* The rows with '|' between them, that of the cursor in brackets. */
static void check_rows(const char *expected)
{
	struct form_row rows[FORM_ROWS_MAX];
	char shown[512];
	size_t at, used = 0, count = form_rows(&form, form.current, rows, &at);
	shown[0] = '\0';
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(shown + used, sizeof shown - used,
			i == at ? "%s[%.*s]" : "%s%.*s", i > 0 ? "|" : "",
			(int)(rows[i].end - rows[i].start), text() + rows[i].start);
	assert_string_equal(shown, expected);
}

static void rows_are_added_and_removed(void **state)
{
	(void)state;
	go(BERTH_FIELD_PORT);
	check_rows("[]");
	assert_true(form_row_add(&form));
	check_rows("[]");
	type("8080:80");
	check_rows("[8080:80]");
	form_row_add(&form);
	check_rows("8080:80|[]");
	form_row_add(&form);
	check_rows("8080:80|[]");
	type("auto:9");
	form_row_move(&form, -1);
	check_rows("[8080:80]|auto:9");
	form_row_add(&form);
	check_rows("8080:80|[]|auto:9");
	type(":5");
	check_rows("8080:80|[:5]|auto:9");
	assert_false(form_row_move(&form, 1) && form_row_move(&form, 1));
	form_row_remove(&form);
	check_rows("8080:80|[:5]");
	form_row_move(&form, -1);
	assert_false(form_row_move(&form, -1));
	form_row_remove(&form);
	check_rows("[:5]");
	form_row_remove(&form);
	check_rows("[]");
	assert_string_equal(text(), "");
	/* What was cut last comes back. */
	form_edit(&form, ACTION_EDIT_YANK);
	check_rows("[:5]");
}

static void a_removed_row_can_be_undone(void **state)
{
	(void)state;
	go(BERTH_FIELD_PORT);
	type("1:1 2:2 3:3");
	form_row_move(&form, -1);
	form_row_remove(&form);
	check_rows("1:1|[3:3]");
	form_edit(&form, ACTION_EDIT_UNDO);
	check_rows("1:1|[2:2]|3:3");
}

static void an_empty_row_is_no_value(void **state)
{
	(void)state;
	go(BERTH_FIELD_PORT);
	type("8080:80");
	form_row_add(&form);
	form_leave(&form);
	assert_int_equal(berth_settings_count(settings, BERTH_FIELD_PORT), 1);
	assert_string_equal(text(), "8080:80");
	check_rows("[8080:80]");
}

static void ends_of_a_row_come_before_those_of_the_line(void **state)
{
	(void)state;
	go(BERTH_FIELD_PORT);
	type("1:1 2:2 3:3");
	form_row_move(&form, -1);
	form_edit(&form, ACTION_EDIT_HOME);
	assert_int_equal(form.fields[form.current].edit.cursor, 4);
	form_edit(&form, ACTION_EDIT_HOME);
	assert_int_equal(form.fields[form.current].edit.cursor, 0);
	form_row_move(&form, 1);
	form_edit(&form, ACTION_EDIT_KILL_START);
	check_rows("1:1|[]|3:3");
	form_edit(&form, ACTION_EDIT_KILL_END);
	form_edit(&form, ACTION_EDIT_KILL_START);
	check_rows("[]");
}

static void undo_gives_a_derived_value_back(void **state)
{
	(void)state;
	go(BERTH_FIELD_IMAGE);
	type("nginx");
	go(BERTH_FIELD_NAME);
	assert_string_equal(text(), "nginx");
	type("web");
	assert_string_equal(text(), "web");
	form_edit(&form, ACTION_EDIT_UNDO);
	assert_string_equal(text(), "nginx");
	form_leave(&form);
	assert_false(form.fields[form.current].own);
}

static void remember(const char *image, const char *ports, const char *env)
{
	struct berth_settings *other = berth_settings_new();
	assert_int_equal(berth_settings_replace(other, BERTH_FIELD_IMAGE, &image, 1, NULL), 0);
	assert_int_equal(berth_settings_replace(other, BERTH_FIELD_PORT, &ports, 1, NULL), 0);
	assert_int_equal(berth_settings_replace(other, BERTH_FIELD_ENV, &env, 1, NULL), 0);
	char *note = berth_recall_note(other);
	assert_non_null(note);
	assert_null(strstr(note, "s3cret"));
	assert_int_equal(berth_recall_add(home.work, note, NULL), 0);
	free(note);
	berth_settings_free(other);
}

static void know(void)
{
	recall = berth_recall_read(home.work, NULL);
	assert_non_null(recall);
	form.recall = recall;
}

static void earlier_values_are_recalled_newest_first(void **state)
{
	(void)state;
	remember("nginx:1", "8080:80", "TOKEN=s3cret");
	remember("nginx:2", "8080:80", "TOKEN=s3cret");
	remember("nginx:3", "9090:80", "TOKEN=s3cret");
	know();
	go(BERTH_FIELD_IMAGE);
	assert_int_equal(form_recallable(&form), 3);
	assert_false(form_recall(&form, -1));
	type("draft");
	assert_true(form_recall(&form, 1));
	assert_string_equal(text(), "nginx:3");
	assert_true(form_recall(&form, 1));
	assert_true(form_recall(&form, 1));
	assert_string_equal(text(), "nginx:1");
	assert_false(form_recall(&form, 1));
	assert_string_equal(text(), "nginx:1");
	assert_true(form_recall(&form, -1));
	assert_string_equal(text(), "nginx:2");
	assert_true(form_recall(&form, -1));
	assert_true(form_recall(&form, -1));
	assert_string_equal(text(), "draft");
	assert_true(form_recall(&form, 1));
	form_leave(&form);
	assert_string_equal(berth_settings_get(settings, BERTH_FIELD_IMAGE), "nginx:3");
	/* Equal ones are one, and what stands there is none. */
	go(BERTH_FIELD_PORT);
	assert_int_equal(form_recallable(&form), 2);
	type("9090:80");
	assert_int_equal(form_recallable(&form), 1);
	/* A choice has its own keys. */
	go(BERTH_FIELD_PULL);
	assert_false(form_recall(&form, 1));
}

static void a_variable_is_recalled_by_name_and_keeps_its_value(void **state)
{
	(void)state;
	remember("nginx", "1:1", "TOKEN=s3cret");
	know();
	go(BERTH_FIELD_ENV);
	form_recall(&form, 1);
	assert_string_equal(text(), "TOKEN");
	form_recall(&form, -1);
	type("TOKEN='new one'");
	assert_int_equal(form_recallable(&form), 0);
	form_row_add(&form);
	type("B=2");
	assert_int_equal(form_recallable(&form), 1);
	form_recall(&form, 1);
	assert_string_equal(text(), "TOKEN='new one'");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rows_are_added_and_removed),
		TEST(a_removed_row_can_be_undone),
		TEST(an_empty_row_is_no_value),
		TEST(ends_of_a_row_come_before_those_of_the_line),
		TEST(undo_gives_a_derived_value_back),
		TEST(earlier_values_are_recalled_newest_first),
		TEST(a_variable_is_recalled_by_name_and_keeps_its_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

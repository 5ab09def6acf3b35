/* Names of folders and files, and how they get into a field. */
#include "unit/home.h"

#include "form/completing.h"

static struct berth_settings *settings;
static struct form form;
static struct completing completing;

static int setup(void **state)
{
	home_setup(state);
	static const char *const folders[] = {"source/site", "source/sites", "source/other",
		"source/.hidden", "source/two words", "source/site/deep", "source/\u00e4b",
		"source/\u00e4c"};
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		tree_folder(&home.tree, folders[i]);
	tree_text(&home.tree, "source/prod.env", "A=1\n");
	tree_text(&home.tree, "source/sitemap", "");
	assert_int_equal(symlinkat("site", home.tree.fd, "source/link"), 0);
	settings = berth_settings_new();
	assert_int_equal(berth_settings_load(settings, NULL), 0);
	form_init(&form, settings);
	return 0;
}

static int teardown(void **state)
{
	completing_end(&completing);
	berth_settings_free(settings);
	return home_teardown(state);
}

static struct complete_names *names_for(const char *text, bool folders)
{
	struct complete_request request;
	struct complete_names *names = malloc(sizeof *names);
	assert_non_null(names);
	assert_true(complete_prepare(&request, text, strlen(text), folders));
	complete_read(&request, names);
	return names;
}

static void check(const char *text, bool folders, const char *expected, const char *common)
{
	struct complete_names *names = names_for(text, folders);
	char joined[512] = "";
	for (size_t i = 0; i < names->count; i++) {
		strcat(joined, i > 0 ? " " : "");
		strcat(joined, names->names[i]);
	}
	assert_string_equal(joined, expected);
	assert_string_equal(names->common, common);
	assert_int_equal(names->all, names->count);
	free(names);
}

static void names_are_sorted_and_folders_marked(void **state)
{
	(void)state;
	check("si", true, "site/ sites/", "site");
	check("si", false, "site/ sitemap sites/", "site");
	check("./site/", true, "deep/", "deep/");
	check("l", true, "link/", "link/");
	check("nothing", true, "", "");
	check("nowhere/x", true, "", "");
	check(".h", true, ".hidden/", ".hidden/");
	/* Two letters that share their first byte share nothing. */
	check("\u00e4", true, "\u00e4b/ \u00e4c/", "\u00e4");
	check("~/sou", true, "source/", "source/");
}

static void hidden_ones_are_for_who_asks(void **state)
{
	(void)state;
	struct complete_names *names = names_for("", true);
	for (size_t i = 0; i < names->count; i++)
		assert_true(names->names[i][0] != '.');
	free(names);
}

static void names_that_cannot_be_typed_are_left_out(void **state)
{
	(void)state;
	tree_folder(&home.tree, "source/bad\033[31m");
	tree_folder(&home.tree, "source/bad\xff");
	check("bad", true, "", "");
}

static void a_folder_with_many_is_cut(void **state)
{
	(void)state;
	char path[64];
	for (int i = 0; i < COMPLETE_MAX + 50; i++) {
		snprintf(path, sizeof path, "source/many/n%03d", i);
		tree_folder(&home.tree, path);
	}
	struct complete_names *names = names_for("many/n", true);
	assert_int_equal(names->count, COMPLETE_MAX);
	assert_int_equal(names->all, COMPLETE_MAX + 50);
	for (int i = 0; i < COMPLETE_MAX; i++) {
		snprintf(path, sizeof path, "n%03d/", i);
		assert_string_equal(names->names[i], path);
	}
	free(names);
}

static void another_persons_home_is_not_looked_up(void **state)
{
	(void)state;
	struct complete_request request;
	assert_false(complete_prepare(&request, "~root/", 6, true));
}

static void go(enum berth_field_id id)
{
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		if (form_id(&form, i) == id)
			form_go(&form, i);
	}
	assert_int_equal(form_id(&form, form.current), id);
}

static void type(const char *text)
{
	assert_true(form_insert(&form, text, strlen(text)));
}

static const char *text(void)
{
	return form.fields[form.current].edit.text;
}

/* As the console does it, without a worker. */
static bool press(void)
{
	if (!completing_begin(&completing, &form))
		return false;
	struct complete_names *names = malloc(sizeof *names);
	assert_non_null(names);
	complete_read(&completing.request, names);
	return completing_found(&completing, &form, names);
}

static void one_name_goes_in_whole(void **state)
{
	(void)state;
	go(BERTH_FIELD_FOLDER);
	type("ot");
	assert_true(press());
	assert_string_equal(text(), "other/");
	assert_null(completing.names);
	/* There is nothing to add now. */
	assert_false(press());
}

static void several_can_be_chosen_from(void **state)
{
	(void)state;
	go(BERTH_FIELD_FOLDER);
	type("./s");
	assert_true(press());
	assert_string_equal(text(), "./site");
	assert_non_null(completing.names);
	completing_choose(&completing, &form, 1);
	assert_string_equal(text(), "./site/");
	completing_choose(&completing, &form, 1);
	assert_string_equal(text(), "./sites/");
	completing_choose(&completing, &form, 1);
	assert_string_equal(text(), "./site/");
	completing_choose(&completing, &form, -1);
	assert_string_equal(text(), "./sites/");
}

static void rows_of_a_list_complete_and_are_quoted(void **state)
{
	(void)state;
	go(BERTH_FIELD_ENV_FILE);
	type("prod.env ");
	type("tw");
	assert_true(press());
	assert_string_equal(text(), "prod.env \"two words/\"");
	/* The other row stays as it is. */
	assert_true(form_row_move(&form, -1));
	form_edit(&form, ACTION_EDIT_BACKSPACE);
	assert_true(press());
	assert_string_equal(text(), "prod.env \"two words/\"");
}

static void what_is_behind_the_cursor_stays(void **state)
{
	(void)state;
	go(BERTH_FIELD_FOLDER);
	type("ot-rest");
	for (int i = 0; i < 5; i++)
		form_edit(&form, ACTION_EDIT_LEFT);
	assert_true(press());
	assert_string_equal(text(), "other/-rest");
}

static void other_fields_and_untouched_ones_do_not_complete(void **state)
{
	(void)state;
	go(BERTH_FIELD_FOLDER);
	assert_false(press());
	go(BERTH_FIELD_NAME);
	type("si");
	assert_false(press());
	assert_string_equal(text(), "si");
}

static void a_folder_on_a_server_is_not_looked_for_here(void **state)
{
	(void)state;
	static const char *const target = "far";
	home_config("{\"targets\": {\"far\": {\"kind\": \"fractalic\", \"url\": "
		    "\"http://127.0.0.1:1\"}}}");
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_TARGET, &target, 1, NULL), 0);
	assert_int_equal(berth_settings_load(settings, NULL), 0);
	go(BERTH_FIELD_FOLDER);
	type("si");
	assert_false(press());
}

static void an_answer_nobody_waits_for_is_dropped(void **state)
{
	(void)state;
	go(BERTH_FIELD_FOLDER);
	type("si");
	assert_true(completing_begin(&completing, &form));
	completing.asked = false;
	completing.reading = true;
	completing_end(&completing);
	assert_false(completing.reading);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_are_sorted_and_folders_marked),
		TEST(hidden_ones_are_for_who_asks),
		TEST(names_that_cannot_be_typed_are_left_out),
		TEST(a_folder_with_many_is_cut),
		TEST(another_persons_home_is_not_looked_up),
		TEST(one_name_goes_in_whole),
		TEST(several_can_be_chosen_from),
		TEST(rows_of_a_list_complete_and_are_quoted),
		TEST(what_is_behind_the_cursor_stays),
		TEST(other_fields_and_untouched_ones_do_not_complete),
		TEST(a_folder_on_a_server_is_not_looked_for_here),
		TEST(an_answer_nobody_waits_for_is_dropped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

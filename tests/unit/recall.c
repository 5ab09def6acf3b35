/* The memory of earlier deployments, on disk. */
#include "unit/home.h"

#include <sys/wait.h>

#include <berth/recall.h>
#include <berth/settings.h>

static char file[128];

static int setup(void **state)
{
	char path[96];
	home_setup(state);
	snprintf(path, sizeof path, "%s/state", home.tree.path);
	setenv("XDG_STATE_HOME", path, 1);
	snprintf(file, sizeof file, "%s/berth/recall.json", path);
	return 0;
}

static char *read_file(void)
{
	static char text[1 << 20];
	FILE *stream = fopen(file, "r");
	assert_non_null(stream);
	text[fread(text, 1, sizeof text - 1, stream)] = '\0';
	fclose(stream);
	return text;
}

static void remember(const char *folder, const char *image)
{
	struct berth_settings *settings = berth_settings_new();
	struct berth_error err;
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_IMAGE, &image, 1, NULL), 0);
	char *note = berth_recall_note(settings);
	if (berth_recall_add(folder, note, &err) != 0)
		fail_msg("%s", err.message);
	free(note);
	berth_settings_free(settings);
}

static void check(const char *folder, size_t count, const char *newest)
{
	struct berth_recall *recall = berth_recall_read(folder, NULL);
	assert_non_null(recall);
	assert_int_equal(berth_recall_deployments(recall), count);
	if (count > 0)
		assert_string_equal(berth_recall_at(recall, 0, BERTH_FIELD_IMAGE, 0), newest);
	berth_recall_free(recall);
}

static void folders_are_kept_apart(void **state)
{
	(void)state;
	check("/a", 0, NULL);
	remember("/a", "one");
	remember("/a", "two");
	remember("/b", "three");
	check("/a", 2, "two");
	check("/b", 1, "three");
	/* The same again is the same, and the newest. */
	remember("/a", "one");
	check("/a", 2, "one");
}

static void it_is_private_and_bounded(void **state)
{
	struct stat info;
	char text[32];
	(void)state;
	for (int i = 0; i < 70; i++) {
		snprintf(text, sizeof text, "/folder-%d", i);
		remember(text, "x");
	}
	for (int i = 0; i < 20; i++) {
		snprintf(text, sizeof text, "image-%d", i);
		remember("/folder-69", text);
	}
	check("/folder-69", 16, "image-19");
	check("/folder-6", 1, "x");
	check("/folder-5", 0, NULL);
	assert_int_equal(stat(file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
}

static void no_secret_is_ever_in_it(void **state)
{
	static const char *const env[] = {
		"TOKEN=s3cret-value", "s3cret_alone", "A B=s3cret", "HOME"};
	struct berth_settings *settings = berth_settings_new();
	(void)state;
	assert_int_equal(berth_settings_replace(settings, BERTH_FIELD_ENV, env, 4, NULL), 0);
	setenv("BERTH_YES", "true", 1);
	assert_int_equal(berth_settings_load(settings, NULL), 0);
	char *note = berth_recall_note(settings);
	assert_int_equal(berth_recall_add("/a", note, NULL), 0);
	free(note);
	assert_lacks(read_file(), "s3cret");
	assert_lacks(read_file(), "yes");
	assert_contains(read_file(), "TOKEN");
	assert_contains(read_file(), "HOME");
	berth_settings_free(settings);
}

static void a_broken_file_is_begun_anew(void **state)
{
	static const char *const texts[] = {"", "{", "[]", "{\"folders\": 3}",
		"{\"folders\": [3, {}]}",
		"{\"folders\": [{\"folder\": \"/a\", \"deployments\": [[], {\"image\": [7]}]}]}"};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		tree_text(&home.tree, "state/berth/recall.json", texts[i]);
		struct berth_recall *recall = berth_recall_read("/a", NULL);
		assert_non_null(recall);
		for (size_t j = 0; j < berth_recall_deployments(recall); j++)
			assert_null(berth_recall_at(recall, j, BERTH_FIELD_IMAGE, 0));
		berth_recall_free(recall);
		remember("/b", "x");
		check("/b", 1, "x");
	}
}

/* Consoles at once: each note of each of them is there in the end. */
static void writers_lose_nothing_of_each_other(void **state)
{
	enum { WRITERS = 4, NOTES = 8 };
	pid_t writers[WRITERS];
	char folder[32], image[32];
	(void)state;
	for (int w = 0; w < WRITERS; w++) {
		writers[w] = fork();
		assert_true(writers[w] >= 0);
		if (writers[w] > 0)
			continue;
		snprintf(folder, sizeof folder, "/writer-%d", w);
		for (int i = 0; i < NOTES; i++) {
			snprintf(image, sizeof image, "image-%d", i);
			remember(folder, image);
		}
		_exit(0);
	}
	for (int w = 0; w < WRITERS; w++) {
		int status;
		assert_int_equal(waitpid(writers[w], &status, 0), writers[w]);
		assert_int_equal(status, 0);
	}
	for (int w = 0; w < WRITERS; w++) {
		snprintf(folder, sizeof folder, "/writer-%d", w);
		check(folder, NOTES, "image-7");
	}
}

static void without_a_place_it_says_so(void **state)
{
	struct berth_error err;
	(void)state;
	unsetenv("XDG_STATE_HOME");
	unsetenv("HOME");
	assert_null(berth_recall_read("/a", &err));
	assert_contains(err.message, "XDG_STATE_HOME");
	setenv("XDG_STATE_HOME", "/dev/null", 1);
	assert_int_equal(berth_recall_add("/a", "{}", &err), -1);
	assert_contains(err.message, "/dev/null/berth");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, home_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(folders_are_kept_apart),
		TEST(it_is_private_and_bounded),
		TEST(no_secret_is_ever_in_it),
		TEST(a_broken_file_is_begun_anew),
		TEST(writers_lose_nothing_of_each_other),
		TEST(without_a_place_it_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

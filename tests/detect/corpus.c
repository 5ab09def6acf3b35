/*
 * Every project of corpus/ is what its expected.json says. Each is copied into a folder whose name
 * says nothing, so that only its contents can have told.
 */
#include "unit/home.h"

#include <fts.h>
#include <stdbool.h>

#include "support/detect_folder.h"

#define CORPUS BERTH_SOURCE_DIR "/tests/detect/corpus"

enum { PROJECTS_AT_LEAST = 60 };

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "-";
}

static void copy_file(const struct tree *to, const char *from, const char *name)
{
	char bytes[65536];
	int fd = open(from, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	ssize_t len = read(fd, bytes, sizeof bytes);
	assert_true(len >= 0 && len < (ssize_t)sizeof bytes);
	tree_file(to, name, bytes, (size_t)len);
	close(fd);
}

static void copy_source(const struct tree *to, const char *from)
{
	char *roots[] = {(char *)from, NULL};
	char name[PATH_MAX];
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	const FTSENT *entry;

	assert_non_null(walk);
	while ((entry = fts_read(walk))) {
		if (entry->fts_info != FTS_F)
			continue;
		snprintf(name, sizeof name, "a/%s", entry->fts_path + strlen(from) + 1);
		copy_file(to, entry->fts_path, name);
	}
	fts_close(walk);
}

/* Does the found object say all that is expected? Prints what it does not. */
static bool says(const char *name, const json_t *expected, const json_t *found)
{
	const char *key;
	json_t *value;
	bool same = true;

	json_object_foreach((json_t *)expected, key, value)
	{
		const json_t *other = json_object_get(found, key);
		if (json_is_object(value) && json_is_object(other)) {
			same = says(name, value, other) && same;
			continue;
		}
		if (json_equal(value, other))
			continue;
		char *wanted = json_dumps(value, JSON_ENCODE_ANY);
		char *got = other ? json_dumps(other, JSON_ENCODE_ANY) : NULL;
		print_message(
			"%s: %s is %s, expected %s\n", name, key, got ? got : "not there", wanted);
		free(wanted);
		free(got);
		same = false;
	}
	return same;
}

static bool check_project(const char *name)
{
	char path[PATH_MAX];
	json_error_t wrong;
	struct tree tree;

	snprintf(path, sizeof path, CORPUS "/%s/expected.json", name);
	json_t *expected = json_load_file(path, 0, &wrong);
	if (!expected)
		fail_msg("%s: %s", path, wrong.text);
	assert_true(json_object_size(expected) >= 6);
	snprintf(path, sizeof path, CORPUS "/%s/source", name);
	tree_init(&tree);
	copy_source(&tree, path);
	snprintf(path, sizeof path, "%s/a", tree.path);
	json_t *found = detect_known(path);
	bool same = says(name, expected, found);
	print_message("%-36.36s %-8s %-14s %3lld\n", name, text_of(found, "stack"),
		text_of(found, "framework"),
		(long long)json_integer_value(json_object_get(found, "confidence_score")));
	json_decref(expected);
	json_decref(found);
	tree_release(&tree);
	return same;
}

static void every_project_is_what_it_is(void **state)
{
	(void)state;
	struct dirent **names;
	int count = scandir(CORPUS, &names, NULL, alphasort);
	int projects = 0, wrong = 0;

	assert_true(count > 0);
	for (int i = 0; i < count; i++) {
		if (names[i]->d_name[0] != '.') {
			projects++;
			wrong += !check_project(names[i]->d_name);
		}
		free(names[i]);
	}
	free(names);
	assert_true(projects >= PROJECTS_AT_LEAST);
	if (wrong)
		fail_msg("%d of %d projects were taken for something else", wrong, projects);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_project_is_what_it_is, home_setup, home_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

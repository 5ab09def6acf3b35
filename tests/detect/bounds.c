/* What detection may read, and what it may not: counts, depth, links, files of any kind. */
#include "unit/home.h"

#include "detect/documents.h"
#include "detect/scan.h"
#include "support/detect_folder.h"
#include "support/loop_wait.h"

static struct tree tree;

static int setup(void **state)
{
	int status = home_setup(state);

	tree_init(&tree);
	return status;
}

static int teardown(void **state)
{
	tree_release(&tree);
	return home_teardown(state);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static bool evidence_says(const json_t *object, const char *file, const char *part)
{
	size_t i;
	json_t *row;

	json_array_foreach(json_object_get(object, "evidence"), i, row)
	{
		if (strcmp(text_of(row, "file"), file) == 0 && strstr(text_of(row, "text"), part))
			return true;
	}
	return false;
}

#define PACKAGE "{\"dependencies\": {\"express\": \"4\"}, \"scripts\": {\"start\": \"node x\"}}"

static void fill(const char *folder, unsigned files)
{
	int at;

	tree_folder(&tree, folder);
	at = openat(tree.fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(at >= 0);
	for (unsigned i = 0; i < files; i++) {
		char name[32];
		snprintf(name, sizeof name, "%07u.dat", i);
		assert_int_equal(mknodat(at, name, S_IFREG | 0644, 0), 0);
	}
	close(at);
}

static void two_hundred_thousand_files_are_not_all_looked_at(void **state)
{
	(void)state;
	enum { FOLDERS = 10, EACH = 20000 };
	char name[16];

	for (unsigned i = 0; i < FOLDERS; i++) {
		snprintf(name, sizeof name, "data%u", i);
		fill(name, EACH);
	}
	tree_text(&tree, "package.json", PACKAGE);
	tree_text(&tree, "zzz/go.mod", "module x\n\ngo 1.22\n");
	json_t *found = detect_known(tree.path);
	assert_string_equal(text_of(found, "stack"), "node");
	assert_string_equal(text_of(found, "framework"), "Express");
	json_int_t looked_at = json_integer_value(json_object_get(found, "looked_at"));
	assert_in_range(looked_at, SCAN_MAX_IN_FOLDER, SCAN_MAX_NAMES);
	assert_true(json_is_false(json_object_get(found, "complete")));
	assert_true(evidence_says(found, "", "there are more"));
	json_decref(found);
}

/* Names come in no order: what decides may stand behind the last one that is read. */
static void a_manifest_in_a_huge_folder_is_found(void **state)
{
	(void)state;
	char path[128];

	fill("top", SCAN_MAX_IN_FOLDER + 5000);
	tree_text(&tree, "top/package.json", PACKAGE);
	tree_text(&tree, "top/zz-last.dat", "");
	snprintf(path, sizeof path, "%s/top", tree.path);
	json_t *found = detect_known(path);
	assert_string_equal(text_of(found, "framework"), "Express");
	assert_int_equal(
		json_integer_value(json_object_get(found, "looked_at")), SCAN_MAX_IN_FOLDER);
	json_decref(found);
}

static void deep_folders_end_somewhere(void **state)
{
	(void)state;
	char path[1024] = "";

	for (unsigned i = 0; i < SCAN_MAX_DEPTH + 5; i++)
		strcat(path, "d/");
	strcat(path, "go.mod");
	tree_text(&tree, path, "module x\n");
	json_t *found = detect_known(tree.path);
	assert_string_equal(text_of(found, "stack"), "unknown");
	assert_true(json_is_false(json_object_get(found, "complete")));
	assert_int_equal(
		json_integer_value(json_object_get(found, "looked_at")), SCAN_MAX_DEPTH + 1);
	json_decref(found);
}

static void a_link_is_followed_inside_only(void **state)
{
	(void)state;
	struct tree other;
	char target[128];

	tree_init(&other);
	tree_text(&other, "secret.json", PACKAGE);
	snprintf(target, sizeof target, "%s/secret.json", other.path);
	tree_link(&tree, "package.json", target);
	tree_link(&tree, "requirements.txt", "../../../../../../etc/passwd");
	tree_link(&tree, "Gemfile", "Gemfile");
	tree_link(&tree, "everything", other.path);
	json_t *found = detect_known(tree.path);
	assert_string_equal(text_of(found, "stack"), "unknown");
	json_decref(found);
	tree_text(&tree, "conf/go.mod", "module x\n\ngo 1.22\n");
	tree_text(&tree, "main.go", "package main\n");
	tree_link(&tree, "conf/second", "./../conf/go.mod");
	tree_link(&tree, "go.mod", "conf/second");
	found = detect_known(tree.path);
	assert_string_equal(text_of(found, "stack"), "go");
	assert_string_equal(text_of(found, "folder"), "");
	assert_string_equal(text_of(found, "runtime_version"), "1.22");
	json_decref(found);
	tree_release(&other);
}

static void pipes_and_sockets_are_not_waited_for(void **state)
{
	(void)state;
	tree_node(&tree, "package.json", S_IFIFO);
	tree_node(&tree, "Dockerfile", S_IFIFO);
	tree_node(&tree, "go.mod", S_IFSOCK);
	tree_node(&tree, "berth.json", S_IFIFO);
	struct berth_error err;
	assert_null(detect_folder(tree.path, &err));
	assert_contains(err.message, "berth.json: not a regular file");
	assert_int_equal(unlinkat(tree.fd, "berth.json", 0), 0);
	json_t *found = detect_known(tree.path);
	assert_string_equal(text_of(found, "stack"), "unknown");
	json_decref(found);
}

static void a_file_that_is_too_long_is_said(void **state)
{
	(void)state;
	char *text = malloc(DOCUMENTS_MAX_FILE + 100);

	assert_non_null(text);
	memset(text, ' ', DOCUMENTS_MAX_FILE + 100);
	memcpy(text, PACKAGE, strlen(PACKAGE));
	tree_file(&tree, "package.json", text, DOCUMENTS_MAX_FILE + 1);
	json_t *found = detect_known(tree.path);
	assert_string_equal(text_of(found, "stack"), "node");
	assert_true(evidence_says(found, "package.json", "longer than 1024 KiB, not read"));
	json_decref(found);
	/* One byte less is read. */
	tree_file(&tree, "package.json", text, DOCUMENTS_MAX_FILE);
	found = detect_known(tree.path);
	assert_string_equal(text_of(found, "framework"), "Express");
	json_decref(found);
	free(text);
}

static void names_that_are_not_text_do_no_harm(void **state)
{
	(void)state;
	tree_text(&tree, "caf\xe9/package.json", PACKAGE);
	tree_text(&tree, "a\nb/go.mod", "module x\n");
	tree_text(&tree, "\xff.py", "import flask\n");
	json_t *found = detect_known(tree.path);
	assert_true(json_is_string(json_object_get(found, "stack")));
	json_decref(found);
}

static void broken_files_are_evidence(void **state)
{
	(void)state;
	static const struct {
		const char *file, *text, *stack, *says;
	} cases[] = {
		{"package.json", "{\"a\": 1,,}", "node", "can't be used: line 1"},
		{"pyproject.toml", "[project]\nname = shop\n", "python",
			"line 2: a text without quotes"},
		{"pom.xml", "<project>\n<a></b></project>", "java", "line 2: mismatched tag"},
		{"Web.csproj", "<Project", "csharp", "can't be used: line 1"},
		{"Cargo.toml", "[package\n", "rust", "line 1: ']' is expected"},
		{"composer.json", "", "php", "can't be used"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		tree_text(&tree, cases[i].file, cases[i].text);
		json_t *found = detect_known(tree.path);
		assert_string_equal(text_of(found, "stack"), cases[i].stack);
		if (!evidence_says(found, cases[i].file, cases[i].says))
			fail_msg("%s: not said: %s", cases[i].file, cases[i].says);
		json_decref(found);
		assert_int_equal(unlinkat(tree.fd, cases[i].file, 0), 0);
	}
}

static void broken_container_files_do_not_win(void **state)
{
	(void)state;
	tree_text(&tree, "go.mod", "module x\n\ngo 1.22\n");
	tree_text(&tree, "main.go", "package main\n");
	tree_text(&tree, "docker-compose.yml", "services:\n  web: [\n");
	json_t *found = detect_known(tree.path);
	assert_string_equal(text_of(found, "detected_by"), "files");
	assert_true(evidence_says(found, "docker-compose.yml", "can't be used: line 3"));
	json_decref(found);
	assert_int_equal(unlinkat(tree.fd, "docker-compose.yml", 0), 0);
	tree_text(&tree, "Dockerfile", "RUN x\n");
	found = detect_known(tree.path);
	assert_true(evidence_says(found, "Dockerfile", "no FROM in it"));
	json_decref(found);
}

static void a_folder_that_is_none_is_an_error(void **state)
{
	(void)state;
	struct berth_error err;

	tree_text(&tree, "file", "");
	char path[128];
	snprintf(path, sizeof path, "%s/file", tree.path);
	assert_null(detect_folder(path, &err));
	assert_int_equal(err.code, BERTH_E_NOT_FOUND);
	assert_contains(err.message, "is not a folder");
	snprintf(path, sizeof path, "%s/nowhere", tree.path);
	assert_null(detect_folder(path, &err));
	assert_int_equal(err.code, BERTH_E_NOT_FOUND);
}

static void count_end(
	void *context, struct berth_detection *detection, const struct berth_error *err)
{
	unsigned *calls = context;

	++*calls;
	assert_null(detection);
	assert_int_equal(err->code, BERTH_E_CANCELLED);
}

static void a_cancelled_detection_ends_once(void **state)
{
	(void)state;
	unsigned calls = 0;
	struct berth_error err;
	uv_loop_t loop;

	fill("data", 2000);
	assert_int_equal(uv_loop_init(&loop), 0);
	struct berth_detect *detect = berth_detect_start(&loop, tree.path, count_end, &calls, &err);
	assert_non_null(detect);
	berth_detect_cancel(detect);
	berth_detect_cancel(detect);
	assert_int_equal(calls, 0);
	LOOP_UNTIL(&loop, calls);
	LOOP_CLOSE(&loop);
	assert_int_equal(calls, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_hundred_thousand_files_are_not_all_looked_at),
		TEST(a_manifest_in_a_huge_folder_is_found),
		TEST(deep_folders_end_somewhere),
		TEST(a_link_is_followed_inside_only),
		TEST(pipes_and_sockets_are_not_waited_for),
		TEST(a_file_that_is_too_long_is_said),
		TEST(names_that_are_not_text_do_no_harm),
		TEST(broken_files_are_evidence),
		TEST(broken_container_files_do_not_win),
		TEST(a_folder_that_is_none_is_an_error),
		TEST(a_cancelled_detection_ends_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

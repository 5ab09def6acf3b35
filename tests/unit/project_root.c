/* Where configuration files are looked for, and what becomes of them. */
#include <sys/wait.h>

#include "unit/tree.h"

#include "source/project_root.h"

#define MARKER "fractalic.py"

static int setup(void **state)
{
	static struct tree tree;

	tree_init(&tree);
	*state = &tree;
	return 0;
}

static int teardown(void **state)
{
	tree_release(*state);
	return 0;
}

static const char *below(const struct tree *tree, const char *path)
{
	static char paths[4][128];
	static int turn;
	char *full = paths[turn++ % 4];

	snprintf(full, sizeof(paths[0]), "%s/%s", tree->path, path);
	return full;
}

static void assert_root(const struct tree *tree, const char *marker, const char *folder,
	const char *cwd, const char *program, const char *path, const char *how)
{
	struct berth_error err = {0};
	struct project_root root;

	assert_int_equal(project_root_find(&root, marker, folder ? below(tree, folder) : NULL,
				 below(tree, cwd), program ? below(tree, program) : NULL, &err),
		0);
	assert_string_equal(root.path, below(tree, path));
	assert_string_equal(root.how, how);
	project_root_release(&root);
	assert_null(root.path);
}

static void make_projects(const struct tree *tree)
{
	tree_text(tree, "one/" MARKER, "");
	tree_text(tree, "one/scripts/deep/script.md", "");
	tree_text(tree, "two/" MARKER, "");
	tree_text(tree, "two/sub/x", "");
	tree_text(tree, "plain/folder/x", "");
	tree_text(tree, "program/" MARKER, "");
	tree_folder(tree, "bin");
}

static void the_folder_comes_first(void **state)
{
	const struct tree *tree = *state;

	make_projects(tree);
	assert_root(tree, MARKER, "one/scripts/deep", "two", "program", "one", "above the folder");
	assert_root(tree, MARKER, "one", "two", "program", "one", "above the folder");
	assert_root(tree, MARKER, "one/scripts//", "two", NULL, "one", "above the folder");
	/* A file or a folder that is not there has folders above it as well. */
	assert_root(
		tree, MARKER, "one/scripts/deep/script.md", "two", NULL, "one", "above the folder");
	assert_root(tree, MARKER, "one/none/none", "two", NULL, "one", "above the folder");
}

static void then_the_working_directory(void **state)
{
	const struct tree *tree = *state;

	make_projects(tree);
	assert_root(tree, MARKER, "plain/folder", "two/sub", "program", "two",
		"above the working directory");
	assert_root(tree, MARKER, NULL, "two", "program", "two", "above the working directory");
}

static void then_the_program(void **state)
{
	const struct tree *tree = *state;

	make_projects(tree);
	assert_root(
		tree, MARKER, "plain/folder", "plain", "program", "program", "beside the program");
	assert_root(tree, MARKER, "plain/folder", "plain", "bin", "plain", "the working directory");
	assert_root(tree, MARKER, "plain/folder", "plain", NULL, "plain", "the working directory");
}

static void what_is_above_a_link_is_where_it_leads(void **state)
{
	const struct tree *tree = *state;

	make_projects(tree);
	tree_link(tree, "two/linked", "../one/scripts");
	assert_root(tree, MARKER, "two/linked", "plain", NULL, "one", "above the folder");
	assert_root(tree, MARKER, "plain/../one/scripts", "plain", NULL, "one", "above the folder");
}

static void a_marker_must_be_a_file(void **state)
{
	const struct tree *tree = *state;

	make_projects(tree);
	tree_folder(tree, "one/scripts/" MARKER);
	assert_root(tree, MARKER, "one/scripts/deep", "two", NULL, "one", "above the folder");
}

static void without_a_marker(void **state)
{
	const struct tree *tree = *state;

	make_projects(tree);
	assert_root(tree, NULL, "one/scripts", "two", "program", "one/scripts", "the folder");
	assert_root(tree, NULL, NULL, "two", "program", "two", "the working directory");
}

static char settings[] = "settings.toml", servers[] = "conf/mcp_servers.json";
static char to_fractalic[] = "/fractalic/", to_top[] = "/", to_file[] = "/etc/app/renamed.toml";
static char *both[] = {to_fractalic, to_top}, *three[] = {to_file, to_top, to_fractalic};

static struct berth_config_file files[] = {
	{.file = settings, .destinations = both, .destination_count = 2},
	{.file = servers, .destinations = three, .destination_count = 3},
};
static const struct berth_deployment deployment = {.config_files = files, .config_file_count = 2};

static void every_file_goes_to_every_destination(void **state)
{
	static const char *const names[] = {"fractalic/settings.toml", "settings.toml",
		"etc/app/renamed.toml", "mcp_servers.json", "fractalic/mcp_servers.json"};
	const struct tree *tree = *state;
	struct config_copies copies;

	tree_text(tree, "settings.toml", "x");
	tree_text(tree, "conf/mcp_servers.json", "{}");
	assert_int_equal(config_copies_find(&copies, &deployment, tree->path, NULL), 0);
	assert_int_equal(copies.count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_string_equal(copies.items[i].name, names[i]);
		assert_string_equal(copies.items[i].source,
			below(tree, i < 2 ? "settings.toml" : "conf/mcp_servers.json"));
	}
	assert_int_equal(copies.missing_count, 0);
	config_copies_release(&copies);
	assert_int_equal(copies.count, 0);
}

static void a_file_may_be_named_by_its_whole_path(void **state)
{
	const struct tree *tree = *state;
	struct berth_config_file file = {.destinations = both, .destination_count = 2};
	struct berth_deployment other = {.config_files = &file, .config_file_count = 1};
	struct config_copies copies;
	char path[128];

	tree_text(tree, "elsewhere/settings.toml", "x");
	snprintf(path, sizeof(path), "%s/elsewhere/settings.toml", tree->path);
	file.file = path;
	assert_int_equal(config_copies_find(&copies, &other, "/nonexistent", NULL), 0);
	assert_int_equal(copies.count, 2);
	assert_string_equal(copies.items[0].source, path);
	assert_string_equal(copies.items[0].name, "fractalic/settings.toml");
	config_copies_release(&copies);
}

static void missing_ones_are_told(void **state)
{
	const struct tree *tree = *state;
	struct config_copies copies;

	tree_text(tree, "conf", "no folder");
	tree_text(tree, "settings.toml", "x");
	assert_int_equal(config_copies_find(&copies, &deployment, tree->path, NULL), 0);
	assert_int_equal(copies.count, 2);
	assert_int_equal(copies.missing_count, 1);
	assert_string_equal(copies.missing[0], "conf/mcp_servers.json");
	config_copies_release(&copies);
	assert_int_equal(unlinkat(tree->fd, "settings.toml", 0), 0);
	assert_int_equal(config_copies_find(&copies, &deployment, tree->path, NULL), 0);
	assert_int_equal(copies.count, 0);
	assert_int_equal(copies.missing_count, 2);
	config_copies_release(&copies);
}

static void what_is_no_file_is_an_error(void **state)
{
	const struct tree *tree = *state;
	struct config_copies copies;
	struct berth_error err = {0};

	tree_text(tree, "settings.toml", "x");
	tree_folder(tree, "conf");
	tree_node(tree, "conf/mcp_servers.json", S_IFIFO);
	assert_int_equal(config_copies_find(&copies, &deployment, tree->path, &err), -1);
	assert_int_equal(err.code, BERTH_E_IO);
	assert_non_null(strstr(err.message, "conf/mcp_servers.json"));
	assert_null(copies.items);
}

static void what_cannot_be_read_is_an_error(void **state)
{
	const struct tree *tree = *state;
	int status;
	pid_t child;

	tree_text(tree, "settings.toml", "x");
	tree_mode(tree, "settings.toml", 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct config_copies copies;
		struct berth_error err = {0};

		if (geteuid() == 0 && setresuid(65534, 65534, 65534))
			_exit(2);
		_exit(config_copies_find(&copies, &deployment, tree->path, &err) == -1 &&
					err.code == BERTH_E_IO && err.number == EACCES &&
					strstr(err.message, "settings.toml")
				? 42
				: 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 42);
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(the_folder_comes_first),
		TREE_TEST(then_the_working_directory),
		TREE_TEST(then_the_program),
		TREE_TEST(what_is_above_a_link_is_where_it_leads),
		TREE_TEST(a_marker_must_be_a_file),
		TREE_TEST(without_a_marker),
		TREE_TEST(every_file_goes_to_every_destination),
		TREE_TEST(a_file_may_be_named_by_its_whole_path),
		TREE_TEST(missing_ones_are_told),
		TREE_TEST(what_is_no_file_is_an_error),
		TREE_TEST(what_cannot_be_read_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

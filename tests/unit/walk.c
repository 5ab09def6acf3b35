/* The walk, on trees made to be awkward. */
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "unit/tree.h"

#include "source/beneath.h"
#include "source/walk.h"

/* The walk asks this once for every file, which makes it a place to act in the middle of a walk. */
static atomic_bool cancel;
static int asked, cancel_at;

int faccessat(int fd, const char *name, int mode, int flags)
{
	if (++asked == cancel_at)
		atomic_store(&cancel, true);
	return (int)syscall(SYS_faccessat2, fd, name, mode, flags);
}

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

static int setup(void **state)
{
	static struct tree tree;

	tree_init(&tree);
	*state = &tree;
	atomic_store(&cancel, false);
	asked = cancel_at = 0;
	return 0;
}

static int teardown(void **state)
{
	tree_release(*state);
	return 0;
}

static int walk_with(struct walk *walk, const struct tree *tree, const char *const *include,
	const char *const *exclude, struct berth_error *err)
{
	struct walk_options options = {.folder = tree->path,
		.include = (char *const *)include,
		.exclude = (char *const *)exclude};

	while (include && include[options.include_count])
		options.include_count++;
	while (exclude && exclude[options.exclude_count])
		options.exclude_count++;
	return walk_folder(walk, &options, &cancel, err);
}

static void assert_walks(struct walk *walk, const struct tree *tree, const char *const *include,
	const char *const *exclude)
{
	struct berth_error err = {0};

	if (walk_with(walk, tree, include, exclude, &err))
		fail_msg("%s", err.message);
}

static void assert_fails(const struct tree *tree, const char *const *exclude, enum berth_code code,
	const char *message, struct berth_error *err)
{
	struct walk walk;

	memset(&walk, 0xff, sizeof(walk));
	assert_int_equal(walk_with(&walk, tree, NULL, exclude, err), -1);
	assert_string_equal(berth_code_name(err->code), berth_code_name(code));
	if (!strstr(err->message, message))
		fail_msg("'%s' is not in '%s'", message, err->message);
	assert_null(walk.entries);
	assert_int_equal(walk.count, 0);
}

static void assert_paths(const struct walk *walk, const char *const *paths)
{
	size_t count = 0;

	for (; paths[count]; count++) {
		if (count >= walk->count)
			fail_msg("'%s' is missing", paths[count]);
		assert_string_equal(walk->entries[count].path, paths[count]);
	}
	if (walk->count != count)
		fail_msg("'%s' is too much", walk->entries[count].path);
}

static void awkward_names_come_in_byte_order(void **state)
{
	static const char *const expected[] = {"\x01"
					       "control",
		" leading space", "-rf", "a", "a/b", "a/b/c", "a b", "a-b", "new\nline", "quote'\"",
		"star*[x]", "\xc3\xa4", "\xff\xfe.bin", NULL};
	const struct tree *tree = *state;
	struct walk walk;

	tree_text(tree, "\xff\xfe.bin", "1");
	tree_text(tree, "new\nline", "22");
	tree_text(tree, "-rf", "333");
	tree_text(tree, " leading space", "");
	tree_text(tree, "\xc3\xa4", "4");
	tree_text(tree, "a/b/c", "55555");
	tree_text(tree, "a b", "");
	tree_text(tree, "a-b", "");
	tree_text(tree, "star*[x]", "");
	tree_text(tree, "quote'\"", "");
	tree_text(tree,
		"\x01"
		"control",
		"");
	assert_walks(&walk, tree, NULL, NULL);
	assert_paths(&walk, expected);
	assert_int_equal(walk.files, 11);
	assert_int_equal(walk.folders, 2);
	assert_int_equal(walk.links, 0);
	assert_int_equal(walk.bytes, 12);
	walk_release(&walk);
	assert_null(walk.entries);
}

static void entries_tell_kind_mode_size_and_time(void **state)
{
	const struct timespec times[2] = {{.tv_sec = 7}, {.tv_sec = 1000000000}};
	const struct tree *tree = *state;
	struct walk walk;

	tree_text(tree, "run.sh", "#!/bin/sh\n");
	tree_mode(tree, "run.sh", 04751);
	tree_folder(tree, "sub");
	tree_mode(tree, "sub", 01777);
	tree_link(tree, "x", "run.sh");
	assert_int_equal(utimensat(tree->fd, "run.sh", times, 0), 0);
	assert_int_equal(linkat(tree->fd, "run.sh", tree->fd, "same.sh", 0), 0);
	assert_walks(&walk, tree, NULL, NULL);
	assert_paths(&walk, LIST("run.sh", "same.sh", "sub", "x"));
	assert_int_equal(walk.entries[0].kind, WALK_FILE);
	assert_int_equal(walk.entries[0].mode, 04751);
	assert_int_equal(walk.entries[0].size, 10);
	assert_int_equal(walk.entries[0].mtime, 1000000000);
	assert_int_equal(walk.entries[1].kind, WALK_FILE);
	assert_int_equal(walk.entries[1].size, 10);
	assert_int_equal(walk.entries[2].kind, WALK_FOLDER);
	assert_int_equal(walk.entries[2].mode, 01777);
	assert_int_equal(walk.entries[3].kind, WALK_LINK);
	assert_string_equal(walk.entries[3].link, "run.sh");
	assert_int_equal(walk.bytes, 20);
	walk_release(&walk);
}

static void what_cannot_be_sent_is_named(void **state)
{
	const struct tree *tree = *state;
	struct walk walk;

	tree_node(tree, "pipe", S_IFIFO);
	tree_node(tree, "sub/run.sock", S_IFSOCK);
	tree_node(tree, "sub/secret.sock", S_IFSOCK);
	assert_walks(&walk, tree, NULL, LIST("secret.*"));
	assert_paths(&walk, LIST("sub"));
	assert_int_equal(walk.skipped_count, 2);
	assert_int_equal(walk.skipped_total, 2);
	assert_string_equal(walk.skipped[0], "pipe: named pipe");
	assert_string_equal(walk.skipped[1], "sub/run.sock: socket");
	assert_int_equal(walk.excluded, 1);
	walk_release(&walk);
}

static void at_most_a_hundred_are_named(void **state)
{
	const struct tree *tree = *state;
	struct walk walk;
	char name[16];

	for (int i = 0; i < 130; i++) {
		snprintf(name, sizeof(name), "p%03d", i);
		tree_node(tree, name, S_IFIFO);
	}
	assert_walks(&walk, tree, NULL, NULL);
	assert_int_equal(walk.skipped_count, 100);
	assert_int_equal(walk.skipped_total, 130);
	assert_string_equal(walk.skipped[99], "p099: named pipe");
	walk_release(&walk);
}

static void links_inside_stay_links(void **state)
{
	static const struct {
		const char *path, *target;
	} links[] = {
		{"same", "file"},
		{"dangling", "nothing/here"},
		{"deep/dangling-up", "nothing/../../file"},
		{"loop", "loop"},
		{"loop-a", "loop-b"},
		{"loop-b", "loop-a"},
		{"deep/er/up", "../../file"},
		{"deep/er/self", "."},
		{"deep/er/top", "../.."},
		{"deep/folder", "er"},
		{"deep/er/through", "../folder/../../file"},
		{"slashes", "deep//er///up/"},
		{"dots", "./././file"},
		{"file-as-folder", "file/x"},
	};
	const struct tree *tree = *state;
	const size_t count = sizeof(links) / sizeof(links[0]);
	struct walk walk;

	tree_text(tree, "file", "x");
	for (size_t i = 0; i < count; i++)
		tree_link(tree, links[i].path, links[i].target);
	assert_walks(&walk, tree, NULL, NULL);
	assert_int_equal(walk.links, count);
	for (size_t i = 0; i < walk.count; i++) {
		for (size_t j = 0; j < count; j++) {
			if (strcmp(walk.entries[i].path, links[j].path) == 0) {
				assert_int_equal(walk.entries[i].kind, WALK_LINK);
				assert_string_equal(walk.entries[i].link, links[j].target);
			}
		}
	}
	walk_release(&walk);
}

static void links_that_lead_out_are_refused(void **state)
{
	static const struct {
		const char *path, *target, *exclude;
	} links[] = {
		{"absolute", "/etc/passwd", "/absolute"},
		{"up", "..", "/up"},
		{"up2", "../x", "/up2"},
		{"sub/up", "../../x", "/sub/up"},
		{"missing", "nothing/../../x", "/missing"},
		/* lexically inside, but the way leads through a link to the top */
		{"sub/through", "totop/../x", "/sub/through"},
		{"sub/chain", "chain1", "/sub/chain*"},
		{"file-up", "file/../../x", "/file-up"},
		{"back", "../berth-tree-nothing", "/back"},
	};
	const struct tree *tree = *state;

	tree_text(tree, "file", "x");
	tree_link(tree, "sub/totop", "..");
	tree_link(tree, "sub/chain1", "../sub2/chain2");
	tree_folder(tree, "sub2");
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		struct berth_error err = {0};
		struct walk walk;
		char hint[64];

		if (strcmp(links[i].path, "sub/chain") == 0)
			tree_link(tree, "sub2/chain2", "../../gone");
		tree_link(tree, links[i].path, links[i].target);
		/* chain2 is refused by itself too: leave it out to see what is said of the others.
		 */
		assert_fails(tree, LIST("chain2"), BERTH_E_USAGE, links[i].path, &err);
		assert_non_null(strstr(err.message, links[i].target));
		snprintf(hint, sizeof(hint), "--exclude '/%s'", links[i].path);
		assert_non_null(strstr(err.hint, hint));
		assert_walks(&walk, tree, NULL, LIST("chain2", links[i].exclude));
		walk_release(&walk);
		assert_int_equal(unlinkat(tree->fd, links[i].path, 0), 0);
		if (strcmp(links[i].path, "sub/chain") == 0)
			assert_int_equal(unlinkat(tree->fd, "sub2/chain2", 0), 0);
	}
}

static void include_and_exclude(void **state)
{
	const struct tree *tree = *state;
	struct walk walk;

	tree_text(tree, "a.py", "");
	tree_text(tree, "__pycache__/a.pyc", "");
	tree_text(tree, "__pycache__/b.pyc", "");
	tree_text(tree, "docs/a.md", "");
	tree_text(tree, "docs/img/a.png", "");
	tree_text(tree, "lib/x.pyc", "");
	tree_folder(tree, "empty");
	tree_folder(tree, "nest/empty");
	tree_link(tree, "link.md", "docs/a.md");

	assert_walks(&walk, tree, NULL, LIST("__pycache__", "*.pyc"));
	assert_paths(&walk, LIST("a.py", "docs", "docs/a.md", "docs/img", "docs/img/a.png", "empty",
				    "lib", "link.md", "nest", "nest/empty"));
	assert_int_equal(walk.excluded, 2);
	walk_release(&walk);

	assert_walks(&walk, tree, LIST("*"), LIST("docs/"));
	assert_paths(&walk, LIST("__pycache__", "__pycache__/a.pyc", "__pycache__/b.pyc", "a.py",
				    "empty", "lib", "lib/x.pyc", "link.md", "nest", "nest/empty"));
	walk_release(&walk);

	assert_walks(&walk, tree, LIST("*.md", "a.py"), NULL);
	assert_paths(&walk, LIST("a.py", "docs", "docs/a.md", "link.md"));
	assert_int_equal(walk.folders, 1);
	assert_int_equal(walk.files, 2);
	assert_int_equal(walk.links, 1);
	assert_int_equal(walk.excluded, 4);
	walk_release(&walk);

	assert_walks(&walk, tree, LIST("docs/**", "nest/*"), NULL);
	assert_paths(&walk,
		LIST("docs", "docs/a.md", "docs/img", "docs/img/a.png", "nest", "nest/empty"));
	walk_release(&walk);

	/* A folder that matches, with nothing in it that does, is no empty folder. */
	assert_walks(&walk, tree, LIST("docs/*"), NULL);
	assert_paths(&walk, LIST("docs", "docs/a.md"));
	walk_release(&walk);

	assert_walks(&walk, tree, LIST("*.none"), NULL);
	assert_int_equal(walk.count, 0);
	assert_int_equal(walk.folders, 0);
	walk_release(&walk);
}

static void the_same_tree_gives_the_same_walk(void **state)
{
	const struct tree *tree = *state;
	struct walk first, second;
	struct tree other;
	char name[32];

	tree_init(&other);
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "d%d/f%d", i % 7, i);
		tree_text(tree, name, "x");
		snprintf(name, sizeof(name), "d%d/f%d", (299 - i) % 7, 299 - i);
		tree_text(&other, name, "x");
	}
	assert_walks(&first, tree, NULL, NULL);
	assert_walks(&second, &other, NULL, NULL);
	assert_int_equal(first.count, 307);
	assert_int_equal(first.count, second.count);
	for (size_t i = 0; i < first.count; i++)
		assert_string_equal(first.entries[i].path, second.entries[i].path);
	walk_release(&first);
	walk_release(&second);
	tree_release(&other);
}

/* "NAME/NAME/.../last", with `depth` folders. */
static char *deep_path(const char *name, size_t depth, const char *last)
{
	size_t len = depth * (strlen(name) + 1);
	char *path = malloc(len + strlen(last) + 1), *at = path;

	assert_non_null(path);
	for (size_t i = 0; i < depth; i++)
		at += sprintf(at, "%s/", name);
	memcpy(at, last, strlen(last) + 1);
	return path;
}

static void paths_longer_than_the_system_takes(void **state)
{
	const struct tree *tree = *state;
	struct berth_error err = {0};
	char name[241], *file, *link, *out;
	struct walk walk;

	memset(name, 'n', 240);
	name[240] = '\0';
	file = deep_path(name, 60, "file");
	link = deep_path(name, 60, "link");
	tree_text(tree, file, "deep");
	tree_link(tree, link, "../../../x");
	assert_walks(&walk, tree, NULL, NULL);
	assert_int_equal(walk.count, 62);
	assert_int_equal(walk.bytes, 4);
	assert_true(strlen(walk.entries[60].path) > 3L * PATH_MAX);
	assert_string_equal(walk.entries[60].path, file);
	walk_release(&walk);

	out = deep_path("..", 61, "x");
	assert_int_equal(symlinkat(out, tree->fd, "out"), 0);
	assert_fails(tree, NULL, BERTH_E_USAGE, "out", &err);
	free(file);
	free(link);
	free(out);
}

static void folders_too_deep_are_an_error(void **state)
{
	const struct tree *tree = *state;
	struct berth_error err = {0};
	struct walk walk;
	char *path;

	path = deep_path("d", 1023, "file");
	tree_text(tree, path, "x");
	free(path);
	assert_walks(&walk, tree, NULL, NULL);
	assert_int_equal(walk.count, 1024);
	walk_release(&walk);
	path = deep_path("d", 1024, "file");
	tree_text(tree, path, "x");
	free(path);
	assert_fails(tree, NULL, BERTH_E_LIMIT, "deeper than 1024", &err);
}

static void paths_too_long_are_an_error(void **state)
{
	const struct tree *tree = *state;
	struct berth_error err = {0};
	char name[251], *path;

	memset(name, 'n', 250);
	name[250] = '\0';
	path = deep_path(name, 131, "file");
	tree_text(tree, path, "x");
	free(path);
	assert_fails(tree, NULL, BERTH_E_LIMIT, "longer than 32768", &err);
}

static void too_many_entries_are_an_error(void **state)
{
	const struct tree *tree = *state;
	struct walk_options options = {.folder = tree->path, .max_entries = 3};
	struct berth_error err = {0};
	struct walk walk;

	tree_text(tree, "a/1", "");
	tree_text(tree, "b", "");
	assert_int_equal(walk_folder(&walk, &options, NULL, NULL), 0);
	walk_release(&walk);
	tree_text(tree, "a/2", "");
	assert_int_equal(walk_folder(&walk, &options, NULL, &err), -1);
	assert_int_equal(err.code, BERTH_E_LIMIT);
	assert_non_null(strstr(err.message, "more than 3"));
}

static void a_folder_that_is_none(void **state)
{
	const struct tree *tree = *state;
	struct walk_options options = {.folder = "/nonexistent/berth"};
	struct berth_error err = {0};
	struct walk walk;
	char path[128];

	assert_int_equal(walk_folder(&walk, &options, NULL, &err), -1);
	assert_int_equal(err.code, BERTH_E_NOT_FOUND);
	tree_text(tree, "file", "");
	snprintf(path, sizeof(path), "%s/file", tree->path);
	options.folder = path;
	assert_int_equal(walk_folder(&walk, &options, NULL, &err), -1);
	assert_int_equal(err.code, BERTH_E_IO);
	assert_non_null(strstr(err.message, path));
}

static void cancel_stops_at_once(void **state)
{
	const struct tree *tree = *state;
	struct berth_error err = {0};
	char name[32];

	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "d%d/%d", i % 10, i);
		tree_text(tree, name, "x");
	}
	cancel_at = 250;
	assert_fails(tree, NULL, BERTH_E_CANCELLED, "cancelled", &err);
	assert_int_equal(asked, 250);
	asked = 0;
	assert_fails(tree, NULL, BERTH_E_CANCELLED, "cancelled", &err);
	assert_int_equal(asked, 0);
}

static void twenty_thousand_files(void **state)
{
	const struct tree *tree = *state;
	struct walk walk;
	int64_t bytes = 0;
	char name[64];

	for (int i = 0; i < 20000; i++) {
		size_t size = (size_t)i % 97;

		snprintf(name, sizeof(name), "p%d/q%d/%d", i % 20, i % 100, i);
		tree_file(tree, name,
			"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
			size);
		bytes += (int64_t)size;
	}
	assert_walks(&walk, tree, NULL, NULL);
	assert_int_equal(walk.files, 20000);
	assert_int_equal(walk.folders, 20 + 100);
	assert_int_equal(walk.count, 20120);
	assert_int_equal(walk.bytes, bytes);
	for (size_t i = 1; i < walk.count; i++)
		assert_true(walk.entries[i].path && *walk.entries[i].path);
	walk_release(&walk);
}

/* Access always works for root, so these run in a child that is nobody. The child's asserts end it
 * with another status. */
static void as_nobody(void (*check)(const struct tree *), const struct tree *tree)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		if (geteuid() == 0 && setresuid(65534, 65534, 65534))
			_exit(2);
		check(tree);
		_exit(42);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 42);
}

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                    \
			_exit(1);                                                                  \
		}                                                                                  \
	} while (0)

static void check_unreadable(const struct tree *tree)
{
	struct berth_error err = {0};
	struct walk walk;

	CHECK(walk_with(&walk, tree, NULL, LIST("closed"), &err) == -1);
	CHECK(err.code == BERTH_E_IO);
	CHECK(strstr(err.message, "'sub/secret'"));
	CHECK(strstr(err.hint, "--exclude '/sub/secret'"));
	CHECK(walk_with(&walk, tree, NULL, LIST("secret"), &err) == -1);
	CHECK(err.code == BERTH_E_IO);
	CHECK(strstr(err.message, "'closed'"));
	/* What is left out is not even looked into. */
	CHECK(walk_with(&walk, tree, NULL, LIST("secret", "closed"), &err) == 0);
	CHECK(walk.count == 2);
	walk_release(&walk);
}

static void what_cannot_be_read_fails_before_anything_is_sent(void **state)
{
	const struct tree *tree = *state;

	tree_text(tree, "closed/file", "x");
	tree_text(tree, "sub/secret", "x");
	tree_text(tree, "sub/open", "x");
	tree_mode(tree, "sub/secret", 0);
	tree_mode(tree, "closed", 0);
	as_nobody(check_unreadable, tree);
	tree_mode(tree, "closed", 0755);
}

static void check_top_unreadable(const struct tree *tree)
{
	struct berth_error err = {0};
	struct walk walk;

	CHECK(walk_with(&walk, tree, NULL, NULL, &err) == -1);
	CHECK(err.code == BERTH_E_IO);
	CHECK(strstr(err.message, tree->path));
	CHECK(err.hint[0] == '\0');
}

static void a_folder_that_cannot_be_read(void **state)
{
	const struct tree *tree = *state;

	tree_mode(tree, ".", 0);
	as_nobody(check_top_unreadable, tree);
	tree_mode(tree, ".", 0755);
}

static void nothing_is_opened_through_a_link(void **state)
{
	const struct tree *tree = *state;
	int fd;

	tree_text(tree, "real/file", "x");
	tree_link(tree, "link", "real");
	fd = beneath_open(tree->fd, "real//file", O_RDONLY);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(beneath_open(tree->fd, "link/file", O_RDONLY), -1);
	assert_int_equal(beneath_open(tree->fd, "link", O_RDONLY), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(beneath_open(tree->fd, "real/none", O_RDONLY), -1);
	assert_int_equal(errno, ENOENT);
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(awkward_names_come_in_byte_order),
		TREE_TEST(entries_tell_kind_mode_size_and_time),
		TREE_TEST(what_cannot_be_sent_is_named),
		TREE_TEST(at_most_a_hundred_are_named),
		TREE_TEST(links_inside_stay_links),
		TREE_TEST(links_that_lead_out_are_refused),
		TREE_TEST(include_and_exclude),
		TREE_TEST(the_same_tree_gives_the_same_walk),
		TREE_TEST(paths_longer_than_the_system_takes),
		TREE_TEST(folders_too_deep_are_an_error),
		TREE_TEST(paths_too_long_are_an_error),
		TREE_TEST(too_many_entries_are_an_error),
		TREE_TEST(a_folder_that_is_none),
		TREE_TEST(cancel_stops_at_once),
		TREE_TEST(twenty_thousand_files),
		TREE_TEST(what_cannot_be_read_fails_before_anything_is_sent),
		TREE_TEST(a_folder_that_cannot_be_read),
		TREE_TEST(nothing_is_opened_through_a_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

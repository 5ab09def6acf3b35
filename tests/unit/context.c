/* The build context, read back by libarchive: what goes along, how, and in which memory. */
#include <archive.h>
#include <archive_entry.h>
#include <stdatomic.h>

#include "unit/tree.h"

#include "source/context.h"

enum { MARGIN = 128 * 1024 };

static struct tree tree;

static int setup(void **state)
{
	(void)state;
	tree_init(&tree);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	tree_release(&tree);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static struct context *open_context(const struct context_file *files, size_t count)
{
	struct berth_error err = {0};
	struct context *context = context_new(
		&(struct context_options){.folder = tree.path, .files = files, .file_count = count},
		&err);

	if (!context)
		fail_msg("%s", err.message);
	return context;
}

static void drain(struct context *context, struct buf *out, size_t want)
{
	struct berth_error err = {0};
	bool end = false;

	while (!end) {
		size_t before = out->len;

		if (context_fill(context, out, want, &end, NULL, &err))
			fail_msg("%s", err.message);
		assert_true(end || out->len > before);
		assert_true(out->len - before <= want + MARGIN);
	}
}

/* "NAME MODE SIZE" for files, "NAME/ MODE", "NAME -> TARGET", one a line. */
static void list(const struct buf *tar, char *out, size_t cap)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	size_t len = 0;

	*out = '\0';
	archive_read_support_format_tar(archive);
	assert_int_equal(archive_read_open_memory(archive, tar->data, tar->len), ARCHIVE_OK);
	while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
		const char *name = archive_entry_pathname(entry);
		const char *link = archive_entry_symlink(entry);

		assert_int_equal(archive_entry_uid(entry), 0);
		assert_int_equal(archive_entry_gid(entry), 0);
		if (link)
			len += (size_t)snprintf(out + len, cap - len, "%s -> %s\n", name, link);
		else if (archive_entry_filetype(entry) == AE_IFDIR)
			len += (size_t)snprintf(out + len, cap - len, "%s %o\n", name,
				(unsigned)archive_entry_perm(entry));
		else
			len += (size_t)snprintf(out + len, cap - len, "%s %o %lld\n", name,
				(unsigned)archive_entry_perm(entry),
				(long long)archive_entry_size(entry));
		assert_true(len < cap);
	}
	archive_read_free(archive);
}

static void goes_along(const struct context_file *files, size_t count, const char *expected)
{
	static const size_t pieces[] = {1, 512, 100000};
	char said[8192];

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct context *context = open_context(files, count);
		struct buf out;

		buf_init(&out, 64u << 20);
		drain(context, &out, pieces[i]);
		list(&out, said, sizeof(said));
		assert_string_equal(said, expected);
		buf_release(&out);
		context_free(context);
	}
}

static void all_of_a_folder(void **state)
{
	(void)state;
	tree_text(&tree, "Dockerfile", "FROM a\n");
	tree_text(&tree, "src/main.c", "int main;\n");
	tree_text(&tree, "src/run", "#!/bin/sh\n");
	tree_mode(&tree, "src/run", 0750);
	tree_folder(&tree, "empty");
	tree_mode(&tree, "empty", 0700);
	tree_link(&tree, "out", "/etc/passwd");
	tree_link(&tree, "src/broken", "nothing");
	tree_node(&tree, "pipe", S_IFIFO);
	goes_along(NULL, 0,
		"Dockerfile 644 7\n"
		"empty/ 700\n"
		"out -> /etc/passwd\n"
		"src/ 755\n"
		"src/broken -> nothing\n"
		"src/main.c 644 10\n"
		"src/run 750 10\n");
}

static void what_is_left_out(void **state)
{
	(void)state;
	tree_text(&tree, "Dockerfile", "FROM a\n");
	tree_text(&tree, ".dockerignore", "*\n!src/*.c\n!docs/**/keep\n");
	tree_text(&tree, "src/main.c", "1");
	tree_text(&tree, "src/main.o", "1");
	tree_text(&tree, "docs/a/b/keep", "1");
	tree_text(&tree, "docs/a/b/drop", "1");
	tree_text(&tree, "other/a", "1");
	goes_along(NULL, 0,
		".dockerignore 644 25\n"
		"Dockerfile 644 7\n"
		"docs/ 755\n"
		"docs/a/ 755\n"
		"docs/a/b/ 755\n"
		"docs/a/b/keep 644 1\n"
		"src/ 755\n"
		"src/main.c 644 1\n");
}

static void a_dockerfile_has_its_own_patterns(void **state)
{
	(void)state;
	tree_text(&tree, "Dockerfile", "FROM a\n");
	tree_text(&tree, ".dockerignore", "b\n");
	tree_text(&tree, "Dockerfile.dockerignore", "a\n");
	tree_text(&tree, "a", "1");
	tree_text(&tree, "b", "1");
	goes_along(NULL, 0,
		".dockerignore 644 2\n"
		"Dockerfile 644 7\n"
		"Dockerfile.dockerignore 644 2\n"
		"b 644 1\n");
}

static void files_that_are_not_on_disk(void **state)
{
	static const struct context_file files[] = {
		{"Dockerfile", "FROM generated\n"}, {".dockerignore", "drop\nDockerfile\n"}};

	(void)state;
	tree_text(&tree, "Dockerfile", "FROM disk\n");
	tree_text(&tree, "drop", "1");
	tree_text(&tree, "keep", "1");
	goes_along(files, 2,
		"Dockerfile 644 15\n"
		".dockerignore 644 16\n"
		"keep 644 1\n");
}

static void fails(const char *part, const char *hint)
{
	struct context *context = open_context(NULL, 0);
	struct berth_error err = {0};
	struct buf out;
	bool end = false;
	int status = 0;

	buf_init(&out, 64u << 20);
	while (status == 0 && !end)
		status = context_fill(context, &out, 4096, &end, NULL, &err);
	assert_int_equal(status, -1);
	assert_non_null(strstr(err.message, part));
	assert_non_null(strstr(err.hint, hint));
	/* And it stays so. */
	assert_int_equal(context_fill(context, &out, 4096, &end, NULL, &err), -1);
	assert_false(end);
	buf_release(&out);
	context_free(context);
}

static void a_file_that_cannot_be_read(void **state)
{
	(void)state;
	tree_text(&tree, "a/secret", "1");
	tree_mode(&tree, "a/secret", 0);
	/* Nothing is unreadable for root. */
	assert_true(geteuid() != 0 || seteuid(65534) == 0);
	fails("a/secret", ".dockerignore");
	assert_true(getuid() != 0 || seteuid(0) == 0);
}

/* One that shrinks, one that vanishes and one that grows while the stream is under way. */
static void files_that_change(void **state)
{
	struct context *context;
	struct berth_error err = {0};
	struct buf out;
	bool end = false;
	int status = 0, fd;
	char said[1024];

	(void)state;
	tree_text(&tree, "1", "1");
	tree_text(&tree, "2gone", "1");
	fd = openat(tree.fd, "3big", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	buf_init(&out, 64u << 20);
	context = open_context(NULL, 0);
	assert_int_equal(context_fill(context, &out, 1, &end, NULL, &err), 0);
	assert_int_equal(unlinkat(tree.fd, "2gone", 0), 0);
	drain(context, &out, 4096);
	list(&out, said, sizeof(said));
	assert_string_equal(said, "1 644 1\n3big 644 1048576\n");
	context_free(context);

	buf_reset(&out);
	context = open_context(NULL, 0);
	while (out.len < 300000)
		assert_int_equal(context_fill(context, &out, 4096, &end, NULL, &err), 0);
	assert_int_equal(ftruncate(fd, 2 << 20), 0);
	drain(context, &out, 4096);
	list(&out, said, sizeof(said));
	assert_string_equal(said, "1 644 1\n3big 644 1048576\n");
	context_free(context);

	buf_reset(&out);
	end = false;
	context = open_context(NULL, 0);
	while (out.len < 300000)
		assert_int_equal(context_fill(context, &out, 4096, &end, NULL, &err), 0);
	assert_int_equal(ftruncate(fd, 1000), 0);
	while (status == 0 && !end)
		status = context_fill(context, &out, 4096, &end, NULL, &err);
	assert_int_equal(status, -1);
	assert_string_equal(err.message, "'3big' became shorter while it was being sent");
	context_free(context);
	buf_release(&out);
	close(fd);
}

/* A sparse file of many GiB costs no memory; and a cancelled stream says so. */
static void a_huge_file(void **state)
{
	struct context *context;
	struct context_sent sent;
	struct berth_error err = {0};
	atomic_bool cancelled = false;
	bool end = false;
	struct buf out;
	int fd;

	(void)state;
	fd = openat(tree.fd, "huge", O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	assert_int_equal(ftruncate(fd, (off_t)10 << 30), 0);
	close(fd);
	buf_init(&out, 1u << 20);
	context = open_context(NULL, 0);
	for (int i = 0; i < 200; i++) {
		buf_reset(&out);
		assert_int_equal(
			context_fill(context, &out, 256 * 1024, &end, &cancelled, &err), 0);
	}
	context_sent(context, &sent);
	assert_true(sent.bytes > 45 << 20);
	cancelled = true;
	assert_int_equal(context_fill(context, &out, 1, &end, &cancelled, &err), -1);
	assert_int_equal(err.code, BERTH_E_CANCELLED);
	context_free(context);
	buf_release(&out);
}

static void a_wrong_pattern(void **state)
{
	struct berth_error err = {0};

	(void)state;
	tree_text(&tree, ".dockerignore", "a\n[\n");
	assert_null(context_new(&(struct context_options){.folder = tree.path}, &err));
	assert_int_equal(err.code, BERTH_E_USAGE);
	assert_non_null(strstr(err.message, ".dockerignore line 2"));
	assert_null(context_new(&(struct context_options){.folder = "/nowhere/at/all"}, &err));
	assert_int_equal(err.code, BERTH_E_NOT_FOUND);
}

static void a_deep_tree(void **state)
{
	char path[2 * 300 + 2] = "", said[300 * 700];
	struct context *context;
	struct context_sent sent;
	struct buf out;

	(void)state;
	for (int i = 0; i < 300; i++)
		strcat(path, "d/");
	strcat(path, "f");
	tree_text(&tree, path, "x");
	buf_init(&out, 64u << 20);
	context = open_context(NULL, 0);
	drain(context, &out, 4096);
	context_sent(context, &sent);
	assert_int_equal(sent.folders, 300);
	assert_int_equal(sent.files, 1);
	list(&out, said, sizeof(said));
	assert_non_null(strstr(said, path));
	context_free(context);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_of_a_folder),
		TEST(what_is_left_out),
		TEST(a_dockerfile_has_its_own_patterns),
		TEST(files_that_are_not_on_disk),
		TEST(a_file_that_cannot_be_read),
		TEST(files_that_change),
		TEST(a_huge_file),
		TEST(a_wrong_pattern),
		TEST(a_deep_tree),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

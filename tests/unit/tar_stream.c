/* The archive, read back by libarchive and by the system's tar. */
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "unit/tree.h"

#include "source/tar_stream.h"
#include "source/walk.h"

enum { MARGIN = 64 * 1024 };

static const struct tar_owner owner = {.uid = 1234, .gid = 3000000000};

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

static void walk_tree(struct walk *walk, const struct tree *tree)
{
	struct walk_options options = {.folder = tree->path};
	struct berth_error err = {0};

	if (walk_folder(walk, &options, NULL, &err))
		fail_msg("%s", err.message);
}

static struct tar_stream *open_tree(
	const struct tree *tree, const struct walk *walk, const char *prefix)
{
	struct berth_error err = {0};
	struct tar_stream *tar = tar_stream_new(owner, &err);

	assert_non_null(tar);
	assert_int_equal(tar_stream_add_walk(tar, walk, tree->path, prefix, &err), 0);
	return tar;
}

/* Read it all in pieces of `want`, holding every piece to its bounds. */
static void drain(struct tar_stream *tar, struct buf *out, size_t want)
{
	struct berth_error err = {0};
	bool end = false;

	while (!end) {
		size_t before = out->len;

		if (tar_stream_fill(tar, out, want, &end, NULL, &err))
			fail_msg("%s", err.message);
		assert_true(out->len - before <= want + MARGIN);
		assert_true(end || out->len - before >= want);
	}
	assert_int_equal(tar_stream_sent(tar), tar_stream_total(tar));
}

static void drain_error(struct tar_stream *tar, enum berth_code code, const char *message)
{
	struct berth_error err = {0};
	struct buf out;
	bool end = false;
	int result;

	buf_init(&out, 1 << 24);
	do
		result = tar_stream_fill(tar, &out, 1024, &end, NULL, &err);
	while (result == 0 && !end);
	assert_int_equal(result, -1);
	assert_false(end);
	assert_string_equal(berth_code_name(err.code), berth_code_name(code));
	if (!strstr(err.message, message))
		fail_msg("'%s' is not in '%s'", message, err.message);
	/* A broken archive stays broken, and gets no regular end. */
	err = (struct berth_error){0};
	result = tar_stream_fill(tar, &out, 1024, &end, NULL, &err);
	assert_int_equal(result, -1);
	assert_false(end);
	assert_int_equal(err.code, code);
	buf_release(&out);
}

static void archive_of(struct buf *out, const struct tree *tree, const char *prefix)
{
	struct tar_stream *tar;
	struct walk walk;

	walk_tree(&walk, tree);
	tar = open_tree(tree, &walk, prefix);
	drain(tar, out, 65536);
	tar_stream_free(tar);
	walk_release(&walk);
}

static void make_awkward(const struct tree *tree)
{
	const struct timespec times[2] = {{.tv_sec = 7}, {.tv_sec = 1000000000}};
	const struct timespec old[2] = {{.tv_sec = 7}, {.tv_sec = -1000}};
	char name[256], path[2048], *block = calloc(1, 100000);

	assert_non_null(block);
	for (size_t i = 0; i < 100000; i++)
		block[i] = (char)(i * 7 >> 3);
	tree_file(tree, "big", block, 100000);
	tree_file(tree, "block", block, 512);
	tree_file(tree, "\xff\xfe raw", block, 513);
	tree_text(tree, "new\nline", "a");
	tree_text(tree, "-rf", "b");
	tree_text(tree, "\xc3\xa4/\xe4", "utf-8 and latin 1");
	tree_text(tree, "empty", "");
	tree_folder(tree, "hollow");
	tree_mode(tree, "hollow", 01770);
	tree_text(tree, "tool", "#!/bin/sh\n");
	tree_mode(tree, "tool", 04755);
	assert_int_equal(utimensat(tree->fd, "tool", times, 0), 0);
	assert_int_equal(utimensat(tree->fd, "empty", old, 0), 0);
	tree_link(tree, "links/up", "../big");
	tree_link(tree, "links/raw", "../\xff\xfe raw");
	for (size_t len = 95; len <= 255; len += len < 105 ? 1 : 50) {
		memset(name, 'n', len);
		name[len] = '\0';
		tree_text(tree, name, "name");
	}
	memset(name, 'd', 255);
	name[255] = '\0';
	snprintf(path, sizeof(path), "%s/%s/%s", name, name, name);
	tree_text(tree, path, "deep");
	snprintf(path, sizeof(path), "links/%s", name);
	memset(name, 't', 200);
	name[200] = '\0';
	tree_link(tree, path, name);
	name[3] = (char)0xfc;
	tree_link(tree, "links/long-raw", name);
	free(block);
}

static void assert_content(struct archive *archive, const struct tree *tree, const char *path)
{
	static char expected[1 << 17], found[1 << 17];
	const char *name;
	int parent = tree_parent(tree, path, &name);
	int fd = openat(parent, name, O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, expected, sizeof(expected));

	assert_true(len >= 0);
	assert_int_equal(archive_read_data(archive, found, sizeof(found)), len);
	assert_memory_equal(found, expected, (size_t)len);
	close(fd);
	close(parent);
}

static void assert_entry(struct archive *archive, struct archive_entry *entry,
	const struct walk_entry *expected, const struct tree *tree, const char *prefix)
{
	char name[8192];

	snprintf(name, sizeof(name), "%s%s%s%s", prefix, *prefix ? "/" : "", expected->path,
		expected->kind == WALK_FOLDER ? "/" : "");
	assert_string_equal(archive_entry_pathname(entry), name);
	assert_int_equal(archive_entry_perm(entry), expected->mode);
	assert_int_equal(archive_entry_mtime(entry), expected->mtime);
	assert_int_equal(archive_entry_uid(entry), owner.uid);
	assert_int_equal(archive_entry_gid(entry), owner.gid);
	assert_null(archive_entry_hardlink(entry));
	switch (expected->kind) {
	case WALK_FILE:
		assert_int_equal(archive_entry_filetype(entry), AE_IFREG);
		assert_int_equal(archive_entry_size(entry), expected->size);
		assert_content(archive, tree, expected->path);
		break;
	case WALK_FOLDER:
		assert_int_equal(archive_entry_filetype(entry), AE_IFDIR);
		break;
	case WALK_LINK:
		assert_int_equal(archive_entry_filetype(entry), AE_IFLNK);
		assert_string_equal(archive_entry_symlink(entry), expected->link);
		break;
	}
}

static struct archive *open_archive(const struct buf *bytes)
{
	struct archive *archive = archive_read_new();

	assert_non_null(archive);
	assert_int_equal(archive_read_support_format_tar(archive), ARCHIVE_OK);
	assert_int_equal(archive_read_open_memory(archive, bytes->data, bytes->len), ARCHIVE_OK);
	return archive;
}

static void every_entry_comes_back(void **state)
{
	const struct tree *tree = *state;
	struct archive_entry *entry;
	struct archive *archive;
	struct walk walk;
	struct buf bytes;

	make_awkward(tree);
	walk_tree(&walk, tree);
	assert_true(walk.count > 25);
	buf_init(&bytes, 1 << 24);
	archive_of(&bytes, tree, "payload/web");
	archive = open_archive(&bytes);
	assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
	assert_string_equal(archive_entry_pathname(entry), "payload/web/");
	assert_int_equal(archive_entry_filetype(entry), AE_IFDIR);
	assert_int_equal(archive_entry_perm(entry), 0755);
	assert_int_equal(archive_entry_uid(entry), owner.uid);
	for (size_t i = 0; i < walk.count; i++) {
		assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
		assert_entry(archive, entry, &walk.entries[i], tree, "payload/web");
	}
	assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_EOF);
	archive_read_free(archive);
	buf_release(&bytes);
	walk_release(&walk);
}

/* The system's tar as a second opinion: what it unpacks is walked again. */
static void extract_with_tar(const struct buf *bytes, const char *folder)
{
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		int nowhere = open("/dev/null", O_WRONLY);

		dup2(ends[0], 0);
		dup2(nowhere, 2); /* "unknown extended header keyword 'hdrcharset'" */
		close(ends[1]);
		execlp("tar", "tar", "-xp", "--no-same-owner", "-C", folder, (char *)NULL);
		_exit(127);
	}
	close(ends[0]);
	for (size_t sent = 0; sent < bytes->len;) {
		ssize_t len = write(ends[1], bytes->data + sent, bytes->len - sent);

		assert_true(len > 0);
		sent += (size_t)len;
	}
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void tar_unpacks_the_same_tree(void **state)
{
	const struct tree *tree = *state;
	struct walk first, second;
	struct tree copy;
	struct buf bytes;

	make_awkward(tree);
	tree_init(&copy);
	buf_init(&bytes, 1 << 24);
	archive_of(&bytes, tree, "");
	extract_with_tar(&bytes, copy.path);
	walk_tree(&first, tree);
	walk_tree(&second, &copy);
	assert_int_equal(first.count, second.count);
	assert_int_equal(first.bytes, second.bytes);
	for (size_t i = 0; i < first.count; i++) {
		const struct walk_entry *a = &first.entries[i], *b = &second.entries[i];

		assert_string_equal(a->path, b->path);
		assert_int_equal(a->kind, b->kind);
		assert_int_equal(a->mode, b->mode);
		assert_int_equal(a->size, b->size);
		if (a->kind == WALK_LINK)
			assert_string_equal(a->link, b->link);
		else
			assert_int_equal(a->mtime, b->mtime);
	}
	walk_release(&first);
	walk_release(&second);
	buf_release(&bytes);
	tree_release(&copy);
}

static void pieces_do_not_change_the_archive(void **state)
{
	static const size_t pieces[] = {0, 1, 7, 511, 512, 4096, 65537, 1 << 20};
	const struct tree *tree = *state;
	struct buf whole;

	make_awkward(tree);
	buf_init(&whole, 1 << 24);
	archive_of(&whole, tree, "app");
	assert_int_equal(whole.len % 512, 0);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct tar_stream *tar;
		struct walk walk;
		struct buf bytes;

		walk_tree(&walk, tree);
		tar = open_tree(tree, &walk, "app/");
		buf_init(&bytes, 1 << 24);
		drain(tar, &bytes, pieces[i]);
		assert_int_equal(bytes.len, whole.len);
		assert_memory_equal(bytes.data, whole.data, whole.len);
		buf_release(&bytes);
		tar_stream_free(tar);
		walk_release(&walk);
	}
	buf_release(&whole);
}

static void the_locale_does_not_matter(void **state)
{
	const struct tree *tree = *state;
	struct buf plain, utf8;

	make_awkward(tree);
	buf_init(&plain, 1 << 24);
	buf_init(&utf8, 1 << 24);
	assert_non_null(setlocale(LC_ALL, "C"));
	archive_of(&plain, tree, "app");
	assert_non_null(setlocale(LC_ALL, "C.UTF-8"));
	archive_of(&utf8, tree, "app");
	setlocale(LC_ALL, "C");
	assert_int_equal(plain.len, utf8.len);
	assert_memory_equal(plain.data, utf8.data, plain.len);
	buf_release(&plain);
	buf_release(&utf8);
}

static void nothing_is_an_archive_too(void **state)
{
	struct tar_stream *tar = tar_stream_new(owner, NULL);
	static const char zeros[1024];
	bool end = false;
	struct buf bytes;

	(void)state;
	buf_init(&bytes, 1 << 20);
	drain(tar, &bytes, 1);
	assert_int_equal(bytes.len, sizeof(zeros));
	assert_memory_equal(bytes.data, zeros, sizeof(zeros));
	/* After the end there is nothing, and it is still the end. */
	assert_int_equal(tar_stream_fill(tar, &bytes, 100, &end, NULL, NULL), 0);
	assert_true(end);
	assert_int_equal(bytes.len, sizeof(zeros));
	buf_release(&bytes);
	tar_stream_free(tar);
}

static void files_by_name_and_walks_mix(void **state)
{
	static const char *const names[] = {"fractalic/settings.toml", "settings.toml", "app/",
		"app/inner", "app/settings.toml", NULL};
	const struct tree *tree = *state;
	struct archive_entry *entry;
	struct archive *archive;
	struct tar_stream *tar;
	struct walk walk;
	struct buf bytes;
	char path[128], other[128];

	tree_text(tree, "settings.toml", "key = 1\n");
	tree_text(tree, "sub/inner", "inner");
	tree_link(tree, "linked.toml", "settings.toml");
	snprintf(path, sizeof(path), "%s/linked.toml", tree->path);
	snprintf(other, sizeof(other), "%s/sub", tree->path);
	assert_int_equal(
		walk_folder(&walk, &(struct walk_options){.folder = other}, NULL, NULL), 0);
	tar = tar_stream_new(owner, NULL);
	assert_int_equal(tar_stream_add_file(tar, path, names[0], NULL), 0);
	assert_int_equal(tar_stream_add_file(tar, path, names[1], NULL), 0);
	assert_int_equal(tar_stream_add_walk(tar, &walk, other, "app", NULL), 0);
	assert_int_equal(tar_stream_add_file(tar, path, names[4], NULL), 0);
	assert_int_equal(tar_stream_total(tar), 3 * 8 + 5);
	assert_int_equal(tar_stream_sent(tar), 0);
	memset(path, 'x', sizeof(path)); /* it was copied */
	buf_init(&bytes, 1 << 20);
	drain(tar, &bytes, 1000);
	archive = open_archive(&bytes);
	for (size_t i = 0; names[i]; i++) {
		assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
		assert_string_equal(archive_entry_pathname(entry), names[i]);
		if (strstr(names[i], "settings"))
			assert_content(archive, tree, "settings.toml");
	}
	assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_EOF);
	archive_read_free(archive);
	buf_release(&bytes);
	tar_stream_free(tar);
	walk_release(&walk);
}

static void what_is_no_file_is_not_added(void **state)
{
	const struct tree *tree = *state;
	struct tar_stream *tar = tar_stream_new(owner, NULL);
	struct berth_error err = {0};
	char path[128], name[5000];

	tree_node(tree, "pipe", S_IFIFO);
	snprintf(path, sizeof(path), "%s/pipe", tree->path);
	assert_int_equal(tar_stream_add_file(tar, path, "x", &err), -1);
	assert_int_equal(err.code, BERTH_E_IO);
	assert_non_null(strstr(err.message, "not a regular file"));
	assert_int_equal(tar_stream_add_file(tar, tree->path, "x", &err), -1);
	assert_int_equal(err.code, BERTH_E_IO);
	snprintf(path, sizeof(path), "%s/none", tree->path);
	assert_int_equal(tar_stream_add_file(tar, path, "x", &err), -1);
	assert_int_equal(err.code, BERTH_E_IO);
	assert_int_equal(err.number, ENOENT);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	tree_text(tree, "file", "");
	snprintf(path, sizeof(path), "%s/file", tree->path);
	assert_int_equal(tar_stream_add_file(tar, path, name, &err), -1);
	assert_int_equal(err.code, BERTH_E_LIMIT);
	assert_int_equal(tar_stream_total(tar), 0);
	tar_stream_free(tar);
}

/* What happens to "b/file" (4 bytes when it was walked) between the walk and its turn. */
static void after_the_walk(const struct tree *tree, void (*change)(const struct tree *),
	enum berth_code code, const char *message)
{
	struct tar_stream *tar;
	struct walk walk;

	tree_text(tree, "a", "first");
	tree_text(tree, "b/file", "four");
	walk_tree(&walk, tree);
	tar = open_tree(tree, &walk, "app");
	change(tree);
	drain_error(tar, code, message);
	tar_stream_free(tar);
	walk_release(&walk);
}

static void shorten(const struct tree *tree)
{
	tree_text(tree, "b/file", "3.3");
}

static void delete_it(const struct tree *tree)
{
	assert_int_equal(unlinkat(tree->fd, "b/file", 0), 0);
}

static void make_pipe(const struct tree *tree)
{
	delete_it(tree);
	tree_node(tree, "b/file", S_IFIFO);
}

static void make_link(const struct tree *tree)
{
	delete_it(tree);
	tree_link(tree, "b/file", "/etc/passwd");
}

static void make_folder_a_link(const struct tree *tree)
{
	delete_it(tree);
	assert_int_equal(unlinkat(tree->fd, "b", AT_REMOVEDIR), 0);
	tree_text(tree, "elsewhere/file", "must not be sent");
	tree_link(tree, "b", "elsewhere");
}

static void a_file_that_became_shorter_is_an_error(void **state)
{
	after_the_walk(*state, shorten, BERTH_E_IO, "'b/file' became shorter");
}

static void a_file_that_is_gone_is_an_error(void **state)
{
	after_the_walk(*state, delete_it, BERTH_E_IO, "'b/file'");
}

static void a_file_that_became_a_pipe_is_an_error(void **state)
{
	after_the_walk(*state, make_pipe, BERTH_E_IO, "'b/file' is not a regular file");
}

static void a_link_put_in_its_place_is_not_followed(void **state)
{
	after_the_walk(*state, make_link, BERTH_E_IO, "'b/file'");
}

static void a_link_in_place_of_its_folder_is_not_followed(void **state)
{
	after_the_walk(*state, make_folder_a_link, BERTH_E_IO, "'b/file'");
}

/* Shorter while it is being read, after its header with the size has gone out. */
static void a_file_cut_in_the_middle_is_an_error(void **state)
{
	const struct tree *tree = *state;
	struct tar_stream *tar;
	bool end = false;
	struct walk walk;
	struct buf out;

	tree_text(tree, "file", "");
	int fd = openat(tree->fd, "file", O_WRONLY);
	assert_int_equal(ftruncate(fd, 1000000), 0);
	walk_tree(&walk, tree);
	tar = open_tree(tree, &walk, "app");
	buf_init(&out, 1 << 20);
	while (tar_stream_sent(tar) == 0)
		assert_int_equal(tar_stream_fill(tar, &out, 1, &end, NULL, NULL), 0);
	assert_int_equal(ftruncate(fd, 100000), 0);
	drain_error(tar, BERTH_E_IO, "'file' became shorter");
	assert_int_equal(tar_stream_sent(tar), 100000);
	close(fd);
	buf_release(&out);
	tar_stream_free(tar);
	walk_release(&walk);
}

static void a_file_that_grew_is_sent_as_it_was_seen(void **state)
{
	const struct tree *tree = *state;
	struct archive_entry *entry;
	struct archive *archive;
	struct tar_stream *tar;
	struct walk walk;
	struct buf bytes;
	char found[16];

	tree_text(tree, "log", "four");
	tree_text(tree, "z", "last");
	walk_tree(&walk, tree);
	tar = open_tree(tree, &walk, "");
	tree_text(tree, "log", "four and more");
	buf_init(&bytes, 1 << 20);
	drain(tar, &bytes, 1);
	archive = open_archive(&bytes);
	assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
	assert_string_equal(archive_entry_pathname(entry), "log");
	assert_int_equal(archive_read_data(archive, found, sizeof(found)), 4);
	assert_memory_equal(found, "four", 4);
	assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
	assert_string_equal(archive_entry_pathname(entry), "z");
	archive_read_free(archive);
	buf_release(&bytes);
	tar_stream_free(tar);
	walk_release(&walk);
}

static void cancel_stops_it(void **state)
{
	const struct tree *tree = *state;
	atomic_bool cancelled = false;
	struct berth_error err = {0};
	struct tar_stream *tar;
	bool end = false;
	struct walk walk;
	struct buf out;
	size_t before;

	make_awkward(tree);
	walk_tree(&walk, tree);
	tar = open_tree(tree, &walk, "app");
	buf_init(&out, 1 << 24);
	assert_int_equal(tar_stream_fill(tar, &out, 1, &end, &cancelled, &err), 0);
	atomic_store(&cancelled, true);
	before = out.len;
	assert_int_equal(tar_stream_fill(tar, &out, 1 << 20, &end, &cancelled, &err), -1);
	assert_int_equal(err.code, BERTH_E_CANCELLED);
	assert_int_equal(out.len, before);
	buf_release(&out);
	tar_stream_free(tar);
	walk_release(&walk);
}

static void memory_stays_bounded(void **state)
{
	const size_t want = 65536, size = 64UL << 20;
	const struct tree *tree = *state;
	struct tar_stream *tar;
	struct walk walk;
	struct buf out;
	bool end = false;
	size_t made = 0;

	tree_text(tree, "file", "");
	int fd = openat(tree->fd, "file", O_WRONLY);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	close(fd);
	walk_tree(&walk, tree);
	tar = open_tree(tree, &walk, "app");
	buf_init(&out, want + MARGIN);
	while (!end) {
		assert_int_equal(tar_stream_fill(tar, &out, want, &end, NULL, NULL), 0);
		made += out.len;
		buf_reset(&out);
	}
	/* Two entries whose group does not fit the old header, the data, the end. */
	assert_int_equal(made, 2 * (2 * 512 + 512) + size + 1024);
	buf_release(&out);
	tar_stream_free(tar);
	walk_release(&walk);
}

/* A small file costs its header and its blocks, no more. */
static void plain_entries_cost_one_header(void **state)
{
	const struct tree *tree = *state;
	struct tar_stream *tar = tar_stream_new((struct tar_owner){1000, 1000}, NULL);
	struct walk walk;
	struct buf bytes;
	char name[100];

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	tree_text(tree, name, "x");
	tree_text(tree, "sub/file", "x");
	tree_link(tree, "link", "sub/file");
	walk_tree(&walk, tree);
	assert_int_equal(tar_stream_add_walk(tar, &walk, tree->path, "", NULL), 0);
	buf_init(&bytes, 1 << 20);
	drain(tar, &bytes, 1);
	assert_int_equal(bytes.len, 4 * 512 + 2 * 512 + 1024);
	buf_release(&bytes);
	tar_stream_free(tar);
	walk_release(&walk);
}

static void a_full_buffer_is_an_error(void **state)
{
	const struct tree *tree = *state;
	struct berth_error err = {0};
	struct tar_stream *tar;
	bool end = false;
	struct walk walk;
	struct buf out;

	tree_text(tree, "file", "x");
	walk_tree(&walk, tree);
	tar = open_tree(tree, &walk, "app");
	buf_init(&out, 700);
	assert_int_equal(tar_stream_fill(tar, &out, 2000, &end, NULL, &err), -1);
	assert_int_equal(err.code, BERTH_E_LIMIT);
	assert_false(end);
	buf_release(&out);
	tar_stream_free(tar);
	walk_release(&walk);
}

static void sizes_beyond_the_old_format(void **state)
{
	const struct tree *tree = *state;
	struct tar_stream *tar;
	struct walk walk;
	struct buf out;
	bool end = false;

	tree_text(tree, "huge", "");
	int fd = openat(tree->fd, "huge", O_WRONLY);
	assert_int_equal(ftruncate(fd, 9LL << 30), 0);
	close(fd);
	walk_tree(&walk, tree);
	tar = open_tree(tree, &walk, "");
	assert_int_equal(tar_stream_total(tar), 9LL << 30);
	buf_init(&out, 1 << 20);
	assert_int_equal(tar_stream_fill(tar, &out, 1, &end, NULL, NULL), 0);
	assert_true(out.len >= 1536);
	assert_non_null(memmem(out.data, out.len, " size=9663676416\n", 17));
	buf_release(&out);
	tar_stream_free(tar);
	walk_release(&walk);
}

static void paths_longer_than_the_system_takes(void **state)
{
	const struct tree *tree = *state;
	char path[32001], *at = path;
	struct archive_entry *entry;
	struct archive *archive;
	struct buf bytes;
	int folders = 0;

	for (; at < path + sizeof(path) - 260; at += 250, folders++) {
		memset(at, 'n', 249);
		at[249] = '/';
	}
	memcpy(at, "file", 5);
	tree_text(tree, path, "deep");
	buf_init(&bytes, 1 << 24);
	archive_of(&bytes, tree, "");
	archive = open_archive(&bytes);
	for (int i = 0; i <= folders; i++)
		assert_int_equal(archive_read_next_header(archive, &entry), ARCHIVE_OK);
	assert_string_equal(archive_entry_pathname(entry), path);
	assert_content(archive, tree, path);
	archive_read_free(archive);
	buf_release(&bytes);
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(every_entry_comes_back),
		TREE_TEST(tar_unpacks_the_same_tree),
		TREE_TEST(pieces_do_not_change_the_archive),
		TREE_TEST(the_locale_does_not_matter),
		cmocka_unit_test(nothing_is_an_archive_too),
		TREE_TEST(files_by_name_and_walks_mix),
		TREE_TEST(what_is_no_file_is_not_added),
		TREE_TEST(a_file_that_became_shorter_is_an_error),
		TREE_TEST(a_file_that_is_gone_is_an_error),
		TREE_TEST(a_file_that_became_a_pipe_is_an_error),
		TREE_TEST(a_link_put_in_its_place_is_not_followed),
		TREE_TEST(a_link_in_place_of_its_folder_is_not_followed),
		TREE_TEST(a_file_cut_in_the_middle_is_an_error),
		TREE_TEST(a_file_that_grew_is_sent_as_it_was_seen),
		TREE_TEST(cancel_stops_it),
		TREE_TEST(memory_stays_bounded),
		TREE_TEST(plain_entries_cost_one_header),
		TREE_TEST(a_full_buffer_is_an_error),
		TREE_TEST(sizes_beyond_the_old_format),
		TREE_TEST(paths_longer_than_the_system_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

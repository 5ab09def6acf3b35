/* What arrives in the container, seen through its root folder as the kernel has it. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/docker_rig.h"
#include "support/same_tree.h"
#include "unit/tree.h"

#define BIG_FILES   4
#define BIG_BYTES   (50u << 20)
#define SMALL_FILES 5000
#define HOLE_BYTES  (UINT64_C(8) << 30)

/* /proc/PID/root/PATH of a running container. Malloc'd. */
static char *inside(const char *container, const char *path)
{
	char *pid = docker_say(WORDS("inspect", "-f", "{{.State.Pid}}", container));
	char *whole;

	assert_true(asprintf(&whole, "/proc/%s/root%s", pid, path) > 0);
	free(pid);
	return whole;
}

static void arrived(const struct tree *tree, const char *container, int at_least)
{
	char *path = inside(container, "/app");

	assert_true(same_tree(tree->path, path) >= at_least);
	free(path);
}

static void make_awkward(const struct tree *tree)
{
	static const char *const names[] = {
		"plain.txt",
		"with space",
		" leading and trailing ",
		"two\nlines",
		"tab\there",
		"bell\a and escape\033[31m",
		"-rf",
		"--",
		"*",
		"?",
		"[a]",
		"back\\slash",
		"quote'double\"",
		"$HOME",
		"`id`",
		".hidden",
		"...",
		"~",
		"#",
		"a:b",
		"a=b",
		"\xc3\xa4\xc3\xb6\xc3\xbc \xe6\x97\xa5\xe6\x9c\xac",
		"a\xcc\x88", /* two spellings */
		"\xf0\x9f\x9a\xa2",
		"not utf-8 \xff\xfe\x80",
		"cut \xc3",
	};
	char name[256], data[4096];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		tree_text(tree, names[i], names[i]);
	memset(name, 'n', 255);
	name[255] = '\0';
	tree_text(tree, name, "a name of 255 bytes");
	/* Longer than what the oldest, the old and the usual tar headers hold. */
	for (size_t len = 98; len < 102; len++) {
		name[len] = '\0';
		tree_text(tree, name, "around 100");
		name[len] = 'n';
	}
	name[200] = '\0';
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7);
	snprintf(data, 1024, "deep/%s/%s/%s/end", name, name, name);
	tree_text(tree, data, "more than 600 bytes of path");
	tree_link(tree, "long-link", data + 5);
	tree_file(tree, "binary", data, sizeof(data));
	tree_text(tree, "empty", "");
}

static void names_kinds_and_modes(void **state)
{
	struct tree tree;
	struct run run;

	(void)state;
	tree_init(&tree);
	make_awkward(&tree);
	tree_folder(&tree, "empty folder");
	tree_text(&tree, "run.sh", "#!/bin/sh\n");
	tree_mode(&tree, "run.sh", 0755);
	tree_text(&tree, "private", "x");
	tree_mode(&tree, "private", 0600);
	tree_text(&tree, "unwritable", "x");
	tree_mode(&tree, "unwritable", 0444);
	tree_folder(&tree, "closed");
	tree_mode(&tree, "closed", 0700);
	tree_link(&tree, "to-file", "run.sh");
	tree_link(&tree, "to-folder", "empty folder");
	tree_link(&tree, "closed/up", "../plain.txt");
	tree_link(&tree, "dangling", "not there");
	assert_int_equal(linkat(tree.fd, "run.sh", tree.fd, "hard link", 0), 0);
	rig_deploy(&run, 0, WORDS("--name", "awkward", "--folder", tree.path, "--image", "web:1"));
	arrived(&tree, "awkward", 45);
	run_release(&run);
	tree_release(&tree);
}

static void what_is_no_file_is_left_out_and_said(void **state)
{
	struct tree tree;
	struct run run;

	(void)state;
	tree_init(&tree);
	tree_text(&tree, "file", "x");
	tree_node(&tree, "folder/pipe", S_IFIFO);
	tree_node(&tree, "run.sock", S_IFSOCK);
	rig_deploy(&run, 0, WORDS("--name", "odd", "--folder", tree.path, "--image", "web:1"));
	assert_true(run_said(&run, "folder/pipe"));
	assert_true(run_said(&run, "run.sock"));
	assert_int_equal(unlinkat(tree.fd, "folder/pipe", 0), 0);
	assert_int_equal(unlinkat(tree.fd, "run.sock", 0), 0);
	arrived(&tree, "odd", 2);
	run_release(&run);
	tree_release(&tree);
}

/* Nothing leaves the folder through a link; it is named, and nothing is left of the try. */
static void a_link_out_of_the_folder_is_refused(void **state)
{
	static const char *const targets[] = {"/etc/passwd", "../../etc/passwd", "sub/../../x"};
	struct run run;

	(void)state;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		struct tree tree;

		tree_init(&tree);
		tree_text(&tree, "sub/file", "x");
		tree_link(&tree, "way-out", targets[i]);
		rig_deploy(&run, 1,
			WORDS("--name", "leak", "--folder", tree.path, "--image", "web:1"));
		assert_holds(run_error_text(&run, "message"), "way-out");
		assert_string_equal(run_error_text(&run, "stage"), "preparing_files");
		containers_are("");
		run_release(&run);
		tree_release(&tree);
	}
}

static void patterns_choose(void **state)
{
	struct tree tree;
	struct run run;

	(void)state;
	tree_init(&tree);
	tree_text(&tree, "index.html", "x");
	tree_text(&tree, "sub/page.html", "x");
	tree_text(&tree, "sub/note.txt", "x");
	tree_text(&tree, "cache/page.html", "x");
	rig_deploy(&run, 0,
		WORDS("--name", "chosen", "--folder", tree.path, "--image", "web:1", "--include",
			"*.html", "--exclude", "cache"));
	assert_int_equal(unlinkat(tree.fd, "sub/note.txt", 0), 0);
	assert_int_equal(unlinkat(tree.fd, "cache/page.html", 0), 0);
	assert_int_equal(unlinkat(tree.fd, "cache", AT_REMOVEDIR), 0);
	arrived(&tree, "chosen", 3);
	run_release(&run);
	tree_release(&tree);
}

/* The image's user can read what was sent, and write to it. */
static void files_belong_to_the_images_user(void **state)
{
	struct tree tree;
	struct run run;
	struct stat st;
	char *path;

	(void)state;
	tree_init(&tree);
	tree_text(&tree, "index.html", "x");
	tree_mode(&tree, "index.html", 0600);
	rig_deploy(&run, 0,
		WORDS("--name", "owned", "--folder", tree.path, "--image", "user:1", "--port",
			text_of_port("web=%d:8080", free_port()), "--health", "web=/index.html"));
	path = inside("owned", "/app/index.html");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_uid, 1000);
	assert_int_equal(st.st_gid, 1000);
	free(path);
	run_release(&run);
	tree_release(&tree);
}

/* What the image has beside the files that are sent stays, and so does the mode of its folders. */
static void other_files_of_the_image_stay(void **state)
{
	struct tree tree;
	struct run run;
	struct stat st;
	char *path;

	(void)state;
	tree_init(&tree);
	tree_text(&tree, "note", "x");
	rig_deploy(&run, 0,
		WORDS("--name", "beside", "--folder", tree.path, "--image", "web:1", "--dest",
			"/tmp/sub/folder"));
	docker_is("x", WORDS("exec", "beside", "cat", "/tmp/sub/folder/note"));
	path = inside("beside", "/tmp");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 01777);
	free(path);
	docker_do(WORDS("exec", "beside", "busybox", "test", "-d", "/app"));
	run_release(&run);
	tree_release(&tree);
}

static void fill(const struct tree *tree, const char *name, size_t bytes)
{
	static char piece[1u << 20];
	const char *last;
	int parent = tree_parent(tree, name, &last);
	int fd = openat(parent, last, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(getrandom(piece, 4096, 0), 4096);
	for (size_t written = 0; written < bytes; written += sizeof(piece)) {
		memcpy(piece + written / 4096 % 200 * 4096 + 4096, piece, 4096);
		assert_int_equal(write(fd, piece, sizeof(piece)), sizeof(piece));
	}
	close(fd);
	close(parent);
}

static void a_big_folder(void **state)
{
	struct tree tree;
	struct run run;
	char name[64];

	(void)state;
	tree_init(&tree);
	for (int i = 0; i < BIG_FILES; i++) {
		snprintf(name, sizeof(name), "big%d", i);
		fill(&tree, name, BIG_BYTES);
	}
	for (int i = 0; i < SMALL_FILES; i++) {
		snprintf(name, sizeof(name), "small/%d/%d", i % 50, i);
		tree_text(&tree, name, name);
	}
	rig_deploy(&run, 0, WORDS("--name", "big", "--folder", tree.path, "--image", "web:1"));
	arrived(&tree, "big", BIG_FILES + SMALL_FILES + 50);
	run_release(&run);
	tree_release(&tree);
}

static bool is_copying(const json_t *event, const void *context)
{
	return strcmp(json_string_value(json_object_get(event, "type")), "progress") == 0 &&
	       strcmp(json_string_value(json_object_get(event, "stage")), context) == 0;
}

/* Holes are bytes to the one who sends them, so there is plenty of time to ask. */
static void cancelled_in_the_middle(void **state)
{
	struct tree tree;
	struct run run;
	int fd;

	(void)state;
	tree_init(&tree);
	fd = openat(tree.fd, "endless", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_int_equal(ftruncate(fd, (off_t)HOLE_BYTES), 0);
	close(fd);
	rig_start(&run, WORDS("--name", "called-off", "--folder", tree.path, "--image", "web:1"));
	run_until(&run, RUN_MS, is_copying, "copying_files");
	run_signal(&run, SIGINT);
	rig_finish(&run, 130);
	assert_string_equal(run_error_text(&run, "stage"), "copying_files");
	assert_true(json_is_true(run_result_member(&run, "rolled_back")));
	containers_are("");
	run_release(&run);
	tree_release(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(names_kinds_and_modes),
		RIG_TEST(what_is_no_file_is_left_out_and_said),
		RIG_TEST(a_link_out_of_the_folder_is_refused),
		RIG_TEST(patterns_choose),
		RIG_TEST(files_belong_to_the_images_user),
		RIG_TEST(other_files_of_the_image_stay),
		RIG_TEST(a_big_folder),
		RIG_TEST(cancelled_in_the_middle),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}

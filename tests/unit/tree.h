/* Folders to test with: made under a temporary folder, awkward on purpose, removed whole. */
#ifndef UNIT_TREE_H
#define UNIT_TREE_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct tree {
	char path[64];
	int fd;
};

static inline void tree_init(struct tree *tree)
{
	snprintf(tree->path, sizeof(tree->path), "/tmp/berth-tree-XXXXXX");
	assert_non_null(mkdtemp(tree->path));
	/* Also for the tests that give up root. */
	assert_int_equal(chmod(tree->path, 0755), 0);
	tree->fd = open(tree->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(tree->fd >= 0);
}

/* A descriptor of the folder that holds `path`, missing folders made; *name is its last part. One
 * part at a time: paths here may be longer than PATH_MAX. */
static inline int tree_parent(const struct tree *tree, const char *path, const char **name)
{
	int at = openat(tree->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *slash;

	while ((slash = strchr(path, '/'))) {
		char part[NAME_MAX + 1];
		int below;

		assert_true(slash - path <= NAME_MAX);
		memcpy(part, path, (size_t)(slash - path));
		part[slash - path] = '\0';
		if (mkdirat(at, part, 0755))
			assert_int_equal(errno, EEXIST);
		below = openat(at, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(below >= 0);
		close(at);
		at = below;
		path = slash + 1;
	}
	*name = path;
	return at;
}

static inline void tree_file(
	const struct tree *tree, const char *path, const void *data, size_t len)
{
	const char *name;
	int parent = tree_parent(tree, path, &name);
	int fd = openat(parent, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
	close(parent);
}

static inline void tree_text(const struct tree *tree, const char *path, const char *text)
{
	tree_file(tree, path, text, strlen(text));
}

static inline void tree_folder(const struct tree *tree, const char *path)
{
	const char *name;
	int parent = tree_parent(tree, path, &name);

	assert_int_equal(mkdirat(parent, name, 0755), 0);
	close(parent);
}

static inline void tree_link(const struct tree *tree, const char *path, const char *target)
{
	const char *name;
	int parent = tree_parent(tree, path, &name);

	assert_int_equal(symlinkat(target, parent, name), 0);
	close(parent);
}

/* A pipe or a socket: S_IFIFO, S_IFSOCK. */
static inline void tree_node(const struct tree *tree, const char *path, mode_t type)
{
	const char *name;
	int parent = tree_parent(tree, path, &name);

	assert_int_equal(mknodat(parent, name, type | 0644, 0), 0);
	close(parent);
}

static inline void tree_mode(const struct tree *tree, const char *path, mode_t mode)
{
	assert_int_equal(fchmodat(tree->fd, path, mode, 0), 0);
}

static inline void tree_empty(int fd)
{
	DIR *stream = fdopendir(fd);
	const struct dirent *found;

	assert_non_null(stream);
	while ((found = readdir(stream))) {
		int below;

		if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
			continue;
		if (unlinkat(fd, found->d_name, 0) == 0)
			continue;
		below = openat(fd, found->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below >= 0)
			tree_empty(below);
		assert_int_equal(unlinkat(fd, found->d_name, AT_REMOVEDIR), 0);
	}
	closedir(stream);
}

static inline void tree_release(struct tree *tree)
{
	tree_empty(tree->fd);
	assert_int_equal(rmdir(tree->path), 0);
}

#endif

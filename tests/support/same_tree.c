#include "support/same_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MAX_LINK 4096
#define PIECE    65536

static int compare_folders(int expected, int found, const char *where);

/* As much as there is, at most PIECE bytes. */
static size_t read_piece(int fd, char piece[PIECE])
{
	size_t len = 0;
	ssize_t count;

	while (len < PIECE && (count = read(fd, piece + len, PIECE - len)) != 0) {
		assert_true(count > 0);
		len += (size_t)count;
	}
	return len;
}

static void same_bytes(int expected, int found, const char *where)
{
	static char a[PIECE], b[PIECE];
	size_t len;

	do {
		len = read_piece(expected, a);
		if (read_piece(found, b) != len)
			fail_msg("'%s' has another size", where);
		if (memcmp(a, b, len) != 0)
			fail_msg("'%s' has other bytes", where);
	} while (len > 0);
}

static void same_link(int expected, int found, const char *name, const char *where)
{
	char a[MAX_LINK] = "", b[MAX_LINK] = "";

	assert_true(readlinkat(expected, name, a, sizeof(a) - 1) >= 0);
	assert_true(readlinkat(found, name, b, sizeof(b) - 1) >= 0);
	if (strcmp(a, b) != 0)
		fail_msg("link '%s' leads to '%s' instead of '%s'", where, b, a);
}

static int same_entry(int expected, int found, const char *name, const char *above)
{
	char where[512];
	struct stat a, b;
	int flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC, from, to, count = 1;

	snprintf(where, sizeof(where), "%s/%s", above, name);
	assert_int_equal(fstatat(expected, name, &a, AT_SYMLINK_NOFOLLOW), 0);
	if (fstatat(found, name, &b, AT_SYMLINK_NOFOLLOW))
		fail_msg("'%s' is missing", where);
	if (a.st_mode != b.st_mode)
		fail_msg("'%s' has mode %o instead of %o", where, b.st_mode, a.st_mode);
	if (S_ISLNK(a.st_mode)) {
		same_link(expected, found, name, where);
		return count;
	}
	/* A folder's time changes with what is put into it. */
	if (S_ISREG(a.st_mode) && a.st_mtime != b.st_mtime)
		fail_msg("'%s' has time %lld instead of %lld", where, (long long)b.st_mtime,
			(long long)a.st_mtime);
	from = openat(expected, name, flags);
	to = openat(found, name, flags);
	assert_true(from >= 0 && to >= 0);
	if (S_ISDIR(a.st_mode))
		count += compare_folders(from, to, where);
	else
		same_bytes(from, to, where);
	close(from);
	close(to);
	return count;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static DIR *list(int folder)
{
	DIR *stream = fdopendir(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));

	assert_non_null(stream);
	return stream;
}

static int compare_folders(int expected, int found, const char *where)
{
	DIR *stream = list(expected);
	const struct dirent *entry;
	struct stat st;
	int count = 0;

	while ((entry = readdir(stream)))
		if (!is_dots(entry->d_name))
			count += same_entry(expected, found, entry->d_name, where);
	closedir(stream);
	stream = list(found);
	while ((entry = readdir(stream)))
		if (fstatat(expected, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
			fail_msg("'%s/%s' should not be there", where, entry->d_name);
	closedir(stream);
	return count;
}

int same_tree(const char *expected, const char *found)
{
	int from = open(expected, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int to = open(found, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int count;

	if (from < 0 || to < 0)
		fail_msg("cannot open '%s'", from < 0 ? expected : found);
	count = compare_folders(from, to, "");
	close(from);
	close(to);
	return count;
}

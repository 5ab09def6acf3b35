#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "source/beneath.h"

#define FOLDER_FLAGS (BENEATH_LOOKUP | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

enum { MAX_LINKS_ON_THE_WAY = 40 }; /* as the kernel does: more is a loop */

/* Copy the next part of the path and step over it; false at the end. A part longer than the file
 * system allows is copied cut: opening it says ENAMETOOLONG. */
static bool next_part(const char **path, char part[NAME_MAX + 2])
{
	size_t len;

	*path += strspn(*path, "/");
	len = strcspn(*path, "/");
	if (len == 0)
		return false;
	if (len > NAME_MAX + 1) {
		memcpy(part, *path, NAME_MAX + 1);
		part[NAME_MAX + 1] = '\0';
	} else {
		memcpy(part, *path, len);
		part[len] = '\0';
	}
	*path += len;
	return true;
}

int beneath_open(int folder, const char *path, int flags)
{
	char part[NAME_MAX + 2], next[NAME_MAX + 2];
	int at = folder;

	if (!next_part(&path, part))
		return openat(folder, ".", flags | O_NOFOLLOW | O_CLOEXEC);
	for (;;) {
		bool more = next_part(&path, next);
		int below = openat(at, part, more ? FOLDER_FLAGS : flags | O_NOFOLLOW | O_CLOEXEC);
		int saved = errno;

		if (at != folder)
			close(at);
		errno = saved;
		if (below < 0 || !more)
			return below;
		at = below;
		memcpy(part, next, sizeof(part));
	}
}

/* A walk along a link's target. */
struct chase {
	int folder;     /* where it stands: the deepest folder on the way that exists; -1: lost */
	size_t missing; /* parts below it that do not exist */
	size_t depth;   /* folders below the top, those that do not exist included */
	unsigned links;
	char *rest; /* still to walk */
};

static void enter(struct chase *chase, int folder)
{
	if (chase->folder >= 0)
		close(chase->folder);
	chase->folder = folder;
}

static int up(struct chase *chase)
{
	int folder;

	if (chase->depth == 0)
		return 0;
	chase->depth--;
	if (chase->missing) {
		chase->missing--;
		return 1;
	}
	folder = openat(chase->folder, "..", FOLDER_FLAGS);
	enter(chase, folder);
	return 1;
}

/* A link on the way: walk its target before what is left. */
static int through_link(
	struct chase *chase, const char *target, const char *left, struct berth_error *err)
{
	char *rest;

	if (target[0] == '/')
		return 0;
	if (++chase->links > MAX_LINKS_ON_THE_WAY)
		left = target = "";
	if (asprintf(&rest, "%s/%s", target, left) < 0)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	free(chase->rest);
	chase->rest = rest;
	return 1;
}

static int down(struct chase *chase, const char *part, const char **left, struct berth_error *err)
{
	char target[PATH_MAX + 1];
	ssize_t len;
	int folder;

	if (chase->missing) {
		chase->missing++;
		chase->depth++;
		return 1;
	}
	len = readlinkat(chase->folder, part, target, sizeof(target) - 1);
	if (len >= 0) {
		int stays;

		target[len] = '\0';
		stays = through_link(chase, target, *left, err);
		*left = chase->rest;
		return stays;
	}
	chase->depth++;
	folder = openat(chase->folder, part, FOLDER_FLAGS);
	if (folder >= 0)
		enter(chase, folder);
	else
		chase->missing++;
	return 1;
}

int beneath_link_stays(int parent, size_t depth, const char *target, struct berth_error *err)
{
	struct chase chase = {.depth = depth};
	char part[NAME_MAX + 2];
	const char *left;
	int stays = 1;

	if (target[0] == '/')
		return 0;
	chase.rest = strdup(target);
	if (!chase.rest)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	chase.folder = openat(parent, ".", FOLDER_FLAGS);
	left = chase.rest;
	while (stays == 1 && next_part(&left, part)) {
		if (strcmp(part, ".") == 0)
			continue;
		if (strcmp(part, "..") == 0)
			stays = up(&chase);
		else
			stays = down(&chase, part, &left, err);
	}
	if (chase.folder >= 0)
		close(chase.folder);
	free(chase.rest);
	return stays;
}

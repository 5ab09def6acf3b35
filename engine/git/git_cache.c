#include "git/git_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/private_folder.h"
#include "base/sha256.h"

enum { OPEN_FOLDERS = 16, HASH_DIGITS = 16 };

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
	(void)info;
	(void)kind;
	(void)where;
	remove(path);
	return 0;
}

static void remove_all(const char *path)
{
	nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

static const char *absolute(const char *variable)
{
	const char *folder = getenv(variable);

	return folder != NULL && folder[0] == '/' ? folder : NULL;
}

int git_cache_init(
	struct git_cache *cache, const struct git_url *url, const char *id, struct berth_error *err)
{
	const char *above = absolute("XDG_CACHE_HOME"), *home = absolute("HOME");
	char hash[SHA256_HEX_SIZE];

	*cache = (struct git_cache){.lock = -1, .tree_lock = -1};
	if (above == NULL && home == NULL)
		return berth_error_set(err, BERTH_E_IO, 0,
			"there is no folder for clones: neither XDG_CACHE_HOME nor HOME names one");
	sha256_hex(hash, url->url, strlen(url->url));
	if (asprintf(&cache->folder, "%s%s/berth/git/%.40s-%.*s", above != NULL ? above : home,
		    above != NULL ? "" : "/.cache", url->name, HASH_DIGITS, hash) < 0)
		cache->folder = NULL;
	if (cache->folder != NULL &&
		(asprintf(&cache->repository, "%s/repo.git", cache->folder) < 0 ||
			asprintf(&cache->tree, "%s/trees/%s", cache->folder, id) < 0))
		cache->tree = NULL;
	if (cache->tree != NULL)
		return 0;
	git_cache_release(cache);
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

static void let_go(int *lock)
{
	if (*lock >= 0)
		close(*lock);
	*lock = -1;
}

void git_cache_release(struct git_cache *cache)
{
	let_go(&cache->lock);
	let_go(&cache->tree_lock);
	free(cache->folder);
	free(cache->repository);
	free(cache->tree);
	*cache = (struct git_cache){.lock = -1, .tree_lock = -1};
}

/* -1: somebody else has it (EWOULDBLOCK), or it can't be made. */
static int take_lock(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	int cause;

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	cause = errno;
	close(fd);
	errno = cause;
	return -1;
}

/* Whoever used them has let go of their lock: it ended, or was killed. */
static void sweep(const char *trees)
{
	DIR *stream = opendir(trees);
	const struct dirent *found;

	while (stream != NULL && (found = readdir(stream)) != NULL) {
		char path[4096], lock[4200];
		size_t len = strlen(found->d_name);
		int fd;

		if (found->d_name[0] == '.' ||
			(len > 5 && strcmp(found->d_name + len - 5, ".lock") == 0))
			continue;
		snprintf(path, sizeof(path), "%s/%s", trees, found->d_name);
		snprintf(lock, sizeof(lock), "%s.lock", path);
		fd = take_lock(lock);
		if (fd < 0)
			continue;
		remove_all(path);
		unlink(lock);
		close(fd);
	}
	if (stream != NULL)
		closedir(stream);
}

static int lock_tree(struct git_cache *cache, struct berth_error *err)
{
	char path[4200];

	snprintf(path, sizeof(path), "%s.lock", cache->tree);
	cache->tree_lock = take_lock(path);
	return cache->tree_lock >= 0 ? 0 : berth_error_errno(err, errno, "lock", path);
}

int git_cache_take(struct git_cache *cache, struct berth_error *err)
{
	char lock[4200], trees[4200];
	struct stat info;

	snprintf(lock, sizeof(lock), "%s/lock", cache->folder);
	snprintf(trees, sizeof(trees), "%s/trees", cache->folder);
	if (private_folder_make(cache->tree) == -1)
		return berth_error_errno(err, errno, "make", cache->folder);
	cache->lock = take_lock(lock);
	if (cache->lock < 0 && errno == EWOULDBLOCK)
		return berth_error_set(
			err, BERTH_E_CONFLICT, 0, "another berth is getting the same repository");
	if (cache->lock < 0)
		return berth_error_errno(err, errno, "lock", lock);
	sweep(trees);
	cache->had_repository = stat(cache->repository, &info) == 0;
	return lock_tree(cache, err);
}

void git_cache_unlock(struct git_cache *cache)
{
	let_go(&cache->lock);
}

void git_cache_drop_tree(struct git_cache *cache)
{
	char lock[4200];

	remove_all(cache->tree);
	snprintf(lock, sizeof(lock), "%s.lock", cache->tree);
	unlink(lock);
	let_go(&cache->tree_lock);
}

void git_cache_drop_repository(struct git_cache *cache)
{
	remove_all(cache->repository);
	cache->had_repository = false;
}

void git_cache_drop_parts(const struct git_cache *cache)
{
	char packs[4200], path[4600];
	DIR *stream;
	const struct dirent *found;

	snprintf(packs, sizeof(packs), "%s/objects/pack", cache->repository);
	stream = opendir(packs);
	while (stream != NULL && (found = readdir(stream)) != NULL)
		if (strncmp(found->d_name, "tmp_", 4) == 0) {
			snprintf(path, sizeof(path), "%s/%s", packs, found->d_name);
			unlink(path);
		}
	if (stream != NULL)
		closedir(stream);
}

/*
 * Where clones are kept: $XDG_CACHE_HOME/berth/git/NAME-HASH, a folder a URL.
 *
 *   lock         held while the repository is changed
 *   repo.git     bare, fetched into again and again
 *   trees/ID     one run's files, and trees/ID.lock, held while they are used
 *
 * Everything here may be deleted while nobody uses it. All functions block: on a worker.
 */
#ifndef GIT_GIT_CACHE_H
#define GIT_GIT_CACHE_H

#include <stdbool.h>

#include <berth/error.h>

#include "git/git_url.h"

struct git_cache {
	char *folder, *repository, *tree;
	int lock;      /* -1: not held */
	int tree_lock; /* -1: not held */
	bool had_repository;
};

/* 0, or -1: neither XDG_CACHE_HOME nor HOME, memory. `id` names the run. */
int git_cache_init(struct git_cache *cache, const struct git_url *url, const char *id,
	struct berth_error *err);
/* Lets go of the locks. */
void git_cache_release(struct git_cache *cache);

/* Make the folders and take the lock, and take away what killed runs left. 0; CONFLICT if somebody
 * else has the lock. */
int git_cache_take(struct git_cache *cache, struct berth_error *err);
/* The repository is complete: others may have it. */
void git_cache_unlock(struct git_cache *cache);
/* Remove the run's files; with `all`, the repository too. */
void git_cache_drop_tree(struct git_cache *cache);
void git_cache_drop_repository(struct git_cache *cache);
/* Packs that an ended git had not received whole. */
void git_cache_drop_parts(const struct git_cache *cache);

#endif

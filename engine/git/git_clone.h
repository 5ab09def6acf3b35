/*
 * The files of a Git repository at one commit, by the git program: its credentials, its ssh, its
 * configuration. What is fetched stays in a cache (git_cache.h); the files are a work tree of their
 * own for each run, so that nobody changes them while an image is built.
 *
 * git never asks: neither for a password nor for a host's key.
 */
#ifndef GIT_GIT_CLONE_H
#define GIT_GIT_CLONE_H

#include <berth/error.h>
#include <berth/event.h>

#include "git/git_url.h"

struct git_clone;
struct git_tree;
struct uv_loop_s;

struct git_clone_setup {
	struct uv_loop_s *loop;
	const struct git_url *url; /* outlives the clone */
	const char *id; /* of the run, a name of a folder; borrowed until start returns */
	void (*progress)(void *context, double fraction); /* 0 to 1, never falls */
	void (*say)(void *context, enum berth_level level, const char *text);
	/* The tree is the callee's; NULL: `err` says why. Exactly once, also when cancelled. */
	void (*done)(void *context, struct git_tree *tree, const struct berth_error *err);
	void *context;
};

struct git_clone *git_clone_start(const struct git_clone_setup *setup, struct berth_error *err);
/* Ends git, and takes away what it had not finished. */
void git_clone_cancel(struct git_clone *clone);

/* NUL-terminated, valid UTF-8; what git does not say is "". */
struct git_commit {
	char hash[65];
	char author[128];
	char subject[256];
	char branch[256]; /* "" where it was a tag or a commit that was asked for */
};

const char *git_tree_folder(const struct git_tree *tree); /* absolute */
const struct git_commit *git_tree_commit(const struct git_tree *tree);

/* Remove the files, on a worker. `dropped` comes once, from the loop; if this fails, never, and the
 * files are removed by the next run of the same repository. */
int git_tree_drop(struct git_tree *tree, struct uv_loop_s *loop, void (*dropped)(void *context),
	void *context, struct berth_error *err);
/* Forget it; its files stay until the next run. */
void git_tree_abandon(struct git_tree *tree);

#endif

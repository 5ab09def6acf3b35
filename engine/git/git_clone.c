#include "git/git_clone.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <berth/text.h>

#include "base/trace.h"
#include "git/git_cache.h"
#include "git/git_command.h"
#include "git/git_refs.h"
#include "git/git_words.h"
#include "loop/program.h"
#include "loop/timer.h"
#include "loop/work.h"

enum { LOCK_PAUSE_MS = 250, GRACE_MS = 2000 };

/* In the order they are done. Each is a run of git but those that say worker. */
enum step {
	STEP_TAKE, /* worker: folders and lock */
	STEP_INIT,
	STEP_ORIGIN, /* where it comes from: submodules may be named relative to that */
	STEP_PRUNE,  /* of work trees that are gone */
	STEP_LIST,
	STEP_FETCH,
	STEP_FETCH_ALL, /* only if the server does not give that commit alone */
	STEP_DESCRIBE,
	STEP_CHECKOUT,
	STEP_MODULES,
	STEP_MODULES_ALL,
	STEP_CLEAN, /* worker: after a failure */
};

struct git_tree {
	struct git_cache cache;
	struct git_commit commit;
	void (*dropped)(void *context);
	void *context;
};

struct git_clone {
	struct git_clone_setup setup;
	struct git_tree *tree;
	enum step step;
	struct program *program;
	struct work *work;
	struct timer *timer;
	struct git_command command;
	struct git_refs refs;
	struct git_choice choice;
	struct git_words words;
	char fetched[400]; /* the name that what was fetched has in the cache */
	double fraction;
	unsigned described; /* lines */
	bool waits_said, rebuilt, complete, cancelled;
	struct berth_error error;
};

static void go(struct git_clone *clone, enum step step);

/* --- the end --- */

static void finish(struct git_clone *clone)
{
	struct git_tree *tree = clone->tree;
	bool failed = clone->error.code != BERTH_E_OK;

	if (failed) {
		git_tree_abandon(tree);
		tree = NULL;
	}
	timer_close(clone->timer);
	git_refs_release(&clone->refs);
	git_command_release(&clone->command);
	clone->setup.done(clone->setup.context, tree, failed ? &clone->error : NULL);
	free(clone);
}

static void fail(struct git_clone *clone)
{
	if (clone->cancelled)
		berth_error_set(&clone->error, BERTH_E_CANCELLED, 0, "cancelled on request");
	go(clone, STEP_CLEAN);
}

static void clean(void *context, const atomic_bool *cancelled)
{
	struct git_clone *clone = context;
	struct git_cache *cache = &clone->tree->cache;

	(void)cancelled;
	git_cache_drop_tree(cache);
	if (cache->lock < 0)
		return;
	git_cache_drop_parts(cache);
	if (!cache->had_repository && !clone->complete)
		git_cache_drop_repository(cache);
	git_cache_unlock(cache);
}

static void cleaned(void *context, bool cancelled)
{
	struct git_clone *clone = context;

	(void)cancelled;
	clone->work = NULL;
	finish(clone);
}

/* --- the lock --- */

static void take(void *context, const atomic_bool *cancelled)
{
	struct git_clone *clone = context;
	struct git_cache *cache = &clone->tree->cache;

	(void)cancelled;
	if (cache->lock >= 0) {
		git_cache_drop_tree(cache);
		git_cache_unlock(cache);
	}
	if (git_cache_take(cache, &clone->error) == 0 && clone->rebuilt)
		git_cache_drop_repository(cache);
}

static void retake(void *context)
{
	go(context, STEP_TAKE);
}

static void taken(void *context, bool cancelled)
{
	struct git_clone *clone = context;

	(void)cancelled;
	clone->work = NULL;
	if (clone->cancelled) {
		fail(clone);
	} else if (clone->error.code == BERTH_E_CONFLICT) {
		if (!clone->waits_said)
			clone->setup.say(clone->setup.context, BERTH_INFO,
				"Waiting for another berth that gets the same repository");
		clone->waits_said = true;
		berth_error_clear(&clone->error);
		timer_start(clone->timer, LOCK_PAUSE_MS);
	} else if (clone->error.code != BERTH_E_OK) {
		fail(clone);
	} else {
		go(clone, STEP_INIT);
	}
}

static void begin_work(struct git_clone *clone, work_run_fn *run, work_done_fn *done)
{
	struct berth_error err;

	clone->work = work_start(clone->setup.loop, run, done, clone, &err);
	if (clone->work != NULL)
		return;
	if (clone->error.code == BERTH_E_OK)
		clone->error = err;
	finish(clone);
}

/* --- git's output --- */

static void advance(struct git_clone *clone, double fraction)
{
	if (fraction <= clone->fraction)
		return;
	clone->fraction = fraction;
	clone->setup.progress(clone->setup.context, fraction);
}

/* %H, %an, %s, each on a line. */
static void describe(struct git_clone *clone, const char *line, size_t len)
{
	struct git_commit *commit = &clone->tree->commit;

	switch (clone->described++) {
	case 0:
		snprintf(commit->hash, sizeof(commit->hash), "%s", line);
		break;
	case 1:
		berth_utf8_copy(commit->author, sizeof(commit->author), line, len);
		break;
	case 2:
		berth_utf8_copy(commit->subject, sizeof(commit->subject), line, len);
		break;
	default:
		break;
	}
}

static void on_line(void *context, bool is_error, const char *line, size_t len)
{
	struct git_clone *clone = context;
	double fraction;

	if (!is_error) {
		if (clone->step == STEP_LIST)
			git_refs_line(&clone->refs, line);
		else if (clone->step == STEP_DESCRIBE)
			describe(clone, line, len);
		return;
	}
	/* Submodules are a clone of their own each. */
	if (clone->step < STEP_MODULES && git_words_progress(line, &fraction))
		advance(clone, fraction);
	if (!git_words_is_progress(line))
		git_words_note(&clone->words, line);
}

/* --- what each step says --- */

static int listed(struct git_clone *clone)
{
	if (clone->refs.failed)
		return berth_error_set(&clone->error, BERTH_E_LIMIT, 0,
			"the repository has more than %d branches and tags", GIT_REFS_MAX);
	if (git_refs_choose(&clone->refs, clone->setup.url->ref, &clone->choice, &clone->error) ==
		-1)
		return -1;
	snprintf(clone->tree->commit.branch, sizeof(clone->tree->commit.branch), "%s",
		clone->choice.branch);
	return 0;
}

static void described(struct git_clone *clone)
{
	const struct git_commit *commit = &clone->tree->commit;
	char text[512];

	clone->complete = true;
	snprintf(text, sizeof(text), "Commit %.12s by %s: %s", commit->hash, commit->author,
		commit->subject);
	clone->setup.say(clone->setup.context, BERTH_INFO, text);
}

static bool has_modules(const struct git_clone *clone)
{
	char path[4300];

	snprintf(path, sizeof(path), "%s/.gitmodules", clone->tree->cache.tree);
	return access(path, F_OK) == 0;
}

static void succeed(struct git_clone *clone)
{
	advance(clone, 1.0);
	git_cache_unlock(&clone->tree->cache);
	finish(clone);
}

static void step_succeeded(struct git_clone *clone)
{
	switch (clone->step) {
	case STEP_LIST:
		if (listed(clone) == -1)
			fail(clone);
		else
			go(clone, STEP_FETCH);
		break;
	case STEP_FETCH:
		go(clone, STEP_DESCRIBE);
		break;
	case STEP_DESCRIBE:
		described(clone);
		go(clone, STEP_CHECKOUT);
		break;
	case STEP_CHECKOUT:
		if (has_modules(clone))
			go(clone, STEP_MODULES);
		else
			succeed(clone);
		break;
	case STEP_MODULES:
	case STEP_MODULES_ALL:
		succeed(clone);
		break;
	default:
		go(clone, clone->step + 1);
	}
}

static void step_failed(struct git_clone *clone, int exit_status)
{
	char doing[GIT_URL_MAX + 64];
	bool is_local = clone->step != STEP_LIST;

	if (clone->step == STEP_FETCH && clone->choice.kind == GIT_REF_COMMIT &&
		git_words_is_unadvertised(&clone->words)) {
		clone->setup.say(clone->setup.context, BERTH_INFO,
			"The server does not give this commit alone: getting the whole history");
		go(clone, STEP_FETCH_ALL);
		return;
	}
	if (clone->step == STEP_MODULES && git_words_is_unadvertised(&clone->words)) {
		go(clone, STEP_MODULES_ALL);
		return;
	}
	/* It is a cache: what is damaged is got again, once. */
	if (is_local && clone->tree->cache.had_repository && !clone->rebuilt &&
		git_words_is_damage(&clone->words)) {
		clone->setup.say(clone->setup.context, BERTH_WARN,
			"What was kept of the repository is damaged: getting it anew");
		clone->rebuilt = true;
		clone->tree->commit = (struct git_commit){.hash = ""};
		clone->described = 0;
		git_refs_release(&clone->refs);
		go(clone, STEP_TAKE);
		return;
	}
	if (clone->step == STEP_DESCRIBE) {
		berth_error_set(&clone->error, BERTH_E_NOT_FOUND, 0,
			"the repository has no commit '%s'", clone->choice.name);
	} else {
		snprintf(doing, sizeof(doing), "%s '%.1024s'",
			clone->step >= STEP_MODULES ? "get the submodules of" : "get",
			clone->setup.url->url);
		git_words_error(&clone->words, exit_status, doing, &clone->error);
	}
	fail(clone);
}

static void on_done(void *context, int exit_status)
{
	struct git_clone *clone = context;

	clone->program = NULL;
	trace("git", "step %d ended with %d", clone->step, exit_status);
	if (clone->cancelled)
		fail(clone);
	else if (exit_status == 0)
		step_succeeded(clone);
	else
		step_failed(clone, exit_status);
}

/* --- what each step runs --- */

static int words_of_fetch(struct git_clone *clone)
{
	const struct git_choice *choice = &clone->choice;
	const char *kept = strncmp(choice->name, "refs/", 5) == 0 ? choice->name + 5 : choice->name;

	snprintf(clone->fetched, sizeof(clone->fetched), "refs/berth/%s", kept);
	return git_command_add(&clone->command, "fetch", "--progress", "--no-tags", "--force",
		       "--no-write-fetch-head", "--no-recurse-submodules", "--depth=1", "--",
		       "origin", NULL) == -1
		       ? -1
		       : git_command_addf(&clone->command, "+%s:%s", choice->name, clone->fetched);
}

static int words_of_step(struct git_clone *clone)
{
	struct git_command *command = &clone->command;
	const struct git_cache *cache = &clone->tree->cache;

	switch (clone->step) {
	case STEP_INIT:
		return git_command_add(command, "init", "--quiet", "--bare",
			"--template=", cache->repository, NULL);
	case STEP_ORIGIN:
		return git_command_add(
			command, "config", "remote.origin.url", clone->setup.url->url, NULL);
	case STEP_PRUNE:
		return git_command_add(command, "worktree", "prune", NULL);
	case STEP_LIST:
		return git_command_add(command, "ls-remote", "--symref", "--", "origin", NULL);
	case STEP_FETCH:
		return words_of_fetch(clone);
	case STEP_FETCH_ALL:
		snprintf(clone->fetched, sizeof(clone->fetched), "%s", clone->choice.name);
		return git_command_add(command, "fetch", "--progress", "--force",
			"--no-write-fetch-head", "--no-recurse-submodules", "--depth=2147483647",
			"--", "origin", "+refs/heads/*:refs/berth/heads/*",
			"+refs/tags/*:refs/berth/tags/*", NULL);
	case STEP_DESCRIBE:
		return git_command_add(command, "log", "-1", "--no-show-signature",
			       "--encoding=UTF-8", "--format=%H%n%an%n%s", NULL) == -1
			       ? -1
			       : git_command_addf(command, "%s^{commit}", clone->fetched);
	case STEP_CHECKOUT:
		return git_command_add(command, "worktree", "add", "--force", "--force", "--detach",
			"--", cache->tree, clone->tree->commit.hash, NULL);
	case STEP_MODULES:
		return git_command_add(command, "submodule", "update", "--init", "--recursive",
			"--progress", "--depth=1", NULL);
	case STEP_MODULES_ALL:
		return git_command_add(command, "submodule", "update", "--init", "--recursive",
			"--progress", NULL);
	default:
		return 0;
	}
}

static void run_git(struct git_clone *clone)
{
	const struct git_cache *cache = &clone->tree->cache;
	bool in_tree = clone->step >= STEP_MODULES;

	clone->words.count = 0;
	git_command_release(&clone->command);
	if (git_command_init(&clone->command, clone->setup.url,
		    in_tree || clone->step == STEP_INIT ? NULL : cache->repository) == 0 &&
		words_of_step(clone) == 0)
		clone->program = program_start(
			&(struct program_setup){
				.loop = clone->setup.loop,
				.argv = clone->command.argv,
				.env = clone->command.env,
				.folder = in_tree ? cache->tree : cache->folder,
				.line = on_line,
				.done = on_done,
				.context = clone,
			},
			&clone->error);
	else
		berth_error_set(&clone->error, BERTH_E_MEMORY, 0, "out of memory");
	if (clone->program != NULL)
		return;
	if (clone->error.code == BERTH_E_NOT_FOUND) {
		berth_error_set(&clone->error, BERTH_E_NOT_FOUND, 0, "there is no program 'git'");
		berth_error_hint(&clone->error, "install it: apt-get install git");
	}
	fail(clone);
}

static void go(struct git_clone *clone, enum step step)
{
	clone->step = step;
	if (step == STEP_TAKE)
		begin_work(clone, take, taken);
	else if (step == STEP_CLEAN)
		begin_work(clone, clean, cleaned);
	else
		run_git(clone);
}

/* --- from outside --- */

struct git_clone *git_clone_start(const struct git_clone_setup *setup, struct berth_error *err)
{
	struct git_clone *clone = calloc(1, sizeof(*clone));
	struct git_tree *tree = calloc(1, sizeof(*tree));

	if (clone == NULL || tree == NULL) {
		free(clone);
		free(tree);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	clone->setup = *setup;
	clone->setup.id = NULL;
	clone->tree = tree;
	git_refs_init(&clone->refs);
	clone->timer = timer_new(setup->loop, retake, clone, err);
	if (clone->timer == NULL ||
		git_cache_init(&tree->cache, setup->url, setup->id, err) == -1) {
		timer_close(clone->timer);
		free(tree);
		free(clone);
		return NULL;
	}
	clone->work = work_start(setup->loop, take, taken, clone, err);
	if (clone->work == NULL) {
		timer_close(clone->timer);
		git_tree_abandon(tree);
		free(clone);
		return NULL;
	}
	return clone;
}

void git_clone_cancel(struct git_clone *clone)
{
	if (clone->cancelled)
		return;
	clone->cancelled = true;
	if (clone->program != NULL) {
		program_end(clone->program, SIGTERM, GRACE_MS);
	} else if (clone->work == NULL) {
		timer_stop(clone->timer);
		fail(clone);
	}
}

const char *git_tree_folder(const struct git_tree *tree)
{
	return tree->cache.tree;
}

const struct git_commit *git_tree_commit(const struct git_tree *tree)
{
	return &tree->commit;
}

static void drop(void *context, const atomic_bool *cancelled)
{
	struct git_tree *tree = context;

	(void)cancelled;
	git_cache_drop_tree(&tree->cache);
}

static void dropped(void *context, bool cancelled)
{
	struct git_tree *tree = context;
	void (*tell)(void *) = tree->dropped;
	void *tell_context = tree->context;

	(void)cancelled;
	git_tree_abandon(tree);
	tell(tell_context);
}

int git_tree_drop(struct git_tree *tree, struct uv_loop_s *loop, void (*tell)(void *context),
	void *context, struct berth_error *err)
{
	tree->dropped = tell;
	tree->context = context;
	if (work_start(loop, drop, dropped, tree, err) != NULL)
		return 0;
	git_tree_abandon(tree);
	return -1;
}

void git_tree_abandon(struct git_tree *tree)
{
	git_cache_release(&tree->cache);
	free(tree);
}

/* cloning: the source is a Git repository. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "git/git_clone.h"
#include "target/docker/docker_target.h"

struct cloned {
	struct git_url url;
	struct git_clone *clone;
	struct git_tree *tree; /* NULL until it is there */
};

static void on_progress(void *context, double fraction)
{
	struct docker_target *t = context;

	if (!t->closing)
		plan_advance(&t->plan, STAGE_SOURCE, 0.95 * fraction, NULL, 0);
}

static void on_say(void *context, enum berth_level level, const char *text)
{
	struct docker_target *t = context;

	if (!t->closing)
		plan_log(&t->plan, STAGE_SOURCE, level, "%s", text);
}

static void cloned(void *context, struct git_tree *tree, const struct berth_error *err)
{
	struct docker_target *t = context;

	t->cloned->clone = NULL;
	t->cloned->tree = tree;
	if (!flight_land(t, SLOT_CLONE))
		return;
	if (err != NULL) {
		docker_target_fail(t, STAGE_SOURCE, err);
		return;
	}
	t->source = git_tree_folder(tree);
	source_is_there(t);
}

static void cancel_clone(void *handle)
{
	git_clone_cancel(handle);
}

void clone_begin(struct docker_target *t)
{
	struct berth_error err = {0};

	t->cloned = calloc(1, sizeof(*t->cloned));
	if (t->cloned == NULL) {
		docker_target_failf(t, STAGE_SOURCE, BERTH_E_MEMORY, NULL, "out of memory");
		return;
	}
	if (git_url_parse(&t->cloned->url, t->request->git, &err) == -1) {
		docker_target_fail(t, STAGE_SOURCE, &err);
		return;
	}
	plan_begin(&t->plan, STAGE_SOURCE, "Cloning '%s'%s%s", t->cloned->url.url,
		t->cloned->url.ref != NULL ? " at " : "",
		t->cloned->url.ref != NULL ? t->cloned->url.ref : "");
	t->cloned->clone = git_clone_start(&(struct git_clone_setup){.loop = t->setup.loop,
						   .url = &t->cloned->url,
						   .id = t->setup.deployment_id,
						   .progress = on_progress,
						   .say = on_say,
						   .done = cloned,
						   .context = t},
		&err);
	flight_start(t, SLOT_CLONE, t->cloned->clone, cancel_clone, STAGE_SOURCE, &err);
}

static void dropped(void *context)
{
	(void)context;
}

void clone_release(struct docker_target *t)
{
	if (t->cloned == NULL)
		return;
	/* What is not removed now is by the next run of the same repository. */
	if (t->cloned->tree != NULL)
		git_tree_drop(t->cloned->tree, t->setup.loop, dropped, NULL, NULL);
	git_url_release(&t->cloned->url);
	free(t->cloned);
	t->cloned = NULL;
}

size_t clone_labels(const struct docker_target *t, struct container_label labels[CLONE_LABELS])
{
	if (t->cloned == NULL || t->cloned->tree == NULL)
		return 0;
	labels[0] = (struct container_label){
		"org.opencontainers.image.revision", git_tree_commit(t->cloned->tree)->hash};
	labels[1] = (struct container_label){"org.opencontainers.image.source", t->cloned->url.url};
	return 2;
}

static char *copy(const char *text)
{
	return text[0] != '\0' ? strdup(text) : NULL;
}

void clone_report(const struct docker_target *t, struct berth_result *result)
{
	const struct git_commit *commit;
	char text[320];

	if (t->cloned == NULL || t->cloned->tree == NULL)
		return;
	commit = git_tree_commit(t->cloned->tree);
	result->source = (struct berth_source){
		.repository = strdup(t->cloned->url.url),
		.commit = copy(commit->hash),
		.subject = copy(commit->subject),
		.author = copy(commit->author),
		.branch = copy(commit->branch),
	};
	snprintf(text, sizeof(text), "%.12s %s", commit->hash, commit->subject);
	berth_result_add_detail(result, "Source", "Repository", t->cloned->url.url);
	berth_result_add_detail(result, "Source", "Commit", text);
	if (commit->branch[0] != '\0')
		berth_result_add_detail(result, "Source", "Branch", commit->branch);
}

#include "session/left.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/private_folder.h"
#include "docker/client.h"
#include "journal/journal_run.h"
#include "loop/work.h"
#include "target/docker/docker_look.h"
#include "target/target.h"

struct asked {
	struct left *left;
	size_t index;
	struct docker *docker;
	struct docker_look *look; /* NULL: answered */
};

struct left {
	struct uv_loop_s *loop;
	struct net *net;
	char *folder;
	bool searching, closing;
	struct journal_run *runs;
	size_t count;
	struct berth_left *found;
	struct asked *asked;
	size_t out; /* questions not answered yet */
	struct berth_error error;
	int status;
	berth_left_fn *done;
	void *context;
	void (*closed)(void *context);
	void *closed_context;
};

char *berth_runs_folder(struct berth_error *err)
{
	return state_path("runs", err);
}

const char *berth_recovery_name(enum berth_recovery recovery)
{
	static const char *const names[] = {
		[BERTH_FINISH] = "finish",
		[BERTH_PUT_BACK] = "put back",
		[BERTH_LEAVE] = "leave",
	};

	_Static_assert(sizeof(names) / sizeof(names[0]) == BERTH_RECOVERY_COUNT, "a name each");
	return names[recovery];
}

struct left *left_new(
	struct uv_loop_s *loop, struct net *net, const char *folder, struct berth_error *err)
{
	struct left *left = calloc(1, sizeof(*left));

	if (left != NULL)
		left->folder = strdup(folder);
	if (left == NULL || left->folder == NULL) {
		free(left);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	left->loop = loop;
	left->net = net;
	return left;
}

const char *left_folder(const struct left *left)
{
	return left->folder;
}

static void forget(struct left *left)
{
	journal_runs_free(left->runs, left->count);
	free(left->found);
	free(left->asked);
	left->runs = NULL;
	left->found = NULL;
	left->asked = NULL;
	left->count = 0;
}

static void finish_close(struct left *left)
{
	void (*closed)(void *) = left->closed;
	void *context = left->closed_context;

	forget(left);
	free(left->folder);
	free(left);
	closed(context);
}

void left_close(struct left *left, void (*closed)(void *context), void *context)
{
	left->closing = true;
	left->closed = closed;
	left->closed_context = context;
	if (!left->searching) {
		finish_close(left);
		return;
	}
	for (size_t i = 0; left->asked != NULL && i < left->count; i++)
		if (left->asked[i].look != NULL)
			docker_look_cancel(left->asked[i].look);
}

static void finish(struct left *left, const struct berth_error *err)
{
	left->searching = false;
	left->done(left->context, left->found, left->found != NULL ? left->count : 0, err);
	if (left->closing)
		finish_close(left);
}

/* --- one of them --- */

static void answered(void *context, const struct docker_left *there, const struct berth_error *err)
{
	struct asked *asked = context;
	struct left *left = asked->left;
	struct berth_left *found = &left->found[asked->index];
	struct recovery recovery;

	asked->look = NULL;
	docker_free(asked->docker);
	asked->docker = NULL;
	if (err != NULL) {
		found->error = *err;
	} else {
		recovery_decide(&recovery, &left->runs[asked->index], there);
		found->known = true;
		found->can = recovery.can;
		found->safe = recovery.safe;
		snprintf(found->found, sizeof(found->found), "%s", recovery.found);
	}
	if (--left->out == 0)
		finish(left, NULL);
}

static void ask(struct left *left, size_t i)
{
	struct asked *asked = &left->asked[i];
	struct berth_error *err = &left->found[i].error;

	*asked = (struct asked){.left = left, .index = i};
	asked->docker = docker_of_left(left->net, &left->runs[i], err);
	if (asked->docker == NULL)
		return;
	asked->look = docker_look_start(asked->docker, &left->runs[i], answered, asked, err);
	if (asked->look != NULL) {
		left->out++;
		return;
	}
	docker_free(asked->docker);
	asked->docker = NULL;
}

/* True if its engine is to be asked. */
static bool describe(struct berth_left *found, const struct journal_run *run)
{
	const struct berth_deployment *request = run->request;
	const struct target_ops *ops = request != NULL ? target_find(request->kind) : NULL;

	*found = (struct berth_left){
		.deployment_id = run->id,
		.name = request != NULL ? request->name : run->id,
		.target = request != NULL ? request->target : "",
		.container = request != NULL ? request->container : NULL,
		.place = run->place,
		.who = run->who,
		.host = run->host,
		.pid = run->pid,
		.since_ms = run->since_ms,
		.held = run->held,
		.kept = run->held && run->kept,
		.can = 1u << BERTH_LEAVE,
		.safe = BERTH_LEAVE,
	};
	if (!run->held && (ops == NULL || ops->recover == NULL))
		berth_error_set(&found->error, BERTH_E_PROTOCOL, 0,
			"its journal can't be understood: a newer version of berth may have "
			"written it");
	return !run->held && ops != NULL && ops->recover != NULL;
}

/* --- all --- */

static void on_worker(void *context, const atomic_bool *cancelled)
{
	struct left *left = context;

	(void)cancelled;
	left->status = journal_runs(left->folder, &left->runs, &left->count, &left->error);
}

static void read_all(void *context, bool cancelled)
{
	struct left *left = context;

	(void)cancelled;
	if (left->status == 0) {
		left->found = calloc(left->count + 1, sizeof(*left->found));
		left->asked = calloc(left->count + 1, sizeof(*left->asked));
		if (left->found == NULL || left->asked == NULL)
			left->status = berth_error_set(
				&left->error, BERTH_E_MEMORY, 0, "out of memory");
	}
	if (left->status == -1) {
		finish(left, &left->error);
		return;
	}
	for (size_t i = 0; i < left->count; i++)
		if (describe(&left->found[i], &left->runs[i]) && !left->closing)
			ask(left, i);
	if (left->out == 0)
		finish(left, NULL);
}

int left_find(struct left *left, berth_left_fn *done, void *context, struct berth_error *err)
{
	if (left->searching || left->closing)
		return berth_error_set(
			err, BERTH_E_CONFLICT, 0, "what is in flight is being looked for");
	forget(left);
	left->done = done;
	left->context = context;
	left->error = (struct berth_error){0};
	if (work_start(left->loop, on_worker, read_all, left, err) == NULL)
		return -1;
	left->searching = true;
	return 0;
}

const struct journal_run *left_get(
	const struct left *left, const char *deployment_id, struct berth_error *err)
{
	for (size_t i = 0; i < left->count; i++)
		if (strcmp(left->runs[i].id, deployment_id) == 0 && left->runs[i].request != NULL)
			return &left->runs[i];
	berth_error_set(err, BERTH_E_NOT_FOUND, 0, "no deployment %.8s was cut off", deployment_id);
	return NULL;
}

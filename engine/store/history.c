/* What is asked of the history, one job a question. */
#include <berth/history.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/private_folder.h"
#include "log/log_store.h"
#include "store/db.h"
#include "store/query.h"
#include "store/remove.h"
#include "store/store.h"
#include "store/usual.h"

char *berth_history_path(struct berth_error *err)
{
	return state_path("history.db", err);
}

static int out_of_memory(struct berth_error *err)
{
	return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

static char *copy(const char *text, bool *failed)
{
	char *copied = text != NULL ? strdup(text) : NULL;

	*failed = *failed || (text != NULL && copied == NULL);
	return copied;
}

/* --- a list --- */

struct list {
	struct store_job job;
	struct berth_history_query query;
	char *text, *target, *name;
	struct berth_past_run *runs;
	size_t count;
	bool more;
	berth_past_runs_fn *done;
	void *context;
};

static void list_free(struct list *list)
{
	free(list->text);
	free(list->target);
	free(list->name);
	free(list);
}

static int list_run(
	struct store_job *job, struct db *db, const atomic_bool *closing, struct berth_error *err)
{
	struct list *list = (struct list *)job;

	(void)closing;
	if (db == NULL)
		return 0;
	return query_list(db, &list->query, &list->runs, &list->count, &list->more, err);
}

static void list_done(struct store_job *job, const struct berth_error *err)
{
	struct list *list = (struct list *)job;

	if (err != NULL) {
		berth_past_runs_free(list->runs, list->count);
		list->done(list->context, NULL, 0, false, err);
	} else {
		list->done(list->context, list->runs, list->count, list->more, NULL);
	}
	list_free(list);
}

int berth_history_list(struct berth_history *history, const struct berth_history_query *query,
	berth_past_runs_fn *done, void *context, struct berth_error *err)
{
	struct list *list = calloc(1, sizeof(*list));
	bool failed = false;

	if (list == NULL)
		return out_of_memory(err);
	list->job = (struct store_job){.run = list_run, .done = list_done};
	list->done = done;
	list->context = context;
	list->query = *query;
	list->query.text = list->text = copy(query->text, &failed);
	list->query.target = list->target = copy(query->target, &failed);
	list->query.name = list->name = copy(query->name, &failed);
	if (failed)
		out_of_memory(err);
	if (!failed && store_ask(history, &list->job, err) == 0)
		return 0;
	list_free(list);
	return -1;
}

/* --- one run --- */

struct find {
	struct store_job job;
	char *id;
	struct berth_past_run *run;
	berth_past_run_fn *done;
	void *context;
};

static int find_run(
	struct store_job *job, struct db *db, const atomic_bool *closing, struct berth_error *err)
{
	struct find *find = (struct find *)job;

	(void)closing;
	if (db == NULL)
		return berth_error_set(err, BERTH_E_NOT_FOUND, 0,
			"there is no run '%s': none is recorded", find->id);
	find->run = query_find(db, find->id, err);
	return find->run != NULL ? 0 : -1;
}

static void find_done(struct store_job *job, const struct berth_error *err)
{
	struct find *find = (struct find *)job;

	find->done(find->context, find->run, err);
	free(find->id);
	free(find);
}

int berth_history_find(struct berth_history *history, const char *id, berth_past_run_fn *done,
	void *context, struct berth_error *err)
{
	struct find *find = calloc(1, sizeof(*find));
	bool failed = false;

	if (find == NULL)
		return out_of_memory(err);
	find->job = (struct store_job){.run = find_run, .done = find_done};
	find->id = copy(id, &failed);
	find->done = done;
	find->context = context;
	if (failed)
		out_of_memory(err);
	if (!failed && store_ask(history, &find->job, err) == 0)
		return 0;
	free(find->id);
	free(find);
	return -1;
}

/* --- deleting --- */

struct drop {
	struct store_job job;
	int64_t number;
	berth_history_done_fn *done;
	void *context;
};

static int drop_found(struct db *db, const struct berth_past_run *run, struct berth_error *err)
{
	if (run->state == BERTH_PAST_RUNNING)
		return berth_error_set(
			err, BERTH_E_CONFLICT, 0, "run %lld is under way", (long long)run->number);
	if (remove_run(db, run->number, run->log, err) == 0)
		return 0;
	berth_error_wrap(err, "cannot delete run %lld", (long long)run->number);
	return -1;
}

static int drop_run(
	struct store_job *job, struct db *db, const atomic_bool *closing, struct berth_error *err)
{
	struct drop *drop = (struct drop *)job;
	struct berth_past_run *run;
	char id[24];
	int status;

	(void)closing;
	snprintf(id, sizeof(id), "%lld", (long long)drop->number);
	if (db == NULL)
		return berth_error_set(err, BERTH_E_NOT_FOUND, 0, "there is no run '%s'", id);
	run = query_find(db, id, err);
	if (run == NULL)
		return -1;
	status = drop_found(db, run, err);
	berth_past_run_free(run);
	return status;
}

static void drop_done(struct store_job *job, const struct berth_error *err)
{
	struct drop *drop = (struct drop *)job;

	drop->done(drop->context, err);
	free(drop);
}

int berth_history_delete(struct berth_history *history, int64_t number, berth_history_done_fn *done,
	void *context, struct berth_error *err)
{
	struct drop *drop = calloc(1, sizeof(*drop));

	if (drop == NULL)
		return out_of_memory(err);
	drop->job = (struct store_job){.run = drop_run, .done = drop_done};
	drop->number = number;
	drop->done = done;
	drop->context = context;
	if (store_ask(history, &drop->job, err) == 0)
		return 0;
	free(drop);
	return -1;
}

/* --- what is usual --- */

struct usual {
	struct store_job job;
	char *target, *image, *name;
	struct berth_past_usual found;
	berth_history_usual_fn *done;
	void *context;
};

static void usual_free(struct usual *usual)
{
	free(usual->target);
	free(usual->image);
	free(usual->name);
	free(usual);
}

static int usual_run(
	struct store_job *job, struct db *db, const atomic_bool *closing, struct berth_error *err)
{
	struct usual *usual = (struct usual *)job;

	(void)closing;
	if (db == NULL)
		return 0;
	return usual_find(db, usual->target, usual->image, usual->name, &usual->found, err);
}

static void usual_done(struct store_job *job, const struct berth_error *err)
{
	struct usual *usual = (struct usual *)job;

	usual->done(usual->context, err == NULL ? &usual->found : NULL, err);
	usual_free(usual);
}

int berth_history_usual(struct berth_history *history, const char *target, const char *image,
	const char *name, berth_history_usual_fn *done, void *context, struct berth_error *err)
{
	struct usual *usual = calloc(1, sizeof(*usual));
	bool failed = false;

	if (usual == NULL)
		return out_of_memory(err);
	usual->job = (struct store_job){.run = usual_run, .done = usual_done};
	usual->target = copy(target, &failed);
	usual->image = copy(image, &failed);
	usual->name = copy(name, &failed);
	usual->done = done;
	usual->context = context;
	if (failed)
		out_of_memory(err);
	if (!failed && store_ask(history, &usual->job, err) == 0)
		return 0;
	usual_free(usual);
	return -1;
}

/* --- a log --- */

struct opening {
	struct berth_history *history;
	berth_history_log_fn *opened;
	void *context;
};

static void log_opened(void *context, struct berth_log *log, const struct berth_error *err)
{
	struct opening *opening = context;
	struct berth_history *history = opening->history;

	opening->opened(opening->context, log, err);
	free(opening);
	if (log == NULL)
		store_release(history);
}

int berth_history_open_log(struct berth_history *history, const char *path,
	berth_history_log_fn *opened, void *context, struct berth_error *err)
{
	struct opening *opening = calloc(1, sizeof(*opening));

	if (opening == NULL)
		return out_of_memory(err);
	*opening = (struct opening){history, opened, context};
	if (log_store_open(store_loop(history), path, log_opened, opening, err) == -1) {
		free(opening);
		return -1;
	}
	store_hold(history);
	return 0;
}

static void log_closed(void *context)
{
	store_release(context);
}

void berth_history_close_log(struct berth_history *history, struct berth_log *log)
{
	log_store_close(log, log_closed, history);
}

/* A search through the logs of all runs: the database says which there are, then one after the
 * other is looked through on a worker of its own, beside the one that has the database. */
#include <stdlib.h>
#include <string.h>

#include "loop/work.h"
#include "store/db.h"
#include "store/log_scan.h"
#include "store/store.h"

/* Then the loop hears of it. */
enum { LOGS_A_TURN = 64 };

struct place {
	int64_t number;
	char *log, *name;
};

struct berth_history_search {
	struct store_job job;
	struct berth_history *history;
	struct berth_pattern *pattern;
	berth_history_hit_fn *hit;
	berth_history_done_fn *done;
	void *context;
	struct place *places;
	size_t count, capacity, at;
	atomic_bool stop;
	char *room;

	struct berth_history_hit found; /* of the worker while it looks, with what follows */
	struct berth_error error;
};

static int add_place(struct berth_history_search *search, sqlite3_stmt *row)
{
	if (search->count == search->capacity) {
		size_t capacity = search->capacity ? search->capacity * 2 : 64;
		struct place *places = realloc(search->places, capacity * sizeof(*places));

		if (places == NULL)
			return -1;
		search->places = places;
		search->capacity = capacity;
	}
	search->places[search->count] = (struct place){
		db_number(row, 0), db_text(row, 1), db_text(row, 2)};
	return search->places[search->count++].log != NULL ? 0 : -1;
}

static int find_places(
	struct store_job *job, struct db *db, const atomic_bool *closing, struct berth_error *err)
{
	static const char sql[] = "SELECT number, log, name FROM runs WHERE log IS NOT NULL"
				  " AND NOT log_removed ORDER BY number DESC";
	struct berth_history_search *search = (struct berth_history_search *)job;
	struct berth_error cause;
	sqlite3_stmt *rows;
	int status = 0;

	(void)closing;
	if (db == NULL)
		return 0;
	rows = db_prepare(db, sql, err);
	if (rows == NULL)
		return -1;
	while (status == 0 && db_step(db, rows, &cause))
		status = add_place(search, rows);
	sqlite3_finalize(rows);
	return status == 0 ? 0 : berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
}

static void finish(struct berth_history_search *search, const struct berth_error *err)
{
	struct berth_history *history = search->history;

	search->done(search->context, err);
	for (size_t i = 0; i < search->count; i++) {
		free(search->places[i].log);
		free(search->places[i].name);
	}
	free(search->places);
	berth_pattern_free(search->pattern);
	free(search->room);
	free(search);
	store_release(history);
}

static bool is_stopped(void *context)
{
	struct berth_history_search *search = context;

	return atomic_load(&search->stop) || store_closing(search->history);
}

/* To the next log that has it, or a while. One that can't be read ends nothing but itself. */
static void scan_some(void *context, const atomic_bool *cancelled)
{
	struct berth_history_search *search = context;

	(void)cancelled;
	search->found.lines = 0;
	for (int i = 0; i < LOGS_A_TURN && search->at < search->count && search->found.lines == 0 &&
			!is_stopped(search);
		i++) {
		const struct place *place = &search->places[search->at++];

		search->found = (struct berth_history_hit){
			.number = place->number, .name = place->name};
		if (log_scan(place->log, search->room, search->pattern, is_stopped, search,
			    &search->found, &search->error) == 0)
			continue;
		free(search->found.line.text);
		search->found = (struct berth_history_hit){0};
	}
}

static void scanned(void *context, bool cancelled);

static void scan_next(struct berth_history_search *search)
{
	if (is_stopped(search)) {
		berth_error_set(&search->error, BERTH_E_CANCELLED, 0, "the search was stopped");
		finish(search, &search->error);
		return;
	}
	if (search->at == search->count) {
		finish(search, NULL);
		return;
	}
	if (work_start(store_loop(search->history), scan_some, scanned, search, &search->error) ==
		NULL)
		finish(search, &search->error);
}

static void scanned(void *context, bool cancelled)
{
	struct berth_history_search *search = context;

	(void)cancelled;
	if (search->found.lines > 0) {
		if (!is_stopped(search))
			search->hit(search->context, &search->found);
		free(search->found.line.text);
	}
	scan_next(search);
}

static void places_found(struct store_job *job, const struct berth_error *err)
{
	struct berth_history_search *search = (struct berth_history_search *)job;

	if (err != NULL)
		finish(search, err);
	else
		scan_next(search);
}

struct berth_history_search *berth_history_search_logs(struct berth_history *history,
	const char *text, unsigned flags, berth_history_hit_fn *hit, berth_history_done_fn *done,
	void *context, struct berth_error *err)
{
	struct berth_pattern *pattern = berth_pattern_new(text, flags, err);
	struct berth_history_search *search = pattern != NULL ? calloc(1, sizeof(*search)) : NULL;

	if (pattern != NULL && search == NULL)
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (search == NULL) {
		berth_pattern_free(pattern);
		return NULL;
	}
	search->job = (struct store_job){.run = find_places, .done = places_found};
	search->history = history;
	search->pattern = pattern;
	search->hit = hit;
	search->done = done;
	search->context = context;
	search->room = malloc(LOG_SCAN_ROOM);
	atomic_init(&search->stop, false);
	if (search->room == NULL)
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	else if (store_ask(history, &search->job, err) == 0) {
		store_hold(history);
		return search;
	}
	berth_pattern_free(pattern);
	free(search->room);
	free(search);
	return NULL;
}

void berth_history_search_stop(struct berth_history_search *search)
{
	atomic_store(&search->stop, true);
}

/* The record of runs: what is written comes back, whatever happens to the file meanwhile. */
#include "unit/tree.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <berth/history.h>
#include <berth/search.h>

#include "store/store.h"
#include "support/loop_wait.h"

struct fixture {
	struct tree tree;
	uv_loop_t loop;
	struct berth_history *history;
	char path[96];
	bool closed;

	unsigned troubles, unrecorded;
	char trouble[768], why[768];
	/* The last answer. */
	bool answered;
	struct berth_past_run *runs, *run;
	size_t count;
	bool more;
	struct berth_error error;
};

static void on_trouble(void *context, const char *id, const struct berth_error *err)
{
	struct fixture *f = context;

	assert_non_null(id);
	f->troubles++;
	snprintf(f->trouble, sizeof(f->trouble), "%s", err->message);
}

static void on_unrecorded(void *context, unsigned runs, const struct berth_error *why)
{
	struct fixture *f = context;

	f->unrecorded = runs;
	snprintf(f->why, sizeof(f->why), "%s", why->message);
}

static void on_closed(void *context)
{
	((struct fixture *)context)->closed = true;
}

static void open_history(struct fixture *f)
{
	f->closed = false;
	f->history = store_new(&(struct store_setup){.loop = &f->loop,
				       .path = f->path,
				       .trouble = on_trouble,
				       .unrecorded = on_unrecorded,
				       .context = f},
		NULL);
	assert_non_null(f->history);
}

static void close_history(struct fixture *f)
{
	berth_history_close(f->history, on_closed, f);
	LOOP_UNTIL(&f->loop, f->closed);
	f->history = NULL;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	tree_init(&f->tree);
	snprintf(f->path, sizeof(f->path), "%s/state/history.db", f->tree.path);
	assert_int_equal(uv_loop_init(&f->loop), 0);
	open_history(f);
	*state = f;
	return 0;
}

static void forget_answer(struct fixture *f)
{
	berth_past_runs_free(f->runs, f->count);
	berth_past_run_free(f->run);
	f->runs = f->run = NULL;
	f->count = 0;
	f->answered = false;
	f->error = (struct berth_error){0};
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	if (f->history != NULL)
		close_history(f);
	forget_answer(f);
	LOOP_CLOSE(&f->loop);
	tree_release(&f->tree);
	free(f);
	return 0;
}

/* --- asking --- */

static void on_runs(void *context, struct berth_past_run *runs, size_t count, bool more,
	const struct berth_error *err)
{
	struct fixture *f = context;

	f->runs = runs;
	f->count = count;
	f->more = more;
	f->answered = true;
	if (err != NULL)
		f->error = *err;
}

static void on_run(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct fixture *f = context;

	f->run = run;
	f->answered = true;
	if (err != NULL)
		f->error = *err;
}

static void on_done(void *context, const struct berth_error *err)
{
	on_run(context, NULL, err);
}

static void list(struct fixture *f, struct berth_history_query query)
{
	forget_answer(f);
	assert_int_equal(berth_history_list(f->history, &query, on_runs, f, NULL), 0);
	assert_false(f->answered);
	LOOP_UNTIL(&f->loop, f->answered);
}

static void list_all(struct fixture *f)
{
	list(f, (struct berth_history_query){.outcome = -1, .limit = 100});
}

static void find(struct fixture *f, const char *id)
{
	forget_answer(f);
	assert_int_equal(berth_history_find(f->history, id, on_run, f, NULL), 0);
	LOOP_UNTIL(&f->loop, f->answered);
}

static void drop(struct fixture *f, int64_t number)
{
	forget_answer(f);
	assert_int_equal(berth_history_delete(f->history, number, on_done, f, NULL), 0);
	LOOP_UNTIL(&f->loop, f->answered);
}

/* Everything that was put is written, or can't be. */
static void settle(struct fixture *f)
{
	list(f, (struct berth_history_query){.outcome = -1, .limit = 1});
}

/* --- records --- */

static struct record *make(const char *id, const char *name, const char *secret)
{
	struct record *record = record_new();
	struct berth_variable env[] = {{.name = (char[]){"TOKEN"}, .value = (char *)secret}};
	struct berth_deployment request = {.target = (char[]){"local"},
		.kind = (char[]){"docker"},
		.name = (char *)name,
		.image = (char[]){"web:1.4"},
		.env = env,
		.env_count = secret != NULL ? 1 : 0};

	assert_non_null(record);
	record->request = berth_deployment_copy(&request);
	record->run.deployment_id = strdup(id);
	record->run.name = strdup(name);
	record->run.target = strdup("local");
	record->run.kind = strdup("docker");
	record->run.image = strdup("web:1.4");
	record->run.started_ms = 1763634600000;
	record->run.state = BERTH_PAST_RUNNING;
	record->run.stages = calloc(BERTH_PAST_STAGES_MAX, sizeof(*record->run.stages));
	return record;
}

static void finish(struct record *record, enum berth_outcome outcome)
{
	record->run.state = BERTH_PAST_ENDED;
	record->run.outcome = outcome;
	record->run.finished_ms = record->run.started_ms + 1500;
	record->run.duration_ms = 1500;
	record->run.message = strdup("it is 100% done");
	record->run.end = strdup("{\"type\":\"result\"}");
}

static void put_ended(struct fixture *f, const char *id, const char *name)
{
	struct record *record = make(id, name, NULL);

	finish(record, BERTH_DEPLOYED);
	store_put(f->history, record);
}

static void put_many(struct fixture *f, int count, int64_t started_ms)
{
	for (int i = 1; i <= count; i++) {
		char id[40], name[16], log[128];
		struct record *record;

		snprintf(id, sizeof(id), "%08x-0000-4000-8000-000000000000", i * 7919);
		snprintf(name, sizeof(name), "run-%d", i);
		record = make(id, name, NULL);
		record->run.started_ms = started_ms;
		finish(record, i % 3 == 0 ? BERTH_FAILED : BERTH_DEPLOYED);
		snprintf(log, sizeof(log), "logs/%d.log", i);
		tree_text(&f->tree, log, "0123456789");
		snprintf(log, sizeof(log), "%s/logs/%d.log", f->tree.path, i);
		record->run.log = strdup(log);
		store_put(f->history, record);
	}
}

static bool is_there(const struct fixture *f, const char *name)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/%s", f->tree.path, name);
	return access(path, F_OK) == 0;
}

static bool file_holds(const char *path, const char *suffix, const char *text)
{
	static char bytes[4 << 20];
	char name[128];
	FILE *file;
	size_t len;

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	file = fopen(name, "re");
	if (file == NULL)
		return false;
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	return memmem(bytes, len, text, strlen(text)) != NULL;
}

/* --- tests --- */

static void no_history_is_an_empty_one(void **state)
{
	struct fixture *f = *state;

	list_all(f);
	assert_int_equal(f->count, 0);
	assert_int_equal(f->error.code, BERTH_E_OK);
	find(f, "web");
	assert_int_equal(f->error.code, BERTH_E_NOT_FOUND);
	assert_false(is_there(f, "state"));
}

static void every_field_comes_back(void **state)
{
	struct fixture *f = *state;
	struct record *record = make("11111111-aaaa", "web", "hunter2hunter2");

	record->run.container = strdup("web-1");
	record->run.image_digest = strdup("sha256:ab");
	record->run.stages[0] = (struct berth_past_stage){"validating", 0, 120};
	record->run.stages[1] = (struct berth_past_stage){"pulling_image", 120, -1};
	record->run.stage_count = 2;
	finish(record, BERTH_LEFT_BEHIND);
	store_put(f->history, record);
	find(f, "1");
	assert_non_null(f->run);
	assert_int_equal(f->run->number, 1);
	assert_string_equal(f->run->deployment_id, "11111111-aaaa");
	assert_string_equal(f->run->name, "web");
	assert_string_equal(f->run->container, "web-1");
	assert_string_equal(f->run->image_digest, "sha256:ab");
	assert_string_equal(f->run->message, "it is 100% done");
	assert_string_equal(f->run->end, "{\"type\":\"result\"}");
	assert_int_equal(f->run->state, BERTH_PAST_ENDED);
	assert_int_equal(f->run->outcome, BERTH_LEFT_BEHIND);
	assert_int_equal(f->run->finished_ms, 1763634601500);
	assert_int_equal(f->run->duration_ms, 1500);
	assert_string_equal(f->run->version, BERTH_VERSION);
	assert_true(f->run->who[0] != '\0' && f->run->host[0] != '\0');
	assert_int_equal(f->run->stage_count, 2);
	assert_string_equal(f->run->stages[1].name, "pulling_image");
	assert_int_equal(f->run->stages[0].ended_ms, 120);
	assert_int_equal(f->run->stages[1].ended_ms, -1);
	assert_non_null(strstr(f->run->request, "\"image\":\"web:1.4\""));
}

static void the_files_are_private(void **state)
{
	struct fixture *f = *state;
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	mode_t mask = umask(0);

	put_ended(f, "11111111-aaaa", "web");
	settle(f);
	umask(mask);
	for (size_t i = 0; i < 3; i++) {
		struct stat info;
		char name[128];

		snprintf(name, sizeof(name), "%s%s", f->path, suffixes[i]);
		assert_int_equal(stat(name, &info), 0);
		assert_int_equal(info.st_mode & 0777, 0600);
	}
}

static char *fingerprint(struct fixture *f, const char *id)
{
	char *at;

	find(f, id);
	assert_non_null(f->run);
	at = strstr(f->run->request, "\"TOKEN\":\"hmac:");
	assert_non_null(at);
	return strndup(at + 14, 16);
}

static void secrets_are_fingerprints_and_equal_ones_are_equal(void **state)
{
	struct fixture *f = *state;
	char *first, *same, *other;

	store_put(f->history, make("11111111-aaaa", "web", "hunter2hunter2"));
	store_put(f->history, make("22222222-aaaa", "web", "hunter2hunter2"));
	store_put(f->history, make("33333333-aaaa", "web", "hunter3hunter3"));
	first = fingerprint(f, "1");
	same = fingerprint(f, "2");
	other = fingerprint(f, "3");
	assert_int_equal(strlen(first), 16);
	assert_string_equal(first, same);
	assert_string_not_equal(first, other);
	assert_true(file_holds(f->path, "-wal", first));
	assert_false(file_holds(f->path, "-wal", "hunter"));
	assert_false(file_holds(f->path, "", "hunter"));
	free(first);
	free(same);
	free(other);
}

static void another_database_has_another_key(void **state)
{
	struct fixture *f = *state;
	char *first, *second;

	store_put(f->history, make("11111111-aaaa", "web", "hunter2hunter2"));
	first = fingerprint(f, "1");
	close_history(f);
	strcpy(strrchr(f->path, '.'), ".db2");
	open_history(f);
	store_put(f->history, make("11111111-aaaa", "web", "hunter2hunter2"));
	second = fingerprint(f, "1");
	assert_string_not_equal(first, second);
	free(first);
	free(second);
}

static void a_later_record_takes_the_place_of_an_earlier_one(void **state)
{
	struct fixture *f = *state;
	struct record *record = make("11111111-aaaa", "web", NULL);

	store_put(f->history, make("11111111-aaaa", "web", NULL));
	settle(f);
	record->run.stages[0] = (struct berth_past_stage){"validating", 0, -1};
	record->run.stage_count = 1;
	store_put(f->history, record);
	settle(f);
	put_ended(f, "11111111-aaaa", "web");
	put_ended(f, "22222222-aaaa", "api");
	list_all(f);
	assert_int_equal(f->count, 2);
	assert_int_equal(f->runs[0].number, 2);
	assert_string_equal(f->runs[0].name, "api");
	assert_int_equal(f->runs[1].number, 1);
	assert_int_equal(f->runs[1].state, BERTH_PAST_ENDED);
}

static void it_is_all_there_the_next_time(void **state)
{
	struct fixture *f = *state;

	put_ended(f, "11111111-aaaa", "web");
	close_history(f);
	assert_int_equal(f->unrecorded, 0);
	open_history(f);
	list_all(f);
	assert_int_equal(f->count, 1);
	assert_string_equal(f->runs[0].name, "web");
	assert_int_equal(f->troubles, 0);
}

static void a_run_without_an_end_runs_as_long_as_its_log_is_held(void **state)
{
	struct fixture *f = *state;
	struct record *record = make("11111111-aaaa", "web", NULL);
	char log[128];
	int fd;

	tree_text(&f->tree, "logs/a.log", "x");
	snprintf(log, sizeof(log), "%s/logs/a.log", f->tree.path);
	record->run.log = strdup(log);
	store_put(f->history, record);
	fd = open(log, O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	find(f, "1");
	assert_int_equal(f->run->state, BERTH_PAST_RUNNING);
	drop(f, 1);
	assert_int_equal(f->error.code, BERTH_E_CONFLICT);
	close(fd);
	find(f, "1");
	assert_int_equal(f->run->state, BERTH_PAST_INTERRUPTED);
	drop(f, 1);
	assert_int_equal(f->error.code, BERTH_E_OK);
	assert_false(is_there(f, "logs/a.log"));
}

static void runs_are_found_by_number_id_beginning_or_name(void **state)
{
	struct fixture *f = *state;

	put_ended(f, "0aaaaaaa-1", "web");
	put_ended(f, "0aaaaaaa-2", "web");
	put_ended(f, "0bbbbbbb-3", "api");
	find(f, "0aaaaaaa-1");
	assert_int_equal(f->run->number, 1);
	find(f, "web");
	assert_int_equal(f->run->number, 2);
	find(f, "0bbbbbbb");
	assert_int_equal(f->run->number, 3);
	find(f, "0aaaaaaa");
	assert_null(f->run);
	assert_int_equal(f->error.code, BERTH_E_NOT_FOUND);
	find(f, "4");
	assert_string_equal(f->error.message, "there is no run '4'");
	find(f, "0%");
	assert_null(f->run);
}

static void a_list_comes_in_pages(void **state)
{
	struct fixture *f = *state;

	put_many(f, 25, 1763634600000);
	list(f, (struct berth_history_query){.outcome = -1, .limit = 10});
	assert_int_equal(f->count, 10);
	assert_true(f->more);
	assert_int_equal(f->runs[0].number, 25);
	list(f, (struct berth_history_query){.outcome = -1, .limit = 10, .before = 6});
	assert_int_equal(f->count, 5);
	assert_false(f->more);
	assert_int_equal(f->runs[4].number, 1);
}

static void a_list_is_searched_and_filtered(void **state)
{
	struct fixture *f = *state;

	put_many(f, 12, 1763634600000);
	list(f, (struct berth_history_query){.outcome = -1, .limit = 100, .text = "RUN-1"});
	assert_int_equal(f->count, 4);
	list(f, (struct berth_history_query){.outcome = -1, .limit = 100, .text = "100%"});
	assert_int_equal(f->count, 12);
	list(f, (struct berth_history_query){.outcome = -1, .limit = 100, .text = "1_0"});
	assert_int_equal(f->count, 0);
	list(f, (struct berth_history_query){.outcome = BERTH_FAILED, .limit = 100});
	assert_int_equal(f->count, 4);
	list(f, (struct berth_history_query){.outcome = -1, .limit = 100, .name = "run-1"});
	assert_int_equal(f->count, 1);
	list(f, (struct berth_history_query){.outcome = -1, .limit = 100, .target = "prod"});
	assert_int_equal(f->count, 0);
}

static void deleting_takes_the_log_along(void **state)
{
	struct fixture *f = *state;

	put_many(f, 2, 1763634600000);
	drop(f, 1);
	assert_int_equal(f->error.code, BERTH_E_OK);
	assert_false(is_there(f, "logs/1.log"));
	assert_true(is_there(f, "logs/2.log"));
	list_all(f);
	assert_int_equal(f->count, 1);
	drop(f, 1);
	assert_int_equal(f->error.code, BERTH_E_NOT_FOUND);
	put_ended(f, "22222222-aaaa", "api");
	find(f, "api");
	assert_int_equal(f->run->number, 3);
}

static void nothing_but_a_log_is_ever_removed(void **state)
{
	struct fixture *f = *state;
	struct record *record = make("11111111-aaaa", "web", NULL);
	char path[128];

	tree_text(&f->tree, "precious", "x");
	snprintf(path, sizeof(path), "%s/precious", f->tree.path);
	record->run.log = strdup(path);
	finish(record, BERTH_DEPLOYED);
	store_put(f->history, record);
	drop(f, 1);
	assert_int_equal(f->error.code, BERTH_E_OK);
	assert_true(is_there(f, "precious"));
}

static void old_runs_beyond_the_newest_go(void **state)
{
	struct fixture *f = *state;

	put_many(f, 6, 1763634600000);
	settle(f);
	store_keep(f->history, &(struct berth_history_rules){.runs = 2, .days = 36500});
	list_all(f);
	assert_int_equal(f->count, 6);
	store_keep(f->history, &(struct berth_history_rules){.runs = 4, .days = 0});
	list_all(f);
	assert_int_equal(f->count, 4);
	assert_int_equal(f->runs[3].number, 3);
	assert_false(is_there(f, "logs/2.log"));
	assert_true(is_there(f, "logs/3.log"));
	store_keep(f->history, &(struct berth_history_rules){.runs = BERTH_HISTORY_RUNS});
	list_all(f);
	assert_int_equal(f->count, 4);
}

static void logs_beyond_their_bound_go_oldest_first_and_their_runs_stay(void **state)
{
	struct fixture *f = *state;
	char log[128];
	int fd;

	put_many(f, 6, 1763634600000);
	snprintf(log, sizeof(log), "%s/logs/2.log", f->tree.path);
	fd = open(log, O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	store_keep(f->history, &(struct berth_history_rules){.runs = 500, .log_bytes = 30});
	list_all(f);
	close(fd);
	assert_int_equal(f->count, 6);
	assert_false(is_there(f, "logs/1.log"));
	assert_true(is_there(f, "logs/2.log")); /* in use */
	assert_false(is_there(f, "logs/3.log"));
	assert_true(is_there(f, "logs/4.log"));
	assert_true(f->runs[5].log_removed);
	assert_false(f->runs[4].log_removed);
	assert_false(f->runs[2].log_removed);
	store_keep(f->history, &(struct berth_history_rules){.runs = 500, .log_bytes = 1});
	settle(f);
	assert_true(is_there(f, "logs/6.log")); /* the newest */
	assert_false(is_there(f, "logs/5.log"));
}

/* --- what is usual --- */

static void put_stages(
	struct fixture *f, int n, const char *image, enum berth_outcome outcome, int64_t pull_ms)
{
	struct record *record;
	char id[40];

	snprintf(id, sizeof(id), "%08x-usual", n);
	record = make(id, "web", NULL);
	free(record->run.image);
	record->run.image = image != NULL ? strdup(image) : NULL;
	record->run.stages[0] = (struct berth_past_stage){"queued", 0, 60000};
	record->run.stages[1] = (struct berth_past_stage){"validating", 60000, 60100};
	record->run.stages[2] = (struct berth_past_stage){"pulling_image", 60100, 60100 + pull_ms};
	record->run.stage_count = 3;
	finish(record, outcome);
	store_put(f->history, record);
}

static void on_usual(
	void *context, const struct berth_past_usual *usual, const struct berth_error *err)
{
	assert_null(err);
	*(struct berth_past_usual *)context = *usual;
	((struct berth_past_usual *)context)->runs += 1000;
}

static struct berth_past_usual usual(struct fixture *f, const char *image)
{
	struct berth_past_usual usual = {0};

	assert_int_equal(
		berth_history_usual(f->history, "local", image, "web", on_usual, &usual, NULL), 0);
	LOOP_UNTIL(&f->loop, usual.runs >= 1000);
	usual.runs -= 1000;
	return usual;
}

static void the_usual_time_is_that_of_what_went_well(void **state)
{
	struct fixture *f = *state;
	struct berth_past_usual found = usual(f, "web:1");

	assert_int_equal(found.runs, 0);
	for (int i = 0; i < 10; i++)
		put_stages(f, i, "web:1", BERTH_DEPLOYED, 1000 * (i + 1));
	put_stages(f, 10, "web:1", BERTH_FAILED, 900000);
	put_stages(f, 11, "web:2", BERTH_DEPLOYED, 900000);
	put_stages(f, 12, NULL, BERTH_DEPLOYED, 7000);
	found = usual(f, "web:1");
	assert_int_equal(found.runs, 10);
	assert_int_equal(found.stage_count, 2);
	assert_string_equal(found.stages[0].name, "validating");
	assert_string_equal(found.stages[1].name, "pulling_image");
	assert_int_equal(found.stages[1].low_ms, 2000);
	assert_int_equal(found.stages[1].typical_ms, 6000);
	assert_int_equal(found.stages[1].high_ms, 9000);
	found = usual(f, NULL);
	assert_int_equal(found.runs, 1);
	assert_int_equal(found.stages[1].typical_ms, 7000);
	for (int i = 20; i < 45; i++)
		put_stages(f, i, "web:1", BERTH_DEPLOYED, 500);
	found = usual(f, "web:1");
	assert_int_equal(found.runs, 20);
	assert_int_equal(found.stages[1].high_ms, 500);
}

/* --- logs --- */

struct hits {
	struct berth_history_hit list[8];
	char text[8][64];
	unsigned count;
	bool done;
	enum berth_code code;
	struct berth_history_search *stop_at_first;
};

static void on_hit(void *context, const struct berth_history_hit *hit)
{
	struct hits *hits = context;

	assert_true(hits->count < 8);
	snprintf(hits->text[hits->count], sizeof(hits->text[0]), "%s", hit->line.text);
	hits->list[hits->count++] = *hit;
	if (hits->stop_at_first != NULL)
		berth_history_search_stop(hits->stop_at_first);
}

static void on_searched(void *context, const struct berth_error *err)
{
	struct hits *hits = context;

	assert_false(hits->done);
	hits->done = true;
	hits->code = err != NULL ? err->code : BERTH_E_OK;
}

/* Longer than what is read at once; the needle is in every 5000th line. */
static void write_log(struct fixture *f, const char *name, int lines)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/logs/%s", f->tree.path, name);
	file = fopen(path, "we");
	assert_non_null(file);
	for (int i = 0; i < lines; i++)
		fprintf(file, "2026-11-20T10:30:00.%03dZ info  stdout health_check %s %d\n",
			i % 1000, i % 5000 == 4999 ? "Connection \x1b[31mrefused" : "all is well",
			i);
	fclose(file);
}

static void logs_are_searched_newest_first(void **state)
{
	struct fixture *f = *state;
	struct hits hits = {0};

	put_many(f, 3, 1763634600000);
	write_log(f, "1.log", 30000);
	write_log(f, "2.log", 100);
	write_log(f, "3.log", 5001);
	assert_non_null(berth_history_search_logs(
		f->history, "connection refused", 0, on_hit, on_searched, &hits, NULL));
	LOOP_UNTIL(&f->loop, hits.done);
	assert_int_equal(hits.code, BERTH_E_OK);
	assert_int_equal(hits.count, 2);
	assert_int_equal(hits.list[0].number, 3);
	assert_int_equal(hits.list[0].lines, 1);
	assert_int_equal(hits.list[1].number, 1);
	assert_int_equal(hits.list[1].lines, 6);
	assert_int_equal(hits.list[1].first, 4999);
	assert_int_equal(hits.list[1].line.time_ms % 1000, 999);
	assert_string_equal(hits.list[1].line.stage, "health_check");
	assert_string_equal(hits.text[1], "Connection \x1b[31mrefused 4999");
}

/* The stage stands in the file, and is not what was said. */
static void only_what_was_said_is_searched(void **state)
{
	struct fixture *f = *state;
	struct hits hits = {0};
	struct berth_error err;

	put_many(f, 1, 1763634600000);
	write_log(f, "1.log", 100);
	assert_non_null(berth_history_search_logs(
		f->history, "health_check", 0, on_hit, on_searched, &hits, NULL));
	LOOP_UNTIL(&f->loop, hits.done);
	assert_int_equal(hits.count, 0);
	assert_null(berth_history_search_logs(
		f->history, "(", BERTH_PATTERN_REGEX, on_hit, on_searched, &hits, &err));
	assert_int_equal(err.code, BERTH_E_USAGE);
}

static void a_search_is_stopped_or_ends_with_the_history(void **state)
{
	struct fixture *f = *state;
	struct hits hits = {0};

	put_many(f, 2, 1763634600000);
	write_log(f, "1.log", 5000);
	write_log(f, "2.log", 5000);
	hits.stop_at_first = berth_history_search_logs(
		f->history, "refused", 0, on_hit, on_searched, &hits, NULL);
	LOOP_UNTIL(&f->loop, hits.done);
	assert_int_equal(hits.count, 1);
	assert_int_equal(hits.code, BERTH_E_CANCELLED);
	hits = (struct hits){0};
	assert_non_null(berth_history_search_logs(
		f->history, "refused", 0, on_hit, on_searched, &hits, NULL));
	close_history(f);
	assert_true(hits.done);
	assert_int_equal(hits.code, BERTH_E_CANCELLED);
}

static void the_last_lines_come_with_the_run(void **state)
{
	struct fixture *f = *state;

	put_many(f, 1, 1763634600000);
	write_log(f, "1.log", 4);
	find(f, "1");
	assert_int_equal(f->run->tail_count, 4);
	assert_string_equal(f->run->tail[0].text, "all is well 0");
	write_log(f, "1.log", 5001);
	find(f, "1");
	assert_int_equal(f->run->tail_count, BERTH_PAST_TAIL_MAX);
	assert_string_equal(f->run->tail[0].text, "all is well 4991");
	assert_string_equal(f->run->tail[9].text, "all is well 5000");
	assert_string_equal(f->run->tail[9].stage, "health_check");
	tree_text(&f->tree, "logs/1.log", "");
	find(f, "1");
	assert_int_equal(f->run->tail_count, 0);
}

static void on_log(void *context, struct berth_log *log, const struct berth_error *err)
{
	assert_null(err);
	*(struct berth_log **)context = log;
}

static void a_log_that_is_open_stays(void **state)
{
	struct fixture *f = *state;
	struct berth_log *log = NULL;
	struct berth_log_line line;
	char path[128];

	put_many(f, 1, 1763634600000);
	write_log(f, "1.log", 5001);
	snprintf(path, sizeof(path), "%s/logs/1.log", f->tree.path);
	assert_int_equal(berth_history_open_log(f->history, path, on_log, &log, NULL), 0);
	LOOP_UNTIL(&f->loop, log != NULL);
	assert_int_equal(berth_log_end(log), 5001);
	drop(f, 1);
	assert_int_equal(f->error.code, BERTH_E_CONFLICT);
	assert_true(berth_log_get(log, 4999, &line));
	berth_history_close_log(f->history, log);
	close_history(f);
	open_history(f);
	drop(f, 1);
	assert_int_equal(f->error.code, BERTH_E_OK);
}

/* --- what can be wrong with the file --- */

static void damage(struct fixture *f, long at)
{
	static char junk[8192];
	FILE *file = fopen(f->path, "r+e");

	memset(junk, 0x5a, sizeof(junk));
	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_equal(fwrite(junk, sizeof(junk), 1, file), 1);
	assert_int_equal(fclose(file), 0);
}

static unsigned count_aside(const struct fixture *f)
{
	char path[192];
	unsigned count = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/state", f->tree.path);
	folder = opendir(path);
	assert_non_null(folder);
	for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
		count += strncmp(entry->d_name, "history.db.damaged-", 19) == 0;
	closedir(folder);
	return count;
}

static void a_file_that_is_no_database_is_set_aside(void **state)
{
	struct fixture *f = *state;

	tree_text(&f->tree, "state/history.db", "this is a letter to my bank, and no database\n");
	list_all(f);
	assert_int_equal(f->error.code, BERTH_E_PROTOCOL);
	assert_int_equal(count_aside(f), 0);
	put_ended(f, "11111111-aaaa", "web");
	list_all(f);
	assert_int_equal(f->count, 1);
	assert_int_equal(f->troubles, 1);
	assert_non_null(strstr(f->trouble, "set aside as 'history.db.damaged-"));
	assert_int_equal(count_aside(f), 1);
}

static void a_damaged_database_is_set_aside(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db;

	put_many(f, 100, 1763634600000);
	close_history(f);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	for (long at = 4096; at < 12 * 4096; at += 8192)
		damage(f, at);
	open_history(f);
	put_ended(f, "22222222-aaaa", "api");
	list_all(f);
	assert_int_equal(f->count, 1);
	assert_string_equal(f->runs[0].name, "api");
	assert_int_equal(f->troubles, 1);
	assert_true(count_aside(f) >= 1);
	close_history(f);
	assert_int_equal(f->unrecorded, 0);
}

static sqlite3 *lock_database(struct fixture *f)
{
	sqlite3 *other;

	assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	return other;
}

static void what_a_lock_held_up_is_written_at_the_end(void **state)
{
	struct fixture *f = *state;
	sqlite3 *other;

	put_ended(f, "11111111-aaaa", "web");
	settle(f);
	other = lock_database(f);
	put_ended(f, "22222222-aaaa", "api");
	LOOP_UNTIL(&f->loop, f->troubles == 1);
	assert_non_null(strstr(f->trouble, "is locked by another program"));
	put_ended(f, "33333333-aaaa", "job");
	settle(f);
	assert_int_equal(f->troubles, 1);
	assert_int_equal(f->count, 1);
	sqlite3_close(other);
	close_history(f);
	assert_int_equal(f->unrecorded, 0);
	open_history(f);
	list_all(f);
	assert_int_equal(f->count, 3);
	assert_string_equal(f->runs[0].name, "job");
}

static void what_could_not_be_recorded_is_counted(void **state)
{
	struct fixture *f = *state;
	sqlite3 *other;

	put_ended(f, "11111111-aaaa", "web");
	settle(f);
	other = lock_database(f);
	put_ended(f, "22222222-aaaa", "api");
	put_ended(f, "33333333-aaaa", "job");
	put_ended(f, "33333333-aaaa", "job");
	close_history(f);
	assert_int_equal(f->unrecorded, 2);
	assert_non_null(strstr(f->why, "is locked by another program"));
	sqlite3_close(other);
}

static void a_full_disk_is_told_once(void **state)
{
	struct fixture *f = *state;
	struct rlimit all, small;

	put_ended(f, "11111111-aaaa", "web");
	settle(f);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &all);
	small = all;
	small.rlim_cur = 4096;
	setrlimit(RLIMIT_FSIZE, &small);
	put_ended(f, "22222222-aaaa", "api");
	settle(f);
	put_ended(f, "33333333-aaaa", "job");
	settle(f);
	setrlimit(RLIMIT_FSIZE, &all);
	assert_int_equal(f->troubles, 1);
	assert_non_null(strstr(f->trouble, "there is no room for it"));
	close_history(f);
	assert_int_equal(f->unrecorded, 0);
}

static void a_folder_that_can_not_be_written_is_told(void **state)
{
	struct fixture *f = *state;
	bool root = geteuid() == 0;

	assert_int_equal(chmod(f->tree.path, root ? 0755 : 0555), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	put_ended(f, "11111111-aaaa", "web");
	close_history(f);
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(f->tree.path, 0755), 0);
	assert_int_equal(f->troubles, 1);
	assert_non_null(strstr(f->trouble, strerror(EACCES)));
	assert_int_equal(f->unrecorded, 1);
}

static void a_history_of_a_newer_berth_is_left_alone(void **state)
{
	struct fixture *f = *state;
	sqlite3 *other;

	put_ended(f, "11111111-aaaa", "web");
	close_history(f);
	assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(other, "INSERT INTO migrations VALUES(9, 0)", NULL, NULL, NULL), 0);
	sqlite3_close(other);
	open_history(f);
	put_ended(f, "22222222-aaaa", "api");
	list_all(f);
	assert_int_equal(f->error.code, BERTH_E_LIMIT);
	close_history(f);
	assert_int_equal(f->unrecorded, 1);
	assert_non_null(strstr(f->why, "newer berth"));
	assert_int_equal(count_aside(f), 0);
}

static void a_history_that_was_taken_away_is_begun_anew(void **state)
{
	struct fixture *f = *state;

	put_ended(f, "11111111-aaaa", "web");
	settle(f);
	unlink(f->path);
	put_ended(f, "22222222-aaaa", "api");
	list_all(f);
	assert_int_equal(f->count, 1);
	assert_string_equal(f->runs[0].name, "api");
}

static void two_consoles_write_into_one_history(void **state)
{
	struct fixture *f = *state;
	struct fixture other = {.tree = f->tree};

	strcpy(other.path, f->path);
	assert_int_equal(uv_loop_init(&other.loop), 0);
	open_history(&other);
	for (int i = 0; i < 20; i++) {
		char id[40];

		snprintf(id, sizeof(id), "%08x-a", i);
		put_ended(f, id, "web");
		snprintf(id, sizeof(id), "%08x-b", i);
		put_ended(&other, id, "api");
		loop_turn(&f->loop);
		loop_turn(&other.loop);
	}
	close_history(&other);
	LOOP_CLOSE(&other.loop);
	list_all(f);
	assert_int_equal(f->count, 40);
	assert_int_equal(f->troubles + other.troubles, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(no_history_is_an_empty_one),
		TEST(every_field_comes_back),
		TEST(the_files_are_private),
		TEST(secrets_are_fingerprints_and_equal_ones_are_equal),
		TEST(another_database_has_another_key),
		TEST(a_later_record_takes_the_place_of_an_earlier_one),
		TEST(it_is_all_there_the_next_time),
		TEST(a_run_without_an_end_runs_as_long_as_its_log_is_held),
		TEST(runs_are_found_by_number_id_beginning_or_name),
		TEST(a_list_comes_in_pages),
		TEST(a_list_is_searched_and_filtered),
		TEST(deleting_takes_the_log_along),
		TEST(nothing_but_a_log_is_ever_removed),
		TEST(old_runs_beyond_the_newest_go),
		TEST(logs_beyond_their_bound_go_oldest_first_and_their_runs_stay),
		TEST(the_usual_time_is_that_of_what_went_well),
		TEST(logs_are_searched_newest_first),
		TEST(only_what_was_said_is_searched),
		TEST(a_search_is_stopped_or_ends_with_the_history),
		TEST(the_last_lines_come_with_the_run),
		TEST(a_log_that_is_open_stays),
		TEST(a_file_that_is_no_database_is_set_aside),
		TEST(a_damaged_database_is_set_aside),
		TEST(what_a_lock_held_up_is_written_at_the_end),
		TEST(what_could_not_be_recorded_is_counted),
		TEST(a_full_disk_is_told_once),
		TEST(a_folder_that_can_not_be_written_is_told),
		TEST(a_history_of_a_newer_berth_is_left_alone),
		TEST(a_history_that_was_taken_away_is_begun_anew),
		TEST(two_consoles_write_into_one_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

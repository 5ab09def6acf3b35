/*
 * Which repository is meant, from the server's list of those it has cloned, and whether it has a
 * record of it. The list of records fails as soon as it would hold one (500, "Internal Server
 * Error"): then the records are asked for one by one.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "loop/timer.h"
#include "target/deployer/deployer.h"

#define LIST_MAX     480
#define SCAN_MISSING 16 /* ids in a row that are not there: there are no more */
#define SCAN_MAX     2000

/* --- the repository --- */

/* How well a repository fits; 0: not at all. */
static int fit(const struct deployer *t, const json_t *repo)
{
	const struct berth_deployment *request = t->run.request;
	const char *name = server_text_at(repo, "name"), *path = server_text_at(repo, "path");
	const char *last = name != NULL ? strrchr(name, '/') : NULL;
	char safe[DEPLOYER_NAME_MAX];

	if (name != NULL && strcmp(name, request->name) == 0)
		return 4;
	if (path != NULL && strcmp(path, request->folder) == 0)
		return 3;
	if (name == NULL)
		return 0;
	deployer_safe_name(safe, name);
	if (strcmp(safe, t->name) == 0)
		return 2;
	deployer_safe_name(safe, last != NULL ? last + 1 : name);
	return strcmp(safe, t->name) == 0;
}

/* "acme/shop (3), acme/api (4)": those that fit so well, or all. */
static void name_them(const struct deployer *t, const json_t *list, int wanted, struct buf *out)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *repo = json_array_get(list, i);
		const char *name = server_text_at(repo, "name");

		if (name == NULL || (wanted > 0 && fit(t, repo) != wanted))
			continue;
		if (buf_addf(out, NULL, "%s%s (%lld)", out->len > 0 ? ", " : "", name,
			    server_number_at(repo, "id", -1)) < 0)
			return;
	}
}

static void not_found(struct deployer *t, const json_t *list, int best)
{
	const char *name = t->run.request->name;
	struct berth_error err = {0};
	struct buf names;

	buf_init(&names, LIST_MAX);
	name_them(t, list, best, &names);
	if (best > 0)
		berth_error_set(&err, BERTH_E_CONFLICT, 0,
			"'%.100s' may be several repositories of the server: %s", name, names.data);
	else if (names.len == 0)
		berth_error_set(&err, BERTH_E_NOT_FOUND, 0,
			"there is no repository '%.100s' on the server: it lists none", name);
	else
		berth_error_set(&err, BERTH_E_NOT_FOUND, 0,
			"there is no repository '%.100s' on the server; it has %s", name,
			names.data);
	berth_error_hint(&err, "--name as the server has it, or --repo-id NUMBER");
	buf_release(&names);
	deployer_end_refused(t, BERTH_REJECTED, &err);
}

static void take_repos(struct deployer *t, const json_t *list)
{
	size_t count = 0;
	int best = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *repo = json_array_get(list, i);
		int64_t id = server_number_at(repo, "id", -1);
		int here = id >= 0 ? fit(t, repo) : 0;

		if (here == 0 || here < best)
			continue;
		count = here > best ? 1 : count + 1;
		best = here;
		t->repo_id = id;
	}
	if (count == 1)
		deployer_detect(t);
	else
		not_found(t, list, best);
}

static void repos_given(struct deployer *t, const struct server_said *answer)
{
	struct berth_error err = answer->err;

	if (err.code == BERTH_E_OK) {
		take_repos(t, answer->data);
		return;
	}
	berth_error_wrap(&err, "the server does not tell which repositories it has");
	if (err.code == BERTH_E_REFUSED || err.code == BERTH_E_NOT_FOUND)
		berth_error_hint(&err, "give the repository's number: --repo-id NUMBER");
	deployer_end_refused(
		t, err.code == BERTH_E_NOT_FOUND ? BERTH_UNREACHED : server_outcome_of(&err), &err);
}

void deployer_find(struct deployer *t)
{
	if (strcmp(t->name, t->run.request->name) != 0)
		server_run_say(&t->run, BERTH_INFO,
			"It is called '%s' there: Docker takes no other names", t->name);
	if (t->repo_id > 0)
		deployer_detect(t);
	else
		deployer_call(t, "GET", NULL, repos_given, DEPLOYER_REPOS_ROUTE);
}

/* --- its record --- */

static bool is_ours(const struct deployer *t, const struct deployer_row *row)
{
	return row->repo_id == t->repo_id && strcmp(row->name, t->name) == 0;
}

/* It is being built, or was when the server ended: its time tells. */
static bool is_under_way(const struct deployer_row *row)
{
	int64_t since = row->started_ms > 0 ? row->started_ms : row->created_ms;
	int64_t age = clock_unix_ms() - since;

	return row->state == DEPLOYER_BUILDS && since > 0 && age < deployer_pace.build_ms;
}

static void use(struct deployer *t, const struct deployer_row *row)
{
	struct berth_error err = {0};

	t->id = row->id;
	t->before = *row;
	if (is_under_way(row)) {
		berth_error_set(&err, BERTH_E_CONFLICT, 0,
			"deployment %" PRId64 " of '%s' is being built already", t->id, t->name);
		berth_error_hint(&err, "follow it: berth watch %.100s %" PRId64,
			t->run.request->target, t->id);
		deployer_end_refused(t, BERTH_REJECTED, &err);
		return;
	}
	if (row->state == DEPLOYER_BUILDS)
		server_run_say(&t->run, BERTH_WARN,
			"Deployment %" PRId64 " of '%s' was left in the middle of a build", t->id,
			t->name);
	server_run_say(&t->run, BERTH_INFO,
		"'%s' is deployment %" PRId64 " already (%s): it is started again", t->name, t->id,
		row->status);
	deployer_begin(t);
}

static void scan(struct deployer *t);

static void scanned(struct deployer *t, const struct server_said *answer)
{
	struct deployer_row row;

	if (answer->status == 0 || answer->err.code == BERTH_E_DENIED) {
		deployer_end_refused(t, BERTH_UNREACHED, &answer->err);
		return;
	}
	if (deployer_row_read(&row, answer->data)) {
		t->missing = 0;
		if (is_ours(t, &row)) {
			use(t, &row);
			return;
		}
	} else {
		t->missing++;
	}
	t->scanned++;
	if (t->missing >= SCAN_MISSING || t->scanned > SCAN_MAX)
		deployer_create(t);
	else
		scan(t);
}

static void scan(struct deployer *t)
{
	deployer_call(t, "GET", NULL, scanned, DEPLOYER_ROUTE "%" PRId64, t->scanned);
}

static void listed(struct deployer *t, const struct server_said *answer)
{
	struct deployer_row row;

	if (answer->status == 0 || answer->err.code == BERTH_E_DENIED) {
		deployer_end_refused(t, BERTH_UNREACHED, &answer->err);
		return;
	}
	if (answer->err.code != BERTH_E_OK || !json_is_array(answer->data)) {
		server_run_say(&t->run, BERTH_DEBUG,
			"The server can't list its deployments (%d): they are asked for one by one",
			answer->status);
		t->scanned = 1;
		t->missing = 0;
		scan(t);
		return;
	}
	for (size_t i = 0; i < json_array_size(answer->data); i++)
		if (deployer_row_read(&row, json_array_get(answer->data, i)) && is_ours(t, &row)) {
			use(t, &row);
			return;
		}
	deployer_create(t);
}

void deployer_look_up(struct deployer *t)
{
	deployer_call(t, "GET", NULL, listed, DEPLOYER_ROUTE "repo/%" PRId64, t->repo_id);
}

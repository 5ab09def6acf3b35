/* What it is, its record, and the request that is answered when all is done. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "target/deployer/deployer.h"

#define BODY_MAX 65536

/* It gives one answer for all of it. */
static const char not_created[] =
	"it has no repository of that number, or its name or the next port is taken by another "
	"record, which a restart of the server makes likely: the server's own output tells which";

/* An answer that is no yes, before anything began. */
static void refuse(struct deployer *t, const struct server_said *answer, const char *what)
{
	struct berth_error err = answer->err;
	enum berth_outcome outcome = err.number >= 500 && err.code != BERTH_E_BROKEN
					     ? BERTH_FAILED
					     : server_outcome_of(&err);

	if (strstr(answer->why, "Failed to create deployment") != NULL)
		berth_error_hint(&err, "%s", not_created);
	/* FastAPI has only these two words for a route it does not have. */
	if (err.number == 404 || err.number == 405) {
		outcome = BERTH_UNREACHED;
		berth_error_hint(&err, "is that " DEPLOYER_WHO "? Check the target's url and kind");
	}
	berth_error_wrap(&err, "%s", what);
	deployer_end_refused(t, outcome, &err);
}

static char *body_of(const struct deployer *t, bool named)
{
	struct json_writer out;

	json_writer_init(&out, BODY_MAX);
	json_write_open(&out, '{');
	json_write_key(&out, "repo_id");
	json_write_integer(&out, t->repo_id);
	if (named) {
		json_write_key(&out, "repo_name");
		json_write_text(&out, t->name);
	}
	json_write_key(&out, "repo_path");
	json_write_text(&out, t->run.request->folder);
	json_write_close(&out, '}');
	return json_writer_take(&out);
}

static void no_memory(struct deployer *t)
{
	struct berth_error err = {0};

	berth_error_set(&err, BERTH_E_MEMORY, 0, "out of memory");
	deployer_end_refused(t, BERTH_UNREACHED, &err);
}

static void ask(struct deployer *t, deployer_answer_fn *answered, const char *route, bool named)
{
	char *body = body_of(t, named);

	if (body != NULL)
		deployer_call(t, "POST", body, answered, "%s", route);
	else
		no_memory(t);
	free(body);
}

/* --- what it is --- */

static void say_detected(struct deployer *t, const json_t *found, const char *stack)
{
	const char *framework = server_text_at(found, "framework");
	bool database = json_is_true(json_object_get(found, "requires_db"));

	server_run_say(&t->run, BERTH_INFO,
		"The server takes it for %.40s%s%.60s%s, %lld %% sure%s", stack,
		framework != NULL ? " (" : "", framework != NULL ? framework : "",
		framework != NULL ? ")" : "", server_number_at(found, "confidence_score", 0),
		database ? ", and gives it a PostgreSQL of its own" : "");
}

static void detected(struct deployer *t, const struct server_said *answer)
{
	const char *stack = server_text_at(answer->data, "stack");
	struct berth_error err = answer->err;

	if (err.number == 500 && answer->why[0] == '\0') {
		berth_error_set(&err, BERTH_E_NOT_FOUND, 500,
			"the server can't read '%.200s' (500, and no reason)",
			t->run.request->folder);
		berth_error_hint(&err, "--folder names a path on the server, not here");
		deployer_end_refused(t, BERTH_REJECTED, &err);
	} else if (err.code != BERTH_E_OK) {
		refuse(t, answer, "the server can't tell what it is");
	} else if (stack == NULL || strcmp(stack, "unknown") == 0) {
		berth_error_set(&err, BERTH_E_USAGE, 0,
			"the server finds nothing in '%.200s' that it could run",
			t->run.request->folder);
		berth_error_hint(&err, "it looks at the folder's top only, and an archive must be "
				       "unpacked there; what it does not know it would start as an "
				       "empty Ubuntu that ends at once");
		deployer_end_refused(t, BERTH_REJECTED, &err);
	} else {
		say_detected(t, answer->data, stack);
		deployer_look_up(t);
	}
}

void deployer_detect(struct deployer *t)
{
	ask(t, detected, DEPLOYER_DETECT_ROUTE, false);
}

/* --- its record --- */

static void created(struct deployer *t, const struct server_said *answer)
{
	struct berth_error err = answer->err;

	t->posting = false;
	if (err.code == BERTH_E_OK && !deployer_row_read(&t->row, answer->data))
		berth_error_set(&err, BERTH_E_PROTOCOL, answer->status,
			"the server took the request and did not name a deployment");
	if (err.code != BERTH_E_OK && server_said_is_lost(answer)) {
		berth_error_hint(&err, "its record may be there; nothing was built or started");
		deployer_end_lost(t, &err);
		return;
	}
	if (err.code != BERTH_E_OK) {
		refuse(t, answer, "the server makes no record of it");
		return;
	}
	t->id = t->row.id;
	t->made = t->seen = true;
	server_run_say(&t->run, BERTH_INFO, "It is deployment %" PRId64 " of '%s', on port %d",
		t->id, t->name, t->row.port);
	if (t->run.cancelled)
		deployer_undo(t);
	else if (t->run.timed_out)
		deployer_end_stopped(t);
	else
		deployer_begin(t);
}

void deployer_create(struct deployer *t)
{
	deployer_reach(t, DEPLOYER_CREATING, "Making its record on the server");
	t->posting = true;
	ask(t, created, DEPLOYER_CREATE_ROUTE, true);
}

/* --- the long request --- */

static void keep_detail(struct deployer *t, const struct server_said *answer)
{
	const char *detail = server_text_at(answer->root, "detail");

	if (detail != NULL)
		t->detail = strdup(detail);
}

/* Nobody had it, or it was refused as it is: nothing was built. */
static bool was_not_taken(const struct server_said *answer)
{
	return !answer->sent || answer->no_route || answer->err.code == BERTH_E_DENIED ||
	       (answer->status >= 400 && answer->status < 500 && answer->status != 408) ||
	       strstr(answer->why, "'NoneType' object") != NULL;
}

static void judge_not_taken(struct berth_error *err, const struct server_said *answer)
{
	bool unknown = strstr(answer->why, "'NoneType' object") != NULL ||
		       strstr(answer->why, "Deployment not found") != NULL;

	if (unknown) {
		err->code = BERTH_E_NOT_FOUND;
		berth_error_hint(
			err, "the server does not know this record any more: deploy again");
	} else if (answer->status == 404 || answer->status == 405) {
		err->code = BERTH_E_UNREACHABLE;
		berth_error_hint(err, "is that " DEPLOYER_WHO "? Check the target's url and kind");
	}
	berth_error_wrap(err, "the server does not start it");
}

static void settle_now(struct deployer *t)
{
	t->start_over = true;
	if (t->call != NULL)
		server_call_cancel(t->call);
	else
		deployer_come_back(t, 0, deployer_settle);
}

static void started(void *context, const struct server_said *answer)
{
	struct deployer *t = context;

	t->starting = NULL;
	if (server_run_is_dropped(&t->run))
		return;
	/* Only the time limit cuts it short; the question beside it ends it. */
	if (answer->err.code == BERTH_E_CANCELLED) {
		if (t->call != NULL)
			server_call_cancel(t->call);
		else
			deployer_end_stopped(t);
		return;
	}
	t->start_error = answer->err;
	if (answer->err.code == BERTH_E_OK) {
		deployer_take_row(t, answer->data);
		settle_now(t);
	} else if (was_not_taken(answer)) {
		t->sent = false;
		judge_not_taken(&t->start_error, answer);
		settle_now(t);
	} else if (server_said_is_lost(answer) || answer->status == 408) {
		server_run_say(&t->run, BERTH_WARN,
			"The answer to the request is lost (%s): it is asked how it goes on",
			answer->err.message);
		t->answer_lost = true;
		t->tries = 0;
	} else {
		keep_detail(t, answer);
		settle_now(t);
	}
}

static char *start_body(const struct deployer *t)
{
	struct json_writer out;

	json_writer_init(&out, BODY_MAX);
	json_write_open(&out, '{');
	json_write_key(&out, "deployment_id");
	json_write_integer(&out, t->id);
	json_write_key(&out, "repo_path");
	json_write_text(&out, t->run.request->folder);
	json_write_close(&out, '}');
	return json_writer_take(&out);
}

void deployer_begin(struct deployer *t)
{
	char *body = start_body(t);
	struct berth_error err = {0};

	if (body == NULL) {
		no_memory(t);
		return;
	}
	deployer_reach(t, DEPLOYER_BUILDING, "Building the image and starting it");
	server_run_say(&t->run, BERTH_INFO,
		"The server writes Dockerfile and docker-compose.yml into %.300s, over what is "
		"there, and answers when all is done",
		t->run.request->folder);
	t->starting = server_call_start(&(struct server_call_setup){.net = t->run.setup.net,
						.server = t->run.server,
						.access = t->run.access,
						.who = DEPLOYER_WHO,
						.method = "POST",
						.route = DEPLOYER_START_ROUTE,
						.body = body,
						.done = started,
						.context = t},
		&err);
	free(body);
	t->sent = t->starting != NULL;
	if (t->sent)
		deployer_come_back(t, t->delay_ms, deployer_follow);
	else
		deployer_end_refused(t, BERTH_UNREACHED, &err);
}

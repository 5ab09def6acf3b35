/*
 * After a cancel: what was started is stopped, and the record goes if this run made it. What the
 * server answers is not believed: it is asked for the record again.
 */
#include <inttypes.h>
#include <stdio.h>

#include "target/deployer/deployer.h"

static void remove_record(struct deployer *t);

static void left(struct deployer *t, const char *why)
{
	char text[300];

	snprintf(text, sizeof(text), "deployment %" PRId64 " of '%.64s', %.30s", t->id, t->name,
		t->seen ? t->row.status : "its record");
	server_run_say(&t->run, BERTH_ERROR, "It could not be undone: %s", why);
	deployer_end_undone(t, "it could not be undone", text);
}

static void removed(struct deployer *t, const struct server_said *answer)
{
	if (answer->err.code == BERTH_E_OK || answer->err.code == BERTH_E_NOT_FOUND)
		deployer_end_undone(t,
			t->seen && t->row.container[0] != '\0'
				? "it was stopped and its record removed; the image stays there"
				: "its record is removed",
			NULL);
	else
		left(t, answer->err.message);
}

static void remove_record(struct deployer *t)
{
	t->undo = UNDO_REMOVING;
	deployer_call(t, "DELETE", NULL, removed, DEPLOYER_ROUTE "%" PRId64, t->id);
}

/* It is not of this run: it stays, stopped. */
static void keep_record(struct deployer *t)
{
	char text[300];
	bool replaced = t->before.state == DEPLOYER_RUNS;

	snprintf(text, sizeof(text),
		"deployment %" PRId64 " of '%.64s', stopped: what ran before "
		"was replaced",
		t->id, t->name);
	deployer_end_undone(t, "it was stopped", replaced ? text : NULL);
}

static void checked(struct deployer *t, const struct server_said *answer)
{
	struct deployer_row row;

	if (answer->err.code != BERTH_E_OK || !deployer_row_read(&row, answer->data)) {
		left(t, answer->err.code != BERTH_E_OK ? answer->err.message
						       : "its record can't be read");
		return;
	}
	t->row = row;
	if (row.state == DEPLOYER_RUNS || row.state == DEPLOYER_BUILDS)
		left(t, "the server was asked to stop it, and says that it runs");
	else if (t->made)
		remove_record(t);
	else
		keep_record(t);
}

static void stop_answered(struct deployer *t, const struct server_said *answer)
{
	if (answer->err.code != BERTH_E_OK)
		server_run_say(&t->run, BERTH_WARN, "The server does not stop it: %s",
			answer->err.message);
	t->undo = UNDO_CHECKING;
	deployer_call(t, "GET", NULL, checked, DEPLOYER_ROUTE "%" PRId64, t->id);
}

void deployer_undo(struct deployer *t)
{
	bool may_run = t->sent;

	if (may_run) {
		t->undo = UNDO_STOPPING;
		server_run_say(&t->run, BERTH_INFO, "Stopping deployment %" PRId64, t->id);
		deployer_call(
			t, "POST", NULL, stop_answered, DEPLOYER_ROUTE "stop/%" PRId64, t->id);
	} else if (t->made) {
		remove_record(t);
	} else {
		deployer_end_stopped(t);
	}
}

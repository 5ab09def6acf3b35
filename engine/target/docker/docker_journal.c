/* The Docker target's journal: a lock on its container from the moment the engine is known to the
 * end, and every deed written before it is sent. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "journal/journal.h"
#include "journal/journal_run.h"
#include "target/docker/docker_target.h"

static void cancel_journal(void *handle)
{
	journal_cancel(handle);
}

static void warn_unwritten(struct docker_target *t, const struct berth_error *err)
{
	plan_log(&t->plan, t->plan.announced < 0 ? STAGE_VALIDATE : t->plan.announced, BERTH_WARN,
		"Should berth be killed now, it could not be recovered what it was doing: %s",
		err->message);
}

void docker_note(struct docker_target *t, const struct journal_note *note)
{
	struct berth_error err = {0};

	if (journal_note(t->journal, note, &err) == -1)
		warn_unwritten(t, &err);
}

static void note_keeper(struct docker_target *t)
{
	char pid[24];

	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	docker_note(t, &(struct journal_note){.deed = JOURNAL_KEEP, .name = pid});
}

/* --- the beginning --- */

static void opened(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;
	bool goes_on = flight_land(t, SLOT_JOURNAL);

	if (err != NULL) {
		journal_free(t->journal);
		t->journal = NULL;
	}
	if (!goes_on)
		return;
	if (err != NULL && (err->code == BERTH_E_CONFLICT || err->code == BERTH_E_NOT_FOUND)) {
		docker_target_fail(t, STAGE_VALIDATE, err);
		return;
	}
	if (err != NULL)
		warn_unwritten(t, err);
	else if (t->setup.left != NULL)
		docker_note(t, &(struct journal_note){.deed = JOURNAL_RECOVER});
	if (t->kept)
		note_keeper(t);
	t->after_journal(t);
}

bool docker_journal_begin(struct docker_target *t, void (*then)(struct docker_target *t))
{
	struct berth_error err = {0};
	char place[512];
	const struct journal_setup setup = {
		.loop = t->setup.loop,
		.folder = t->setup.runs_folder,
		.id = t->setup.deployment_id,
		.place = place,
		.request = t->setup.recorded,
	};

	if (setup.folder == NULL || setup.request == NULL)
		return false;
	if (t->setup.left == NULL)
		snprintf(place, sizeof(place), "%s %s", docker_endpoint(t->docker)->address,
			t->request->container);
	else
		snprintf(place, sizeof(place), "%s", t->setup.left->place);
	t->after_journal = then;
	t->journal = t->setup.left != NULL ? journal_adopt(&setup, opened, t, &err)
					   : journal_open(&setup, opened, t, &err);
	if (t->journal == NULL) {
		warn_unwritten(t, &err);
		return false;
	}
	flight_start(t, SLOT_JOURNAL, t->journal, cancel_journal, STAGE_VALIDATE, &err);
	return true;
}

/* --- before the first deed --- */

static void synced(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_JOURNAL))
		return;
	if (err != NULL)
		warn_unwritten(t, err);
	t->after_journal(t);
}

void docker_journal_sync(struct docker_target *t, void (*then)(struct docker_target *t))
{
	struct berth_error err = {0};

	t->after_journal = then;
	if (t->journal != NULL && journal_sync(t->journal, synced, t, &err) == 0) {
		flight_start(t, SLOT_JOURNAL, t->journal, cancel_journal, STAGE_START, &err);
		return;
	}
	if (t->journal != NULL)
		warn_unwritten(t, &err);
	then(t);
}

void docker_journal_kept(struct target *target)
{
	struct docker_target *t = (struct docker_target *)target;

	t->kept = true;
	note_keeper(t);
}

/* --- the end --- */

static void forgotten(void *context, const struct berth_error *err)
{
	(void)err;
	flight_land(context, SLOT_JOURNAL);
}

void docker_journal_end(struct docker_target *t)
{
	struct journal *journal = t->journal;
	struct berth_error err = {0};

	t->journal = NULL;
	if (journal == NULL)
		return;
	if (t->settled && journal_forget(journal, forgotten, t, &err) == 0)
		flight_start(t, SLOT_JOURNAL, journal, cancel_journal, STAGE_HEALTH, &err);
	else
		journal_free(journal);
}

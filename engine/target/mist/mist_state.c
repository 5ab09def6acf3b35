/*
 * What the server says of a deployment. Stages are only gone through forwards and progress only
 * rises: a failed row says 0, and a queue that starts anew goes back. The numbers are the table's,
 * not the server's word.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loop/timer.h"
#include "target/mist/mist.h"

const struct berth_stage mist_stages[MIST_STAGES] = {
	[MIST_PENDING] = {"pending", "queue", "waiting in the queue", 0, 20},
	[MIST_CLONING] = {"cloning", "clone", "cloning the repository", 20, 50},
	[MIST_BUILDING] = {"building", "build", "building the image", 50, 80},
	[MIST_PULLING] = {"pulling", "pull", "pulling the image", 50, 80},
	[MIST_DEPLOYING] = {"deploying", "deploy", "deploying the container", 80, 100},
	[MIST_SUCCESS] = {"success", "done", "deployed", 100, 100},
};

/* The server's own words for its stages; of "pulling" it says "Unknown stage". */
static const char *const messages[MIST_STAGES] = {
	[MIST_PENDING] = "Deployment queued and waiting to start",
	[MIST_CLONING] = "Cloning repository from Git",
	[MIST_BUILDING] = "Building Docker image",
	[MIST_PULLING] = "Pulling Docker image",
	[MIST_DEPLOYING] = "Deploying container",
	[MIST_SUCCESS] = "Deployment completed successfully",
};

static const struct {
	const char *status;
	enum mist_end end;
} ends[] = {
	{"success", MIST_SUCCEEDED},
	{"failed", MIST_FAILED},
	{"stopped", MIST_STOPPED},
	{"rolled_back", MIST_FAILED},
};

static void keep_text(char **kept, const json_t *row, const char *key)
{
	const char *text = server_text_at(row, key);
	char *copy = text != NULL ? strdup(text) : NULL;

	if (copy == NULL)
		return;
	free(*kept);
	*kept = copy;
}

/* Days since 1970 of a date of our calendar. */
static int64_t days_until(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t era = y / 400, of_era = y % 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "2025-11-14T10:00:00.123456789+05:30" as milliseconds since the epoch; 0 if it is not a time. */
static int64_t time_at(const json_t *row, const char *key)
{
	const char *text = server_text_at(row, key);
	int year, month, day, hour, minute, second, used = 0, off_hour = 0, off_minute = 0;
	int64_t seconds;

	if (text == NULL ||
		sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute,
			&second, &used) != 6 ||
		year < 1970 || month < 1 || month > 12)
		return 0;
	text += used;
	if (*text == '.')
		text += 1 + strspn(text + 1, "0123456789");
	if ((*text == '+' || *text == '-') &&
		sscanf(text + 1, "%2d:%2d", &off_hour, &off_minute) != 2)
		return 0;
	seconds = ((days_until(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
	seconds -= (*text == '-' ? -1 : 1) * (int64_t)(off_hour * 60 + off_minute) * 60;
	return seconds * 1000;
}

static int stage_named(const char *name)
{
	for (int i = 0; name != NULL && i < MIST_STAGES; i++)
		if (strcmp(mist_stages[i].name, name) == 0)
			return i;
	return -1;
}

static void move_to(struct mist *t, int stage, const char *message)
{
	if (stage <= t->run.stage && t->run.percent >= mist_stages[stage].from)
		return;
	if (stage > t->run.stage)
		t->run.stage = stage;
	if (mist_stages[stage].from > t->run.percent)
		t->run.percent = mist_stages[stage].from;
	t->delay_ms = mist_pace.first_ms;
	if (message == NULL || strcmp(message, "Unknown stage") == 0)
		message = messages[stage];
	server_run_say_status(&t->run, message, strlen(message));
}

static void take_end(struct mist *t, const char *status)
{
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strcmp(ends[i].status, status) == 0)
			t->end = ends[i].end;
}

/* Its queue is lost when the server is restarted, and then such a row waits for ever. */
void mist_watch_age(struct mist *t)
{
	bool waits = t->end == MIST_RUNS &&
		     (strcmp(t->status, "pending") == 0 || strcmp(t->status, "cloning") == 0);
	int64_t now = clock_mono_ms(), age;

	if (!waits) {
		t->waits_since_ms = 0;
		return;
	}
	if (t->waits_since_ms == 0)
		t->waits_since_ms = now;
	age = now - t->waits_since_ms;
	/* Of one that was begun here the age is known without comparing clocks. */
	if (t->run.watching && t->created_ms > 0 && clock_unix_ms() - t->created_ms > age)
		age = clock_unix_ms() - t->created_ms;
	if (age < mist_pace.stale_ms || age < 2 * t->warned_age_ms)
		return;
	t->warned_age_ms = age;
	server_run_say(&t->run, BERTH_WARN,
		"Deployment %lld has been '%s' for %lld min: the server may have forgotten it, "
		"which a restart makes it do; it is followed on",
		(long long)t->id, t->status, (long long)(age / 60000));
}

void mist_take_state(struct mist *t, const json_t *row)
{
	const char *status = server_text_at(row, "status");
	int stage;

	if (status == NULL)
		return;
	keep_text(&t->error_message, row, "error_message");
	keep_text(&t->commit, row, "commit_hash");
	keep_text(&t->commit_message, row, "commit_message");
	t->app_id = server_number_at(row, "app_id", t->app_id);
	t->number = server_number_at(row, "deployment_number", t->number);
	t->duration_s = server_number_at(row, "duration", t->duration_s);
	if (time_at(row, "created_at") > 0)
		t->created_ms = time_at(row, "created_at");
	if (t->end != MIST_RUNS)
		return;
	snprintf(t->status, sizeof(t->status), "%s", status);
	take_end(t, status);
	/* Where it failed or was stopped is where it stood before. */
	stage = stage_named(server_text_at(row, "stage"));
	if (stage < 0)
		stage = stage_named(status);
	if (stage >= 0 && t->end != MIST_STOPPED && t->end != MIST_FAILED)
		move_to(t, stage, server_text_at(row, "message"));
	mist_watch_age(t);
}

/*
 * What can be done with a record of the server. None of its answers is believed: it says "running"
 * of what it did not start, and deletes a record though what belongs to it could not be stopped. So
 * it is looked at before and after.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target/deployer/deployer.h"
#include "target/server/server_act.h"

#define SCAN_MISSING 16 /* ids in a row that are not there: there are no more */
#define SCAN_MAX     2000

struct deployer_act {
	struct server_act act;
	int64_t id; /* that is asked for */
	int missing;
	struct deployer_row before;
	struct berth_error refused; /* of the stop before a removal */
	char safe[DEPLOYER_NAME_MAX];
};

static const char *const states[] = {
	[DEPLOYER_PENDING] = "not started",
	[DEPLOYER_BUILDS] = "building",
	[DEPLOYER_RUNS] = "running",
	[DEPLOYER_STOPPED] = "stopped",
	[DEPLOYER_FAILED] = "failed",
	[DEPLOYER_OTHER] = "not known",
};

static void describe(const struct deployer_act *d, const struct deployer_row *row,
	const json_t *object, struct berth_remote *remote)
{
	const char *why = server_text_at(object, "error_message");
	char *address = deployer_address(row, d->act.setup.server->url);

	*remote = (struct berth_remote){
		.up = row->state == DEPLOYER_RUNS,
		.since_ms = row->started_ms,
	};
	snprintf(remote->id, sizeof(remote->id), "%" PRId64, row->id);
	snprintf(remote->name, sizeof(remote->name), "%s", row->name);
	snprintf(remote->state, sizeof(remote->state), "%s", states[row->state]);
	snprintf(remote->container, sizeof(remote->container), "%s", row->container);
	snprintf(remote->address, sizeof(remote->address), "%s",
		address != NULL && remote->up ? address : "");
	if (why != NULL)
		snprintf(remote->problem, sizeof(remote->problem), "%.*s",
			(int)strcspn(why, "\n") < 299 ? (int)strcspn(why, "\n") : 299, why);
	free(address);
}

/* False: it ended, for the server can't say how it is. */
static bool take(struct deployer_act *d, const struct server_said *said, struct deployer_row *row)
{
	struct berth_error err = said->err;

	if (err.code == BERTH_E_OK && !deployer_row_read(row, said->data))
		berth_error_set(&err, BERTH_E_PROTOCOL, said->status,
			"what the server says of deployment %" PRId64 " can't be read", d->id);
	if (err.code != BERTH_E_OK) {
		server_act_end(&d->act, &err);
		return false;
	}
	describe(d, row, said->data, &d->act.remote);
	d->act.known = true;
	return true;
}

static void end(struct deployer_act *d, enum berth_code code, const char *message, const char *hint)
{
	struct berth_error err = {0};

	berth_error_set(&err, code, 0, "deployment %" PRId64 " %s", d->id, message);
	if (hint != NULL)
		berth_error_hint(&err, "%s", hint);
	server_act_end(&d->act, &err);
}

static void look_again(struct deployer_act *d, server_act_fn *looked)
{
	server_act_ask(&d->act, "GET", NULL, looked, DEPLOYER_ROUTE "%" PRId64, d->id);
}

/* --- removing --- */

static void looked_after_removal(struct server_act *act, const struct server_said *said)
{
	struct deployer_act *d = (struct deployer_act *)act;

	act->known = false;
	if (said->status != 404) {
		end(d, BERTH_E_REFUSED, "is still there, though the server says that it is deleted",
			NULL);
		return;
	}
	if (d->refused.code != BERTH_E_OK)
		server_act_note(act,
			"the server could not stop it (%s): its containers may be left, see on "
			"that host: docker ps -a --filter name=%s",
			d->refused.message, d->before.name);
	server_act_end(act, NULL);
}

static void deleted(struct server_act *act, const struct server_said *said)
{
	if (said->err.code == BERTH_E_OK)
		look_again((struct deployer_act *)act, looked_after_removal);
	else
		server_act_end(act, &said->err);
}

static void looked_before_removal(struct server_act *act, const struct server_said *said)
{
	struct deployer_act *d = (struct deployer_act *)act;
	struct deployer_row row;

	if (!take(d, said, &row))
		return;
	if (row.state == DEPLOYER_RUNS)
		end(d, BERTH_E_REFUSED, "runs all the same: it is not removed",
			"without its record nobody could stop it any more; the server's own output "
			"tells why");
	else
		server_act_ask(act, "DELETE", NULL, deleted, DEPLOYER_ROUTE "%" PRId64, d->id);
}

/* --- stopping, restarting --- */

static void looked_after(struct server_act *act, const struct server_said *said)
{
	struct deployer_act *d = (struct deployer_act *)act;
	bool restart = act->setup.request.deed == BERTH_DEED_RESTART;
	struct deployer_row row;
	struct berth_error err = d->refused;

	if (!take(d, said, &row))
		return;
	if (err.code != BERTH_E_OK) {
		berth_error_wrap(&err, "the server did not %s it, and says that it is %s",
			berth_deed_name(act->setup.request.deed), states[row.state]);
		berth_error_hint(&err, "its docker-compose may be of version 1, which it can start "
				       "with and not stop: see on that host, docker ps");
		server_act_end(act, &err);
	} else if (restart ? row.state == DEPLOYER_RUNS : row.state == DEPLOYER_STOPPED) {
		server_act_end(act, NULL);
	} else {
		end(d, BERTH_E_REFUSED,
			restart ? "does not run, though the server says that it restarted it"
				: "is not stopped, though the server says that it stopped it",
			NULL);
	}
}

static void deed_done(struct server_act *act, const struct server_said *said)
{
	struct deployer_act *d = (struct deployer_act *)act;
	bool removal = act->setup.request.deed == BERTH_DEED_REMOVE;

	d->refused = said->err;
	look_again(d, removal ? looked_before_removal : looked_after);
}

static void give_log(struct deployer_act *d, const json_t *object)
{
	const json_t *tail = json_object_get(object, "log_tail");
	const char *text = json_string_value(tail);
	size_t len = json_string_length(tail);

	while (text != NULL && len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t size = end != NULL ? (size_t)(end - text) : len;

		server_act_line(&d->act, BERTH_STDOUT, text, size);
		text += size + (end != NULL);
		len -= size + (end != NULL);
	}
	server_act_note(&d->act,
		"the server keeps the last 100 lines of standard output, as they were when it was "
		"started");
	server_act_end(&d->act, NULL);
}

static void act_on(struct deployer_act *d, const struct deployer_row *row, const json_t *object)
{
	struct server_act *act = &d->act;

	switch (act->setup.request.deed) {
	case BERTH_DEED_STOP:
		server_act_ask(act, "POST", NULL, deed_done, DEPLOYER_ROUTE "stop/%" PRId64, d->id);
		break;
	case BERTH_DEED_RESTART:
		if (row->state == DEPLOYER_RUNS)
			server_act_ask(act, "POST", NULL, deed_done,
				DEPLOYER_ROUTE "restart/%" PRId64, d->id);
		else
			end(d, BERTH_E_REFUSED,
				"does not run, and what does not run this server can't restart: it "
				"would say 'running' and start nothing",
				"deploy it again: berth deploy --target NAME --folder PATH");
		break;
	case BERTH_DEED_REMOVE:
		if (row->state == DEPLOYER_STOPPED || row->state == DEPLOYER_PENDING)
			server_act_ask(
				act, "DELETE", NULL, deleted, DEPLOYER_ROUTE "%" PRId64, d->id);
		else
			server_act_ask(act, "POST", NULL, deed_done, DEPLOYER_ROUTE "stop/%" PRId64,
				d->id);
		break;
	case BERTH_DEED_LOGS:
		give_log(d, object);
		break;
	default:
		server_act_row(act, &act->remote);
		server_act_end(act, NULL);
	}
}

/* --- finding it --- */

static void scan(struct deployer_act *d);

static void not_found(struct deployer_act *d)
{
	struct berth_error err = {0};

	if (d->act.word == NULL) {
		server_act_end(&d->act, NULL);
		return;
	}
	berth_error_set(
		&err, BERTH_E_NOT_FOUND, 0, "the server has no deployment '%.100s'", d->act.word);
	berth_error_hint(&err, "'berth list' with the same --target shows all");
	server_act_end(&d->act, &err);
}

static void looked(struct server_act *act, const struct server_said *said)
{
	struct deployer_act *d = (struct deployer_act *)act;
	struct deployer_row row;

	if (said->status == 404 && strstr(said->why, "Deployment not found") != NULL) {
		not_found(d);
		return;
	}
	if (!take(d, said, &row))
		return;
	d->before = row;
	act_on(d, &row, said->data);
}

static void scanned(struct server_act *act, const struct server_said *said)
{
	struct deployer_act *d = (struct deployer_act *)act;
	struct berth_remote remote;
	struct deployer_row row;

	/* Nobody there, or not for us: that holds for every number. */
	if (said->status == 0 || said->no_route || said->err.code == BERTH_E_DENIED) {
		server_act_end(act, &said->err);
		return;
	}
	d->missing++;
	if (said->err.code == BERTH_E_OK && deployer_row_read(&row, said->data)) {
		d->missing = 0;
		describe(d, &row, said->data, &remote);
		if (act->word == NULL) {
			server_act_row(act, &remote);
		} else if (strcmp(row.name, act->word) == 0 || strcmp(row.name, d->safe) == 0 ||
			   strcmp(row.container, act->word) == 0) {
			d->id = row.id;
			d->before = row;
			act->remote = remote;
			act->known = true;
			act_on(d, &row, said->data);
			return;
		}
	}
	d->id++;
	if (d->missing >= SCAN_MISSING || d->id > SCAN_MAX)
		not_found(d);
	else
		scan(d);
}

/* There is no route that lists them. */
static void scan(struct deployer_act *d)
{
	server_act_ask(&d->act, "GET", NULL, scanned, DEPLOYER_ROUTE "%" PRId64, d->id);
}

static void begin(struct server_act *act)
{
	struct deployer_act *d = (struct deployer_act *)act;
	const char *word = act->word;
	bool number = word != NULL && word[0] != '\0' && strlen(word) < 19 &&
		      word[strspn(word, "0123456789")] == '\0';

	d->id = number ? strtoll(word, NULL, 10) : 1;
	if (word != NULL && !number)
		deployer_safe_name(d->safe, word);
	if (number)
		look_again(d, looked);
	else
		scan(d);
}

static const struct server_act_kind kind = {.who = DEPLOYER_WHO, .begin = begin};

static const char no_live_log[] = "a Smart Deployment System has no route for a live log: without "
				  "--follow its last lines are shown";

const char *const deployer_cannot[BERTH_DEEDS] = {
	[BERTH_DEED_FOLLOW] = no_live_log,
};

struct server_act *deployer_act(const struct server_act_setup *setup, struct berth_error *err)
{
	struct deployer_act *d = calloc(1, sizeof(*d));

	return server_act_start(d != NULL ? &d->act : NULL, &kind, setup, err);
}

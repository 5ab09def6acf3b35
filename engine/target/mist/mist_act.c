/*
 * What can be done with the app of a Mist server: its container's state, stopping and starting it,
 * and its last lines. The apps are listed project by project, and the state of each is a question
 * of its own. A container that is not there is "not_found", with 200; who did not make the app is
 * refused with 403.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rfc3339.h"
#include "target/mist/mist.h"
#include "target/mist/mist_act.h"
#include "target/mist/mist_frames.h"

#define CONTAINER_ROUTE "/api/apps/container/"
#define APPS_MAX        1000

static void release(struct server_act *act)
{
	struct mist_act *m = (struct mist_act *)act;

	json_decref(m->projects);
	json_decref(m->apps);
}

/* --- how it is --- */

static void read_state(struct berth_remote *remote, const struct server_said *said)
{
	const char *state = server_text_at(said->data, "state");
	const char *status = server_text_at(said->data, "status");
	const char *since = server_text_at(said->data, "uptime"); /* is when it was started */
	bool healthy = !json_is_false(json_object_get(said->data, "healthy"));

	if (said->err.code != BERTH_E_OK || (state == NULL && status == NULL)) {
		snprintf(remote->state, sizeof(remote->state), "not known");
		snprintf(remote->problem, sizeof(remote->problem), "%.290s",
			said->err.code != BERTH_E_OK ? said->err.message
						     : "the server does not say how it is");
		return;
	}
	if (status != NULL && strcmp(status, "not_found") == 0)
		state = "no container";
	remote->up = state != NULL && strcmp(state, "running") == 0;
	snprintf(remote->state, sizeof(remote->state), "%.20s%s", state != NULL ? state : status,
		remote->up && !healthy ? ", unhealthy" : "");
	remote->since_ms = remote->up && since != NULL ? rfc3339_ms(since) : 0;
}

static void name_it(const struct mist_act *m, const json_t *app, struct berth_remote *remote)
{
	const char *project = server_text_at(json_array_get(m->projects, m->project), "name");
	const char *name = server_text_at(app, "name");
	int64_t id = server_number_at(app, "id", -1);

	*remote = (struct berth_remote){0};
	snprintf(remote->id, sizeof(remote->id), "%" PRId64, id);
	snprintf(remote->name, sizeof(remote->name), "%.90s/%.90s", project != NULL ? project : "",
		name != NULL ? name : "");
	snprintf(remote->container, sizeof(remote->container), "app-%" PRId64, id);
}

static void ask_state(struct mist_act *m, int64_t id, server_act_fn *answered)
{
	server_act_ask(&m->act, "GET", NULL, answered, CONTAINER_ROUTE "status?appId=%" PRId64, id);
}

/* --- the deed --- */

static void give_line(void *context, bool err_stream, const char *line, size_t len)
{
	server_act_line(context, err_stream ? BERTH_STDERR : BERTH_STDOUT, line, len);
}

static void logs_given(struct server_act *act, const struct server_said *said)
{
	const json_t *logs = json_object_get(said->data, "logs");
	struct berth_error err = said->err;

	if (err.code == BERTH_E_OK && !json_is_string(logs))
		berth_error_set(&err, BERTH_E_PROTOCOL, said->status, "the server gave no log");
	if (err.code == BERTH_E_OK)
		mist_frames_lines(
			json_string_value(logs), json_string_length(logs), give_line, act);
	server_act_end(act, err.code != BERTH_E_OK ? &err : NULL);
}

static void looked_after(struct server_act *act, const struct server_said *said)
{
	struct mist_act *m = (struct mist_act *)act;
	const char *deed = berth_deed_name(act->setup.request.deed);
	bool stop = act->setup.request.deed == BERTH_DEED_STOP;
	struct berth_error err = m->refused;

	read_state(&act->remote, said);
	act->known = said->err.code == BERTH_E_OK;
	if (err.code == BERTH_E_OK && !act->known)
		err = said->err;
	else if (err.code == BERTH_E_OK && act->remote.up == stop)
		berth_error_set(&err, BERTH_E_REFUSED, 0,
			"the server says it did %s it, and that it is %s all the same", deed,
			act->remote.state);
	if (err.code != BERTH_E_OK)
		berth_error_wrap(&err, "cannot %s '%s'", deed, act->remote.name);
	if (err.number == 403)
		berth_error_hint(&err, "only who made the app may do that there");
	server_act_end(act, err.code != BERTH_E_OK ? &err : NULL);
}

static void deed_done(struct server_act *act, const struct server_said *said)
{
	struct mist_act *m = (struct mist_act *)act;

	m->refused = said->err;
	ask_state(m, m->id, looked_after);
}

static void looked_before(struct server_act *act, const struct server_said *said)
{
	struct mist_act *m = (struct mist_act *)act;
	struct berth_error err = said->err;
	const char *verb;

	read_state(&act->remote, said);
	act->known = err.code == BERTH_E_OK;
	if (act->setup.request.deed == BERTH_DEED_LOOK && act->remote.up) {
		mist_box_measure(m);
		return;
	}
	if (act->setup.request.deed == BERTH_DEED_LOOK && act->known)
		server_act_row(act, &act->remote);
	if (act->setup.request.deed == BERTH_DEED_LOOK || !act->known) {
		server_act_end(act, act->known ? NULL : &err);
		return;
	}
	verb = act->setup.request.deed == BERTH_DEED_STOP ? "stop"
	       : act->remote.up                           ? "restart"
							  : "start";
	server_act_ask(
		act, "POST", NULL, deed_done, CONTAINER_ROUTE "%s?appId=%" PRId64, verb, m->id);
}

static void act_on(struct mist_act *m)
{
	if (m->act.setup.request.deed == BERTH_DEED_LOGS)
		server_act_ask(&m->act, "GET", NULL, logs_given,
			CONTAINER_ROUTE "logs?appId=%" PRId64 "&tail=100", m->id);
	else if (m->act.setup.request.deed == BERTH_DEED_FOLLOW)
		mist_box_follow(m);
	else
		ask_state(m, m->id, looked_before);
}

/* --- the apps --- */

static void next_app(struct mist_act *m);

static bool is_meant(const struct mist_act *m, const struct berth_remote *remote)
{
	const char *word = m->act.word, *app = strchr(remote->name, '/');

	return strcmp(remote->id, word) == 0 || strcmp(remote->name, word) == 0 ||
	       strcmp(remote->container, word) == 0 || (app != NULL && strcmp(app + 1, word) == 0);
}

static void all_seen(struct mist_act *m)
{
	struct berth_error err = {0};

	if (m->act.word == NULL) {
		server_act_end(&m->act, NULL);
	} else if (m->meant == 1) {
		act_on(m);
	} else if (m->meant > 1) {
		berth_error_set(&err, BERTH_E_CONFLICT, 0,
			"'%.100s' is the name of %zu apps, of which are %.90s (%s) and %.90s (%s)",
			m->act.word, m->meant, m->act.remote.name, m->act.remote.id, m->other.name,
			m->other.id);
		berth_error_hint(&err, "give its id, or PROJECT/APP");
		server_act_end(&m->act, &err);
	} else {
		berth_error_set(
			&err, BERTH_E_NOT_FOUND, 0, "the server has no app '%.100s'", m->act.word);
		berth_error_hint(&err, "'berth list' with the same --target shows all");
		server_act_end(&m->act, &err);
	}
}

static void state_given(struct server_act *act, const struct server_said *said)
{
	struct mist_act *m = (struct mist_act *)act;
	struct berth_remote remote;

	name_it(m, json_array_get(m->apps, m->app), &remote);
	read_state(&remote, said);
	server_act_row(act, &remote);
	m->app++;
	next_app(m);
}

static void apps_given(struct server_act *act, const struct server_said *said)
{
	struct mist_act *m = (struct mist_act *)act;

	/* A project that this account may not look into has no app for it. */
	if (said->err.code != BERTH_E_OK && said->status != 403 && said->status != 404) {
		server_act_end(act, &said->err);
		return;
	}
	json_decref(m->apps);
	m->apps = said->err.code == BERTH_E_OK ? json_incref((json_t *)said->data) : NULL;
	m->app = 0;
	next_app(m);
}

static void next_project(struct mist_act *m)
{
	const json_t *project = json_array_get(m->projects, m->project);
	char body[64];

	if (project == NULL) {
		all_seen(m);
		return;
	}
	snprintf(body, sizeof(body), "{\"projectId\":%lld}", server_number_at(project, "id", -1));
	server_act_ask(&m->act, "POST", body, apps_given, MIST_APPS_ROUTE);
}

static void next_app(struct mist_act *m)
{
	for (; m->app < json_array_size(m->apps) && m->seen < APPS_MAX; m->app++, m->seen++) {
		const json_t *app = json_array_get(m->apps, m->app);
		struct berth_remote remote;

		name_it(m, app, &remote);
		if (m->act.word == NULL) {
			ask_state(m, server_number_at(app, "id", -1), state_given);
			return;
		}
		if (!is_meant(m, &remote))
			continue;
		if (++m->meant == 1) {
			m->act.remote = remote;
			m->id = server_number_at(app, "id", -1);
		} else {
			m->other = remote;
		}
	}
	m->project++;
	next_project(m);
}

static void projects_given(struct server_act *act, const struct server_said *said)
{
	struct mist_act *m = (struct mist_act *)act;

	if (said->err.code != BERTH_E_OK) {
		server_act_end(act, &said->err);
		return;
	}
	m->projects = json_incref((json_t *)said->data);
	next_project(m);
}

static void begin(struct server_act *act)
{
	server_act_ask(act, "GET", NULL, projects_given, MIST_PROJECTS_ROUTE);
}

static const char no_removal[] =
	"a Mist server has no route that removes a container and keeps its app: stop it, or delete "
	"the app there";

const char *const mist_cannot[BERTH_DEEDS] = {
	[BERTH_DEED_REMOVE] = no_removal,
};

struct server_act *mist_act(const struct server_act_setup *setup, struct berth_error *err)
{
	static const struct server_act_kind kind = {
		.who = MIST_WHO, .login = &mist_login_way, .begin = begin, .release = release};
	struct mist_act *m = calloc(1, sizeof(*m));

	return server_act_start(m != NULL ? &m->act : NULL, &kind, setup, err);
}

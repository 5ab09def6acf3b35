/* The app that is meant. The server has no search: its projects are listed, then the apps of each.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/nearest.h>

#include "base/buf.h"
#include "target/mist/mist.h"

#define APPS_MAX  10000
#define LIST_MAX  480
#define NAMES_MAX 24

void mist_apps_free(struct mist_app *apps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(apps[i].name);
		free(apps[i].project);
	}
	free(apps);
}

/* --- lists --- */

static int add(
	struct mist_app **list, size_t *count, const json_t *object, const struct mist_app *project)
{
	const char *name = server_text_at(object, "name");
	int64_t id = server_number_at(object, "id", -1);
	struct mist_app *grown, *app;

	if (id < 0 || *count >= APPS_MAX)
		return 0;
	grown = realloc(*list, (*count + 1) * sizeof(**list));
	if (grown == NULL)
		return -1;
	*list = grown;
	app = &grown[*count];
	*app = (struct mist_app){.id = id, .name = strdup(name != NULL ? name : "")};
	app->project_id = project != NULL ? project->id : id;
	app->project = strdup(project != NULL ? project->name : app->name != NULL ? app->name : "");
	(*count)++;
	return app->name != NULL && app->project != NULL ? 0 : -1;
}

static int add_all(struct mist_app **list, size_t *count, const json_t *array,
	const struct mist_app *project, struct berth_error *err)
{
	for (size_t i = 0; i < json_array_size(array); i++)
		if (add(list, count, json_array_get(array, i), project) < 0)
			return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return 0;
}

/* True if the list can't be had, and the target ends. */
static bool failed(struct mist *t, const struct server_said *answer, const struct berth_error *err)
{
	if (answer->err.code != BERTH_E_OK)
		err = &answer->err;
	if (err->code == BERTH_E_OK)
		return false;
	mist_end_refused(
		t, err->code == BERTH_E_NOT_FOUND ? BERTH_UNREACHED : server_outcome_of(err), err);
	return true;
}

static void ask_apps(struct mist *t);

static void apps_given(struct mist *t, const struct server_said *answer)
{
	const struct mist_app *project = &t->projects[t->looking_at];
	struct berth_error err = {0};

	/* A project that this account may not look into has no app for it. */
	if (answer->status == 403 || answer->status == 404) {
		server_run_say(&t->run, BERTH_DEBUG, "Project '%.100s' is left out: %s",
			project->name, answer->err.message);
	} else {
		if (answer->err.code == BERTH_E_OK)
			add_all(&t->apps, &t->app_count, answer->data, project, &err);
		if (failed(t, answer, &err))
			return;
	}
	t->looking_at++;
	ask_apps(t);
}

static void ask_apps(struct mist *t)
{
	char body[64];

	if (t->looking_at == t->project_count) {
		t->found(t);
		return;
	}
	snprintf(body, sizeof(body), "{\"projectId\":%" PRId64 "}", t->projects[t->looking_at].id);
	mist_call(t, "POST", body, apps_given, MIST_APPS_ROUTE);
}

static void projects_given(struct mist *t, const struct server_said *answer)
{
	struct berth_error err = {0};

	if (answer->err.code == BERTH_E_OK)
		add_all(&t->projects, &t->project_count, answer->data, NULL, &err);
	if (!failed(t, answer, &err))
		ask_apps(t);
}

void mist_list_apps(struct mist *t, void (*found)(struct mist *t))
{
	t->found = found;
	mist_call(t, "GET", NULL, projects_given, MIST_PROJECTS_ROUTE);
}

/* --- the choice --- */

static bool is_id(const char *text, size_t len, int64_t id)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRId64, id);
	return strlen(digits) == len && memcmp(digits, text, len) == 0;
}

static bool is_called(const char *text, size_t len, const char *name, int64_t id)
{
	return (strlen(name) == len && memcmp(name, text, len) == 0) || is_id(text, len, id);
}

/* The whole as an app's name or id, or split at any '/': names may hold one. */
static bool is_meant(const struct mist_app *app, const char *text)
{
	if (is_called(text, strlen(text), app->name, app->id))
		return true;
	for (const char *slash = strchr(text, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
		if (is_called(text, (size_t)(slash - text), app->project, app->project_id) &&
			is_called(slash + 1, strlen(slash + 1), app->name, app->id))
			return true;
	return false;
}

/* "shop/web (7), shop/api (9) and 12 more". */
static void list(struct buf *out, const struct mist *t, const char *meant)
{
	size_t left = 0;
	const char *comma = "";

	for (size_t i = 0; i < t->app_count; i++) {
		const struct mist_app *app = &t->apps[i];

		if (meant != NULL && !is_meant(app, meant))
			continue;
		if (left > 0 || buf_addf(out, NULL, "%s%s/%s (%" PRId64 ")", comma, app->project,
					app->name, app->id) < 0)
			left++;
		comma = ", ";
	}
	if (left > 0) {
		out->max += 32;
		buf_addf(out, NULL, " and %zu more", left);
	}
}

static const char *nearest_of(const struct mist *t)
{
	const char *names[NAMES_MAX * 16 + 1];
	size_t count = 0;

	for (size_t i = 0; i < t->app_count && count < NAMES_MAX * 16; i++)
		names[count++] = t->apps[i].name;
	names[count] = NULL;
	return berth_nearest(t->run.request->name, names);
}

static void say_unknown(const struct mist *t, struct berth_error *err)
{
	const char *nearest = nearest_of(t);
	struct buf apps;

	buf_init(&apps, LIST_MAX);
	list(&apps, t, NULL);
	if (t->app_count == 0)
		berth_error_set(err, BERTH_E_NOT_FOUND, 0,
			"there is no app '%.120s' on the server: it lists none for this account",
			t->run.request->name);
	else
		berth_error_set(err, BERTH_E_NOT_FOUND, 0,
			"there is no app '%.120s' on the server; it has %s", t->run.request->name,
			apps.data);
	if (nearest != NULL)
		berth_error_hint(err, "did you mean '%.120s'?", nearest);
	buf_release(&apps);
}

const struct mist_app *mist_choose(const struct mist *t, struct berth_error *err)
{
	const struct mist_app *chosen = NULL;
	const char *name = t->run.request->name;
	size_t meant = 0;
	struct buf apps;

	for (size_t i = 0; i < t->app_count; i++)
		if (is_meant(&t->apps[i], name)) {
			chosen = &t->apps[i];
			meant++;
		}
	if (meant == 1)
		return chosen;
	if (meant == 0) {
		say_unknown(t, err);
		return NULL;
	}
	buf_init(&apps, LIST_MAX);
	list(&apps, t, name);
	berth_error_set(err, BERTH_E_CONFLICT, 0, "'%.120s' is the name of %zu apps: %s", name,
		meant, apps.data);
	berth_error_hint(
		err, "give one of them as PROJECT/APP, or its id: --name %" PRId64, chosen->id);
	buf_release(&apps);
	return NULL;
}

#include "history/redeploy_cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <uv.h>

#include <berth/engine.h>
#include <berth/history.h>
#include <berth/text.h>

#include "args.h"
#include "command/deploy_cmd.h"
#include "complain.h"
#include "history/history_diff.h"
#include "history/redeploy.h"

enum { RUNS_LOOKED_AT = 1000, SECRET_MAX = 4096 };

/* One question at a time: the loop runs until it is answered. */
struct redeploy {
	const struct args *args;
	struct berth_settings *settings;
	uv_loop_t loop;
	struct berth_engine *engine;
	struct berth_past_run *now; /* the newest that was deployed under that name there */
	struct berth_past_run *then;
	struct berth_past_run *found; /* the answer */
	struct berth_past_run *list;
	size_t count;
	bool answered;
	struct berth_error err; /* of the answer */
};

static void wakeup(void *context)
{
	(void)context;
}

static void on_closed(void *context)
{
	(void)context;
}

static int wait_answer(struct redeploy *redeploy, struct berth_error *err)
{
	while (!redeploy->answered)
		uv_run(&redeploy->loop, UV_RUN_ONCE);
	redeploy->answered = false;
	if (redeploy->err.code == BERTH_E_OK)
		return 0;
	*err = redeploy->err;
	return -1;
}

static void on_found(void *context, struct berth_past_run *run, const struct berth_error *err)
{
	struct redeploy *redeploy = context;
	redeploy->found = run;
	redeploy->answered = true;
	redeploy->err = err ? *err : (struct berth_error){0};
}

static int find(struct redeploy *redeploy, const char *id, struct berth_past_run **run,
	struct berth_error *err)
{
	if (berth_history_find(
		    berth_engine_history(redeploy->engine), id, on_found, redeploy, err) < 0 ||
		wait_answer(redeploy, err) < 0)
		return -1;
	*run = redeploy->found;
	return 0;
}

static int find_number(struct redeploy *redeploy, int64_t number, struct berth_past_run **run,
	struct berth_error *err)
{
	char id[32];
	snprintf(id, sizeof id, "%lld", (long long)number);
	return find(redeploy, id, run, err);
}

static void on_listed(void *context, struct berth_past_run *runs, size_t count, bool more,
	const struct berth_error *err)
{
	struct redeploy *redeploy = context;
	(void)more;
	redeploy->list = runs;
	redeploy->count = count;
	redeploy->answered = true;
	redeploy->err = err ? *err : (struct berth_error){0};
}

static int list_deployed(
	struct redeploy *redeploy, const struct berth_past_run *like, struct berth_error *err)
{
	const struct berth_history_query query = {.name = like->name,
		.target = like->target,
		.outcome = BERTH_DEPLOYED,
		.limit = RUNS_LOOKED_AT};
	if (berth_history_list(
		    berth_engine_history(redeploy->engine), &query, on_listed, redeploy, err) < 0)
		return -1;
	return wait_answer(redeploy, err);
}

/* The newest with another image than the one that runs now. */
static const struct berth_past_run *previous(const struct redeploy *redeploy)
{
	const struct berth_past_run *newest = redeploy->list;
	for (size_t i = 1; i < redeploy->count; i++) {
		const char *digest = redeploy->list[i].image_digest;
		if (digest && newest->image_digest && strcmp(digest, newest->image_digest) != 0)
			return &redeploy->list[i];
	}
	return NULL;
}

static int choose_runs(struct redeploy *redeploy, struct berth_error *err)
{
	struct berth_past_run *named = NULL;
	int64_t number;
	if (find(redeploy, redeploy->args->topic, &named, err) < 0)
		return -1;
	int status = list_deployed(redeploy, named, err);
	const struct berth_past_run *before = status == 0 ? previous(redeploy) : NULL;
	number = redeploy->args->rollback ? (before ? before->number : 0) : named->number;
	if (status == 0 && number == 0)
		status = berth_error_set(err, BERTH_E_NOT_FOUND, 0,
			"there is no earlier run of '%s' on '%s' that went well with another image",
			named->name ? named->name : "", named->target ? named->target : "");
	berth_past_run_free(named);
	if (status < 0 || find_number(redeploy, number, &redeploy->then, err) < 0)
		return -1;
	return redeploy->count > 0 && redeploy->list[0].number != number
		       ? find_number(redeploy, redeploy->list[0].number, &redeploy->now, err)
		       : 0;
}

/* --- the image --- */

static int survey(
	struct redeploy *redeploy, const struct berth_deployment *request, struct berth_error *err)
{
	const struct berth_survey *result;
	if (berth_engine_survey(redeploy->engine, request, err) < 0)
		return -1;
	do {
		uv_run(&redeploy->loop, UV_RUN_ONCE);
		result = berth_engine_surveyed(redeploy->engine);
	} while (result->state == BERTH_SURVEY_ASKING || result->state == BERTH_SURVEY_NONE);
	if (result->state != BERTH_SURVEY_FAILED)
		return 0;
	*err = result->error;
	return -1;
}

static int look_for_image(struct redeploy *redeploy, bool *there, struct berth_error *err)
{
	struct berth_deployment *request = berth_settings_resolve(redeploy->settings, NULL, err);
	if (!request)
		return -1;
	int status = survey(redeploy, request, err);
	*there = status == 0 && berth_engine_surveyed(redeploy->engine)->has_image;
	berth_deployment_free(request);
	return status;
}

/* --- showing, and asking --- */

static void say(const char *label, const char *text)
{
	char clean[1024];
	berth_text_clean(clean, sizeof clean, text, strlen(text), BERTH_CLEAN_LINE);
	fprintf(stderr, "  %-12s %s\n", label, clean);
}

static void say_change(const char *label, const char *before, const char *after)
{
	char text[1024];
	snprintf(text, sizeof text, "%s -> %s", before ? before : "(not given)",
		after ? after : "(not given)");
	say(label, text);
}

static void show_differences(const struct redeploy *redeploy)
{
	struct differences differences = {0};
	if (!redeploy->now ||
		differences_find(&differences, redeploy->now->request, redeploy->then->request) < 0)
		return;
	for (size_t i = 0; i < differences.count; i++)
		say_change(differences.list[i].field, differences.list[i].before,
			differences.list[i].after);
	differences_release(&differences);
}

static void show(const struct redeploy *redeploy, bool there)
{
	const struct berth_survey *found = berth_engine_surveyed(redeploy->engine);
	fprintf(stderr, "As run %lld was, '%s' on '%s':\n", (long long)redeploy->then->number,
		redeploy->then->name, redeploy->then->target);
	say("image", berth_settings_get(redeploy->settings, BERTH_FIELD_IMAGE));
	say("", there ? "the engine has it"
		      : "not on the engine: it is pulled by its digest first");
	if (redeploy->now)
		say_change("digest", redeploy->now->image_digest, redeploy->then->image_digest);
	if (found->has_container)
		say("replaces", found->container_image);
	show_differences(redeploy);
	for (size_t i = 0; i < berth_settings_count(redeploy->settings, BERTH_FIELD_PORT); i++)
		say("port", berth_settings_at(redeploy->settings, BERTH_FIELD_PORT, i));
	for (size_t i = 0; i < berth_settings_count(redeploy->settings, BERTH_FIELD_ENV); i++) {
		char name[256];
		const char *pair = berth_settings_at(redeploy->settings, BERTH_FIELD_ENV, i);
		snprintf(name, sizeof name, "%.*s", (int)strcspn(pair, "="), pair);
		say("variable", name);
	}
}

static bool has_person(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static int ask_value(struct berth_settings *settings, const char *name, struct berth_error *err)
{
	char pair[SECRET_MAX + 256], value[SECRET_MAX] = "";
	struct termios before, hidden;
	bool known = tcgetattr(STDIN_FILENO, &before) == 0;
	hidden = before;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	fprintf(stderr, "Value of %s (not shown): ", name);
	fflush(stderr);
	if (known)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	bool read = fgets(value, sizeof value, stdin) != NULL;
	if (known)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	putc('\n', stderr);
	value[strcspn(value, "\n")] = '\0';
	snprintf(pair, sizeof pair, "%s=%s", name, value);
	int status = read ? berth_settings_add(settings, BERTH_FIELD_ENV, pair, err)
			  : berth_error_set(err, BERTH_E_USAGE, 0, "%s has no value", name);
	explicit_bzero(pair, sizeof pair);
	explicit_bzero(value, sizeof value);
	return status;
}

static int ask_missing(struct berth_settings *settings, const struct redeploy_missing *missing,
	struct berth_error *err)
{
	char names[512] = "";
	size_t used = 0;
	for (size_t i = 0; has_person() && i < missing->count; i++) {
		if (ask_value(settings, missing->names[i], err) < 0)
			return -1;
	}
	if (missing->count == 0 || has_person())
		return 0;
	for (size_t i = 0; i < missing->count && used < sizeof names; i++)
		used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
			i > 0 ? ", " : "", missing->names[i]);
	berth_error_set(err, BERTH_E_USAGE, 0,
		"the history keeps no values of variables, and these need one: %s", names);
	return berth_error_hint(err, "for each, --env %s=VALUE", missing->names[0]);
}

static int confirm(const struct berth_settings *settings, struct berth_error *err)
{
	char line[16] = "";
	if (berth_settings_confirmed(settings))
		return 0;
	if (!has_person()) {
		berth_error_set(err, BERTH_E_USAGE, 0,
			"this needs a yes, and there is no terminal to ask at");
		return berth_error_hint(err, "give --yes");
	}
	fprintf(stderr, "Deploy that? [y/N] ");
	fflush(stderr);
	if (fgets(line, sizeof line, stdin) && (line[0] == 'y' || line[0] == 'Y'))
		return 0;
	return berth_error_set(err, BERTH_E_CANCELLED, 0, "nothing was deployed");
}

static int prepare(struct redeploy *redeploy, struct berth_error *err)
{
	struct redeploy_missing missing = {0};
	bool there = false;
	if (choose_runs(redeploy, err) < 0)
		return -1;
	char *image = redeploy_pin(redeploy->then, err);
	if (!image)
		return -1;
	int status = redeploy_fill(redeploy->settings, redeploy->then, image, &missing, err);
	free(image);
	if (status == 0)
		status = berth_settings_load(redeploy->settings, err);
	if (status == 0)
		status = ask_missing(redeploy->settings, &missing, err);
	redeploy_missing_release(&missing);
	if (status < 0 || look_for_image(redeploy, &there, err) < 0)
		return -1;
	show(redeploy, there);
	return confirm(redeploy->settings, err);
}

static int open_engine(struct redeploy *redeploy, struct berth_error *err)
{
	char *path = berth_history_path(err);
	if (!path)
		return -1;
	redeploy->engine = berth_engine_new(
		&(struct berth_engine_options){.loop = &redeploy->loop,
			.wakeup = wakeup,
			.history = path,
			.keep = berth_settings_history(redeploy->settings)},
		err);
	free(path);
	return redeploy->engine ? 0 : -1;
}

static void close_all(struct redeploy *redeploy)
{
	berth_past_run_free(redeploy->now);
	berth_past_run_free(redeploy->then);
	berth_past_runs_free(redeploy->list, redeploy->count);
	if (redeploy->engine)
		berth_engine_close(redeploy->engine, on_closed, redeploy);
	uv_run(&redeploy->loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&redeploy->loop) != 0)
		complain_text("internal: something was left open");
}

int redeploy_cmd(const struct args *args, struct berth_settings *settings)
{
	struct redeploy redeploy = {.args = args, .settings = settings};
	struct berth_error err;
	int status = uv_loop_init(&redeploy.loop);
	if (status < 0) {
		complain_text("cannot start: %s", uv_strerror(status));
		return 1;
	}
	status = open_engine(&redeploy, &err);
	if (status == 0)
		status = prepare(&redeploy, &err);
	close_all(&redeploy);
	if (status == 0)
		return deploy_cmd_run(settings, args->json);
	complain(&err);
	return berth_outcome_exit_status(err.code == BERTH_E_UNREACHABLE ? BERTH_UNREACHED
					 : err.code == BERTH_E_CANCELLED ? BERTH_CANCELED
									 : BERTH_REJECTED);
}

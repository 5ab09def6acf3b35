#include "docker/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "docker/client.h"
#include "docker/container.h"
#include "docker/image.h"
#include "docker/reference.h"
#include "loop/net.h"
#include "loop/timer.h"

struct survey {
	struct net *net;
	void (*changed)(void *context);
	void *context;
	struct berth_survey result;
	char *host, *image, *container;
	struct docker *docker;
	struct docker_call *connecting;
	struct docker_op *image_op, *container_op;
	struct timer
		*timer; /* the next turn: nothing is freed in a callback of what it belongs to */
	bool by_id;     /* the image was not there under its name, and is looked for by its id */
	bool again;     /* another look was asked for while something is in flight */
	void (*closed)(void *context);
	void *closed_context;
};

static bool in_flight(const struct survey *survey)
{
	return survey->connecting != NULL || survey->image_op != NULL ||
	       survey->container_op != NULL;
}

static void finish(struct survey *survey, const struct berth_error *err)
{
	survey->result.state = err != NULL ? BERTH_SURVEY_FAILED : BERTH_SURVEY_DONE;
	if (err != NULL)
		survey->result.error = *err;
	survey->changed(survey->context);
}

/* One thing has landed: go on with what was asked for meanwhile, or see whether it was the last. */
static void landed(struct survey *survey, const struct berth_error *err)
{
	bool aside = survey->closed != NULL || survey->again;
	if (!aside && err != NULL && err->code != BERTH_E_NOT_FOUND &&
		survey->result.error.code == BERTH_E_OK)
		survey->result.error = *err;
	if (in_flight(survey))
		return;
	if (aside)
		timer_start(survey->timer, 0);
	else
		finish(survey,
			survey->result.error.code != BERTH_E_OK ? &survey->result.error : NULL);
}

static void image_known(
	void *context, const struct image_info *info, const struct berth_error *err);

/* What never was in a registry has no digest there: REPOSITORY@ID is the id alone. */
static bool look_by_id(struct survey *survey)
{
	const char *digest = strchr(survey->image, '@');
	if (survey->closed != NULL || survey->again || survey->by_id || digest == NULL)
		return false;
	survey->by_id = true;
	survey->image_op = image_inspect(survey->docker, digest + 1, image_known, survey, NULL);
	return survey->image_op != NULL;
}

static void image_known(void *context, const struct image_info *info, const struct berth_error *err)
{
	struct survey *survey = context;
	survey->image_op = NULL;
	if (err != NULL && err->code == BERTH_E_NOT_FOUND && look_by_id(survey))
		return;
	if (err == NULL) {
		survey->result.has_image = true;
		snprintf(survey->result.digest, sizeof survey->result.digest, "%s", info->digest);
	}
	landed(survey, err);
}

static void container_known(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct survey *survey = context;
	struct berth_survey *result = &survey->result;
	survey->container_op = NULL;
	if (err == NULL) {
		result->has_container = true;
		result->is_ours = info->deployment[0] != '\0';
		snprintf(result->container_id, sizeof result->container_id, "%.12s", info->id);
		snprintf(
			result->container_image, sizeof result->container_image, "%s", info->image);
		snprintf(result->container_status, sizeof result->container_status, "%s",
			info->status);
	}
	landed(survey, err);
}

static void connected(void *context, const struct docker_info *info, const struct berth_error *err)
{
	struct survey *survey = context;
	struct reference reference;
	struct berth_error why = {0};
	(void)info;
	survey->connecting = NULL;
	if (err != NULL || survey->closed != NULL || survey->again) {
		landed(survey, err);
		return;
	}
	if (reference_parse(&reference, survey->image, &why) == 0)
		survey->image_op = image_inspect(
			survey->docker, reference.familiar, image_known, survey, &why);
	if (survey->container != NULL && why.code == BERTH_E_OK)
		survey->container_op = container_inspect(
			survey->docker, survey->container, container_known, survey, &why);
	if (why.code != BERTH_E_OK || !in_flight(survey))
		landed(survey, why.code != BERTH_E_OK ? &why : NULL);
}

static void drop(struct survey *survey)
{
	free(survey->host);
	free(survey->image);
	free(survey->container);
	survey->host = survey->image = survey->container = NULL;
}

static void tear_down(struct survey *survey)
{
	void (*closed)(void *) = survey->closed;
	void *context = survey->closed_context;
	timer_close(survey->timer);
	docker_free(survey->docker);
	drop(survey);
	free(survey);
	closed(context);
}

static void next_turn(void *context)
{
	struct survey *survey = context;
	struct berth_error err = {0};
	if (survey->closed != NULL) {
		tear_down(survey);
		return;
	}
	survey->again = survey->by_id = false;
	docker_free(survey->docker);
	survey->docker = docker_new(survey->net, survey->host, &err);
	if (survey->docker != NULL)
		survey->connecting = docker_connect(survey->docker, connected, survey, &err);
	if (survey->connecting == NULL)
		finish(survey, &err);
}

struct survey *survey_new(
	struct net *net, void (*changed)(void *context), void *context, struct berth_error *err)
{
	struct survey *survey = calloc(1, sizeof *survey);
	if (survey == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	survey->net = net;
	survey->changed = changed;
	survey->context = context;
	survey->timer = timer_new(net_loop(net), next_turn, survey, err);
	if (survey->timer == NULL) {
		free(survey);
		return NULL;
	}
	return survey;
}

static void cancel_what_flies(struct survey *survey)
{
	if (survey->connecting != NULL)
		docker_cancel(survey->connecting);
	if (survey->image_op != NULL)
		docker_op_cancel(survey->image_op);
	if (survey->container_op != NULL)
		docker_op_cancel(survey->container_op);
}

static char *copy_of(const char *text, bool *failed)
{
	char *copy = text != NULL ? strdup(text) : NULL;
	*failed |= text != NULL && copy == NULL;
	return copy;
}

int survey_begin(struct survey *survey, const char *host, const char *image, const char *container,
	struct berth_error *err)
{
	bool failed = false;
	drop(survey);
	survey->host = copy_of(host, &failed);
	survey->image = copy_of(image, &failed);
	survey->container = copy_of(container, &failed);
	survey->result = (struct berth_survey){.state = BERTH_SURVEY_ASKING};
	if (failed || image == NULL) {
		survey->result.state = BERTH_SURVEY_NONE;
		return failed ? berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory")
			      : berth_error_set(
					err, BERTH_E_USAGE, 0, "there is no image to look at");
	}
	if (in_flight(survey)) {
		survey->again = true;
		cancel_what_flies(survey);
	} else {
		timer_start(survey->timer, 0);
	}
	return 0;
}

const struct berth_survey *survey_result(const struct survey *survey)
{
	return &survey->result;
}

void survey_close(struct survey *survey, void (*closed)(void *context), void *context)
{
	survey->closed = closed;
	survey->closed_context = context;
	if (in_flight(survey))
		cancel_what_flies(survey);
	else
		timer_start(survey->timer, 0);
}

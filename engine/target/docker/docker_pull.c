/* pulling_image: layer by layer, tried again when a connection breaks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

#include "docker/auth.h"
#include "docker/credentials.h"
#include "loop/timer.h"
#include "target/docker/docker_target.h"

#define MAX_TRIES 4

static void start_pull(struct docker_target *t);

static void image_pulled(
	void *context, const struct image_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;
	char size[16];

	if (!flight_land(t, SLOT_IMAGE))
		return;
	/* The stream's end is not success: only an image that is there is. */
	if (err != NULL) {
		struct berth_error why = *err;

		berth_error_wrap(
			&why, "the pull ended, but image '%s' is not there", t->reference.familiar);
		docker_target_fail(t, STAGE_PULL, &why);
		return;
	}
	t->image = *info;
	t->image_known = true;
	t->image_ready = true;
	plan_log(&t->plan, STAGE_PULL, BERTH_INFO, "Image %s is there: %s, %s",
		t->reference.familiar, t->image.digest, berth_format_bytes(size, t->image.size));
	plan_done(&t->plan, STAGE_PULL);
	docker_target_proceed(t);
}

static void on_progress(void *context, const struct json_t *object)
{
	struct docker_target *t = context;
	char status[sizeof(t->layers.status)];

	memcpy(status, t->layers.status, sizeof(status));
	if (!layers_update(&t->layers, object, clock_mono_ms()))
		return;
	if (strcmp(status, t->layers.status) != 0)
		plan_log(&t->plan, STAGE_PULL, BERTH_INFO, "%s", t->layers.status);
	plan_advance(
		&t->plan, STAGE_PULL, t->layers.fraction * 0.98, t->layers.list, t->layers.count);
}

/* 0.5 s, 1 s, 2 s, each up to half as long again, so that many clients don't come back at once. */
static uint64_t back_off_ms(int tries)
{
	uint64_t base = 250u << tries;

	return base + (uint64_t)clock_mono_ms() % (base / 2);
}

static void pull_ended(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct berth_error why = {0};
	uint64_t wait;

	if (!flight_land(t, SLOT_PULL))
		return;
	if (err == NULL) {
		flight_start(t, SLOT_IMAGE,
			image_inspect(t->docker, t->reference.familiar, image_pulled, t, &why),
			flight_cancel_op, STAGE_PULL, &why);
		return;
	}
	t->pull_try++;
	if (!image_pull_retryable(err) || t->pull_try == MAX_TRIES) {
		why = *err;
		berth_error_wrap(&why, "cannot pull '%s'", t->reference.familiar);
		docker_target_fail(t, STAGE_PULL, &why);
		return;
	}
	wait = back_off_ms(t->pull_try);
	plan_log(&t->plan, STAGE_PULL, BERTH_WARN, "The pull broke off; try %d of %d in %.1f s: %s",
		t->pull_try + 1, MAX_TRIES, (double)wait / 1000, err->message);
	layers_restart(&t->layers);
	docker_target_pause(t, wait, start_pull);
}

int pull_hide_credentials(struct docker_target *t, const char *header, struct berth_error *err)
{
	const struct target_sink *sink = &t->setup.sink;
	char *secret = credentials_secret(header);
	int status = secret != NULL && sink->hide != NULL
			     ? sink->hide(sink->context, NULL, secret, err)
			     : 0;

	if (secret != NULL)
		explicit_bzero(secret, strlen(secret));
	free(secret);
	return status;
}

static void auth_known(
	void *context, const char *header, const char *note, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct berth_error why = {0};

	if (!flight_land(t, SLOT_AUTH))
		return;
	if (err == NULL && pull_hide_credentials(t, header, &why) == -1)
		err = &why;
	if (err != NULL)
		plan_log(&t->plan, STAGE_PULL, BERTH_WARN, "%s; pulling without credentials",
			err->message);
	else if (note != NULL && note[0] != '\0')
		plan_log(&t->plan, STAGE_PULL, BERTH_DEBUG, "%s", note);
	flight_start(t, SLOT_PULL,
		image_pull(t->docker,
			&(struct image_pull_request){
				.reference = t->reference.familiar,
				.platform = t->request->platform,
				.auth = err == NULL ? header : NULL,
				.on_progress = on_progress,
				.done = pull_ended,
				.context = t,
			},
			&why),
		flight_cancel_op, STAGE_PULL, &why);
}

static void cancel_auth(void *handle)
{
	auth_cancel(handle);
}

/* Credentials are asked for at every try: they may have run out in between. */
static void start_pull(struct docker_target *t)
{
	struct berth_error err = {0};

	flight_start(t, SLOT_AUTH,
		auth_find(t->setup.loop, t->reference.registry, auth_known, t, &err), cancel_auth,
		STAGE_PULL, &err);
}

void pull_begin(struct docker_target *t)
{
	if (t->image_known && t->request->pull != BERTH_PULL_ALWAYS) {
		plan_begin(
			&t->plan, STAGE_PULL, "Image '%s' is already there", t->reference.familiar);
		plan_log(&t->plan, STAGE_PULL, BERTH_INFO, "Image %s is already there: %s",
			t->reference.familiar, t->image.digest);
		t->image_ready = true;
		plan_done(&t->plan, STAGE_PULL);
		docker_target_proceed(t);
		return;
	}
	plan_begin(&t->plan, STAGE_PULL, "Pulling '%s'", t->reference.familiar);
	plan_log(&t->plan, STAGE_PULL, BERTH_INFO, "Pulling %s", t->reference.familiar);
	start_pull(t);
}

/* The images of services that have no container yet, and then, before anything is made, the
 * passwords put where the next deployment finds them. */
#include <string.h>

#include "docker/auth.h"
#include "generate/variables.h"
#include "loop/timer.h"
#include "loop/work.h"
#include "target/docker/docker_services.h"
#include "target/docker/docker_target.h"

enum { MAX_TRIES = 4, FIRST_WAIT_MS = 500 };

/* --- passwords --- */

static void write_on_worker(void *context, const atomic_bool *cancelled)
{
	struct services *services = ((struct docker_target *)context)->services;

	(void)cancelled;
	services->is_kept = variables_keep(services->kept, services->to_keep, &services->error) ==
			    0;
}

static void passwords_kept(void *context, bool cancelled)
{
	struct docker_target *t = context;

	(void)cancelled;
	if (!flight_land(t, SLOT_DETECT))
		return;
	if (t->services->is_kept)
		services_go_up(t);
	else
		services_fail(t, &t->services->error, "the passwords can't be kept");
}

static void cancel_work(void *handle)
{
	work_cancel(handle);
}

/* Not before it is known that no data waits for another one, and before anything has it. */
static void keep_passwords(struct docker_target *t)
{
	struct berth_error err = {0};

	if (t->services->kept == NULL) {
		services_go_up(t);
		return;
	}
	flight_start(t, SLOT_DETECT,
		work_start(t->setup.loop, write_on_worker, passwords_kept, t, &err), cancel_work,
		STAGE_START, &err);
}

/* --- images --- */

static void next_image(struct docker_target *t)
{
	t->services->at++;
	t->services->pull_try = 0;
	services_fetch_images(t);
}

static void image_there(void *context, const struct image_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;

	(void)info;
	if (!flight_land(t, SLOT_IMAGE))
		return;
	if (err != NULL)
		services_fail(t, err, "the pull ended, but image '%s' is not there",
			t->services->all[t->services->at].service->image);
	else
		next_image(t);
}

static void on_progress(void *context, const struct json_t *object)
{
	struct docker_target *t = context;

	if (layers_update(&t->layers, object, clock_mono_ms()))
		plan_advance(&t->plan, STAGE_START, 0, t->layers.list, t->layers.count);
}

static void pull(struct docker_target *t);

static void pulled(void *context, const struct berth_error *err)
{
	struct docker_target *t = context;
	const char *image = t->services->all[t->services->at].service->image;
	struct berth_error why = {0};

	if (!flight_land(t, SLOT_PULL))
		return;
	if (err == NULL) {
		flight_start(t, SLOT_IMAGE, image_inspect(t->docker, image, image_there, t, &why),
			flight_cancel_op, STAGE_START, &why);
		return;
	}
	if (!image_pull_retryable(err) || ++t->services->pull_try == MAX_TRIES) {
		services_fail(t, err, "cannot pull '%s' of service '%s'", image,
			t->services->all[t->services->at].service->name);
		return;
	}
	plan_log(&t->plan, STAGE_START, BERTH_WARN, "The pull broke off and is tried again: %s",
		err->message);
	docker_target_pause(t, (uint64_t)FIRST_WAIT_MS << t->services->pull_try, pull);
}

static void auth_known(
	void *context, const char *header, const char *note, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct berth_error why = {0};

	(void)note;
	if (!flight_land(t, SLOT_AUTH))
		return;
	layers_restart(&t->layers);
	flight_start(t, SLOT_PULL,
		image_pull(t->docker,
			&(struct image_pull_request){
				.reference = t->services->all[t->services->at].service->image,
				.platform = t->request->platform,
				.auth = err == NULL ? header : NULL,
				.on_progress = on_progress,
				.done = pulled,
				.context = t,
			},
			&why),
		flight_cancel_op, STAGE_START, &why);
}

static void cancel_auth(void *handle)
{
	auth_cancel(handle);
}

static void pull(struct docker_target *t)
{
	const struct service_up *up = &t->services->all[t->services->at];
	struct berth_error err = {0};
	struct reference reference;

	plan_begin(&t->plan, STAGE_START, "Service '%s': pulling '%s'", up->service->name,
		up->service->image);
	if (reference_parse(&reference, up->service->image, &err) == -1) {
		docker_target_fail(t, STAGE_START, &err);
		return;
	}
	flight_start(t, SLOT_AUTH,
		auth_find(t->setup.loop, reference.registry, auth_known, t, &err), cancel_auth,
		STAGE_START, &err);
}

static void image_seen(void *context, const struct image_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;

	(void)info;
	if (!flight_land(t, SLOT_IMAGE))
		return;
	if (err != NULL && err->code == BERTH_E_NOT_FOUND)
		pull(t);
	else if (err != NULL)
		docker_target_fail(t, STAGE_START, err);
	else
		next_image(t);
}

/* All of them before anything is made. One that has its container needs none. */
void services_fetch_images(struct docker_target *t)
{
	struct services *services = t->services;
	struct berth_error err = {0};

	while (services->at < services->count && services->all[services->at].id[0] != '\0')
		services->at++;
	if (services->at == services->count) {
		keep_passwords(t);
		return;
	}
	flight_start(t, SLOT_IMAGE,
		image_inspect(
			t->docker, services->all[services->at].service->image, image_seen, t, &err),
		flight_cancel_op, STAGE_START, &err);
}

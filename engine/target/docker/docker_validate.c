/* validating: everything that can be known before anything is touched. */
#include <stdio.h>
#include <string.h>

#include "target/docker/docker_target.h"

static void cancel_call(void *handle)
{
	docker_cancel(handle);
}

/* The ports a person wants by number must be free now, or held by the container that steps aside.
 */
static bool fixed_ports_free(struct docker_target *t)
{
	for (size_t i = 0; i < t->request->port_count; i++) {
		const struct berth_port *port = &t->request->ports[i];
		struct berth_error err = {0};

		if (!port->published || port->automatic)
			continue;
		if (ports_taken(t, port->host, port->udp, &err) == 0)
			continue;
		if (err.code == BERTH_E_OK)
			ports_name_owner(t, port->host, port->udp);
		else
			docker_target_fail(t, STAGE_VALIDATE, &err);
		return false;
	}
	return true;
}

static bool name_is_ours_to_take(struct docker_target *t)
{
	const struct container_info *old = &t->old;

	if (!t->name_taken || t->request->replace)
		return true;
	if (old->deployment[0] != '\0') {
		plan_log(&t->plan, STAGE_VALIDATE, BERTH_INFO,
			"Container '%s' (%.12s, %s) was made by berth and will be replaced",
			old->name, old->id, old->status);
		return true;
	}
	t->replaceable = true;
	docker_target_failf(t, STAGE_VALIDATE, BERTH_E_CONFLICT,
		"give --yes to replace it, or another name with --container",
		"container '%s' (%.12s, %s, image '%s') exists and was not made by berth",
		old->name, old->id, old->status, old->image);
	return false;
}

static bool image_can_be_had(struct docker_target *t)
{
	if (t->request->build || t->image_known || t->request->pull != BERTH_PULL_NEVER)
		return true;
	docker_target_failf(t, STAGE_VALIDATE, BERTH_E_NOT_FOUND,
		"pull it first, or leave --pull at 'missing'",
		"image '%s' is not on the engine and --pull is 'never'", t->reference.familiar);
	return false;
}

static void judge(struct docker_target *t)
{
	if (!name_is_ours_to_take(t) || !image_can_be_had(t) || !fixed_ports_free(t))
		return;
	plan_done(&t->plan, STAGE_VALIDATE);
	if (t->request->build)
		build_begin(t);
	else
		pull_begin(t);
}

static void lookup_done(struct docker_target *t)
{
	plan_advance(&t->plan, STAGE_VALIDATE, 1.0 - 0.25 * t->lookups, NULL, 0);
	if (--t->lookups == 0)
		judge(t);
}

static void name_known(
	void *context, const struct container_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_NAME))
		return;
	if (err != NULL && err->code != BERTH_E_NOT_FOUND) {
		docker_target_fail(t, STAGE_VALIDATE, err);
		return;
	}
	t->name_taken = err == NULL;
	if (err == NULL)
		t->old = *info;
	lookup_done(t);
}

static void image_looked_up(
	void *context, const struct image_info *info, const struct berth_error *err);

static void look_up_image(struct docker_target *t)
{
	struct berth_error err = {0};

	flight_start(t, SLOT_IMAGE,
		image_inspect(t->docker, t->reference.familiar, image_looked_up, t, &err),
		flight_cancel_op, STAGE_VALIDATE, &err);
}

/* What was built here and never was in a registry has no digest there: it is known by its id. */
static bool goes_by_its_id(struct docker_target *t)
{
	if (t->reference.digest[0] == '\0' || t->request->build ||
		strcmp(t->reference.familiar, t->reference.digest) == 0 ||
		t->request->pull == BERTH_PULL_ALWAYS)
		return false;
	snprintf(t->pinned, sizeof(t->pinned), "%s", t->reference.familiar);
	snprintf(t->reference.familiar, sizeof(t->reference.familiar), "%s", t->reference.digest);
	return true;
}

static void image_looked_up(
	void *context, const struct image_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_IMAGE))
		return;
	if (err != NULL && err->code == BERTH_E_NOT_FOUND && goes_by_its_id(t)) {
		look_up_image(t);
		return;
	}
	if (err != NULL && t->pinned[0] != '\0')
		snprintf(t->reference.familiar, sizeof(t->reference.familiar), "%s", t->pinned);
	if (err != NULL && err->code != BERTH_E_NOT_FOUND) {
		docker_target_fail(t, STAGE_VALIDATE, err);
		return;
	}
	t->image_known = err == NULL;
	if (err == NULL)
		t->image = *info;
	lookup_done(t);
}

static void containers_listed(
	void *context, const struct container_list *list, const struct berth_error *err)
{
	struct docker_target *t = context;

	if (!flight_land(t, SLOT_LIST))
		return;
	/* A refused list is no empty list: ports can't be judged without it. */
	if (err != NULL) {
		docker_target_fail(t, STAGE_VALIDATE, err);
		return;
	}
	if (ports_remember(t, list) == 0)
		lookup_done(t);
}

static void connected(void *context, const struct docker_info *info, const struct berth_error *err)
{
	struct docker_target *t = context;
	struct berth_error why = {0};

	if (!flight_land(t, SLOT_CONNECT))
		return;
	if (err != NULL) {
		docker_target_fail(t, STAGE_VALIDATE, err);
		return;
	}
	plan_log(&t->plan, STAGE_VALIDATE, BERTH_INFO, "Docker %s, API %s, %s at %s", info->version,
		info->api, info->os_arch, docker_endpoint(t->docker)->address);
	t->lookups = docker_journal_begin(t, lookup_done) ? 4 : 3;
	flight_start(t, SLOT_NAME,
		container_inspect(t->docker, t->request->container, name_known, t, &why),
		flight_cancel_op, STAGE_VALIDATE, &why);
	look_up_image(t);
	flight_start(t, SLOT_LIST,
		container_list(t->docker, true, NULL, containers_listed, t, &why), flight_cancel_op,
		STAGE_VALIDATE, &why);
}

void validate_begin(struct docker_target *t)
{
	struct berth_error err = {0};
	char image[640];

	plan_begin(&t->plan, STAGE_VALIDATE, "Checking the request and the engine for '%s'",
		t->request->name);
	/* What is made here is called by the deployment that made it. */
	snprintf(image, sizeof(image), "%s%s%.8s", t->request->image, t->request->build ? ":" : "",
		t->request->build ? t->setup.deployment_id : "");
	if (reference_parse(&t->reference, image, &err) == -1) {
		docker_target_fail(t, STAGE_VALIDATE, &err);
		return;
	}
	if (t->request->port_count > MAX_PORTS) {
		docker_target_failf(t, STAGE_VALIDATE, BERTH_E_USAGE, "publish fewer ports",
			"%zu ports are too many: at most %d", t->request->port_count, MAX_PORTS);
		return;
	}
	t->docker = docker_new(t->setup.net, t->request->host, &err);
	if (t->docker == NULL) {
		docker_target_fail(t, STAGE_VALIDATE, &err);
		return;
	}
	flight_start(t, SLOT_CONNECT, docker_connect(t->docker, connected, t, &err), cancel_call,
		STAGE_VALIDATE, &err);
}

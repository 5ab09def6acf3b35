#include "session/port_chooser.h"

#include <stdlib.h>
#include <string.h>

#include "base/trace.h"
#include "loop/work.h"
#include "source/ports.h"
#include "store/lease.h"
#include "store/store.h"

struct port_call {
	struct store_job job;
	struct port_chooser *chooser;
	char *engine, *name, *container, *deployment_id;
	bool is_here;
	struct port_wish *wishes;
	struct port_number *taken, *own;
	char **containers;
	size_t count, taken_count, own_count, container_count;
	bool cancelled;
	struct berth_error trouble, error;
	ports_chosen_fn *done;
	void *context;
};

static void free_call(struct port_call *call)
{
	for (size_t i = 0; i < call->container_count; i++)
		free(call->containers[i]);
	free(call->containers);
	free(call->engine);
	free(call->name);
	free(call->container);
	free(call->deployment_id);
	free(call->wishes);
	free(call->taken);
	free(call->own);
	free(call);
}

/* --- on the worker --- */

static bool holds(const struct port_number *numbers, size_t count, int port, bool udp)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i].port == port && numbers[i].udp == udp)
			return true;
	return false;
}

static bool is_free(void *context, int port, bool udp)
{
	const struct port_call *call = context;

	if (holds(call->taken, call->taken_count, port, udp))
		return false;
	if (holds(call->own, call->own_count, port, udp))
		return true;
	/* Not testable (-1) counts as free: the engine has the last word. */
	return !call->is_here || port_is_free(port, udp, NULL) != 0;
}

static bool is_gone(void *context, const char *container)
{
	const struct port_call *call = context;

	for (size_t i = 0; i < call->container_count; i++)
		if (strcmp(call->containers[i], container) == 0)
			return false;
	return true;
}

static int choose(struct port_call *call, struct db *db, struct berth_error *err)
{
	return lease_take(db,
		&(struct lease_request){
			.host = call->is_here ? "" : call->engine,
			.engine = call->engine,
			.name = call->name,
			.container = call->container,
			.deployment_id = call->deployment_id,
			.wishes = call->wishes,
			.count = call->count,
			.is_free = is_free,
			.is_gone = is_gone,
			.context = call,
		},
		err);
}

static int run_job(
	struct store_job *job, struct db *db, const atomic_bool *closing, struct berth_error *err)
{
	(void)closing;
	return choose((struct port_call *)job, db, err);
}

static void run_alone(void *context, const atomic_bool *cancelled)
{
	struct port_call *call = context;

	(void)cancelled;
	choose(call, NULL, &call->error);
}

/* --- on the loop --- */

static void end(struct port_call *call)
{
	if (call->cancelled) {
		port_chooser_release(call->chooser->history, call->deployment_id);
		berth_error_set(&call->error, BERTH_E_CANCELLED, 0, "cancelled");
	}
	call->done(call->context, call->wishes, call->count,
		call->trouble.code != BERTH_E_OK ? &call->trouble : NULL,
		call->error.code != BERTH_E_OK ? &call->error : NULL);
	free_call(call);
}

static void chosen_alone(void *context, bool cancelled)
{
	(void)cancelled;
	end(context);
}

/* Without the record there are still the engine and the sockets. */
static void choose_alone(struct port_call *call)
{
	if (work_start(call->chooser->loop, run_alone, chosen_alone, call, &call->error) == NULL)
		end(call);
}

static void job_done(struct store_job *job, const struct berth_error *err)
{
	struct port_call *call = (struct port_call *)job;

	if (err == NULL || call->cancelled) {
		end(call);
		return;
	}
	call->trouble = *err;
	choose_alone(call);
}

static void *copy_of(const void *from, size_t size, size_t count)
{
	void *copy = calloc(count + 1, size);

	if (copy != NULL && count > 0)
		memcpy(copy, from, count * size);
	return copy;
}

static struct port_call *new_call(const struct port_request *request)
{
	struct port_call *call = calloc(1, sizeof(*call));
	bool whole = call != NULL;

	if (call == NULL)
		return NULL;
	call->is_here = request->is_here;
	call->engine = strdup(request->engine);
	call->name = strdup(request->name);
	call->container = strdup(request->container);
	call->deployment_id = strdup(request->deployment_id);
	call->wishes = copy_of(request->wishes, sizeof(*call->wishes), request->count);
	call->taken = copy_of(request->taken, sizeof(*call->taken), request->taken_count);
	call->own = copy_of(request->own, sizeof(*call->own), request->own_count);
	call->containers = calloc(request->container_count + 1, sizeof(*call->containers));
	call->count = request->count;
	call->taken_count = request->taken_count;
	call->own_count = request->own_count;
	whole = call->engine != NULL && call->name != NULL && call->container != NULL &&
		call->deployment_id != NULL && call->wishes != NULL && call->taken != NULL &&
		call->own != NULL && call->containers != NULL;
	for (size_t i = 0; whole && i < request->container_count; i++) {
		call->containers[i] = strdup(request->containers[i]);
		whole = call->containers[i] != NULL;
		call->container_count += whole ? 1 : 0;
	}
	if (whole)
		return call;
	free_call(call);
	return NULL;
}

static struct port_call *take(void *context, const struct port_request *request,
	ports_chosen_fn *done, void *done_context, struct berth_error *err)
{
	struct port_chooser *chooser = context;
	struct port_call *call = new_call(request);

	if (call == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	call->chooser = chooser;
	call->done = done;
	call->context = done_context;
	call->job = (struct store_job){.run = run_job, .done = job_done};
	if (chooser->history != NULL && store_ask(chooser->history, &call->job, NULL) == 0)
		return call;
	if (work_start(chooser->loop, run_alone, chosen_alone, call, err) != NULL)
		return call;
	free_call(call);
	return NULL;
}

static void cancel(struct port_call *call)
{
	call->cancelled = true;
}

/* --- letting go --- */

struct release {
	struct store_job job;
	char deployment_id[64];
};

static int run_release(
	struct store_job *job, struct db *db, const atomic_bool *closing, struct berth_error *err)
{
	(void)closing;
	return lease_release(db, ((struct release *)job)->deployment_id, err);
}

/* One that could not be noted is found to be stale later. */
static void released(struct store_job *job, const struct berth_error *err)
{
	if (err != NULL)
		trace("ports", "not released: %s", err->message);
	free(job);
}

void port_chooser_release(struct berth_history *history, const char *deployment_id)
{
	struct release *release = history != NULL ? calloc(1, sizeof(*release)) : NULL;

	if (release == NULL)
		return;
	release->job = (struct store_job){
		.even_closing = true, .run = run_release, .done = released};
	strncpy(release->deployment_id, deployment_id, sizeof(release->deployment_id) - 1);
	if (store_ask(history, &release->job, NULL) == -1)
		free(release);
}

static void release_for_target(void *context, const char *deployment_id)
{
	const struct port_chooser *chooser = context;

	port_chooser_release(chooser->history, deployment_id);
}

struct port_leases port_chooser_leases(struct port_chooser *chooser)
{
	return (struct port_leases){
		.take = take, .cancel = cancel, .release = release_for_target, .context = chooser};
}

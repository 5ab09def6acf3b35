#include "target/fractalic/fractalic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/remote.h>

#include "docker/client.h"

/* Of an answer that should have been a stream, or is a result. */
#define ANSWER_MAX (1u << 20)

struct fractalic_pace fractalic_pace = {
	.first_ms = 500,
	.cap_ms = 30000,
	.tries = 8,
	.quiet_ms = 5000,
	.settle_ms = 3000,
};

/* --- turns --- */

static void release(struct server_run *run)
{
	struct fractalic *t = (struct fractalic *)run;

	server_run_release(run);
	docker_free(t->docker);
	sse_release(&t->sse);
	buf_release(&t->answer);
	berth_result_free(t->result);
	free(t->result_server);
	free(t->lost.message);
	free(t->last_news);
	free(t->location);
	free(t->container);
	free(t->said_id);
	free(t->url);
	free(t->id);
	free(t);
}

static bool busy(const struct server_run *run)
{
	const struct fractalic *t = (const struct fractalic *)run;

	return t->connect != NULL || t->inspect != NULL || t->output != NULL;
}

static void drop(struct server_run *run)
{
	struct fractalic *t = (struct fractalic *)run;

	if (t->connect != NULL)
		docker_cancel(t->connect);
	if (t->inspect != NULL)
		docker_op_cancel(t->inspect);
	if (t->output != NULL)
		docker_op_cancel(t->output);
}

static void turn(struct server_run *run)
{
	struct fractalic *t = (struct fractalic *)run;

	t->next(t);
}

void come_back(struct fractalic *t, int milliseconds, void (*next)(struct fractalic *t))
{
	t->next = next;
	server_run_pause(&t->run, milliseconds);
}

/* --- beginning --- */

static void entered(struct server_run *run)
{
	struct fractalic *t = (struct fractalic *)run;

	if (run->watching)
		poll_begin(t);
	else
		post_begin(t);
}

static void refused(
	struct server_run *run, enum berth_outcome outcome, const struct berth_error *err)
{
	end_refused((struct fractalic *)run, outcome, err);
}

static void begin(struct fractalic *t)
{
	struct berth_error err = {0};
	char text[256];
	int len;

	if (t->run.watching)
		len = snprintf(text, sizeof(text), "Following deployment %.100s", t->id);
	else
		len = snprintf(text, sizeof(text), "Checking the request for '%.100s'",
			t->run.request->name != NULL ? t->run.request->name : "");
	server_run_say_status(&t->run, text, (size_t)len);
	if (server_run_check(&t->run) < 0)
		return;
	if (!t->run.watching && request_check(t, &err) < 0) {
		end_refused(t, BERTH_REJECTED, &err);
		return;
	}
	server_run_enter(&t->run);
}

/* --- the target's own functions --- */

static void stopped(struct server_run *run)
{
	end_stopped((struct fractalic *)run);
}

/* Once the server's word is there, there is nothing left to cancel. */
static bool is_over(const struct server_run *run)
{
	return ((const struct fractalic *)run)->result != NULL;
}

static void stop(struct server_run *run)
{
	if (server_run_in_flight(run))
		server_run_cut(run);
	else
		come_back((struct fractalic *)run, 0, end_stopped);
}

static const struct server_run_kind fractalic_kind = {
	.ops = &fractalic_target_ops,
	.tries = &fractalic_pace.tries,
	.busy = busy,
	.drop = drop,
	.turn = turn,
	.entered = entered,
	.refused = refused,
	.stopped = stopped,
	.is_over = is_over,
	.stop = stop,
	.release = release,
};

static void fractalic_cancel(struct target *target)
{
	const struct fractalic *t = (const struct fractalic *)target;

	server_run_cancel((struct server_run *)target,
		t->sent ? "Cancelling: closing the stream ends the run over there" : NULL);
}

static struct target *make(
	const struct target_setup *setup, const char *id, struct berth_error *err)
{
	struct fractalic *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	buf_init(&t->answer, ANSWER_MAX);
	sse_init(&t->sse, &(struct sse_handler){0});
	if (server_run_init(&t->run, &fractalic_kind, setup, id != NULL, err) < 0) {
		release(&t->run);
		return NULL;
	}
	if (id != NULL && (t->id = strdup(id)) == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		release(&t->run);
		return NULL;
	}
	come_back(t, 0, begin);
	return &t->run.base;
}

static struct target *fractalic_start(const struct target_setup *setup, struct berth_error *err)
{
	return make(setup, NULL, err);
}

static struct target *fractalic_watch(
	const struct target_setup *setup, const char *id, struct berth_error *err)
{
	return make(setup, id, err);
}

#define NO_ROUTE                                                                                   \
	"a Fractalic server has no route for it: what it deployed is a container on the Docker "   \
	"engine of its host"

static const char *const cannot[BERTH_DEEDS] = {
	[BERTH_DEED_LIST] = NO_ROUTE,
	[BERTH_DEED_LOOK] = NO_ROUTE,
	[BERTH_DEED_STOP] = NO_ROUTE,
	[BERTH_DEED_RESTART] = NO_ROUTE,
	[BERTH_DEED_REMOVE] = NO_ROUTE,
	[BERTH_DEED_LOGS] = NO_ROUTE,
	[BERTH_DEED_FOLLOW] = NO_ROUTE,
};

const struct target_ops fractalic_target_ops = {
	.kind = "fractalic",
	.stages = {registry_stages, STAGE_COUNT},
	.cancelling =
		"This server has no way to cancel. Closing the stream destroys the run there, "
		"and what it has made so far stays.",
	.leaving = "Leaving destroys what runs there: it lives only as long as its stream.",
	.one_at_a_time = true,
	.start = fractalic_start,
	.watch = fractalic_watch,
	.examine = fractalic_examine,
	.cannot = cannot,
	.cancel = fractalic_cancel,
	.close = server_run_close,
};

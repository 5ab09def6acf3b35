/* The doctor asks a Docker engine who it is. */
#include <stdio.h>

#include <uv.h>

#include <berth/engine.h>

#include "command/doctor_private.h"

#define ENDPOINT_LIMIT_MS 10000

struct attempt {
	uv_loop_t loop;
	uv_timer_t limit;
	uv_idle_t idle; /* looks at the endpoint after a wakeup */
	struct berth_engine *engine;
	struct berth_endpoint endpoint;
	bool over;
};

static void finish(struct attempt *attempt)
{
	if (attempt->over)
		return;
	attempt->over = true;
	uv_close((uv_handle_t *)&attempt->limit, NULL);
	uv_close((uv_handle_t *)&attempt->idle, NULL);
	if (attempt->engine)
		berth_engine_close(attempt->engine, doctor_engine_closed, NULL);
}

static void look(uv_idle_t *idle)
{
	struct attempt *attempt = idle->data;
	uv_idle_stop(idle);
	attempt->endpoint = *berth_engine_endpoint(attempt->engine);
	if (attempt->endpoint.reach == BERTH_REACH_LIVE ||
		attempt->endpoint.reach == BERTH_REACH_LOST)
		finish(attempt);
}

static void wakeup(void *context)
{
	struct attempt *attempt = context;
	if (!attempt->over)
		uv_idle_start(&attempt->idle, look);
}

static void out_of_time(uv_timer_t *timer)
{
	struct attempt *attempt = timer->data;
	attempt->endpoint = *berth_engine_endpoint(attempt->engine);
	attempt->endpoint.reach = BERTH_REACH_LOST;
	berth_error_set(&attempt->endpoint.error, BERTH_E_TIMEOUT, 0, "no answer within %d s",
		ENDPOINT_LIMIT_MS / 1000);
	finish(attempt);
}

static void try_endpoint(struct attempt *attempt, const char *host)
{
	struct berth_engine_options options = {&attempt->loop, wakeup, attempt};
	struct berth_error *err = &attempt->endpoint.error;
	uv_timer_init(&attempt->loop, &attempt->limit);
	uv_idle_init(&attempt->loop, &attempt->idle);
	attempt->limit.data = attempt->idle.data = attempt;
	attempt->engine = berth_engine_new(&options, err);
	if (!attempt->engine || berth_engine_watch(attempt->engine, host, err) < 0) {
		attempt->endpoint.reach = BERTH_REACH_LOST;
		finish(attempt);
	} else {
		uv_timer_start(&attempt->limit, out_of_time, ENDPOINT_LIMIT_MS, 0);
		/* It may be known already. */
		uv_idle_start(&attempt->idle, look);
	}
	uv_run(&attempt->loop, UV_RUN_DEFAULT);
}

bool doctor_ask_engine(const char *host, struct berth_endpoint *endpoint, struct findings *findings)
{
	struct attempt attempt = {0};
	if (!doctor_open_loop(&attempt.loop, findings))
		return false;
	try_endpoint(&attempt, host);
	doctor_close_loop(&attempt.loop);
	*endpoint = attempt.endpoint;
	return true;
}

void doctor_report_engine(const struct berth_endpoint *endpoint)
{
	char detail[256];
	doctor_report(VERDICT_OK, "endpoint", endpoint->address, NULL);
	snprintf(detail, sizeof detail, "version %s, API %s", endpoint->version, endpoint->api);
	doctor_report(VERDICT_OK, "engine", detail, NULL);
}

void doctor_check_engine(const char *host, struct findings *findings)
{
	struct berth_endpoint endpoint;
	if (!doctor_ask_engine(host, &endpoint, findings))
		return;
	if (endpoint.reach == BERTH_REACH_LIVE) {
		doctor_report_engine(&endpoint);
		return;
	}
	doctor_report(VERDICT_FAIL, "endpoint", endpoint.error.message, endpoint.error.hint);
	if (endpoint.error.code == BERTH_E_USAGE)
		findings->wrong = true;
	else
		findings->unreachable = true;
}

/* The part of the doctor that goes out: a Docker engine is asked who it is, a deploy server is
 * examined by questions that start nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include <berth/config_keys.h>
#include <berth/engine.h>
#include <berth/plugin.h>
#include <berth/settings.h>

#include "complain.h"
#include "doctor_report.h"

#define ENDPOINT_LIMIT_MS 10000

struct attempt {
	uv_loop_t loop;
	uv_timer_t limit;
	uv_idle_t idle; /* looks at the endpoint after a wakeup */
	struct berth_engine *engine;
	struct berth_endpoint endpoint;
	bool over;
};

static void engine_closed(void *context)
{
	(void)context;
}

static void finish(struct attempt *attempt)
{
	if (attempt->over)
		return;
	attempt->over = true;
	uv_close((uv_handle_t *)&attempt->limit, NULL);
	uv_close((uv_handle_t *)&attempt->idle, NULL);
	if (attempt->engine)
		berth_engine_close(attempt->engine, engine_closed, NULL);
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

static bool in_loop(uv_loop_t *loop, struct findings *findings)
{
	int status = uv_loop_init(loop);
	if (status == 0)
		return true;
	doctor_report(VERDICT_FAIL, "engine", uv_strerror(status), NULL);
	findings->other = true;
	return false;
}

static void close_loop(uv_loop_t *loop)
{
	if (uv_loop_close(loop) != 0)
		complain_text("internal: something was left open");
}

/* NULL host: as the docker command line finds it. */
static bool ask_engine(const char *host, struct berth_endpoint *endpoint, struct findings *findings)
{
	struct attempt attempt = {0};
	if (!in_loop(&attempt.loop, findings))
		return false;
	try_endpoint(&attempt, host);
	close_loop(&attempt.loop);
	*endpoint = attempt.endpoint;
	return true;
}

static void report_engine(const struct berth_endpoint *endpoint)
{
	char detail[256];
	doctor_report(VERDICT_OK, "endpoint", endpoint->address, NULL);
	snprintf(detail, sizeof detail, "version %s, API %s", endpoint->version, endpoint->api);
	doctor_report(VERDICT_OK, "engine", detail, NULL);
}

static void check_engine(const char *host, struct findings *findings)
{
	struct berth_endpoint endpoint;
	if (!ask_engine(host, &endpoint, findings))
		return;
	if (endpoint.reach == BERTH_REACH_LIVE) {
		report_engine(&endpoint);
		return;
	}
	doctor_report(VERDICT_FAIL, "endpoint", endpoint.error.message, endpoint.error.hint);
	if (endpoint.error.code == BERTH_E_USAGE)
		findings->wrong = true;
	else
		findings->unreachable = true;
}

/* --- deploy servers --- */

struct examination {
	struct berth_engine *engine;
	struct findings *findings;
	const char *program; /* of a plugin */
};

static void take_finding(void *context, const struct berth_finding *finding)
{
	static const enum verdict verdicts[BERTH_VERDICTS] = {
		[BERTH_FINE] = VERDICT_OK,
		[BERTH_LACKING] = VERDICT_WARN,
		[BERTH_WRONG] = VERDICT_FAIL,
		[BERTH_UNTRIED] = VERDICT_NOTE,
	};
	struct examination *examination = context;
	if (!finding) {
		berth_engine_close(examination->engine, engine_closed, NULL);
		return;
	}
	doctor_report(verdicts[finding->verdict], finding->what, finding->words.message,
		finding->words.hint);
	if (finding->verdict != BERTH_WRONG)
		return;
	if (finding->words.code == BERTH_E_USAGE)
		examination->findings->wrong = true;
	else
		examination->findings->unreachable = true;
}

static void no_wakeup(void *context)
{
	(void)context;
}

static void examine(const struct berth_deployment *deployment, struct findings *findings)
{
	struct examination examination = {.findings = findings};
	struct berth_error err;
	uv_loop_t loop;
	if (!in_loop(&loop, findings))
		return;
	examination.engine = berth_engine_new(
		&(struct berth_engine_options){&loop, no_wakeup, NULL}, &err);
	if (!examination.engine || berth_engine_examine(examination.engine, deployment,
					   take_finding, &examination, &err) < 0) {
		doctor_report(VERDICT_FAIL, "server", err.message, err.hint);
		findings->other = true;
		if (examination.engine)
			berth_engine_close(examination.engine, engine_closed, NULL);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	close_loop(&loop);
}

/* Not needed for a deployment, so it is no failure. */
static void check_docker_host(const char *host, struct findings *findings)
{
	struct berth_endpoint endpoint;
	char detail[1024];
	if (!host) {
		doctor_report(VERDICT_NOTE, "engine",
			"the target has no 'docker_host': what a broken deployment leaves can't be "
			"looked at",
			NULL);
	} else if (ask_engine(host, &endpoint, findings)) {
		if (endpoint.reach == BERTH_REACH_LIVE) {
			report_engine(&endpoint);
			return;
		}
		snprintf(detail, sizeof detail,
			"what a broken deployment leaves can't be looked at: %s",
			endpoint.error.message);
		doctor_report(VERDICT_WARN, "endpoint", detail, endpoint.error.hint);
	}
}

static bool takes_docker_host(const char *kind)
{
	for (const struct berth_target_kind *row = berth_target_kinds; row->name; row++) {
		for (size_t i = 0; strcmp(row->name, kind) == 0 && row->keys[i]; i++) {
			if (strcmp(row->keys[i], "docker_host") == 0)
				return true;
		}
	}
	return false;
}

static void check_server(
	const struct berth_settings *settings, const char *target, struct findings *findings)
{
	struct berth_error err;
	struct berth_deployment *deployment = berth_settings_attach(
		settings, target, "doctor", &err);
	if (!deployment) {
		doctor_report(VERDICT_FAIL, "target", err.message, err.hint);
		findings->wrong = true;
		return;
	}
	if (deployment->server->insecure)
		doctor_report(VERDICT_WARN, "certificates", "are not checked ('insecure')",
			"name the server's authority with 'ca_file'");
	examine(deployment, findings);
	if (takes_docker_host(deployment->kind))
		check_docker_host(deployment->server->docker_host, findings);
	berth_deployment_free(deployment);
}

/* --- plugins --- */

static void report_plugin(const struct berth_plugin *plugin, const char *program)
{
	char detail[1024];
	size_t used;
	snprintf(detail, sizeof detail, "%s%s%s (%s) speaks version %d%s%s", plugin->name,
		*plugin->version ? " " : "", plugin->version, program, BERTH_PLUGIN_VERSION,
		*plugin->about ? ": " : "", plugin->about);
	doctor_report(VERDICT_OK, "plugin", detail, NULL);
	for (size_t i = 0; i < plugin->field_count; i++) {
		const struct berth_plugin_field *field = &plugin->fields[i];
		snprintf(detail, sizeof detail, "--set %s=VALUE%s%s%s%s", field->name,
			field->required ? ", needed" : "", field->secret ? ", a secret" : "",
			*field->help ? ": " : "", field->help);
		doctor_report(VERDICT_NOTE, "field", detail, NULL);
	}
	used = (size_t)snprintf(detail, sizeof detail, "can deploy");
	for (int i = 0; i <= BERTH_PLUGIN_STATE; i++) {
		if (plugin->actions & (1u << i))
			used += (size_t)snprintf(detail + used, sizeof detail - used, ", %s",
				berth_plugin_action_name((enum berth_plugin_action)i));
	}
	doctor_report(VERDICT_NOTE, "actions", detail, NULL);
}

static void plugin_told(void *context, struct berth_plugin *plugin, const struct berth_error *err)
{
	struct examination *examination = context;
	if (plugin)
		report_plugin(plugin, examination->program);
	else
		doctor_report(VERDICT_FAIL, "plugin", err->message, err->hint);
	examination->findings->unreachable |= !plugin;
	berth_plugin_free(plugin);
	berth_engine_close(examination->engine, engine_closed, NULL);
}

/* Its hello asks nobody else. */
static void check_plugin(const char *const *command, struct findings *findings)
{
	struct examination examination = {.findings = findings, .program = command[0]};
	struct berth_error err;
	uv_loop_t loop;
	if (!in_loop(&loop, findings))
		return;
	examination.engine = berth_engine_new(
		&(struct berth_engine_options){&loop, no_wakeup, NULL}, &err);
	if (!examination.engine || berth_engine_ask_plugin(examination.engine, command, plugin_told,
					   &examination, &err) < 0) {
		doctor_report(VERDICT_FAIL, "plugin", err.message, err.hint);
		findings->unreachable = true;
		if (examination.engine)
			berth_engine_close(examination.engine, engine_closed, NULL);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	close_loop(&loop);
}

void doctor_check_address(const char *url, struct findings *findings)
{
	struct berth_error err;
	struct berth_deployment *deployment = berth_settings_address(url, &err);
	if (!deployment) {
		doctor_report(VERDICT_FAIL, "target", err.message, err.hint);
		findings->wrong = true;
		return;
	}
	examine(deployment, findings);
	berth_deployment_free(deployment);
}

void doctor_check_target(const struct berth_settings *settings, struct findings *findings)
{
	if (berth_settings_applies(settings, BERTH_FIELD_HOST))
		check_engine(berth_settings_get(settings, BERTH_FIELD_HOST), findings);
	else if (berth_settings_server(settings))
		check_server(settings, berth_settings_get(settings, BERTH_FIELD_TARGET), findings);
	else if (berth_settings_command(settings))
		check_plugin(berth_settings_command(settings), findings);
	else
		doctor_report(VERDICT_OK, "engine", "not needed for a rehearsal", NULL);
}

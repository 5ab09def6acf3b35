/* The doctor examines a deploy server by questions that start nothing. */
#include <stdio.h>
#include <string.h>

#include <uv.h>

#include <berth/config_keys.h>
#include <berth/engine.h>
#include <berth/settings.h>

#include "command/doctor_private.h"

struct examination {
	struct berth_engine *engine;
	struct findings *findings;
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
		berth_engine_close(examination->engine, doctor_engine_closed, NULL);
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

static void examine(const struct berth_deployment *deployment, struct findings *findings)
{
	struct examination examination = {.findings = findings};
	struct berth_error err;
	uv_loop_t loop;
	if (!doctor_open_loop(&loop, findings))
		return;
	examination.engine = berth_engine_new(
		&(struct berth_engine_options){&loop, doctor_no_wakeup, NULL}, &err);
	if (!examination.engine || berth_engine_examine(examination.engine, deployment,
					   take_finding, &examination, &err) < 0) {
		doctor_report(VERDICT_FAIL, "server", err.message, err.hint);
		findings->other = true;
		if (examination.engine)
			berth_engine_close(examination.engine, doctor_engine_closed, NULL);
	}
	uv_run(&loop, UV_RUN_DEFAULT);
	doctor_close_loop(&loop);
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
	} else if (doctor_ask_engine(host, &endpoint, findings)) {
		if (endpoint.reach == BERTH_REACH_LIVE) {
			doctor_report_engine(&endpoint);
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

void doctor_check_server(
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

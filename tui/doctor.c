#include "doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <uv.h>

#include <berth/engine.h>
#include <berth/settings.h>
#include <berth/text.h>

#include "complain.h"

#define ENDPOINT_LIMIT_MS 10000

enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL };

/* What the exit status is made of. */
struct findings {
	bool wrong;       /* configuration */
	bool unreachable; /* engine */
	bool other;
};

static void report(enum verdict verdict, const char *what, const char *detail, const char *advice)
{
	static const char *const words[] = {"ok", "warn", "fail"};
	unsigned flags = BERTH_CLEAN_LINE | (locale_is_utf8() ? 0 : BERTH_CLEAN_ASCII);
	char clean[2048];
	berth_text_clean(clean, sizeof clean, detail, strlen(detail), flags);
	printf("%-4s  %-13s  %s\n", words[verdict], what, clean);
	if (advice && *advice) {
		berth_text_clean(clean, sizeof clean, advice, strlen(advice), flags);
		printf("%-4s  %-13s  -> %s\n", "", "", clean);
	}
	/* The next check may take its time. */
	fflush(stdout);
}

static bool check_settings(struct berth_settings *settings, struct findings *findings)
{
	struct berth_error err;
	char detail[512];
	if (berth_settings_load(settings, &err) < 0) {
		report(VERDICT_FAIL, "configuration", err.message, err.hint);
		findings->wrong = true;
		return false;
	}
	report(VERDICT_OK, "configuration", "no mistake in it", NULL);
	if (berth_settings_check(settings, BERTH_FIELD_TARGET, &err) < 0 ||
		(berth_settings_applies(settings, BERTH_FIELD_HOST) &&
			berth_settings_check(settings, BERTH_FIELD_HOST, &err) < 0)) {
		report(VERDICT_FAIL, "target", err.message, err.hint);
		findings->wrong = true;
		return false;
	}
	snprintf(detail, sizeof detail, "%s (%s)", berth_settings_get(settings, BERTH_FIELD_TARGET),
		berth_settings_origin(settings, BERTH_FIELD_TARGET));
	report(VERDICT_OK, "target", detail, NULL);
	return true;
}

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

static void report_without_engine(const struct berth_settings *settings)
{
	const struct berth_server *server = berth_settings_server(settings);
	char detail[512];
	if (!server) {
		report(VERDICT_OK, "engine", "not needed for a rehearsal", NULL);
		return;
	}
	snprintf(detail, sizeof detail, "%s, not asked: only a deployment shows whether it answers",
		server->url);
	report(VERDICT_OK, "server", detail, NULL);
	if (server->insecure)
		report(VERDICT_WARN, "certificates", "are not checked ('insecure')",
			"name the server's authority with 'ca_file'");
}

static void check_engine(const struct berth_settings *settings, struct findings *findings)
{
	struct attempt attempt = {0};
	char detail[256];
	if (!berth_settings_applies(settings, BERTH_FIELD_HOST)) {
		report_without_engine(settings);
		return;
	}
	int status = uv_loop_init(&attempt.loop);
	if (status < 0) {
		report(VERDICT_FAIL, "engine", uv_strerror(status), NULL);
		findings->other = true;
		return;
	}
	try_endpoint(&attempt, berth_settings_get(settings, BERTH_FIELD_HOST));
	const struct berth_endpoint *endpoint = &attempt.endpoint;
	if (endpoint->reach == BERTH_REACH_LIVE) {
		report(VERDICT_OK, "endpoint", endpoint->address, NULL);
		snprintf(detail, sizeof detail, "version %s, API %s", endpoint->version,
			endpoint->api);
		report(VERDICT_OK, "engine", detail, NULL);
	} else {
		report(VERDICT_FAIL, "endpoint", endpoint->error.message, endpoint->error.hint);
		if (endpoint->error.code == BERTH_E_USAGE)
			findings->wrong = true;
		else
			findings->unreachable = true;
	}
	if (uv_loop_close(&attempt.loop) != 0)
		complain_text("internal: something was left open");
}

static void check_terminal(void)
{
	const char *term = getenv("TERM");
	char detail[128];
	int colors = term && *term ? doctor_colors(term) : -1;
	if (!term || !*term) {
		report(VERDICT_WARN, "terminal", "TERM is not set",
			"the console needs it, 'berth deploy' does not");
	} else if (colors < 0) {
		snprintf(detail, sizeof detail, "'%.60s' is not described on this system", term);
		report(VERDICT_WARN, "terminal", detail,
			"try TERM=xterm-256color, or install its "
			"terminfo entry");
	} else {
		snprintf(detail, sizeof detail, "%.60s, %d colours", term, colors);
		report(VERDICT_OK, "terminal", detail,
			strcmp(term, "dumb") == 0 ? "the console needs more than 'dumb'" : NULL);
	}
	if (locale_is_utf8())
		report(VERDICT_OK, "locale", "UTF-8", NULL);
	else
		report(VERDICT_WARN, "locale", "not UTF-8: marks and borders are ASCII",
			"try LC_ALL=C.UTF-8");
}

/* The folder, or the nearest one above it that exists, in which it would be made. */
static void check_folder(const char *what, const char *path, struct findings *findings)
{
	char at[4096], detail[4200];
	struct stat info;
	snprintf(at, sizeof at, "%s", path);
	while (stat(at, &info) < 0 && errno == ENOENT) {
		char *slash = strrchr(at, '/');
		if (!slash || slash == at) {
			at[1] = '\0';
			break;
		}
		*slash = '\0';
	}
	if (stat(at, &info) == 0 && S_ISDIR(info.st_mode) && access(at, W_OK | X_OK) == 0) {
		snprintf(detail, sizeof detail, "%s%s", path,
			strcmp(at, path) == 0 ? "" : " (will be made)");
		report(VERDICT_OK, what, detail, NULL);
		return;
	}
	snprintf(detail, sizeof detail, "%s can't be written to", at);
	report(VERDICT_FAIL, what, detail, "give yourself write access to it");
	findings->other = true;
}

static void check_folders(struct findings *findings)
{
	char path[4096];
	const char *temporary = getenv("TMPDIR");
	const char *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	check_folder("temporary", temporary && temporary[0] == '/' ? temporary : "/tmp", findings);
	if (state && state[0] == '/') {
		snprintf(path, sizeof path, "%s/berth", state);
	} else if (home && home[0] == '/') {
		snprintf(path, sizeof path, "%s/.local/state/berth", home);
	} else {
		report(VERDICT_WARN, "state", "neither XDG_STATE_HOME nor HOME is set", NULL);
		return;
	}
	check_folder("state", path, findings);
}

int doctor_run(struct berth_settings *settings)
{
	struct findings findings = {0};
	if (check_settings(settings, &findings))
		check_engine(settings, &findings);
	check_terminal();
	check_folders(&findings);
	int written = finish_stdout();
	if (findings.wrong)
		return 2;
	if (findings.unreachable)
		return 3;
	return findings.other ? 1 : written;
}

#include "command/doctor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <berth/settings.h>
#include <berth/text.h>

#include "command/doctor_report.h"
#include "complain.h"
#include "preferences.h"

void doctor_report(enum verdict verdict, const char *what, const char *detail, const char *advice)
{
	static const char *const words[] = {"ok", "warn", "fail", "note"};
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
	struct preferences preferences;
	struct berth_error err;
	char detail[512];
	if (preferences_load(&preferences, settings, &err) < 0) {
		doctor_report(VERDICT_FAIL, "configuration", err.message, err.hint);
		findings->wrong = true;
		return false;
	}
	doctor_report(VERDICT_OK, "configuration", "no mistake in it", NULL);
	if (berth_settings_check(settings, BERTH_FIELD_TARGET, &err) < 0 ||
		(berth_settings_applies(settings, BERTH_FIELD_HOST) &&
			berth_settings_check(settings, BERTH_FIELD_HOST, &err) < 0)) {
		doctor_report(VERDICT_FAIL, "target", err.message, err.hint);
		findings->wrong = true;
		return false;
	}
	snprintf(detail, sizeof detail, "%s (%s)", berth_settings_get(settings, BERTH_FIELD_TARGET),
		berth_settings_origin(settings, BERTH_FIELD_TARGET));
	doctor_report(VERDICT_OK, "target", detail, NULL);
	return true;
}

static void check_terminal(void)
{
	const char *term = getenv("TERM");
	char detail[128];
	int colors = term && *term ? doctor_colors(term) : -1;
	if (!term || !*term) {
		doctor_report(VERDICT_WARN, "terminal", "TERM is not set",
			"the console needs it, 'berth deploy' does not");
	} else if (colors < 0) {
		snprintf(detail, sizeof detail, "'%.60s' is not described on this system", term);
		doctor_report(VERDICT_WARN, "terminal", detail,
			"try TERM=xterm-256color, or install its "
			"terminfo entry");
	} else {
		snprintf(detail, sizeof detail, "%.60s, %d colours", term, colors);
		doctor_report(VERDICT_OK, "terminal", detail,
			strcmp(term, "dumb") == 0 ? "'dumb' has no screen: berth --linear" : NULL);
	}
	if (locale_is_utf8())
		doctor_report(VERDICT_OK, "locale", "UTF-8", NULL);
	else
		doctor_report(VERDICT_WARN, "locale", "not UTF-8: marks and borders are ASCII",
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
		doctor_report(VERDICT_OK, what, detail, NULL);
		return;
	}
	snprintf(detail, sizeof detail, "%s can't be written to", at);
	doctor_report(VERDICT_FAIL, what, detail, "give yourself write access to it");
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
		doctor_report(
			VERDICT_WARN, "state", "neither XDG_STATE_HOME nor HOME is set", NULL);
		return;
	}
	check_folder("state", path, findings);
}

int doctor_run(struct berth_settings *settings)
{
	struct findings findings = {0};
	const char *target = berth_settings_get(settings, BERTH_FIELD_TARGET);
	if (target && berth_settings_is_address(target))
		doctor_check_address(target, &findings);
	else if (check_settings(settings, &findings))
		doctor_check_target(settings, &findings);
	check_terminal();
	check_folders(&findings);
	int written = finish_stdout();
	if (findings.wrong)
		return 2;
	if (findings.unreachable)
		return 3;
	return findings.other ? 1 : written;
}

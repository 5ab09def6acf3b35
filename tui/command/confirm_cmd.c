#include "command/confirm_cmd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <berth/text.h>

#include "command/survey_cmd.h"
#include "form/plan_text.h"

static void print_plan_line(void *context, const char *label, const char *text)
{
	char clean[2048];
	(void)context;
	berth_text_clean(clean, sizeof clean, text, strlen(text), BERTH_CLEAN_LINE);
	fprintf(stderr, "  %-10s %s\n", label, clean);
}

/* Nothing runs yet, so there is nothing that waiting for a person could hold up. */
static bool is_typed(const char *name)
{
	char line[256] = "";
	fflush(stderr);
	if (!fgets(line, sizeof line, stdin))
		putc('\n', stderr);
	line[strcspn(line, "\n")] = '\0';
	return strcmp(line, name) == 0;
}

static bool can_ask(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

static bool name_is_typed(const struct berth_deployment *request)
{
	struct berth_survey survey;
	fprintf(stderr, "'%s' is a protected target. This is what would be done there:\n",
		request->target);
	plan_text(request, survey_cmd(request, &survey) ? &survey : NULL, print_plan_line, NULL);
	fprintf(stderr, "Type '%s' to deploy there: ", request->target);
	return is_typed(request->target);
}

int confirm_cmd(const struct berth_settings *settings, const struct berth_deployment *request,
	struct berth_error *err)
{
	if (!request->is_protected || berth_settings_confirmed(settings))
		return 0;
	if (!can_ask()) {
		berth_error_set(err, BERTH_E_USAGE, 0,
			"target '%s' is protected, and there is no "
			"terminal to confirm the deployment at",
			request->target);
		return berth_error_hint(err, "give --yes, or run it in a terminal");
	}
	if (name_is_typed(request))
		return 0;
	return berth_error_set(
		err, BERTH_E_USAGE, 0, "that is not '%s': nothing was deployed", request->target);
}

int confirm_act_cmd(const struct berth_settings *settings, const char *act, const char *word,
	struct berth_error *err)
{
	const char *target = berth_settings_get(settings, BERTH_FIELD_TARGET);
	if (!berth_settings_protected(settings) || berth_settings_confirmed(settings))
		return 0;
	if (!can_ask()) {
		berth_error_set(err, BERTH_E_USAGE, 0,
			"target '%s' is protected, and there is no terminal to confirm at: "
			"nothing was done to '%s'",
			target, word);
		return berth_error_hint(err, "give --yes, or run it in a terminal");
	}
	fprintf(stderr, "'%s' is a protected target. Type it to %s '%s' there: ", target, act,
		word);
	if (is_typed(target))
		return 0;
	return berth_error_set(err, BERTH_E_USAGE, 0, "that is not '%s': nothing was done", target);
}

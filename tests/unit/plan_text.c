/* The plan that is shown before a deployment to a protected target. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "form/plan_text.h"

static struct berth_port ports[] = {{.container = 80, .published = true, .host = 8080},
	{.container = 53, .published = true, .host = 5353, .udp = true},
	{.container = 9000, .published = true, .automatic = true, .host = 9000},
	{.container = 5859}};
static struct berth_variable env[] = {{.name = (char[]){"TOKEN"}, .value = (char[]){"s3cret"}},
	{.name = (char[]){"DEBUG"}, .value = (char[]){"1"}}};
static struct berth_deployment deployment = {.target = (char[]){"prod"},
	.kind = (char[]){"docker"},
	.name = (char[]){"web"},
	.image = (char[]){"web:1.4"},
	.container = (char[]){"web-1"},
	.ports = ports,
	.port_count = 4,
	.env = env,
	.env_count = 2};

static char plan[4096];

static void add_line(void *context, const char *label, const char *text)
{
	size_t used = strlen(plan);
	(void)context;
	snprintf(plan + used, sizeof plan - used, "%s: %s\n", label, text);
}

static void check(const struct berth_survey *survey, const char *part)
{
	plan[0] = '\0';
	plan_text(&deployment, survey, add_line, NULL);
	if (strstr(plan, part) == NULL)
		fail_msg("'%s' is not in '%s'", part, plan);
	assert_null(strstr(plan, "s3cret"));
}

static void what_would_be_done_is_told(void **state)
{
	(void)state;
	check(NULL, "Target: prod\n");
	check(NULL, "Where: the Docker engine of this machine\n");
	check(NULL, "Image: web:1.4\n");
	check(NULL, "Ports: 80 as 8080, 53/udp as 5353, 9000 as the next free port, 5859 inside "
		    "only\n");
	check(NULL, "Variables: TOKEN, DEBUG\n");
	check(NULL, "Replaces: a container called 'web-1', if there is one\n");
	assert_null(strstr(plan, "Digest"));
}

/* Only what the engine said is told as known. */
static void what_the_engine_says_is_told(void **state)
{
	struct berth_survey survey = {.state = BERTH_SURVEY_ASKING};
	(void)state;
	check(&survey, "Digest: asking the engine\n");
	survey.state = BERTH_SURVEY_DONE;
	check(&survey, "Digest: not known before the image is pulled\n");
	check(&survey, "Replaces: nothing: no container is called 'web-1'\n");
	survey.has_image = survey.has_container = true;
	snprintf(survey.digest, sizeof survey.digest, "sha256:abc");
	snprintf(survey.container_id, sizeof survey.container_id, "c0ffee");
	snprintf(survey.container_image, sizeof survey.container_image, "web:1.3");
	snprintf(survey.container_status, sizeof survey.container_status, "running");
	check(&survey, "Digest: sha256:abc\n");
	check(&survey,
		"Replaces: container 'web-1' (c0ffee, running, image 'web:1.3'), which berth did "
		"not make\n");
	survey.is_ours = true;
	check(&survey, "image 'web:1.3')\n");
	deployment.pull = BERTH_PULL_ALWAYS;
	check(&survey, "Digest: may change");
	deployment.pull = BERTH_PULL_MISSING;
	survey.state = BERTH_SURVEY_FAILED;
	snprintf(survey.error.message, sizeof survey.error.message, "no engine answers");
	check(&survey, "Digest: not known: no engine answers\n");
	check(&survey, "if there is one");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_would_be_done_is_told),
		cmocka_unit_test(what_the_engine_says_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

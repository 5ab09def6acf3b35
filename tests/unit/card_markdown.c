/* The card as Markdown: what a person pastes into a ticket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <berth/target.h>

#include "panes/card_markdown.h"

static void a_failure_says_what_where_and_shows_the_evidence(void **state)
{
	struct berth_deployment deployment = {.kind = (char[]){"docker"},
		.name = (char[]){"web"},
		.container = (char[]){"web"},
		.rollback = true};
	struct berth_run run = {.deployment = &deployment, .stages = berth_target_stages("docker")};
	struct berth_error err;
	char *text;

	(void)state;
	run.result = berth_result_new();
	assert_non_null(run.result);
	run.result->outcome = BERTH_FAILED;
	run.result->rolled_back = true;
	berth_error_set(&err, BERTH_E_EXITED, 0, "container 'web' exited");
	berth_error_hint(&err, "look at its configuration");
	assert_int_equal(berth_result_fail(run.result, &err, "health_check"), 0);
	run.result->failure->has_exit_code = true;
	run.result->failure->exit_code = 3;
	berth_failure_add_line(run.result->failure, "```\nno database", 15);
	berth_failure_add_probe(run.result->failure, "GET / -> 503");
	text = card_markdown(&run);
	assert_non_null(text);
	assert_string_equal(text,
		"## web: container 'web' exited\n"
		"\n"
		"- while: checking health\n"
		"- exit code: 3\n"
		"- try: look at its configuration\n"
		"- afterwards: What it made is removed, what was there before is back.\n"
		"\n"
		"### Last lines of the container\n"
		"\n"
		"    ```\n"
		"    no database\n"
		"\n"
		"### Last health checks\n"
		"\n"
		"    GET / -> 503\n");
	free(text);
	berth_result_free(run.result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_failure_says_what_where_and_shows_the_evidence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Plugins that do it wrong: shell scripts of the test's own, and what becomes of a deployment by
 * them. Those that do it right are in conformance.c. */
#include "support/deploy_flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target/plugin/plugin_link.h"

#define HELLO(more)                                                                                \
	"read l; echo '{\"v\":1,\"type\":\"hello\",\"kind\":\"target\",\"name\":\"p\"" more "}'\n"
#define READY HELLO("") "read l\n"
#define STATUS(stage, percent)                                                                     \
	"echo '{\"type\":\"status\",\"stage\":\"" stage "\",\"progress\":" #percent                \
	",\"message\":\"" stage "\"}'\n"
#define SAY(json) "echo '" json "'\n"
#define DONE      SAY("{\"type\":\"result\",\"message\":\"done\",\"result\":{\"success\":true}}")

struct plugin {
	char folder[64], path[96];
	char *command[2];
	struct berth_deployment request;
	struct berth_variable own[2];
};

static void make(struct plugin *plugin, const char *script)
{
	FILE *out;

	memset(plugin, 0, sizeof(*plugin));
	strcpy(plugin->folder, "/tmp/berth-plugin-XXXXXX"); // NOLINT: it fits
	assert_non_null(mkdtemp(plugin->folder));
	snprintf(plugin->path, sizeof(plugin->path), "%s/berth-target-p", plugin->folder);
	out = fopen(plugin->path, "we");
	assert_non_null(out);
	fprintf(out, "#!/bin/sh\n%s", script);
	fclose(out);
	assert_int_equal(chmod(plugin->path, 0700), 0);
	plugin->command[0] = plugin->path;
	plugin->request = (struct berth_deployment){.target = (char *)"p",
		.kind = (char *)"plugin",
		.name = (char *)"web",
		.command = plugin->command,
		.own = plugin->own};
}

static void give(struct plugin *plugin, const char *name, const char *value)
{
	plugin->own[plugin->request.own_count++] = (struct berth_variable){
		(char *)name, (char *)value};
}

static void drop(struct plugin *plugin)
{
	unlink(plugin->path);
	rmdir(plugin->folder);
}

static void ends(
	struct flow *flow, const char *script, enum berth_outcome wanted, const char *words)
{
	struct plugin plugin;
	struct record *record;

	make(&plugin, script);
	record = flow_run(flow, &plugin.request);
	if (record->result->outcome != wanted || !strstr(record->result->message, words))
		fail_msg("%s\n%s instead of %s: '%s' instead of '%s'", script,
			berth_outcome_name(record->result->outcome), berth_outcome_name(wanted),
			record->result->message, words);
	drop(&plugin);
}

static void a_hello_that_is_none(void **state)
{
	static const struct {
		const char *script, *words;
	} cases[] = {
		{"exit 0\n", "it ended without a word"},
		{"exit 7\n", "it ended with status 7"},
		{"kill -9 $$\n", "it was ended by signal 9"},
		{"read l; sleep 60\n", "it said no hello within"},
		{"read l; echo hello; read l\n", "its first line is no hello"},
		{"read l; echo '[1]'; read l\n", "its first line is no hello"},
		{"read l; printf '{\"type\":\"hello\",\"v\":1,\"name\":\"\\377\"}\\n'; "
		 "read l\n",
			"its first line is no hello"},
		{SAY("{\"v\":2,\"type\":\"hello\"}") "read l\n",
			"it speaks version 2 of the protocol, and this berth speaks "
			"version 1"},
		{SAY("{\"v\":1,\"type\":\"hello\",\"kind\":\"hook\",\"name\":\"p\"}") "read"
										      " l"
										      "\n",
			"its 'kind' is not \"target\""},
		{HELLO(",\"fields\":{}") "read l\n", "'fields' is no list"},
		{HELLO(",\"fields\":[{\"name\":\"A b\"}]") "read l\n",
			"a field has no good 'name'"},
		{HELLO(",\"fields\":[{\"name\":\"a\"},{\"name\":\"a\"}]") "read l\n",
			"there are two fields 'a'"},
		{HELLO(",\"fields\":[{\"name\":\"a\",\"check\":\"number\",\"default\":"
		       "\"x\"}]") "read l\n",
			"'a' can't be 'x', expected a whole number"},
		{HELLO(",\"fields\":[{\"name\":\"a\",\"required\":1}]") "read l\n",
			"'required' is neither true nor false"},
		{HELLO(",\"stages\":[]") "read l\n", "'stages' is no list of 1 to 12"},
		{HELLO(",\"stages\":[{\"name\":\"error\"}]") "read l\n", "one of berth's own"},
		{HELLO(",\"actions\":[\"fly\"]") "read l\n", "an action is none of"},
		{"head -c 3000000 /dev/zero; read l\n", "a line of more than 1048576 bytes"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ends(*state, cases[i].script, BERTH_UNREACHED, cases[i].words);
}

static void a_death_is_what_is_known(void **state)
{
	ends(*state, READY "exit 3\n", BERTH_UNKNOWN, "it ended with status 3");
	ends(*state, READY STATUS("deploying", 50) "kill -9 $$\n", BERTH_UNKNOWN,
		"it was ended by signal 9");
	/* It closes its voice and stays. */
	ends(*state, READY "exec >&-; sleep 60\n", BERTH_UNKNOWN, "");
	ends(*state, READY "head -c 3000000 /dev/zero; sleep 60\n", BERTH_UNKNOWN,
		"a line of more than");
}

static void results_must_fit_together(void **state)
{
	struct flow *flow = *state;

	ends(flow, READY DONE, BERTH_DEPLOYED, "done");
	/* The last line needs no end. */
	ends(flow,
		READY
		"printf '%s' "
		"'{\"type\":\"result\",\"message\":\"done\",\"result\":{\"success\":true}}'\n",
		BERTH_DEPLOYED, "done");
	ends(flow,
		READY SAY(
			"{\"type\":\"result\",\"message\":\"no\",\"result\":{\"success\":false}}"),
		BERTH_FAILED, "no");
	ends(flow,
		READY SAY("{\"type\":\"result\",\"message\":\"no\",\"result\":{\"success\":false},"
			  "\"error\":{\"code\":\"denied\",\"message\":\"no\"}}"),
		BERTH_UNREACHED, "no");
	ends(flow,
		READY SAY("{\"type\":\"result\",\"message\":\"no\",\"result\":{\"success\":false,"
			  "\"left_behind\":[\"a disk\"]}}"),
		BERTH_LEFT_BEHIND, "no");
	/* Nobody has cancelled it here. */
	ends(flow,
		READY SAY("{\"type\":\"result\",\"message\":\"no\",\"result\":{\"success\":false},"
			  "\"error\":{\"code\":\"cancelled\",\"message\":\"no\"}}"),
		BERTH_FAILED, "no");
	/* Of those that contradict themselves nothing is believed. */
	ends(flow,
		READY SAY("{\"type\":\"result\",\"message\":\"yes\",\"result\":{\"success\":true},"
			  "\"error\":{\"code\":\"io\",\"message\":\"no\"}}"),
		BERTH_UNKNOWN, "it ended without a word");
	ends(flow,
		READY SAY("{\"type\":\"result\",\"message\":\"yes\",\"outcome\":\"failed\","
			  "\"result\":{\"success\":true}}"),
		BERTH_UNKNOWN, "it ended without a word");
	/* The first counts; what comes behind it is not heard. */
	ends(flow,
		READY DONE SAY("{\"type\":\"result\",\"message\":\"no\",\"result\":{\"success\":"
			       "false}}") STATUS("deploying", 99),
		BERTH_DEPLOYED, "done");
}

static void what_is_out_of_order_is_said_and_put_right(void **state)
{
	struct plugin plugin;
	struct record *record;

	make(&plugin,
		READY STATUS("deploying", 50) STATUS("deploying", 40) STATUS("validating", 60)
			STATUS("nowhere", 70) SAY("{\"type\":\"progress\",\"progress\":101}")
				SAY("{\"type\":\"log\",\"message\":7}") SAY("{\"type\":\"rumour\"}")
					SAY("{\"type\":\"log\",\"seq\":5,\"message\":"
					    "\"five\"}") "echo plain\n" DONE);
	record = flow_run(*state, &plugin.request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_non_null(record_log(record, BERTH_WARN, "progress falls from 50 to 40"));
	assert_non_null(
		record_log(record, BERTH_WARN, "stage 'validating' comes after 'deploying'"));
	assert_non_null(record_log(record, BERTH_WARN, "stage 'nowhere' is none"));
	assert_non_null(record_log(record, BERTH_WARN, "'progress' is no whole number"));
	assert_non_null(record_log(record, BERTH_WARN, "a log needs a 'message'"));
	assert_non_null(record_log(record, BERTH_WARN, "'type' is none of"));
	assert_non_null(record_log(record, BERTH_WARN, "seq 5 comes where 1 was expected"));
	assert_non_null(record_log(record, BERTH_WARN, "it is no JSON object):"));
	assert_non_null(record_log(record, BERTH_INFO, "five"));
	drop(&plugin);
	ends(*state, READY "while :; do echo nonsense; done\n", BERTH_UNKNOWN,
		"more than 20 of its lines are no events");
}

static void secrets_do_not_come_back(void **state)
{
	struct flow *flow = *state;
	struct plugin plugin;
	struct record *record;

	make(&plugin, HELLO(",\"fields\":[{\"name\":\"token\",\"secret\":true},{\"name\":\"where\"}"
			    "]") "read l; v=$(printf '%s' \"$l\" | sed "
				 "'s/.*\"token\":\"\\([^\"]*\\)\".*/\\1/')\n"
				 "echo \"trace $v\" >&2\n"
				 "echo '{\"type\":\"log\",\"message\":\"got '$v'\"}'\n"
				 "echo '{\"type\":\"result\",\"message\":\"done "
				 "'$v'\",\"result\":{\"success\":true,"
				 "\"details\":[]},\"server\":{\"t\":\"'$v'\"}}'\n");
	give(&plugin, "token", "s3cret-of-mine");
	give(&plugin, "where", "shown-to-all");
	flow->forbidden = "s3cret-of-mine";
	record = flow_run(flow, &plugin.request);
	assert_outcome(record, BERTH_DEPLOYED);
	assert_non_null(record_log(record, BERTH_INFO, "got \u2022\u2022\u2022"));
	assert_non_null(record_log(record, BERTH_INFO, "trace \u2022\u2022\u2022"));
	drop(&plugin);
	/* Nor from what is wrong with them. */
	make(&plugin, HELLO(",\"fields\":[{\"name\":\"token\",\"secret\":true,\"check\":\"number\"}"
			    "]") "read l\n");
	give(&plugin, "token", "s3cret-of-mine");
	record = flow_run(flow, &plugin.request);
	assert_outcome(record, BERTH_REJECTED);
	assert_non_null(strstr(record->result->message, "'token' can't be that (not shown)"));
	drop(&plugin);
}

static void a_flood_waits_for_who_takes_it(void **state)
{
	struct plugin plugin;
	struct record *record;
	size_t lines = 0;

	make(&plugin,
		READY "yes '{\"type\":\"log\",\"message\":\"a line of a flood\"}' | head -n 5000\n"
		      "yes 'and of another' | head -n 5000 >&2\n" DONE);
	record = flow_run(*state, &plugin.request);
	assert_outcome(record, BERTH_DEPLOYED);
	for (size_t i = 0; i < record->count; i++)
		lines += record->events[i]->type == BERTH_EVENT_LOG;
	assert_int_equal(lines, 10000);
	drop(&plugin);
}

static void who_does_not_hear_is_ended(void **state)
{
	struct plugin plugin;
	struct record *record;

	/* Nor on SIGTERM. */
	make(&plugin, "trap '' TERM\n" READY STATUS("deploying", 50) "sleep 60 & wait; sleep 60\n");
	record = flow_start(*state, &plugin.request, false);
	FLOW_UNTIL((struct flow *)*state, strcmp(record->stage, "deploying") == 0);
	flow_cancel(*state, record);
	FLOW_UNTIL((struct flow *)*state, record->result);
	assert_outcome(record, BERTH_UNKNOWN);
	assert_non_null(strstr(record->result->message, "it was asked to stop, said nothing"));
	drop(&plugin);
	/* Before its hello nothing was asked of it. */
	make(&plugin, "read l; sleep 60\n");
	record = flow_start(*state, &plugin.request, false);
	FLOW_UNTIL((struct flow *)*state, record->count > 0);
	flow_cancel(*state, record);
	FLOW_UNTIL((struct flow *)*state, record->result);
	assert_outcome(record, BERTH_CANCELED);
	drop(&plugin);
}

static void it_is_dropped_anywhere(void **state)
{
	static const char *const scripts[] = {"sleep 60\n", READY "sleep 60\n",
		"trap '' TERM\n" READY STATUS("deploying", 50) "sleep 60\n",
		READY DONE "sleep 60\n"};

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		struct flow *flow;
		struct plugin plugin;
		struct record *record;

		flow_setup((void **)&flow);
		make(&plugin, scripts[i]);
		record = flow_start(flow, &plugin.request, false);
		FLOW_UNTIL(flow, i == 0 || record->stage[0]);
		flow_teardown((void **)&flow);
		drop(&plugin);
	}
	(void)state;
}

static void what_others_can_write_is_not_run(void **state)
{
	struct plugin plugin;
	struct record *record;

	make(&plugin, READY DONE);
	assert_int_equal(chmod(plugin.path, 0722), 0);
	record = flow_run(*state, &plugin.request);
	assert_outcome(record, BERTH_UNREACHED);
	assert_non_null(strstr(record->result->message, "others than you can write it"));
	assert_int_equal(chmod(plugin.path, 0600), 0);
	record = flow_run(*state, &plugin.request);
	assert_outcome(record, BERTH_UNREACHED);
	assert_non_null(strstr(record->result->message, "there is no program"));
	drop(&plugin);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, flow_setup, flow_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_hello_that_is_none),
		TEST(a_death_is_what_is_known),
		TEST(results_must_fit_together),
		TEST(what_is_out_of_order_is_said_and_put_right),
		TEST(secrets_do_not_come_back),
		TEST(a_flood_waits_for_who_takes_it),
		TEST(who_does_not_hear_is_ended),
		TEST(it_is_dropped_anywhere),
		TEST(what_others_can_write_is_not_run),
	};

	flow_home();
	plugin_pace = (struct plugin_pace){
		.hello = 500, .cancel = 100, .bye = 100, .kill = 100, .full = 1};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The list of deployments as it is seen, and the words for containers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "list/container_text.h"
#include "list/entries.h"

static struct berth_model *model;
static struct entries entries;

static int setup(void **state)
{
	(void)state;
	model = berth_model_new();
	entries = (struct entries){0};
	return model != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	entries_release(&entries);
	berth_model_free(model);
	return 0;
}

static void add(unsigned number, const char *name, const char *target, enum berth_outcome outcome)
{
	struct berth_deployment deployment = {.target = (char *)target,
		.kind = (char[]){"docker"},
		.preset = (char[]){"generic"},
		.name = (char *)name,
		.image = (char[]){"web"},
		.restart = (char[]){"no"}};
	struct berth_event *event = berth_event_new(BERTH_EVENT_RESULT, NULL, 0, "over", 4);

	assert_int_equal(berth_model_add(model, number, &deployment, NULL), 0);
	event->deployment = number;
	event->result = berth_result_new();
	event->result->outcome = outcome;
	assert_int_equal(berth_model_apply(model, event, NULL), 0);
	berth_event_free(event);
}

static void listed(const char *wanted)
{
	char text[256] = "";

	entries_build(&entries, model, NULL, "local");
	for (size_t i = 0; i < entries.count; i++) {
		const struct entry *entry = &entries.list[i];

		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i > 0 ? " " : "",
			entry->kind == ENTRY_GROUP ? entry->target : entry->name);
		if (entry->kind == ENTRY_GROUP)
			strcat(text, ":");
	}
	assert_string_equal(text, wanted);
}

static void add_four(void)
{
	add(1, "web", "local", BERTH_DEPLOYED);
	add(2, "api", "staging", BERTH_DEPLOYED);
	add(3, "Worker", "local", BERTH_FAILED);
	add(4, "db", "staging", BERTH_CANCELED);
}

static void orders(void **state)
{
	(void)state;
	listed("");
	add_four();
	listed("web api Worker db");
	entries.sort = SORT_NAME;
	listed("api db web Worker");
	entries.sort = SORT_STATE;
	listed("Worker web api db");
}

static void groups_keep_the_order(void **state)
{
	(void)state;
	add_four();
	entries.grouped = true;
	listed("local: web Worker staging: api db");
	entries.sort = SORT_NAME;
	listed("staging: api db local: web Worker");
	/* Headings are no place to stand on. */
	assert_int_equal(entries_find(&entries, 4, ""), 2);
	assert_int_equal(entries_beside(&entries, 2, 1), 4);
	assert_int_equal(entries_beside(&entries, 4, -1), 2);
	assert_int_equal(entries_beside(&entries, 1, -1), -1);
	assert_int_equal(entries_beside(&entries, 5, 1), -1);
	assert_int_equal(entries_beside(&entries, -1, 1), 1);
	assert_int_equal(entries_beside(&entries, (int)entries.count, -1), 5);
	assert_int_equal(entries_find(&entries, 9, ""), -1);
	assert_int_equal(entries_find(&entries, 0, "c1"), -1);
}

static void filters_by_a_part_of_the_name(void **state)
{
	(void)state;
	add_four();
	snprintf(entries.filter, sizeof(entries.filter), "W");
	listed("web Worker");
	assert_int_equal(entries.hidden, 2);
	snprintf(entries.filter, sizeof(entries.filter), "nothing");
	entries.grouped = true;
	listed("");
	assert_int_equal(entries.hidden, 4);
	entries.filter[0] = '\0';
	listed("local: web Worker staging: api db");
	assert_int_equal(entries.hidden, 0);
}

static void ages(void **state)
{
	static const struct {
		int64_t age_s;
		const char *text;
	} rows[] = {
		{0, "<1m"}, {59, "<1m"}, {60, "1m"}, {3599, "59m"}, {3600, "1h"},
		{47 * 3600, "47h"}, {48 * 3600, "2d"}, {400 * 86400, "400d"},
		{-5, "<1m"}, /* clocks differ */
	};
	const int64_t since = 1700000000000;
	char text[16];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
			container_age(text, since, since + rows[i].age_s * 1000), rows[i].text);
	assert_string_equal(container_age(text, 0, since), "");
}

static void what_stays_on_a_screen_says_since_when(void **state)
{
	static const struct {
		int64_t later_s;
		const char *text;
	} rows[] = {{0, "22:13"}, {6399, "22:13"}, {6400, "14 Nov"}, {47 * 86400, "14 Nov"},
		{48 * 86400, "2023-11"}, {-5, "22:13"}};
	const int64_t since = 1700000000000; /* 2023-11-14 22:13:20 */
	struct berth_container container = {.state = BERTH_CONTAINER_RUNNING, .since_ms = since};
	char text[96], time[16];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
			container_since(time, since, since + rows[i].later_s * 1000), rows[i].text);
	assert_string_equal(container_since(time, 0, since), "");
	container.doing = BERTH_ACT_NONE;
	assert_string_equal(container_state_since(text, &container, since), "up since 22:13");
	container.state = BERTH_CONTAINER_EXITED;
	container.exit_code = 1;
	assert_string_equal(container_state_since(text, &container, since), "exited 1 at 22:13");
}

static void states_in_words(void **state)
{
	const int64_t now = 1700000000000, since = now - 180 * 60000;
	static const struct {
		struct berth_container container;
		const char *text, *brief;
		bool failed;
	} rows[] = {
		{{.state = BERTH_CONTAINER_RUNNING}, "up 3h", "@19:13", false},
		{{.state = BERTH_CONTAINER_RUNNING, .health = BERTH_HEALTH_UNHEALTHY},
			"up 3h, unhealthy", "@19:13", true},
		{{.state = BERTH_CONTAINER_EXITED, .exit_code = 1}, "exited 1 3h ago", "exit 1",
			true},
		{{.state = BERTH_CONTAINER_EXITED, .exit_code = 143}, "exited 143 3h ago",
			"exit143", false},
		{{.state = BERTH_CONTAINER_EXITED, .exit_code = 137, .oom_killed = true},
			"exited 137 3h ago, out of memory", "exit137", true},
		{{.state = BERTH_CONTAINER_CREATED}, "created", "created", false},
		{{.state = BERTH_CONTAINER_PAUSED}, "paused", "paused", false},
	};
	char text[96], brief[16];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct berth_container container = rows[i].container;

		container.doing = BERTH_ACT_NONE;
		container.since_ms = since;
		assert_string_equal(container_state(text, &container, now), rows[i].text);
		assert_string_equal(container_brief(brief, &container, now), rows[i].brief);
		assert_int_equal(container_failed(&container), rows[i].failed);
		container.doing = BERTH_ACT_STOP;
		assert_string_equal(container_state(text, &container, now), "stopping");
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(orders),
		TEST(groups_keep_the_order),
		TEST(filters_by_a_part_of_the_name),
		TEST(ages),
		TEST(what_stays_on_a_screen_says_since_when),
		TEST(states_in_words),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

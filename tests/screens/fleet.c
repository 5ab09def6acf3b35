/* What berth deployed before, on the screen: in the list, looked at closely, stopped, started and
 * removed, with a fake engine. */
#include "support/console_term.h"

#include <stdio.h>
#include <sys/stat.h>

#include "support/fake_engine.h"
#include "unit/tree.h"

static struct fake_engine *fake;

static int setup(void **state)
{
	(void)state;
	fake = fake_engine_start();
	return 0;
}

static int teardown(void **state)
{
	close_console(state);
	return fake_engine_stop(fake);
}

static void add(const char *tag, const char *name, const char *deployed, bool running)
{
	fake_engine_container(fake, &(struct fake_container){.tag = tag,
					    .name = name,
					    .deployment = name,
					    .deployed = deployed,
					    .running = running});
}

static void open_fleet(int rows, int columns)
{
	open_console(rows, columns, "--host", fake_engine_host(fake));
	wait_for("docker 24.0.7");
}

static void focus_list(void)
{
	term_send(term, "\0331");
	wait_for("▸Deployments");
}

static void lists_what_is_there_and_what_becomes_of_it(void **state)
{
	(void)state;
	add("a", "shop-web", "shop", true);
	add("b", "stranger", NULL, false);
	add("c", "worker-1", "worker", true);
	fake_engine_health(fake, "worker-1", "healthy", "");
	open_fleet(40, 120);
	wait_for("● shop");
	wait_for("● worker");
	fake_engine_die(fake, "worker-1", 137, true);
	wait_for("✗ worker");
	wait_for("exit137");
	fake_engine_start_it(fake, "worker-1");
	wait_for("● worker");
	fake_engine_health(fake, "worker-1", "unhealthy", "no");
	wait_for("! worker");
	fake_engine_remove_it(fake, "worker-1");
	wait_gone("worker");
	wait_for("● shop");
}

static void a_closer_look_shows_facts_use_and_output(void **state)
{
	(void)state;
	fake_engine_process(fake, &(struct fake_process){.output = "hello from inside\n"});
	add("a", "shop-web", "shop", true);
	fake_engine_health(fake, "shop-web", "unhealthy", "no answer");
	open_fleet(40, 120);
	wait_for("! shop");
	focus_list();
	term_send(term, "j");
	wait_for("Enter in the list looks at it closely");
	wait_for("shop-web: up ");
	term_send(term, "\r");
	wait_for("shop · details");
	wait_for("25.0% of a processor");
	wait_for("6.0 MB of 100.0 MB");
	wait_for("shop-web (c00000000001)");
	wait_for("not healthy: no answer");
	wait_for("io.berth.name=shop");
	wait_for("hello from inside");
	fake_engine_say(fake, "shop-web", "and more\n");
	wait_for("and more");
	assert_int_equal(fake_engine_streams(fake), 3);
	term_send(term, "\033");
	wait_gone("shop · details");
	wait_gone("and more");
	/* Nobody looks: nothing is asked for any more. */
	wait_for("Enter in the list looks at it closely");
	term_send(term, "\r");
	wait_for("and more");
	/* It can be left in the middle of that. */
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
}

static void a_closer_look_at_80_columns(void **state)
{
	(void)state;
	fake_engine_process(fake, &(struct fake_process){.output = "hello from inside\n"});
	add("a", "shop-web", "shop", true);
	open_fleet(24, 80);
	wait_for("● shop");
	term_send(term, "\0331j\r");
	wait_for("shop · details");
	wait_for("25.0% of a processor");
	term_send(term, "v");
	wait_for("hello from inside");
	wait_gone("shop · details");
	term_send(term, "v");
	wait_for("shop · details");
	term_send(term, "\033");
	wait_gone("shop · details");
}

static void stops_starts_and_removes_after_a_question(void **state)
{
	(void)state;
	add("a", "shop-web", "shop", true);
	add("c", "worker-1", "worker", true);
	open_fleet(40, 120);
	wait_for("● worker");
	focus_list();
	term_send(term, "js");
	wait_for("Stop container 'shop-web'?");
	term_send(term, "n");
	wait_gone("Stop container");
	assert_true(fake_engine_runs(fake, "a"));
	term_send(term, "s");
	wait_for("Stop container 'shop-web'?");
	term_send(term, "y");
	wait_for("'shop-web' is stopped.");
	wait_for("⊘ shop");
	term_send(term, "r");
	wait_for("'shop-web' was started.");
	wait_for("● shop");
	term_send(term, "x");
	wait_for("Remove container 'shop-web'?");
	term_send(term, "k");
	wait_for("its volumes are kept");
	wait_gone("shop ");
	/* The next one takes its place. */
	wait_for("▸   ● worker");
	assert_false(fake_engine_volumes_gone(fake, "a"));
}

static void a_refusal_is_told(void **state)
{
	(void)state;
	add("a", "shop-web", "shop", true);
	fake_engine_fault(fake, &(struct fake_fault){.at = "/stop",
					.what = FAKE_REPLY,
					.status = 500,
					.type = "application/json",
					.body = "{\"message\":\"cannot kill it\"}"});
	open_fleet(40, 120);
	wait_for("● shop");
	focus_list();
	term_send(term, "jsy");
	wait_for("cannot stop container 'shop-web': cannot kill it");
}

/* In the place of the docker command line. */
static const char stand_in[] = "#!/bin/sh\necho \"lent: $*\"\nread line\nexit 3\n";

static void the_terminal_is_lent_to_a_shell(void **state)
{
	char path[256], program[128];
	struct tree tree;

	(void)state;
	tree_init(&tree);
	tree_text(&tree, "docker", stand_in);
	snprintf(program, sizeof(program), "%s/docker", tree.path);
	assert_int_equal(chmod(program, 0700), 0);
	snprintf(path, sizeof(path), "PATH=%s:/usr/bin:/bin", tree.path);
	add("a", "shop-web", "shop", true);
	open_console_in(ENVIRONMENT(path), 40, 120, "--host", fake_engine_host(fake));
	wait_for("● shop");
	focus_list();
	term_send(term, "j!");
	wait_for("lent: --host unix://");
	wait_for("exec -it c00000000001");
	term_send(term, "\r");
	wait_for("The shell ended with exit status 3.");
	wait_for("● shop");
	wait_gone("lent:");
	tree_release(&tree);
}

static void read_only_looks_and_does_nothing(void **state)
{
	(void)state;
	add("a", "shop-web", "shop", true);
	open_console(40, 120, "--read-only", "--host", fake_engine_host(fake));
	wait_for("● shop");
	focus_list();
	term_send(term, "js");
	wait_for("Not now: 'stop': read-only.");
	term_send(term, "\r");
	wait_for("shop · details");
	assert_int_equal(fake_engine_count(fake, "> POST"), 0);
}

static void many_are_filtered_sorted_and_grouped(void **state)
{
	(void)state;
	add("a", "zebra", "zebra", true);
	add("c", "shop-web", "shop", true);
	add("d", "shop-db", "market", true);
	open_console(40, 120, "--host", fake_engine_host(fake), "--target", "demo", "--env",
		"DEMO_SECONDS=600");
	term_send(term, "\033[15~");
	wait_for("1 running");
	wait_for("● market");
	focus_list();
	assert_true(row_of("● zebra") < row_of("● shop"));
	term_send(term, "o");
	wait_for("by name");
	assert_true(row_of("● market") < row_of("● shop"));
	assert_true(row_of("● shop") < row_of("● zebra"));
	term_send(term, "b");
	wait_for("grouped");
	assert_true(row_of("│ demo ") < row_of("│ local "));
	assert_true(row_of("│ local ") < row_of("● market"));
	/* Both names of it count. */
	term_send(term, "/SHOP");
	wait_for("Deployments 'SHOP'");
	wait_gone("● zebra");
	wait_for("2 hidden");
	wait_for("● market");
	term_send(term, "\r");
	wait_gone("List names with");
	term_send(term, "/\033");
	wait_for("● zebra");
}

static void what_is_deployed_here_is_not_listed_twice(void **state)
{
	(void)state;
	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0", .present = true});
	open_console(40, 120, "--host", fake_engine_host(fake), "--name", "shop", "--image",
		"demo/web:1.0");
	wait_for("docker 24.0.7");
	term_send(term, "\033[15~");
	wait_for("shop · deployed");
	wait_for(" 1 ✓ shop");
	/* Since when it is up, not how long that took. */
	wait_for(" 2024-02 ");
	focus_list();
	term_send(term, "j");
	fake_engine_die(fake, "shop", 3, false);
	wait_for(" 1 ✗ shop");
	term_send(term, "\r");
	wait_for("shop · details");
	wait_for("exited 3");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lists_what_is_there_and_what_becomes_of_it),
		TEST(a_closer_look_shows_facts_use_and_output),
		TEST(a_closer_look_at_80_columns),
		TEST(stops_starts_and_removes_after_a_question),
		TEST(a_refusal_is_told),
		TEST(the_terminal_is_lent_to_a_shell),
		TEST(read_only_looks_and_does_nothing),
		TEST(many_are_filtered_sorted_and_grouped),
		TEST(what_is_deployed_here_is_not_listed_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

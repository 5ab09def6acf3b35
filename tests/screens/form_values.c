/* Where the values of the form come from and go to: rows, names that complete, earlier values,
 * profiles, a command line, and what a protected target asks for. */
#include "support/console_term.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/fake_engine.h"
#include "support/golden.h"
#include "unit/tree.h"

#define F(number) "\033" number

static const char f3[] = "\033OR", f4[] = "\033OS", f6[] = "\033[17~", f7[] = "\033[18~";

/* Rows of both sizes: what is seen must not depend on the room there is. */
static const struct {
	int rows, columns;
} sizes[] = {{24, 80}, {40, 120}};
enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static void go_down(int fields)
{
	for (int i = 0; i < fields; i++)
		term_send(term, "\016");
}

static void rows_of_ports(void **state)
{
	(void)state;
	for (int i = 0; i < SIZES; i++) {
		open_console_in(ENVIRONMENT("DOCKER_HOST=unix:///nonexistent/docker.sock"),
			sizes[i].rows, sizes[i].columns, "--image", "nginx");
		wait_for("no docker engine");
		wait_for("▸Target");
		go_down(3);
		wait_for("▸Ports");
		wait_for("Ctrl-O add");
		term_send(term, "8080:80\017auto:90\017:5859");
		wait_for("▸Ports      8080:80 ");
		wait_for("2 auto:90 ");
		wait_for("3 :5859 ");
		assert_int_equal(row_of("2 auto:90"), row_of("▸Ports") + 1);
		/* The row above, and away with it. */
		term_send(term, KEY_SEQ_UP "\024");
		wait_for("2 :5859 ");
		wait_gone("auto:90");
		/* Back again. */
		term_send(term, "\037");
		wait_for("2 auto:90 ");
		assert_golden(i == 0 ? "rows-80x24" : "rows-120x40");
		go_down(1);
		wait_for(" Ports      8080:80 auto:90 :5859");
		term_stop(term);
		term = NULL;
	}
}

static void more_rows_than_the_form_has(void **state)
{
	(void)state;
	open_console(24, 80, "--image", "nginx");
	wait_for("▸Target");
	go_down(3);
	wait_for("▸Ports");
	for (int i = 1; i <= 12; i++) {
		char text[32];

		snprintf(text, sizeof(text), "%s%d:80", i > 1 ? "\017" : "", 8000 + i);
		term_send(term, text);
	}
	wait_for("12 8012:80");
	wait_gone("8001:80");
	wait_for("Log ─");
	for (int i = 0; i < 11; i++)
		term_send(term, KEY_SEQ_UP);
	wait_for("8001:80");
	wait_gone("8012:80");
}

static void a_secret_is_shown_only_when_asked_for(void **state)
{
	(void)state;
	open_console(24, 80, "--target", "demo");
	wait_for("▸Target");
	go_down(2);
	wait_for("▸Env");
	term_send(term, "TOKEN=hunter2");
	wait_for("TOKEN=•••••••");
	assert_false(term_log_has(term, "hunter2", 0));
	term_send(term, "\026");
	wait_for("TOKEN=hunter2");
	term_send(term, "\026");
	wait_for("TOKEN=•••••••");
	term_send(term, "\026");
	wait_for("TOKEN=hunter2");
	/* Leaving hides it, and coming back does not show it. */
	go_down(1);
	wait_gone("hunter2");
	term_send(term, "\020x");
	wait_for("TOKEN=••••••••");
	assert_false(term_has(term, "hunter2"));
}

static void make(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", term_home(term), name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void folders_complete(void **state)
{
	(void)state;
	for (int i = 0; i < SIZES; i++) {
		open_console(sizes[i].rows, sizes[i].columns, "--no-mouse");
		wait_for("▸Target");
		make("site");
		make("sites");
		make("other");
		go_down(2);
		wait_for("▸Folder");
		term_send(term, "~/o\t");
		wait_for("~/other/ ");
		term_send(term, "\025~/s\t");
		wait_for("▸Folder     ~/site ");
		wait_for("│site/ ");
		wait_for("│sites/ ");
		term_send(term, "\t");
		wait_for("▸site/ ");
		wait_for("▸Folder     ~/site/ ");
		term_send(term, "\t");
		wait_for("▸sites/ ");
		term_send(term, KEY_SEQ_BACKTAB);
		wait_for("▸Folder     ~/site/ ");
		/* Typing goes on from there. */
		term_send(term, "x");
		wait_gone("│sites/");
		wait_for("▸Folder     ~/site/x ");
		/* Where there is nothing, the key means what it means everywhere. */
		term_send(term, "\t");
		wait_for("▸Log");
		wait_for("✗Folder");
		term_stop(term);
		term = NULL;
	}
}

static void tab_without_anything_typed_moves_on(void **state)
{
	(void)state;
	open_console(24, 80, "--folder", "/tmp");
	wait_for("▸Target");
	go_down(2);
	wait_for("▸Folder");
	term_send(term, "\t");
	wait_for("▸Log");
}

static void earlier_values_come_back(void **state)
{
	(void)state;
	open_console(24, 80, "--target", "demo", SHORT_RUN);
	wait_for("▸Target");
	go_down(1);
	wait_for("▸Name");
	term_send(term, "first" KEY_SEQ_F5);
	wait_for("first · completed");
	term_send(term, KEY_SEQ_F2 "\025second");
	wait_for("second");
	wait_for("Up: 1 earlier");
	term_send(term, KEY_SEQ_UP);
	wait_for("Earlier value 1 of 1");
	wait_for("▸Name       first ");
	term_send(term, KEY_SEQ_DOWN);
	wait_for("▸Name       second ");
	/* From the newest on, down is the next field. */
	term_send(term, KEY_SEQ_DOWN);
	wait_for("▸Env");
}

static void a_profile_is_saved_and_loaded(void **state)
{
	(void)state;
	open_console(24, 80, "--image", "nginx:1", "--env", "TOKEN=hunter2");
	wait_for("▸Target");
	term_send(term, f7);
	wait_for("There is no profile yet");
	term_send(term, f6);
	wait_for("Save the form as profile:");
	term_send(term, "my web\r");
	wait_for("profile 'my web' has other characters");
	term_send(term, "\025web\r");
	wait_for("Saved as 'web', without the values of 1 variable");
	/* Over it only after a question. */
	term_send(term, f6);
	wait_gone("Saved as");
	wait_for("Save the form as profile:");
	term_send(term, "web\r");
	wait_for("There is a profile 'web' already.");
	term_send(term, "n");
	wait_gone("There is a profile 'web' already.");
	term_send(term, "\033");
	wait_gone("Save the form");
	go_down(1);
	wait_for("▸Name");
	term_send(term, "elsewhere" F("l"));
	wait_for("Load profile (Up and Down choose): web");
	term_send(term, "\r");
	wait_for("Profile 'web' is in the form.");
	wait_gone("elsewhere");
	/* Nobody has exported it: said at once, not when it is deployed. */
	wait_for("✗Env");
	wait_for("nginx:1");
	assert_false(term_log_has(term, "hunter2", 0));
}

static void values_are_explained(void **state)
{
	(void)state;
	for (int i = 0; i < SIZES; i++) {
		open_console_in(ENVIRONMENT("BERTH_PULL=never"), sizes[i].rows, sizes[i].columns,
			"--image", "nginx:1");
		wait_for("▸Target");
		go_down(1);
		wait_for("▸Name");
		term_send(term, "web");
		term_send(term, f3);
		wait_for("Where each value comes from");
		wait_for("form, as --name");
		wait_for("option --image");
		term_send(term, KEY_SEQ_END);
		wait_for("environment BERTH_PULL");
		term_send(term, "q");
		wait_for("▸Name       web ");
		term_stop(term);
		term = NULL;
	}
}

static void the_form_is_a_command_line(void **state)
{
	(void)state;
	for (int i = 0; i < SIZES; i++) {
		open_console_in(ENVIRONMENT("DOCKER_HOST=unix:///nonexistent/docker.sock"),
			sizes[i].rows, sizes[i].columns, "--image", "nginx:1", "--env",
			"TOKEN=hunter2", "--port", "8080:80");
		wait_for("no docker engine");
		term_send(term, f4);
		wait_for("As a command line");
		wait_for("berth deploy \\");
		wait_for("--image nginx:1 \\");
		wait_for("--port 8080:80 \\");
		wait_for("--env TOKEN");
		wait_for("Values of variables are not in it");
		assert_golden(i == 0 ? "command-80x24" : "command-120x40");
		assert_false(term_log_has(term, "hunter2", 0));
		term_send(term, "\033");
		wait_for("▸Target");
		term_stop(term);
		term = NULL;
	}
}

static char config_home[64];
static struct fake_engine *fake;

static void protect(void)
{
	char path[128];
	FILE *file;

	fake = fake_engine_start();
	snprintf(config_home, sizeof(config_home), "/tmp/berth-screen-XXXXXX");
	assert_non_null(mkdtemp(config_home));
	snprintf(path, sizeof(path), "%s/berth", config_home);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/berth/config.json", config_home);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file,
		"{\"targets\": {\"prod\": {\"kind\": \"docker\", \"host\": \"%s\", "
		"\"protected\": true}}}",
		fake_engine_host(fake));
	fclose(file);
	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0", .present = true});
	fake_engine_container(
		fake, &(struct fake_container){.tag = "old", .name = "web", .deployment = "x"});
}

static void unprotect(void)
{
	char path[128];

	close_console(NULL);
	assert_int_equal(fake_engine_stop(fake), 0);
	snprintf(path, sizeof(path), "%s/berth/config.json", config_home);
	unlink(path);
	snprintf(path, sizeof(path), "%s/berth", config_home);
	rmdir(path);
	rmdir(config_home);
}

static void a_protected_target_is_confirmed_by_its_name(void **state)
{
	char where[128];

	(void)state;
	for (int i = 0; i < SIZES; i++) {
		protect();
		snprintf(where, sizeof(where), "XDG_CONFIG_HOME=%s", config_home);
		open_console_in(ENVIRONMENT(where), sizes[i].rows, sizes[i].columns, "--target",
			"prod", "--image", "demo/web:1.0", "--name", "web", "--env",
			"TOKEN=hunter2", "--port", "auto:80");
		wait_for("PROTECTED");
		assert_int_equal(cell_of("PROTECTED").foreground, 203);
		wait_for("Deploy to a protected target");
		assert_int_equal(cell_of(" F5 deploys").foreground, 203);
		term_send(term, KEY_SEQ_F5);
		wait_for("'prod' is a protected target.");
		wait_for("sha256:5555555555555555");
		wait_for("80 as the next free port");
		wait_for("TOKEN");
		wait_for("container 'web' (");
		term_send(term, "pro\r");
		wait_for("That is not 'prod': nothing was deployed.");
		term_send(term, "\033");
		wait_for("Nothing was deployed.");
		wait_gone("is a protected target.");
		assert_int_equal(fake_engine_count(fake, "> POST"), 0);
		term_send(term, "\007");
		wait_for("Type 'prod' to deploy there");
		term_send(term, "prod\r");
		wait_gone("is a protected target.");
		wait_for("web ·");
		/* Again is asked again. */
		wait_for("▸web · deployed");
		term_send(term, "r");
		wait_for("Type 'prod' to deploy there");
		assert_false(term_log_has(term, "hunter2", 0));
		unprotect();
	}
}

static void on_the_command_line_the_name_is_typed_too(void **state)
{
	char where[128];

	(void)state;
	protect();
	snprintf(where, sizeof(where), "XDG_CONFIG_HOME=%s", config_home);
	open_console_in(ENVIRONMENT(where), 24, 80, "deploy", "--target", "prod", "--image",
		"demo/web:1.0", "--name", "web");
	wait_for("'prod' is a protected target.");
	wait_for("sha256:5555555555555555");
	wait_for("container 'web' (");
	wait_for("Type 'prod' to deploy there:");
	term_send(term, "yes\r");
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 2);
	assert_true(term_has(term, "that is not 'prod': nothing was deployed"));
	assert_int_equal(fake_engine_count(fake, "> POST"), 0);
	unprotect();
}

static void so_it_is_before_something_there_is_stopped(void **state)
{
	char where[128];

	(void)state;
	protect();
	snprintf(where, sizeof(where), "XDG_CONFIG_HOME=%s", config_home);
	open_console_in(ENVIRONMENT(where), 24, 80, "restart", "web", "--target", "prod");
	wait_for("'prod' is a protected target. Type it to restart 'web' there:");
	term_send(term, "web\r");
	assert_int_equal(WEXITSTATUS(term_wait_exit(term, TERM_WAIT_MS)), 2);
	assert_true(term_has(term, "that is not 'prod': nothing was done"));
	assert_int_equal(fake_engine_count(fake, "> POST"), 0);
	close_console(NULL);
	open_console_in(ENVIRONMENT(where), 24, 80, "stop", "web", "--target", "prod");
	wait_for("Type it to stop 'web' there:");
	term_send(term, "prod\r");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	assert_true(term_has(term, "web stopped"));
	unprotect();
}

static void what_is_there_is_removed_by_its_name_too(void **state)
{
	char where[128];

	(void)state;
	protect();
	snprintf(where, sizeof(where), "XDG_CONFIG_HOME=%s", config_home);
	open_console_in(ENVIRONMENT(where), 40, 120, "--target", "prod");
	wait_for("web       prod");
	term_send(term, "\0331");
	wait_for("▸Deployments");
	term_send(term, "j");
	wait_for("Enter in the list");
	term_send(term, "x");
	wait_for("Remove");
	term_send(term, "y");
	wait_for("'prod' is protected. Type it to remove");
	term_send(term, "web\r");
	wait_for("That is not 'prod': nothing was done.");
	term_send(term, "\033");
	wait_for("Nothing was done.");
	assert_int_equal(fake_engine_count(fake, "> DELETE"), 0);
	term_send(term, "ry");
	wait_for("'prod' is protected. Type it to restart");
	term_send(term, "\033");
	wait_gone("Type it to restart");
	assert_int_equal(fake_engine_count(fake, "> POST"), 0);
	term_send(term, "xy");
	wait_for("'prod' is protected. Type it to remove");
	term_send(term, "prod\r");
	wait_for("is removed");
	unprotect();
}

static void start_in(const struct tree *tree, const char *const *arguments)
{
	char state[300];

	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s", tree->path);
	term = term_start(&(struct term_setup){.rows = 24,
		.columns = 80,
		.arguments = arguments,
		.environment = ENVIRONMENT(state),
		.folder = tree->path});
}

static void values_of_a_run_without_a_screen_come_back(void **state)
{
	struct tree tree;

	(void)state;
	tree_init(&tree);
	start_in(&tree, (const char *const[]){BERTH_PROGRAM, "deploy", "--target", "demo", "--name",
				"earlier", SHORT_RUN, NULL});
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	close_console(NULL);
	start_in(&tree, (const char *const[]){BERTH_PROGRAM, "--target", "demo", NULL});
	wait_for("▸Target");
	go_down(1);
	wait_for("Up: 1 earlier");
	term_send(term, KEY_SEQ_UP);
	wait_for("▸Name       earlier ");
	close_console(NULL);
	tree_release(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		console_test(rows_of_ports),
		console_test(more_rows_than_the_form_has),
		console_test(a_secret_is_shown_only_when_asked_for),
		console_test(folders_complete),
		console_test(tab_without_anything_typed_moves_on),
		console_test(earlier_values_come_back),
		console_test(a_profile_is_saved_and_loaded),
		console_test(values_are_explained),
		console_test(the_form_is_a_command_line),
		console_test(a_protected_target_is_confirmed_by_its_name),
		console_test(on_the_command_line_the_name_is_typed_too),
		console_test(so_it_is_before_something_there_is_stopped),
		console_test(what_is_there_is_removed_by_its_name_too),
		console_test(values_of_a_run_without_a_screen_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

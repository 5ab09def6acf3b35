/* Everything that the mouse does, and the same with the keyboard alone. */
#include "support/console_log.h"

#include <sys/stat.h>

#define ALT_LIST "\0331"
#define ALT_FORM "\0332"
#define ALT_CARD "\0333"
#define ALT_LOG  "\0334"

enum { WHEEL_UP = 64, WHEEL_DOWN = 65 };

static void mouse(int button, int row, int column)
{
	char report[32];

	snprintf(report, sizeof(report), "\033[<%d;%d;%dM", button, column + 1, row + 1);
	term_send(term, report);
}

static void mouse_on(int button, const char *text)
{
	int row, column;

	place_of(text, &row, &column);
	mouse(button, row, column);
}

/* Two containers of before, a deployment that is over, a log that is longer than its pane. */
static void open_all(int rows, int columns, bool with_mouse)
{
	char host[160];

	start_engine(&(struct fake_process){.output = "the container's first words\n"});
	fake_engine_container(fake, &(struct fake_container){.tag = "a",
					    .name = "shop",
					    .deployment = "a",
					    .deployed = "shop",
					    .running = true});
	fake_engine_container(fake, &(struct fake_container){.tag = "b",
					    .name = "worker",
					    .deployment = "b",
					    .deployed = "worker",
					    .running = true});
	snprintf(host, sizeof(host), "DOCKER_HOST=%s", fake_engine_host(fake));
	open_console_in(ENVIRONMENT(host), rows, columns, with_mouse ? "--mouse" : "--no-mouse",
		"--image", "demo/web:1.0", "--name", "web");
	wait_for("worker");
	wait_for("quit");
	term_send(term, "\007");
	wait_for("is deployed");
	wait_for("▸web · deployed");
	for (int i = 1; i <= 60; i++) {
		char line[32];

		snprintf(line, sizeof(line), "said %d\n", i);
		fake_engine_say(fake, "web", line);
	}
}

/* --- each of these with the mouse, and with keys --- */

static void choose_deployment(bool by_mouse)
{
	if (by_mouse) {
		mouse_on(0, "worker");
	} else {
		term_send(term, ALT_LIST);
		wait_for("▸Deployments");
		for (int i = 0; i < 3 && !term_has(term, "worker: up"); i++) {
			term_send(term, "j");
			term_wait_quiet(term, 100, TERM_WAIT_MS);
		}
	}
	wait_for("worker: up");
	wait_for("▸Deployments");
}

static void choose_run_again(bool by_mouse)
{
	if (by_mouse)
		mouse_on(0, "✓ web");
	else
		term_send(term, "1");
	wait_for("web · completed");
}

static void choose_field(bool by_mouse)
{
	if (by_mouse) {
		mouse_on(0, "Image");
	} else {
		term_send(term, ALT_FORM);
		for (int i = 0; i < 12 && !term_has(term, "▸Image"); i++) {
			term_send(term, "\016");
			term_wait_quiet(term, 100, TERM_WAIT_MS);
		}
	}
	wait_for("▸Image");
	wait_for("▸Deploy");
}

static void choose_line(bool by_mouse)
{
	wait_for("said 60");
	if (by_mouse)
		mouse_on(0, "said 58");
	else
		term_send(term, ALT_LOG ":64\r");
	wait_for("▸Log");
	wait_for("paused");
	assert_true(cell_of("said 58").reverse);
}

static void follow_again(bool by_mouse)
{
	if (by_mouse)
		mouse(WHEEL_DOWN, row_of("said 58"), column_of("said 58"));
	else
		term_send(term, "G");
	wait_for("following");
}

static void scroll_log(bool by_mouse)
{
	wait_for("said 60");
	if (by_mouse)
		mouse_on(WHEEL_UP, "said 60");
	else
		term_send(term, "kkk");
	wait_gone("said 60");
	wait_for("said 57");
	wait_for("paused");
}

static void ask_for_help(bool by_mouse)
{
	if (by_mouse)
		mouse_on(0, "? help");
	else
		term_send(term, "?");
	wait_for("▸Help");
	if (by_mouse)
		mouse(WHEEL_DOWN, 10, 10);
	else
		term_send(term, "jjj");
	wait_gone("open the form");
	term_send(term, "\033");
	wait_gone("▸Help");
}

static void go_to_card(bool by_mouse)
{
	if (by_mouse)
		mouse_on(0, "View logs");
	else
		term_send(term, ALT_CARD);
	wait_for("▸web · deployed");
}

static void session(bool by_mouse)
{
	open_all(40, 120, by_mouse);
	choose_deployment(by_mouse);
	choose_run_again(by_mouse);
	choose_field(by_mouse);
	choose_line(by_mouse);
	follow_again(by_mouse);
	scroll_log(by_mouse);
	ask_for_help(by_mouse);
	go_to_card(by_mouse);
}

static void a_click_chooses_what_is_under_it(void **state)
{
	(void)state;
	session(true);
}

static void the_keyboard_alone_does_the_same(void **state)
{
	(void)state;
	session(false);
}

static void tabs_are_chosen_where_the_list_is_a_line(void **state)
{
	(void)state;
	open_all(24, 80, true);
	mouse_on(0, "● worker");
	wait_for("worker: up");
	mouse_on(0, "✓ web");
	wait_for("web · completed");
}

/* --- what belongs to a field of the form --- */

static void arrows_of_a_choice_are_clicked(void **state)
{
	(void)state;
	start_engine(NULL);
	open_console(24, 80, "--mouse");
	wait_for("‹ local ›");
	mouse_on(0, "› ");
	wait_for("‹ demo ›");
	mouse_on(0, "‹ demo");
	wait_for("‹ local ›");
	/* The word between them only takes the focus. */
	mouse_on(0, "unless-stopped");
	wait_for("▸Restart");
	assert_true(term_has(term, "‹ unless-stopped ›"));
	mouse(0, row_of("‹ unless"), column_of("‹ unless") + 17);
	wait_for("‹ no ›");
}

static void a_row_that_dropped_down_is_clicked(void **state)
{
	(void)state;
	start_engine(NULL);
	open_console(
		24, 80, "--mouse", "--port", "8080:80", "--port", "8081:81", "--port", "8082:82");
	wait_for("8080:80 8081:81");
	mouse_on(0, "Ports");
	wait_for("3 8082:82");
	mouse_on(0, "8081:81");
	term_send(term, "9");
	wait_for("8081:819");
	assert_true(term_has(term, "8080:80 "));
}

static void a_name_that_dropped_down_is_clicked(void **state)
{
	char command[256];

	(void)state;
	start_engine(NULL);
	open_console(24, 80, "--mouse");
	wait_for("‹ local ›");
	for (int i = 0; i < 3; i++) {
		snprintf(command, sizeof(command), "%s/pick-%c", term_home(term), "abc"[i]);
		assert_int_equal(mkdir(command, 0700), 0);
	}
	mouse_on(0, "Folder");
	wait_for("▸Folder");
	term_send(term, "~/pick-");
	wait_for("~/pick-");
	term_send(term, "\t");
	wait_for("pick-c");
	mouse_on(0, "pick-b");
	wait_gone("pick-c");
	wait_for("~/pick-b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		log_test(a_click_chooses_what_is_under_it),
		log_test(the_keyboard_alone_does_the_same),
		log_test(tabs_are_chosen_where_the_list_is_a_line),
		log_test(arrows_of_a_choice_are_clicked),
		log_test(a_row_that_dropped_down_is_clicked),
		log_test(a_name_that_dropped_down_is_clicked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

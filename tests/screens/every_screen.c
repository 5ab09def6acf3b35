/*
 * Every pane and mode, text and attributes, at three sizes in 256 colours, in 8, and on a terminal
 * without colours where the locale has no UTF-8: compared with tests/screens/golden/NAME.screens,
 * which ./dev golden writes anew. Words here are of letters alone: marks differ.
 */
#include "support/console_term.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/fake_engine.h"
#include "support/golden_screen.h"

enum { SIZES = 3, LOOKS = 3, QUIET_MS = 250, LOOK_MS = 40, SAME_MS = 6000 };

static const struct {
	int rows, columns;
} sizes[SIZES] = {{24, 80}, {40, 120}, {60, 200}};

static const struct look {
	const char *name, *type, *locale;
} looks[LOOKS] = {
	{"256 colours", "TERM=xterm-256color", "LC_ALL=C.UTF-8"},
	{"8 colours", "TERM=xterm", "LC_ALL=C.UTF-8"},
	{"no colour, ASCII", "TERM=xterm-mono", "LC_ALL=C"},
};

static struct fake_engine *fake;
static const struct look *look;
static char config_home[] = "/tmp/berth-golden-XXXXXX";

#define ALT_C "\033c"
#define ALT_E "\033e"

/* --- ways into a scene --- */

static void open_list(const char *const *options)
{
	char host[160], config[128];

	snprintf(host, sizeof(host), "DOCKER_HOST=%s", fake_engine_host(fake));
	snprintf(config, sizeof(config), "XDG_CONFIG_HOME=%s", config_home);
	const char *const environment[] = {
		host, config, look->type, look->locale, "TZ=UTC", "NO_COLOR", NULL};

	open_console_with(sizes[0].rows, sizes[0].columns, environment, options);
	wait_for("docker 24.0.7");
	wait_for("quit");
}
#define open_with(...) open_list((const char *const[]){__VA_ARGS__, NULL})

#define WEB "--image", "demo/web:1.0", "--name", "web"

static void wait_focus(const char *title)
{
	char unicode[64], ascii[64];

	snprintf(unicode, sizeof(unicode), "▸%s", title);
	snprintf(ascii, sizeof(ascii), ">%s", title);
	wait_for(look->locale[strlen("LC_ALL=C")] == '.' ? unicode : ascii);
}

static void press(const char *keys, const char *until)
{
	term_send(term, keys);
	wait_for(until);
}

static void deploy(void)
{
	press("\007", "is deployed");
	wait_focus("web");
}

static void add(const char *tag, const char *name, bool running)
{
	fake_engine_container(fake, &(struct fake_container){.tag = tag,
					    .name = name,
					    .deployment = tag,
					    .deployed = name,
					    .running = running});
}

/* --- the scenes --- */

static void nothing_yet(void)
{
	open_with("--no-mouse");
}

static void form(void)
{
	open_with(WEB, "--port", "8080:80", "--port", "auto:9000", "--env", "DATABASE_URL=x",
		"--env", "MODE=y");
	term_send(term, "\016");
	wait_focus("Name");
}

static void form_with_errors(void)
{
	open_with(WEB);
	term_send(term, "\016\016\016");
	wait_focus("Ports");
	press("99999:80\016\020", "65535");
}

static void form_choice(void)
{
	open_with(WEB);
	wait_focus("Target");
	press(KEY_SEQ_RIGHT, "demo");
}

static void form_rows(void)
{
	open_with(WEB);
	term_send(term, "\016\016\016");
	wait_focus("Ports");
	press("8080:80\017auto:90\017:5859", "5859");
}

static void form_explained(void)
{
	open_with(WEB);
	press(ALT_E, "web");
}

static void form_as_command(void)
{
	open_with(WEB, "--env", "TOKEN=hunter2");
	press(ALT_C, "berth deploy");
}

static void read_only(void)
{
	open_with(WEB, "--read-only");
}

static void protected_form(void)
{
	open_with(WEB, "--target", "prod");
	wait_for("PROTECTED");
}

static void protected_plan(void)
{
	add("old", "web", true);
	open_with(WEB, "--target", "prod", "--env", "TOKEN=hunter2", "--port", "8080:80");
	press("\007", "Type 'prod' to deploy there");
	wait_for("sha256:5555555555555555");
}

static void in_progress(void)
{
	fake_engine_image(fake, &(struct fake_image){.name = "demo/big:1.0"});
	fake_engine_fault(
		fake, &(struct fake_fault){.at = "POST /images/create", .what = FAKE_HOLD});
	open_with("--image", "demo/big:1.0", "--name", "web");
	press("\007", "no credentials");
}

static void quit_question(void)
{
	in_progress();
	press("q", "under way");
}

static void cancel_question(void)
{
	in_progress();
	press("c", "Cancel ");
}

static void success(void)
{
	open_with(WEB);
	deploy();
}

static void failure(void)
{
	fake_engine_process(fake, &(struct fake_process){.output = "no such table: users\n",
					  .on_stderr = true,
					  .exits = true,
					  .exit_code = 3});
	open_with(WEB);
	press("\007", "no such table");
	wait_for("failed");
	wait_focus("web");
}

static void log_pane(void)
{
	open_with(WEB);
	deploy();
	fake_engine_say(fake, "web",
		"listening on port 80\nWARN the cache is cold\nERROR lost the database\n"
		"\033[32mgreen\033[0m and \033[1;4mloud\033[0m\nwide 日本語 columns\n"
		"GET /orders 200\nGET /users 404\n");
	term_send(term, "\0334");
	wait_focus("Log");
	wait_for("/users 404");
}

static void log_search_typed(void)
{
	log_pane();
	press("/", "Search:");
	press("get", "2");
}

static void log_searched(void)
{
	log_search_typed();
	press("\r", "GET");
	wait_gone("Search:");
}

static void log_filtered(void)
{
	log_pane();
	press("&GET\r", "hidden");
}

static void log_selecting(void)
{
	log_pane();
	press("V", "selecting");
}

static void list(void)
{
	add("a", "shop", true);
	add("b", "worker", true);
	add("c", "stopped", false);
	fake_engine_health(fake, "worker", "unhealthy", "no answer");
	open_with("--no-mouse");
	wait_for("worker");
}

static void list_in_hand(void)
{
	list();
	term_send(term, "\0331");
	term_wait_quiet(term, 100, TERM_WAIT_MS);
	term_send(term, "j");
}

static void details(void)
{
	add("a", "shop", true);
	fake_engine_health(fake, "shop", "unhealthy", "no answer");
	open_with("--no-mouse");
	wait_for("shop");
	term_send(term, "\0331");
	term_wait_quiet(term, 100, TERM_WAIT_MS);
	term_send(term, "j");
	press("\r", "details");
	wait_for("memory");
}

static void remove_question(void)
{
	list_in_hand();
	press("x", "Remove");
}

static void several(void)
{
	open_with(WEB);
	deploy();
	term_send(term, "n");
	wait_focus("Deploy");
	term_send(term, "\016");
	wait_focus("Name");
	term_send(term, "\025\025api");
	press("\007", "api");
	wait_for("'api' is deployed");
	wait_focus("api");
}

static void help(void)
{
	log_pane();
	press("?", "Esc close");
}

static void palette(void)
{
	log_pane();
	press(":", "Command");
}

static const struct scene {
	const char *name;
	void (*show)(void);
} scenes[] = {
	{"nothing-yet", nothing_yet},
	{"form", form},
	{"form-errors", form_with_errors},
	{"form-choice", form_choice},
	{"form-rows", form_rows},
	{"form-explained", form_explained},
	{"form-as-command", form_as_command},
	{"read-only", read_only},
	{"protected-form", protected_form},
	{"protected-plan", protected_plan},
	{"progress", in_progress},
	{"quit-question", quit_question},
	{"cancel-question", cancel_question},
	{"success", success},
	{"failure", failure},
	{"log", log_pane},
	{"log-search-typed", log_search_typed},
	{"log-searched", log_searched},
	{"log-filtered", log_filtered},
	{"log-selecting", log_selecting},
	{"list", list},
	{"list-in-hand", list_in_hand},
	{"details", details},
	{"remove-question", remove_question},
	{"several", several},
	{"help", help},
	{"palette", palette},
};
enum { SCENES = sizeof(scenes) / sizeof(scenes[0]) };

/* --- comparing --- */

/* The text of each size in the first look: another look need not tell the same again. */
static char *first_text[SIZES];

static char *screen_of(int size)
{
	char *text = golden_text(term), *attributes = golden_attributes(term), *screen = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&screen, &len);
	bool same = look != looks && first_text[size] != NULL &&
		    strcmp(text, first_text[size]) == 0;

	fprintf(out, "=== %dx%d, %s\n", sizes[size].columns, sizes[size].rows, look->name);
	fprintf(out, "%s--- attributes\n%s\n", same ? "(the same text)\n" : text, attributes);
	fclose(out);
	if (look == looks) {
		free(first_text[size]);
		first_text[size] = strdup(text);
	}
	free(text);
	free(attributes);
	return screen;
}

struct wanted {
	const char *screen;
	size_t len;
	int size;
};

static bool is_wanted(const struct wanted *wanted)
{
	char *screen = screen_of(wanted->size);
	bool same = strlen(screen) == wanted->len &&
		    strncmp(screen, wanted->screen, wanted->len) == 0;

	free(screen);
	return same;
}

/* Look until it is what it should be: a frame may be under way. */
static bool comes_true(const struct wanted *wanted)
{
	for (int waited = 0; waited < SAME_MS; waited += LOOK_MS) {
		term_watch(term, LOOK_MS);
		if (is_wanted(wanted))
			return true;
	}
	return false;
}

static const char *after_screen(const char *golden)
{
	const char *next = *golden != '\0' ? strstr(golden + 1, "\n=== ") : NULL;

	return next != NULL ? next + 1 : golden + strlen(golden);
}

static char *read_golden(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t cap = 0;

	if (file == NULL)
		fail_msg("cannot open '%s': %s; write it with ./dev golden", path, strerror(errno));
	if (getdelim(&text, &cap, '\0', file) < 0)
		fail_msg("'%s' is empty; write it with ./dev golden", path);
	fclose(file);
	return text;
}

/* Whatever the last size did to the terminal, the next is what the program itself paints. */
static void resize(int size)
{
	if (size == 0)
		return;
	term_resize(term, sizes[size].rows, sizes[size].columns);
}

static void protect(void)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/berth/config.json", config_home);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file,
		"{\"targets\": {\"prod\": {\"kind\": \"docker\", \"host\": \"%s\", "
		"\"protected\": true}}}",
		fake_engine_host(fake));
	fclose(file);
}

static void start_scene(const struct scene *scene)
{
	fake = fake_engine_start();
	protect();
	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0", .present = true});
	scene->show();
}

static int end_scene(void **state)
{
	close_console(state);
	if (fake != NULL) {
		fake_engine_release(fake);
		fake_engine_stop(fake);
	}
	fake = NULL;
	return 0;
}

static void write_scene(const struct scene *scene, const char *path)
{
	FILE *file = fopen(path, "w");

	if (file == NULL)
		fail_msg("cannot write '%s': %s", path, strerror(errno));
	for (look = looks; look < looks + LOOKS; look++) {
		start_scene(scene);
		for (int size = 0; size < SIZES; size++) {
			resize(size);
			term_watch(term, 2 * QUIET_MS);
			char *screen = screen_of(size);

			fputs(screen, file);
			free(screen);
		}
		end_scene(NULL);
	}
	fclose(file);
}

static void compare_scene(const struct scene *scene, const char *path)
{
	char *golden = read_golden(path);
	const char *at = golden;
	int different = 0;

	for (look = looks; look < looks + LOOKS; look++) {
		start_scene(scene);
		for (int size = 0; size < SIZES; size++) {
			const char *next = after_screen(at);
			struct wanted wanted = {at, (size_t)(next - at), size};

			resize(size);
			if (!comes_true(&wanted)) {
				char *screen = screen_of(size), *part = strndup(at, wanted.len);

				fprintf(stderr, "%s (- as it was, + as it is)\n", path);
				golden_print_difference(part, screen);
				free(screen);
				free(part);
				different++;
			}
			at = next;
		}
		end_scene(NULL);
	}
	free(golden);
	if (different > 0)
		fail_msg("%d screens are not as '%s' has them; if they are better, ./dev golden "
			 "writes them anew",
			different, path);
}

static void is_as_it_was(void **state)
{
	const struct scene *scene = *state;
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/screens/golden/%s.screens", BERTH_SOURCE_DIR,
		scene->name);
	if (getenv("BERTH_UPDATE_GOLDEN") != NULL)
		write_scene(scene, path);
	else
		compare_scene(scene, path);
}

static int make_config(void **state)
{
	char path[128];

	(void)state;
	if (mkdtemp(config_home) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/berth", config_home);
	return mkdir(path, 0755);
}

static int remove_config(void **state)
{
	char path[128];

	(void)state;
	for (int i = 0; i < SIZES; i++)
		free(first_text[i]);
	snprintf(path, sizeof(path), "%s/berth/config.json", config_home);
	unlink(path);
	snprintf(path, sizeof(path), "%s/berth", config_home);
	rmdir(path);
	return rmdir(config_home);
}

/* With names as arguments: only those. */
int main(int argc, char **argv)
{
	struct CMUnitTest tests[SCENES];
	size_t count = 0;

	for (size_t i = 0; i < SCENES; i++) {
		bool wanted = argc < 2;

		for (int k = 1; k < argc; k++)
			wanted = wanted || strcmp(argv[k], scenes[i].name) == 0;
		if (wanted)
			tests[count++] = (struct CMUnitTest){scenes[i].name, is_as_it_was, NULL,
				end_scene, (void *)(uintptr_t)&scenes[i]};
	}
	return _cmocka_run_group_tests("every_screen", tests, count, make_config, remove_config);
}

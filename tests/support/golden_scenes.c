#include "support/golden_scenes.h"

#include "support/console_term.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/fake_engine.h"

static const struct look {
	const char *name, *type, *locale;
} looks[GOLDEN_LOOKS] = {
	{"256 colours", "TERM=xterm-256color", "LC_ALL=C.UTF-8"},
	{"8 colours", "TERM=xterm", "LC_ALL=C.UTF-8"},
	{"no colour, ASCII", "TERM=xterm-mono", "LC_ALL=C"},
};

static struct fake_engine *fake;
static const struct look *look;
static char config_home[64];

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

	open_console_with(GOLDEN_ROWS, GOLDEN_COLUMNS, environment, options);
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

static void make_folder(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", term_home(term), name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void completion(void)
{
	open_with(WEB);
	make_folder("site");
	make_folder("sites");
	make_folder("site-old");
	term_send(term, "\016\016");
	wait_focus("Folder");
	term_send(term, "~/s");
	wait_for("~/s ");
	press("\t", "sites/");
}

static void form_of_a_build(void)
{
	open_with("--name", "web", "--git", "https://example.com/web.git#main");
	term_send(term, "\020");
	wait_focus("Build");
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

static void history(void)
{
	failure();
	press("\033h", "1 run");
	wait_for("web");
}

static void replay_at_its_end(void)
{
	history();
	press("r", "replay ");
	term_send(term, KEY_SEQ_END);
	wait_for("no such table");
	wait_for("failed");
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
	press("get", "2 of 2");
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
	{"form-completion", completion},
	{"form-build", form_of_a_build},
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
	{"history", history},
	{"replay", replay_at_its_end},
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

/* --- from outside --- */

const char *golden_scene_name(size_t scene)
{
	return scene < SCENES ? scenes[scene].name : NULL;
}

const char *golden_look_name(size_t at)
{
	return looks[at].name;
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

struct term *golden_scene_start(const char *name, size_t at)
{
	char path[128];

	strcpy(config_home, "/tmp/berth-golden-XXXXXX");
	assert_non_null(mkdtemp(config_home));
	snprintf(path, sizeof(path), "%s/berth", config_home);
	assert_int_equal(mkdir(path, 0755), 0);
	look = &looks[at];
	fake = fake_engine_start();
	protect();
	fake_engine_image(fake, &(struct fake_image){.name = "demo/web:1.0", .present = true});
	for (size_t i = 0; i < SCENES; i++)
		if (strcmp(scenes[i].name, name) == 0)
			scenes[i].show();
	assert_non_null(term);
	return term;
}

void golden_scene_end(void)
{
	char path[128];

	close_console(NULL);
	if (fake != NULL) {
		fake_engine_release(fake);
		fake_engine_stop(fake);
	}
	fake = NULL;
	snprintf(path, sizeof(path), "%s/berth/config.json", config_home);
	unlink(path);
	snprintf(path, sizeof(path), "%s/berth", config_home);
	rmdir(path);
	rmdir(config_home);
}

/*
 * The pictures of the console. With a folder as its argument it takes them from real runs, on a
 * Docker engine, a registry and a deploy server of its own (see shots.sh), and leaves them there as
 * SVG. Without, it is a test: that a picture of a running console has everything in it.
 */
#include "support/console_term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/dockerd.h"
#include "support/fractalic_server.h"
#include "support/images.h"
#include "support/screen_svg.h"
#include "support/tcp_gate.h"
#include "unit/tree.h"

#define SHOP "acme/shop"

enum {
	LAYERS = 6,
	LAYER_BYTES = 14 << 20,
	RATE = 14 << 20, /* bytes a second while the picture of the pull is taken */
	SLOW_MS = 120 * 1000,
};

static const struct size {
	const char *name;
	int rows, columns;
} sizes[] = {{"120x40", 40, 120}, {"80x24", 24, 80}};

static struct dockerd engine;
static struct tcp_gate gate;

static void shoot(const char *folder, const char *what, const struct size *size)
{
	char path[512];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s-%s.svg", folder, what, size->name);
	out = fopen(path, "w");
	assert_non_null(out);
	screen_svg_write(term, out);
	assert_int_equal(fclose(out), 0);
}

/* What a person does: go to the field, replace what stands there. */
static void fill(const char *label, const char *text)
{
	char focused[64];

	snprintf(focused, sizeof(focused), "▸%s", label);
	for (int i = 0; i < 40 && !term_has(term, focused); i++) {
		term_send(term, "\016");
		term_wait_quiet(term, 60, TERM_WAIT_MS);
	}
	assert_true(term_has(term, focused));
	/* The row, and all before it. */
	term_send(term, "\025\025");
	term_send(term, text);
	term_wait_quiet(term, 60, TERM_WAIT_MS);
}

static void open_form(void)
{
	term_send(term, KEY_SEQ_F2);
	wait_for("▸Deploy");
	fill("Ports", "");
	fill("Env", "");
	fill("Health", "");
}

/* A pull goes from 10 to 30 per cent of the whole. */
static bool is_half_way(struct term *console, const void *context)
{
	(void)context;
	return term_has(console, " 19% ") || term_has(console, " 20% ") ||
	       term_has(console, " 21% ");
}

static void wait_shown(const char *text)
{
	term_wait_text(term, text, SLOW_MS);
	term_wait_quiet(term, 200, SLOW_MS);
}

static void show_form_and_success(const char *folder, const struct size *size)
{
	term_wait_text(term, "docker 2", SLOW_MS);
	fill("Env", "DATABASE_URL=postgres://db/shop");
	term_send(term, KEY_SEQ_DOWN KEY_SEQ_UP KEY_SEQ_UP);
	term_wait_quiet(term, 200, TERM_WAIT_MS);
	shoot(folder, "form", size);
	term_send(term, KEY_SEQ_F5);
	wait_shown("http://localhost:8080");
	shoot(folder, "success", size);
}

static const char *image_name(void)
{
	static char image[64];

	snprintf(image, sizeof(image), "127.0.0.1:%d/" SHOP ":1", gate.port);
	return image;
}

static void show_pull(const char *folder, const struct size *size)
{
	open_form();
	fill("Ports", "web=auto:8080");
	fill("Health", "web=/");
	fill("Image", image_name());
	fill("Name", "shop");
	atomic_store(&gate.state->rate, RATE);
	term_send(term, KEY_SEQ_F5);
	term_wait(term, is_half_way, NULL, "half of the layers", SLOW_MS);
	shoot(folder, "pull", size);
	atomic_store(&gate.state->rate, 0);
	wait_shown("http://localhost:8081");
}

static void show_failure(const char *folder, const struct size *size)
{
	open_form();
	fill("Image", "dies:1");
	fill("Name", "worker");
	fill("Ports", "auto:8080");
	term_send(term, KEY_SEQ_F5);
	wait_shown("worker · result");
	shoot(folder, "failure", size);
}

#define STEP(stage, percent, text)                                                                 \
	{                                                                                          \
		FX_EVENT, "{\"deployment_id\":\"7c1f\",\"stage\":\"" stage                         \
			  "\",\"progress\":" #percent ",\"message\":\"" text "\"}"                 \
	}

/* The second half comes when the picture is taken, so that the stream is not silent in it. */
static const struct fx_step nightly[] = {
	{FX_STREAM},
	STEP("validating", 5, "Starting Docker registry deployment"),
	STEP("pulling_image", 15, "Pulling base image: ghcr.io/acme/agents:3 (linux/amd64)"),
	STEP("pulling_image", 20, "Downloading layers... (3s)"),
	STEP("pulling_image", 24, "Downloading layers... (6s)"),
	STEP("pulling_image", 30, "Image ready: ghcr.io/acme/agents:3"),
	STEP("preparing_files", 35, "Preparing user files"),
	{FX_PAUSE},
	STEP("preparing_files", 45, "User files prepared"),
	STEP("starting_container", 50, "Starting container: fractalic-nightly"),
	STEP("starting_container", 55, "Port mappings: AI server 8001 (external), MCP 5859"),
	STEP("starting_container", 65, "Container started: 555747451cbf"),
	STEP("copying_files", 75, "Copying user scripts to container"),
	STEP("copying_files", 78, "Copied 6 user files: nightly.md, lib/, rates.csv"),
	{FX_STALL},
};

static void choose_local(void)
{
	/* Up brings earlier values; this goes to the field before in any case. */
	for (int i = 0; i < 40 && !term_has(term, "▸Target"); i++) {
		term_send(term, "\020");
		term_wait_quiet(term, 60, TERM_WAIT_MS);
	}
	for (int i = 0; i < 4 && !term_has(term, "‹ local ›"); i++) {
		term_send(term, KEY_SEQ_LEFT);
		term_wait_quiet(term, 60, TERM_WAIT_MS);
	}
	assert_true(term_has(term, "‹ local ›"));
}

static void show_several(
	const char *folder, const struct size *size, struct fractalic_server *server)
{
	term_wait_text(term, "Tab next pane", SLOW_MS);
	term_send(term, KEY_SEQ_F5);
	term_wait_text(term, "Preparing user files", SLOW_MS);
	term_send(term, KEY_SEQ_F2);
	fill("Name", "reports");
	term_send(term, KEY_SEQ_F5);
	term_wait_text(term, "1 queued", SLOW_MS);
	term_send(term, KEY_SEQ_F2);
	choose_local();
	fill("Ports", "web=auto:8080");
	fill("Health", "web=/");
	fill("Image", image_name());
	fill("Folder", "./blog");
	fill("Name", "shop");
	atomic_store(&gate.state->rate, RATE);
	term_send(term, KEY_SEQ_F5);
	term_wait(term, is_half_way, NULL, "half of the layers", SLOW_MS);
	term_send(term, "1");
	peer_release(server->peer);
	term_wait_text(term, "rates.csv", SLOW_MS);
	term_wait_text(term, "staging ● live", SLOW_MS);
	/* Between two turns of a spinner: the frame is complete. */
	term_wait_quiet(term, 60, SLOW_MS);
	shoot(folder, "several", size);
	atomic_store(&gate.state->rate, 0);
	term_send(term, "3");
	term_wait_text(term, "http://localhost:8080", SLOW_MS);
}

/* Local and remote together. `site` is where the console is started. */
static void take_several(
	const char *folder, const char *host, const struct tree *site, const struct size *size)
{
	static const struct fx_plan plan = {.answers = {[FX_STREAM_ROUTE] = {nightly}}};
	const char *const arguments[] = {BERTH_PROGRAM, "--target", "staging", "--name", "nightly",
		"--folder", "/srv/scripts/nightly", NULL};
	struct fractalic_server server;
	char home[96], config[160];

	fractalic_server_start(&server, &plan);
	snprintf(config, sizeof(config),
		"{\"targets\": {\"staging\": {\"kind\": \"fractalic\", \"url\": \"%s\"}}}",
		peer_url(server.peer));
	tree_text(site, "config/berth/config.json", config);
	snprintf(home, sizeof(home), "XDG_CONFIG_HOME=%s/config", site->path);
	term = term_start(&(struct term_setup){.rows = size->rows,
		.columns = size->columns,
		.arguments = arguments,
		.environment = ENVIRONMENT(host, home),
		.folder = site->path});
	show_several(folder, size, &server);
	close_console(NULL);
	fractalic_server_stop(&server);
}

/* The image too, so that it is pulled again. */
static void remove_all(void)
{
	for (const char *const *name = WORDS("blog", "shop", "worker"); *name != NULL; name++)
		dockerd_docker(&engine, WORDS("rm", "-f", *name), NULL);
	dockerd_docker(&engine, WORDS("rmi", image_name()), NULL);
}

static void take_all(const char *folder)
{
	struct tree site;
	char host[96];

	tree_init(&site);
	tree_text(&site, "blog/index.html", "<h1>Hello from berth</h1>\n");
	tree_text(&site, "blog/style.css", "h1 { color: teal }\n");
	snprintf(host, sizeof(host), "DOCKER_HOST=%s", engine.host);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const char *const arguments[] = {BERTH_PROGRAM, "--name", "blog", "--folder",
			"./blog", "--image", "web:1", "--port", "web=auto:8080", "--health",
			"web=/", NULL};

		term = term_start(&(struct term_setup){.rows = sizes[i].rows,
			.columns = sizes[i].columns,
			.arguments = arguments,
			.environment = ENVIRONMENT(host),
			.folder = site.path});
		show_form_and_success(folder, &sizes[i]);
		show_pull(folder, &sizes[i]);
		show_failure(folder, &sizes[i]);
		close_console(NULL);
		remove_all();
		take_several(folder, host, &site, &sizes[i]);
		remove_all();
	}
	tree_release(&site);
}

/* Also when an assertion ends the program. */
static void close_engine(void)
{
	close_console(NULL);
	if (gate.pid > 0)
		tcp_gate_close(&gate);
	dockerd_close(&engine);
}

/* Of real runs, into the folder. An exit status. */
static int take_pictures(const char *folder)
{
	if (dockerd_open(&engine) != 0)
		return 1;
	atexit(close_engine);
	if (images_make(&engine) != 0 || images_push(&engine, SHOP, LAYERS, LAYER_BYTES) != 0 ||
		tcp_gate_open(&gate, engine.registry_port) != 0)
		return 1;
	take_all(folder);
	return 0;
}

static void a_picture_of_the_console(void **state)
{
	char folder[] = "/tmp/berth-shots-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		static char picture[1 << 20];
		char path[512], box[64];
		size_t len;
		FILE *file;

		open_console(sizes[i].rows, sizes[i].columns, "--target", "demo", "--name", "web",
			SHORT_RUN);
		wait_for("Tab next pane");
		term_send(term, KEY_SEQ_F5);
		wait_for("✓ Rehearsal complete");
		term_wait_quiet(term, 200, TERM_WAIT_MS);
		shoot(folder, "demo", &sizes[i]);
		close_console(NULL);
		snprintf(path, sizeof(path), "%s/demo-%s.svg", folder, sizes[i].name);
		file = fopen(path, "r");
		assert_non_null(file);
		len = fread(picture, 1, sizeof(picture) - 1, file);
		fclose(file);
		picture[len] = '\0';
		snprintf(box, sizeof(box), "width=\"%d\" height=\"%d\"", 28 + 10 * sizes[i].columns,
			28 + 21 * sizes[i].rows);
		assert_non_null(strstr(picture, box));
		assert_non_null(
			strstr(picture, ">Rehearsal complete: nothing was deployed</text>"));
		assert_non_null(strstr(picture, ">✓</text>"));
		assert_string_equal(picture + len - 7, "</svg>\n");
		unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {console_test(a_picture_of_the_console)};

	if (argc == 2)
		return take_pictures(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

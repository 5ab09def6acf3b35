/*
 * What others say never commands the terminal. Every kind of byte sequence a terminal would obey is
 * put into everything the console shows of others: lines of containers, messages and names of
 * stages, layers, containers and engines, bodies of errors, texts of results. All that the terminal
 * receives meanwhile must be text or one of the sequences that curses composes for it.
 */
#include "support/console_log.h"

#include <jansson.h>
#include <stdatomic.h>

#include <berth/text.h>

#include "support/fractalic_scene.h"
#include "support/hostile_text.h"
#include "support/term_grammar.h"
#include "unit/tree.h"

enum { ROWS = 60, COLUMNS = 160, BATCH = 24, TEXT_CAP = 4096 };

static struct hostile_texts hostile;
static struct term_grammar grammar;
static size_t checked; /* bytes of what the terminal received */

static int setup(void **state)
{
	(void)state;
	hostile_texts_make(&hostile);
	checked = 0;
	return 0;
}

static void expect_grammar(const char *type, int rows, int columns, bool utf8)
{
	term_grammar_init(&grammar, type, rows, columns, utf8);
}

static int teardown(void **state)
{
	close_container_log(state);
	term_grammar_release(&grammar);
	return 0;
}

static void fail_naming(const char *bytes, size_t len, size_t at)
{
	size_t from = at > 24 ? at - 24 : 0, to = at + 40 < len ? at + 40 : len;

	fprintf(stderr, "the terminal received, from byte %zu of %zu:\n ", from, len);
	for (size_t i = from; i < to; i++)
		fprintf(stderr, i == at ? " >%02x" : " %02x", (unsigned char)bytes[i]);
	fprintf(stderr, "\n");
	fail_msg("byte %zu begins what no terminal should be sent: %02x", at,
		(unsigned char)bytes[at]);
}

enum { UNFINISHED = 16 };

/* All that came since the last time. `whole`: nothing is under way, so nothing may be cut off. */
static void check_bytes(bool whole)
{
	size_t len;
	const char *bytes = term_log(term, &len);

	checked += term_grammar_take(&grammar, bytes + checked, len - checked);
	if (checked < len && (whole || len - checked > UNFINISHED))
		fail_naming(bytes, len, checked);
}

/* The terminal's state is what the program thinks it is: painted anew the screen is the same. */
static bool is_screen(struct term *console, const void *context)
{
	char *screen = term_snapshot(console);
	bool same = strcmp(screen, context) == 0;

	free(screen);
	return same;
}

static void check_screen(void)
{
	char *screen;

	term_wait_quiet(term, 100, TERM_WAIT_MS);
	screen = term_snapshot(term);
	term_forget_screen(term);
	term_send(term, "\014");
	term_wait(term, is_screen, screen, "the same screen, painted anew", TERM_WAIT_MS);
	free(screen);
	check_bytes(false);
}

static void leave(void)
{
	check_screen();
	term_send(term, "q");
	assert_int_equal(term_wait_exit(term, TERM_WAIT_MS), 0);
	check_bytes(true);
	assert_true(grammar.sequences > 0 && grammar.characters > 0);
	term_assert_restored(term);
}

/* --- lines of a container --- */

/* How a line is told from all others, at both ends: a "\r" takes what stands before it, a string
 * without an end what stands behind it. */
static size_t make_line(const struct hostile_text *text, size_t number, char line[160])
{
	size_t len = (size_t)snprintf(line, 160, "@%zu@", number);

	memcpy(line + len, text->bytes, text->len);
	len += text->len;
	return len + (size_t)snprintf(line + len, 160 - len, "@%zu@\n", number);
}

static void assert_lines(size_t first, size_t end)
{
	char *screen = term_snapshot(term), mark[32];

	for (size_t number = first; number < end; number++) {
		snprintf(mark, sizeof(mark), "@%zu@", number);
		if (strstr(screen, mark) == NULL)
			fail_msg("line %s was never on the screen:\n%s", mark, screen);
	}
	free(screen);
}

static void end_batch(size_t first, size_t end)
{
	char line[48];
	size_t len = (size_t)snprintf(line, sizeof(line), "up to %zu\n", end);

	say_bytes(line, len);
	line[len - 1] = '\0';
	wait_for(line);
	assert_lines(first, end);
	check_bytes(false);
}

static void say_all(size_t count, const struct hostile_text *texts)
{
	for (size_t first = 0; first < count; first += BATCH) {
		size_t end = first + BATCH < count ? first + BATCH : count;

		for (size_t number = first; number < end; number++) {
			char line[160];

			say_bytes(line, make_line(&texts[number], number, line));
		}
		end_batch(first, end);
		if (first / BATCH % 8 == 0)
			check_screen();
	}
	leave();
}

static void lines_with_every_sequence(void **state)
{
	(void)state;
	expect_grammar("xterm-256color", ROWS, COLUMNS, true);
	open_container_log(ROWS, COLUMNS);
	say_all(hostile.count, hostile.texts);
}

/* The engine's frames end anywhere. */
static void lines_cut_into_frames_at_every_byte(void **state)
{
	size_t number = 0, first = 0;

	(void)state;
	expect_grammar("xterm-256color", ROWS, COLUMNS, true);
	open_container_log(ROWS, COLUMNS);
	for (size_t i = 0; i < hostile.count && hostile.texts[i].attack; i++) {
		for (size_t cut = 0; cut <= hostile.texts[i].len; cut++, number++) {
			char line[160];
			size_t len = make_line(&hostile.texts[i], number, line);
			size_t at = (size_t)snprintf(NULL, 0, "@%zu@", number) + cut;

			say_bytes(line, at);
			say_bytes(line + at, len - at);
			if (number + 1 - first == BATCH) {
				end_batch(first, number + 1);
				first = number + 1;
			}
		}
	}
	leave();
}

static void lines_on_other_terminals(void **state)
{
	static const struct {
		const char *type, *term, *locale;
		bool utf8;
	} cases[] = {
		{"xterm", "TERM=xterm", "LC_ALL=C.UTF-8", true},
		{"xterm-16color", "TERM=xterm-16color", "LC_ALL=C.UTF-8", true},
		{"screen-256color", "TERM=screen-256color", "LC_ALL=C.UTF-8", true},
		{"vt220", "TERM=vt220", "LC_ALL=C.UTF-8", true},
		{"linux", "TERM=linux", "LC_ALL=C.UTF-8", false},
		{"xterm-256color", "TERM=xterm-256color", "LC_ALL=C", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t attacks = 0;

		while (hostile.texts[attacks].attack)
			attacks++;
		setup(state);
		expect_grammar(cases[i].type, ROWS, COLUMNS, cases[i].utf8);
		open_container_log_in(ROWS, COLUMNS, cases[i].term, cases[i].locale);
		say_all(attacks, hostile.texts);
		teardown(state);
	}
}

/* --- everything else that an engine says --- */

static char *json_of(const char *key, const char *text, size_t len)
{
	json_t *json = json_pack("{s:s%}", key, text, len);
	char *dumped;

	assert_non_null(json);
	dumped = json_dumps(json, JSON_COMPACT);
	assert_non_null(dumped);
	json_decref(json);
	return dumped;
}

/* The run has failed; the card that says so is looked at in all its length. */
static void see_failure(void)
{
	wait_for("✗");
	wait_for("F5 deploy  r run again");
	term_send(term, "\0333");
	for (int page = 0; page < 4; page++) {
		term_send(term, KEY_SEQ_PAGE_DOWN);
		check_screen();
	}
	term_send(term, "\0334");
	leave();
}

static void deploy_with(const char *port)
{
	expect_grammar("xterm-256color", ROWS, COLUMNS, true);
	open_on_engine(ROWS, COLUMNS, NULL, NULL, port);
}

static void an_error_of_the_engine(void **state)
{
	char text[TEXT_CAP];
	char *body = json_of("message", text, hostile_attacks(&hostile, text, sizeof(text), true));

	(void)state;
	start_engine(NULL);
	fake_engine_fault(fake, &(struct fake_fault){.at = "POST /containers/create",
					.times = -1,
					.status = 500,
					.type = "application/json",
					.body = body});
	deploy_with(NULL);
	see_failure();
	free(body);
}

static void an_error_that_is_no_json(void **state)
{
	char text[TEXT_CAP];

	(void)state;
	hostile_attacks(&hostile, text, sizeof(text), false);
	start_engine(NULL);
	fake_engine_fault(fake, &(struct fake_fault){.at = "POST /containers/create",
					.times = -1,
					.status = 502,
					.type = "text/plain",
					.body = text});
	deploy_with(NULL);
	see_failure();
}

static void the_last_words_of_a_container(void **state)
{
	char text[TEXT_CAP];

	(void)state;
	hostile_attacks(&hostile, text, sizeof(text), false);
	start_engine(&(struct fake_process){
		.output = text, .on_stderr = true, .exits = true, .exit_code = 3});
	deploy_with(NULL);
	see_failure();
}

static void layers_and_errors_of_a_pull(void **state)
{
	char text[TEXT_CAP];
	size_t len = hostile_attacks(&hostile, text, sizeof(text), true);
	json_t *layer = json_pack("{s:s, s:s, s:{s:i, s:i}}", "status", "Downloading", "id",
		"\033]0;t\007\033[2J\xc2\x9b"
		"5n",
		"progressDetail", "current", 5, "total", 10);
	char *pulls[] = {json_of("status", text, len), json_dumps(layer, 0),
		json_of("error", text, len), NULL};

	(void)state;
	fake = fake_engine_start();
	fake_engine_image(fake,
		&(struct fake_image){.name = "demo/web:1.0", .pull = (const char *const *)pulls});
	deploy_with(NULL);
	see_failure();
	for (size_t i = 0; pulls[i] != NULL; i++)
		free(pulls[i]);
	json_decref(layer);
}

/* Who has the port is said by name. */
static void names_of_containers(void **state)
{
	static const char *const names[] = {"a\033]0;t\007b",
		"a\xc2\x9b"
		"5nb",
		"a\033[?1049lb",
		"a\xe2\x80\xae"
		"b",
		"a\016b\005\007"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char port[32];

		setup(state);
		start_engine(NULL);
		snprintf(port, sizeof(port), "%d:80", 42500 + (int)i);
		fake_engine_container(fake, &(struct fake_container){.tag = "db",
						    .name = names[i],
						    .running = true,
						    .port = 42500 + (int)i});
		deploy_with(port);
		wait_for("taken by container 'a");
		see_failure();
		teardown(state);
	}
}

static void the_name_of_an_engine(void **state)
{
	static const char version[] =
		"{\"Version\":\"24\\u001b]0;t\\u0007\\u009b5n\\u000e\","
		"\"ApiVersion\":\"1.43\",\"Os\":\"li\\u001b[2Jnux\",\"Arch\":\"a\\u202eb\"}";

	(void)state;
	start_engine(NULL);
	fake_engine_fault(fake, &(struct fake_fault){.at = "GET /version",
					.times = -1,
					.status = 200,
					.type = "application/json",
					.body = version});
	expect_grammar("xterm-256color", ROWS, COLUMNS, true);
	open_on_engine(ROWS, COLUMNS, NULL, NULL, NULL);
	wait_for("docker 24");
	wait_for("is deployed");
	leave();
}

/* --- what a deploy server says --- */

static struct tree tree;
static struct fractalic_server server;
static atomic_size_t told, told_batches; /* the newest line; pauses so far */

static char *event_of(const struct hostile_text *text, size_t number)
{
	char line[160];
	size_t len = make_line(text, number, line);
	json_t *json = json_pack("{s:s, s:s%, s:s%, s:i}", "deployment_id", "u1", "message", line,
		len - 1, "stage", text->bytes, text->len, "progress", 5);
	char *dumped = json_dumps(json, JSON_COMPACT);

	json_decref(json);
	return dumped;
}

/* In batches that go on when they have been seen; then a result. */
static int tell_hostile_story(void *context, struct peer_request *request, struct peer_conn *conn)
{
	char text[TEXT_CAP], *result;
	size_t len = hostile_attacks(&hostile, text, sizeof(text), true);
	int rc = peer_begin_chunks(conn, 200, "text/event-stream; charset=utf-8");
	size_t count = 0;

	(void)context;
	(void)request;
	for (size_t number = 0; rc == 0 && number < hostile.count; number++) {
		const struct hostile_text *one = &hostile.texts[number];
		char *event;

		if (!berth_utf8_valid(one->bytes, one->len) || memchr(one->bytes, 0, one->len))
			continue;
		event = event_of(one, number);
		rc = peer_chunk(conn, "data: ") || peer_chunk(conn, event) ||
		     peer_chunk(conn, "\n\n");
		free(event);
		atomic_store(&told, number);
		if (rc == 0 && ++count % BATCH == 0) {
			atomic_fetch_add(&told_batches, 1);
			rc = peer_pause(conn);
		}
	}
	json_t *json = json_pack("{s:s, s:s%, s:s, s:i, s:{s:b, s:s%, s:s%, s:s%}}",
		"deployment_id", "u1", "message", text, len, "stage", "error", "progress", 5,
		"result", "success", 0, "message", text, len, "endpoint_url", text, len,
		"deployment_id", text, len);
	result = json_dumps(json, JSON_COMPACT);
	json_decref(json);
	if (rc == 0)
		rc = peer_chunk(conn, "data: ") || peer_chunk(conn, result) ||
		     peer_chunk(conn, "\n\n") || peer_chunks_end(conn);
	free(result);
	return rc ? -1 : 0;
}

static void open_on_server(const struct fx_plan *plan)
{
	char config[256], home[96];

	tree_init(&tree);
	tree_folder(&tree, "berth");
	fractalic_server_start(&server, plan);
	snprintf(config, sizeof(config),
		"{\"targets\": {\"staging\": {\"kind\": \"fractalic\", \"url\": \"%s\"}}}",
		peer_url(server.peer));
	tree_text(&tree, "berth/config.json", config);
	snprintf(home, sizeof(home), "XDG_CONFIG_HOME=%s", tree.path);
	expect_grammar("xterm-256color", ROWS, COLUMNS, true);
	open_console_in(ENVIRONMENT(home), ROWS, COLUMNS, "--no-mouse", "--target", "staging",
		"--name", "hello", "--folder", "/srv/scripts/hello");
	wait_for("Tab next pane");
	term_send(term, KEY_SEQ_F5);
}

static void close_server(void)
{
	close_console(NULL);
	fractalic_server_stop(&server);
	tree_release(&tree);
}

static bool is_told(struct term *console, const void *batches)
{
	return atomic_load(&told_batches) > *(const size_t *)batches || term_has(console, "✗");
}

static void stages_and_results_of_a_server(void **state)
{
	size_t seen = 0;

	(void)state;
	open_on_server(&(struct fx_plan){.handler = tell_hostile_story});
	for (;; seen++) {
		char mark[32];

		term_wait(term, is_told, &seen, "more of the story", TERM_WAIT_MS);
		if (term_has(term, "✗"))
			break;
		snprintf(mark, sizeof(mark), "@%zu@", atomic_load(&told));
		wait_for(mark);
		check_bytes(false);
		peer_release(server.peer);
	}
	assert_true(seen > 10);
	see_failure();
	close_server();
}

int main(void)
{
#define HOSTILE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		HOSTILE_TEST(lines_with_every_sequence),
		HOSTILE_TEST(lines_cut_into_frames_at_every_byte),
		HOSTILE_TEST(lines_on_other_terminals),
		HOSTILE_TEST(an_error_of_the_engine),
		HOSTILE_TEST(an_error_that_is_no_json),
		HOSTILE_TEST(the_last_words_of_a_container),
		HOSTILE_TEST(layers_and_errors_of_a_pull),
		HOSTILE_TEST(names_of_containers),
		HOSTILE_TEST(the_name_of_an_engine),
		HOSTILE_TEST(stages_and_results_of_a_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

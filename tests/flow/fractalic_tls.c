/* Certificates: which are believed, which are shown, and what is said of those that are not right.
 */
#include "support/fractalic_scene.h"
#include "support/run_berth.h"
#include "support/tls_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <curl/curl.h>

static struct tls_files files;

#define NO_TLS "cannot make a TLS connection to 'PEER': "
#define ANSWER                                                                                     \
	"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"                               \
	"data: " SUCCESS "\n\n"

struct tls_case {
	const char *shown;     /* the server's certificate */
	const char *client_ca; /* it wants one of the client's by this authority */
	const char *ca, *cert; /* of the target's entry; NULL: none */
	const char *host;
	bool insecure;
	enum berth_outcome outcome;
	const char *message;
};

static char *path_of(const char *name, const char *end)
{
	char file[64];

	if (!name)
		return NULL;
	snprintf(file, sizeof(file), "%s%s", name, end);
	return tls_file(&files, file);
}

/* The deployment is over, or its request has come and is answered. */
static bool answer(struct tls_server *server, const struct record *record, bool *answered)
{
	if (!*answered && tls_server_got(server, "\"script_name\":\"hello\"")) {
		assert_int_equal(tls_server_say(server, ANSWER), 0);
		*answered = true;
	}
	return record->result != NULL;
}

static void put_in(char *text, size_t size, const char *name, const char *value)
{
	char *mark = strstr(text, name);
	char *rest = mark ? strdup(mark + strlen(name)) : NULL;

	if (mark)
		snprintf(mark, size - (size_t)(mark - text), "%s%s", value, rest);
	free(rest);
}

/* All of it, with PEER for host and port, and FOLDER for where the files are. */
static void assert_says(const char *message, const char *wanted, const char *peer)
{
	char text[512];

	snprintf(text, sizeof(text), "%s", wanted);
	put_in(text, sizeof(text), "PEER", peer);
	put_in(text, sizeof(text), "FOLDER", files.folder);
	assert_string_equal(message, text);
}

static const struct record *run_case(struct flow *flow, const struct tls_case *row)
{
	struct berth_server entry = {
		.ca_file = path_of(row->ca, ".pem"),
		.cert_file = path_of(row->cert, ".pem"),
		.key_file = path_of(row->cert, ".key"),
		.insecure = row->insecure,
		.token = {.from = BERTH_SECRET_TEXT, .source = (char *)"t0ken-value"},
	};
	struct berth_deployment request = fx_request(NULL, &entry, "");
	struct tls_server server;
	struct record *record;
	bool answered = false;
	char url[64];

	assert_int_equal(tls_server_start(&server, &files, row->shown, row->client_ca), 0);
	snprintf(url, sizeof(url), "https://%s:%d", row->host ? row->host : "localhost",
		server.port);
	entry.url = url;
	record = flow_start(flow, &request, false);
	FLOW_UNTIL(flow, answer(&server, record, &answered));
	assert_outcome(record, row->outcome);
	assert_says(record->result->message, row->message, strstr(url, "//") + 2);
	/* Who could not show who he is was told nothing. */
	assert_int_equal(answered, row->outcome == BERTH_DEPLOYED);
	if (row->outcome == BERTH_DEPLOYED)
		assert_true(tls_server_got(&server, "Authorization: Bearer t0ken-value"));
	else
		assert_false(tls_server_got(&server, "t0ken"));
	tls_server_stop(&server);
	free(entry.ca_file);
	free(entry.cert_file);
	free(entry.key_file);
	return record;
}

static void certificates_that_are_right(void **state)
{
	const struct record *record;

	run_case(*state, &(struct tls_case){"good", .ca = "ca", .message = "It runs"});
	run_case(*state,
		&(struct tls_case){"good", .ca = "ca", .host = "127.0.0.1", .message = "It runs"});
	record = run_case(*state, &(struct tls_case){"good", .client_ca = "ca", .ca = "ca",
					  .cert = "client", .message = "It runs"});
	assert_null(record_log(record, BERTH_WARN, "not checked"));
}

static void certificates_that_are_not(void **state)
{
	static const struct tls_case cases[] = {
		{"good", .message = NO_TLS
			 "its certificate is signed by an authority that is not known here"},
		{"good", .ca = "other",
			.message = NO_TLS
			"its certificate is signed by an authority that is not known here"},
		{"self", .message = NO_TLS "its certificate is signed by itself"},
		{"expired", .ca = "ca", .message = NO_TLS "its certificate has expired"},
		{"wrong", .ca = "ca", .message = NO_TLS "its certificate is for another name"},
		{"good", .client_ca = "ca", .ca = "ca",
			.message = "'PEER' wants a client certificate"},
		{"good", .client_ca = "other", .ca = "ca", .cert = "client",
			.message = "'PEER' refused the client certificate: unknown ca"},
		{"good", .ca = "missing",
			.message = NO_TLS "error setting certificate file: FOLDER/missing.pem"},
		{"good", .ca = "ca", .cert = "missing",
			.message = NO_TLS
			"could not load PEM client certificate from FOLDER/missing.pem"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tls_case row = cases[i];
		const struct record *record;

		row.outcome = BERTH_UNREACHED;
		record = run_case(*state, &row);
		/* One line. */
		assert_null(strchr(record->result->message, '\n'));
		assert_true(strlen(record->result->message) < 240);
	}
}

/* As OpenSSL reads them, and with it what else runs there. */
static void authorities_named_by_the_environment(void **state)
{
	char *file = path_of("ca", ".pem"), *other = path_of("other", ".pem");
	char *folder = tls_file(&files, "trusted");
	struct tls_case row = {"good", .outcome = BERTH_UNREACHED,
		.message = NO_TLS
		"its certificate is signed by an authority that is not known here"};

	setenv("SSL_CERT_FILE", other, 1);
	run_case(*state, &row);
	setenv("SSL_CERT_DIR", folder, 1);
	run_case(*state, &(struct tls_case){"good", .message = "It runs"});
	unsetenv("SSL_CERT_FILE");
	run_case(*state, &(struct tls_case){"good", .message = "It runs"});
	/* The target's own stands alone. */
	row.ca = "other";
	run_case(*state, &row);
	unsetenv("SSL_CERT_DIR");
	setenv("SSL_CERT_FILE", file, 1);
	run_case(*state, &(struct tls_case){"good", .message = "It runs"});
	run_case(*state, &row);
	row.ca = NULL;
	setenv("SSL_CERT_FILE", "", 1);
	run_case(*state, &row);
	unsetenv("SSL_CERT_FILE");
	free(folder);
	free(other);
	free(file);
}

/* berth, where the file of the system's authorities is another one. */
static void start_trusting(struct process *process, const char *authority, int port)
{
	static const char script[] = "mount --bind \"$0\" \"$1\" && shift && exec \"$@\"";
	const char *store = curl_version_info(CURLVERSION_NOW)->cainfo;
	char home[128], xdg[128], path[128];
	FILE *config;

	snprintf(path, sizeof(path), "%s/berth/config.json", files.folder);
	config = fopen(path, "w");
	fprintf(config,
		"{\"targets\": {\"staging\": {\"kind\": \"fractalic\", "
		"\"url\": \"https://localhost:%d\"}}}",
		port);
	fclose(config);
	snprintf(home, sizeof(home), "HOME=%s", files.folder);
	snprintf(xdg, sizeof(xdg), "XDG_CONFIG_HOME=%s", files.folder);
	assert_int_equal(
		process_start(process,
			WORDS("unshare", "--map-root-user", "--mount", "/bin/sh", "-c", script,
				authority, store, BERTH_PROGRAM, "deploy", "--target", "staging",
				"--name", "hello", "--folder", "/x"),
			&(struct process_options){.env = WORDS(home, xdg)}),
		0);
}

static void authorities_of_the_system(void **state)
{
	static const struct {
		const char *authority;
		int status;
		const char *said;
	} cases[] = {
		{"ca", 0, "It runs"},
		{"other", 3, "its certificate is signed by an authority that is not known here"},
	};

	(void)state;
	if (process_run(WORDS("unshare", "--map-root-user", "--mount", "true"), NULL, RUN_MS,
		    NULL) != 0)
		skip();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *authority = path_of(cases[i].authority, ".pem");
		struct tls_server server;
		struct process process;
		bool answered = false;
		int64_t deadline = process_clock_ms() + RUN_MS;

		assert_int_equal(tls_server_start(&server, &files, "good", NULL), 0);
		start_trusting(&process, authority, server.port);
		while (process_clock_ms() < deadline &&
			(process_read(&process, 100) || !process_has_ended(&process)))
			if (!answered && tls_server_got(&server, "\"script_name\":\"hello\"")) {
				assert_int_equal(tls_server_say(&server, ANSWER), 0);
				answered = true;
			}
		assert_int_equal(process_wait(&process, RUN_MS), 0);
		if (process.status != cases[i].status)
			fail_msg("exit %d: %s", process.status, process.err.text);
		assert_holds(process.out.text, cases[i].said);
		process_release(&process);
		tls_server_stop(&server);
		free(authority);
	}
}

static void unchecked_only_when_asked_for_and_said(void **state)
{
	static const char *const shown[] = {"good", "self", "expired", "wrong"};

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		const struct record *record = run_case(*state,
			&(struct tls_case){shown[i], .insecure = true, .message = "It runs"});

		assert_non_null(record_log(
			record, BERTH_WARN, "is not checked: 'insecure' is set for this target"));
	}
}

static void a_server_that_speaks_no_tls(void **state)
{
	struct scene scene;
	char url[64];

	scene_open(&scene, *state, &(struct fx_plan){0});
	snprintf(url, sizeof(url), "https%s", strstr(scene.entry.url, "://"));
	scene.entry.url = url;
	scene_run(&scene);
	assert_outcome(scene.record, BERTH_UNREACHED);
	assert_non_null(strstr(scene.record->result->message, "cannot make a TLS connection to"));
	scene_close(&scene);
}

static int setup(void **state)
{
	char *folder, *file;
	int rc;

	(void)state;
	if (tls_files_make(&files))
		return -1;
	folder = tls_file(&files, "berth");
	rc = mkdir(folder, 0700);
	free(folder);
	/* One authority a file, under the names that OpenSSL looks for. */
	folder = tls_file(&files, "trusted");
	file = tls_file(&files, "ca.pem");
	rc = rc || mkdir(folder, 0700) ||
	     process_run(WORDS("cp", file, folder), NULL, RUN_MS, NULL) ||
	     process_run(WORDS("openssl", "rehash", folder), NULL, RUN_MS, NULL);
	free(folder);
	free(file);
	return rc ? -1 : 0;
}

static int teardown(void **state)
{
	(void)state;
	tls_files_remove(&files);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FLOW_TEST(certificates_that_are_right),
		FLOW_TEST(certificates_that_are_not),
		FLOW_TEST(authorities_named_by_the_environment),
		cmocka_unit_test(authorities_of_the_system),
		FLOW_TEST(unchecked_only_when_asked_for_and_said),
		FLOW_TEST(a_server_that_speaks_no_tls),
	};

	flow_home();
	scene_hurry();
	return cmocka_run_group_tests(tests, setup, teardown);
}

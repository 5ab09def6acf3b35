/*
 * The server's word as a result of ours. It comes in two forms: "urls" and "health_status" as its
 * document has them, or "ai_server" and what belongs to it. "services" says "healthy" whatever is,
 * so nobody looks at it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_write.h"
#include "loop/timer.h"
#include "target/fractalic/fractalic.h"
#include "target/server/server_answer.h"

#define SERVER_MAX (8u << 20)
#define MAX_ROWS   64

/* What the server said, by a part of it: the code, and the next thing to try. */
static const struct {
	const char *part;
	enum berth_code code;
	const char *hint;
} known_failures[] = {
	{"Script folder not found", BERTH_E_NOT_FOUND,
		"--folder names a path on the server, not here"},
	{"docker pull", BERTH_E_REFUSED,
		"the reason is in the server's own output: can its host reach the registry?"},
	{"return code 125", BERTH_E_CONFLICT,
		"its Docker engine refused to start the container, often because a port is taken; "
		"the reason is in the server's own output, and a container may be left there"},
	{"plugin not available", BERTH_E_REFUSED,
		"the server was installed without its deploy plugin"},
	{"No module named", BERTH_E_REFUSED, "the server's installation is not complete"},
	{"surrogates not allowed", BERTH_E_REFUSED,
		"a file name in the folder is not UTF-8: rename it on the server"},
	{"codec can't encode", BERTH_E_REFUSED,
		"a file name in the folder is not UTF-8: rename it on the server"},
};

static const char *text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL && text[0] != '\0' ? text : NULL;
}

/* --- addresses --- */

/* The server says "localhost" of itself. From here its ports are reached by the name that it is
 * reached by; what it said is kept unchanged beside it. malloc'd; NULL without memory. */
static char *seen_from_here(const struct fractalic *t, const char *text)
{
	static const char *const own_names[] = {"//localhost:", "//127.0.0.1:", "//0.0.0.0:"};
	char host[256], *seen = NULL;

	if (xfer_url_host(t->run.server->url, host, sizeof(host)) < 0 || xfer_is_here(host))
		return strdup(text);
	for (size_t i = 0; i < sizeof(own_names) / sizeof(own_names[0]); i++) {
		const char *found = strstr(text, own_names[i]);

		if (found == NULL)
			continue;
		if (asprintf(&seen, "%.*s//%s:%s", (int)(found - text), text, host,
			    found + strlen(own_names[i])) < 0)
			return NULL;
		return seen;
	}
	return strdup(text);
}

static void add_url(
	const struct fractalic *t, struct berth_result *result, const char *name, const char *url)
{
	cleanup_free char *seen = url != NULL ? seen_from_here(t, url) : NULL;

	if (seen != NULL && result->url_count < MAX_ROWS)
		berth_result_add_url(result, name, seen);
}

static void add_detail(const struct fractalic *t, struct berth_result *result, const char *section,
	const char *label, const char *value)
{
	cleanup_free char *seen = value != NULL ? seen_from_here(t, value) : NULL;

	if (seen != NULL && result->detail_count < MAX_ROWS)
		berth_result_add_detail(result, section, label, seen);
}

/* --- metadata --- */

static void take_urls(
	const struct fractalic *t, struct berth_result *result, const json_t *metadata)
{
	const json_t *server = json_object_get(metadata, "ai_server");
	const char *name;
	json_t *url;

	json_object_foreach(json_object_get(metadata, "urls"), name, url)
	{
		add_url(t, result, name, json_string_value(url));
		add_detail(t, result, "Addresses", name, json_string_value(url));
	}
	if (result->url_count == 0)
		add_url(t, result, "ai_server", text_at(server, "host"));
}

static void take_checks(struct berth_result *result, const json_t *metadata)
{
	const char *name;
	json_t *healthy;

	json_object_foreach(json_object_get(metadata, "health_status"), name, healthy)
	{
		if (json_is_boolean(healthy) && result->check_count < MAX_ROWS)
			berth_result_add_check(result, name, json_is_true(healthy));
	}
}

static void take_card(
	const struct fractalic *t, struct berth_result *result, const json_t *metadata)
{
	static const struct {
		const char *object, *key, *section, *label;
	} rows[] = {
		{"ai_server", "host", "AI Server Access", "Host"},
		{"ai_server", "health_url", "AI Server Access", "Health Check"},
		{"ai_server", "docs_url", "AI Server Access", "API Documentation"},
		{"deployment", "script_path", "Deployed Script", "File"},
		{"deployment", "container_name", "Deployed Script", "Container"},
		{"api", "sample_curl", "Sample Usage", "Run it"},
		{"container", "logs_command", "Container Management", "View logs"},
		{"container", "stop_command", "Container Management", "Stop"},
		{"container", "remove_command", "Container Management", "Remove"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		add_detail(t, result, rows[i].section, rows[i].label,
			text_at(json_object_get(metadata, rows[i].object), rows[i].key));
}

/* --- both words --- */

/* Both ids, and the word as it was given. */
static char *keep(const json_t *whole)
{
	struct json_writer out;
	const char *key;
	json_t *value;

	json_writer_init(&out, SERVER_MAX);
	json_write_open(&out, '{');
	json_object_foreach((json_t *)whole, key, value)
	{
		cleanup_free char *dump = NULL;

		if (strcmp(key, "message") == 0 || strcmp(key, "timestamp") == 0 ||
			strcmp(key, "stage") == 0 || strcmp(key, "progress") == 0)
			continue;
		dump = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
		if (dump == NULL)
			continue;
		json_write_key(&out, key);
		json_write_foreign(&out, dump);
	}
	json_write_close(&out, '}');
	return json_writer_take(&out);
}

/* The container's name, as the server has it. */
static const char *name_of(const struct fractalic *t, const json_t *metadata)
{
	const char *name = text_at(json_object_get(metadata, "deployment"), "container_name");

	if (name == NULL)
		name = t->container;
	return name != NULL ? name : "of this run";
}

/* unhealthy: the container that runs and does not answer; NULL: none was left running. */
static void set_failure(const struct fractalic *t, struct berth_result *result, const char *why,
	const char *unhealthy)
{
	struct berth_error err = {0};

	berth_error_set(&err, unhealthy != NULL ? BERTH_E_UNHEALTHY : BERTH_E_REFUSED, 0, "%s",
		why[0] != '\0' ? why : "the server gave no reason");
	for (size_t i = 0;
		unhealthy == NULL && i < sizeof(known_failures) / sizeof(known_failures[0]); i++)
		if (strstr(why, known_failures[i].part) != NULL) {
			err.code = known_failures[i].code;
			berth_error_hint(&err, "%s", known_failures[i].hint);
			break;
		}
	if (unhealthy != NULL)
		berth_error_hint(&err,
			"it runs there and does not answer as it should: docker logs %.160s on "
			"that host",
			unhealthy);
	berth_result_fail(result, &err, registry_stages[t->run.stage].name);
	result->message = strdup(err.message);
}

static void set_success(struct berth_result *result, const json_t *said)
{
	const char *text = text_at(said, "message");
	size_t first = text != NULL ? strcspn(text, "\r\n") : 0;

	/* The rest of it is the card. */
	result->message = first > 0 ? strndup(text, first)
				    : strdup("the server says that it is deployed");
}

/* It says how it failed and names a container: that one runs. */
static void name_left(
	const struct fractalic *t, struct berth_result *result, const json_t *metadata)
{
	char what[300];

	snprintf(what, sizeof(what), "container %.160s (%.64s)", name_of(t, metadata),
		result->container_id);
	berth_result_add_left_behind(result, what);
}

bool result_take(struct fractalic *t, const json_t *said, const json_t *whole)
{
	const json_t *success = json_object_get(said, "success");
	const json_t *metadata = json_object_get(said, "metadata");
	const char *container = text_at(said, "deployment_id");
	char why[SERVER_ANSWER_MAX];
	struct berth_result *result;

	if (!json_is_boolean(success))
		return false;
	result = server_run_result(&t->run, json_is_true(success) ? BERTH_DEPLOYED : BERTH_FAILED);
	if (result == NULL)
		return false;
	if (container != NULL)
		result->container_id = strdup(container);
	if (text_at(said, "endpoint_url") != NULL)
		result->endpoint_url = seen_from_here(t, text_at(said, "endpoint_url"));
	take_urls(t, result, metadata);
	take_checks(result, metadata);
	take_card(t, result, metadata);
	if (json_is_true(success)) {
		set_success(result, said);
	} else {
		server_answer_json(why, json_object_get(said, "message"));
		set_failure(t, result, why, container != NULL ? name_of(t, metadata) : NULL);
		if (result->container_id != NULL)
			name_left(t, result, metadata);
	}
	t->result = result;
	t->result_server = keep(whole);
	return true;
}

void result_take_error(struct fractalic *t, const char *why, const json_t *whole)
{
	t->result = server_run_result(&t->run, BERTH_FAILED);
	if (t->result == NULL)
		return;
	set_failure(t, t->result, why, NULL);
	t->result_server = keep(whole);
}

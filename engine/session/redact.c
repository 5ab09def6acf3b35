#include "session/redact.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <berth/deployment.h>

#include "base/buf.h"
#include "base/secret.h"

/* Larger than any line or message that targets make. */
#define MAX_TEXT (8u << 20)

static int clean_bytes(
	const struct secrets *secrets, char **text, size_t *len, struct berth_error *err)
{
	struct buf out;
	bool changed = false;

	if (*text == NULL)
		return 0;
	buf_init(&out, MAX_TEXT);
	if (secrets_redact(secrets, *text, *len, &out, &changed, err) == -1) {
		buf_release(&out);
		return -1;
	}
	if (changed) {
		free(*text);
		*len = out.len;
		*text = buf_take(&out);
	}
	buf_release(&out);
	return *text == NULL ? -1 : 0;
}

static int clean(const struct secrets *secrets, char **text, struct berth_error *err)
{
	size_t len = *text != NULL ? strlen(*text) : 0;

	return clean_bytes(secrets, text, &len, err);
}

static int clean_all(
	const struct secrets *secrets, char **texts, size_t count, struct berth_error *err)
{
	for (size_t i = 0; i < count; i++)
		if (clean(secrets, &texts[i], err) == -1)
			return -1;
	return 0;
}

static int clean_failure(
	const struct secrets *secrets, struct berth_failure *failure, struct berth_error *err)
{
	if (clean(secrets, &failure->message, err) == -1 ||
		clean(secrets, &failure->hint, err) == -1 ||
		clean_all(secrets, failure->last_lines, failure->last_line_count, err) == -1)
		return -1;
	return clean_all(secrets, failure->probes, failure->probe_count, err);
}

static int clean_addresses(
	const struct secrets *secrets, struct berth_result *result, struct berth_error *err)
{
	for (size_t i = 0; i < result->url_count; i++)
		if (clean(secrets, &result->urls[i].value, err) == -1)
			return -1;
	return clean(secrets, &result->endpoint_url, err);
}

/* What somebody wrote into a repository. */
static int clean_source(
	const struct secrets *secrets, struct berth_source *source, struct berth_error *err)
{
	char **const texts[] = {
		&source->repository, &source->subject, &source->author, &source->branch};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (clean(secrets, texts[i], err) == -1)
			return -1;
	return 0;
}

static int clean_result(
	const struct secrets *secrets, struct berth_result *result, struct berth_error *err)
{
	if (clean(secrets, &result->message, err) == -1 ||
		clean_addresses(secrets, result, err) == -1 ||
		clean_source(secrets, &result->source, err) == -1 ||
		clean_all(secrets, result->left_behind, result->left_behind_count, err) == -1)
		return -1;
	for (size_t i = 0; i < result->detail_count; i++)
		if (clean(secrets, &result->details[i].label, err) == -1 ||
			clean(secrets, &result->details[i].value, err) == -1)
			return -1;
	return result->failure != NULL ? clean_failure(secrets, result->failure, err) : 0;
}

int redact_event(const struct secrets *secrets, struct berth_event *event, struct berth_error *err)
{
	if (clean_bytes(secrets, &event->message, &event->message_len, err) == -1)
		return -1;
	if (clean(secrets, &event->server, err) == -1)
		return -1;
	return event->result != NULL ? clean_result(secrets, event->result, err) : 0;
}

static int clean_ports(
	const struct secrets *secrets, struct berth_deployment *request, struct berth_error *err)
{
	for (size_t i = 0; i < request->port_count; i++)
		if (clean(secrets, &request->ports[i].health_path, err) == -1)
			return -1;
	return 0;
}

static int clean_server(
	const struct secrets *secrets, struct berth_server *server, struct berth_error *err)
{
	return clean(secrets, &server->url, err) == -1 || clean(secrets, &server->user, err) == -1
		       ? -1
		       : clean(secrets, &server->docker_host, err);
}

int redact_request(
	const struct secrets *secrets, struct berth_deployment *request, struct berth_error *err)
{
	char **const texts[] = {&request->target, &request->host, &request->name, &request->folder,
		&request->git, &request->image, &request->container, &request->platform,
		&request->dest};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (clean(secrets, texts[i], err) == -1)
			return -1;
	if (clean_ports(secrets, request, err) == -1 ||
		clean_all(secrets, request->include, request->include_count, err) == -1 ||
		clean_all(secrets, request->exclude, request->exclude_count, err) == -1)
		return -1;
	return request->server != NULL ? clean_server(secrets, request->server, err) : 0;
}

/* In place: there is no memory to be had. */
static void drop(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
}

static void drop_all(char **texts, size_t *count)
{
	for (size_t i = 0; i < *count; i++)
		free(texts[i]);
	*count = 0;
}

static void drop_source(struct berth_source *source)
{
	drop(source->repository);
	drop(source->subject);
	drop(source->author);
	drop(source->branch);
}

void redact_strip(struct berth_event *event)
{
	struct berth_result *result = event->result;

	drop(event->message);
	event->message_len = 0;
	free(event->server);
	event->server = NULL;
	if (result == NULL)
		return;
	drop(result->message);
	drop_all(result->left_behind, &result->left_behind_count);
	for (size_t i = 0; i < result->detail_count; i++) {
		drop(result->details[i].label);
		drop(result->details[i].value);
	}
	for (size_t i = 0; i < result->url_count; i++)
		drop(result->urls[i].value);
	free(result->endpoint_url);
	result->endpoint_url = NULL;
	drop_source(&result->source);
	if (result->failure == NULL)
		return;
	drop(result->failure->message);
	drop(result->failure->hint);
	drop_all(result->failure->last_lines, &result->failure->last_line_count);
	drop_all(result->failure->probes, &result->failure->probe_count);
}

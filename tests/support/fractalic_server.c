#include "support/fractalic_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

char *fx_capture(const char *name, size_t *len)
{
	char path[1200];
	char *text = NULL;
	FILE *file;

	snprintf(path, sizeof(path), BERTH_SOURCE_DIR "/tests/captures/%s", name);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("cannot open '%s'", path);
	fseek(file, 0, SEEK_END);
	*len = (size_t)ftell(file);
	rewind(file);
	text = calloc(1, *len + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, *len, file), *len);
	fclose(file);
	return text;
}

/* --- serving --- */

static int send_capture(struct peer_conn *conn, const struct fx_step *step)
{
	size_t len, size;
	char *text = fx_capture(step->text, &size);
	int rc;

	len = step->len ? step->len : size - step->from;
	rc = step->what == FX_TRICKLE ? peer_trickle(conn, text + step->from, len)
				      : peer_send(conn, text + step->from, len);
	free(text);
	return rc;
}

static int send_event(struct peer_conn *conn, const char *json)
{
	char *text = NULL;
	int rc;

	if (asprintf(&text, "data: %s\n\n", json) < 0)
		return -1;
	rc = peer_chunk(conn, text);
	free(text);
	return rc;
}

static int send_filling(struct peer_conn *conn, size_t len)
{
	char *text = malloc(len);
	int rc;

	memset(text, 'x', len);
	rc = peer_chunk_bytes(conn, text, len);
	free(text);
	return rc;
}

static void add_header(struct peer_conn *conn, const char *line)
{
	char name[64];
	const char *colon = strchr(line, ':');

	snprintf(name, sizeof(name), "%.*s", (int)(colon - line), line);
	peer_add_header(conn, name, colon + 2);
}

static int run_step(struct peer_conn *conn, const struct fx_step *step)
{
	switch (step->what) {
	case FX_SEND:
		return peer_send(conn, step->text, strlen(step->text));
	case FX_CAPTURE:
	case FX_TRICKLE:
		return send_capture(conn, step);
	case FX_STREAM:
		return peer_begin_chunks(conn, 200, "text/event-stream; charset=utf-8");
	case FX_EVENT:
		return send_event(conn, step->text);
	case FX_CHUNK:
		return peer_chunk(conn, step->text);
	case FX_FILL:
		return send_filling(conn, step->len);
	case FX_DONE:
		return peer_chunks_end(conn);
	case FX_REPLY:
		return peer_reply_json(conn, (int)step->len, step->text);
	case FX_PAGE:
		return peer_reply(
			conn, (int)step->len, "text/html", step->text, strlen(step->text));
	case FX_HEADER:
		add_header(conn, step->text);
		return 0;
	case FX_PAUSE:
		return peer_pause(conn);
	case FX_STALL:
		peer_stall(conn);
		return -1;
	case FX_RESET:
		peer_reset(conn);
		return -1;
	case FX_END:
	case FX_CLOSE:
		break;
	}
	return -1;
}

static enum fx_route route_of(const struct peer_request *request)
{
	bool post = !strcmp(request->method, "POST");

	if (!strncmp(request->target, "/old", 4))
		return FX_OTHER_ROUTE;
	if (post && strstr(request->target, "/api/deploy/docker-registry/stream"))
		return FX_STREAM_ROUTE;
	if (post && strstr(request->target, "/api/deploy/docker-registry"))
		return FX_PLAIN_ROUTE;
	if (!post && strstr(request->target, "/api/deploy/progress/"))
		return FX_PROGRESS_ROUTE;
	return FX_OTHER_ROUTE;
}

static int serve(void *context, struct peer_request *request, struct peer_conn *conn)
{
	struct fractalic_server *server = context;
	enum fx_route route = route_of(request);
	const struct fx_step *const *answers = server->plan->answers[route];
	const struct fx_step *step = answers[0];
	int nth = atomic_fetch_add(&server->asked[route], 1);

	if (server->plan->handler && route == FX_STREAM_ROUTE)
		return server->plan->handler(server->plan->context, request, conn);
	if (!answers[0])
		return peer_reply_json(conn, 404, "{\"detail\":\"Not Found\"}");
	for (int i = 1; i < FX_ANSWERS && answers[i] && i <= nth; i++)
		step = answers[i];
	for (; step->what != FX_END; step++)
		if (run_step(conn, step))
			return -1;
	return 0;
}

void fractalic_server_start(struct fractalic_server *server, const struct fx_plan *plan)
{
	*server = (struct fractalic_server){.plan = plan};
	server->peer = peer_start(
		&(struct peer_options){.tcp = true, .handler = serve, .context = server});
	assert_non_null(server->peer);
}

void fractalic_server_stop(struct fractalic_server *server)
{
	assert_int_equal(peer_free(server->peer), 0);
	server->peer = NULL;
}

int fractalic_server_asked(const struct fractalic_server *server, enum fx_route route)
{
	return atomic_load(&server->asked[route]);
}

const char *fractalic_server_body(const struct fractalic_server *server)
{
	for (int i = 0; peer_request_at(server->peer, i); i++)
		if (!strcmp(peer_request_at(server->peer, i)->method, "POST"))
			return peer_request_at(server->peer, i)->body;
	return NULL;
}

struct berth_deployment fx_request(
	const struct fractalic_server *server, struct berth_server *entry, const char *prefix)
{
	static char urls[64][128];
	static int next;
	char *url = urls[next++ % 64];

	snprintf(url, sizeof(urls[0]), "%s%s", server ? peer_url(server->peer) : "", prefix);
	if (server)
		entry->url = url;
	return (struct berth_deployment){
		.target = (char *)"staging",
		.kind = (char *)"fractalic",
		.server = entry,
		.preset = (char *)"fractalic",
		.name = (char *)"hello",
		.folder = (char *)"/srv/scripts/hello",
		.container = (char *)"fxcap-hello",
		.rollback = true,
	};
}

/* --- the story --- */

static void tell_result(FILE *out, const struct berth_event *event)
{
	const struct berth_result *result = event->result;

	fprintf(out, "result %s %d %s\n", berth_outcome_name(result->outcome),
		berth_outcome_exit_status(result->outcome), result->message);
	if (result->endpoint_url)
		fprintf(out, "endpoint %s\n", result->endpoint_url);
	if (result->container_id)
		fprintf(out, "container %s\n", result->container_id);
	for (size_t i = 0; i < result->url_count; i++)
		fprintf(out, "url %s %s\n", result->urls[i].name, result->urls[i].value);
	for (size_t i = 0; i < result->check_count; i++)
		fprintf(out, "check %s %s\n", result->checks[i].name,
			result->checks[i].healthy ? "true" : "false");
	for (size_t i = 0; i < result->left_behind_count; i++)
		fprintf(out, "left %s\n", result->left_behind[i]);
	if (result->failure) {
		fprintf(out, "error %s at %s\n", berth_code_name(result->failure->code),
			result->failure->stage);
		if (result->failure->hint)
			fprintf(out, "hint %s\n", result->failure->hint);
	}
}

static void tell(FILE *out, const struct record *record, const struct berth_event *event)
{
	switch (event->type) {
	case BERTH_EVENT_STATUS:
		/* What the record ends in follows from the result, and is checked for every record.
		 */
		if (berth_stage_index(record->stages, event->stage) < 0)
			break;
		fprintf(out, "status %s %d %s\n", event->stage, event->progress, event->message);
		break;
	case BERTH_EVENT_PROGRESS:
		fprintf(out, "progress %s %d\n", event->stage, event->progress);
		break;
	case BERTH_EVENT_LOG:
		fprintf(out, "%s %s %s ", berth_level_name(event->level), event->stage,
			berth_stream_name(event->stream));
		for (size_t i = 0; i < event->message_len; i++)
			fputs(event->message[i] == '\n'  ? "\\n"
				: event->message[i] == 0 ? "\\0"
							 : (char[]){event->message[i], 0},
				out);
		if (event->server)
			fprintf(out, " %s", event->server);
		fputc('\n', out);
		break;
	case BERTH_EVENT_LINK:
		fprintf(out, "link %s", berth_link_name(event->link));
		if (event->attempt > 0)
			fprintf(out, " %d", event->attempt);
		fputc('\n', out);
		break;
	case BERTH_EVENT_RESULT:
		tell_result(out, event);
		break;
	}
}

/* The port is another one each time. */
static char *without_address(char *text, const char *url)
{
	const char *address = url && strstr(url, "://") ? strstr(url, "://") + 3 : "";
	size_t len = strcspn(address, "/");
	char *found;

	for (char *at = text; len > 0 && (found = memmem(at, strlen(at), address, len));
		at = found) {
		memmove(found + 3, found + len, strlen(found + len) + 1);
		memcpy(found, "URL", 3);
		found += 3;
	}
	return text;
}

char *fx_story(const struct record *record, const struct berth_deployment *request)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (size_t i = 0; i < record->count; i++)
		tell(out, record, record->events[i]);
	fclose(out);
	return without_address(text, request->server ? request->server->url : NULL);
}

void assert_story_(const struct record *record, const struct berth_deployment *request,
	const char *wanted, const char *file, int line)
{
	char *story = fx_story(record, request);
	bool same = strcmp(story, wanted) == 0;
	size_t at = 0;

	while (!same && story[at] == wanted[at])
		at++;
	if (!same)
		fprintf(stderr, "the story is\n%s\nand not\n%s\nfrom here on: %.60s\n", story,
			wanted, story + at);
	free(story);
	if (!same)
		_fail(file, line);
}

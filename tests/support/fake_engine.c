/* The fake engine's server: journal, faults, and how answers go out. */
#include "support/fake_engine.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "support/fake_engine_private.h"

enum { MOMENT_MS = 3 };

static void note(struct turn *turn, const char *mark)
{
	struct fake_engine *engine = turn->engine;
	size_t count;
	char *text;

	if (asprintf(&text, "%s %s", mark, turn->line) < 0)
		abort();
	pthread_mutex_lock(&engine->lock);
	count = (size_t)engine->journal_count + 1;
	engine->journal = realloc(engine->journal, count * sizeof(*engine->journal));
	engine->requests = realloc(engine->requests, count * sizeof(*engine->requests));
	engine->journal[count - 1] = text;
	engine->requests[count - 1] = turn->request;
	engine->journal_count = (int)count;
	pthread_mutex_unlock(&engine->lock);
}

/* --- going out --- */

int turn_wait(struct turn *turn)
{
	char c;

	if (peer_wait(turn->conn->peer, turn->conn->fd, POLLIN, MOMENT_MS))
		return -1;
	return recv(turn->conn->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0 ? -1 : 0;
}

static int hold(struct turn *turn)
{
	struct fake_engine *engine = turn->engine;
	bool released = false;

	while (!released) {
		if (turn_wait(turn))
			return -1;
		pthread_mutex_lock(&engine->lock);
		released = engine->released;
		pthread_mutex_unlock(&engine->lock);
	}
	return 0;
}

/* The connection is done with, except after a hold. */
static int misbehave(struct turn *turn)
{
	static const char junk[] = "\x16\x03\x01\x02 this is no HTTP at all\r\n\r\n\x00\xff";
	struct fake_engine *engine = turn->engine;
	const struct fake_fault *fault = &turn->fault;

	turn->faulty = false;
	note(turn, "!");
	pthread_mutex_lock(&engine->lock);
	engine->fault_total++;
	pthread_mutex_unlock(&engine->lock);
	switch (fault->what) {
	case FAKE_REPLY:
		turn_reply(turn, fault->status, fault->type, fault->body, strlen(fault->body));
		return -1;
	case FAKE_STALL:
		peer_stall(turn->conn);
		return -1;
	case FAKE_JUNK:
		peer_send(turn->conn, junk, sizeof(junk));
		return -1;
	case FAKE_HOLD:
		return hold(turn);
	case FAKE_RESET:
		peer_reset(turn->conn);
		return -1;
	case FAKE_CLOSE:
		break;
	}
	return -1;
}

static int out(struct turn *turn, const void *bytes, size_t len)
{
	const char *at = bytes;
	size_t room;

	if (turn->faulty && turn->sent + len >= turn->fault.answer) {
		room = turn->fault.answer - turn->sent;
		if (room > 0 && peer_send(turn->conn, at, room))
			return -1;
		turn->sent += room;
		at += room;
		len -= room;
		if (misbehave(turn))
			return -1;
	}
	turn->sent += len;
	return len > 0 ? peer_send(turn->conn, at, len) : 0;
}

static int send_head(struct turn *turn, int status, const char *type, const char *framing)
{
	char head[512], mark[16];
	int len = snprintf(head, sizeof(head),
		"HTTP/1.1 %d Status\r\nApi-Version: 1.43\r\n%s%s%s%s\r\n", status,
		type ? "Content-Type: " : "", type ? type : "", type ? "\r\n" : "", framing);

	snprintf(mark, sizeof(mark), "< %d", status);
	/* Before it is sent: what the client does next is noted after it. */
	note(turn, mark);
	return out(turn, head, (size_t)len);
}

int turn_reply(struct turn *turn, int status, const char *type, const void *body, size_t len)
{
	bool bare = status == 204 || status == 304;
	char framing[64] = "";

	if (!bare)
		snprintf(framing, sizeof(framing), "Content-Length: %zu\r\n", len);
	if (send_head(turn, status, type, framing))
		return -1;
	return bare || turn->conn->is_head ? 0 : out(turn, body, len);
}

int turn_json(struct turn *turn, int status, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	int rc = turn_reply(turn, status, "application/json", text, strlen(text));

	free(text);
	json_decref(json);
	return rc;
}

int turn_message(struct turn *turn, int status, const char *format, ...)
{
	char text[512];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	return turn_json(turn, status, json_pack("{s:s}", "message", text));
}

int turn_begin(struct turn *turn, const char *type)
{
	return send_head(turn, 200, type, "Transfer-Encoding: chunked\r\n");
}

int turn_chunk(struct turn *turn, const void *bytes, size_t len)
{
	char head[16];
	int digits = snprintf(head, sizeof(head), "%zx\r\n", len);

	if (out(turn, head, (size_t)digits) || out(turn, bytes, len))
		return -1;
	return out(turn, "\r\n", 2);
}

int turn_end(struct turn *turn)
{
	return out(turn, "0\r\n\r\n", 5);
}

/* --- coming in --- */

static void decode(char *dst, size_t size, const char *src, size_t len)
{
	size_t used = 0;

	for (size_t i = 0; i < len && used + 1 < size; i++) {
		char hex[3] = {0};

		if (src[i] == '%' && i + 2 < len) {
			memcpy(hex, src + i + 1, 2);
			dst[used++] = (char)strtol(hex, NULL, 16);
			i += 2;
		} else {
			dst[used++] = src[i];
		}
	}
	dst[used] = '\0';
}

void turn_query(const struct turn *turn, const char *name, char *value, size_t size)
{
	const char *at = strchr(turn->request->target, '?');
	size_t len = strlen(name);

	value[0] = '\0';
	while (at) {
		const char *end = strchr(++at, '&');

		if (!strncmp(at, name, len) && at[len] == '=') {
			at += len + 1;
			decode(value, size, at, end ? (size_t)(end - at) : strlen(at));
			return;
		}
		at = end;
	}
}

/* Path and line of the journal. */
static void name_turn(struct turn *turn)
{
	const char *target = turn->request->target;
	struct container *container = NULL;
	char id[65], *at;

	if (!strncmp(target, "/v1.", 4))
		target += 1 + strcspn(target + 1, "/");
	decode(turn->path, sizeof(turn->path), target, strcspn(target, "?"));
	snprintf(turn->line, sizeof(turn->line), "%s %s", turn->request->method, turn->path);
	at = strstr(turn->path, "/containers/");
	if (!at || strcspn(at + 12, "/") != 64)
		return;
	snprintf(id, sizeof(id), "%s", at + 12);
	pthread_mutex_lock(&turn->engine->lock);
	for (int i = 0; i < turn->engine->container_count; i++)
		if (!strcmp(turn->engine->containers[i]->id, id))
			container = turn->engine->containers[i];
	pthread_mutex_unlock(&turn->engine->lock);
	if (container)
		snprintf(turn->line, sizeof(turn->line), "%s /containers/<%s>%s",
			turn->request->method, container->tag, at + 12 + 64);
}

static void find_fault(struct turn *turn)
{
	struct fake_engine *engine = turn->engine;

	pthread_mutex_lock(&engine->lock);
	for (int i = 0; i < engine->fault_count; i++) {
		struct fault *fault = &engine->faults[i];
		int nth = fault->plan.nth ? fault->plan.nth : 1;
		int times = fault->plan.times ? fault->plan.times : 1;

		if (!strstr(turn->line, fault->plan.at) || ++fault->seen < nth ||
			(times > 0 && fault->done >= times))
			continue;
		fault->done++;
		turn->fault = fault->plan;
		turn->faulty = true;
		break;
	}
	pthread_mutex_unlock(&engine->lock);
}

static int answer(void *context, struct peer_request *request, struct peer_conn *conn)
{
	struct turn turn = {.engine = context, .conn = conn, .request = request};

	name_turn(&turn);
	note(&turn, ">");
	find_fault(&turn);
	if (turn.faulty && !turn.fault.after && turn.fault.what == FAKE_RESET)
		return misbehave(&turn);
	if (peer_read_body(conn, 0))
		return -1;
	if (turn.faulty && !turn.fault.after && misbehave(&turn))
		return -1;
	if (call_answer(&turn))
		return -1;
	/* The answer was shorter than what was to get through. */
	return turn.faulty ? misbehave(&turn) : 0;
}

/* --- for the test --- */

struct fake_engine *fake_engine_start(void)
{
	struct fake_engine *engine = calloc(1, sizeof(*engine));

	if (!engine)
		abort();
	pthread_mutex_init(&engine->lock, NULL);
	engine->peer = peer_start(&(struct peer_options){
		.handler = answer,
		.context = engine,
		.body_late = true,
	});
	if (!engine->peer)
		abort();
	snprintf(engine->host, sizeof(engine->host), "unix://%s", peer_socket(engine->peer));
	return engine;
}

int fake_engine_stop(struct fake_engine *engine)
{
	int rc = peer_stop(engine->peer);

	/* A thread that did not end still uses all this. */
	if (rc)
		return rc;
	peer_free(engine->peer);
	model_release(engine);
	for (int i = 0; i < engine->journal_count; i++)
		free(engine->journal[i]);
	free(engine->journal);
	free(engine->requests);
	pthread_mutex_destroy(&engine->lock);
	free(engine);
	return 0;
}

const char *fake_engine_host(const struct fake_engine *engine)
{
	return engine->host;
}

void fake_engine_fault(struct fake_engine *engine, const struct fake_fault *fault)
{
	pthread_mutex_lock(&engine->lock);
	if (engine->fault_count == FAULTS_MAX)
		abort();
	engine->faults[engine->fault_count++].plan = *fault;
	pthread_mutex_unlock(&engine->lock);
}

void fake_engine_release(struct fake_engine *engine)
{
	pthread_mutex_lock(&engine->lock);
	engine->released = true;
	pthread_mutex_unlock(&engine->lock);
}

int fake_engine_faults(struct fake_engine *engine)
{
	int total;

	pthread_mutex_lock(&engine->lock);
	total = engine->fault_total;
	pthread_mutex_unlock(&engine->lock);
	return total;
}

int fake_engine_streams(struct fake_engine *engine)
{
	int count;

	pthread_mutex_lock(&engine->lock);
	count = engine->stream_count;
	pthread_mutex_unlock(&engine->lock);
	return count;
}

int fake_engine_count(struct fake_engine *engine, const char *part)
{
	int count = 0;

	pthread_mutex_lock(&engine->lock);
	for (int i = 0; i < engine->journal_count; i++)
		count += strstr(engine->journal[i], part) != NULL;
	pthread_mutex_unlock(&engine->lock);
	return count;
}

int fake_engine_find(struct fake_engine *engine, const char *part, int from)
{
	int found = -1;

	pthread_mutex_lock(&engine->lock);
	for (int i = from; i < engine->journal_count && found < 0; i++)
		if (strstr(engine->journal[i], part))
			found = i;
	pthread_mutex_unlock(&engine->lock);
	return found;
}

const char *fake_engine_body(struct fake_engine *engine, const char *part, int nth)
{
	const struct peer_request *found = NULL;

	pthread_mutex_lock(&engine->lock);
	for (int i = 0; i < engine->journal_count && nth > 0; i++)
		if (engine->journal[i][0] == '>' && strstr(engine->journal[i], part) && --nth == 0)
			found = engine->requests[i];
	pthread_mutex_unlock(&engine->lock);
	return found ? found->body : NULL;
}

char *fake_engine_journal(struct fake_engine *engine)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);

	if (!memory)
		abort();
	pthread_mutex_lock(&engine->lock);
	for (int i = 0; i < engine->journal_count; i++)
		fprintf(memory, "%s\n", engine->journal[i]);
	pthread_mutex_unlock(&engine->lock);
	fclose(memory);
	return text;
}

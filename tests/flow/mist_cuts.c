/*
 * A thousand live streams of a Mist server, cut anywhere by a seed and taken up again: the log that
 * is shown is the server's, byte for byte. Many at once on one loop, with the pauses that the
 * target's pace gives to tests.
 */
#include "support/mist_scene.h"
#include "support/ws_peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target/mist/mist.h"

enum { CUTS = 1000, AT_ONCE = 20, LINES = 120, CONNECTIONS = 5 };

#define STEP(name, json) static const struct ms_step name[] = {{MS_REPLY, json, 200}, {MS_END}}
STEP(posted, MS_ROW("pending", "pending", 0));

#define STATUS(state, percent)                                                                     \
	"{\"type\":\"status\",\"data\":{\"deployment_id\":456,\"status\":\"" state                 \
	"\",\"stage\":\"" state "\",\"progress\":" #percent ",\"message\":\"" state "\"}}"

struct stream {
	unsigned seed;
	int connections;
	char text[LINES * 16];
	char *json; /* the finished log's answer */
	struct ms_step rest[2];
	struct ms_plan plan;
	struct mist_scene scene;
};

static int serve(void *context, struct peer_request *request, struct peer_conn *conn)
{
	struct stream *stream = context;
	unsigned seed = stream->seed * 31 + (unsigned)stream->connections++;
	bool whole = stream->connections >= CONNECTIONS;
	/* Anywhere in the bytes of the frames, so also within one. */
	char *bytes = NULL;
	size_t len = 0, cut;
	FILE *out = open_memstream(&bytes, &len);
	const char *line = stream->text;

	for (int i = 0; i < LINES; i++, line += strcspn(line, "\n") + 1) {
		char text[128], frame[160];

		snprintf(text, sizeof(text),
			"{\"type\":\"log\",\"data\":{\"line\":\"%.*s\\n\",\"stream\":\"stdout\"}}",
			(int)strcspn(line, "\n"), line);
		fwrite(frame, 1, ws_frame(frame, 0x81, text, strlen(text)), out);
	}
	fclose(out);
	cut = whole ? len : (size_t)rand_r(&seed) % (len + 1);
	if (ws_accept(request, conn) || ws_text(conn, STATUS("building", 50)) ||
		peer_send(conn, bytes, cut)) {
		free(bytes);
		return -1;
	}
	free(bytes);
	if (cut == len)
		ws_text(conn, STATUS("success", 100));
	peer_wait_taken(conn);
	if (rand_r(&seed) % 2)
		peer_reset(conn);
	return -1;
}

/* Full of lines that are like others, so that only their places tell them apart. */
static void make_log(struct stream *stream)
{
	size_t used = 0, len = 0;
	unsigned seed = stream->seed;
	FILE *out = open_memstream(&stream->json, &len);

	fprintf(out, "{\"data\":{\"deployment\":" MS_DONE_ROW ",\"logs\":\"");
	for (int i = 0; i < LINES; i++) {
		int word = rand_r(&seed) % 7;

		used += (size_t)snprintf(
			stream->text + used, sizeof(stream->text) - used, "line %d\n", word);
		fprintf(out, "line %d\\n", word);
	}
	fprintf(out, "\"},\"success\":true}");
	fclose(out);
}

static void open_stream(struct stream *stream, struct flow *flow, unsigned seed)
{
	memset(stream, 0, sizeof(*stream));
	stream->seed = seed;
	make_log(stream);
	stream->rest[0] = (struct ms_step){MS_REPLY, stream->json, 200};
	stream->plan = (struct ms_plan){
		.answers = {[MS_DEPLOY] = {posted}, [MS_LOGS] = {stream->rest}},
		.stream = serve,
		.context = stream};
	mist_open(&stream->scene, flow, &stream->plan);
	mist_begin(&stream->scene, "api");
}

static void check_shown(const struct stream *stream)
{
	const struct record *record = stream->scene.record;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	for (size_t i = 0; i < record->count; i++)
		if (record->events[i]->type == BERTH_EVENT_LOG &&
			record->events[i]->stream != BERTH_ENGINE)
			fprintf(out, "%s\n", record->events[i]->message);
	fclose(out);
	assert_outcome(record, BERTH_DEPLOYED);
	if (strcmp(text, stream->text) != 0)
		fail_msg("seed %u: the log is not the server's:\n%s", stream->seed, text);
	free(text);
}

static void a_thousand_cuts_lose_and_repeat_nothing(void **state)
{
	static struct stream streams[AT_ONCE];
	unsigned cut = 0;

	(void)state;
	for (unsigned first = 1; first <= CUTS; first += AT_ONCE) {
		void *flow;

		flow_setup(&flow);
		for (unsigned i = 0; i < AT_ONCE; i++)
			open_stream(&streams[i], flow, first + i);
		for (unsigned i = 0; i < AT_ONCE; i++)
			mist_wait(&streams[i].scene);
		for (unsigned i = 0; i < AT_ONCE; i++) {
			mist_close(&streams[i].scene);
			check_shown(&streams[i]);
			cut += (unsigned)streams[i].connections - 1;
			free(streams[i].json);
		}
		flow_teardown(&flow);
	}
	/* Nearly every connection but the last of each is cut. */
	print_message("%u logs, %u cuts\n", CUTS, cut);
	assert_true(cut > CUTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thousand_cuts_lose_and_repeat_nothing),
	};

	flow_home();
	mist_hurry();
	mist_pace.live = true;
	return cmocka_run_group_tests(tests, NULL, NULL);
}

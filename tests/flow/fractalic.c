/* A Fractalic UI server that does its work: its words as our record. */
#include "support/fractalic_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One deployment from a server with this plan; it is kept in *record. */
struct scene {
	struct fractalic_server server;
	struct berth_server entry;
	struct berth_deployment request;
	const struct record *record;
};

static void play(struct scene *scene, struct flow *flow, const struct fx_plan *plan)
{
	memset(scene, 0, sizeof(*scene));
	fractalic_server_start(&scene->server, plan);
	scene->request = fx_request(&scene->server, &scene->entry, "");
	scene->record = flow_run(flow, &scene->request);
}

static void end(struct scene *scene)
{
	fractalic_server_stop(&scene->server);
}

/* Play these events of a stream, between its head and its end. */
static void play_events(struct scene *scene, struct flow *flow, const char *const events[])
{
	struct fx_step steps[64] = {{FX_STREAM}};
	size_t n = 1;

	for (; events[n - 1]; n++)
		steps[n] = (struct fx_step){FX_EVENT, events[n - 1]};
	steps[n++] = (struct fx_step){FX_DONE};
	steps[n] = (struct fx_step){FX_END};
	play(scene, flow, &(struct fx_plan){.answers = {[FX_STREAM_ROUTE] = {steps}}});
}

#define EVENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

#define HEAD                                                                                       \
	"status validating 0 Checking the request for 'hello'\n"                                   \
	"link connecting\n"                                                                        \
	"info validating engine Asking http://URL to deploy 'hello' from /srv/scripts/hello\n"
#define SUCCESS                                                                                    \
	"{\"deployment_id\":\"u1\",\"message\":\"Deployment completed\",\"stage\":\"completed\","  \
	"\"progress\":100,\"result\":{\"success\":true,\"message\":\"It runs\","                   \
	"\"endpoint_url\":\"http://localhost:8001\",\"deployment_id\":\"555747451cbf\"}}"
#define SUCCESS_STORY                                                                              \
	"link closed\n"                                                                            \
	"result deployed 0 It runs\n"                                                              \
	"endpoint http://localhost:8001\n"                                                         \
	"container 555747451cbf\n"

/* --- recordings --- */

/* Each has its story beside it. */
static void recordings_are_told_whole(void **state)
{
	static const char *const names[] = {
		"fx-stream-ok.curl-i-raw.txt",
		"fx-stream-ok-freshpull.raw",
		"fx-stream-unhealthy.curl-i-raw.txt",
		"fx-stream-pullfail.curl-i-raw.txt",
		"fx-stream-nofolder.curl-i-raw.txt",
		"fx-stream-noplugin.curl-i-raw.txt",
		"fx-stream-stage-error.curl-i-raw.txt",
		"fx-stream-val-empty.curl-i.txt",
		"fx-stream-badjson.curl-i.txt",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct fx_step steps[] = {{FX_CAPTURE, names[i]}, {FX_END}};
		struct scene scene;
		char file[128], *wanted;
		size_t len;

		play(&scene, *state, &(struct fx_plan){.answers = {[FX_STREAM_ROUTE] = {steps}}});
		snprintf(file, sizeof(file), "%s.story", names[i]);
		wanted = fx_capture(file, &len);
		assert_story(scene.record, &scene.request, wanted);
		assert_int_equal(fractalic_server_asked(&scene.server, FX_STREAM_ROUTE), 1);
		free(wanted);
		end(&scene);
	}
}

static void a_recording_byte_by_byte(void **state)
{
	const struct fx_step steps[] = {{FX_TRICKLE, "fx-stream-ok.curl-i-raw.txt"}, {FX_END}};
	struct scene scene;
	char *wanted;
	size_t len;

	play(&scene, *state, &(struct fx_plan){.answers = {[FX_STREAM_ROUTE] = {steps}}});
	wanted = fx_capture("fx-stream-ok.curl-i-raw.txt.story", &len);
	assert_story(scene.record, &scene.request, wanted);
	free(wanted);
	end(&scene);
}

static const char *detail(const struct berth_result *result, const char *label)
{
	for (size_t i = 0; i < result->detail_count; i++)
		if (!strcmp(result->details[i].label, label))
			return result->details[i].value;
	return "";
}

static void the_card_is_the_servers(void **state)
{
	const struct fx_step steps[] = {{FX_CAPTURE, "fx-stream-ok.curl-i-raw.txt"}, {FX_END}};
	const struct berth_result *result;
	struct scene scene;
	char *json;

	play(&scene, *state, &(struct fx_plan){.answers = {[FX_STREAM_ROUTE] = {steps}}});
	result = scene.record->result;
	assert_int_equal(result->detail_count, 9);
	assert_string_equal(detail(result, "Host"), "http://localhost:8001");
	assert_string_equal(detail(result, "API Documentation"), "http://localhost:8001/docs");
	assert_string_equal(detail(result, "File"), "/payload/hello/hello.md");
	assert_string_equal(detail(result, "Stop"), "docker stop fxcap-hello");
	assert_non_null(
		strstr(detail(result, "Run it"), "curl -X POST http://localhost:8001/execute"));
	/* Nothing of its word is lost, both ids are there, and "services" is not believed. */
	json = berth_event_to_json(scene.record->end);
	assert_non_null(strstr(json, "\"server\":{\"deployment_id\":\"32bad975-559d-45f5-a251-"
				     "86933061b995\",\"result\":{\"success\":true"));
	assert_non_null(strstr(json, "\"container_id\":\"555747451cbf\""));
	assert_non_null(strstr(json, "\"parameter_text\":"));
	assert_non_null(strstr(json, "\"health_status\":{}"));
	free(json);
	end(&scene);
}

/* --- the documented server --- */

static void documented_stages_and_metadata(void **state)
{
	struct scene scene;

	play_events(&scene, *state,
		EVENTS("{\"deployment_id\":\"uuid-123\",\"timestamp\":\"2025-01-25T10:30:00."
		       "123456\","
		       "\"message\":\"Validating\",\"stage\":\"validating\",\"progress\":5}",
			"{\"deployment_id\":\"uuid-123\",\"message\":\"Pulling\","
			"\"stage\":\"pulling_image\",\"progress\":15}",
			"{\"message\":\"Preparing\",\"stage\":\"preparing_files\",\"progress\":35}",
			"{\"message\":\"Starting\",\"stage\":\"starting_container\",\"progress\":"
			"50}",
			"{\"message\":\"Copying\",\"stage\":\"copying_files\",\"progress\":70}",
			"{\"message\":\"Checking\",\"stage\":\"health_check\",\"progress\":90}",
			"{\"deployment_id\":\"uuid-123\",\"message\":\"Deployment completed\","
			"\"stage\":\"completed\",\"progress\":100,\"result\":{\"success\":true,"
			"\"message\":\"Deployment completed successfully\","
			"\"endpoint_url\":\"http://localhost:32768\","
			"\"deployment_id\":\"container_abc123\",\"metadata\":{\"urls\":{"
			"\"frontend\":\"http://localhost:32768\","
			"\"ai_server\":\"http://localhost:32770\"},\"health_status\":{"
			"\"frontend\":true,\"mcp_manager\":false}}}}"));
	assert_story(scene.record, &scene.request,
		HEAD "link live\n"
		     "progress validating 5\n"
		     "info validating server Validating {\"deployment_id\":\"uuid-123\"}\n"
		     "status pulling_image 15 Pulling\n"
		     "info pulling_image server Pulling\n"
		     "status preparing_files 35 Preparing\n"
		     "info preparing_files server Preparing\n"
		     "status starting_container 50 Starting\n"
		     "info starting_container server Starting\n"
		     "status copying_files 70 Copying\n"
		     "info copying_files server Copying\n"
		     "status health_check 90 Checking\n"
		     "info health_check server Checking\n"
		     "info health_check server Deployment completed\n"
		     "link closed\n"
		     "result deployed 0 Deployment completed successfully\n"
		     "endpoint http://localhost:32768\n"
		     "container container_abc123\n"
		     "url frontend http://localhost:32768\n"
		     "url ai_server http://localhost:32770\n"
		     "check frontend true\n"
		     "check mcp_manager false\n");
	end(&scene);
}

static void the_documented_error(void **state)
{
	struct scene scene;

	play_events(&scene, *state,
		EVENTS("{\"deployment_id\":\"u\",\"message\":\"Deployment failed: Docker image not "
		       "found\",\"stage\":\"error\",\"progress\":100,\"error\":\"Docker image not "
		       "found\"}"));
	assert_story(scene.record, &scene.request,
		HEAD "link live\n"
		     "error validating server Deployment failed: Docker image not found "
		     "{\"deployment_id\":\"u\"}\n"
		     "link closed\n"
		     "result failed 1 Docker image not found\n"
		     "error refused at validating\n");
	end(&scene);
}

static void an_error_stage_without_a_reason(void **state)
{
	struct scene scene;

	play_events(&scene, *state, EVENTS("{\"stage\":\"error\",\"progress\":100}"));
	assert_outcome(scene.record, BERTH_FAILED);
	assert_string_equal(scene.record->result->message, "the server gave no reason");
	end(&scene);
	play_events(&scene, *state, EVENTS("{\"error\":{\"code\":7}}"));
	assert_outcome(scene.record, BERTH_FAILED);
	assert_string_equal(scene.record->result->message, "{\"code\":7}");
	end(&scene);
}

/* --- numbers and stages that are not to be believed --- */

static void progress_and_stages_never_fall(void **state)
{
	struct scene scene;

	play_events(&scene, *state,
		EVENTS("{\"message\":\"a\",\"stage\":\"deploying\",\"progress\":40}",
			"{\"message\":\"zero\",\"stage\":\"deploying\",\"progress\":0}",
			"{\"message\":\"back\",\"stage\":\"deploying\",\"progress\":12}",
			"{\"message\":\"back\",\"stage\":\"pulling_image\",\"progress\":41}",
			"{\"message\":\"none\",\"stage\":\"deploying\"}",
			"{\"message\":\"real\",\"stage\":\"deploying\",\"progress\":49.9}",
			"{\"message\":\"minus\",\"stage\":\"deploying\",\"progress\":-5}",
			"{\"message\":\"word\",\"stage\":\"deploying\",\"progress\":\"60\"}",
			"{\"message\":\"much\",\"stage\":\"deploying\",\"progress\":4000}",
			SUCCESS));
	assert_story(scene.record, &scene.request,
		HEAD "link live\n"
		     "status preparing_files 40 a\n"
		     "info preparing_files server a\n"
		     "info preparing_files server zero\n"
		     "info preparing_files server back\n"
		     "progress preparing_files 41\n"
		     "info preparing_files server back\n"
		     "info preparing_files server none\n"
		     "progress preparing_files 49\n"
		     "info preparing_files server real\n"
		     "info preparing_files server minus\n"
		     "info preparing_files server word\n"
		     "status health_check 100 much\n"
		     "info health_check server much\n"
		     "info health_check server Deployment completed "
		     "{\"deployment_id\":\"u1\"}\n" SUCCESS_STORY);
	end(&scene);
}

static void levels_come_from_the_marks(void **state)
{
	struct scene scene;

	play_events(&scene, *state,
		EVENTS("{\"message\":\"\\u26a0\\ufe0f Preferred port 8001 "
		       "unavailable\",\"progress\":52}",
			"{\"message\":\" \\u274c no\",\"progress\":53}",
			"{\"message\":\"\\u274c Deployment failed: x\",\"progress\":100}",
			SUCCESS));
	assert_story(scene.record, &scene.request,
		HEAD "link live\n"
		     "status starting_container 52 \u26a0\ufe0f Preferred port 8001 unavailable\n"
		     "warn starting_container server \u26a0\ufe0f Preferred port 8001 unavailable\n"
		     "progress starting_container 53\n"
		     "error starting_container server  \u274c no\n"
		     "error starting_container server \u274c Deployment failed: x\n"
		     "info starting_container server Deployment completed "
		     "{\"deployment_id\":\"u1\"}\n" SUCCESS_STORY);
	end(&scene);
}

static void unknown_members_and_stages_are_kept(void **state)
{
	struct scene scene;

	play_events(&scene, *state,
		EVENTS("{\"deployment_id\":\"u1\",\"message\":\"m\",\"stage\":\"queued\","
		       "\"progress\":3,"
		       "\"eta\":1.50,\"who\":{\"a\":[null,\"\\u20ac\"]}}",
			"{\"eta\":2}", SUCCESS));
	assert_story(scene.record, &scene.request,
		HEAD "link live\n"
		     "progress validating 3\n"
		     "info validating server m {\"deployment_id\":\"u1\",\"stage\":\"queued\","
		     "\"eta\":1.5,\"who\":{\"a\":[null,\"\u20ac\"]}}\n"
		     "info validating server  {\"eta\":2}\n"
		     "info validating server Deployment completed\n" SUCCESS_STORY);
	end(&scene);
}

/* --- what servers get wrong --- */

static void one_bad_event_ends_nothing(void **state)
{
	struct scene scene;

	play_events(&scene, *state,
		EVENTS("not json", "[1,2]", "\"text\"", "null", "{\"message\":", "{\"message\":7}",
			"{\"message\":\"caf\\udce9.txt\",\"progress\":20}",
			"{\"message\":\"nul \\u0000 esc \\u001b[2J\\nline\",\"progress\":0}",
			SUCCESS));
	assert_story(scene.record, &scene.request,
		HEAD
		"link live\n"
		"warn validating engine The server sent an event that can't be read: not json\n"
		"warn validating engine The server sent an event that can't be read: [1,2]\n"
		"warn validating engine The server sent an event that can't be read: text\n"
		"warn validating engine The server sent an event that can't be read: \n"
		"warn validating engine The server sent an event that can't be read: "
		"{\"message\":\n"
		"status pulling_image 20 caf\xef\xbf\xbd.txt\n"
		"info pulling_image server caf\xef\xbf\xbd.txt\n"
		"info pulling_image server nul \\0 esc \x1b[2J\\nline\n"
		"info pulling_image server Deployment completed "
		"{\"deployment_id\":\"u1\"}\n" SUCCESS_STORY);
	end(&scene);
}

static void a_flood_of_bad_events_is_told_for_a_while(void **state)
{
	const char *events[42];
	struct scene scene;
	int told = 0;

	for (int i = 0; i < 40; i++)
		events[i] = "garbage";
	events[40] = SUCCESS;
	events[41] = NULL;
	play_events(&scene, *state, events);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	for (size_t i = 0; i < scene.record->count; i++)
		told += scene.record->events[i]->type == BERTH_EVENT_LOG &&
					strstr(scene.record->events[i]->message, "garbage")
				? 1
				: 0;
	assert_int_equal(told, 20);
	end(&scene);
}

static void a_recorded_lone_surrogate(void **state)
{
	size_t len;
	char *body = fx_capture("fx-stream-lonesurrogate.txt", &len);
	const struct fx_step steps[] = {{FX_STREAM}, {FX_CHUNK, body}, {FX_DONE}, {FX_END}};
	struct scene scene;

	play(&scene, *state, &(struct fx_plan){.answers = {[FX_STREAM_ROUTE] = {steps}}});
	assert_outcome(scene.record, BERTH_FAILED);
	assert_string_equal(scene.record->result->failure->stage, "preparing_files");
	assert_int_equal(scene.record->result->failure->code, BERTH_E_REFUSED);
	end(&scene);
	free(body);
}

static void long_lines_cost_their_event_only(void **state)
{
	const struct fx_step steps[] = {
		{FX_STREAM},
		{FX_EVENT, "{\"message\":\"a\",\"progress\":20}"},
		{FX_CHUNK, "data: {\"message\":\""},
		{FX_FILL, NULL, 1u << 20},
		{FX_CHUNK, "\"}\n\n"},
		/* Just below the bound. */
		{FX_CHUNK, "data: {\"message\":\""},
		{FX_FILL, NULL, (1u << 20) - 32},
		{FX_CHUNK, "\"}\n\n"},
		{FX_CHUNK, ": a comment of no interest\n\n"},
		{FX_EVENT, SUCCESS},
		{FX_DONE},
		{FX_END},
	};
	struct scene scene;
	size_t longest = 0;

	play(&scene, *state, &(struct fx_plan){.answers = {[FX_STREAM_ROUTE] = {steps}}});
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_non_null(record_log(scene.record, BERTH_WARN,
		"The server sent a line of more than 1048576 bytes; it is left out"));
	for (size_t i = 0; i < scene.record->count; i++)
		if (scene.record->events[i]->message_len > longest)
			longest = scene.record->events[i]->message_len;
	assert_int_equal(longest, (1u << 20) - 32);
	end(&scene);
}

static void events_in_every_form_of_the_standard(void **state)
{
	const struct fx_step steps[] = {
		{FX_STREAM},
		{FX_CHUNK, "\xef\xbb\xbf: hello\r\n\r\nid: 1\r\nevent: progress\r\nretry: 10\r\n"},
		{FX_CHUNK, "data: {\"message\":\"two\rdata: lines\"}\r"},
		{FX_CHUNK, "\n\rdata:{\"message\":\rdata:\"split\"}\n\ndata\n\n"},
		{FX_CHUNK, "data: " SUCCESS "\r\r"},
		{FX_DONE},
		{FX_END},
	};
	struct scene scene;

	play(&scene, *state, &(struct fx_plan){.answers = {[FX_STREAM_ROUTE] = {steps}}});
	assert_story(scene.record, &scene.request,
		HEAD "link live\n"
		     "warn validating engine The server sent an event that can't be read: "
		     "{\"message\":\"two\n"
		     "info validating server split\n"
		     "warn validating engine The server sent an event that can't be read: \n"
		     "info validating server Deployment completed "
		     "{\"deployment_id\":\"u1\"}\n" SUCCESS_STORY);
	end(&scene);
}

/* --- what is sent --- */

static void every_documented_field_is_sent(void **state)
{
	const struct fx_step steps[] = {{FX_STREAM}, {FX_EVENT, SUCCESS}, {FX_END}};
	const struct fx_plan plan = {.answers = {[FX_STREAM_ROUTE] = {steps}}};
	struct berth_port ports[] = {
		{.name = (char *)"ai_server", .container = 8001, .published = true, .host = 9001},
		{.name = (char *)"backend", .container = 8000},
		{.name = (char *)"auto", .container = 80, .published = true, .automatic = true},
	};
	struct berth_variable env[] = {{(char *)"API_KEY", (char *)"s3cr3t \"value\""}};
	struct scene scene = {0};
	struct flow *flow = *state;

	fractalic_server_start(&scene.server, &plan);
	scene.request = fx_request(&scene.server, &scene.entry, "");
	scene.request.image = (char *)"ghcr.io/fractalic-ai/fractalic:latest";
	scene.request.platform = (char *)"linux/amd64";
	scene.request.ports = ports;
	scene.request.port_count = 3;
	scene.request.env = env;
	scene.request.env_count = 1;
	flow->forbidden = "s3cr3t";
	scene.record = flow_run(flow, &scene.request);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_string_equal(fractalic_server_body(&scene.server),
		"{\"script_name\":\"hello\",\"script_folder\":\"/srv/scripts/hello\","
		"\"container_name\":\"fxcap-hello\","
		"\"registry_image\":\"ghcr.io/fractalic-ai/fractalic:latest\","
		"\"platform\":\"linux/amd64\",\"ports\":{\"ai_server\":9001,\"backend\":8000},"
		"\"env_vars\":{\"API_KEY\":\"s3cr3t \\\"value\\\"\"}}");
	end(&scene);
	/* Nothing is sent as null, and a container gets the documented name. */
	fractalic_server_start(&scene.server, &plan);
	scene.request = fx_request(&scene.server, &scene.entry, "");
	scene.request.container = NULL;
	scene.record = flow_run(flow, &scene.request);
	assert_outcome(scene.record, BERTH_DEPLOYED);
	assert_string_equal(fractalic_server_body(&scene.server),
		"{\"script_name\":\"hello\",\"script_folder\":\"/srv/scripts/hello\","
		"\"container_name\":\"fractalic-hello\"}");
	end(&scene);
}

static void heads_of_requests(void **state)
{
	const struct fx_step steps[] = {{FX_STREAM}, {FX_EVENT, SUCCESS}, {FX_END}};
	const struct fx_plan plan = {.answers = {[FX_STREAM_ROUTE] = {steps}}};
	const struct peer_request *request;
	struct scene scene;
	char value[64];

	play(&scene, *state, &plan);
	request = peer_request_at(scene.server.peer, 0);
	assert_string_equal(request->line, "POST /api/deploy/docker-registry/stream HTTP/1.1");
	assert_true(peer_request_header(request, "Accept", value, sizeof(value)));
	assert_string_equal(value, "text/event-stream");
	assert_true(peer_request_header(request, "Accept-Encoding", value, sizeof(value)));
	assert_string_equal(value, "identity");
	assert_true(peer_request_header(request, "Content-Type", value, sizeof(value)));
	assert_string_equal(value, "application/json");
	assert_false(peer_request_header(request, "Authorization", value, sizeof(value)));
	assert_false(peer_request_header(request, "Expect", value, sizeof(value)));
	end(&scene);
}

/* What the server would refuse, or fail over, is not sent. */
static void wrong_requests_are_not_sent(void **state)
{
	struct berth_port udp = {.name = (char *)"dns", .container = 53, .udp = true};
	struct berth_port twice[] = {
		{.name = (char *)"a", .container = 1}, {.name = (char *)"a", .container = 2}};
	struct berth_variable env = {(char *)"A=B", (char *)"x"};
	const struct fx_plan plan = {0};
	struct {
		const char *name, *folder, *container, *image, *platform;
		struct berth_port *ports;
		size_t port_count;
		struct berth_variable *env;
		const char *part;
	} cases[] = {
		{NULL, "/f", .part = "the name of the script is required"},
		{" \t", "/f", .part = "the name of the script is required"},
		{"n", NULL, .part = "the script's folder on the server is required"},
		{"n", "\n", .part = "the script's folder on the server is required"},
		{"n\xff", "/f", .part = "not UTF-8"},
		{"n", "/\xff", .part = "not UTF-8"},
		{"n", "/f", "bad name!", .part = "'bad name!' is not a container name"},
		{"n", "/f", "-x", .part = "not a container name"},
		{"n", "/f", "x", .part = "not a container name"},
		{"n", "/f", "", .part = "not a container name"},
		{"n", "/f", "ok", "Bad/Image", .part = "Bad/Image"},
		{"n", "/f", "ok", "img", "linux", .part = "'linux' is not a platform"},
		{"n", "/f", "ok", "img", "linux/", .part = "not a platform"},
		{"n", "/f", "ok", "img", "linux/arm/v7/x", .part = "not a platform"},
		{"n", "/f", "ok", "img", "linux/arm/v7", &udp, 1, .part = "port 'dns' is udp"},
		{"n", "/f", "ok", .ports = twice, 2, .part = "two ports are called 'a'"},
		{"n", "/f", "ok", .env = &env, .part = "'A=B' is not the name of a variable"},
	};
	struct scene scene = {0};

	fractalic_server_start(&scene.server, &plan);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct berth_deployment request = fx_request(&scene.server, &scene.entry, "");

		request.name = (char *)cases[i].name;
		request.folder = (char *)cases[i].folder;
		request.container = (char *)cases[i].container;
		request.image = (char *)cases[i].image;
		request.platform = (char *)cases[i].platform;
		request.ports = cases[i].ports;
		request.port_count = cases[i].port_count;
		request.env = cases[i].env;
		request.env_count = cases[i].env ? 1 : 0;
		scene.record = flow_run(*state, &request);
		assert_outcome(scene.record, BERTH_REJECTED);
		assert_int_equal(scene.record->result->failure->code, BERTH_E_USAGE);
		if (!strstr(scene.record->result->message, cases[i].part))
			fail_msg("'%s' does not hold '%s'", scene.record->result->message,
				cases[i].part);
	}
	assert_int_equal(peer_connection_count(scene.server.peer), 0);
	end(&scene);
}

int main(void)
{
#define FLOW_TEST(test) cmocka_unit_test_setup_teardown(test, flow_setup, flow_teardown)
	const struct CMUnitTest tests[] = {
		FLOW_TEST(recordings_are_told_whole),
		FLOW_TEST(a_recording_byte_by_byte),
		FLOW_TEST(the_card_is_the_servers),
		FLOW_TEST(documented_stages_and_metadata),
		FLOW_TEST(the_documented_error),
		FLOW_TEST(an_error_stage_without_a_reason),
		FLOW_TEST(progress_and_stages_never_fall),
		FLOW_TEST(levels_come_from_the_marks),
		FLOW_TEST(unknown_members_and_stages_are_kept),
		FLOW_TEST(one_bad_event_ends_nothing),
		FLOW_TEST(a_flood_of_bad_events_is_told_for_a_while),
		FLOW_TEST(a_recorded_lone_surrogate),
		FLOW_TEST(long_lines_cost_their_event_only),
		FLOW_TEST(events_in_every_form_of_the_standard),
		FLOW_TEST(every_documented_field_is_sent),
		FLOW_TEST(heads_of_requests),
		FLOW_TEST(wrong_requests_are_not_sent),
	};

	flow_home();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * One deployment on a fake Fractalic server, and the words that every such story begins and ends
 * with. The time between questions is short here.
 */
#ifndef SUPPORT_FRACTALIC_SCENE_H
#define SUPPORT_FRACTALIC_SCENE_H

#include "support/fractalic_server.h"

struct scene {
	struct flow *flow;
	struct fractalic_server server;
	struct berth_server entry;
	struct berth_deployment request;
	struct record *record;
};

/* Start the server; the request can be changed before scene_run(). */
void scene_open(struct scene *scene, struct flow *flow, const struct fx_plan *plan);
void scene_start(struct scene *scene);
/* Start it, if it was not, and wait for the result. */
void scene_run(struct scene *scene);
void scene_close(struct scene *scene);

/* The stream answers with these steps, the progress route with those; NULL: 404. */
#define SCENE_PLAN(stream_steps, progress_steps)                                                   \
	((struct fx_plan){.answers = {[FX_STREAM_ROUTE] = {stream_steps},                          \
				  [FX_PROGRESS_ROUTE] = {progress_steps}}})

/* For main(). */
void scene_hurry(void);

#define EVENTS(...)     ((const char *const[]){__VA_ARGS__, NULL})
#define FLOW_TEST(test) cmocka_unit_test_setup_teardown(test, flow_setup, flow_teardown)

#define HEAD                                                                                       \
	"status validating 0 Checking the request for 'hello'\n"                                   \
	"link connecting\n"                                                                        \
	"info validating engine Asking http://URL to deploy 'hello' from /srv/scripts/hello\n"

#define START                                                                                      \
	"{\"deployment_id\":\"u1\",\"timestamp\":\"T1\",\"message\":\"Starting\","                 \
	"\"stage\":\"deploying\",\"progress\":5}"
#define START_STORY                                                                                \
	"progress validating 5\n"                                                                  \
	"info validating server Starting {\"deployment_id\":\"u1\"}\n"

#define RESULT                                                                                     \
	"\"result\":{\"success\":true,\"message\":\"It runs\","                                    \
	"\"endpoint_url\":\"http://localhost:8001\",\"deployment_id\":\"c00000000001\"}"
#define SUCCESS                                                                                    \
	"{\"deployment_id\":\"u1\",\"timestamp\":\"T9\",\"message\":\"Deployment completed\","     \
	"\"stage\":\"completed\",\"progress\":100," RESULT "}"
/* In the stage that was the last one told of. */
#define SUCCESS_STORY(stage)                                                                       \
	"info " stage " server Deployment completed\n"                                             \
	"link closed\n"                                                                            \
	"result deployed 0 It runs\n"                                                              \
	"endpoint http://localhost:8001\n"                                                         \
	"container c00000000001\n"

#define LOOK_HINT                                                                                  \
	"hint see on that host: docker ps -a --filter name=fxcap-hello; deploying again replaces " \
	"it\n"

#endif

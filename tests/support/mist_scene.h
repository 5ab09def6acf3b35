/* One deployment on a fake Mist server, or one that is followed there. */
#ifndef SUPPORT_MIST_SCENE_H
#define SUPPORT_MIST_SCENE_H

#include "support/mist_server.h"

struct mist_scene {
	struct flow *flow;
	struct mist_server server;
	struct berth_server entry;
	struct berth_deployment request;
	struct record *record;
};

/* The server is there, and the entry can still be changed. */
void mist_open(struct mist_scene *scene, struct flow *flow, const struct ms_plan *plan);
void mist_begin(struct mist_scene *scene, const char *app);
void mist_run(struct mist_scene *scene, const char *app);
/* Follow what the server knows by that id. */
void mist_watch_it(struct mist_scene *scene, const char *id);
void mist_wait(struct mist_scene *scene);
void mist_close(struct mist_scene *scene);

/* For main(): short pauses. */
void mist_hurry(void);

#define MIST_TEST(test) cmocka_unit_test_setup_teardown(test, flow_setup, flow_teardown)

#define MIST_HEAD(app)                                                                             \
	"status pending 0 Looking for the app '" app "'\n"                                         \
	"link connecting\n"
#define MIST_ASKED                                                                                 \
	MIST_HEAD("api")                                                                           \
	"info pending engine Asking http://URL to deploy 'shop/api' (9)\n"                         \
	"info pending engine It is deployment 456 of 'api', commit abc123: Update feature\n"
#define MIST_DONE                                                                                  \
	"link closed\n"                                                                            \
	"result deployed 0 deployment 456 is done\n"                                               \
	"endpoint http://10.1.2.3:3000\n"                                                          \
	"url app http://10.1.2.3:3000\n"

#endif

#include "support/mist_scene.h"

#include <string.h>

#include "target/mist/mist.h"

void mist_open(struct mist_scene *scene, struct flow *flow, const struct ms_plan *plan)
{
	memset(scene, 0, sizeof(*scene));
	scene->flow = flow;
	/* No event of any test may hold these. */
	flow->forbidden = "s3cret";
	mist_server_start(&scene->server, plan);
	mist_entry(&scene->entry, &scene->server);
}

void mist_begin(struct mist_scene *scene, const char *app)
{
	scene->request = mist_request(&scene->entry, app);
	scene->record = flow_start(scene->flow, &scene->request, false);
}

void mist_wait(struct mist_scene *scene)
{
	FLOW_UNTIL(scene->flow, scene->record->result);
}

void mist_run(struct mist_scene *scene, const char *app)
{
	mist_begin(scene, app);
	mist_wait(scene);
}

void mist_watch_it(struct mist_scene *scene, const char *id)
{
	scene->request = mist_request(&scene->entry, id);
	scene->record = flow_attach(scene->flow, &scene->request, id);
}

void mist_close(struct mist_scene *scene)
{
	mist_server_stop(&scene->server);
}

void mist_hurry(void)
{
	mist_pace.first_ms = 2;
	mist_pace.steady_ms = 8;
	mist_pace.cap_ms = 16;
	mist_pace.live = false;
	mist_pace.linger_ms = 300;
}

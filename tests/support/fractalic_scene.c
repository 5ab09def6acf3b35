#include "support/fractalic_scene.h"

#include <string.h>

#include "target/fractalic/fractalic.h"

void scene_open(struct scene *scene, struct flow *flow, const struct fx_plan *plan)
{
	memset(scene, 0, sizeof(*scene));
	scene->flow = flow;
	fractalic_server_start(&scene->server, plan);
	scene->request = fx_request(&scene->server, &scene->entry, "");
}

void scene_start(struct scene *scene)
{
	scene->record = flow_start(scene->flow, &scene->request, false);
}

void scene_run(struct scene *scene)
{
	if (!scene->record)
		scene_start(scene);
	FLOW_UNTIL(scene->flow, scene->record->result);
}

void scene_close(struct scene *scene)
{
	fractalic_server_stop(&scene->server);
}

void scene_hurry(void)
{
	fractalic_pace.first_ms = 2;
	fractalic_pace.cap_ms = 16;
	fractalic_pace.settle_ms = 20;
	fractalic_pace.quiet_ms = 5000;
}

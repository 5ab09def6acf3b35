#include "form/plan_text.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 2048 };

struct text {
	char data[TEXT_MAX];
	size_t used;
};

static void add(struct text *text, const char *part)
{
	int written = snprintf(text->data + text->used, sizeof text->data - text->used, "%s%s",
		text->used > 0 ? ", " : "", part);
	if (written < 0)
		return;
	text->used += (size_t)written;
	if (text->used >= sizeof text->data)
		text->used = sizeof text->data - 1;
}

/* There is none to look up before it is made. */
static void say_build(const struct berth_deployment *deployment, plan_line_fn *line, void *context)
{
	char text[TEXT_MAX];
	snprintf(text, sizeof text, "built from %s%s",
		deployment->git != NULL ? "a clone of " : "folder ",
		deployment->git != NULL ? deployment->git : deployment->folder);
	line(context, "Image", text);
	line(context, "Digest", "not known before the image is built");
}

static void say_image(const struct berth_deployment *deployment, const struct berth_survey *survey,
	plan_line_fn *line, void *context)
{
	char text[sizeof survey->error.message + 16];
	line(context, "Image", deployment->image != NULL ? deployment->image : "the server's");
	if (survey == NULL)
		return;
	switch (survey->state) {
	case BERTH_SURVEY_NONE:
		break;
	case BERTH_SURVEY_ASKING:
		line(context, "Digest", "asking the engine");
		break;
	case BERTH_SURVEY_FAILED:
		snprintf(text, sizeof text, "not known: %s", survey->error.message);
		line(context, "Digest", text);
		break;
	case BERTH_SURVEY_DONE:
		if (!survey->has_image)
			line(context, "Digest", "not known before the image is pulled");
		else if (deployment->pull == BERTH_PULL_ALWAYS)
			line(context, "Digest", "may change: the image is pulled again");
		else
			line(context, "Digest", survey->digest);
		break;
	}
}

static void say_repository(
	const struct berth_deployment *deployment, plan_line_fn *line, void *context)
{
	char text[64];
	snprintf(text, sizeof text, "number %lld there", (long long)deployment->repo_id);
	line(context, "Repository", text);
}

static void say_ports(const struct berth_deployment *deployment, plan_line_fn *line, void *context)
{
	struct text text = {0};
	for (size_t i = 0; i < deployment->port_count; i++) {
		const struct berth_port *port = &deployment->ports[i];
		const char *udp = port->udp ? "/udp" : "";
		char part[96];
		if (!port->published)
			snprintf(part, sizeof part, "%d%s inside only", port->container, udp);
		else if (port->automatic)
			snprintf(part, sizeof part, "%d%s as the next free port", port->container,
				udp);
		else
			snprintf(part, sizeof part, "%d%s as %d", port->container, udp, port->host);
		add(&text, part);
	}
	line(context, "Ports", text.used > 0 ? text.data : "none");
}

static void say_variables(
	const struct berth_deployment *deployment, plan_line_fn *line, void *context)
{
	struct text text = {0};
	for (size_t i = 0; i < deployment->env_count; i++)
		add(&text, deployment->env[i].name);
	line(context, "Variables", text.used > 0 ? text.data : "none");
}

static void say_replaced(const struct berth_deployment *deployment,
	const struct berth_survey *survey, plan_line_fn *line, void *context)
{
	char text[512];
	if (deployment->container == NULL)
		return;
	if (survey != NULL && survey->state == BERTH_SURVEY_DONE && !survey->has_container)
		snprintf(text, sizeof text, "nothing: no container is called '%s'",
			deployment->container);
	else if (survey != NULL && survey->state == BERTH_SURVEY_DONE)
		snprintf(text, sizeof text, "container '%s' (%s, %s, image '%s')%s",
			deployment->container, survey->container_id, survey->container_status,
			survey->container_image,
			survey->is_ours ? "" : ", which berth did not make");
	else
		snprintf(text, sizeof text, "a container called '%s', if there is one",
			deployment->container);
	line(context, "Replaces", text);
}

void plan_text(const struct berth_deployment *deployment, const struct berth_survey *survey,
	plan_line_fn *line, void *context)
{
	line(context, "Target", deployment->target);
	line(context, "Where",
		deployment->server != NULL ? deployment->server->url
		: deployment->host != NULL ? deployment->host
					   : "the Docker engine of this machine");
	line(context, "Name", deployment->name);
	if (deployment->build)
		say_build(deployment, line, context);
	else
		say_image(deployment, survey, line, context);
	if (deployment->folder != NULL && !deployment->build)
		line(context, "Folder", deployment->folder);
	if (deployment->repo_id != 0)
		say_repository(deployment, line, context);
	say_ports(deployment, line, context);
	say_variables(deployment, line, context);
	say_replaced(deployment, survey, line, context);
}

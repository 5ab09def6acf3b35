#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/fake_engine_private.h"

/* As the engine does it, an id may be cut: to 12 here, as people see it. */
static bool has_id(const struct container *container, const char *id)
{
	size_t len = strlen(id);

	return len >= 12 && strncmp(container->id, id, len) == 0;
}

struct container *model_find(struct fake_engine *engine, const char *id_or_name)
{
	for (int i = 0; i < engine->container_count; i++) {
		struct container *container = engine->containers[i];

		if (!container->gone &&
			(has_id(container, id_or_name) || !strcmp(container->name, id_or_name)))
			return container;
	}
	return NULL;
}

struct container *model_tagged(struct fake_engine *engine, const char *tag)
{
	for (int i = 0; i < engine->container_count; i++)
		if (!strcmp(engine->containers[i]->tag, tag))
			return engine->containers[i];
	return NULL;
}

struct fake_image *model_image(struct fake_engine *engine, const char *name)
{
	for (int i = 0; i < engine->image_count; i++)
		if (!strcmp(engine->images[i].name, name))
			return &engine->images[i];
	return NULL;
}

struct container *model_add(struct fake_engine *engine, const char *tag, const char *name)
{
	struct container *container = calloc(1, sizeof(*container));
	int number = engine->container_count;

	if (!container || number == CONTAINERS_MAX)
		abort();
	if (tag)
		snprintf(container->tag, sizeof(container->tag), "%s", tag);
	else if (++engine->created_count == 1)
		snprintf(container->tag, sizeof(container->tag), "new");
	else
		snprintf(container->tag, sizeof(container->tag), "new%d", engine->created_count);
	snprintf(container->name, sizeof(container->name), "%s", name);
	snprintf(container->id, sizeof(container->id), "c%011x%052x", number + 1, number + 1);
	container->created_at = ++engine->now;
	engine->containers[engine->container_count++] = container;
	return container;
}

void model_frame(struct container *container, int stream, const char *output, size_t len)
{
	unsigned char head[8] = {(unsigned char)stream};

	head[4] = (unsigned char)(len >> 24);
	head[5] = (unsigned char)(len >> 16);
	head[6] = (unsigned char)(len >> 8);
	head[7] = (unsigned char)len;
	container->log = realloc(container->log, container->log_len + len + 8);
	if (!container->log)
		abort();
	memcpy(container->log + container->log_len, head, 8);
	memcpy(container->log + container->log_len + 8, output, len);
	container->log_len += len + 8;
}

/* One frame a line, as engines make them of what a process writes. */
void model_say(struct container *container, int stream, const char *output)
{
	while (*output) {
		size_t len = strcspn(output, "\n");

		len += output[len] == '\n';
		model_frame(container, stream, output, len);
		output += len;
	}
}

void model_event(struct fake_engine *engine, const struct container *container, const char *action,
	int exit_code)
{
	struct event *event = &engine->events[engine->event_count++];

	if (engine->event_count == EVENTS_MAX)
		abort();
	event->container = container;
	event->exit_code = exit_code;
	snprintf(event->action, sizeof(event->action), "%s", action);
}

static void close_ports(struct container *container)
{
	for (int i = 0; i < container->port_count; i++) {
		fake_port_close(container->open[i]);
		container->open[i] = NULL;
	}
}

static int open_ports(const struct fake_engine *engine, struct container *container)
{
	const struct fake_process *process = &engine->process;

	for (int i = 0; i < container->port_count; i++) {
		if (!container->published[i])
			continue;
		/* Bound also by what dies at once, as the engine's proxy does it. */
		container->open[i] = fake_port_open(container->published[i], process->answer,
			process->status ? process->status : 200);
		if (!container->open[i]) {
			close_ports(container);
			return container->published[i];
		}
		if (process->answer == FAKE_DEAF) {
			fake_port_close(container->open[i]);
			container->open[i] = NULL;
		}
	}
	return 0;
}

int model_start(struct fake_engine *engine, struct container *container)
{
	const struct fake_process *process = &engine->process;
	const struct fake_image *image = model_image(engine, container->image);
	int lost = open_ports(engine, container);

	if (lost)
		return lost;
	container->running = container->started = true;
	container->started_at = ++engine->now;
	container->exit_code = 0;
	container->oom = false;
	if (image && image->healthcheck)
		snprintf(container->health, sizeof(container->health), "%s",
			process->health ? process->health : "starting");
	model_event(engine, container, "start", -1);
	if (process->output)
		model_say(container, process->on_stderr ? 2 : 1, process->output);
	if (process->exits) {
		container->oom = process->oom;
		model_stop(engine, container, process->exit_code);
	}
	return 0;
}

void model_stop(struct fake_engine *engine, struct container *container, int exit_code)
{
	if (!container->running)
		return;
	close_ports(container);
	container->running = false;
	container->exit_code = exit_code;
	container->finished_at = ++engine->now;
	model_event(engine, container, "die", exit_code);
}

void model_release(struct fake_engine *engine)
{
	for (int i = 0; i < engine->container_count; i++) {
		close_ports(engine->containers[i]);
		free(engine->containers[i]->log);
		free(engine->containers[i]);
	}
}

/* --- what a test asks and does --- */

void fake_engine_image(struct fake_engine *engine, const struct fake_image *image)
{
	pthread_mutex_lock(&engine->lock);
	if (engine->image_count == IMAGES_MAX)
		abort();
	engine->images[engine->image_count++] = *image;
	pthread_mutex_unlock(&engine->lock);
}

void fake_engine_container(struct fake_engine *engine, const struct fake_container *given)
{
	struct container *container;

	pthread_mutex_lock(&engine->lock);
	container = model_add(engine, given->tag, given->name);
	snprintf(container->image, sizeof(container->image), "other/image:2");
	snprintf(container->deployment, sizeof(container->deployment), "%s",
		given->deployment ? given->deployment : "");
	snprintf(container->deployed, sizeof(container->deployed), "%s",
		given->deployed ? given->deployed : "");
	if (given->port) {
		container->inner[0] = 80;
		container->published[0] = given->port;
		container->port_count = 1;
	}
	if (given->running && model_start(engine, container))
		abort();
	pthread_mutex_unlock(&engine->lock);
}

void fake_engine_process(struct fake_engine *engine, const struct fake_process *process)
{
	pthread_mutex_lock(&engine->lock);
	engine->process = *process;
	pthread_mutex_unlock(&engine->lock);
}

void fake_engine_mute_events(struct fake_engine *engine)
{
	pthread_mutex_lock(&engine->lock);
	engine->mute_events = true;
	pthread_mutex_unlock(&engine->lock);
}

void fake_engine_say(struct fake_engine *engine, const char *name, const char *output)
{
	pthread_mutex_lock(&engine->lock);
	model_say(model_find(engine, name), 1, output);
	pthread_mutex_unlock(&engine->lock);
}

void fake_engine_frame(struct fake_engine *engine, const char *name, const char *bytes, size_t len)
{
	pthread_mutex_lock(&engine->lock);
	model_frame(model_find(engine, name), 1, bytes, len);
	pthread_mutex_unlock(&engine->lock);
}

void fake_engine_start_it(struct fake_engine *engine, const char *name)
{
	pthread_mutex_lock(&engine->lock);
	if (model_start(engine, model_find(engine, name)))
		abort();
	pthread_mutex_unlock(&engine->lock);
}

void fake_engine_remove_it(struct fake_engine *engine, const char *name)
{
	struct container *container;

	pthread_mutex_lock(&engine->lock);
	container = model_find(engine, name);
	model_stop(engine, container, 137);
	container->gone = true;
	model_event(engine, container, "destroy", -1);
	pthread_mutex_unlock(&engine->lock);
}

void fake_engine_die(struct fake_engine *engine, const char *name, int exit_code, bool oom)
{
	struct container *container;

	pthread_mutex_lock(&engine->lock);
	container = model_find(engine, name);
	container->oom = oom;
	model_stop(engine, container, exit_code);
	pthread_mutex_unlock(&engine->lock);
}

void fake_engine_health(
	struct fake_engine *engine, const char *name, const char *health, const char *output)
{
	struct container *container;
	char action[64];

	pthread_mutex_lock(&engine->lock);
	container = model_find(engine, name);
	snprintf(container->health, sizeof(container->health), "%s", health);
	snprintf(container->probe, sizeof(container->probe), "%s", output);
	snprintf(action, sizeof(action), "health_status: %s", health);
	model_event(engine, container, action, -1);
	pthread_mutex_unlock(&engine->lock);
}

char *fake_engine_containers(struct fake_engine *engine)
{
	char *text = NULL;
	size_t len = 0;
	FILE *memory = open_memstream(&text, &len);

	if (!memory)
		abort();
	pthread_mutex_lock(&engine->lock);
	for (int i = 0; i < engine->container_count; i++) {
		const struct container *container = engine->containers[i];

		if (container->gone)
			continue;
		fprintf(memory, "%s %s %s", container->name, container->tag,
			container->running ? "running" : "stopped");
		for (int p = 0; p < container->port_count; p++)
			fprintf(memory, " %d", container->published[p]);
		fprintf(memory, "\n");
	}
	pthread_mutex_unlock(&engine->lock);
	fclose(memory);
	return text;
}

const char *fake_engine_who(struct fake_engine *engine, const char *name)
{
	const struct container *container;

	pthread_mutex_lock(&engine->lock);
	container = model_find(engine, name);
	pthread_mutex_unlock(&engine->lock);
	return container ? container->tag : "";
}

bool fake_engine_runs(struct fake_engine *engine, const char *tag)
{
	const struct container *container;
	bool runs;

	pthread_mutex_lock(&engine->lock);
	container = model_tagged(engine, tag);
	runs = container && !container->gone && container->running;
	pthread_mutex_unlock(&engine->lock);
	return runs;
}

bool fake_engine_volumes_gone(struct fake_engine *engine, const char *tag)
{
	const struct container *container;
	bool gone;

	pthread_mutex_lock(&engine->lock);
	container = model_tagged(engine, tag);
	gone = container && container->gone && container->volumes_gone;
	pthread_mutex_unlock(&engine->lock);
	return gone;
}

bool fake_engine_got(struct fake_engine *engine, const char *tag, const char *bytes)
{
	const struct container *container;
	const struct peer_request *archive;

	pthread_mutex_lock(&engine->lock);
	container = model_tagged(engine, tag);
	archive = container ? container->archive : NULL;
	pthread_mutex_unlock(&engine->lock);
	return archive && memmem(archive->body, archive->body_len, bytes, strlen(bytes));
}

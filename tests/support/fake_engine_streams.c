/* Answers that take their time: a pull, events, a container's output. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/fake_engine_private.h"

static const char *const two_layers[] = {
	"{\"status\":\"Pulling from demo/web\",\"id\":\"1.0\"}",
	"{\"status\":\"Pulling fs layer\",\"progressDetail\":{},\"id\":\"0000000000aa\"}",
	"{\"status\":\"Pulling fs layer\",\"progressDetail\":{},\"id\":\"0000000000bb\"}",
	"{\"status\":\"Downloading\",\"progressDetail\":{\"current\":500,\"total\":1000},"
	"\"id\":\"0000000000aa\"}",
	"{\"status\":\"Downloading\",\"progressDetail\":{\"current\":1000,\"total\":3000},"
	"\"id\":\"0000000000bb\"}",
	"{\"status\":\"Download complete\",\"progressDetail\":{},\"id\":\"0000000000aa\"}",
	"{\"status\":\"Pull complete\",\"progressDetail\":{},\"id\":\"0000000000aa\"}",
	"{\"status\":\"Downloading\",\"progressDetail\":{\"current\":3000,\"total\":3000},"
	"\"id\":\"0000000000bb\"}",
	"{\"status\":\"Pull complete\",\"progressDetail\":{},\"id\":\"0000000000bb\"}",
	"{\"status\":\"Digest: " FAKE_DIGEST "\"}",
	"{\"status\":\"Status: Downloaded newer image for demo/web:1.0\"}",
	NULL,
};

int stream_pull(struct turn *turn)
{
	struct fake_engine *engine = turn->engine;
	char name[256], tag[256], full[520];
	const char *short_name = name, *const *line = two_layers;
	struct fake_image *image;

	turn_query(turn, "fromImage", name, sizeof(name));
	turn_query(turn, "tag", tag, sizeof(tag));
	if (!strncmp(name, "docker.io/", 10))
		short_name += 10;
	snprintf(full, sizeof(full), "%s:%s", short_name, tag);
	pthread_mutex_lock(&engine->lock);
	image = model_image(engine, full);
	if (image && image->pull)
		line = image->pull;
	pthread_mutex_unlock(&engine->lock);
	if (!image)
		return turn_message(turn, 404, "manifest for %s not found: manifest unknown", full);
	if (turn_begin(turn, "application/json"))
		return -1;
	for (; *line; line++)
		if (turn_chunk(turn, *line, strlen(*line)) || turn_chunk(turn, "\r\n", 2))
			return -1;
	pthread_mutex_lock(&engine->lock);
	image->present = !image->vanishes;
	pthread_mutex_unlock(&engine->lock);
	return turn_end(turn);
}

static bool listed(const json_t *filters, const char *name, const char *value)
{
	json_t *list = json_object_get(filters, name), *item;
	size_t i;

	if (!list)
		return true;
	json_array_foreach(list, i, item)
	{
		const char *text = json_string_value(item);

		/* "health_status" also stands for "health_status: healthy". */
		if (!strncmp(value, text, strlen(text)))
			return true;
	}
	return false;
}

/* With the lock held. */
static json_t *event_json(const struct event *event)
{
	json_t *attributes = json_pack("{s:s}", "name", event->container->name);

	if (event->exit_code >= 0)
		json_object_set_new(attributes, "exitCode", json_sprintf("%d", event->exit_code));
	return json_pack("{s:s, s:s, s:{s:s, s:o}, s:i}", "Type", "container", "Action",
		event->action, "Actor", "ID", event->container->id, "Attributes", attributes,
		"time", 1700000000);
}

int stream_events(struct turn *turn)
{
	struct fake_engine *engine = turn->engine;
	char text[2048];
	json_t *filters;
	bool begun = false;
	int next, rc = 0;

	turn_query(turn, "filters", text, sizeof(text));
	filters = json_loads(text, 0, NULL);
	pthread_mutex_lock(&engine->lock);
	engine->stream_count++;
	next = engine->event_count;
	if (!engine->mute_events) {
		pthread_mutex_unlock(&engine->lock);
		begun = true;
		rc = turn_begin(turn, "application/json");
		pthread_mutex_lock(&engine->lock);
	}
	while (rc == 0) {
		char *line = NULL;

		while (next < engine->event_count && !line) {
			const struct event *event = &engine->events[next++];

			if (listed(filters, "container", event->container->id) &&
				(event->container->deployment[0] ||
					!json_object_get(filters, "label")) &&
				listed(filters, "event", event->action)) {
				json_t *json = event_json(event);

				line = json_dumps(json, JSON_COMPACT);
				json_decref(json);
			}
		}
		pthread_mutex_unlock(&engine->lock);
		if (line && !begun)
			rc = turn_begin(turn, "application/json");
		begun = begun || line;
		if (line && rc == 0)
			rc = turn_chunk(turn, line, strlen(line));
		else if (!line)
			rc = turn_wait(turn);
		free(line);
		pthread_mutex_lock(&engine->lock);
	}
	engine->stream_count--;
	pthread_mutex_unlock(&engine->lock);
	json_decref(filters);
	return -1;
}

static int give_output(struct turn *turn, const struct container *container)
{
	struct fake_engine *engine = turn->engine;
	size_t given = 0;
	int rc = turn_begin(turn, "application/vnd.docker.multiplexed-stream");

	while (rc == 0) {
		char *piece;
		size_t len;
		bool over;

		pthread_mutex_lock(&engine->lock);
		len = container->log_len - given;
		over = !container->running;
		piece = malloc(len + 1);
		if (len)
			memcpy(piece, container->log + given, len);
		pthread_mutex_unlock(&engine->lock);
		if (len)
			rc = turn_chunk(turn, piece, len);
		free(piece);
		given += len;
		if (rc == 0 && len == 0 && over)
			return turn_end(turn);
		if (rc == 0 && len == 0)
			rc = turn_wait(turn);
	}
	return -1;
}

static const char stats_first[] =
	"{\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":1000},\"system_cpu_usage\":100000,"
	"\"online_cpus\":2},\"precpu_stats\":{},\"memory_stats\":{\"usage\":5000000,"
	"\"limit\":100000000,\"stats\":{\"inactive_file\":1000000}}}\n";
static const char stats_then[] =
	"{\"cpu_stats\":{\"cpu_usage\":{\"total_usage\":2250},\"system_cpu_usage\":110000,"
	"\"online_cpus\":2},\"precpu_stats\":{\"cpu_usage\":{\"total_usage\":1000},"
	"\"system_cpu_usage\":100000},\"memory_stats\":{\"usage\":7000000,"
	"\"limit\":100000000,\"stats\":{\"inactive_file\":1000000}}}\n";

/* Two samples, then nothing more is used; as engines do it, for as long as there is a container. */
int stream_stats(struct turn *turn, const struct container *container)
{
	struct fake_engine *engine = turn->engine;
	bool gone = false;
	int rc;

	pthread_mutex_lock(&engine->lock);
	engine->stream_count++;
	pthread_mutex_unlock(&engine->lock);
	rc = turn_begin(turn, "application/json");
	if (rc == 0)
		rc = turn_chunk(turn, stats_first, sizeof(stats_first) - 1);
	if (rc == 0)
		rc = turn_chunk(turn, stats_then, sizeof(stats_then) - 1);
	while (rc == 0 && !gone) {
		rc = turn_wait(turn);
		pthread_mutex_lock(&engine->lock);
		gone = container->gone;
		pthread_mutex_unlock(&engine->lock);
	}
	pthread_mutex_lock(&engine->lock);
	engine->stream_count--;
	pthread_mutex_unlock(&engine->lock);
	return rc == 0 ? turn_end(turn) : -1;
}

int stream_logs(struct turn *turn, const struct container *container)
{
	struct fake_engine *engine = turn->engine;
	int rc;

	pthread_mutex_lock(&engine->lock);
	engine->stream_count++;
	pthread_mutex_unlock(&engine->lock);
	rc = give_output(turn, container);
	pthread_mutex_lock(&engine->lock);
	engine->stream_count--;
	pthread_mutex_unlock(&engine->lock);
	return rc;
}

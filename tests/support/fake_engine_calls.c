/* Answers at once: what is asked of images and containers. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/fake_engine_private.h"

static json_t *port_name(int inner)
{
	return json_sprintf("%d/tcp", inner);
}

static json_t *bindings_json(const struct container *container)
{
	json_t *bindings = json_object();

	for (int i = 0; i < container->port_count; i++) {
		json_t *name = port_name(container->inner[i]);

		if (container->published[i])
			json_object_set_new(bindings, json_string_value(name),
				json_pack("[{s:s, s:o}]", "HostIp", "0.0.0.0", "HostPort",
					json_sprintf("%d", container->published[i])));
		json_decref(name);
	}
	return bindings;
}

static const char *state_of(const struct container *container)
{
	if (container->running)
		return "running";
	return container->started ? "exited" : "created";
}

/* 0: never, as engines write it. */
static json_t *time_json(int second)
{
	if (second == 0)
		return json_string("0001-01-01T00:00:00Z");
	return json_sprintf("2024-02-29T12:%02d:%02d.5Z", second / 60 % 60, second % 60);
}

static json_t *state_json(const struct container *container)
{
	json_t *state = json_pack("{s:s, s:b, s:b, s:i, s:i, s:s, s:o, s:o}", "Status",
		state_of(container), "Running", container->running, "OOMKilled", container->oom,
		"Pid", container->running ? 4711 : 0, "ExitCode", container->exit_code, "Error", "",
		"StartedAt", time_json(container->started_at), "FinishedAt",
		time_json(container->finished_at));

	if (container->health[0])
		json_object_set_new(state, "Health",
			json_pack("{s:s, s:[{s:i, s:s}]}", "Status", container->health, "Log",
				"ExitCode", strcmp(container->health, "healthy") ? 1 : 0, "Output",
				container->probe));
	return state;
}

static json_t *labels_json(const struct container *container)
{
	json_t *labels = json_object();

	if (container->deployment[0])
		json_object_set_new(
			labels, "io.berth.deployment", json_string(container->deployment));
	if (container->deployed[0])
		json_object_set_new(labels, "io.berth.name", json_string(container->deployed));
	return labels;
}

static json_t *container_json(const struct container *container)
{
	json_t *ports = container->running ? bindings_json(container) : json_object();

	return json_pack("{s:s, s:o, s:o, s:s, s:o, s:{s:s, s:b, s:o}, s:i, s:{s:o}, s:{s:o}}",
		"Id", container->id, "Created", time_json(container->created_at), "Name",
		json_sprintf("/%s", container->name), "Image", "sha256:1111", "State",
		state_json(container), "Config", "Image", container->image, "Tty", 0, "Labels",
		labels_json(container), "RestartCount", 0, "HostConfig", "PortBindings",
		bindings_json(container), "NetworkSettings", "Ports", ports);
}

static json_t *row_json(const struct container *container)
{
	json_t *ports = json_array();

	for (int i = 0; container->running && i < container->port_count; i++)
		if (container->published[i])
			json_array_append_new(
				ports, json_pack("{s:s, s:i, s:i, s:s}", "IP", "0.0.0.0",
					       "PrivatePort", container->inner[i], "PublicPort",
					       container->published[i], "Type", "tcp"));
	return json_pack("{s:s, s:[o], s:s, s:i, s:s, s:o, s:o}", "Id", container->id, "Names",
		json_sprintf("/%s", container->name), "Image", container->image, "Created",
		1709208000 + container->created_at, "State", state_of(container), "Labels",
		labels_json(container), "Ports", ports);
}

static json_t *list_json(const struct turn *turn)
{
	const struct fake_engine *engine = turn->engine;
	json_t *rows = json_array();
	char all[8], filters[256];
	bool ours;

	turn_query(turn, "all", all, sizeof(all));
	turn_query(turn, "filters", filters, sizeof(filters));
	ours = strstr(filters, "\"label\":[\"io.berth.deployment\"]") != NULL;
	for (int i = 0; i < engine->container_count; i++) {
		const struct container *container = engine->containers[i];

		if (!container->gone && (container->running || all[0]) &&
			(container->deployment[0] || !ours))
			json_array_append_new(rows, row_json(container));
	}
	return rows;
}

static json_t *image_json(const struct fake_image *image)
{
	json_t *config = json_pack(
		"{s:s, s:[s]}", "User", image->user ? image->user : "", "Cmd", "serve");

	if (image->healthcheck)
		json_object_set_new(config, "Healthcheck",
			json_pack("{s:[s,s], s:I, s:i}", "Test", "CMD", "check", "Interval",
				(json_int_t)100000000, "Retries", 1));
	return json_pack("{s:s, s:[o], s:o, s:s, s:s, s:i}", "Id", "sha256:1111", "RepoDigests",
		json_sprintf("%.*s@" FAKE_DIGEST, (int)strcspn(image->name, ":"), image->name),
		"Config", config, "Os", "linux", "Architecture", "amd64", "Size", 4000);
}

static void take_ports(struct container *container, const json_t *exposed, const json_t *bindings)
{
	const char *name;
	json_t *unused;

	json_object_foreach((json_t *)exposed, name, unused)
	{
		json_t *first = json_array_get(json_object_get(bindings, name), 0);
		const char *host = json_string_value(json_object_get(first, "HostPort"));
		int i = container->port_count++;

		if (container->port_count > PORTS_MAX)
			abort();
		container->inner[i] = (int)strtol(name, NULL, 10);
		container->published[i] = host ? (int)strtol(host, NULL, 10) : 0;
	}
}

/* What is said when the lock is given back. */
struct answer {
	int status;
	json_t *json; /* else `why`, else no body */
	char why[320];
};

static struct answer refusal(int status, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static struct answer refusal(int status, const char *format, ...)
{
	struct answer answer = {.status = status};
	va_list list;

	va_start(list, format);
	vsnprintf(answer.why, sizeof(answer.why), format, list);
	va_end(list);
	return answer;
}

static int say(struct turn *turn, const struct answer *answer)
{
	if (answer->json)
		return turn_json(turn, answer->status, answer->json);
	if (answer->why[0])
		return turn_message(turn, answer->status, "%s", answer->why);
	return turn_reply(turn, answer->status, NULL, "", 0);
}

static struct answer create(struct turn *turn, const json_t *body)
{
	struct fake_engine *engine = turn->engine;
	const char *image = json_string_value(json_object_get(body, "Image"));
	const char *deployment = json_string_value(
		json_object_get(json_object_get(body, "Labels"), "io.berth.deployment"));
	const struct fake_image *found = image ? model_image(engine, image) : NULL;
	struct container *container;
	char name[128];

	if (!image)
		return refusal(400, "invalid JSON");
	if (!found || !found->present)
		return refusal(404, "No such image: %s", image);
	turn_query(turn, "name", name, sizeof(name));
	container = model_find(engine, name);
	if (container)
		return refusal(409,
			"Conflict. The container name \"/%s\" is already in use by container "
			"\"%s\". You have to remove (or rename) that container to be able to reuse "
			"that name.",
			name, container->id);
	container = model_add(engine, NULL, name);
	snprintf(container->image, sizeof(container->image), "%s", image);
	snprintf(container->deployment, sizeof(container->deployment), "%s",
		deployment ? deployment : "");
	deployment = json_string_value(
		json_object_get(json_object_get(body, "Labels"), "io.berth.name"));
	snprintf(container->deployed, sizeof(container->deployed), "%s",
		deployment ? deployment : "");
	take_ports(container, json_object_get(body, "ExposedPorts"),
		json_object_get(json_object_get(body, "HostConfig"), "PortBindings"));
	model_event(engine, container, "create", -1);
	return (struct answer){
		.status = 201, .json = json_pack("{s:s, s:[]}", "Id", container->id, "Warnings")};
}

static struct answer rename_to(struct turn *turn, struct container *container)
{
	const struct container *other;
	char name[128];

	turn_query(turn, "name", name, sizeof(name));
	other = model_find(turn->engine, name);
	if (other && other != container)
		return refusal(409,
			"Error when allocating new name: Conflict. The container name \"/%s\" is "
			"already in use by container \"%s\".",
			name, other->id);
	snprintf(container->name, sizeof(container->name), "%s", name);
	return (struct answer){.status = 204};
}

static struct answer start(struct turn *turn, struct container *container)
{
	int lost;

	if (container->running)
		return (struct answer){.status = 304};
	lost = model_start(turn->engine, container);
	if (lost == 0)
		return (struct answer){.status = 204};
	return refusal(500,
		"driver failed programming external connectivity on endpoint %.60s: Bind for "
		"0.0.0.0:%d failed: port is already allocated",
		container->name, lost);
}

static struct answer stop(struct turn *turn, struct container *container)
{
	if (!container->running)
		return (struct answer){.status = 304};
	model_stop(turn->engine, container, 143);
	return (struct answer){.status = 204};
}

static struct answer restart(struct turn *turn, struct container *container)
{
	struct answer answer;

	model_stop(turn->engine, container, 143);
	answer = start(turn, container);
	model_event(turn->engine, container, "restart", -1);
	return answer;
}

static struct answer remove_it(struct turn *turn, struct container *container)
{
	char force[8];

	turn_query(turn, "force", force, sizeof(force));
	if (container->running && !force[0])
		return refusal(409, "cannot remove a running container");
	model_stop(turn->engine, container, 137);
	turn_query(turn, "v", force, sizeof(force));
	container->volumes_gone = force[0] != '\0';
	container->gone = true;
	model_event(turn->engine, container, "destroy", -1);
	return (struct answer){.status = 204};
}

static struct answer act(struct turn *turn, struct container *container, const char *verb)
{
	const char *method = turn->request->method;

	if (!strcmp(verb, "/json"))
		return (struct answer){.status = 200, .json = container_json(container)};
	if (!strcmp(verb, "/exec"))
		return (struct answer){.status = 201, .json = json_pack("{s:s}", "Id", "e1")};
	if (!strcmp(verb, "/rename"))
		return rename_to(turn, container);
	if (!strcmp(verb, "/start"))
		return start(turn, container);
	if (!strcmp(verb, "/restart"))
		return restart(turn, container);
	if (!strcmp(verb, "/stop"))
		return stop(turn, container);
	if (!strcmp(verb, "/archive") && !strcmp(method, "PUT")) {
		container->archive = turn->request;
		return (struct answer){.status = 200};
	}
	if (!*verb && !strcmp(method, "DELETE"))
		return remove_it(turn, container);
	return refusal(404, "page not found");
}

static int of_container(struct turn *turn, char *rest)
{
	struct fake_engine *engine = turn->engine;
	char *slash = strchr(rest, '/');
	char verb[32] = "";
	struct container *container;
	struct answer answer;

	if (slash) {
		snprintf(verb, sizeof(verb), "%s", slash);
		*slash = '\0';
	}
	pthread_mutex_lock(&engine->lock);
	container = model_find(engine, rest);
	if (!container)
		answer = refusal(404, "No such container: %s", rest);
	else if (strcmp(verb, "/logs") && strcmp(verb, "/stats"))
		answer = act(turn, container, verb);
	pthread_mutex_unlock(&engine->lock);
	if (container && !strcmp(verb, "/logs"))
		return stream_logs(turn, container);
	if (container && !strcmp(verb, "/stats"))
		return stream_stats(turn, container);
	return say(turn, &answer);
}

static int create_one(struct turn *turn)
{
	struct fake_engine *engine = turn->engine;
	json_t *body = json_loads(turn->request->body, 0, NULL);
	struct answer answer;

	pthread_mutex_lock(&engine->lock);
	answer = create(turn, body);
	pthread_mutex_unlock(&engine->lock);
	json_decref(body);
	return say(turn, &answer);
}

static int of_image(struct turn *turn, char *rest)
{
	struct fake_engine *engine = turn->engine;
	char *end = strrchr(rest, '/');
	const struct fake_image *image;
	json_t *json = NULL;

	if (end && !strcmp(end, "/json"))
		*end = '\0';
	pthread_mutex_lock(&engine->lock);
	image = model_image(engine, rest);
	if (image && image->present)
		json = image_json(image);
	pthread_mutex_unlock(&engine->lock);
	return json ? turn_json(turn, 200, json)
		    : turn_message(turn, 404, "No such image: %s", rest);
}

static int of_exec(struct turn *turn, const char *verb)
{
	struct fake_engine *engine = turn->engine;
	int code;

	if (!strcmp(verb, "/start"))
		return turn_reply(turn, 200, "application/vnd.docker.multiplexed-stream", "", 0);
	pthread_mutex_lock(&engine->lock);
	code = engine->process.exec_exit;
	pthread_mutex_unlock(&engine->lock);
	return turn_json(turn, 200, json_pack("{s:b, s:i}", "Running", 0, "ExitCode", code));
}

static int list(struct turn *turn)
{
	json_t *rows;

	pthread_mutex_lock(&turn->engine->lock);
	rows = list_json(turn);
	pthread_mutex_unlock(&turn->engine->lock);
	return turn_json(turn, 200, rows);
}

static int version(struct turn *turn)
{
	return turn_json(turn, 200,
		json_pack("{s:s, s:s, s:s, s:s, s:s}", "Version", "24.0.7", "ApiVersion", "1.43",
			"MinAPIVersion", "1.12", "Os", "linux", "Arch", "amd64"));
}

int call_answer(struct turn *turn)
{
	char *path = turn->path;

	if (!strcmp(path, "/_ping"))
		return turn_reply(turn, 200, "text/plain", "OK", 2);
	if (!strcmp(path, "/version"))
		return version(turn);
	if (!strcmp(path, "/images/create"))
		return stream_pull(turn);
	if (!strcmp(path, "/events"))
		return stream_events(turn);
	if (!strcmp(path, "/containers/create"))
		return create_one(turn);
	if (!strcmp(path, "/containers/json"))
		return list(turn);
	if (!strncmp(path, "/containers/", 12))
		return of_container(turn, path + 12);
	if (!strncmp(path, "/images/", 8))
		return of_image(turn, path + 8);
	if (!strncmp(path, "/exec/e1/", 9))
		return of_exec(turn, path + 8);
	return turn_message(turn, 404, "page not found");
}

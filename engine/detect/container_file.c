#include "detect/container_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/databases.h"
#include "detect/fill.h"
#include "detect/mark.h"

static const char *const compose_names[] = {
	"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml", NULL};
static const char *const docker_names[] = {"Dockerfile", "Containerfile", NULL};

/* What berth generated, and nobody changed since, is nobody's word. */
static bool is_ours(const struct documents *documents, const char *path)
{
	size_t len;
	char *text = scan_read(documents->scan, path, DOCUMENTS_MAX_FILE, &len, NULL);
	bool ours = text && mark_of(text, len) == MARK_WHOLE;

	free(text);
	return ours;
}

/* The first of the names that is there; false if none is, or its path is too long. */
static bool find_name(const struct documents *documents, const char *folder,
	const char *const *names, char path[512])
{
	for (size_t i = 0; names[i]; i++) {
		int len = snprintf(path, 512, "%s%s%s", folder, *folder ? "/" : "", names[i]);
		if (len < 512 && scan_has(documents->scan, path) && !is_ours(documents, path))
			return true;
	}
	return false;
}

static void not_usable(
	struct container_file *found, const struct documents *documents, const char *path)
{
	const char *why = documents_wrong(documents, path);

	if (!why || *found->wrong)
		return;
	snprintf(found->wrong, sizeof found->wrong, "%s", why);
	snprintf(found->wrong_file, sizeof found->wrong_file, "%s", path);
}

static void keep_port(struct container_file *found, int port, const char *path)
{
	if (*found->port || port <= 0)
		return;
	snprintf(found->port, sizeof found->port, "%d", port);
	snprintf(found->port_from, sizeof found->port_from, "%s", path);
}

static bool take_dockerfile(
	struct container_file *found, struct documents *documents, const char *path)
{
	const json_t *tree = documents_get(documents, path);
	const char *port = json_string_value(json_array_get(json_object_get(tree, "expose"), 0));
	const char *variable = json_string_value(
		json_object_get(json_object_get(tree, "env"), "PORT"));
	const char *command = json_string_value(json_object_get(tree, "command"));

	if (!tree) {
		not_usable(found, documents, path);
		return false;
	}
	snprintf(found->dockerfile, sizeof found->dockerfile, "%s", path);
	found->stages = json_object_get(tree, "stages");
	found->image = json_string_value(json_object_get(tree, "base"));
	if (command && !*found->command)
		snprintf(found->command, sizeof found->command, "%s", command);
	keep_port(found, port ? port_of_text(port) : 0, path);
	keep_port(found, variable ? port_of_text(variable) : 0, path);
	keep_port(found, command ? port_of_command(command) : 0, path);
	return true;
}

/* "8080:80", "127.0.0.1:8080:80/tcp", "80", {target: 80}: the container's. */
static int container_port(const json_t *entry)
{
	const char *text = json_string_value(
		json_is_object(entry) ? json_object_get(entry, "target") : entry);
	char port[64];

	if (!text || strlen(text) >= sizeof port)
		return 0;
	/* The colon of "${PORT:-80}" separates nothing. */
	const char *brace = strrchr(text, '}'), *colon = strrchr(brace ? brace : text, ':');
	const char *start = colon ? colon + 1 : text;
	snprintf(port, sizeof port, "%.*s", (int)strcspn(start, "/"), start);
	return port_of_text(port);
}

static void take_service(struct container_file *found, struct documents *documents,
	const char *compose, const json_t *service)
{
	const json_t *build = json_object_get(service, "build");
	const char *context = json_string_value(
		json_is_object(build) ? json_object_get(build, "context") : build);
	const char *file = json_string_value(json_object_get(build, "dockerfile"));
	char path[512];

	keep_port(found, container_port(json_array_get(json_object_get(service, "ports"), 0)),
		compose);
	keep_port(found, container_port(json_array_get(json_object_get(service, "expose"), 0)),
		compose);
	found->image = json_string_value(json_object_get(service, "image"));
	if (!build)
		return;
	context = context ? context : ".";
	context += strncmp(context, "./", 2) == 0 ? 2 : 0;
	if (strcmp(context, ".") == 0)
		context = "";
	if (snprintf(path, sizeof path, "%.*s%s%s", (int)strcspn(context, "\n"), context,
		    *context && context[strlen(context) - 1] != '/' ? "/" : "",
		    file ? file : "Dockerfile") < (int)sizeof path)
		take_dockerfile(found, documents, path);
	found->command[0] = '\0';
}

/* The application: what is built, and has a port; else an image that is no database. */
static const char *find_service(const json_t *services)
{
	const char *name, *best = NULL;
	json_t *service;
	int best_rank = 0;

	json_object_foreach((json_t *)services, name, service)
	{
		const char *image = json_string_value(json_object_get(service, "image"));
		bool built = json_object_get(service, "build") != NULL;
		bool port = json_array_size(json_object_get(service, "ports")) > 0;
		int rank = built ? 2 + port : image && !database_of_image(image) ? 1 : 0;
		if (rank > best_rank) {
			best_rank = rank;
			best = name;
		}
	}
	return best;
}

static bool take_compose(
	struct container_file *found, struct documents *documents, const char *path)
{
	const json_t *tree = documents_get(documents, path);
	const json_t *services = json_object_get(tree, "services");
	const char *name = find_service(services);

	if (!tree)
		not_usable(found, documents, path);
	if (!name)
		return false;
	found->by = BERTH_DETECTED_COMPOSE;
	snprintf(found->path, sizeof found->path, "%s", path);
	snprintf(found->service, sizeof found->service, "%s", name);
	take_service(found, documents, path, json_object_get(services, name));
	return true;
}

void container_file_find(
	struct container_file *found, struct documents *documents, const char *folder)
{
	char path[512];

	*found = (struct container_file){.by = BERTH_DETECTED_FILES};
	if (find_name(documents, "", compose_names, path) && take_compose(found, documents, path))
		return;
	if ((find_name(documents, "", docker_names, path) &&
		    take_dockerfile(found, documents, path)) ||
		(*folder && find_name(documents, folder, docker_names, path) &&
			take_dockerfile(found, documents, path))) {
		found->by = BERTH_DETECTED_DOCKERFILE;
		snprintf(found->path, sizeof found->path, "%s", path);
	}
}

int container_databases(
	struct berth_detection *detection, struct documents *documents, struct berth_error *err)
{
	char path[512];
	const char *name;
	json_t *service;

	if (!find_name(documents, "", compose_names, path))
		return 0;
	json_object_foreach(
		json_object_get(documents_get(documents, path), "services"), name, service)
	{
		const char *image = json_string_value(json_object_get(service, "image"));
		const char *database = image ? database_of_image(image) : NULL;
		if (database && databases_add(detection, database, path, err) < 0)
			return -1;
	}
	return 0;
}

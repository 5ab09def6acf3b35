/* Runs of compose, and what they say. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/cleanup.h"
#include "base/copy.h"
#include "base/private_folder.h"
#include "compose/compose_private.h"
#include "docker/client.h"
#include "loop/program.h"

enum { WORDS = 32, ENV = 512 };

void compose_keep_line(struct compose *compose, const char *line, size_t len)
{
	char *copy = copy_bytes(line, len, NULL);

	if (copy == NULL)
		return;
	if (compose->lines == NULL)
		compose->lines = calloc(COMPOSE_TAIL, sizeof(*compose->lines));
	if (compose->lines == NULL) {
		free(copy);
		return;
	}
	if (compose->line_count == COMPOSE_TAIL) {
		free(compose->lines[0]);
		memmove(compose->lines, compose->lines + 1,
			(COMPOSE_TAIL - 1) * sizeof(*compose->lines));
		compose->line_count--;
	}
	compose->lines[compose->line_count++] = copy;
}

void compose_drop_lines(struct compose *compose)
{
	for (size_t i = 0; i < compose->line_count; i++)
		free(compose->lines[i]);
	free(compose->lines);
	compose->lines = NULL;
	compose->line_count = 0;
}

/* --- the file with the labels --- */

static json_t *labels_of(const struct compose *compose)
{
	const struct compose_setup *setup = &compose->setup;
	json_t *labels = json_pack("{s:s, s:s, s:s, s:s}", CONTAINER_LABEL, setup->deployment_id,
		CONTAINER_LABEL_NAME, setup->name, "io.berth.source",
		setup->source != NULL ? setup->source : setup->folder, "io.berth.version",
		BERTH_VERSION);

	if (setup->commit != NULL)
		json_object_set_new(
			labels, "org.opencontainers.image.revision", json_string(setup->commit));
	if (setup->source != NULL)
		json_object_set_new(
			labels, "org.opencontainers.image.source", json_string(setup->source));
	return labels;
}

static char *text_of_labels(const struct compose *compose)
{
	json_t *services = json_object(), *file;
	char *text;

	for (size_t i = 0; i < compose->expected_count; i++)
		json_object_set_new(services, compose->expected[i],
			json_pack("{s:o}", "labels", labels_of(compose)));
	file = json_pack("{s:o}", "services", services);
	text = file != NULL ? json_dumps(file, JSON_INDENT(2)) : NULL;
	json_decref(file);
	return text;
}

/* It stays: compose notes its path on the containers, and reads it again when it is asked about
 * them. */
int compose_write_labels(struct compose *compose, struct berth_error *err)
{
	char name[96];
	cleanup_free char *text = text_of_labels(compose);
	cleanup_close int fd = -1;

	snprintf(name, sizeof(name), "compose/%s.json", compose->setup.project);
	free(compose->labels);
	compose->labels = state_path(name, err);
	if (compose->labels == NULL)
		return -1;
	if (text == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (private_folder_make(compose->labels) == -1)
		return berth_error_errno(err, errno, "make", compose->labels);
	fd = open(compose->labels, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		S_IRUSR | S_IWUSR);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		return berth_error_errno(err, errno, "write", compose->labels);
	return 0;
}

/* --- what it says --- */

static bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/* "Step 3/7 : RUN make" of the classic builder. */
static void count_steps(struct compose *compose, const char *line)
{
	unsigned at, of;

	if (sscanf(line, "Step %u/%u :", &at, &of) == 2 && of > 0 && at <= of)
		compose->setup.progress(
			compose->setup.context, COMPOSE_BUILD, (double)at / (double)of);
}

/* "Creating shop_web_1 ... done", " Container shop-web-1  Started". */
static void count_started(struct compose *compose, const char *line)
{
	size_t len = strlen(line);
	bool is_done = (begins(line, "Creating ") || begins(line, "Recreating ") ||
			       begins(line, "Starting ")) &&
		       len > 4 && strcmp(line + len - 4, "done") == 0;
	bool is_started = strstr(line, "Container ") != NULL && strstr(line, "Started") != NULL;

	if (!is_done && !is_started)
		return;
	compose->started++;
	if (compose->expected_count > 0 && compose->started <= compose->expected_count)
		compose->setup.progress(compose->setup.context, COMPOSE_UP,
			(double)compose->started / (double)compose->expected_count);
}

static enum berth_level level_of(const char *line)
{
	if (begins(line, "ERROR") || begins(line, "Error"))
		return BERTH_ERROR;
	if (begins(line, "WARNING") || strstr(line, "level=warning") != NULL)
		return BERTH_WARN;
	return BERTH_INFO;
}

static void take_service(struct compose *compose, const char *line)
{
	if (line[0] != '\0' && compose->expected_count < COMPOSE_SERVICES_MAX)
		snprintf(compose->expected[compose->expected_count++], sizeof(compose->expected[0]),
			"%s", line);
}

static void on_line(void *context, bool is_error, const char *line, size_t len)
{
	struct compose *compose = context;
	enum compose_step step = compose->turn == TURN_BUILD  ? COMPOSE_BUILD
				 : compose->turn == TURN_UP   ? COMPOSE_UP
				 : compose->turn == TURN_DOWN ? COMPOSE_UNDO
							      : COMPOSE_CHECK;

	if (compose->dropped || compose->turn < TURN_SERVICES)
		return;
	if (compose->turn == TURN_SERVICES && !is_error) {
		take_service(compose, line);
		return;
	}
	if (line[strspn(line, " ")] == '\0')
		return;
	if (compose->turn == TURN_BUILD)
		count_steps(compose, line);
	else if (compose->turn == TURN_UP)
		count_started(compose, line);
	if (!compose->undoing)
		compose_keep_line(compose, line, len);
	compose->setup.line(compose->setup.context, step, level_of(line), line, len);
}

/* What it calls an error; else its last line. */
static const char *essence(const struct compose *compose)
{
	static const char *const heads[] = {
		"ERROR: ", "Error response from daemon: ", "failed to "};

	for (size_t k = 0; k < sizeof(heads) / sizeof(heads[0]); k++)
		for (size_t i = compose->line_count; i > 0; i--)
			if (begins(compose->lines[i - 1], heads[k]))
				return compose->lines[i - 1] + (k == 2 ? 0 : strlen(heads[k]));
	return compose->line_count > 0 ? compose->lines[compose->line_count - 1] : NULL;
}

void compose_reason(
	const struct compose *compose, const char *doing, int exit_status, struct berth_error *err)
{
	const char *said = essence(compose);
	enum berth_code code = compose->turn == TURN_SERVICES ? BERTH_E_USAGE : BERTH_E_REFUSED;

	if (said != NULL)
		berth_error_set(err, code, 0, "cannot %s: compose says: %s", doing, said);
	else
		berth_error_set(err, code, 0, "cannot %s: compose ended with status %d", doing,
			exit_status);
}

/* --- running it --- */

static void on_done(void *context, int exit_status)
{
	static const char *const doing[] = {[TURN_SERVICES] = "read the compose file",
		[TURN_BUILD] = "build the images",
		[TURN_UP] = "bring up the services",
		[TURN_DOWN] = "take down what was made"};
	static const enum compose_step steps[] = {[TURN_SERVICES] = COMPOSE_CHECK,
		[TURN_BUILD] = COMPOSE_BUILD,
		[TURN_UP] = COMPOSE_UP,
		[TURN_DOWN] = COMPOSE_UNDO};
	struct compose *compose = context;
	enum compose_turn turn = compose->turn;
	struct berth_error err = {0};

	compose->program = NULL;
	if (turn == TURN_PLUGIN) {
		compose->is_plugin = exit_status == 0;
		compose_go(compose, exit_status == 0 ? TURN_SERVICES : TURN_PROGRAM);
	} else if (exit_status == 0 || turn == TURN_PROGRAM) {
		compose_go(compose, turn == TURN_PROGRAM ? TURN_SERVICES
				    : turn == TURN_DOWN  ? TURN_COMPARE
							 : turn + 1);
	} else {
		compose_reason(compose, doing[turn], exit_status, &err);
		compose_fail(compose, steps[turn], &err);
	}
}

static size_t add_words(const char **argv, size_t count, const char *const *words)
{
	for (; *words != NULL; words++)
		argv[count++] = *words;
	return count;
}

static void make_words(const struct compose *compose, const char *argv[WORDS])
{
	static const char *const plugin[] = {"docker", "compose", NULL};
	static const char *const program[] = {"docker-compose", NULL};
	static const char *const of_turn[][6] = {
		[TURN_PLUGIN] = {"version", "--short"},
		[TURN_PROGRAM] = {"version", "--short"},
		[TURN_SERVICES] = {"config", "--services"},
		[TURN_BUILD] = {"build"},
		[TURN_UP] = {"up", "--detach", "--no-build"},
		[TURN_DOWN] = {"down"},
	};
	bool is_plugin = compose->turn == TURN_PLUGIN ||
			 (compose->is_plugin && compose->turn != TURN_PROGRAM);
	size_t count = add_words(argv, 0, is_plugin ? plugin : program);

	if (compose->turn > TURN_PROGRAM) {
		count = add_words(argv, count,
			(const char *const[]){"--ansi", "never", "-p", compose->setup.project, "-f",
				compose->setup.file, NULL});
		if (compose->more[0] != '\0')
			count = add_words(
				argv, count, (const char *const[]){"-f", compose->more, NULL});
		if (compose->labels != NULL)
			count = add_words(
				argv, count, (const char *const[]){"-f", compose->labels, NULL});
	}
	count = add_words(argv, count, of_turn[compose->turn]);
	/* Volumes that were there before are not ours to remove. */
	if (compose->turn == TURN_DOWN && !compose->had_volumes)
		argv[count++] = "--volumes";
	argv[count] = NULL;
}

int compose_run(struct compose *compose, struct berth_error *err)
{
	const char *argv[WORDS] = {NULL}, *env[ENV] = {NULL};
	char host[300];
	char platform[96];
	size_t count = 0;

	make_words(compose, argv);
	for (; compose->setup.env != NULL && compose->setup.env[count] != NULL; count++) {
		if (count == ENV - 6)
			return berth_error_set(err, BERTH_E_LIMIT, 0,
				"more than %d variables can't be given to compose", ENV - 6);
		env[count] = compose->setup.env[count];
	}
	snprintf(host, sizeof(host), "DOCKER_HOST=%s",
		docker_endpoint(compose->setup.docker)->address);
	env[count++] = host;
	/* DOCKER_HOST counts; a context would be another word for the same. */
	env[count++] = "DOCKER_CONTEXT";
	env[count++] = "COMPOSE_FILE";
	env[count++] = "COMPOSE_PROJECT_NAME";
	if (compose->setup.platform != NULL) {
		snprintf(platform, sizeof(platform), "DOCKER_DEFAULT_PLATFORM=%s",
			compose->setup.platform);
		env[count++] = platform;
	}
	compose->program = program_start(&(struct program_setup){.loop = compose->setup.loop,
						 .argv = argv,
						 .env = env,
						 .folder = compose->setup.folder,
						 .line = on_line,
						 .done = on_done,
						 .context = compose},
		err);
	return compose->program != NULL ? 0 : -1;
}

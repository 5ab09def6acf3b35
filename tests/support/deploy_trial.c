#include "support/deploy_trial.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "support/http_get.h"

#define ANSWER_MS 10000
/* An engine that was killed stops what it finds running when it comes back (20.10, without live
 * restore), takes that for a person's wish, and starts only this kind again. */
#define RESTART   "always"
#define SANITIZED 99
#define SANITIZER "sanitizer"

int trial_wrong(struct trial *trial, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(trial->wrong, sizeof(trial->wrong), format, args);
	va_end(args);
	return -1;
}

static int docker(struct trial *trial, const char *const words[], char **out)
{
	return dockerd_docker(trial->dockerd, words, out) == 0
		       ? 0
		       : trial_wrong(trial, "docker %s failed", words[0]);
}

/* Until it serves, whatever it says. */
static int answers(struct trial *trial)
{
	int64_t deadline = process_clock_ms() + ANSWER_MS;
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", trial->port);
	while (http_get(NULL, url, 2000, NULL) <= 0) {
		if (process_clock_ms() > deadline)
			return trial_wrong(trial, "nobody answers at port %d", trial->port);
		usleep(20000);
	}
	return 0;
}

static int make_old(struct trial *trial)
{
	char port[32], *id;

	snprintf(port, sizeof(port), "%d:8080", trial->port);
	if (docker(trial,
		    WORDS("run", "-d", "--name", trial->name, "--label",
			    "io.berth.deployment=earlier", "--restart", RESTART, "-p", port,
			    "web:1"),
		    &id) == -1)
		return -1;
	snprintf(trial->old_id, sizeof(trial->old_id), "%s", id);
	free(id);
	return answers(trial);
}

int trial_open(struct trial *trial)
{
	char path[96];
	FILE *file;

	trial->wrong[0] = '\0';
	trial->recovered = -1;
	snprintf(trial->name, sizeof(trial->name), "trial-%04d", trial->number);
	snprintf(trial->folder, sizeof(trial->folder), "%s/t%d", trial->dockerd->folder,
		trial->number);
	snprintf(path, sizeof(path), "%s/site", trial->folder);
	if (mkdir(trial->folder, 0700) || mkdir(path, 0755))
		return trial_wrong(trial, "cannot make %s", path);
	snprintf(path, sizeof(path), "%s/site/index.html", trial->folder);
	file = fopen(path, "w");
	if (file == NULL || fputs("the new page\n", file) == EOF || fclose(file))
		return trial_wrong(trial, "cannot write %s", path);
	snprintf(path, sizeof(path), "%s/p", trial->folder);
	if (engine_proxy_open(&trial->proxy, path, trial->dockerd->socket))
		return trial_wrong(trial, "there is no proxy");
	return trial->replaces ? make_old(trial) : 0;
}

static int launch(struct trial *trial, const char *const argv[])
{
	char host[128], home[96], state[96], config[96], sanitizers[3][128];
	static const char *const names[] = {"ASAN", "LSAN", "UBSAN"};

	for (size_t i = 0; i < 3; i++)
		snprintf(sanitizers[i], sizeof(sanitizers[i]),
			"%s_OPTIONS=exitcode=%d:log_path=%s/" SANITIZER, names[i], SANITIZED,
			trial->folder);
	snprintf(host, sizeof(host), "DOCKER_HOST=unix://%s", trial->proxy.socket);
	snprintf(home, sizeof(home), "HOME=%s", trial->folder);
	snprintf(state, sizeof(state), "XDG_STATE_HOME=%s/state", trial->folder);
	snprintf(config, sizeof(config), "XDG_CONFIG_HOME=%s/config", trial->folder);
	atomic_store(&trial->proxy.state->caller, 0);
	if (process_start(&trial->process, argv,
		    &(struct process_options){
			    .env = WORDS(host, home, state, config, sanitizers[0], sanitizers[1],
				    sanitizers[2], "DOCKER_CONTEXT", "DOCKER_CONFIG"),
			    .folder = trial->folder}))
		return trial_wrong(trial, "cannot start berth");
	atomic_store(&trial->proxy.state->caller, trial->process.pid);
	return 0;
}

int trial_start(struct trial *trial)
{
	char port[32], site[96];
	const char *argv[32] = {BERTH_PROGRAM, "deploy", "--output", "json", "--image", "web:1",
		"--name", trial->name, "--container", trial->name, "--port", port, "--folder", site,
		"--dest", "/app", "--health-timeout", "8", "--restart", RESTART};
	size_t words = 20;

	snprintf(port, sizeof(port), "web=%d:8080", trial->port);
	snprintf(site, sizeof(site), "%s/site", trial->folder);
	for (const char *const *more = trial->more; more != NULL && *more != NULL; more++)
		argv[words++] = *more;
	return launch(trial, argv);
}

/* The folder goes with the trial. */
static void show_sanitizer(const struct trial *trial)
{
	char script[160], *out = NULL;

	snprintf(script, sizeof(script), "cat %s/" SANITIZER ".*", trial->folder);
	if (process_run(WORDS("sh", "-c", script), NULL, 10000, &out) == 0 && out != NULL)
		fprintf(stderr, "%s", out);
	free(out);
}

static int wait_for(struct trial *trial, const char *what, int milliseconds, int *status)
{
	int ended = process_wait(&trial->process, milliseconds);

	*status = trial->process.status;
	if (ended != 0)
		trial_wrong(trial, "%s did not end: %.200s", what,
			trial->process.err.text != NULL ? trial->process.err.text : "");
	else if (*status == SANITIZED)
		trial_wrong(trial, "a sanitizer ended %s", what);
	if (ended == 0 && *status == SANITIZED)
		show_sanitizer(trial);
	if (trial->wrong[0] != '\0' && getenv("TRIAL_SHOW") != NULL)
		fprintf(stderr, "%s\n%s\n", trial->process.out.text ? trial->process.out.text : "",
			trial->process.err.text ? trial->process.err.text : "");
	return trial->wrong[0] == '\0' ? 0 : -1;
}

int trial_wait(struct trial *trial, int milliseconds)
{
	int status = wait_for(trial, "berth deploy", milliseconds, &trial->status);

	process_release(&trial->process);
	return status;
}

int trial_recover(struct trial *trial, int milliseconds)
{
	int status;

	if (launch(trial, WORDS(BERTH_PROGRAM, "recover", "--yes", "--output", "json")) == -1)
		return -1;
	status = wait_for(trial, "berth recover", milliseconds, &trial->recovered);
	process_release(&trial->process);
	return status;
}

/* Nothing but the records that are kept on purpose: of the run, and of the values for the form. Any
 * other file means that something is in flight, or was forgotten. */
static int check_files(struct trial *trial)
{
	char *out = NULL;
	int status = process_run(
		WORDS("find", trial->folder, "-type", "f", "-not", "-path", "*/site/*", "-not",
			"-name", "history.db*", "-not", "-name", "*.log", "-not", "-name",
			"*.log.index", "-not", "-name", "*.events", "-not", "-path",
			"*/state/berth/recall.json", "-not", "-path", "*/state/berth/recall.lock"),
		NULL, 10000, &out);

	if (status == 0 && out != NULL && *out != '\0')
		status = trial_wrong(trial, "left: %.200s", out);
	free(out);
	return status;
}

/* All that have to do with it. An engine that was started again starts its
 * containers a moment later. */
static int list_containers(struct trial *trial, json_t **list)
{
	int64_t deadline = process_clock_ms() + ANSWER_MS;
	char url[160];

	snprintf(url, sizeof(url),
		"http://localhost/containers/json?all=1&filters=%%7B%%22name%%22:%%5B%%22%s%%22"
		"%%5D%%7D",
		trial->name);
	for (;;) {
		char *body = NULL;
		int status = http_get(trial->dockerd->socket, url, ANSWER_MS, &body);
		bool runs;

		*list = status == 200 ? json_loads(body, 0, NULL) : NULL;
		runs = body != NULL && strstr(body, "\"exited\"") == NULL;
		free(body);
		if (*list == NULL)
			return trial_wrong(trial, "the engine does not list containers");
		if (runs || process_clock_ms() > deadline)
			return 0;
		json_decref(*list);
		usleep(100000);
	}
}

static int check_containers(struct trial *trial)
{
	const char *id = "", *name = "", *state = "";
	json_t *list;

	if (list_containers(trial, &list) == -1)
		return -1;
	json_unpack(list, "[{s:s, s:[s], s:s}]", "Id", &id, "Names", &name, "State", &state);
	if (json_array_size(list) == 0 && !trial->replaces)
		trial->state = TRIAL_BEFORE;
	else if (json_array_size(list) != 1 || strcmp(name + 1, trial->name) != 0 ||
		 strcmp(state, "running") != 0)
		trial_wrong(trial, "there are %zu containers; the first is '%s' (%.12s), %s",
			json_array_size(list), name, id, state);
	else
		trial->state = strcmp(id, trial->old_id) == 0 ? TRIAL_BEFORE : TRIAL_DEPLOYED;
	snprintf(trial->new_id, sizeof(trial->new_id), "%s", id);
	json_decref(list);
	if (trial->wrong[0] != '\0' || (trial->state == TRIAL_BEFORE && !trial->replaces))
		return trial->wrong[0] == '\0' ? 0 : -1;
	return answers(trial);
}

/* What the last one said that knew. */
static int check_word(struct trial *trial)
{
	bool knew = trial->status < 128 || trial->status == 130;
	int said = trial->status;
	bool deployed = trial->state == TRIAL_DEPLOYED;

	if (!knew || said == 5 || said == 4) {
		said = trial->recovered;
		/* Killed before it had a journal, or after it needed none. */
		if (said == 0 && !knew)
			return 0;
	}
	if ((said == 0) == deployed &&
		(said == 0 || said == 1 || said == 2 || said == 3 || said == 130))
		return 0;
	return trial_wrong(trial, "%s there, though deploy said %d and recover %d",
		deployed ? "the new one is" : "the new one is not", trial->status,
		trial->recovered);
}

int trial_check(struct trial *trial)
{
	if (check_containers(trial) == -1 || check_word(trial) == -1)
		return -1;
	return check_files(trial);
}

void trial_again(struct trial *trial)
{
	snprintf(trial->old_id, sizeof(trial->old_id), "%s", trial->new_id);
	trial->replaces = true;
	trial->recovered = -1;
}

void trial_close(struct trial *trial)
{
	char filter[48], *ids = NULL, *rest, *id;

	snprintf(filter, sizeof(filter), "name=%s", trial->name);
	if (dockerd_docker(trial->dockerd, WORDS("ps", "-aq", "--no-trunc", "--filter", filter),
		    &ids) == 0) {
		rest = ids;
		while ((id = strsep(&rest, "\n")) != NULL)
			if (*id != '\0')
				dockerd_docker(trial->dockerd, WORDS("rm", "-f", "-v", id), NULL);
	}
	free(ids);
	engine_proxy_close(&trial->proxy);
	process_run(WORDS("rm", "-rf", trial->folder), NULL, 10000, NULL);
}

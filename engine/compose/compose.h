/*
 * A project that has a compose file of its own, brought up by `docker compose` (the plugin) or
 * docker-compose 1.29: what a compose file means is theirs to say. What became of it the engine
 * says.
 *
 * The file is left as it is; a second one beside berth's state puts berth's labels on the
 * containers. Networks and volumes have compose's own: other labels at each deployment would make
 * it want to make them anew.
 */
#ifndef COMPOSE_COMPOSE_H
#define COMPOSE_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>
#include <berth/event.h>

#include "docker/container.h"

struct compose;
struct docker;
struct uv_loop_s;

#define COMPOSE_SERVICES_MAX 128
#define COMPOSE_TAIL         20

enum compose_step {
	COMPOSE_CHECK, /* which compose there is, and what it says of the file */
	COMPOSE_BUILD, /* images */
	COMPOSE_UP,    /* containers */
	COMPOSE_WAIT,  /* until all run, and are healthy */
	COMPOSE_UNDO,
};

struct compose_service {
	char name[128];
	char container_id[72];
	char container[160];
	char state[24];  /* "running", "exited" ... */
	char health[16]; /* "" for none */
	int exit_code;
	bool oom_killed;
	bool is_well; /* runs and is healthy, or did its work and ended with 0 */
	struct container_port ports[CONTAINER_MAX_PORTS];
	size_t port_count;
};

struct compose_end {
	struct berth_error error; /* OK: all is well */
	enum compose_step step;   /* where it failed */
	const struct compose_service *services;
	size_t service_count;
	const struct compose_service *guilty; /* whose fault it is; NULL if that is not known */
	char *const *last_lines;              /* of its output, or of compose's */
	size_t last_line_count;
	bool is_refused;         /* a project of that name is there and was not made by berth */
	bool is_touched;         /* containers were changed */
	bool is_put_back;        /* ... and what was made is gone again */
	const char *const *left; /* what is not as it was */
	size_t left_count;
};

/* Strings are borrowed until the end. */
struct compose_setup {
	struct uv_loop_s *loop;
	struct docker *docker; /* connected */
	const char *folder;    /* absolute */
	const char *file;      /* in it: "compose.yaml" */
	const char *project;   /* compose_project_name() */
	const char *deployment_id, *name;
	const char *const *env; /* "NAME=value" for what the file leaves open; NULL-terminated */
	const char *platform;   /* NULL: the engine's */
	const char *commit, *source; /* for labels; NULL if not known */
	int health_s;
	bool replace;  /* also what berth did not make */
	bool rollback; /* put back after a failure */
	void (*step)(void *context, enum compose_step step, const char *message);
	void (*progress)(void *context, enum compose_step step, double fraction);
	void (*line)(void *context, enum compose_step step, enum berth_level level,
		const char *line, size_t len);
	/* From here on containers are changed; what of the project was there before. */
	void (*touch)(void *context, bool had_containers, bool had_volumes);
	/* Borrowed until it returns. Exactly once, also when cancelled. */
	void (*done)(void *context, const struct compose_end *end);
	void *context;
};

struct compose *compose_start(const struct compose_setup *setup, struct berth_error *err);
/* Ends compose, and takes down what it made if there was nothing before. Again: lets go of
 * everything as it is. */
void compose_cancel(struct compose *compose);

/* "My Site" -> "my-site": as compose wants it. */
void compose_project_name(char project[64], const char *name);

#endif

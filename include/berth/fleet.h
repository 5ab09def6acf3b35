/*
 * What berth deployed on a Docker engine and what is still there: its containers carry the label
 * io.berth.deployment, so the engine itself is the record.
 *
 * Kept up to date by the event stream of the endpoint that berth_engine_watch() watches. Nothing is
 * polled: while nothing happens there, nothing happens here. `wakeup` is called when something
 * changed.
 *
 * Everything handed out is borrowed until the engine's loop runs again.
 */
#ifndef BERTH_FLEET_H
#define BERTH_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>
#include <berth/log.h>

struct berth_engine;
struct berth_fleet;

enum berth_container_state {
	BERTH_CONTAINER_CREATED,
	BERTH_CONTAINER_RUNNING,
	BERTH_CONTAINER_PAUSED,
	BERTH_CONTAINER_RESTARTING,
	BERTH_CONTAINER_REMOVING,
	BERTH_CONTAINER_EXITED,
	BERTH_CONTAINER_DEAD,
	BERTH_CONTAINER_OTHER, /* a word of the engine that is not known here */
};

enum berth_container_health {
	BERTH_HEALTH_NONE, /* its image has no check, which is not the same as healthy */
	BERTH_HEALTH_STARTING,
	BERTH_HEALTH_HEALTHY,
	BERTH_HEALTH_UNHEALTHY,
};

enum berth_act {
	BERTH_ACT_STOP,           /* within the stop timeout of the container */
	BERTH_ACT_RESTART,        /* or start it, if it does not run */
	BERTH_ACT_REMOVE,         /* after it was stopped; its anonymous volumes go along */
	BERTH_ACT_REMOVE_KEEPING, /* ... but they stay */
	BERTH_ACT_NONE,
};

#define BERTH_FLEET_PORTS 16

struct berth_fleet_port {
	int container, host;
	bool udp;
};

struct berth_container {
	char id[72];
	char name[160];      /* of the container */
	char deployed[128];  /* of the deployment, as it was given; "" if it is not known */
	char deployment[64]; /* id of the deployment */
	char project[64], service[64]; /* of the stack it is part of; "" if of none */
	char image[256];
	enum berth_container_state state;
	enum berth_container_health health;
	int exit_code;      /* of EXITED and DEAD */
	bool oom_killed;    /* the kernel ended it */
	int64_t since_ms;   /* when that state began, milliseconds since the epoch; 0: not known */
	int64_t created_ms; /* the same */
	struct berth_fleet_port ports[BERTH_FLEET_PORTS]; /* published ones */
	size_t port_count;
	enum berth_act doing; /* what was asked for and is under way */
};

const struct berth_fleet *berth_engine_fleet(const struct berth_engine *engine);

/* Oldest first. */
size_t berth_fleet_count(const struct berth_fleet *fleet);
const struct berth_container *berth_fleet_at(const struct berth_fleet *fleet, size_t index);
const struct berth_container *berth_fleet_find(const struct berth_fleet *fleet, const char *id);
/* Grows with every change. */
uint64_t berth_fleet_changes(const struct berth_fleet *fleet);
/* The engine answers and has listed them: it is all there is, and live. Else it is what was known
 * last. */
bool berth_fleet_live(const struct berth_fleet *fleet);
/* ... and each has been looked at, so that health and times are known as well. */
bool berth_fleet_settled(const struct berth_fleet *fleet);
/* Why they can't be listed though the engine answers; NULL if they can. */
const struct berth_error *berth_fleet_error(const struct berth_fleet *fleet);

/* "running", "exited"; "healthy", "" for none; "stop". */
const char *berth_container_state_name(enum berth_container_state state);
const char *berth_container_health_name(enum berth_container_health health);
const char *berth_act_name(enum berth_act act);

/* True while it has a process. */
bool berth_container_up(const struct berth_container *container);

/*
 * The container that a person means by `word`: the name of a container or a deployment, or the id
 * of either, of which the beginning is enough from 4 characters on; of a stack the first of its
 * containers. NULL with NOT_FOUND, or with CONFLICT if it may be several: then the message names
 * them.
 */
const struct berth_container *berth_fleet_resolve(
	const struct berth_fleet *fleet, const char *word, struct berth_error *err);

/* All containers of the stack that this one is part of, in the order of the fleet; no stack: it
 * alone. At most `max`; how many there are. */
size_t berth_fleet_stack(const struct berth_fleet *fleet, const struct berth_container *container,
	const struct berth_container **members, size_t max);
/* Does the word mean the whole stack, and not this one of its containers? */
bool berth_fleet_means_stack(const struct berth_container *container, const char *word);

/* How an act ended: error NULL if it is done, which the engine was asked about afterwards. Strings
 * live until the callback returns. */
struct berth_acted {
	enum berth_act act;
	const char *id, *name;
	const struct berth_error *error;
};
typedef void berth_acted_fn(void *context, const struct berth_acted *acted);

/* Do something to a container of the fleet, by its id. One that berth did not make is refused, also
 * if it is not in the fleet any more. `done` comes exactly once, from the loop, with CANCELLED if
 * the engine is closed before. Fails if no engine answers, or something is under way with it. */
int berth_engine_act(struct berth_engine *engine, const char *id, enum berth_act act,
	berth_acted_fn *done, void *context, struct berth_error *err);

/*
 * The same to all containers of a stack, one after the other: to be stopped or removed the newest
 * first, to be started the oldest first. Removing takes its networks along, and with `volumes` the
 * named ones too, which are its data. `done` gets the project as name, and the first error.
 */
int berth_engine_act_on_stack(struct berth_engine *engine, const char *project, enum berth_act act,
	bool volumes, berth_acted_fn *done, void *context, struct berth_error *err);

#define BERTH_STACK_MAX 128

#define BERTH_OUTPUT_STAGE "running" /* the stage of such lines */

struct berth_output_request {
	const char *id; /* copied */
	bool follow;    /* go on until its process ends */
	int tail;       /* last lines; -1: all */
	void (*line)(void *context, const struct berth_log_line *line);
	/* While it says true nothing more is read, and the engine holds the output back. NULL:
	 * never. */
	bool (*wait)(void *context);
	/* It is over, exactly once: error NULL if that was all, CANCELLED if the engine closes. */
	void (*done)(void *context, const struct berth_error *err);
	void *context;
};

/* What a container prints and has printed. Fails if no engine answers; then `done` never comes. */
int berth_engine_output(struct berth_engine *engine, const struct berth_output_request *request,
	struct berth_error *err);

#define BERTH_DETAILS_PROBES 5
#define BERTH_DETAILS_LABELS 32

/* What is known of the one container that is looked at closely, beside what the fleet says. */
struct berth_details {
	char id[72];
	bool known;               /* it has been looked at */
	bool gone;                /* it is not there any more; the rest is how it was */
	struct berth_error error; /* why it could not be looked at; code OK if it could */
	char image_id[80];        /* "sha256:..." */
	char digest[80];          /* by which the registry knows it; "" if no registry does */
	char address[64];         /* inside its network; "" */
	char problem[256];        /* what the engine says went wrong with it; "" */
	int restart_count;        /* by its restart policy */
	struct {
		int64_t time_ms; /* 0: not said */
		int exit_code;
		char output[256];       /* its first line, not cleaned */
	} probes[BERTH_DETAILS_PROBES]; /* the last ones of its image's check, oldest first */
	size_t probe_count;
	struct {
		char name[96], value[192];
	} labels[BERTH_DETAILS_LABELS];
	size_t label_count, labels_more; /* more: that have no room here */
	bool measured;                   /* what follows is known */
	double cpu_percent;              /* of one processor; below 0: not known yet */
	int64_t memory, memory_limit;    /* bytes */
};

/* Look closely at a container: its facts, what it uses once a second, and its output, until it is
 * looked away from. One at a time; looking at another ends it. 0, or -1 without memory. */
int berth_engine_look(struct berth_engine *engine, const char *id, struct berth_error *err);
void berth_engine_look_away(struct berth_engine *engine);
/* NULL: none is looked at. */
const struct berth_details *berth_engine_details(const struct berth_engine *engine);
/* Its newest output, which goes on; the log lives until it is looked away from. NULL: none. */
struct berth_log *berth_engine_details_log(const struct berth_engine *engine);

#endif

/* Containers: create, act on, look at, feed and listen to. Callback contract as in op.h; everything
 * handed to a callback is borrowed for the call. `id` is an id or a name everywhere. */
#ifndef DOCKER_CONTAINER_H
#define DOCKER_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "docker/op.h"
#include "proto/log_frames.h"

struct docker;

#define CONTAINER_MAX_PORTS  64
#define CONTAINER_MAX_PROBES 5
#define CONTAINER_MAX_LABELS 32

/* On every container that berth makes; its value is the deployment's id. */
#define CONTAINER_LABEL      "io.berth.deployment"
#define CONTAINER_LABEL_NAME "io.berth.name"
/* Compose's, on what is part of a stack. */
#define CONTAINER_LABEL_PROJECT "com.docker.compose.project"
#define CONTAINER_LABEL_SERVICE "com.docker.compose.service"
#define CONTAINER_LABEL_NETWORK "com.docker.compose.network"
#define CONTAINER_LABEL_VOLUME  "com.docker.compose.volume"

struct container_port {
	int container;
	int host; /* 0: exposed, not published */
	bool udp;
};

struct container_label {
	const char *name, *value;
};

/* A volume, by its name, at a folder of the container. */
struct container_volume {
	const char *name, *path;
};

struct container_health {
	const char *test; /* for a shell */
	int interval_s, timeout_s, start_period_s, retries;
};

struct container_spec {
	const char *name;
	const char *image;
	const char *platform; /* NULL: the engine's */
	const char *restart;  /* "no" "always" "on-failure" "unless-stopped" */
	const char *const *env_names, *const *env_values; /* secret: the body is wiped */
	size_t env_count;
	const struct container_label *labels;
	size_t label_count;
	const struct container_port *ports;
	size_t port_count;
	const char *command; /* for a shell; NULL: the image's */
	const char *network; /* NULL: the engine's */
	const char *alias;   /* what it is called there beside its own name; NULL: nothing */
	const struct container_volume *volumes;
	size_t volume_count;
	const struct container_health *health; /* NULL: the image's */
};

/* err NULL on success everywhere below. warnings: joined with "; ", "" if none. */
typedef void container_created_fn(
	void *context, const char *id, const char *warnings, const struct berth_error *err);
struct docker_op *container_create(struct docker *docker, const struct container_spec *spec,
	container_created_fn *done, void *context, struct berth_error *err);

typedef void container_done_fn(void *context, const struct berth_error *err);
struct docker_op *container_start(struct docker *docker, const char *id, container_done_fn *done,
	void *context, struct berth_error *err);
/* timeout_s: how long its process may take to end before it is killed; below 0: as long as it
 * takes. */
struct docker_op *container_stop(struct docker *docker, const char *id, int timeout_s,
	container_done_fn *done, void *context, struct berth_error *err);
struct docker_op *container_restart(struct docker *docker, const char *id, int timeout_s,
	container_done_fn *done, void *context, struct berth_error *err);
/* Also when it runs; with its anonymous volumes, or without. A container that is already gone is a
 * success. */
struct docker_op *container_remove(struct docker *docker, const char *id, bool volumes,
	container_done_fn *done, void *context, struct berth_error *err);
struct docker_op *container_rename(struct docker *docker, const char *id, const char *name,
	container_done_fn *done, void *context, struct berth_error *err);

struct container_info {
	char id[72];
	char name[160]; /* without the leading '/' */
	char image_id[80];
	char image[256]; /* as it was asked for */
	bool running;
	char status[24]; /* "created" "running" "exited" "dead" ... */
	int pid;
	int exit_code;
	bool oom_killed;
	char error[256];                             /* State.Error */
	int64_t created_ms, started_ms, finished_ms; /* since the epoch; 0: not said, never */
	int restart_count;
	int stop_timeout_s; /* below 0: as long as it takes */
	char health[16];    /* "" (none), "starting", "healthy", "unhealthy" */
	struct {
		int exit_code;
		int64_t time_ms;        /* when it began; 0: not said */
		char output[256];       /* first line, not cleaned */
	} probes[CONTAINER_MAX_PROBES]; /* the last ones, oldest first */
	size_t probe_count;
	bool tty;
	char address[64]; /* inside the first network that has one; "" */
	struct container_port ports[CONTAINER_MAX_PORTS]; /* published ones, also while it is
							     stopped (HostConfig) */
	size_t port_count;
	char deployment[64];           /* CONTAINER_LABEL, "" if berth did not make it */
	char deployed_name[128];       /* CONTAINER_LABEL_NAME */
	char project[64], service[64]; /* "" if it is part of no stack */
	struct {
		char name[96], value[192];
	} labels[CONTAINER_MAX_LABELS];
	size_t label_count; /* of all it has; the first CONTAINER_MAX_LABELS are here */
};

typedef void container_inspected_fn(
	void *context, const struct container_info *info, const struct berth_error *err);
struct docker_op *container_inspect(struct docker *docker, const char *id,
	container_inspected_fn *done, void *context, struct berth_error *err);

struct container_row {
	char id[72];
	char name[160];
	char image[256];
	char state[24];
	char deployment[64], deployed_name[128]; /* as in container_info */
	char project[64], service[64];
	int64_t created_ms;
	struct container_port ports[CONTAINER_MAX_PORTS];
	size_t port_count;
};

struct container_list {
	struct container_row *rows;
	size_t count;
};

/* all: stopped ones too. label: only those that have it; NULL: any. */
typedef void container_listed_fn(
	void *context, const struct container_list *list, const struct berth_error *err);
struct docker_op *container_list(struct docker *docker, bool all, const char *label,
	container_listed_fn *done, void *context, struct berth_error *err);

struct container_stats {
	double cpu_percent; /* of one processor; below 0: not known yet */
	int64_t memory;     /* bytes it really needs, without what is cached; -1: not known */
	int64_t memory_limit;
};

/* A sample a second, until it is cancelled or the container is gone. */
struct docker_op *container_stats(struct docker *docker, const char *id,
	void (*on_sample)(void *context, const struct container_stats *stats),
	container_done_fn *done, void *context, struct berth_error *err);

/* Unpack a tar stream at `path` in the container; `read` as in loop/xfer.h. */
struct docker_op *container_put_archive(struct docker *docker, const char *id, const char *path,
	int64_t (*read)(void *context, char *data, size_t cap), container_done_fn *done,
	void *context, struct berth_error *err);
void container_put_resume(struct docker_op *op);

struct container_logs_request {
	const char *id;
	bool tty, follow;
	int tail;         /* last lines; -1: all */
	int64_t since_ms; /* only what came since; 0: all */
	bool times;       /* ask when each line came: container_logs_time() */
	void (*on_line)(
		void *context, enum log_source source, const char *line, size_t len, bool partial);
	/* Asked before each piece: while it says true nothing more is read, and the engine holds
	 * the container's output back. May be NULL. */
	bool (*wait)(void *context);
	void (*on_open)(void *context); /* the engine answered with 200; may be NULL */
	container_done_fn
		*done; /* NULL err: the stream ended, as it does when the container stops */
	void *context;
};

struct docker_op *container_logs(struct docker *docker,
	const struct container_logs_request *request, struct berth_error *err);

/* When the line that is given came, milliseconds since the epoch; 0: not known. In on_line. */
int64_t container_logs_time(const struct docker_op *op, enum log_source source);

/* Run a command inside; output is both streams, at most 16 KiB, the rest dropped. exit_code -1 if
 * it is not known. */
typedef void container_exec_fn(void *context, int exit_code, const char *output, size_t output_len,
	const struct berth_error *err);
struct docker_op *container_exec(struct docker *docker, const char *id, const char *const *argv,
	container_exec_fn *done, void *context, struct berth_error *err);

#endif

/*
 * The Docker target, shared by its files: one per stage, one for what is in flight, one for the
 * end.
 *
 *   docker_target.c    start, cancel, close; the order of the stages
 *   docker_validate.c  validating: request, engine, names, image, ports wanted
 *   docker_pull.c      pulling_image
 *   docker_build.c     cloning and building, for a deployment that makes its image
 *   docker_clone.c     cloning, where the source is a Git repository
 *   docker_services.c  starting_container, first: the databases that what was built needs
 *   docker_parts.c     what those are made of, and how it is put back
 *   docker_compose.c   building and deploying, where the source has a compose file of its own
 *   docker_files.c     preparing_files (runs beside the first two) and copying_files
 *   docker_ports.c     which host ports are taken, by whom, and which are chosen
 *   docker_create.c    starting_container: replace, create; the start itself once the files are
 * there docker_health.c    health_check, with docker_probe.c for one port docker_output.c    the
 * container's own output docker_end.c       failure, cancel, putting back, the result
 *
 *   docker_journal.c   every deed is written down before it is sent
 *   docker_retire.c    the end of a replaced container; docker_old.c: is one that is back well?
 *   docker_recover.c   a deployment that was cut off; docker_look.c: what there is of it
 *   docker_project.c   ... which compose was bringing up
 *
 * Everything asynchronous is in one of the slots below from its start to its callback. When the
 * deployment fails or is cancelled, all slots are cancelled, and the last callback to come in
 * begins the putting back. So no stage needs to know what else runs.
 */
#ifndef TARGET_DOCKER_TARGET_H
#define TARGET_DOCKER_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "docker/client.h"
#include "docker/container.h"
#include "docker/events.h"
#include "docker/image.h"
#include "docker/layers.h"
#include "docker/reference.h"
#include "journal/journal.h"
#include "plan/plan.h"
#include "plan/undo.h"
#include "source/project_root.h"
#include "source/tar_stream.h"
#include "source/walk.h"
#include "target/docker/build_stages.h"
#include "target/docker/docker_parts.h"
#include "target/docker/registry_stages.h"
#include "target/port_leases.h"
#include "target/target.h"

#define MAX_PORTS   64
#define TAIL_LINES  20
#define TAIL_PROBES 5

enum slot {
	SLOT_CONNECT,
	SLOT_JOURNAL, /* its beginning, its way to the disk, its end */
	SLOT_NAME,    /* who has the container's name */
	SLOT_IMAGE,   /* image inspect */
	SLOT_LIST,    /* running containers and their ports */
	SLOT_OWNER,   /* whose port it is (worker) */
	SLOT_LEASE,   /* host ports are chosen */
	SLOT_AUTH,
	SLOT_PULL,
	SLOT_DETECT, /* what a source is, and how it is built (worker) */
	SLOT_BUILD,
	SLOT_CLONE,
	SLOT_COMPOSE,
	SLOT_WALK,    /* worker */
	SLOT_STEP,    /* rename, create, stop, start, remove: one at a time */
	SLOT_ARCHIVE, /* PUT of the files */
	SLOT_FILL,    /* worker that makes the next piece of it */
	SLOT_INSPECT,
	SLOT_EVENTS,
	SLOT_OUTPUT,
	SLOT_UNDO,
	SLOT_PROBE, /* the first of one per port */
	SLOT_COUNT = SLOT_PROBE + MAX_PORTS
};

struct flight {
	void *handle; /* NULL: nothing under way */
	void (*cancel)(void *handle);
};

struct chosen_port {
	int host;  /* 0 until chosen */
	int above; /* automatic ones: host ports up to this were lost to somebody else */
};

struct docker_target {
	struct target base;
	struct target_setup setup;
	const struct berth_deployment *request; /* = setup.deployment */
	struct plan plan;
	struct undo undo;
	void (*resume)(struct docker_target *t); /* what comes after `pause` */
	struct flight flights[SLOT_COUNT];
	unsigned in_flight;
	struct timer *last_turn; /* the end is not reached inside a callback */
	struct timer *deadline;  /* --timeout */
	struct timer *pause; /* between tries: of the pull, of the probes, for a dead container's
				output */
	int64_t began_ms;    /* mono */

	struct journal *journal; /* NULL: nothing is written down */
	bool kept;               /* without a terminal, by this process */
	void (*after_journal)(struct docker_target *t);
	bool settled; /* nothing is left to recover */

	struct docker *docker;
	struct reference reference;
	char pinned[512]; /* the request's own way to write it, once it is looked for by its id */
	struct image_info image;
	bool image_known; /* `image` is filled in */
	int lookups;      /* of validating, still out */
	bool name_taken;
	bool replaceable;            /* ... and that is why it was refused */
	struct container_info old;   /* who has the name; valid if name_taken */
	struct container_list taken; /* containers with published ports */

	struct layers layers;
	int pull_try;
	bool image_ready;

	const char *source;        /* folder that is built */
	struct cloned *cloned;     /* docker_clone.c; NULL if it is no clone */
	struct composed *composed; /* docker_compose.c; NULL if it is a container of our own */
	struct services *services; /* docker_services.c; NULL if it needs none */
	struct part parts[PARTS_MAX];
	size_t part_count;
	struct built *built; /* how the image is made: docker_build.c; NULL if it is not */

	struct files *files; /* walk, configuration files and the tar stream: docker_files.c */
	bool files_ready;    /* the walk is through */

	struct chosen_port ports[MAX_PORTS];
	struct port_call *port_call; /* while SLOT_LEASE is up */
	void (*ports_chosen)(struct docker_target *t);
	int port_try;
	char container_id[72];
	bool creating;
	bool old_stopping; /* it was told to, and did not answer: it may end yet */
	bool old_stopped, old_tried, old_left;
	bool old_down;           /* when it was to get its name back it did not run */
	int64_t old_deadline_ms; /* mono; how long it has to be well again */
	size_t old_port;         /* asked now */
	struct berth_port old_asked;
	int old_hang_ups;
	struct berth_error old_error; /* why it could not be removed */
	bool looked_twice;            /* whether the new one runs, then */
	bool lost;                    /* ... and the engine with it: what came of it is not known */
	bool unsettled;               /* recovery: it has not been seen yet what there is */
	bool leaving;                 /* recovery: everything stays as it is */
	bool new_runs;                /* recovery: it was started */
	bool no_way_back; /* compose has replaced containers: there is nothing to recover */
	bool left_image;  /* recovery: the image it built is there */
	struct left_project *project; /* recovery: docker_project.c; NULL if it is no project */
	bool insist;        /* put back, even if a failed deployment would be left as it is */
	char old_name[160]; /* its name while it steps aside */

	bool died;
	int exit_code;
	char *tail[TAIL_LINES];    /* ring of the container's last lines */
	size_t tail_count;         /* ever */
	bool goes_on[2];           /* by enum log_source: the last line was not its end */
	enum berth_level level[2]; /* ... and what that line said of itself */
	struct health *health;     /* docker_health.c */

	bool failing;                /* an error or a cancel: no new work */
	bool cancelled;              /* asked for by a person */
	bool ended;                  /* the result was said */
	bool winding_down, put_back; /* steps are (were) put back */
	bool concluding;             /* healthy: what is still open closes on our word */
	bool closing;
	bool has_exit_code, oom;
	struct berth_error error; /* the first one */
	int error_stage;
	void (*closed)(void *context);
	void *closed_context;
};

/* --- in flight (docker_target.c) --- */

/* Something was started. handle NULL (it could not be) fails the deployment with err. */
void flight_start(struct docker_target *t, int slot, void *handle, void (*cancel)(void *),
	int stage, const struct berth_error *err);
/* First line of every callback: the slot is free again. True if the deployment goes on, false if
 * the callback must return because the deployment is failing or being dropped. */
bool flight_land(struct docker_target *t, int slot);
void flight_cancel(struct docker_target *t, int slot);
bool flight_is_up(const struct docker_target *t, int slot);

void flight_cancel_op(void *handle); /* cancel of a struct docker_op */

/* Nobody wants the step under way any more: if it is not answered soon it is let go of, and what it
 * did is looked up. */
void docker_target_hurry(struct docker_target *t);

/* Come back after a while, unless the deployment fails first. */
void docker_target_pause(
	struct docker_target *t, uint64_t milliseconds, void (*resume)(struct docker_target *));

/* Image and files are both there: the container can be made. Called when either arrives. */
void docker_target_proceed(struct docker_target *t);

/* A target that begins with `begin`, in a turn of its own. */
struct docker_target *docker_target_make(const struct target_setup *setup,
	void (*begin)(struct docker_target *t), struct berth_error *err);

/* --- the end (docker_end.c) --- */

/* The first error counts; everything in flight is cancelled and things are put back. */
void docker_target_fail(struct docker_target *t, int stage, const struct berth_error *err);
void docker_target_failf(struct docker_target *t, int stage, enum berth_code code, const char *hint,
	const char *format, ...) __attribute__((format(printf, 5, 6)));
void docker_target_succeed(struct docker_target *t);
/* Called when nothing is in flight any more. */
void docker_target_wind_down(struct docker_target *t);

/* --- journal (docker_journal.c) --- */

/* Take the lock, or take over what is to be recovered; then go on. False: there is no journal. */
bool docker_journal_begin(struct docker_target *t, void (*then)(struct docker_target *t));
/* What was noted is on the disk; then go on. */
void docker_journal_sync(struct docker_target *t, void (*then)(struct docker_target *t));
/* It is this process's to see to its end. */
void docker_journal_kept(struct target *target);
void docker_note(struct docker_target *t, const struct journal_note *note);
/* The result is said: the journal goes, or is left to be recovered. */
void docker_journal_end(struct docker_target *t);

/* --- recovery (docker_recover.c) --- */
struct target *docker_target_recover(const struct target_setup *setup, struct berth_error *err);

/* What was built (docker_build.c) or brought up by compose (docker_project.c) is to be put back. */
void build_push_left(struct docker_target *t, bool has_image);
void project_push_left(struct docker_target *t);
void project_release(struct docker_target *t);

/* --- the old one is back (docker_old.c) --- */

/* See that the container that was put back runs and is well, then end the step. */
void old_check(struct docker_target *t);
/* The same error for undo_step_done(), with the slot landed. */
void docker_undone(void *context, const struct berth_error *err);
void docker_undo_started(
	struct docker_target *t, struct docker_op *op, const struct berth_error *err);

/* --- card (docker_card.c) --- */
void card_write(const struct docker_target *t, struct berth_result *result);

/* --- stages --- */
void validate_begin(struct docker_target *t);
void pull_begin(struct docker_target *t);
/* An engine may repeat what it was given for a registry: it is said nowhere. */
int pull_hide_credentials(struct docker_target *t, const char *header, struct berth_error *err);
/* The image is made from the folder, in place of pulling_image and preparing_files. */
void build_begin(struct docker_target *t);
void build_release(struct docker_target *t);
/* The folder is complete. */
void source_is_there(struct docker_target *t);
/* What is built is got from a Git repository first. */
void clone_begin(struct docker_target *t);
void clone_release(struct docker_target *t);
/* The commit, as labels (borrowed) and in the result. */
enum { CLONE_LABELS = 2 };
size_t clone_labels(const struct docker_target *t, struct container_label labels[CLONE_LABELS]);
void clone_report(const struct docker_target *t, struct berth_result *result);
/* The source has a compose file of its own, which brings up the services. */
void compose_begin(struct docker_target *t, const char *file);
void compose_release(struct docker_target *t);
void compose_report(const struct docker_target *t, struct berth_result *result);
struct berth_generation;
/* Where passwords of this deployment's services are kept between deployments; borrowed. NULL: there
 * is no place. */
const char *services_kept_file(struct docker_target *t);
/* Which services it needs, with what was generated for them. 0, or -1. */
int services_plan(struct docker_target *t, const struct berth_generation *generation,
	struct berth_error *err);
/* Bring them up, then create_begin(). */
void services_begin(struct docker_target *t);
/* What its own container is told of them, and its labels (SERVICE_LABELS at most). Borrowed. */
size_t services_variables(
	const struct docker_target *t, const char *const **names, const char *const **values);
size_t services_app_labels(const struct docker_target *t, struct container_label *labels);
const char *services_network(const struct docker_target *t); /* NULL: the engine's */
void services_report(const struct docker_target *t, struct berth_result *result);
void services_release(struct docker_target *t);
void files_begin(struct docker_target *t); /* walk, on a worker */
void files_copy(struct docker_target *t);  /* send the archive, then start */
bool files_any(const struct docker_target *t);
void files_release(struct docker_target *t);
/* The file a person would call the deployed script: NAME.md, .py, .sh, .txt or NAME; NULL if there
 * is none. */
const char *files_main_name(const struct docker_target *t, char name[256]);
void create_begin(struct docker_target *t);
/* What is to be put back should things go wrong, newest first. */
void create_push_old(struct docker_target *t);
void create_push_new(struct docker_target *t);
void create_start(struct docker_target *t);
/* The engine said no, and did nothing. */
bool docker_was_refused(const struct berth_error *err);
/* The new one is healthy; then the result (docker_retire.c). */
void retire_begin(struct docker_target *t);
void health_begin(struct docker_target *t);
/* The container's output ended: if it died, all it said is known now. */
void health_output_ended(struct docker_target *t);
void health_release(struct docker_target *t);
/* The last probes, oldest first, into the failure; and what is healthy into the result. */
void health_report(const struct docker_target *t, struct berth_result *result);

/* --- ports (docker_ports.c) --- */

/* Keep what is published where. 0, or -1: the deployment is failing. */
int ports_remember(struct docker_target *t, const struct container_list *list);
/* 0 if free, else -1: err names the container and a free port; err stays OK if it is some process.
 */
int ports_taken(struct docker_target *t, int port, bool udp, struct berth_error *err);
/* Find the process that has it, on a worker, and fail with its name. */
void ports_name_owner(struct docker_target *t, int port, bool udp);
/* Choose a host port for every published one, then go on; or the deployment fails. */
void ports_choose(struct docker_target *t, void (*next)(struct docker_target *t));
/* It came to nothing: others may have what was chosen. */
void ports_let_go(struct docker_target *t);
/* Between choosing and starting somebody took a port: give up automatic ones that the engine's
 * refusal names or that are taken now. False if there are none. */
bool ports_give_up_lost(struct docker_target *t, const char *refusal);
bool ports_shared_with_old(const struct docker_target *t);

/* --- output (docker_output.c) --- */
void output_open(struct docker_target *t);
/* One more of the last lines: of the container's output, or of the build's until there is one. */
void output_keep(struct docker_target *t, const char *line, size_t len);
void output_forget(struct docker_target *t);
void output_tail(const struct docker_target *t, struct berth_failure *failure);
void output_release(struct docker_target *t);

#endif

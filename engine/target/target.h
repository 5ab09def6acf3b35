/*
 * A target runs one deployment and says what happens through its sink. It knows neither the session
 * nor the screen. One object per deployment; one file (or folder) per kind.
 */
#ifndef TARGET_TARGET_H
#define TARGET_TARGET_H

#include <stdbool.h>

#include <berth/deployment.h>
#include <berth/error.h>
#include <berth/event.h>
#include <berth/recover.h>
#include <berth/target.h>

struct journal_run;
struct net;
struct port_leases;
struct server_act;
struct server_act_setup;
struct server_examine;
struct server_examine_setup;
struct uv_loop_s;
struct target;

/* What a target may say. Events are given away (freed by the receiver, also NULL is allowed: out of
 * memory is counted there); number, id and time are filled in by the receiver. */
struct target_sink {
	void (*emit)(void *context, struct berth_event *event);
	/* The front end is behind: log lines that can wait should, or some will be dropped and
	 * counted. */
	bool (*full)(void *context);
	/* This must not appear in anything said from now on: a token that was asked for. name may
	 * be NULL; both are copied. */
	int (*hide)(void *context, const char *name, const char *value, struct berth_error *err);
	void *context;
};

struct target_setup {
	struct uv_loop_s *loop;
	struct net *net;
	const struct berth_deployment *deployment; /* outlives the target */
	const char *deployment_id;                 /* outlives the target */
	const struct port_leases *leases;          /* outlives the target */
	/* Where journals of deployments in flight are kept, and what they keep of the request,
	 * which has no secrets; both outlive the target. NULL: there are none. */
	const char *runs_folder;
	const struct berth_deployment *recorded;
	bool follow; /* keep giving the container's output after the result */
	/* A deployment that was cut off is to be settled so; outlives the target. NULL: it is a new
	 * one. */
	const struct journal_run *left;
	enum berth_recovery recovery;
	struct target_sink sink;
};

struct target_ops {
	const char *kind;
	struct berth_stage_list stages;
	struct berth_stage_list built; /* of a deployment that makes its image; may be empty */
	/* See berth_target_cancelling() and _leaving(); NULL if there is nothing to say. */
	const char *cancelling, *leaving;
	/* Deployments to one server collide there: the session lets them wait for each other. */
	bool one_at_a_time;
	/* Make it and let it begin; nothing is emitted before this returns. The record ends with
	 * exactly one RESULT. */
	struct target *(*start)(const struct target_setup *setup, struct berth_error *err);
	/* Follow a deployment that runs on the server already, by the server's id of it; else as
	 * start. NULL: this kind can't. */
	struct target *(*watch)(
		const struct target_setup *setup, const char *id, struct berth_error *err);
	/* Settle what `left` tells of, as `recovery` says; else as start. NULL: nothing this kind
	 * does needs it. */
	struct target *(*recover)(const struct target_setup *setup, struct berth_error *err);
	/* Find out by questions that start nothing what a deployment would meet there. NULL: this
	 * kind can't. */
	struct server_examine *(*examine)(
		const struct server_examine_setup *setup, struct berth_error *err);
	/* Do something with what is deployed there already, beside any run. NULL: this kind
	 * can't. */
	struct server_act *(*act)(const struct server_act_setup *setup, struct berth_error *err);
	/* By enum berth_deed, for people: why this kind can't; an entry is NULL if it can. NULL: it
	 * is no server. */
	const char *const *cannot;
	/* Stop and put back; the RESULT comes as an event. After the result: no effect. */
	void (*cancel)(struct target *target);
	/* This process, which may be another than before, sees it to its end without a terminal.
	 * NULL: nothing this kind does needs it. */
	void (*kept)(struct target *target);
	/* Drop it now without putting anything back; `closed` is called from the loop when nothing
	 * of it is left. Emits nothing any more. */
	void (*close)(struct target *target, void (*closed)(void *context), void *context);
};

/* First member of every target's own struct. */
struct target {
	const struct target_ops *ops;
};

extern const struct target_ops docker_target_ops;
extern const struct target_ops demo_target_ops;
extern const struct target_ops fractalic_target_ops;
extern const struct target_ops mist_target_ops;
extern const struct target_ops deployer_target_ops;
extern const struct target_ops plugin_target_ops;
extern const struct target_ops deployer_target_ops;

const struct target_ops *target_find(const char *kind);

#endif

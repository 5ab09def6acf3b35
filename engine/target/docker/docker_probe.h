/*
 * One question whether one port of the container answers: HTTP or TCP on its published port, or a
 * command inside the container for a port that is not published.
 */
#ifndef TARGET_DOCKER_PROBE_H
#define TARGET_DOCKER_PROBE_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/deployment.h>
#include <berth/error.h>

struct docker;
struct net;
struct probe;

enum probe_answer {
	PROBE_HEALTHY,
	PROBE_NOT_YET,
	PROBE_CANNOT_TELL, /* nothing in the image can ask: no failure, but said */
};

struct probe_question {
	struct net *net;
	struct docker *docker;
	const char *container_id; /* borrowed, like all here, until the answer */
	const struct berth_port *port;
	const char *address; /* where published ports are reached: "127.0.0.1" */
	int host_port;       /* 0: not published */
	bool tcp_only;       /* AUTO: HTTP was hung up on, see whether the port is simply held */
};

/* told: "GET http://127.0.0.1:8080/healthz -> 503", borrowed. Fires once, after start has returned,
 * also when cancelled. */
typedef void probe_answered_fn(
	void *context, enum probe_answer answer, const char *told, bool hung_up);

struct probe *probe_start(const struct probe_question *question, probe_answered_fn *answered,
	void *context, struct berth_error *err);
void probe_cancel(struct probe *probe);

#endif

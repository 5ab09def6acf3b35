/*
 * A small Docker engine for tests, on a unix socket in a folder of its own: images that are there
 * or can be pulled, containers with names, labels, state and ports that really listen, event and
 * log streams. It can be told to fail at any request, before or after it did what was asked.
 *
 * Every request is noted twice in the journal: "> POST /containers/<new>/start" when it came and
 * "< 204 POST /containers/<new>/start" when it was answered. Versions and queries are left out, and
 * an id is written as its container's tag: what the test called it, or "new", "new2", ... for those
 * that were created through the API.
 */
#ifndef SUPPORT_FAKE_ENGINE_H
#define SUPPORT_FAKE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "support/fake_port.h"

struct fake_engine;

struct fake_engine *fake_engine_start(void);
/* 0, or -1 if one of its threads did not end. */
int fake_engine_stop(struct fake_engine *engine);
const char *fake_engine_host(const struct fake_engine *engine); /* "unix:///..." */

/* --- what there is --- */

/* Of every image, in its repository. */
#define FAKE_DIGEST "sha256:5555555555555555555555555555555555555555555555555555555555555555"

struct fake_image {
	const char *name;        /* "demo/web:1.0" */
	bool present;            /* else it can be pulled */
	bool vanishes;           /* a pull ends well, and the image is not there */
	const char *const *pull; /* objects of the pull's stream, ended by NULL; NULL: two layers */
	bool healthcheck;
	const char *user; /* NULL: root */
};

/* Strings are borrowed everywhere here. */
void fake_engine_image(struct fake_engine *engine, const struct fake_image *image);

struct fake_container {
	const char *tag; /* in the journal and in ids */
	const char *name;
	const char *deployment; /* label io.berth.deployment; NULL: not ours */
	const char *deployed;   /* label io.berth.name; NULL: none */
	bool running;
	int port; /* published, of port 80; 0: none */
};

void fake_engine_container(struct fake_engine *engine, const struct fake_container *container);

/* What becomes of a process that is started from now on. */
struct fake_process {
	const char *output; /* said at once */
	bool on_stderr;
	bool exits; /* right after the start, without a word of warning */
	int exit_code;
	bool oom;
	enum fake_answer answer; /* at its published ports */
	int status;              /* of FAKE_ANSWERS; 0: 200 */
	int exec_exit;           /* of commands run inside */
	const char *health;      /* with a HEALTHCHECK: what it says at the start; NULL: starting */
};

void fake_engine_process(struct fake_engine *engine, const struct fake_process *process);
/* Its event stream sends no head before the first event, as Podman's. */
void fake_engine_mute_events(struct fake_engine *engine);

/* --- what happens to the container that has the name now --- */

void fake_engine_say(struct fake_engine *engine, const char *name, const char *output);
/* One frame of any bytes: half a line, half a character, many lines. */
void fake_engine_frame(struct fake_engine *engine, const char *name, const char *bytes, size_t len);
/* It is started or paused, as somebody else may do it; and removed. */
void fake_engine_start_it(struct fake_engine *engine, const char *name);
void fake_engine_remove_it(struct fake_engine *engine, const char *name);
void fake_engine_die(struct fake_engine *engine, const char *name, int exit_code, bool oom);
/* "healthy", "unhealthy"; output is that of its last probe. */
void fake_engine_health(
	struct fake_engine *engine, const char *name, const char *health, const char *output);

/* --- faults --- */

enum fake_do {
	FAKE_REPLY, /* status, type and body */
	FAKE_CLOSE,
	FAKE_RESET, /* without having read the body */
	FAKE_STALL, /* until the client goes away */
	FAKE_JUNK,  /* what is no HTTP, then close */
	FAKE_HOLD,  /* until fake_engine_release(), then as if nothing had been */
};

struct fake_fault {
	const char *at; /* part of "POST /containers/create", as in the journal */
	int nth;        /* from which such request on, from 1; 0: 1 */
	int times;      /* how many; 0: one, -1: all */
	enum fake_do what;
	bool after;    /* it does what is asked, and then fails to say so */
	size_t answer; /* with `after`: bytes of the true answer that get through before it */
	int status;
	const char *type, *body;
};

void fake_engine_fault(struct fake_engine *engine, const struct fake_fault *fault);
void fake_engine_release(struct fake_engine *engine);
/* Faults that happened so far. */
int fake_engine_faults(struct fake_engine *engine);

/* --- what was asked of it --- */

/* Event and log streams that are open now. */
int fake_engine_streams(struct fake_engine *engine);

/* How many lines of the journal hold this. */
int fake_engine_count(struct fake_engine *engine, const char *part);
/* The index of the first line from `from` on that holds this, or -1. */
int fake_engine_find(struct fake_engine *engine, const char *part, int from);
/* All lines, malloc'd. */
char *fake_engine_journal(struct fake_engine *engine);
/* One line a container, oldest first: "web old running 18080". malloc'd. */
char *fake_engine_containers(struct fake_engine *engine);
/* The tag of the container with this name, "" if there is none. */
const char *fake_engine_who(struct fake_engine *engine, const char *name);
bool fake_engine_runs(struct fake_engine *engine, const char *tag);
/* It was removed, and its volumes with it. */
bool fake_engine_volumes_gone(struct fake_engine *engine, const char *tag);
/* Whether what was sent into it holds these bytes. */
bool fake_engine_got(struct fake_engine *engine, const char *tag, const char *bytes);
/* The body of the nth request, from 1, whose line in the journal holds this; NULL if there is none.
 * Valid until the engine is stopped. */
const char *fake_engine_body(struct fake_engine *engine, const char *part, int nth);

#endif

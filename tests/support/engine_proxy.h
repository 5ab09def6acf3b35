/*
 * A proxy in front of a Docker engine's socket that knows one call from another and lets one of
 * them meet with an accident. A process of its own, that dies with whoever made it.
 */
#ifndef SUPPORT_ENGINE_PROXY_H
#define SUPPORT_ENGINE_PROXY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

enum accident {
	ACCIDENT_NONE,
	ACCIDENT_FAIL,        /* it is answered with 500 and does not reach the engine */
	ACCIDENT_CUT,         /* the engine answers; the connection ends before the answer */
	ACCIDENT_STALL,       /* neither it nor an answer gets through */
	ACCIDENT_KILL_BEFORE, /* the caller is killed; the engine never hears of it */
	ACCIDENT_KILL_AFTER,  /* the engine answers, then the caller is killed */
	ACCIDENT_HOLD,        /* as STALL, until it is released: then the connection ends */
	ACCIDENT_COUNT
};

enum { PROXY_CALLS_MAX = 256, PROXY_CALL_MAX = 64 };

struct engine_proxy_state {
	char call[PROXY_CALL_MAX]; /* "POST /containers/ID/start"; "": any */
	int occurrence;            /* from 1 */
	enum accident accident;
	_Atomic pid_t caller;
	atomic_bool happened, released;
	_Atomic int count; /* calls so far */
	char calls[PROXY_CALLS_MAX][PROXY_CALL_MAX];
};

struct engine_proxy {
	char socket[108];
	pid_t pid;
	struct engine_proxy_state *state; /* shared with the process */
};

/* 0 or -1. The accident may be set until the first call comes. */
int engine_proxy_open(struct engine_proxy *proxy, const char *socket, const char *engine_socket);
void engine_proxy_close(struct engine_proxy *proxy);

#endif

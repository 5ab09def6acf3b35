/*
 * What is deployed on a deploy server, asked for and acted on when a person wants it: nothing is
 * asked while nobody does. The server is the record; what it can't say is not known.
 */
#ifndef BERTH_REMOTE_H
#define BERTH_REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/deployment.h>
#include <berth/error.h>
#include <berth/event.h>

struct berth_engine;

enum berth_deed {
	BERTH_DEED_LIST, /* all there is: `row` for each */
	BERTH_DEED_LOOK, /* one of them: `row`, with what it uses where the server tells */
	BERTH_DEED_STOP,
	BERTH_DEED_RESTART, /* or start it, if it does not run */
	BERTH_DEED_REMOVE,  /* after it was stopped */
	BERTH_DEED_LOGS,    /* its last lines: `line` for each */
	BERTH_DEED_FOLLOW,  /* these and what comes, until its process ends */
	BERTH_DEEDS
};

/* By the server's measure, at one moment. */
struct berth_usage {
	bool known;
	double cpu_percent; /* 100: one core */
	double memory_mb, memory_limit_mb;
	double received_mb, sent_mb, read_mb, written_mb; /* since it was started */
	long long processes;
};

struct berth_remote {
	char id[32];    /* by which it is acted on */
	char name[200]; /* the server's; "shop/api" */
	char state[32]; /* "running" "building" "stopped" "failed" ...; "not known" */
	bool up;        /* it runs, by the server's word */
	char container[160], address[256]; /* "" if not said */
	char problem[300];                 /* what the server says went wrong, first line; "" */
	int64_t since_ms;         /* when that state began, since the epoch; 0: not known */
	struct berth_usage usage; /* by LOOK */
};

struct berth_deed_request {
	enum berth_deed deed;
	const char *word; /* id or name; copied; NULL for LIST */
	/* Strings live until the callback returns. Each may be NULL where it is not wanted. */
	void (*row)(void *context, const struct berth_remote *remote);
	void (*line)(void *context, enum berth_stream stream, const char *text, size_t len);
	/* The deed is done but for this. */
	void (*note)(void *context, const char *text);
	/* Exactly once, from the loop: err NULL if it is done, which the server was asked about
	 * afterwards; CANCELLED if the engine closes. `remote` is as it is now; NULL if it is not
	 * known, or there is none any more. */
	void (*done)(
		void *context, const struct berth_remote *remote, const struct berth_error *err);
	void *context;
};

/* Of the deployment target, kind and server count; it must outlive this. Fails if the kind can't
 * (USAGE, with the reason), or something is under way. */
int berth_engine_remote(struct berth_engine *engine, const struct berth_deployment *deployment,
	const struct berth_deed_request *request, struct berth_error *err);

/* Why a kind of server can't do that; NULL if it can, or is no server. */
const char *berth_deed_cannot(const char *kind, enum berth_deed deed);
const char *berth_deed_name(enum berth_deed deed); /* "list", "look at", "stop" ... */

#endif

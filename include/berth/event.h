/*
 * The event record: what happens in a deployment, said once.
 *
 * Everything a front end knows of a deployment it knows from these records; plain output, JSON
 * output, the screen and a recording are views of the same stream. The JSON form is a promise of
 * the command line.
 *
 * Ownership: an event from berth_engine_next() belongs to the caller until berth_event_free(). All
 * strings are valid UTF-8 and may hold control characters: they are safe to encode as JSON, and are
 * not safe to show before berth_text_clean().
 */
#ifndef BERTH_EVENT_H
#define BERTH_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <berth/error.h>
#include <berth/target.h>

enum berth_event_type {
	BERTH_EVENT_STATUS,   /* a stage began */
	BERTH_EVENT_PROGRESS, /* the numbers moved */
	BERTH_EVENT_LOG,
	BERTH_EVENT_LINK,   /* the state of the stream, which is not the state of the deployment */
	BERTH_EVENT_RESULT, /* last in the record, exactly once */
};

enum berth_level { BERTH_DEBUG, BERTH_INFO, BERTH_WARN, BERTH_ERROR };
enum berth_stream { BERTH_STDOUT, BERTH_STDERR, BERTH_ENGINE, BERTH_SERVER };
enum berth_link {
	BERTH_CONNECTING,
	BERTH_LIVE,
	BERTH_POLLING,
	BERTH_RECONNECTING,
	BERTH_LOST,
	BERTH_CLOSED
};

/* How a deployment ended; the exit status follows from it. */
enum berth_outcome {
	BERTH_DEPLOYED,    /* 0 */
	BERTH_FAILED,      /* 1: what was there before is back (or rollback was switched off) */
	BERTH_REJECTED,    /* 2: the request is wrong, nothing was touched */
	BERTH_UNREACHED,   /* 3: the target can't be reached or refused the credentials, nothing was
			      touched */
	BERTH_UNKNOWN,     /* 4: the outcome is not known */
	BERTH_LEFT_BEHIND, /* 5: it failed, and putting things back failed too */
	BERTH_CANCELED,    /* 130: what was there before is back */
};

#define BERTH_MAX_LAYERS 127

/* A layer of an image that is pulled, or a step of one that is built. */
struct berth_layer {
	char id[16];       /* 12 hex digits, as the engine prints them; "2/5" of a step */
	const char *state; /* "waiting" "downloading" "verifying" "extracting" "done" "cached"
			      "retrying"; of a step "waiting" "running" "done" "cached" "failed",
			      and "sending" of the build context; static */
	int64_t current;   /* bytes */
	int64_t total;     /* bytes; -1 if unknown */
};

struct berth_pair {
	char *name;
	char *value;
};

struct berth_check {
	char *name; /* of the port, or "healthcheck" for the image's own */
	bool healthy;
};

/* A line of the card that is shown after success: "AI Server Access" / "Health Check" /
 * "http://...". */
struct berth_detail {
	char *section;
	char *label;
	char *value;
};

struct berth_failure {
	enum berth_code code;
	char *message;
	char *hint;  /* may be NULL */
	char *stage; /* where it happened */
	/* A container that berth did not make has the name, and 'replace' would take it from it. No
	 * part of the record. */
	bool replaceable;
	bool has_exit_code;
	int exit_code;
	bool oom;
	char **last_lines; /* of the container's output, oldest first */
	size_t last_line_count;
	char **probes; /* the last health probes, oldest first: "GET http://127.0.0.1:8080/ -> 503"
			*/
	size_t probe_count;
};

/* The commit of a Git repository that was deployed. */
struct berth_source {
	char *repository; /* URL, without a password */
	char *commit;     /* hash; NULL: it is none */
	char *subject, *author;
	char *branch; /* NULL: a tag or a commit was asked for */
};

struct berth_result {
	enum berth_outcome outcome;
	char *message;
	char *endpoint_url;      /* NULL if there is none */
	struct berth_pair *urls; /* port name -> address */
	size_t url_count;
	struct berth_check *checks;
	size_t check_count;
	char *container_id; /* 64 hex, NULL if there is none */
	char *image_digest; /* "sha256:...", NULL if not known */
	struct berth_source source;
	bool rolled_back;
	char **left_behind; /* "container web (3f2a...)", one line each */
	size_t left_behind_count;
	int64_t duration_ms;
	struct berth_detail *details;
	size_t detail_count;
	struct berth_failure *failure; /* NULL exactly when outcome is BERTH_DEPLOYED */
};

struct berth_event {
	uint64_t seq; /* from 1 without gaps; 0 for output that follows after the result and is no
			 part of the record */
	int64_t time_ms;           /* milliseconds since the epoch, UTC */
	unsigned deployment;       /* the session's number for it, from 1 */
	const char *deployment_id; /* borrowed from the session, lives as long as the engine */
	enum berth_event_type type;
	char *stage;        /* STATUS, PROGRESS, LOG; NULL otherwise */
	int progress;       /* STATUS, PROGRESS: 0 to 100, never falls */
	char *message;      /* STATUS, LOG, RESULT */
	size_t message_len; /* bytes; a log line may hold NUL */
	enum berth_level level;
	enum berth_stream stream;
	bool continues; /* LOG: the next part of the line before; no part of the record */
	struct berth_layer *layers; /* PROGRESS while pulling */
	size_t layer_count;
	enum berth_link link;
	int attempt;
	int attempts; /* LINK: how many there will be at most, 0: not said */
	int64_t retry_in_ms;
	struct berth_result *result;
	/* STATUS: the stages from here on, where only the target knows them (a plugin's); else
	 * NULL. No part of the record. */
	struct berth_stage_list *stages;
	char *server; /* JSON text of what a server said and has no place here; NULL if none */
};

/* An event of the given type with copies of the strings; NULL without memory. message may hold any
 * bytes: what is not UTF-8 is replaced. stage and message may be NULL. */
struct berth_event *berth_event_new(enum berth_event_type type, const char *stage, int progress,
	const char *message, size_t message_len);
void berth_event_free(struct berth_event *event);

struct berth_result *berth_result_new(void);
void berth_result_free(struct berth_result *result);
struct berth_result *berth_result_copy(const struct berth_result *result);
/* Add one line; 0, or -1 without memory (the result stays valid). */
int berth_result_add_url(struct berth_result *result, const char *name, const char *url);
int berth_result_add_check(struct berth_result *result, const char *name, bool healthy);
int berth_result_add_left_behind(struct berth_result *result, const char *what);
int berth_result_add_detail(
	struct berth_result *result, const char *section, const char *label, const char *value);
/* Make `failure` from an error; 0 or -1. stage is copied. */
int berth_result_fail(
	struct berth_result *result, const struct berth_error *err, const char *stage);
int berth_failure_add_line(struct berth_failure *failure, const char *line, size_t len);
int berth_failure_add_probe(struct berth_failure *failure, const char *probe);

/* They are steps of a build (or its context), not layers. */
bool berth_layers_are_steps(const struct berth_layer *layers, size_t count);

/* 0, 1, 2, 3, 4, 5 or 130. */
int berth_outcome_exit_status(enum berth_outcome outcome);

/* The record as one line of JSON without the newline, in malloc'd memory; NULL without memory.
 * Caller frees. */
char *berth_event_to_json(const struct berth_event *event);

const char *berth_event_type_name(enum berth_event_type type);
const char *berth_level_name(enum berth_level level);
const char *berth_stream_name(enum berth_stream stream);
const char *berth_link_name(enum berth_link link);
const char *berth_outcome_name(enum berth_outcome outcome); /* "deployed" "failed" "rejected" ... */

#endif

/* What the files of the fake engine share: its model under one lock, and one answer under way. */
#ifndef SUPPORT_FAKE_ENGINE_PRIVATE_H
#define SUPPORT_FAKE_ENGINE_PRIVATE_H

#include <pthread.h>

#include <jansson.h>

#include "support/fake_engine.h"
#include "support/http_peer_internal.h"

enum { IMAGES_MAX = 8, CONTAINERS_MAX = 64, PORTS_MAX = 8, EVENTS_MAX = 256, FAULTS_MAX = 16 };

struct container {
	char tag[16], id[65], name[128], image[128];
	char deployment[64], deployed[64];
	int created_at, started_at, finished_at; /* seconds of the engine's own time; 0: never */
	bool volumes_gone;
	int inner[PORTS_MAX], published[PORTS_MAX]; /* 0: not published */
	int port_count;
	struct fake_port *open[PORTS_MAX];
	bool running, started, gone;
	int exit_code;
	bool oom;
	char health[16], probe[1024];
	char *log; /* in frames */
	size_t log_len;
	const struct peer_request *archive;
};

struct event {
	const struct container *container;
	char action[64];
	int exit_code; /* -1: none */
};

struct fault {
	struct fake_fault plan;
	int seen, done;
};

struct fake_engine {
	struct peer *peer;
	char host[128];
	pthread_mutex_t lock; /* over all that follows */
	struct fake_image images[IMAGES_MAX];
	int image_count;
	struct container *containers[CONTAINERS_MAX]; /* also those that are gone */
	int container_count, created_count;
	struct fake_process process;
	bool mute_events;
	int now; /* seconds; each start and end takes one */
	struct event events[EVENTS_MAX];
	int event_count;
	struct fault faults[FAULTS_MAX];
	int fault_count, fault_total, stream_count;
	bool released;
	char **journal;
	const struct peer_request **requests; /* of the lines of the journal */
	int journal_count;
};

/* One request on its way to its answer. */
struct turn {
	struct fake_engine *engine;
	struct peer_conn *conn;
	struct peer_request *request;
	char path[2048]; /* decoded, without version and query */
	char line[2048]; /* as in the journal */
	struct fake_fault fault;
	bool faulty; /* the fault is still to come */
	size_t sent;
};

/* --- fake_engine.c --- */

/* Functions that talk return 0, or -1: the connection is done with. */
int turn_reply(struct turn *turn, int status, const char *type, const void *body, size_t len);
int turn_json(struct turn *turn, int status, json_t *json); /* takes the reference */
int turn_message(struct turn *turn, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
int turn_begin(struct turn *turn, const char *type);
int turn_chunk(struct turn *turn, const void *bytes, size_t len);
int turn_end(struct turn *turn);
/* A moment, or -1 if the client went away or the engine stops. */
int turn_wait(struct turn *turn);
/* A parameter of the query, decoded; "" if there is none. */
void turn_query(const struct turn *turn, const char *name, char *value, size_t size);

/* --- fake_engine_model.c, with the lock held --- */

struct container *model_find(struct fake_engine *engine, const char *id_or_name);
struct container *model_tagged(struct fake_engine *engine, const char *tag);
struct fake_image *model_image(struct fake_engine *engine, const char *name);
struct container *model_add(struct fake_engine *engine, const char *tag, const char *name);
void model_frame(struct container *container, int stream, const char *output, size_t len);
void model_say(struct container *container, int stream, const char *output);
/* 0, or the port that could not be had. */
int model_start(struct fake_engine *engine, struct container *container);
void model_stop(struct fake_engine *engine, struct container *container, int exit_code);
void model_event(struct fake_engine *engine, const struct container *container, const char *action,
	int exit_code);
void model_release(struct fake_engine *engine);

/* --- fake_engine_calls.c, fake_engine_streams.c --- */

int call_answer(struct turn *turn);
int stream_pull(struct turn *turn);
int stream_events(struct turn *turn);
int stream_stats(struct turn *turn, const struct container *container);
int stream_logs(struct turn *turn, const struct container *container);

#endif

/*
 * What BuildKit says while it builds: a StatusResponse of moby/buildkit's api/services/control
 * (control.proto), as the engine sends it in "moby.buildkit.trace". Decoded record by record; texts
 * are borrowed for the call and may hold anything.
 */
#ifndef PROTO_BUILD_TRACE_H
#define PROTO_BUILD_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

struct build_text {
	const char *bytes;
	size_t len;
};

/* One step of the build, said again whenever something of it changes. */
struct build_vertex {
	struct build_text digest, name, error;
	bool cached;
	int64_t started_ms, completed_ms; /* since the epoch; 0: not yet */
};

/* How far something is that a step does: a download, the sending of a context. */
struct build_status {
	struct build_text id, vertex, name;
	int64_t current, total; /* total 0: not known */
	int64_t completed_ms;
};

/* A piece of a step's output. */
struct build_output {
	struct build_text vertex, text;
	int stream; /* 1: standard output, 2: standard error */
};

struct build_warning {
	struct build_text vertex, text;
};

struct build_trace_sink {
	void (*vertex)(void *context, const struct build_vertex *vertex);
	void (*status)(void *context, const struct build_status *status);
	void (*output)(void *context, const struct build_output *output);
	void (*warning)(void *context, const struct build_warning *warning);
	void *context;
};

/* -1 with PROTOCOL; what came before the fault was given away. */
int build_trace_decode(
	const void *data, size_t len, const struct build_trace_sink *sink, struct berth_error *err);

#endif

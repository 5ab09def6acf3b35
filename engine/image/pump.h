/* A build context on its way into an upload: while one piece is sent, a worker fills the next. */
#ifndef IMAGE_PUMP_H
#define IMAGE_PUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/error.h>

#include "source/context.h"

struct uv_loop_s;
struct pump;

struct pump_setup {
	struct uv_loop_s *loop;
	/* There is a piece again, after pump_read() said XFER_READ_PAUSE. */
	void (*ready)(void *context);
	/* The folder can't be read: the next pump_read() fails. */
	void (*failed)(void *context, const struct berth_error *err);
	/* pump_close() is through. */
	void (*closed)(void *context);
	void *context;
};

/* Takes the stream, also when it fails. */
struct pump *pump_new(
	const struct pump_setup *setup, struct context *stream, struct berth_error *err);
/* For loop/xfer.h. */
int64_t pump_read(struct pump *pump, char *data, size_t cap);
bool pump_ended(const struct pump *pump); /* all of it was given away */
/* As it was when the last piece was filled. */
const struct context_sent *pump_sent(const struct pump *pump);
/* Ends what the worker does; `closed` is called from the loop, never from within, and the pump is
 * freed before. */
void pump_close(struct pump *pump);

#endif

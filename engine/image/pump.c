#include "image/pump.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "loop/timer.h"
#include "loop/work.h"
#include "loop/xfer.h"

#define PIECE_BYTES (96u << 10)
/* context_fill() may pass what it was asked for by one write of libarchive. */
#define PIECE_MAX (PIECE_BYTES + (256u << 10))

struct pump {
	struct pump_setup setup;
	struct context *stream;
	struct buf filling, sending;
	size_t gone; /* of the piece that is sent */
	struct work *work;
	struct timer *last_turn;
	bool complete; /* the last piece was filled */
	bool end, waited_for, failed, closing;
	struct context_sent sent;
	struct berth_error error;
};

static void pump_free(struct pump *pump)
{
	timer_close(pump->last_turn);
	context_free(pump->stream);
	buf_release(&pump->filling);
	buf_release(&pump->sending);
	free(pump);
}

static void last_turn(void *context)
{
	struct pump *pump = context;
	struct pump_setup setup = pump->setup;

	pump_free(pump);
	setup.closed(setup.context);
}

/* On a worker. */
static void fill(void *context, const atomic_bool *cancelled)
{
	struct pump *pump = context;

	context_fill(
		pump->stream, &pump->filling, PIECE_BYTES, &pump->end, cancelled, &pump->error);
}

static void filled(void *context, bool cancelled)
{
	struct pump *pump = context;

	(void)cancelled;
	pump->work = NULL;
	if (pump->closing) {
		timer_start(pump->last_turn, 0);
		return;
	}
	pump->complete = pump->end;
	context_sent(pump->stream, &pump->sent);
	pump->failed = pump->error.code != BERTH_E_OK;
	if (pump->failed)
		pump->setup.failed(pump->setup.context, &pump->error);
	if (pump->waited_for) {
		pump->waited_for = false;
		pump->setup.ready(pump->setup.context);
	}
}

static int fill_next(struct pump *pump, struct berth_error *err)
{
	if (pump->complete || pump->work)
		return 0;
	pump->work = work_start(pump->setup.loop, fill, filled, pump, err);
	return pump->work ? 0 : -1;
}

struct pump *pump_new(
	const struct pump_setup *setup, struct context *stream, struct berth_error *err)
{
	struct pump *pump = calloc(1, sizeof(*pump));

	if (!pump) {
		context_free(stream);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	pump->setup = *setup;
	pump->stream = stream;
	buf_init(&pump->filling, PIECE_MAX);
	buf_init(&pump->sending, PIECE_MAX);
	pump->last_turn = timer_new(setup->loop, last_turn, pump, err);
	if (!pump->last_turn || fill_next(pump, err)) {
		pump_free(pump);
		return NULL;
	}
	return pump;
}

/* The piece that was sent becomes the one to fill. */
static void swap_pieces(struct pump *pump)
{
	struct buf sent = pump->sending;

	pump->sending = pump->filling;
	pump->filling = sent;
	buf_reset(&pump->filling);
	pump->gone = 0;
}

int64_t pump_read(struct pump *pump, char *data, size_t cap)
{
	size_t count = pump->sending.len - pump->gone;

	if (pump->failed)
		return XFER_READ_FAIL;
	if (count == 0) {
		pump->waited_for = pump->work != NULL;
		if (pump->waited_for)
			return XFER_READ_PAUSE;
		if (pump->filling.len == 0)
			return 0;
		swap_pieces(pump);
		if (fill_next(pump, &pump->error)) {
			pump->failed = true;
			return XFER_READ_FAIL;
		}
		count = pump->sending.len;
	}
	count = count < cap ? count : cap;
	memcpy(data, pump->sending.data + pump->gone, count);
	pump->gone += count;
	return (int64_t)count;
}

bool pump_ended(const struct pump *pump)
{
	return pump->complete && !pump->work && pump->filling.len == 0 &&
	       pump->gone == pump->sending.len;
}

const struct context_sent *pump_sent(const struct pump *pump)
{
	return &pump->sent;
}

void pump_close(struct pump *pump)
{
	pump->closing = true;
	if (pump->work)
		work_cancel(pump->work);
	else
		timer_start(pump->last_turn, 0);
}

/* A pager or a shell has the terminal: what happens meanwhile is said afterwards. */
#include <unistd.h>

#include "linear/linear_private.h"
#include "term/output.h"

static void take_back(void *context, int status)
{
	struct linear *linear = context;
	struct lend_order *lent = &linear->lent;
	linear->lend = NULL;
	if (linear->reader != NULL)
		line_reader_hold(linear->reader, false);
	if (lent->ended != NULL)
		lent->ended(&linear->app, lent->argv[0], status);
	lend_order_release(lent);
	feed_wake(&linear->feed);
}

void linear_lend(struct linear *linear)
{
	struct berth_error err;
	struct lend_order *order = &linear->app.take.lend;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		linear_say(linear, "'%s' needs a terminal.", order->argv[0]);
		lend_order_release(order);
		*order = (struct lend_order){0};
		return;
	}
	/* What was said stands before what the program writes. */
	if (output_busy(linear->output))
		return;
	linear->lent = *order;
	*order = (struct lend_order){0};
	linear->lend = lend_start(&linear->loop, &linear->lent, take_back, linear, &err);
	if (linear->lend != NULL) {
		line_reader_hold(linear->reader, true);
		return;
	}
	linear->lent.ended = NULL;
	take_back(linear, 0);
	linear_say(linear, "%s", err.message);
}

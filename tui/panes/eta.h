/* How much longer a deployment takes, judged by earlier ones. Pure. */
#ifndef BERTH_TUI_ETA_H
#define BERTH_TUI_ETA_H

#include <stdbool.h>
#include <stdint.h>

#include <berth/history.h>
#include <berth/model.h>

/* What is usual for a run of the model. */
struct eta {
	unsigned number;
	struct berth_past_usual usual;
};

/* "~0:20-0:40 left"; with a range that rounds to one time, "~0:30 left". Empty if that can't be
 * said: fewer than two earlier runs, or it has run longer than any of them. Returns dst. */
char *eta_left(const struct eta *eta, const struct berth_run *run, int64_t now_ms, char dst[48]);

/* "3 times slower than usual, waiting on the registry", where a stage takes three times what it
 * does and five seconds more. Else empty. Returns dst. */
char *eta_slower(const struct eta *eta, const struct berth_run *run, int64_t now_ms, char dst[96]);

#endif

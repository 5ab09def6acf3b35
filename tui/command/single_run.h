/*
 * A command that does one thing on a loop of its own, which Ctrl-C and SIGTERM give up as long as
 * it can be given up.
 */
#ifndef BERTH_TUI_SINGLE_RUN_H
#define BERTH_TUI_SINGLE_RUN_H

#include <uv.h>

struct single_run {
	uv_loop_t loop;
	uv_signal_t interrupt, terminate;
	void (*give_up)(void *context);
	void *context;
};

/* 0, or -1 after saying why. */
int single_run_open(struct single_run *run, void (*give_up)(void *context), void *context);
/* From here on a signal means what it means to every program. */
void single_run_settle(struct single_run *run);
/* Run to the end, which needs single_run_settle() first. Returns `*status`, or that of output that
 * was not written. */
int single_run_finish(struct single_run *run, const int *status);

#endif

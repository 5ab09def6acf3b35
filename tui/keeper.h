/*
 * Going on without a terminal, so that what runs is seen to its end.
 *
 * If the terminal is gone, the program itself stays. If the shell is to come back, a copy of it
 * does: fork() where nothing is under way that a copy would not have. That keeps a deployment's
 * driver, its variables, its lock, its log and its recording as they are, in memory; to give it up
 * and take it over again would begin a pull or a build anew, and have two ways to drive one.
 */
#ifndef BERTH_TUI_KEEPER_H
#define BERTH_TUI_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

#include <uv.h>

#include <berth/error.h>

/* No worker, no other thread and no child is at something. */
bool keeper_can_part(const uv_loop_t *loop);

/* Not from within uv_run(). 0 in the copy, which has no terminal and whose loop can be run on; else
 * its process id: then the caller must leave by _exit(), as all it has open is the copy's now. -1:
 * there is no copy, and nothing has changed. */
pid_t keeper_part(uv_loop_t *loop, struct berth_error *err);

/* Give up the terminal, which may be gone already. */
void keeper_settle(void);

#endif

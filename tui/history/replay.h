/*
 * A run that is only shown: a recording played again, or one that another process has.
 *
 * It is a run of the model like any other, whose time is that of the recording; nothing can be
 * cancelled, deployed or changed from it.
 */
#ifndef BERTH_TUI_REPLAY_H
#define BERTH_TUI_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

#include <berth/model.h>

#include "keys/keys.h"

struct app;

/* Show the recording at `path`; `follow`: live, as somebody else writes it. 0, or -1 with a notice.
 * What can't be read is said when it is known, by a notice too. */
int replay_open(struct app *app, const char *path, double speed, bool follow);

/* The same for one that another process has, live and beside what is shown; `choose`: show it. */
int replay_attach(struct app *app, const char *path, bool choose);
/* Another process has that run and writes it still. False for NULL. */
bool replay_follows(const struct app *app, const struct berth_run *run);

/* All that this console is for is a replay: it has no form to deploy from. */
void replay_only(struct app *app);

/* Is that run one? False for NULL. */
bool replay_is(const struct app *app, const struct berth_run *run);
/* Does its clock run: is there something to be moved on without any event? */
bool replay_moves(const struct app *app);
/* The time that is now for a run: of the recording, else of the clock on the wall. */
int64_t replay_now(const struct app *app, const struct berth_run *run);

/* "replay 0:12/0:42 x4 paused"; false if the chosen run is none. */
bool replay_badge(const struct app *app, char dst[64]);

/* Pause, seek and speed; false if it is none of these, or no replay is chosen. */
bool replay_act(struct app *app, enum action action);

#endif

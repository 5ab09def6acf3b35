/*
 * A recording as a target of the session: it says what was said, when its time has come.
 *
 * The clock is that of the recording: it stands while it is paused, runs `speed` times as fast as
 * that on the wall, and never waits at BERTH_REPLAY_MAX. What another process still writes is
 * followed by what the kernel says of the folder; nothing is asked again and again.
 */
#ifndef SESSION_PLAYER_H
#define SESSION_PLAYER_H

#include <berth/recording.h>

#include "target/target.h"

struct player;

struct player_setup {
	struct uv_loop_s *loop;
	struct target_sink sink;
	double speed;
	bool follow;
};

/* Takes the recording if it succeeds. Nothing is emitted before this returns. */
struct player *player_new(const struct player_setup *setup, struct berth_recording *recording,
	struct berth_error *err);
/* Its target_ops close it and cancel nothing. */
struct target *player_target(struct player *player);

void player_state(const struct player *player, struct berth_replay *state);
void player_pause(struct player *player, bool paused);
void player_speed(struct player *player, double speed);
/* Is that before what was said? Then it begins anew. */
bool player_goes_back(const struct player *player, int64_t position_ms);
/* All up to there is said at once. */
void player_seek(struct player *player, int64_t position_ms);

#endif

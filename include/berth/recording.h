/*
 * Recordings: runs that are shown again, or while another process has them.
 *
 * Each run that keeps a log writes its event record beside it ("NAME.events" beside "NAME.log"):
 * JSON lines as `--output json` prints them, but that lines of the log are not repeated: where the
 * numbers of the record have a gap, lines of the log belong. A file without gaps, as an export or
 * the saved output of `--output json`, needs no log. Secrets were taken out before an event was
 * made.
 *
 * A recording may be read while it is written; one whose writer was killed ends with its last whole
 * line.
 */
#ifndef BERTH_RECORDING_H
#define BERTH_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <berth/deployment.h>
#include <berth/error.h>

struct berth_engine;
struct berth_recording;
struct uv_loop_s;

#define BERTH_RECORDED_STAGES_MAX 32

struct berth_recorded_stage {
	char name[64];
	int64_t at_ms; /* since the beginning */
};

/* What is known once it is open. Borrowed until it is closed or given away. */
struct berth_recording_info {
	const char *path;
	const char *deployment_id;
	const char *version;                       /* of the berth that wrote it; NULL: not said */
	const struct berth_deployment *deployment; /* without secrets; kind and target are set */
	int64_t started_ms, length_ms;
	struct berth_recorded_stage stages[BERTH_RECORDED_STAGES_MAX];
	size_t stage_count;
	bool ended;   /* it has a result */
	bool written; /* another process still writes it */
};

/* `opened` comes from the loop, exactly once: the recording is the callee's, NULL: `err` says why.
 */
typedef void berth_recording_fn(
	void *context, struct berth_recording *recording, const struct berth_error *err);
int berth_recording_open(struct uv_loop_s *loop, const char *path, berth_recording_fn *opened,
	void *context, struct berth_error *err);
const struct berth_recording_info *berth_recording_info(const struct berth_recording *recording);
void berth_recording_close(struct berth_recording *recording); /* NULL is allowed */

/* The recording of a log in malloc'd memory: "x.events" of "x.log". NULL without memory. */
char *berth_recording_path(const char *log);

/* Copy a recording into one file that needs no log. It must not be there yet. `request` is what is
 * known of the request (JSON, NULL: what the recording says). `done` comes from the loop exactly
 * once, `err` NULL: it went well. */
typedef void berth_exported_fn(void *context, uint64_t events, const struct berth_error *err);
int berth_recording_export(struct uv_loop_s *loop, const char *path, const char *to,
	const char *request, berth_exported_fn *done, void *context, struct berth_error *err);

#define BERTH_REPLAY_MAX 0 /* as fast as it can be read */

/* berth_recording_open() on the loop of the engine. */
int berth_engine_open_recording(struct berth_engine *engine, const char *path,
	berth_recording_fn *opened, void *context, struct berth_error *err);

/* Show it as a run of the session, from its first line: paced as it was, `speed` times as fast, or
 * BERTH_REPLAY_MAX. With `follow` it goes on, live, with what its writer adds. Its events come as
 * those of any run; it can't be cancelled. The recording is taken if this succeeds. */
int berth_engine_replay(struct berth_engine *engine, struct berth_recording *recording,
	double speed, bool follow, unsigned *number, struct berth_error *err);

struct berth_replay {
	int64_t started_ms; /* since the epoch; 0: before its first event */
	int64_t position_ms, length_ms;
	double speed;
	bool paused, at_end;
	bool follows; /* somebody else writes it */
	const struct berth_recorded_stage *stages;
	size_t stage_count;
};

/* False if that run is no replay. */
bool berth_engine_replay_state(
	const struct berth_engine *engine, unsigned number, struct berth_replay *state);
void berth_engine_replay_pause(struct berth_engine *engine, unsigned number, bool paused);
void berth_engine_replay_speed(struct berth_engine *engine, unsigned number, double speed);
/* Go to a place. *restarted: that is back, so the run begins anew with an empty log: its state must
 * be forgotten, and a log of it that is held is no more. */
int berth_engine_replay_seek(struct berth_engine *engine, unsigned number, int64_t position_ms,
	bool *restarted, struct berth_error *err);

#endif

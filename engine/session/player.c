#include "session/player.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <uv.h>

#include "loop/timer.h"
#include "loop/work.h"
#include "session/merge.h"
#include "session/recorder.h"
#include "session/recording.h"

enum {
	SAID_A_TURN = 1000,
	FULL_MS = 10, /* until a front end that is behind is looked at again */
	HANDED_ON_MS = 1000,
};

struct player {
	struct target target; /* first */
	struct player_setup setup;
	struct berth_recording *recording;
	struct merge merge;
	struct berth_event *held; /* its time has not come */
	struct line_source *filling;
	struct work *work;
	struct timer *due;
	uv_fs_event_t folder;
	uv_poll_t writer;
	int writer_fd;  /* pidfd; -1: not had */
	bool handed_on; /* another process than that writes it */
	int open_handles;
	int64_t anchor_ms, anchor_mono_ms; /* where the clock stood, and when */
	int64_t fast_until_ms;             /* so far is said at once; -1: nothing is */
	bool paused, at_end, result_said, rewinds, closing, watching;
	bool stirred;   /* something was written since the last look */
	bool last_look; /* the writer is gone, and its last lines are being read */
	void (*closed)(void *context);
	void *closed_context;
};

static void step(void *context);

/* --- the clock of the recording --- */

static int64_t position(const struct player *player)
{
	int64_t passed = clock_mono_ms() - player->anchor_mono_ms;

	if (player->paused || player->at_end || player->setup.speed <= BERTH_REPLAY_MAX)
		return player->anchor_ms;
	return player->anchor_ms + (int64_t)((double)passed * player->setup.speed);
}

static void set_clock(struct player *player, int64_t position_ms)
{
	player->anchor_ms = position_ms;
	player->anchor_mono_ms = clock_mono_ms();
}

static int64_t at_ms(struct player *player, const struct berth_event *event)
{
	struct berth_recording_info *info = &player->recording->info;

	if (info->started_ms == 0)
		info->started_ms = event->time_ms;
	return event->time_ms > info->started_ms ? event->time_ms - info->started_ms : 0;
}

/* Milliseconds until that is due; 0: now. -1: not as long as it stands still. */
static int64_t wait_for(const struct player *player, int64_t when_ms)
{
	double left = (double)(when_ms - position(player));

	if (when_ms <= player->fast_until_ms)
		return 0;
	if (player->paused)
		return -1;
	if (player->setup.speed <= BERTH_REPLAY_MAX || left <= 0)
		return 0;
	return (int64_t)(left / player->setup.speed) + 1;
}

/* --- saying --- */

static void say(struct player *player, struct berth_event *event)
{
	struct berth_recording_info *info = &player->recording->info;
	int64_t now_ms = at_ms(player, event);

	if (player->setup.speed <= BERTH_REPLAY_MAX && now_ms > player->anchor_ms)
		set_clock(player, now_ms);
	if (now_ms > info->length_ms && !info->ended)
		info->length_ms = now_ms;
	if (event->type == BERTH_EVENT_RESULT)
		player->result_said = info->ended = true;
	event->seq = 0;
	player->setup.sink.emit(player->setup.sink.context, event);
}

/* The record must end, and nobody knows how it went on. */
static void say_cut(struct player *player, const char *why)
{
	struct berth_event *event = berth_event_new(BERTH_EVENT_RESULT, NULL, 0, why, strlen(why));
	struct berth_error err;

	player->result_said = true;
	if (event != NULL) {
		const struct berth_recording_info *info = &player->recording->info;

		event->time_ms = info->started_ms + info->length_ms;
		event->result = berth_result_new();
		berth_error_set(&err, BERTH_E_BROKEN, 0, "%s", why);
		if (event->result != NULL) {
			event->result->outcome = BERTH_UNKNOWN;
			event->result->message = strdup(why);
			event->result->duration_ms = info->length_ms;
			berth_result_fail(event->result, &err, NULL);
		}
	}
	player->setup.sink.emit(player->setup.sink.context, event);
}

static void end(struct player *player)
{
	set_clock(player, player->recording->info.length_ms);
	player->at_end = true;
	player->fast_until_ms = -1;
	if (!player->result_said)
		say_cut(player, "the recording ends here: how the run went on is not known");
}

/* --- reading --- */

static void fill(void *context, const atomic_bool *cancelled)
{
	struct player *player = context;

	(void)cancelled;
	line_source_fill(player->filling);
}

static void finish_close(struct player *player);

static void filled(void *context, bool cancelled)
{
	struct player *player = context;

	(void)cancelled;
	player->work = NULL;
	if (player->closing) {
		finish_close(player);
		return;
	}
	if (player->rewinds)
		merge_rewind(&player->merge);
	player->rewinds = false;
	step(player);
}

static void start_filling(struct player *player, struct line_source *source)
{
	struct berth_error err;

	player->filling = source;
	player->work = work_start(player->setup.loop, fill, filled, player, &err);
	if (player->work == NULL)
		end(player);
}

/* --- another process writes it --- */

static void look_again(struct player *player)
{
	if (player->closing || player->at_end || player->held != NULL)
		return;
	player->stirred = true;
	timer_start(player->due, 0);
}

static bool is_ours(const struct player *player, const char *name)
{
	const char *base = strrchr(player->recording->path, '/');
	size_t stem;

	base = base != NULL ? base + 1 : player->recording->path;
	stem = strlen(base) > strlen(RECORDING_SUFFIX) ? strlen(base) - strlen(RECORDING_SUFFIX)
						       : strlen(base);
	return name == NULL || strncmp(name, base, stem) == 0;
}

static void folder_changed(uv_fs_event_t *handle, const char *name, int events, int status)
{
	struct player *player = handle->data;

	(void)events;
	(void)status;
	if (is_ours(player, name))
		look_again(player);
}

/* The folder says nothing of a writer that was killed. */
static void writer_ended(uv_poll_t *handle, int status, int events)
{
	struct player *player = handle->data;

	(void)status;
	(void)events;
	uv_poll_stop(handle);
	player->handed_on = true;
	look_again(player);
}

static void watch_writer(struct player *player)
{
	pid_t pid = player->recording->head.pid;

	if (pid > 0)
		player->writer_fd = (int)syscall(SYS_pidfd_open, pid, 0);
	player->handed_on = player->writer_fd < 0;
	if (player->writer_fd < 0)
		return;
	if (uv_poll_init(player->setup.loop, &player->writer, player->writer_fd) != 0) {
		close(player->writer_fd);
		player->writer_fd = -1;
		player->handed_on = true;
		return;
	}
	player->open_handles++;
	player->writer.data = player;
	uv_poll_start(&player->writer, UV_READABLE, writer_ended);
}

static void watch(struct player *player)
{
	char folder[4096];
	const char *slash = strrchr(player->recording->path, '/');

	player->watching = true;
	snprintf(folder, sizeof(folder), "%.*s",
		slash != NULL ? (int)(slash - player->recording->path) : 1,
		slash != NULL ? player->recording->path : ".");
	if (uv_fs_event_init(player->setup.loop, &player->folder) == 0) {
		player->open_handles++;
		player->folder.data = player;
		uv_fs_event_start(&player->folder, folder_changed, folder, 0);
	}
	watch_writer(player);
}

/* True if more may come, and will be told. What was written between the last look and the watch is
 * looked for once more. */
static bool await(struct player *player)
{
	bool written = player->setup.follow && recording_written(player->recording);

	if (player->last_look || !player->setup.follow)
		return false;
	if (written && player->watching && !player->stirred) {
		/* Its keeper can't be listened for; the lock tells when that one was killed. */
		if (player->handed_on)
			timer_start(player->due, HANDED_ON_MS);
		return true;
	}
	if (written && !player->watching)
		watch(player);
	if (!written) {
		player->last_look = true;
		player->merge.growing = false;
	}
	player->stirred = false;
	merge_refill(&player->merge);
	timer_start(player->due, 0);
	return true;
}

/* --- one step after the other --- */

/* True if the next may be looked for. */
static bool offer(struct player *player, struct berth_event *event)
{
	int64_t left = wait_for(player, at_ms(player, event));

	if (left != 0) {
		player->held = event;
		if (left > 0)
			timer_start(player->due, (uint64_t)left);
		return false;
	}
	say(player, event);
	return true;
}

static bool step_once(struct player *player)
{
	struct berth_event *event = player->held;
	struct berth_error err;

	player->held = NULL;
	if (event != NULL)
		return offer(player, event);
	switch (merge_next(&player->merge, &event, &err)) {
	case MERGED_EVENT:
		return offer(player, event);
	case MERGED_EVENTS:
		start_filling(player, &player->merge.events);
		return false;
	case MERGED_LINES:
		start_filling(player, &player->merge.lines);
		return false;
	case MERGED_END:
		if (!await(player))
			end(player);
		return false;
	case MERGED_BROKEN:
		player->at_end = true;
		if (!player->result_said)
			say_cut(player, err.message);
		return false;
	}
	return false;
}

static void step(void *context)
{
	struct player *player = context;
	const struct target_sink *sink = &player->setup.sink;

	if (player->closing || player->work != NULL || player->at_end)
		return;
	if (sink->full(sink->context)) {
		timer_start(player->due, FULL_MS);
		return;
	}
	for (int i = 0; i < SAID_A_TURN; i++)
		if (!step_once(player))
			return;
	timer_start(player->due, 0);
}

/* --- from outside --- */

static void cancel(struct target *target)
{
	(void)target;
}

static void finish_close(struct player *player)
{
	void (*closed)(void *) = player->closed;
	void *context = player->closed_context;

	if (player->work != NULL || player->open_handles > 0)
		return;
	if (player->writer_fd >= 0)
		close(player->writer_fd);
	timer_close(player->due);
	berth_event_free(player->held);
	merge_release(&player->merge);
	berth_recording_close(player->recording);
	free(player);
	closed(context);
}

static void handle_closed(uv_handle_t *handle)
{
	struct player *player = handle->data;

	player->open_handles--;
	finish_close(player);
}

static void closing_due(void *context)
{
	finish_close(context);
}

static void player_close(struct target *target, void (*closed)(void *context), void *context)
{
	struct player *player = (struct player *)target;

	player->closing = true;
	player->closed = closed;
	player->closed_context = context;
	timer_stop(player->due);
	if (player->watching) {
		if (player->writer_fd >= 0)
			uv_close((uv_handle_t *)&player->writer, handle_closed);
		uv_close((uv_handle_t *)&player->folder, handle_closed);
	}
	/* `closed` comes from the loop in any case. */
	if (player->work == NULL && player->open_handles == 0) {
		struct timer *last = timer_new(player->setup.loop, closing_due, player, NULL);

		timer_close(player->due);
		player->due = last;
		if (last != NULL)
			timer_start(last, 0);
		else
			finish_close(player);
	}
}

static const struct target_ops player_ops = {
	.kind = "recording", .cancel = cancel, .close = player_close};

struct player *player_new(const struct player_setup *setup, struct berth_recording *recording,
	struct berth_error *err)
{
	struct player *player = calloc(1, sizeof(*player));

	if (player == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	player->target.ops = &player_ops;
	player->setup = *setup;
	player->fast_until_ms = player->writer_fd = -1;
	player->due = timer_new(setup->loop, step, player, err);
	if (player->due == NULL || merge_init(&player->merge, recording->path, recording->log,
					   setup->follow && recording->written) == -1) {
		timer_close(player->due);
		free(player);
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	player->recording = recording;
	set_clock(player, 0);
	timer_start(player->due, 0);
	return player;
}

struct target *player_target(struct player *player)
{
	return &player->target;
}

void player_state(const struct player *player, struct berth_replay *state)
{
	const struct berth_recording_info *info = &player->recording->info;
	int64_t now_ms = position(player);

	*state = (struct berth_replay){
		.started_ms = info->started_ms,
		.position_ms = now_ms < info->length_ms ? now_ms : info->length_ms,
		.length_ms = info->length_ms,
		.speed = player->setup.speed,
		.paused = player->paused,
		.at_end = player->at_end,
		.follows = player->setup.follow && player->recording->written,
		.stages = info->stages,
		.stage_count = info->stage_count,
	};
}

void player_pause(struct player *player, bool paused)
{
	set_clock(player, position(player));
	player->paused = paused;
	timer_start(player->due, 0);
}

void player_speed(struct player *player, double speed)
{
	set_clock(player, position(player));
	player->setup.speed = speed;
	timer_start(player->due, 0);
}

bool player_goes_back(const struct player *player, int64_t position_ms)
{
	return position_ms < position(player);
}

static void go_back(struct player *player)
{
	berth_event_free(player->held);
	player->held = NULL;
	player->at_end = player->result_said = player->last_look = false;
	player->rewinds = player->work != NULL;
	if (!player->rewinds)
		merge_rewind(&player->merge);
}

void player_seek(struct player *player, int64_t position_ms)
{
	int64_t last_ms = player->recording->info.length_ms;

	if (player_goes_back(player, position_ms))
		go_back(player);
	position_ms = position_ms < 0 ? 0 : position_ms > last_ms ? last_ms : position_ms;
	set_clock(player, position_ms);
	player->fast_until_ms = position_ms;
	timer_start(player->due, 0);
}

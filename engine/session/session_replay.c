#include "session/session_private.h"

#include <stdio.h>

#include "log/log_store.h"
#include "session/player.h"
#include "session/run.h"
#include "session/run_log.h"

static int open_replay_log(struct run *run, struct berth_error *err)
{
	struct session *session = run->session;

	if (session->setup.logs == BERTH_LOGS_AS_EVENTS)
		return 0;
	if (run_log_open_nameless(run, session->log_folder, session_log_lost, err) == -1)
		return -1;
	session->open_logs++;
	return 0;
}

static void put_in_front(struct session *session, struct run *run)
{
	run->target = player_target(run->player);
	session->open_targets++;
	run->number = ++session->last_number;
	run->next = session->runs;
	session->runs = run;
}

int session_replay(struct session *session, struct berth_recording *recording, double speed,
	bool follow, unsigned *number, struct berth_error *err)
{
	const struct berth_recording_info *info = berth_recording_info(recording);
	struct run *run = run_new(info->deployment, NULL, err);

	if (run == NULL)
		return -1;
	run->session = session;
	run->loop = session->setup.loop;
	snprintf(run->id, sizeof(run->id), "%s", info->deployment_id);
	if (open_replay_log(run, err) == 0)
		run->player = player_new(&(struct player_setup){.loop = run->loop,
						 .sink = session_sink(run),
						 .speed = speed,
						 .follow = follow},
			recording, err);
	if (run->player == NULL) {
		session_drop(run);
		return -1;
	}
	put_in_front(session, run);
	*number = run->number;
	return 0;
}

struct player *session_player(const struct session *session, unsigned number)
{
	const struct run *run = session_find(session, number);

	return run != NULL ? run->player : NULL;
}

/* As it was before its first event. */
static int restart(struct run *run, struct berth_error *err)
{
	struct berth_log *before = run->log;

	run->log = NULL;
	if (before != NULL && open_replay_log(run, err) == -1) {
		run->log = before;
		return -1;
	}
	if (before != NULL)
		log_store_close(before, session_log_closed, run->session);
	queue_forget(&run->session->queue, run->number);
	run->seq = 0;
	run->progress = 0;
	run->stage[0] = '\0';
	run->result_said = run->result_taken = false;
	return 0;
}

int session_replay_seek(struct session *session, unsigned number, int64_t position_ms,
	bool *restarted, struct berth_error *err)
{
	struct run *run = session_find(session, number);

	if (run == NULL || run->player == NULL)
		return berth_error_set(
			err, BERTH_E_NOT_FOUND, 0, "deployment %u is no replay", number);
	*restarted = player_goes_back(run->player, position_ms);
	if (*restarted && restart(run, err) == -1)
		return -1;
	player_seek(run->player, position_ms);
	return 0;
}

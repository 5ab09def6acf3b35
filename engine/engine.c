/* The facade: owns what is below and takes it down in order. */
#include <berth/engine.h>
#include <berth/fleet.h>
#include <berth/remote.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "docker/container.h"
#include "docker/survey.h"
#include "docker/watch.h"
#include "fleet/details.h"
#include "fleet/fleet.h"
#include "loop/net.h"
#include "session/kept.h"
#include "session/left.h"
#include "session/player.h"
#include "session/port_chooser.h"
#include "session/session.h"
#include "store/store.h"
#include "target/plugin/plugin_ask.h"
#include "target/server/server_act.h"
#include "target/server/server_examine.h"
#include "target/server/server_guess.h"
#include "target/target.h"

struct berth_engine {
	struct berth_engine_options options;
	struct net *net;
	struct berth_history *history; /* NULL: none is kept */
	struct session *session;
	struct watch *watch; /* of the header's endpoint; NULL until asked for */
	struct berth_endpoint nowhere;
	struct left *left; /* NULL: no journals are kept */
	struct berth_fleet *fleet;
	struct server_examine *examine; /* NULL: none under way */
	struct server_act *act;         /* the same */
	struct berth_deed_request deed;
	struct plugin_ask *ask; /* the same */
	berth_plugin_fn *told;
	void *told_context;
	berth_finding_fn *found;
	void *found_context;
	bool closing;
	struct survey *survey; /* NULL until asked for */
	struct berth_survey nothing;
	void (*closed)(void *context);
	void *closed_context;
};

static void wakeup(void *context)
{
	struct berth_engine *engine = context;

	engine->options.wakeup(engine->options.context);
}

static void nothing_left(void *context)
{
	(void)context;
}

static void record_trouble(void *context, const char *deployment_id, const struct berth_error *err)
{
	const struct berth_engine *engine = context;

	if (!engine->closing)
		session_record_trouble(engine->session, deployment_id, err);
	else if (err->code == BERTH_E_PROTOCOL && engine->options.unrecorded != NULL)
		engine->options.unrecorded(engine->options.context, 0, err);
}

static void unrecorded(void *context, unsigned runs, const struct berth_error *why)
{
	const struct berth_engine *engine = context;

	if (engine->options.unrecorded != NULL)
		engine->options.unrecorded(engine->options.context, runs, why);
}

static int open_history(struct berth_engine *engine, struct berth_error *err)
{
	if (engine->options.history == NULL)
		return 0;
	engine->history = store_new(&(struct store_setup){.loop = engine->options.loop,
					    .path = engine->options.history,
					    .trouble = record_trouble,
					    .unrecorded = unrecorded,
					    .context = engine},
		err);
	engine->options.history = NULL;
	return engine->history != NULL ? 0 : -1;
}

static int open_left(struct berth_engine *engine, struct berth_error *err)
{
	if (engine->options.runs == NULL)
		return 0;
	engine->left = left_new(engine->options.loop, engine->net, engine->options.runs, err);
	return engine->left != NULL ? 0 : -1;
}

static int open_session(struct berth_engine *engine, struct berth_error *err)
{
	const struct berth_engine_options *options = &engine->options;

	engine->session = session_new(&(struct session_setup){.loop = options->loop,
					      .net = engine->net,
					      .wakeup = wakeup,
					      .context = engine,
					      .logs = options->logs,
					      .log_folder = options->log_folder,
					      .runs_folder = options->runs,
					      .history = engine->history,
					      .keep = options->keep,
					      .hooks = options->hooks},
		err);
	engine->options.log_folder = NULL;
	engine->options.hooks = NULL;
	engine->options.runs = NULL;
	return engine->session != NULL ? 0 : -1;
}

static void half_closed(void *context)
{
	struct berth_engine *engine = context;

	net_close(engine->net, free, engine);
}

struct berth_engine *berth_engine_new(
	const struct berth_engine_options *options, struct berth_error *err)
{
	struct berth_engine *engine = calloc(1, sizeof(*engine));

	if (engine == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	engine->options = *options;
	engine->net = net_new(options->loop, err);
	if (engine->net == NULL) {
		free(engine);
		return NULL;
	}
	engine->fleet = fleet_new(wakeup, engine, err);
	if (engine->fleet != NULL && open_left(engine, err) == 0 &&
		open_history(engine, err) == 0 && open_session(engine, err) == 0)
		return engine;
	/* Nothing was started on it, so nobody waits for its end. */
	if (engine->left != NULL)
		left_close(engine->left, nothing_left, NULL);
	if (engine->fleet != NULL)
		fleet_close(engine->fleet, nothing_left, NULL);
	if (engine->history != NULL)
		berth_history_close(engine->history, half_closed, engine);
	else
		half_closed(engine);
	return NULL;
}

static void net_closed(void *context)
{
	struct berth_engine *engine = context;
	void (*closed)(void *) = engine->closed;
	void *closed_context = engine->closed_context;

	free(engine);
	closed(closed_context);
}

static void left_closed(void *context)
{
	struct berth_engine *engine = context;

	net_close(engine->net, net_closed, engine);
}

static void survey_closed(void *context)
{
	struct berth_engine *engine = context;

	if (engine->left != NULL)
		left_close(engine->left, left_closed, engine);
	else
		left_closed(engine);
}

static void watch_closed(void *context)
{
	struct berth_engine *engine = context;

	if (engine->survey != NULL)
		survey_close(engine->survey, survey_closed, engine);
	else
		survey_closed(engine);
}

static void history_closed(void *context)
{
	struct berth_engine *engine = context;

	if (engine->watch != NULL)
		watch_close(engine->watch, watch_closed, engine);
	else
		watch_closed(engine);
}

static void fleet_closed(void *context)
{
	struct berth_engine *engine = context;

	engine->fleet = NULL;
	if (engine->history != NULL)
		berth_history_close(engine->history, history_closed, engine);
	else
		history_closed(engine);
}

static void session_closed(void *context)
{
	struct berth_engine *engine = context;

	fleet_close(engine->fleet, fleet_closed, engine);
}

/* After those that answer once more. */
static void close_session(struct berth_engine *engine)
{
	if (engine->examine == NULL && engine->act == NULL && engine->ask == NULL)
		session_close(engine->session, session_closed, engine);
}

void berth_engine_close(struct berth_engine *engine, void (*closed)(void *context), void *context)
{
	engine->closed = closed;
	engine->closed_context = context;
	engine->closing = true;
	if (engine->ask != NULL)
		plugin_ask_cancel(engine->ask);
	if (engine->examine != NULL)
		server_examine_cancel(engine->examine);
	if (engine->act != NULL)
		server_act_cancel(engine->act);
	close_session(engine);
}

static void told(void *context, struct berth_plugin *plugin, const struct berth_error *err)
{
	struct berth_engine *engine = context;
	bool closing = engine->closing;

	engine->ask = NULL;
	wakeup(engine);
	/* It may close the engine, or ask again. */
	engine->told(engine->told_context, plugin, err);
	if (closing)
		close_session(engine);
}

int berth_engine_ask_plugin(struct berth_engine *engine, const char *const *command,
	berth_plugin_fn *on_told, void *context, struct berth_error *err)
{
	if (engine->ask != NULL || engine->closing)
		return berth_error_set(err, BERTH_E_CONFLICT, 0, "a plugin is being asked");
	engine->told = on_told;
	engine->told_context = context;
	engine->ask = plugin_ask_start(engine->options.loop, command, told, engine, err);
	return engine->ask != NULL ? 0 : -1;
}

static void found(void *context, const struct berth_finding *finding)
{
	struct berth_engine *engine = context;
	bool closing = engine->closing;

	if (finding == NULL)
		engine->examine = NULL;
	/* It may close the engine. */
	engine->found(engine->found_context, finding);
	if (finding == NULL && closing)
		close_session(engine);
}

static void remote_done(
	void *context, const struct berth_remote *remote, const struct berth_error *err)
{
	struct berth_engine *engine = context;
	bool closing = engine->closing;

	engine->act = NULL;
	/* It may close the engine. */
	engine->deed.done(engine->deed.context, remote, err);
	if (closing)
		close_session(engine);
}

static void remote_row(void *context, const struct berth_remote *remote)
{
	const struct berth_engine *engine = context;

	if (engine->deed.row != NULL)
		engine->deed.row(engine->deed.context, remote);
}

static void remote_line(void *context, enum berth_stream stream, const char *text, size_t len)
{
	const struct berth_engine *engine = context;

	if (engine->deed.line != NULL)
		engine->deed.line(engine->deed.context, stream, text, len);
}

static void remote_note(void *context, const char *text)
{
	const struct berth_engine *engine = context;

	if (engine->deed.note != NULL)
		engine->deed.note(engine->deed.context, text);
}

int berth_engine_remote(struct berth_engine *engine, const struct berth_deployment *deployment,
	const struct berth_deed_request *request, struct berth_error *err)
{
	const struct target_ops *ops = target_find(deployment->kind);
	const char *why = berth_deed_cannot(deployment->kind, request->deed);

	if (why != NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0, "%s", why);
	if (ops == NULL || ops->act == NULL || deployment->server == NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"target '%s' is of kind '%s', which can't be asked what is deployed there",
			deployment->target, deployment->kind);
	if (engine->act != NULL || engine->closing)
		return berth_error_set(
			err, BERTH_E_CONFLICT, 0, "a server is being asked: one thing at a time");
	engine->deed = *request;
	engine->act = ops->act(&(struct server_act_setup){.net = engine->net,
				       .server = deployment->server,
				       .request = {.deed = request->deed,
					       .word = request->word,
					       .row = remote_row,
					       .line = remote_line,
					       .note = remote_note,
					       .done = remote_done,
					       .context = engine}},
		err);
	engine->deed.word = NULL;
	return engine->act != NULL ? 0 : -1;
}

int berth_engine_examine(struct berth_engine *engine, const struct berth_deployment *deployment,
	berth_finding_fn *on_finding, void *context, struct berth_error *err)
{
	const struct target_ops *ops = deployment->kind != NULL ? target_find(deployment->kind)
								: NULL;
	struct server_examine *(*examine)(const struct server_examine_setup *setup,
		struct berth_error *err) = deployment->kind == NULL ? server_guess
					   : ops != NULL            ? ops->examine
								    : NULL;

	if (examine == NULL || deployment->server == NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"target '%s' is of kind '%s', which can't be examined", deployment->target,
			deployment->kind != NULL ? deployment->kind : "");
	if (engine->examine != NULL || engine->closing)
		return berth_error_set(err, BERTH_E_CONFLICT, 0, "a server is being examined");
	engine->found = on_finding;
	engine->found_context = context;
	engine->examine = examine(&(struct server_examine_setup){.net = engine->net,
					  .server = deployment->server,
					  .found = found,
					  .context = engine},
		err);
	return engine->examine != NULL ? 0 : -1;
}

int berth_engine_deploy(struct berth_engine *engine, const struct berth_deployment *deployment,
	bool follow, unsigned *number, struct berth_error *err)
{
	return session_deploy(engine->session, deployment, follow, number, err);
}

int berth_engine_attach(struct berth_engine *engine, const struct berth_deployment *deployment,
	const char *id, unsigned *number, struct berth_error *err)
{
	return session_attach(engine->session, deployment, id, number, err);
}

int berth_engine_left(
	struct berth_engine *engine, berth_left_fn *done, void *context, struct berth_error *err)
{
	if (engine->left == NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0, "there is no folder for journals");
	return left_find(engine->left, done, context, err);
}

int berth_engine_recover(struct berth_engine *engine, const char *deployment_id,
	enum berth_recovery recovery, unsigned *number, struct berth_error *err)
{
	const struct journal_run *run = NULL;

	if (engine->left != NULL)
		run = left_get(engine->left, deployment_id, err);
	else
		berth_error_set(err, BERTH_E_USAGE, 0, "there is no folder for journals");
	return run != NULL ? session_recover(engine->session, run, recovery, number, err) : -1;
}

int berth_engine_cancel_kept(struct berth_engine *engine, const char *deployment_id,
	berth_asked_fn *done, void *context, struct berth_error *err)
{
	if (engine->left == NULL)
		return berth_error_set(err, BERTH_E_USAGE, 0, "there is no folder for journals");
	return kept_cancel(&(struct kept_setup){.loop = engine->options.loop,
				   .folder = left_folder(engine->left),
				   .id = deployment_id,
				   .done = done,
				   .context = context},
		err);
}

int berth_engine_cancel(struct berth_engine *engine, unsigned number, struct berth_error *err)
{
	return session_cancel(engine->session, number, err);
}

int berth_engine_open_recording(struct berth_engine *engine, const char *path,
	berth_recording_fn *opened, void *context, struct berth_error *err)
{
	return berth_recording_open(engine->options.loop, path, opened, context, err);
}

int berth_engine_replay(struct berth_engine *engine, struct berth_recording *recording,
	double speed, bool follow, unsigned *number, struct berth_error *err)
{
	return session_replay(engine->session, recording, speed, follow, number, err);
}

bool berth_engine_replay_state(
	const struct berth_engine *engine, unsigned number, struct berth_replay *state)
{
	const struct player *player = session_player(engine->session, number);

	if (player != NULL)
		player_state(player, state);
	return player != NULL;
}

void berth_engine_replay_pause(struct berth_engine *engine, unsigned number, bool paused)
{
	struct player *player = session_player(engine->session, number);

	if (player != NULL)
		player_pause(player, paused);
}

void berth_engine_replay_speed(struct berth_engine *engine, unsigned number, double speed)
{
	struct player *player = session_player(engine->session, number);

	if (player != NULL)
		player_speed(player, speed);
}

int berth_engine_replay_seek(struct berth_engine *engine, unsigned number, int64_t position_ms,
	bool *restarted, struct berth_error *err)
{
	return session_replay_seek(engine->session, number, position_ms, restarted, err);
}

bool berth_engine_rest(struct berth_engine *engine)
{
	return engine->history == NULL || store_rest(engine->history);
}

void berth_engine_kept(struct berth_engine *engine)
{
	session_kept(engine->session);
}

struct berth_event *berth_engine_next(struct berth_engine *engine)
{
	return session_next(engine->session);
}

struct berth_log *berth_engine_log(const struct berth_engine *engine, unsigned number)
{
	return session_log(engine->session, number);
}

struct berth_history *berth_engine_history(const struct berth_engine *engine)
{
	return engine->history;
}

unsigned berth_engine_telling(const struct berth_engine *engine)
{
	return session_telling(engine->session);
}

unsigned berth_engine_running(const struct berth_engine *engine)
{
	return session_running(engine->session);
}

/* --- the fleet hears of what the watched endpoint streams, as long as there is one --- */

static void engine_up(void *context, struct docker *docker)
{
	struct berth_engine *engine = context;

	if (engine->fleet != NULL)
		fleet_up(engine->fleet, docker);
}

static void engine_ready(void *context)
{
	struct berth_engine *engine = context;

	if (engine->fleet != NULL)
		fleet_resync(engine->fleet);
}

static void engine_event(void *context, const struct engine_event *event)
{
	struct berth_engine *engine = context;

	if (engine->fleet != NULL)
		fleet_event(engine->fleet, event);
}

static void engine_down(void *context)
{
	struct berth_engine *engine = context;

	if (engine->fleet != NULL)
		fleet_down(engine->fleet);
}

const struct berth_fleet *berth_engine_fleet(const struct berth_engine *engine)
{
	return engine->fleet;
}

/* Whoever asked for an act, and whose ports are free after it. */
struct asked_act {
	struct berth_engine *engine;
	char deployment[64];
	berth_acted_fn *done;
	void *context;
};

static void acted(void *context, const struct berth_acted *how)
{
	struct asked_act *asked = context;
	bool is_removed = how->act == BERTH_ACT_REMOVE || how->act == BERTH_ACT_REMOVE_KEEPING;

	if (is_removed && how->error == NULL)
		port_chooser_release(asked->engine->history, asked->deployment);
	asked->done(asked->context, how);
	free(asked);
}

int berth_engine_act(struct berth_engine *engine, const char *id, enum berth_act act,
	berth_acted_fn *done, void *context, struct berth_error *err)
{
	const struct berth_container *container = berth_fleet_find(engine->fleet, id);
	struct asked_act *asked = calloc(1, sizeof(*asked));

	if (asked == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	*asked = (struct asked_act){.engine = engine, .done = done, .context = context};
	if (container != NULL)
		memcpy(asked->deployment, container->deployment, sizeof(asked->deployment));
	if (fleet_act(engine->fleet, id, act, acted, asked, err) == 0)
		return 0;
	free(asked);
	return -1;
}

int berth_engine_output(struct berth_engine *engine, const struct berth_output_request *request,
	struct berth_error *err)
{
	return fleet_listen(engine->fleet, request, err);
}

int berth_engine_look(struct berth_engine *engine, const char *id, struct berth_error *err)
{
	return fleet_look(engine->fleet, engine->options.loop, id, err);
}

void berth_engine_look_away(struct berth_engine *engine)
{
	fleet_look_away(engine->fleet);
}

const struct berth_details *berth_engine_details(const struct berth_engine *engine)
{
	const struct details *details = fleet_details(engine->fleet);

	return details != NULL ? details_get(details) : NULL;
}

struct berth_log *berth_engine_details_log(const struct berth_engine *engine)
{
	const struct details *details = fleet_details(engine->fleet);

	return details != NULL ? details_log(details) : NULL;
}

int berth_engine_watch(struct berth_engine *engine, const char *host, struct berth_error *err)
{
	const struct watch_listener listener = {
		.up = engine_up,
		.ready = engine_ready,
		.event = engine_event,
		.down = engine_down,
		.context = engine,
		.label = CONTAINER_LABEL,
		.actions = fleet_events,
		.action_count = fleet_event_count,
	};

	if (engine->watch == NULL)
		engine->watch = watch_new(engine->net, wakeup, engine, &listener, err);
	if (engine->watch == NULL)
		return -1;
	return watch_point(engine->watch, host, err);
}

int berth_engine_act_on_stack(struct berth_engine *engine, const char *project, enum berth_act act,
	bool volumes, berth_acted_fn *done, void *context, struct berth_error *err)
{
	return fleet_act_on_stack(engine->fleet, project, act, volumes, done, context, err);
}

const struct berth_endpoint *berth_engine_endpoint(const struct berth_engine *engine)
{
	return engine->watch != NULL ? watch_endpoint(engine->watch) : &engine->nowhere;
}

int berth_engine_survey(struct berth_engine *engine, const struct berth_deployment *deployment,
	struct berth_error *err)
{
	if (strcmp(deployment->kind, "docker") != 0)
		return berth_error_set(
			err, BERTH_E_USAGE, 0, "only a Docker engine can be looked at beforehand");
	if (engine->survey == NULL)
		engine->survey = survey_new(engine->net, wakeup, engine, err);
	if (engine->survey == NULL)
		return -1;
	return survey_begin(
		engine->survey, deployment->host, deployment->image, deployment->container, err);
}

const struct berth_survey *berth_engine_surveyed(const struct berth_engine *engine)
{
	return engine->survey != NULL ? survey_result(engine->survey) : &engine->nothing;
}

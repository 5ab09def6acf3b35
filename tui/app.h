/*
 * The state of the console: what the panes show and what the keys change. Knows no curses and no
 * loop.
 *
 * Handlers change the state and mark what has become stale; nothing else happens until the next
 * frame. Painting reads and never writes.
 */
#ifndef BERTH_TUI_APP_H
#define BERTH_TUI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include <berth/engine.h>
#include <berth/fleet.h>
#include <berth/model.h>
#include <berth/remote.h>
#include <berth/settings.h>

#include "form/completing.h"
#include "form/form.h"
#include "form/plugin_form.h"
#include "history/history_pane.h"
#include "keys/command_line.h"
#include "keys/inputline.h"
#include "keys/keys.h"
#include "keys/prompt.h"
#include "list/entries.h"
#include "logs/logview.h"
#include "logs/take.h"
#include "panes/layout.h"
#include "panes/lines.h"
#include "panes/page.h"
#include "preferences.h"
#include "term/theme.h"

/* What is stale about a pane; each is worked off in this order before a frame is shown. */
enum stale {
	STALE_LAYOUT = 1 << 0, /* its rectangle */
	STALE_DERIVE = 1 << 1, /* its rows, from the model */
	STALE_PAINT = 1 << 2,  /* its cells, from the rows */
};

enum leaving {
	LEAVING_NOT,
	LEAVING_WAITING,    /* quits when everything has ended by itself */
	LEAVING_BEHIND,     /* quits once a copy of the program has everything */
	LEAVING_CANCELLING, /* quits when everything is put back */
};

enum times { TIMES_LOCAL, TIMES_UTC, TIMES_ELAPSED, TIMES_NONE, TIMES_COUNT };

/* An export of the log that waits until its filter has looked at all lines. */
struct log_export {
	struct logfilter filter; /* outlives the export that reads through it */
	char *path;              /* malloc'd; NULL: none waits */
};

struct app {
	struct berth_settings *settings; /* borrowed */
	struct berth_engine *engine;     /* borrowed; NULL until the first frame is out */
	struct berth_model *model;
	struct eta *etas; /* of the runs that something usual is known for */
	size_t eta_count;
	struct preferences preferences; /* those in use; they change while it runs */
	struct theme theme;
	struct layout_input room;
	struct layout layout;
	unsigned stale[PANE_COUNT];

	unsigned chosen; /* number of the run that is shown, 0: none */
	char picked[72]; /* id of the container that is chosen instead; "": none */
	struct entries entries;
	uint64_t fleet_seen; /* the changes of it that are shown */
	bool details_open;
	char details_id[72]; /* of the container that is looked at */
	char asked_id[72];   /* that the question is about */
	unsigned asked_run;  /* ... if it is of a deploy server instead; 0: it is not */
	unsigned remote_run; /* that a server is asked about */
	enum berth_deed remote_deed;
	int64_t now_ms; /* of the clock on the wall, taken once a turn */
	unsigned spin;
	struct form form;
	struct plugin_form plugins;
	struct completing completing;
	struct berth_recall *recall; /* what the form offers again; NULL: not known yet */
	bool recall_wanted;          /* to be read, and the note written before; see errands.h */
	char *recall_note;           /* of the last deployment; NULL: none */
	struct page page;
	struct history_pane history;
	unsigned opening; /* recordings that are looked through before they are shown */
	struct berth_deployment *confirming; /* waits for its target's name to be typed */
	bool surveyed;                       /* the engine was asked about it */
	struct logview log;
	uint64_t log_end; /* of the log that is shown, when the rows were last found stale */
	enum times times;
	struct inputline input;
	unsigned pattern_flags; /* of enum berth_pattern_flags: how a pattern is meant that is typed
				 */
	struct log_export log_export;
	struct {
		enum berth_act act; /* that waits for the name of its target to be typed */
		char target[72];
	} guarded;
	struct log_position before_search; /* where the log stood when the search was opened */
	struct lines card;
	size_t card_top;
	bool card_wanted;
	struct lines help;
	size_t help_top;
	enum context help_from; /* where it was asked for */
	bool help_open;
	struct prompt prompt;
	struct take take;
	struct command_line command;
	bool pasting;
	size_t paste_end; /* bytes of the end of a paste that came as text */
	char notice[512]; /* in the place of the footer until the next key */

	bool read_only; /* nothing is changed anywhere */

	enum leaving leaving;
	bool quit, suspend, redraw;
	bool restyle; /* theme or mouse are not what the terminal has */
};

int app_init(struct app *app, struct berth_settings *settings, struct berth_error *err);
void app_release(struct app *app);

void app_stale(struct app *app, enum pane_id pane, unsigned bits);
void app_stale_all(struct app *app, unsigned bits);
/* True if a frame would show anything new. */
bool app_is_stale(const struct app *app);

/* Where a key goes now. */
enum context app_context(const struct app *app);
/* The same without the line that is typed: what it does is done there. */
enum context app_context_behind(const struct app *app);
/* A replay is chosen and takes its keys before the pane does. */
bool app_replays(const struct app *app);
unsigned app_conditions(const struct app *app);

const struct berth_run *app_run(const struct app *app); /* the chosen one, or NULL */
/* Of the chosen run, or chosen itself; NULL if there is none, or not any more. Borrowed. */
const struct berth_container *app_container(const struct app *app);
const struct berth_container *app_container_of(const struct app *app, const struct berth_run *run);
bool app_active(const struct berth_run *run); /* no result yet; false for NULL */
bool app_moves(const struct app *app);        /* something turns or counts: a run, a replay */
bool app_streams(const struct app *app);      /* any of them runs on a server */
bool app_rehearses(const struct app *app);    /* what is shown, or would be started, is a demo */
/* Is the action refused because nothing may be changed? */
bool app_refuses(const struct app *app, enum action action);
unsigned app_count(const struct app *app, bool failed); /* of runs in flight, or of failed ones */

void app_choose(struct app *app, unsigned number);
/* Choose a container that is of no run. */
void app_pick(struct app *app, const char *id);
/* Make the entries of the list anew. */
void app_list(struct app *app);
/* Show the log of what is chosen. */
void app_show_log(struct app *app);
void app_focus(struct app *app, enum pane_id pane);
void app_resize(struct app *app, int rows, int columns);

/* Say something in the footer until the next key. */
void app_notice(struct app *app, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Fold an event in. */
void app_event(struct app *app, const struct berth_event *event);
/* Logs may have grown. */
void app_logs(struct app *app);
/* What berth deployed may have changed. */
void app_fleet(struct app *app);
/* The endpoint may have changed. */
void app_endpoint(struct app *app);
/* What a worker found; both take what they are given. */
void app_completed(struct app *app, struct complete_names *names);
void app_recalled(struct app *app, struct berth_recall *recall);
/* The wall clock and the spinners moved on. */
void app_tick(struct app *app, int64_t now_ms, unsigned spin);

/* Start a deployment and show it. 0, or -1 with a notice. */
int app_deploy(struct app *app, const struct berth_deployment *deployment);

#endif

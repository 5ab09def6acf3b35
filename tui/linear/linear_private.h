/* What the linear_*.c share. */
#ifndef BERTH_TUI_LINEAR_PRIVATE_H
#define BERTH_TUI_LINEAR_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "app.h"
#include "command/plain.h"
#include "errands.h"
#include "feed.h"
#include "linear/linear.h"
#include "term/lend.h"
#include "term/line_reader.h"

enum { LINEAR_SIGNALS = 3 };

/* What was said last of what can change by itself; what differs is said anew. */
struct linear_said {
	enum pane_id focus;
	unsigned chosen;
	char picked[72];
	size_t field;
	enum question question;
	enum input input;
	enum leaving leaving;
	enum berth_reach reach;
	struct log_position log;
	enum times times;
	char log_title[128];
	char details[72]; /* the container whose facts were said */
};

struct linear {
	uv_loop_t loop;
	uv_signal_t signals[LINEAR_SIGNALS];
	uv_prepare_t turn; /* before every wait: what is there to say and to do? */
	uv_idle_t busy;    /* active while there is something to do without waiting */
	struct app app;
	struct feed feed;
	struct errands errands;
	struct line_reader *reader;
	struct output *output;
	struct plain plain; /* of the chosen run */
	struct lend *lend;  /* has the terminal: nothing is said, no line is read; NULL: ours */
	struct lend_order lent;
	struct linear_said said;
	uint64_t heard; /* lines of the chosen run's log that were said, or passed over */
	bool waiting;   /* for the chosen run to end, before the next line is taken */
	bool answering; /* a line was taken and what it led to is not said yet */
	bool scrolled;  /* the reader asked for other lines, and may be where there are no others */
	bool jumped;    /* to a line of the log, if only to the one it was at */
	bool judged;    /* the form was: a field may be wrong that is not news */
	bool field_asked; /* the next line is the value of the current field */
	bool over;        /* no line comes any more */
	bool left_alone;  /* they ended before anybody quit */
	bool signalled;   /* told to end */
	bool closing;
	unsigned asked; /* of the history, and not answered yet: the next line is not taken */
	struct berth_past_run *compared; /* the first of two; NULL: none */
	int run_status; /* of the last deployment that did not succeed, 0: all did */
	int exit_status;
};

/* linear_say.c */

/* One line of our own words with text of any origin in it. */
void linear_say(struct linear *linear, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* An event of any run. */
void linear_event(struct linear *linear, const struct berth_event *event);
/* What has changed by itself or by the last line: notices, questions, focus, selection. */
void linear_changes(struct linear *linear);
/* What the last line led to in the log and in the form, once that is known. */
void linear_answer(struct linear *linear);

/* linear_log.c */

/* The lines of the chosen run's log that came before that time, while it is followed. */
void linear_follow(struct linear *linear, int64_t before_ms);
/* Where the reader is, and the lines there. */
void linear_log_page(struct linear *linear);
/* How it is read, and the line or lines where the reader was taken; nothing if nothing changed. */
void linear_log_moved(struct linear *linear);

/* linear_show.c */

void linear_status(struct linear *linear);
void linear_list(struct linear *linear);
/* Choose by the number that the list says. */
void linear_choose(struct linear *linear, unsigned long number);
/* A page that was opened, and once more when it has changed. */
void linear_page(struct linear *linear);
void linear_result(struct linear *linear);
/* The facts of the container that is looked at, once, when they are known. */
void linear_details(struct linear *linear);
bool linear_details_awaited(const struct linear *linear);
void linear_lines(struct linear *linear, const struct lines *lines);
void linear_help(struct linear *linear);
const char *linear_state(const struct berth_run *run);

/* linear_history.c */

/* A list of past runs, those with a text, one by its number, or two compared. */
void linear_history(struct linear *linear, const char *rest);
/* Show a run again, in its lines. */
void linear_replay(struct linear *linear, const char *rest);

/* Ask whether to delete a run. */
void linear_delete(struct linear *linear, const char *rest);

/* linear_form.c */

void linear_form(struct linear *linear);
void linear_field(struct linear *linear, size_t index);
/* Ask for the value of the nth field, from 1. */
void linear_field_ask(struct linear *linear, size_t number);
/* What was asked for. */
void linear_field_take(struct linear *linear, const char *value);
/* "NAME VALUE": the text of a field; without a value it is emptied. */
void linear_set(struct linear *linear, const char *text);

/* linear_ask.c */

/* The line that an action asks for. */
void linear_ask(struct linear *linear);
/* A text for it; false if it can't be taken, and is asked for again. */
bool linear_ask_take(struct linear *linear, const char *text);
void linear_ask_leave(struct linear *linear);
/* Patterns are text, or regular expressions, from now on. */
void linear_ask_expressions(struct linear *linear);

/* linear_lend.c */

/* Run on the terminal what the app wants to have run there. */
void linear_lend(struct linear *linear);

/* linear_command.c */

/* Does it change only how a screen looks, or what a terminal holds? */
bool linear_is_for_screens(enum action action);
/* Is it done by a command of ours that has its name? */
bool linear_has(enum action action);
/* A line of the input. */
void linear_line(struct linear *linear, const char *line);

#endif

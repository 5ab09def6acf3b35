/*
 * The command line of the console: every action by its name, a number for a line of the log.
 *
 * What is typed is looked for in the names, then in what the actions are for. What can't be done
 * now is listed with the reason. Knows no curses.
 */
#ifndef BERTH_TUI_COMMAND_LINE_H
#define BERTH_TUI_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "keys/action_table.h"
#include "keys/input.h"

enum { COMMAND_LINE_MAX = 128 };

struct app;

struct command_line {
	char typed[COMMAND_LINE_MAX]; /* what the matches are for: the line may hold one of them */
	size_t chosen;                /* of the matches */
	bool completing;              /* the line holds the chosen one */
};

/* One line of the list. */
struct command_match {
	enum action action;
	const char *word; /* what completion puts into the line, behind `before` bytes of `typed` */
	size_t before;
	const char *help;
};

extern const struct input_use command_line_input;

void command_line_open(struct app *app);

/* Matches of what was typed, the best first; those that can't be done now are among them. */
size_t command_line_matches(const struct command_line *command, const struct keymap *keys,
	struct command_match matches[ACTION_COUNT]);

/* What an action is for: as its keys say, else as the table does. NULL for keys of a line that is
 * typed: it can't be asked for by its name. */
const char *command_line_help(const struct keymap *keys, enum action action);

/* Do what a line says; what is wrong with it is said in a notice. */
void command_line_run(struct app *app, const char *line);

#endif

#include "keys/command_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/nearest.h>
#include <berth/text.h>

#include "actions.h"
#include "app.h"
#include "keys/obstacle.h"

static void refresh(struct app *app)
{
	app_stale_all(app, STALE_PAINT);
}

static void follow_line(struct app *app)
{
	struct command_line *command = &app->command;
	const char *line = app->input.edit.text;
	refresh(app);
	if (strcmp(line, command->typed) == 0)
		return;
	snprintf(command->typed, sizeof command->typed, "%s", line);
	command->chosen = 0;
	command->completing = false;
}

void command_line_open(struct app *app)
{
	app->command = (struct command_line){.chosen = 0};
	input_open(app, INPUT_COMMAND, ":", "");
}

const char *command_line_help(const struct keymap *keys, enum action action)
{
	const char *help = action_table[action].help;
	for (size_t i = 0; i < keys->count && help == NULL; i++) {
		if (keys->rows[i].action == action && (keys->rows[i].where & ~(unsigned)IN_INPUT))
			help = keys->rows[i].help;
	}
	return help;
}

/* 0: the name begins with it, 1: it is in the name, 2: in what it is for, 3: not at all. */
static int distance(const char *name, const char *help, const char *word)
{
	if (strncasecmp(name, word, strlen(word)) == 0)
		return 0;
	if (strcasestr(name, word) != NULL)
		return 1;
	return strcasestr(help, word) != NULL ? 2 : 3;
}

static size_t match_names(
	const char *word, const struct keymap *keys, struct command_match matches[ACTION_COUNT])
{
	size_t count = 0;
	for (int wanted = 0; wanted < 3; wanted++) {
		for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
			enum action action = (enum action)i;
			const char *help = command_line_help(keys, action),
				   *name = action_table[i].name;
			if (help != NULL && distance(name, help, word) == wanted)
				matches[count++] = (struct command_match){action, name, 0, help};
		}
	}
	return count;
}

static size_t match_choices(const struct command_line *command, enum action action, size_t before,
	const char *help, struct command_match matches[ACTION_COUNT])
{
	const char *const *choices = action_table[action].choices;
	const char *word = command->typed + before;
	size_t count = 0;
	for (size_t i = 0; choices != NULL && choices[i] != NULL && count < ACTION_COUNT; i++) {
		if (strncasecmp(choices[i], word, strlen(word)) == 0)
			matches[count++] = (struct command_match){action, choices[i], before, help};
	}
	if (choices == NULL)
		matches[count++] = (struct command_match){action, word, before, help};
	return count;
}

static enum action first_word(const char *text, size_t *after)
{
	char name[COMMAND_LINE_MAX];
	size_t len = strcspn(text, " ");
	snprintf(name, sizeof name, "%.*s", (int)len, text);
	*after = len + strspn(text + len, " ");
	return action_find(name);
}

static bool is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

size_t command_line_matches(const struct command_line *command, const struct keymap *keys,
	struct command_match matches[ACTION_COUNT])
{
	size_t after;
	enum action action = first_word(command->typed, &after);
	if (is_number(command->typed)) {
		matches[0] = (struct command_match){
			ACTION_GOTO, command->typed, 0, command_line_help(keys, ACTION_GOTO)};
		return 1;
	}
	if (strchr(command->typed, ' ') == NULL)
		return match_names(command->typed, keys, matches);
	if (action == ACTION_NONE || command_line_help(keys, action) == NULL)
		return 0;
	return match_choices(command, action, after, command_line_help(keys, action), matches);
}

static void complete(struct app *app, int step)
{
	struct command_line *command = &app->command;
	struct command_match matches[ACTION_COUNT];
	char line[2 * COMMAND_LINE_MAX];
	size_t count = command_line_matches(command, &app->preferences.keys, matches);
	if (count == 0)
		return;
	if (command->completing)
		command->chosen = (command->chosen + count + (size_t)step) % count;
	else if (step < 0)
		command->chosen = count - 1;
	command->completing = true;
	const struct command_match *match = &matches[command->chosen];
	snprintf(line, sizeof line, "%.*s%s", (int)match->before, command->typed, match->word);
	edit_set(&app->input.edit, line);
	refresh(app);
}

/* The place of a choice, or the number itself; 0 with a notice if it is neither. */
static int read_argument(struct app *app, const struct action_row *row, const char *text)
{
	for (int i = 0; row->choices != NULL && row->choices[i] != NULL; i++) {
		if (strcmp(row->choices[i], text) == 0)
			return i + 1;
	}
	long number = row->choices == NULL && is_number(text) ? strtol(text, NULL, 10) : 0;
	if (number > 0 && number <= 999999999)
		return (int)number;
	const char *nearest = row->choices != NULL ? berth_nearest(text, row->choices) : NULL;
	if (text[0] == '\0')
		app_notice(app, "'%s' needs %s.", row->name, row->argument);
	else if (nearest != NULL)
		app_notice(app, "'%s' can't be '%s', did you mean '%s'?", row->name, text, nearest);
	else
		app_notice(app, "'%s' can't be '%s', expected %s.", row->name, text, row->argument);
	return 0;
}

static void refuse_name(struct app *app, const char *line)
{
	const char *names[ACTION_COUNT + 1] = {0};
	size_t count = 0;
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		if (command_line_help(&app->preferences.keys, (enum action)i) != NULL)
			names[count++] = action_table[i].name;
	}
	const char *nearest = berth_nearest(line, names);
	if (nearest != NULL)
		app_notice(app, "There is no '%s'. Did you mean '%s'?", line, nearest);
	else
		app_notice(app, "There is no '%s'. : and Tab list what there is.", line);
}

void command_line_run(struct app *app, const char *line)
{
	size_t after = 0;
	int argument = 1;
	enum action action = is_number(line) ? ACTION_GOTO : first_word(line, &after);
	if (action == ACTION_NONE || command_line_help(&app->preferences.keys, action) == NULL) {
		refuse_name(app, line);
		return;
	}
	const struct action_row *row = &action_table[action];
	const char *reason = obstacle(app, action);
	if (reason != NULL) {
		app_notice(app, "Not now: '%s': %s.", row->name, reason);
		return;
	}
	if (row->argument != NULL)
		argument = read_argument(app, row, line + after);
	else if (line[after] != '\0')
		app_notice(app, "'%s' takes nothing behind it.", row->name);
	if (argument > 0 && (row->argument != NULL || line[after] == '\0'))
		actions_named(app, action, argument);
}

/* The line as it stands if it is one, else the match that is shown as chosen. */
static void enter(struct app *app)
{
	struct command_line *command = &app->command;
	struct command_match matches[ACTION_COUNT];
	const struct edit *typed = &app->input.edit;
	char line[2 * COMMAND_LINE_MAX];
	size_t after, len = typed->len;
	while (len > 0 && typed->text[len - 1] == ' ')
		len--;
	snprintf(line, sizeof line, "%.*s", (int)len, typed->text);
	size_t count = command_line_matches(command, &app->preferences.keys, matches);
	if (count > 0 && line[0] != '\0' && !is_number(line) &&
		first_word(line, &after) == ACTION_NONE)
		snprintf(line, sizeof line, "%s", matches[command->chosen].word);
	/* What it says is done where the line was opened. */
	input_end(app, line);
	if (line[0] != '\0')
		command_line_run(app, line);
}

static bool act(struct app *app, enum action action)
{
	if (action != ACTION_INPUT_NEXT && action != ACTION_INPUT_PREVIOUS)
		return false;
	complete(app, action == ACTION_INPUT_NEXT ? 1 : -1);
	return true;
}

const struct input_use command_line_input = {
	.max = COMMAND_LINE_MAX - 1, .changed = follow_line, .take = enter, .act = act};

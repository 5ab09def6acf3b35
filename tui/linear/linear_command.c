/* A line of the input: an answer where one is asked for, else a command. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <berth/nearest.h>

#include "actions.h"
#include "commands.h"
#include "keys/action_table.h"
#include "linear/linear_private.h"

/* What the pane is called that number is given to ACTION_PANE. */
enum { TO_LIST = 1, TO_FORM, TO_RESULT, TO_LOG };

static void go(struct linear *linear, int pane)
{
	actions_do(&linear->app, ACTION_PANE, pane);
	linear_changes(linear);
}

static void do_list(struct linear *linear, const char *rest)
{
	(void)rest;
	go(linear, TO_LIST);
	linear_list(linear);
}

static void do_form(struct linear *linear, const char *rest)
{
	(void)rest;
	go(linear, TO_FORM);
	linear_form(linear);
}

static void do_result(struct linear *linear, const char *rest)
{
	(void)rest;
	go(linear, TO_RESULT);
	linear_result(linear);
}

static void do_log(struct linear *linear, const char *rest)
{
	(void)rest;
	go(linear, TO_LOG);
	linear_log_page(linear);
}

static void do_help(struct linear *linear, const char *rest)
{
	(void)rest;
	linear_help(linear);
}

static void do_status(struct linear *linear, const char *rest)
{
	(void)rest;
	linear_status(linear);
}

static void do_wait(struct linear *linear, const char *rest)
{
	(void)rest;
	if (app_active(app_run(&linear->app)))
		linear->waiting = true;
	else
		linear_say(linear, "Nothing to wait for.");
}

static void do_expressions(struct linear *linear, const char *rest)
{
	(void)rest;
	linear_ask_expressions(linear);
}

static void do_set(struct linear *linear, const char *rest)
{
	linear_set(linear, rest);
}

static void do_show(struct linear *linear, const char *rest);

static const struct own_command {
	const char *name;
	void (*run)(struct linear *linear, const char *rest); /* NULL: it is another name of */
	enum action action;
} own_commands[] = {
	/* Up to 'show' those that it takes. */
	{"list", do_list, ACTION_NONE},
	{"form", do_form, ACTION_NONE},
	{"result", do_result, ACTION_NONE},
	{"log", do_log, ACTION_NONE},
	{"help", do_help, ACTION_NONE},
	{"show", do_show, ACTION_NONE},
	{"set", do_set, ACTION_NONE},
	{"status", do_status, ACTION_NONE},
	{"wait", do_wait, ACTION_NONE},
	{"expressions", do_expressions, ACTION_NONE},
	{"find", NULL, ACTION_SEARCH},
	{"next", NULL, ACTION_SEARCH_NEXT},
	{"previous", NULL, ACTION_SEARCH_PREVIOUS},
	{"filter", NULL, ACTION_FILTER},
	{"export", NULL, ACTION_EXPORT},
	{"again", NULL, ACTION_AGAIN},
	{"history", linear_history, ACTION_NONE},
	{"replay", linear_replay, ACTION_NONE},
	{"delete", linear_delete, ACTION_NONE},
};
enum { OWN_COMMANDS = sizeof own_commands / sizeof own_commands[0] };

static void do_show(struct linear *linear, const char *rest)
{
	const struct own_command *found = NULL;
	size_t count = 0;
	for (size_t i = 0; own_commands[i].run != do_show; i++) {
		if (strncasecmp(own_commands[i].name, rest, strlen(rest)) == 0) {
			found = &own_commands[i];
			count++;
		}
	}
	if (count == 1)
		found->run(linear, "");
	else
		linear_say(linear, "'show' needs one of form, log, result, list and help.");
}

bool linear_is_for_screens(enum action action)
{
	static const enum action table[] = {ACTION_REDRAW, ACTION_SUSPEND, ACTION_THEME_NEXT,
		ACTION_THEME, ACTION_MOUSE, ACTION_COMMAND, ACTION_LEFT, ACTION_RIGHT, ACTION_WRAP,
		ACTION_COLORS, ACTION_REVEAL, ACTION_COMPLETE, ACTION_COPY, ACTION_COPY_ERROR,
		ACTION_COPY_RESULT};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		if (table[i] == action)
			return true;
	}
	return (action >= ACTION_EDIT_LEFT && action <= ACTION_EDIT_YANK) ||
	       (action >= ACTION_HISTORY && action <= ACTION_REPLAY_FASTER);
}

bool linear_has(enum action action)
{
	for (size_t i = 0; i < OWN_COMMANDS; i++) {
		if (strcmp(own_commands[i].name, action_table[action].name) == 0)
			return true;
	}
	return false;
}

/* Actions that ask for a text take it from behind their name, too. */
static bool takes_text(enum action action)
{
	return action == ACTION_SEARCH || action == ACTION_FILTER || action == ACTION_EXPORT ||
	       action == ACTION_LIST_FILTER || action == ACTION_PROFILE_SAVE ||
	       action == ACTION_PROFILE_LOAD;
}

static bool jumps(enum action action)
{
	return action == ACTION_SEARCH_NEXT || action == ACTION_SEARCH_PREVIOUS ||
	       action == ACTION_PROBLEM_NEXT || action == ACTION_PROBLEM_PREVIOUS ||
	       action == ACTION_RETURN;
}

static void give_text(struct linear *linear, const char *text)
{
	const struct inputline *input = &linear->app.input;
	if (input->kind == INPUT_NONE || linear_ask_take(linear, text))
		return;
	/* Who wrote it all in one line is not asked for another. */
	linear_say(linear, "%s", input->problem);
	linear_ask_leave(linear);
}

/* What can be done in one place only is done there: nobody sees here which place it is. The log's
 * needs no going there. */
static void go_where(struct linear *linear, enum action action)
{
	static const struct {
		unsigned where;
		int pane;
	} places[] = {{IN_FORM, TO_FORM}, {IN_LIST, TO_LIST}, {IN_RESULT, TO_RESULT}};
	const struct keymap *keys = &linear->app.preferences.keys;
	unsigned where = 0;
	for (size_t i = 0; i < keys->count; i++) {
		if (keys->rows[i].action == action)
			where |= keys->rows[i].where;
	}
	if (where & ((unsigned)app_context_behind(&linear->app) | (unsigned)IN_LOG))
		return;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		if (where & places[i].where) {
			go(linear, places[i].pane);
			return;
		}
	}
}

static void do_action(struct linear *linear, enum action action, const char *rest)
{
	struct app *app = &linear->app;
	const char *name = action_table[action].name;
	char line[LINE_READER_MAX + 64];
	if (linear_is_for_screens(action)) {
		linear_say(linear, "'%s' is for the screen; it means nothing here.", name);
		return;
	}
	bool text = takes_text(action);
	go_where(linear, action);
	snprintf(line, sizeof line, "%s%s%s", name, !text && rest[0] != '\0' ? " " : "",
		text ? "" : rest);
	command_line_run(app, line);
	linear->judged = action == ACTION_DEPLOY;
	linear->jumped = jumps(action);
	linear->scrolled = action >= ACTION_UP && action <= ACTION_BOTTOM &&
			   app->room.focus == PANE_LOG;
	/* Without anything behind it a filter is taken off. */
	if (text && (rest[0] != '\0' || action == ACTION_FILTER))
		give_text(linear, rest);
}

/* Everything that can be asked for, by what it is called: our own words first. */
struct names {
	const char *list[OWN_COMMANDS + 2 * ACTION_COUNT + 1];
	int meaning[OWN_COMMANDS + 2 * ACTION_COUNT]; /* place among our own, else the action */
	size_t count;
};

static void add_name(struct names *names, const char *name, int meaning)
{
	names->list[names->count] = name;
	names->meaning[names->count++] = meaning;
}

static void collect(struct names *names, const struct keymap *keys)
{
	*names = (struct names){0};
	for (int i = 0; i < OWN_COMMANDS; i++)
		add_name(names, own_commands[i].name, i);
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		const char *name = action_table[i].name;
		const char *dot = strchr(name, '.');
		if (command_line_help(keys, (enum action)i) == NULL)
			continue;
		add_name(names, name, OWN_COMMANDS + i);
		/* "follow" for "log.follow" */
		if (dot != NULL && strncmp(name, "log.", 4) == 0)
			add_name(names, dot + 1, OWN_COMMANDS + i);
	}
}

/* What one name is short for: its meaning, -1 if there is none, -2 if there are two. */
static int find_name(
	const struct names *names, const char *word, const char **first, const char **second)
{
	int found = -1;
	for (size_t i = 0; i < names->count; i++) {
		if (strcasecmp(names->list[i], word) == 0)
			return names->meaning[i];
	}
	for (size_t i = 0; i < names->count; i++) {
		if (strncasecmp(names->list[i], word, strlen(word)) != 0)
			continue;
		if (found == -1) {
			found = names->meaning[i];
			*first = names->list[i];
		} else if (found != names->meaning[i] && found != -2) {
			found = -2;
			*second = names->list[i];
		}
	}
	return found;
}

static void run_command(struct linear *linear, const char *line)
{
	struct names names;
	char word[64];
	const char *first = "", *second = "";
	size_t len = strcspn(line, " \t");
	const char *rest = line + len + strspn(line + len, " \t");
	snprintf(word, sizeof word, "%.*s", (int)len, line);
	collect(&names, &linear->app.preferences.keys);
	int meaning = find_name(&names, word, &first, &second);
	if (meaning == -2) {
		linear_say(linear, "'%s' could be '%s' or '%s'.", word, first, second);
	} else if (meaning < 0) {
		const char *nearest = berth_nearest(word, names.list);
		linear_say(linear, "There is no '%s'. %s%s%s", word,
			nearest != NULL ? "Did you mean '" : "'help' lists what there is.",
			nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
	} else if (meaning >= OWN_COMMANDS) {
		do_action(linear, (enum action)(meaning - OWN_COMMANDS), rest);
	} else if (own_commands[meaning].run != NULL) {
		own_commands[meaning].run(linear, rest);
	} else {
		do_action(linear, own_commands[meaning].action, rest);
	}
}

static void answer_question(struct linear *linear, const char *line)
{
	struct app *app = &linear->app;
	static const char *const words[] = {"yes", "no", "wait", "cancel", "keep"};
	uint32_t key = line[0] != '\0' && line[1] == '\0' ? (unsigned char)line[0] : 0;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcasecmp(words[i], line) == 0)
			key = (unsigned char)words[i][0];
	}
	if (line[0] == '\0')
		key = K_ESC;
	if (key != 0)
		actions_key(app, key);
	if (app->prompt.question != QUESTION_NONE) {
		linear_say(linear, "'%s' is no answer.", line);
		linear->said.question = QUESTION_NONE;
	}
}

static void take_number(struct linear *linear, const char *line)
{
	unsigned long number = strtoul(line, NULL, 10);
	if (linear->app.room.focus == PANE_FORM)
		linear_field_ask(linear, number);
	else if (linear->app.room.focus == PANE_LIST)
		linear_choose(linear, number);
	else
		command_line_run(&linear->app, line);
}

static void take_text(struct linear *linear, const char *line)
{
	if (!linear_ask_take(linear, line))
		linear->said.input = INPUT_NONE;
}

static void take_line(struct linear *linear, const char *line)
{
	struct app *app = &linear->app;
	if (app->prompt.question != QUESTION_NONE)
		answer_question(linear, line);
	else if (app->input.kind != INPUT_NONE)
		take_text(linear, line);
	else if (linear->field_asked)
		linear_field_take(linear, line);
	else if (line[0] == '\0')
		linear_status(linear);
	else if (line[0] == '/')
		do_action(linear, ACTION_SEARCH, line + 1);
	else if (line[0] == '&')
		do_action(linear, ACTION_FILTER, line + 1);
	else if (line[strspn(line, "0123456789")] == '\0')
		take_number(linear, line);
	else
		run_command(linear, line[0] == ':' ? line + 1 : line);
}

/* Without the blanks around it. */
void linear_line(struct linear *linear, const char *line)
{
	char text[LINE_READER_MAX + 1];
	size_t len = strlen(line);
	while (len > 0 && isspace((unsigned char)line[len - 1]))
		len--;
	size_t start = strspn(line, " \t");
	if (start > len)
		start = len;
	snprintf(text, sizeof text, "%.*s", (int)(len - start), line + start);
	take_line(linear, text);
}

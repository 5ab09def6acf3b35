#include "action_table.h"

#include <string.h>

#include "theme.h"

const struct action_row action_table[] = {
	[ACTION_NONE] = {.name = ""},
	[ACTION_DEPLOY] = {.name = "deploy", .changes = true},
	[ACTION_NEW] = {.name = "form"},
	[ACTION_CANCEL] = {.name = "cancel", .changes = true, .asks = QUESTION_CANCEL},
	[ACTION_AGAIN] = {.name = "run-again", .changes = true},
	[ACTION_RESULT] = {.name = "result"},
	[ACTION_CHOOSE] = {.name = "choose", .argument = "a number"},
	[ACTION_CHOOSE_NEXT] = {.name = "choose.next"},
	[ACTION_CHOOSE_PREVIOUS] = {.name = "choose.previous"},
	[ACTION_PANE_NEXT] = {.name = "pane.next"},
	[ACTION_PANE_PREVIOUS] = {.name = "pane.previous"},
	[ACTION_PANE] = {.name = "pane", .argument = "a number from 1 to 4"},
	[ACTION_BACK] = {.name = "back"},
	[ACTION_HELP] = {.name = "help"},
	[ACTION_QUIT] = {.name = "quit", .asks = QUESTION_QUIT},
	[ACTION_REDRAW] = {.name = "redraw"},
	[ACTION_SUSPEND] = {.name = "suspend"},
	[ACTION_THEME_NEXT] = {.name = "theme.next"},
	[ACTION_MOUSE] = {.name = "mouse"},
	[ACTION_THEME] = {.name = "theme",
		.argument = "a theme",
		.choices = theme_names,
		.help = "choose a theme"},
	[ACTION_GOTO] = {.name = "log.line",
		.argument = "a number",
		.help = "go to that line of the log; its number alone does too"},
	[ACTION_COMMAND] = {.name = "command"},
	[ACTION_COMMAND_RUN] = {.name = "command.run"},
	[ACTION_COMMAND_NEXT] = {.name = "command.next"},
	[ACTION_COMMAND_PREVIOUS] = {.name = "command.previous"},
	[ACTION_COMMAND_OLDER] = {.name = "command.older"},
	[ACTION_COMMAND_NEWER] = {.name = "command.newer"},
	[ACTION_UP] = {.name = "up"},
	[ACTION_DOWN] = {.name = "down"},
	[ACTION_PAGE_UP] = {.name = "page-up"},
	[ACTION_PAGE_DOWN] = {.name = "page-down"},
	[ACTION_TOP] = {.name = "top"},
	[ACTION_BOTTOM] = {.name = "bottom"},
	[ACTION_LEFT] = {.name = "left"},
	[ACTION_RIGHT] = {.name = "right"},
	[ACTION_FOLLOW] = {.name = "log.follow"},
	[ACTION_WRAP] = {.name = "log.wrap"},
	[ACTION_TIMES] = {.name = "log.times"},
	[ACTION_LEVELS] = {.name = "log.levels"},
	[ACTION_COLORS] = {.name = "log.colors"},
	[ACTION_SEARCH] = {.name = "log.search"},
	[ACTION_SEARCH_NEXT] = {.name = "log.search-next"},
	[ACTION_SEARCH_PREVIOUS] = {.name = "log.search-previous"},
	[ACTION_FILTER] = {.name = "log.filter"},
	[ACTION_PROBLEM_NEXT] = {.name = "log.problem-next"},
	[ACTION_PROBLEM_PREVIOUS] = {.name = "log.problem-previous"},
	[ACTION_LINE] = {.name = "log.go"},
	[ACTION_MARK] = {.name = "log.mark"},
	[ACTION_RETURN] = {.name = "log.return"},
	[ACTION_SELECT] = {.name = "log.select"},
	[ACTION_FIELD_NEXT] = {.name = "field.next"},
	[ACTION_FIELD_PREVIOUS] = {.name = "field.previous"},
	[ACTION_VALUE_NEXT] = {.name = "value.next"},
	[ACTION_VALUE_PREVIOUS] = {.name = "value.previous"},
	[ACTION_EDIT_LEFT] = {.name = "edit.left"},
	[ACTION_EDIT_RIGHT] = {.name = "edit.right"},
	[ACTION_EDIT_WORD_LEFT] = {.name = "edit.word-left"},
	[ACTION_EDIT_WORD_RIGHT] = {.name = "edit.word-right"},
	[ACTION_EDIT_HOME] = {.name = "edit.home"},
	[ACTION_EDIT_END] = {.name = "edit.end"},
	[ACTION_EDIT_BACKSPACE] = {.name = "edit.backspace"},
	[ACTION_EDIT_DELETE] = {.name = "edit.delete"},
	[ACTION_EDIT_KILL_END] = {.name = "edit.cut-to-end"},
	[ACTION_EDIT_KILL_START] = {.name = "edit.cut-to-start"},
	[ACTION_EDIT_KILL_WORD] = {.name = "edit.cut-word"},
	[ACTION_EDIT_YANK] = {.name = "edit.paste"},
	[ACTION_INPUT_TAKE] = {.name = "input.take"},
	[ACTION_INPUT_LEAVE] = {.name = "input.leave"},
	[ACTION_INPUT_EXPRESSION] = {.name = "input.expression"},
	[ACTION_INPUT_RECALL] = {.name = "input.recall"},
};
_Static_assert(
	sizeof action_table / sizeof *action_table == ACTION_COUNT, "every action has its row");

enum action action_find(const char *name)
{
	for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
		const char *known = action_table[action].name;
		if (known != NULL && strcmp(known, name) == 0)
			return (enum action)action;
	}
	return ACTION_NONE;
}

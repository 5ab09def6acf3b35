#include "action_table.h"

#include <string.h>

#include "theme.h"

const struct action_row action_table[] = {
	[ACTION_NONE] = {.name = ""},
	[ACTION_DEPLOY] = {.name = "deploy"},
	[ACTION_NEW] = {.name = "form", .harmless = true},
	[ACTION_CANCEL] = {.name = "cancel", .asks = QUESTION_CANCEL},
	[ACTION_AGAIN] = {.name = "run-again"},
	[ACTION_RESULT] = {.name = "result", .harmless = true},
	[ACTION_CHOOSE] = {.name = "choose", .harmless = true, .argument = "a number"},
	[ACTION_CHOOSE_NEXT] = {.name = "choose.next", .harmless = true},
	[ACTION_CHOOSE_PREVIOUS] = {.name = "choose.previous", .harmless = true},
	[ACTION_PANE_NEXT] = {.name = "pane.next", .harmless = true},
	[ACTION_PANE_PREVIOUS] = {.name = "pane.previous", .harmless = true},
	[ACTION_PANE] = {.name = "pane", .harmless = true, .argument = "a number from 1 to 4"},
	[ACTION_BACK] = {.name = "back", .harmless = true},
	[ACTION_HELP] = {.name = "help", .harmless = true},
	[ACTION_QUIT] = {.name = "quit", .harmless = true, .asks = QUESTION_QUIT},
	[ACTION_REDRAW] = {.name = "redraw", .harmless = true},
	[ACTION_SUSPEND] = {.name = "suspend", .harmless = true},
	[ACTION_THEME_NEXT] = {.name = "theme.next", .harmless = true},
	[ACTION_MOUSE] = {.name = "mouse", .harmless = true},
	[ACTION_THEME] = {.name = "theme",
		.harmless = true,
		.argument = "a theme",
		.choices = theme_names,
		.help = "choose a theme"},
	[ACTION_GOTO] = {.name = "log.line",
		.harmless = true,
		.argument = "a number",
		.help = "go to that line of the log; its number alone does too"},
	[ACTION_COMMAND] = {.name = "command", .harmless = true},
	[ACTION_UP] = {.name = "up", .harmless = true},
	[ACTION_DOWN] = {.name = "down", .harmless = true},
	[ACTION_PAGE_UP] = {.name = "page-up", .harmless = true},
	[ACTION_PAGE_DOWN] = {.name = "page-down", .harmless = true},
	[ACTION_TOP] = {.name = "top", .harmless = true},
	[ACTION_BOTTOM] = {.name = "bottom", .harmless = true},
	[ACTION_LEFT] = {.name = "left", .harmless = true},
	[ACTION_RIGHT] = {.name = "right", .harmless = true},
	[ACTION_FOLLOW] = {.name = "log.follow", .harmless = true},
	[ACTION_WRAP] = {.name = "log.wrap", .harmless = true},
	[ACTION_TIMES] = {.name = "log.times", .harmless = true},
	[ACTION_LEVELS] = {.name = "log.levels", .harmless = true},
	[ACTION_COLORS] = {.name = "log.colors", .harmless = true},
	[ACTION_SEARCH] = {.name = "log.search", .harmless = true},
	[ACTION_SEARCH_NEXT] = {.name = "log.search-next", .harmless = true},
	[ACTION_SEARCH_PREVIOUS] = {.name = "log.search-previous", .harmless = true},
	[ACTION_FILTER] = {.name = "log.filter", .harmless = true},
	[ACTION_PROBLEM_NEXT] = {.name = "log.problem-next", .harmless = true},
	[ACTION_PROBLEM_PREVIOUS] = {.name = "log.problem-previous", .harmless = true},
	[ACTION_MARK] = {.name = "log.mark", .harmless = true},
	[ACTION_RETURN] = {.name = "log.return", .harmless = true},
	[ACTION_SELECT] = {.name = "log.select", .harmless = true},
	[ACTION_COPY] = {.name = "log.copy", .harmless = true},
	[ACTION_COPY_RESULT] = {.name = "result.copy", .harmless = true},
	[ACTION_COPY_ERROR] = {.name = "log.copy-error", .harmless = true},
	[ACTION_EXPORT] = {.name = "log.export", .asks = QUESTION_OVERWRITE},
	[ACTION_PAGER] = {.name = "log.pager", .harmless = true},
	[ACTION_FIELD_NEXT] = {.name = "field.next", .harmless = true},
	[ACTION_FIELD_PREVIOUS] = {.name = "field.previous", .harmless = true},
	[ACTION_VALUE_NEXT] = {.name = "value.next", .harmless = true},
	[ACTION_VALUE_PREVIOUS] = {.name = "value.previous", .harmless = true},
	[ACTION_EDIT_LEFT] = {.name = "edit.left", .harmless = true},
	[ACTION_EDIT_RIGHT] = {.name = "edit.right", .harmless = true},
	[ACTION_EDIT_WORD_LEFT] = {.name = "edit.word-left", .harmless = true},
	[ACTION_EDIT_WORD_RIGHT] = {.name = "edit.word-right", .harmless = true},
	[ACTION_EDIT_HOME] = {.name = "edit.home", .harmless = true},
	[ACTION_EDIT_END] = {.name = "edit.end", .harmless = true},
	[ACTION_EDIT_BACKSPACE] = {.name = "edit.backspace", .harmless = true},
	[ACTION_EDIT_DELETE] = {.name = "edit.delete", .harmless = true},
	[ACTION_EDIT_KILL_END] = {.name = "edit.cut-to-end", .harmless = true},
	[ACTION_EDIT_KILL_START] = {.name = "edit.cut-to-start", .harmless = true},
	[ACTION_EDIT_KILL_WORD] = {.name = "edit.cut-word", .harmless = true},
	[ACTION_EDIT_KILL_PREVIOUS] = {.name = "edit.cut-previous", .harmless = true},
	[ACTION_EDIT_KILL_NEXT] = {.name = "edit.cut-next", .harmless = true},
	[ACTION_EDIT_YANK] = {.name = "edit.paste", .harmless = true},
	[ACTION_INPUT_TAKE] = {.name = "input.take", .harmless = true},
	[ACTION_INPUT_LEAVE] = {.name = "input.leave", .harmless = true},
	[ACTION_INPUT_EXPRESSION] = {.name = "input.expression", .harmless = true},
	[ACTION_INPUT_NEXT] = {.name = "input.next", .harmless = true},
	[ACTION_INPUT_PREVIOUS] = {.name = "input.previous", .harmless = true},
	[ACTION_INPUT_OLDER] = {.name = "input.older", .harmless = true},
	[ACTION_INPUT_NEWER] = {.name = "input.newer", .harmless = true},
	[ACTION_EDIT_UNDO] = {.name = "edit.undo", .harmless = true},
	[ACTION_FORM_UP] = {.name = "field.up", .harmless = true},
	[ACTION_FORM_DOWN] = {.name = "field.down", .harmless = true},
	[ACTION_COMPLETE] = {.name = "field.complete", .harmless = true},
	[ACTION_ROW_ADD] = {.name = "row.add", .harmless = true},
	[ACTION_ROW_REMOVE] = {.name = "row.remove", .harmless = true},
	[ACTION_REVEAL] = {.name = "field.reveal", .harmless = true},
	[ACTION_EXPLAIN] = {.name = "explain", .harmless = true},
	[ACTION_AS_COMMAND] = {.name = "as-command", .harmless = true},
	[ACTION_PROFILE_SAVE] = {.name = "profile.save", .asks = QUESTION_OVERWRITE},
	[ACTION_PROFILE_LOAD] = {.name = "profile.load", .harmless = true},
};
_Static_assert(
	sizeof action_table / sizeof *action_table == ACTION_COUNT, "every action has its row");

const char action_read_only[] = "read-only";

enum action action_find(const char *name)
{
	for (int action = ACTION_NONE + 1; action < ACTION_COUNT; action++) {
		const char *known = action_table[action].name;
		if (known != NULL && strcmp(known, name) == 0)
			return (enum action)action;
	}
	return ACTION_NONE;
}

#include "keys/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <berth/nearest.h>
#include <berth/text.h>

#include "keys/keymap.h"

const struct binding keys_table[] = {
	{ACTION_DEPLOY, {K_F(5), K_CTRL('G')}, IN_PANES, 0, 1, NULL, "deploy",
		"deploy what the form says"},
	{ACTION_CANCEL, {'c', K_CTRL('X')}, IN_PANES, IF_CANCELLABLE, 2, NULL, "cancel",
		"cancel the chosen deployment and put things back (asks first)"},
	{ACTION_AGAIN, {'r', K_CTRL('R')}, IN_PANES, IF_ENDED, 4, NULL, "run again",
		"run the chosen deployment again; of an earlier one, restart its container"},
	{ACTION_ROLLBACK, {'B'}, IN_LIST | IN_RESULT, IF_ENDED, 0, NULL, NULL,
		"back to the image before: puts that run into the form"},
	{ACTION_NEW, {'n', K_F(2)}, IN_PANES & ~IN_LOG, IF_FOLDED, 3, NULL, "form",
		"open the form"},
	{ACTION_NEW, {K_F(2)}, IN_LOG, IF_FOLDED, 5, NULL, "form", "open the form"},
	{ACTION_DETAILS, {K_ENTER}, IN_LIST, IF_CONTAINER, 4, NULL, "details",
		"look at the container closely, or leave it; else the result"},
	{ACTION_RESULT, {'v', K_ENTER}, IN_RESULT | IN_LOG, IF_ENDED, 6, NULL, "result",
		"show the result or the log"},
	{ACTION_RESULT, {'v'}, IN_LIST, IF_ENDED, 6, NULL, "result", "show the result or the log"},
	{ACTION_STOP, {'s'}, IN_LIST | IN_RESULT, IF_UP, 6, NULL, "stop",
		"stop the container (asks first)"},
	{ACTION_RESTART, {'R'}, IN_LIST | IN_RESULT, IF_CONTAINER, 8, NULL, "restart",
		"restart the container, or start it"},
	{ACTION_REMOVE, {'x'}, IN_LIST | IN_RESULT, IF_CONTAINER, 7, NULL, "remove",
		"stop and remove the container (asks first)"},
	{ACTION_SHELL, {'!'}, IN_LIST | IN_RESULT, IF_UP, 9, NULL, "shell",
		"a shell in the container; the console comes back with its end"},
	{ACTION_LIST_FILTER, {'/'}, IN_LIST, 0, 10, NULL, "filter",
		"list only names that hold a text; empty lists all"},
	{ACTION_LIST_SORT, {'o'}, IN_LIST, 0, 0, NULL, NULL,
		"order: oldest first, by name, failed first"},
	{ACTION_LIST_GROUP, {'b'}, IN_LIST, 0, 0, NULL, NULL, "by target, or all together"},
	{ACTION_SEARCH, {'/'}, IN_LOG, 0, 4, NULL, "search",
		"search; Ctrl-R there: a regular expression"},
	{ACTION_SEARCH_NEXT, {'n'}, IN_LOG, 0, 0, NULL, NULL, "the next match"},
	{ACTION_SEARCH_PREVIOUS, {'N'}, IN_LOG, 0, 0, NULL, NULL, "the match before"},
	{ACTION_FILTER, {'&'}, IN_LOG, 0, 6, NULL, "filter",
		"show only what matches; !text hides, empty undoes"},
	{ACTION_PROBLEM_NEXT, {'}'}, IN_LOG, 0, 0, NULL, NULL, "the next error or warning"},
	{ACTION_PROBLEM_PREVIOUS, {'{'}, IN_LOG, 0, 0, NULL, NULL, "the error or warning before"},
	{ACTION_MARK, {'m'}, IN_LOG, 0, 0, NULL, NULL, "mark this line, or take the mark off"},
	{ACTION_RETURN, {'\''}, IN_LOG, 0, 0, NULL, NULL, "to the mark, and back again"},
	{ACTION_SELECT, {'V'}, IN_LOG, 0, 0, NULL, NULL, "select lines"},
	{ACTION_COPY, {'y'}, IN_LOG, 0, 0, NULL, NULL, "copy the chosen lines (OSC 52)"},
	{ACTION_COPY_RESULT, {'y'}, IN_LIST | IN_RESULT, IF_ENDED, 7, NULL, "copy",
		"copy the address, or the failure as Markdown"},
	{ACTION_COPY_ERROR, {'Y'}, IN_LOG, 0, 0, NULL, NULL, "copy the last error, whole"},
	{ACTION_EXPORT, {'e'}, IN_LOG, 0, 12, NULL, "export",
		"export to a file: all lines, or those shown"},
	{ACTION_FOLLOW, {'f'}, IN_LOG, 0, 7, NULL, "follow", "follow the end of the log, or stop"},
	{ACTION_WRAP, {'w'}, IN_LOG, 0, 9, NULL, "wrap", "wrap long lines"},
	{ACTION_TIMES, {'t'}, IN_LOG, 0, 10, NULL, "times",
		"times: local, UTC, since the start, none"},
	{ACTION_COLORS, {'C'}, IN_LOG, 0, 0, NULL, NULL, "colours of the output, or none"},
	{ACTION_LEVELS, {'l'}, IN_LOG, 0, 8, NULL, "levels",
		"levels: all, from info, from warn, errors only"},
	{ACTION_PAGER, {'o'}, IN_LOG, 0, 12, NULL, "pager",
		"show the file of the log in $PAGER; the deployment goes on"},
	{ACTION_VALUE_NEXT, {K_RIGHT}, IN_CHOICE, 0, 7, "Left/Right", "choose", "the next choice"},
	{ACTION_VALUE_PREVIOUS, {K_LEFT}, IN_CHOICE, 0, 0, NULL, NULL, "the choice before"},
	{ACTION_FIELD_NEXT, {K_DOWN, K_ENTER, K_CTRL('J'), K_CTRL('N')}, IN_CHOICE, 0, 8, "Up/Down",
		"field", "the next field"},
	{ACTION_FIELD_PREVIOUS, {K_UP, K_CTRL('P')}, IN_CHOICE, 0, 0, NULL, NULL,
		"the field before"},
	{ACTION_FIELD_NEXT, {K_ENTER, K_CTRL('J'), K_CTRL('N')}, IN_TEXT, 0, 8, NULL, "field",
		"the next field"},
	{ACTION_FIELD_PREVIOUS, {K_CTRL('P')}, IN_TEXT, 0, 0, NULL, NULL, "the field before"},
	{ACTION_FORM_UP, {K_UP}, IN_TEXT, 0, 0, NULL, NULL,
		"the row above, else an earlier value, else the field before"},
	{ACTION_FORM_DOWN, {K_DOWN}, IN_TEXT, 0, 0, NULL, NULL,
		"the row below, else the value after, else the next field"},
	{ACTION_COMPLETE, {K_TAB}, IN_TEXT, 0, 5, NULL, "next pane",
		"complete a folder or file; where there is none, to the next pane"},
	{ACTION_ROW_ADD, {K_CTRL('O'), K_ALT('a')}, IN_TEXT, IF_ROWS, 5, NULL, "add",
		"add a value to ports, variables and other lists"},
	{ACTION_ROW_REMOVE, {K_CTRL('T'), K_ALT('r')}, IN_TEXT, IF_ROWS, 6, NULL, "remove",
		"remove the value with the cursor from a list"},
	{ACTION_REVEAL, {K_CTRL('V'), K_ALT('v')}, IN_TEXT, IF_SECRET, 4, NULL, "show",
		"show or hide the secret with the cursor"},
	{ACTION_EXPLAIN, {K_F(3), K_ALT('e')}, IN_FORM, 0, 9, NULL, "explain",
		"where each value comes from"},
	{ACTION_AS_COMMAND, {K_F(4), K_ALT('c')}, IN_FORM, 0, 10, NULL, "as command",
		"the same deployment as a command line"},
	{ACTION_PROFILE_SAVE, {K_F(6), K_ALT('s')}, IN_FORM, 0, 0, NULL, NULL,
		"save the values of the form as a profile"},
	{ACTION_PROFILE_LOAD, {K_F(7), K_ALT('l')}, IN_FORM, 0, 0, NULL, NULL,
		"load a profile into the form"},
	{ACTION_REPLAY_PAUSE, {' '}, IN_REPLAY, 0, 1, NULL, "pause",
		"pause, or go on; at the end, from the beginning"},
	{ACTION_REPLAY_BACK, {K_LEFT}, IN_REPLAY, 0, 2, "Left/Right", "5 s", "5 seconds back"},
	{ACTION_REPLAY_ON, {K_RIGHT}, IN_REPLAY, 0, 0, NULL, NULL, "5 seconds on"},
	{ACTION_REPLAY_STAGE_BEFORE, {'<', ','}, IN_REPLAY, 0, 3, "< >", "stage",
		"to where the stage began, or the one before"},
	{ACTION_REPLAY_STAGE_NEXT, {'>', '.'}, IN_REPLAY, 0, 0, NULL, NULL, "to the next stage"},
	{ACTION_REPLAY_SLOWER, {'-'}, IN_REPLAY, 0, 4, "- +", "speed", "slower"},
	{ACTION_REPLAY_FASTER, {'+', '='}, IN_REPLAY, 0, 0, NULL, NULL, "faster"},
	{ACTION_REPLAY_START, {K_HOME}, IN_REPLAY, 0, 0, NULL, NULL, "to the beginning of the run"},
	{ACTION_REPLAY_END, {K_END}, IN_REPLAY, 0, 0, NULL, NULL, "to the end of the run"},
	{ACTION_HISTORY_LOOK, {K_ENTER}, IN_HISTORY, 0, 2, NULL, "look", "look at the run"},
	{ACTION_HISTORY_LOG, {'l', 'v'}, IN_HISTORY, 0, 5, NULL, "log",
		"its log and its result, as they were at its end"},
	{ACTION_HISTORY_REPLAY, {'r'}, IN_HISTORY, 0, 4, NULL, "replay", "show the run again"},
	{ACTION_HISTORY_FILTER, {'/'}, IN_HISTORY, 0, 3, NULL, "find",
		"only runs with a text in name, target, image or message"},
	{ACTION_HISTORY_SEARCH, {'&'}, IN_HISTORY, 0, 6, NULL, "in logs",
		"only runs with a text in their logs"},
	{ACTION_HISTORY_MARK, {'m'}, IN_HISTORY, 0, 7, NULL, "mark", "mark the run, to compare it"},
	{ACTION_HISTORY_COMPARE, {'c'}, IN_HISTORY, 0, 8, NULL, "compare",
		"compare the run with the marked one"},
	{ACTION_HISTORY_DELETE, {'x'}, IN_HISTORY, 0, 9, NULL, "delete",
		"delete the run and its log (asks first)"},
	{ACTION_BACK, {K_ESC, 'q', 'h', K_CTRL('C')}, IN_HISTORY, 0, 1, NULL, "back",
		"back to the list, and out of the history"},
	{ACTION_HISTORY, {'h'}, IN_PANES & ~IN_TEXT, 0, 9, NULL, "history",
		"past runs: look, search, compare, replay"},
	{ACTION_UP, {K_UP, 'k'}, IN_LIST | IN_RESULT | IN_LOG | IN_READ, 0, 0, NULL, NULL, "up"},
	{ACTION_DOWN, {K_DOWN, 'j'}, IN_LIST | IN_RESULT | IN_LOG | IN_READ, 0, 0, NULL, NULL,
		"down"},
	{ACTION_PAGE_UP, {K_PAGE_UP}, IN_INPUT, 0, 0, NULL, NULL, "a page of the plan up"},
	{ACTION_PAGE_DOWN, {K_PAGE_DOWN}, IN_INPUT, 0, 0, NULL, NULL, "a page of the plan down"},
	{ACTION_PAGE_UP, {K_PAGE_UP, K_CTRL('B')}, IN_RESULT | IN_LOG | IN_READ, 0, 0, NULL, NULL,
		"a page up"},
	{ACTION_PAGE_DOWN, {K_PAGE_DOWN, K_CTRL('F'), ' '}, IN_RESULT | IN_LOG | IN_READ, 0, 0,
		NULL, NULL, "a page down"},
	{ACTION_TOP, {K_HOME, 'g'}, IN_LIST | IN_RESULT | IN_LOG | IN_READ, 0, 0, NULL, NULL,
		"to the beginning"},
	{ACTION_BOTTOM, {K_END, 'G'}, IN_LIST | IN_RESULT | IN_LOG | IN_READ, 0, 0, NULL, NULL,
		"to the end"},
	{ACTION_LEFT, {K_LEFT}, IN_LIST | IN_LOG, 0, 0, NULL, NULL, "sideways, or up in the list"},
	{ACTION_RIGHT, {K_RIGHT}, IN_LIST | IN_LOG, 0, 0, NULL, NULL,
		"sideways, or down in the list"},
	{ACTION_CHOOSE, {'1', '2', '3', '4', '5', '6', '7', '8', '9'}, IN_PANES, IF_SEVERAL, 11,
		"1..9", "choose", "choose a deployment by its number"},
	{ACTION_CHOOSE_PREVIOUS, {'['}, IN_PANES, 0, 0, NULL, NULL, "the deployment before"},
	{ACTION_CHOOSE_NEXT, {']'}, IN_PANES, 0, 0, NULL, NULL, "the next deployment"},
	{ACTION_PANE_NEXT, {K_TAB}, IN_PANES & ~IN_TEXT, 0, 5, NULL, "next pane",
		"to the next pane"},
	{ACTION_PANE_PREVIOUS, {K_BACKTAB}, IN_PANES, 0, 0, NULL, NULL, "to the pane before"},
	{ACTION_PANE, {K_ALT('1'), K_ALT('2'), K_ALT('3'), K_ALT('4')}, IN_PANES, 0, 0, "Alt-1..4",
		NULL, "to deployments, form, result, log"},
	{ACTION_BACK, {K_ESC}, IN_PANES, 0, 0, NULL, NULL, "back out"},
	{ACTION_BACK, {K_ESC, 'q', K_ENTER, K_CTRL('C')}, IN_PAGE, 0, 1, NULL, "close",
		"close the page"},
	{ACTION_BACK, {K_ESC, '?', K_F(1), 'q', K_CTRL('C')}, IN_HELP, 0, 1, NULL, "close",
		"close the help"},
	{ACTION_EDIT_HOME, {K_CTRL('A'), K_HOME}, IN_TYPING, 0, 0, NULL, NULL, "to the start"},
	{ACTION_EDIT_END, {K_CTRL('E'), K_END}, IN_TYPING, 0, 0, NULL, NULL, "to the end of it"},
	{ACTION_EDIT_LEFT, {K_LEFT, K_CTRL('B')}, IN_TYPING, 0, 0, NULL, NULL, "a character left"},
	{ACTION_EDIT_RIGHT, {K_RIGHT, K_CTRL('F')}, IN_TYPING, 0, 0, NULL, NULL,
		"a character right"},
	{ACTION_EDIT_WORD_LEFT, {K_ALT('b'), K_WORD_LEFT}, IN_TYPING, 0, 0, NULL, NULL,
		"a word left"},
	{ACTION_EDIT_WORD_RIGHT, {K_ALT('f'), K_WORD_RIGHT}, IN_TYPING, 0, 0, NULL, NULL,
		"a word right"},
	{ACTION_EDIT_BACKSPACE, {K_BACKSPACE}, IN_TYPING, 0, 0, NULL, NULL,
		"delete the character before"},
	{ACTION_EDIT_DELETE, {K_DELETE, K_CTRL('D')}, IN_TYPING, 0, 0, NULL, NULL,
		"delete the character under the cursor"},
	{ACTION_EDIT_KILL_END, {K_CTRL('K')}, IN_TYPING, 0, 0, NULL, NULL, "cut to the end"},
	{ACTION_EDIT_KILL_START, {K_CTRL('U')}, IN_TYPING, 0, 0, NULL, NULL, "cut to the start"},
	{ACTION_EDIT_KILL_WORD, {K_CTRL('W')}, IN_TYPING, 0, 0, NULL, NULL,
		"cut back to the blank before"},
	{ACTION_EDIT_KILL_PREVIOUS, {K_ALT_BACKSPACE}, IN_TYPING, 0, 0, NULL, NULL,
		"cut the word before"},
	{ACTION_EDIT_KILL_NEXT, {K_ALT('d')}, IN_TYPING, 0, 0, NULL, NULL, "cut the word after"},
	{ACTION_EDIT_YANK, {K_CTRL('Y')}, IN_TYPING, 0, 0, NULL, NULL, "put back what was cut"},
	{ACTION_EDIT_UNDO, {K_CTRL('_'), K_ALT('u')}, IN_TEXT, 0, 0, NULL, NULL,
		"undo the last edit in this field"},
	{ACTION_INPUT_TAKE, {K_ENTER, K_CTRL('J')}, IN_INPUT, 0, 0, NULL, NULL,
		"take what was typed"},
	{ACTION_INPUT_LEAVE, {K_ESC, K_CTRL('C'), K_CTRL('G')}, IN_INPUT, 0, 0, NULL, NULL,
		"give it up, do nothing"},
	{ACTION_INPUT_EXPRESSION, {K_CTRL('R')}, IN_INPUT, 0, 0, NULL, NULL,
		"plain text or regular expression"},
	{ACTION_INPUT_NEXT, {K_TAB}, IN_INPUT, 0, 0, NULL, NULL,
		"the next completion of an action or a profile"},
	{ACTION_INPUT_PREVIOUS, {K_BACKTAB}, IN_INPUT, 0, 0, NULL, NULL, "the completion before"},
	{ACTION_INPUT_OLDER, {K_UP, K_CTRL('P')}, IN_INPUT, 0, 0, NULL, NULL,
		"what was taken before; the plan a line up"},
	{ACTION_INPUT_NEWER, {K_DOWN, K_CTRL('N')}, IN_INPUT, 0, 0, NULL, NULL,
		"what was taken after; the plan a line down"},
	{ACTION_COMMAND, {':', K_ALT('x')}, IN_PANES, 0, 9, NULL, "command",
		"every action by its name; :123 goes to that line of the log"},
	{ACTION_REDRAW, {K_CTRL('L')}, IN_PANES | IN_READ | IN_INPUT, 0, 0, NULL, NULL,
		"draw the screen anew"},
	{ACTION_THEME_NEXT, {'T'}, IN_LIST | IN_CHOICE | IN_RESULT | IN_LOG, 0, 0, NULL, NULL,
		"the next theme"},
	{ACTION_MOUSE, {'M'}, IN_LIST | IN_CHOICE | IN_RESULT | IN_LOG, 0, 0, NULL, NULL,
		"take the mouse, or leave it to the terminal"},
	{ACTION_SUSPEND, {K_CTRL('Z')}, IN_PANES | IN_READ | IN_INPUT, 0, 0, NULL, NULL,
		"suspend; 'fg' comes back"},
	{ACTION_HELP, {'?', K_F(1)}, IN_PANES, 0, 3, NULL, "help", "this help"},
	{ACTION_QUIT, {'q', K_CTRL('C')}, IN_PANES, 0, 2, NULL, "quit",
		"quit; with work in flight it asks what to do with it"},
};
const size_t keys_table_count = sizeof keys_table / sizeof keys_table[0];
_Static_assert(sizeof keys_table / sizeof keys_table[0] <= KEYMAP_ROWS, "a keymap holds them all");

bool keys_printable(uint32_t key)
{
	return key >= 0x20 && key != 0x7f && key < 0x110000 && !(key >= 0x80 && key < 0xa0);
}

static bool works_in(uint32_t key, enum context context)
{
	return !((unsigned)context & IN_TYPING) || !keys_printable(key);
}

const struct binding *keys_find(
	const struct keymap *keys, uint32_t key, enum context context, int *argument)
{
	if (!works_in(key, context))
		return NULL;
	for (size_t i = 0; i < keys->count; i++) {
		const struct binding *binding = &keys->rows[i];
		if (!(binding->where & (unsigned)context))
			continue;
		for (int k = 0; k < KEYS_PER_BINDING && binding->keys[k] != 0; k++) {
			if (binding->keys[k] == key) {
				*argument = k + 1;
				return binding;
			}
		}
	}
	return NULL;
}

static const struct {
	uint32_t key;
	const char *name;
} key_names[] = {
	{K_TAB, "Tab"},
	{K_ENTER, "Enter"},
	{K_ESC, "Esc"},
	{' ', "Space"},
	{K_UP, "Up"},
	{K_DOWN, "Down"},
	{K_LEFT, "Left"},
	{K_RIGHT, "Right"},
	{K_HOME, "Home"},
	{K_END, "End"},
	{K_PAGE_UP, "Page Up"},
	{K_PAGE_DOWN, "Page Down"},
	{K_BACKSPACE, "Backspace"},
	{K_DELETE, "Delete"},
	{K_BACKTAB, "Shift-Tab"},
	{K_WORD_LEFT, "Ctrl-Left"},
	{K_WORD_RIGHT, "Ctrl-Right"},
	{K_ALT_BACKSPACE, "Alt-Backspace"},
};

char *keys_name(char dst[16], uint32_t key)
{
	for (size_t i = 0; i < sizeof key_names / sizeof key_names[0]; i++) {
		if (key_names[i].key == key) {
			snprintf(dst, 16, "%s", key_names[i].name);
			return dst;
		}
	}
	if (key < 0x20) {
		snprintf(dst, 16, "Ctrl-%c", (int)key + '@');
	} else if (key >= K_F(1) && key <= K_F(63)) {
		snprintf(dst, 16, "F%d", (int)(key - K_F(0)));
	} else if (key >= K_ALT(0) && key < K_ALT(0x80)) {
		snprintf(dst, 16, "Alt-%c", (int)(key - K_ALT(0)));
	} else if (keys_printable(key)) {
		size_t len = berth_utf8_put(dst, key);
		dst[len] = '\0';
	} else {
		dst[0] = '\0';
	}
	return dst;
}

static bool parse_named(const char *name, uint32_t *key)
{
	for (size_t i = 0; i < sizeof key_names / sizeof key_names[0]; i++) {
		if (strcasecmp(key_names[i].name, name) == 0) {
			*key = key_names[i].key;
			return true;
		}
	}
	return false;
}

/* What a terminal sends for Ctrl and a letter is the letter's place in the alphabet, so some are
 * keys of another name. */
static bool parse_control(const char *name, uint32_t *key)
{
	char letter = name[0];
	if (letter >= 'a' && letter <= 'z')
		letter = (char)(letter - 'a' + 'A');
	if (letter < 'A' || letter > '_' || name[1])
		return false;
	*key = letter == 'H' ? (uint32_t)K_BACKSPACE : K_CTRL(letter);
	return true;
}

/* Esc and one of these are how other keys begin. */
static bool parse_alt(const char *name, uint32_t *key)
{
	if (name[0] <= ' ' || name[0] > '~' || name[1] || name[0] == 'O' || name[0] == '[')
		return false;
	*key = K_ALT(name[0]);
	return true;
}

static bool parse_function(const char *name, uint32_t *key)
{
	char *end;
	long number = name[0] >= '1' && name[0] <= '9' ? strtol(name, &end, 10) : 0;
	if (number < 1 || number > 63 || *end)
		return false;
	*key = K_F((uint32_t)number);
	return true;
}

bool keys_parse(const char *name, uint32_t *key)
{
	size_t len = strlen(name);
	if (parse_named(name, key))
		return true;
	if (strncasecmp(name, "Ctrl-", 5) == 0)
		return parse_control(name + 5, key);
	if (strncasecmp(name, "Alt-", 4) == 0)
		return parse_alt(name + 4, key);
	if ((name[0] == 'F' || name[0] == 'f') && name[1])
		return parse_function(name + 1, key);
	return len > 0 && berth_utf8_next(name, name + len, key) == name + len &&
	       keys_printable(*key) && *key != 0xFFFD;
}

const char *keys_nearest(const char *name)
{
	enum { NAMED = sizeof key_names / sizeof key_names[0], LETTERS = 26, FUNCTIONS = 12 };
	static char made[LETTERS + FUNCTIONS][16];
	const char *names[NAMED + LETTERS + FUNCTIONS + 1] = {0};
	size_t count = 0;
	for (size_t i = 0; i < NAMED; i++)
		names[count++] = key_names[i].name;
	for (int i = 0; i < LETTERS; i++) {
		snprintf(made[i], sizeof made[i], "Ctrl-%c", 'A' + i);
		names[count++] = made[i];
	}
	for (int i = 0; i < FUNCTIONS; i++) {
		snprintf(made[LETTERS + i], sizeof made[0], "F%d", i + 1);
		names[count++] = made[LETTERS + i];
	}
	return berth_nearest(name, names);
}

char *keys_list(char *dst, size_t cap, const struct binding *binding)
{
	size_t used = 0;
	char name[16];
	snprintf(dst, cap, "%s", binding->names ? binding->names : "");
	for (size_t k = 0; k < KEYS_PER_BINDING && binding->keys[k] && !binding->names; k++) {
		if (used < cap)
			used += (size_t)snprintf(dst + used, cap - used, "%s%s", k ? ", " : "",
				keys_name(name, binding->keys[k]));
	}
	return dst;
}

const char *keys_context_name(unsigned where)
{
	static const struct {
		unsigned where;
		const char *name;
	} names[] = {{IN_LIST, "in the list of deployments"}, {IN_TEXT, "in a text field"},
		{IN_CHOICE, "in a choice"}, {IN_RESULT, "in the result"}, {IN_LOG, "in the log"},
		{IN_HELP, "in the help"}, {IN_INPUT, "in the line that is asked for"},
		{IN_PAGE, "in a page"}, {IN_REPLAY, "in a replay"}, {IN_HISTORY, "in the history"}};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (where & names[i].where)
			return names[i].name;
	}
	return "there";
}

char *keys_shown(char dst[16], const struct binding *binding, enum context context)
{
	bool works = false;
	for (int k = 0; k < KEYS_PER_BINDING && binding->keys[k] != 0 && !works; k++) {
		if (works_in(binding->keys[k], context)) {
			keys_name(dst, binding->keys[k]);
			works = true;
		}
	}
	if (!works)
		return NULL;
	if (binding->names != NULL)
		snprintf(dst, 16, "%s", binding->names);
	return dst;
}

static int footer_width(const struct binding *binding, enum context context)
{
	char name[16];
	keys_shown(name, binding, context);
	return (int)(strlen(name) + 1 + strlen(binding->label));
}

size_t keys_footer(const struct keymap *keys, enum context context, unsigned conditions,
	int columns, const struct binding **out, size_t capacity)
{
	size_t count = 0;
	int width = 0;
	char name[16];
	for (size_t i = 0; i < keys->count && count < capacity; i++) {
		const struct binding *binding = &keys->rows[i];
		if (binding->priority == 0 || !(binding->where & (unsigned)context) ||
			(binding->needs & ~conditions) != 0 ||
			keys_shown(name, binding, context) == NULL)
			continue;
		out[count++] = binding;
		width += footer_width(binding, context) + 2;
	}
	while (count > 0 && width - 2 > columns) {
		size_t worst = 0;
		for (size_t i = 1; i < count; i++) {
			if (out[i]->priority >= out[worst]->priority)
				worst = i;
		}
		width -= footer_width(out[worst], context) + 2;
		for (size_t i = worst; i + 1 < count; i++)
			out[i] = out[i + 1];
		count--;
	}
	return count;
}

/*
 * The table of keys: what a key does, where, and how it is called.
 *
 * One row drives dispatch, the footer and the help. Pure: no curses, no state.
 *
 * A key is a code point, a control character, or one of the codes below; screen.c makes them from
 * what the terminal sends.
 */
#ifndef BERTH_TUI_KEYS_H
#define BERTH_TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define K_CTRL(letter)  ((uint32_t)((letter)&0x1f))
#define K_ALT(letter)   (0x200000u | (uint32_t)(letter))
#define K_F(number)     (0x110000u + (uint32_t)(number))
#define K_ALT_BACKSPACE K_ALT(0x7f)

enum {
	K_TAB = '\t',
	K_ENTER = '\r',
	K_ESC = 0x1b,
	K_UP = 0x110040, /* past the function keys and every code point */
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_BACKSPACE,
	K_DELETE,
	K_BACKTAB,
	K_WORD_LEFT,
	K_WORD_RIGHT,
	K_PASTE_BEGIN,
	K_PASTE_END,
	K_MOUSE,
	K_OTHER, /* something the terminal sent that has no use here */
};

enum action {
	ACTION_NONE,
	ACTION_DEPLOY,
	ACTION_NEW,
	ACTION_CANCEL,
	ACTION_AGAIN,
	ACTION_ROLLBACK,
	ACTION_RESULT,  /* show or hide the result card */
	ACTION_DETAILS, /* of the chosen container, or none */
	ACTION_STOP,
	ACTION_RESTART,
	ACTION_REMOVE,
	ACTION_SHELL,
	ACTION_RECOVER,
	ACTION_LIST_FILTER,
	ACTION_LIST_SORT,
	ACTION_LIST_GROUP,
	ACTION_CHOOSE, /* the argument is the number of the deployment */
	ACTION_CHOOSE_NEXT,
	ACTION_CHOOSE_PREVIOUS,
	ACTION_PANE_NEXT,
	ACTION_PANE_PREVIOUS,
	ACTION_PANE, /* the argument is 1 to 4 */
	ACTION_BACK,
	ACTION_HELP,
	ACTION_QUIT,
	ACTION_REDRAW,
	ACTION_SUSPEND,
	ACTION_THEME_NEXT,
	ACTION_THEME, /* the argument is its number from 1 */
	ACTION_MOUSE, /* take it, or leave it to the terminal */
	ACTION_GOTO,  /* the argument is a line of the log, from 1 */
	ACTION_COMMAND,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_TOP,
	ACTION_BOTTOM,
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_FOLLOW,
	ACTION_WRAP,
	ACTION_TIMES,
	ACTION_LEVELS,
	ACTION_COLORS, /* of the output */
	ACTION_SEARCH,
	ACTION_SEARCH_NEXT,
	ACTION_SEARCH_PREVIOUS,
	ACTION_FILTER,
	ACTION_PROBLEM_NEXT, /* the next error or warning */
	ACTION_PROBLEM_PREVIOUS,
	ACTION_MARK,
	ACTION_RETURN, /* to the mark */
	ACTION_SELECT,
	ACTION_COPY,
	ACTION_COPY_ERROR,
	ACTION_COPY_RESULT,
	ACTION_EXPORT,
	ACTION_PAGER,
	ACTION_FIELD_NEXT,
	ACTION_FIELD_PREVIOUS,
	ACTION_VALUE_NEXT,
	ACTION_VALUE_PREVIOUS,
	ACTION_EDIT_LEFT,
	ACTION_EDIT_RIGHT,
	ACTION_EDIT_WORD_LEFT,
	ACTION_EDIT_WORD_RIGHT,
	ACTION_EDIT_HOME,
	ACTION_EDIT_END,
	ACTION_EDIT_BACKSPACE,
	ACTION_EDIT_DELETE,
	ACTION_EDIT_KILL_END,
	ACTION_EDIT_KILL_START,
	ACTION_EDIT_KILL_WORD,
	ACTION_EDIT_KILL_PREVIOUS,
	ACTION_EDIT_KILL_NEXT,
	ACTION_EDIT_YANK,
	ACTION_INPUT_TAKE,
	ACTION_INPUT_LEAVE,
	ACTION_INPUT_EXPRESSION, /* plain text or regular expression */
	ACTION_INPUT_NEXT,       /* completion */
	ACTION_INPUT_PREVIOUS,
	ACTION_INPUT_OLDER, /* what was taken before */
	ACTION_INPUT_NEWER,
	ACTION_EDIT_UNDO,
	ACTION_FORM_UP, /* a row, an earlier value or a field up, whichever there is */
	ACTION_FORM_DOWN,
	ACTION_COMPLETE,
	ACTION_ROW_ADD,
	ACTION_ROW_REMOVE,
	ACTION_REVEAL,
	ACTION_EXPLAIN,
	ACTION_AS_COMMAND,
	ACTION_PROFILE_SAVE,
	ACTION_PROFILE_LOAD,
	ACTION_HISTORY,
	ACTION_HISTORY_LOOK,
	ACTION_HISTORY_LOG,
	ACTION_HISTORY_REPLAY,
	ACTION_HISTORY_FILTER,
	ACTION_HISTORY_SEARCH,
	ACTION_HISTORY_MARK,
	ACTION_HISTORY_COMPARE,
	ACTION_HISTORY_DELETE,
	ACTION_REPLAY_PAUSE,
	ACTION_REPLAY_BACK,
	ACTION_REPLAY_ON,
	ACTION_REPLAY_START,
	ACTION_REPLAY_END,
	ACTION_REPLAY_STAGE_BEFORE,
	ACTION_REPLAY_STAGE_NEXT,
	ACTION_REPLAY_SLOWER,
	ACTION_REPLAY_FASTER,
	ACTION_COUNT
};

/* Where a key is pressed; exactly one at a time. */
enum context {
	IN_LIST = 1 << 0,
	IN_TEXT = 1 << 1,   /* a form field that takes text: letters are typed */
	IN_CHOICE = 1 << 2, /* a form field with a choice */
	IN_RESULT = 1 << 3, /* the progress pane and the result card */
	IN_LOG = 1 << 4,
	IN_HELP = 1 << 5,
	IN_INPUT = 1 << 6,   /* the line in the footer: letters are typed */
	IN_PAGE = 1 << 7,    /* something to read over the panes */
	IN_REPLAY = 1 << 8,  /* beside IN_LIST, IN_RESULT and IN_LOG, and before them: a replay is
				chosen */
	IN_HISTORY = 1 << 9, /* the list of past runs, over the panes */
};
#define IN_FORM   (IN_TEXT | IN_CHOICE)
#define IN_TYPING (IN_TEXT | IN_INPUT) /* where letters are typed */
#define IN_READ   (IN_HELP | IN_PAGE | IN_HISTORY)
#define IN_PANES  (IN_LIST | IN_FORM | IN_RESULT | IN_LOG)

/* What has to be true for a key to mean anything now. */
enum condition {
	IF_CANCELLABLE = 1 << 0, /* the chosen deployment runs */
	IF_ENDED = 1 << 1,
	IF_SEVERAL = 1 << 2,   /* there is more than one deployment */
	IF_FOLDED = 1 << 3,    /* the form is not on the screen */
	IF_ROWS = 1 << 4,      /* the field may hold several values */
	IF_SECRET = 1 << 5,    /* the field hides its values */
	IF_CONTAINER = 1 << 6, /* what is chosen has a container, and no deployment at work on it */
	IF_UP = 1 << 7,        /* and that runs */
};

#define KEYS_PER_BINDING 9

struct binding {
	enum action action;
	uint32_t keys[KEYS_PER_BINDING]; /* 0 ends them */
	unsigned where;                  /* contexts */
	unsigned needs;                  /* conditions, for the footer only */
	int priority;                    /* in the footer: 1 stays longest, 0 is never shown */
	const char *names;               /* how the keys are called, NULL: made from `keys` */
	const char *label;               /* in the footer */
	const char *help;
};

extern const struct binding keys_table[];
extern const size_t keys_table_count;

struct keymap;

/* The binding of a key in a context, or NULL. *argument is the 1-based place of the key in the row.
 * Printable keys never match in a text field. */
const struct binding *keys_find(
	const struct keymap *keys, uint32_t key, enum context context, int *argument);

/* True for a key that stands for itself in a text field. */
bool keys_printable(uint32_t key);

/* "Ctrl-G", "F5", "Page Up", "q"; returns dst. */
char *keys_name(char dst[16], uint32_t key);

/* The key of a name, in any case; false if it is none. */
bool keys_parse(const char *name, uint32_t *key);
/* The name that was meant, or NULL. Borrowed until the next call. */
const char *keys_nearest(const char *name);

/* All names of the keys of a binding, or what the table calls them. Returns dst. */
char *keys_list(char *dst, size_t cap, const struct binding *binding);

/* "in the log"; of several contexts the first. */
const char *keys_context_name(unsigned where);

/* The name to show for a binding in a context: the first of its keys that works there. NULL if none
 * does. Returns dst. */
char *keys_shown(char dst[16], const struct binding *binding, enum context context);

/* Which bindings the footer shows, in table order: those that mean something now, the least
 * important left out until what remains fits into `columns` ("KEY label  KEY label"). Returns how
 * many were written to `out`. */
size_t keys_footer(const struct keymap *keys, enum context context, unsigned conditions,
	int columns, const struct binding **out, size_t capacity);

#endif

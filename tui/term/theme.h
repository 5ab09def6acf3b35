/* Roles and what they look like: panes name a role, never a colour. */
#ifndef BERTH_TUI_THEME_H
#define BERTH_TUI_THEME_H

#include <stdbool.h>

#include <berth/style.h>

enum role {
	ROLE_TEXT,
	ROLE_STRONG,
	ROLE_DIM,
	ROLE_BORDER,
	ROLE_BORDER_FOCUS,
	ROLE_TITLE,
	ROLE_TITLE_FOCUS,
	ROLE_BRAND,
	ROLE_KEY,
	ROLE_OK,
	ROLE_WARN,
	ROLE_ERROR,
	ROLE_ACTIVE,
	ROLE_BAR,
	ROLE_BADGE,         /* "rehearsal" */
	ROLE_INPUT,         /* the text field that has the cursor */
	ROLE_INPUT_DERIVED, /* the same while its value is not of the form */
	ROLE_QUESTION,
	ROLE_ADDRESS,
	ROLE_CHOSEN, /* lines of the log that the cursor or the selection is on */
	ROLE_MATCH,  /* what a search found */
	ROLE_STAGE,  /* the first of ROLE_STAGES, told apart in the log */
	ROLE_COUNT = ROLE_STAGE + 6
};
#define ROLE_STAGES (ROLE_COUNT - ROLE_STAGE)

enum theme_id {
	THEME_DEFAULT, /* for a dark background */
	THEME_LIGHT,
	THEME_HIGH_CONTRAST,
	THEME_TERMINAL, /* the colours the terminal calls by name */
	THEME_COUNT
};

/* By number, then NULL. */
extern const char *const theme_names[THEME_COUNT + 1];
/* What each is for, one line. */
extern const char *const theme_helps[THEME_COUNT];
/* The number of a name; THEME_COUNT if it is none. */
enum theme_id theme_find(const char *name);

/* What text is painted with, in terms of curses. */
struct ink {
	unsigned attributes; /* without a pair */
	int pair;
};

struct theme {
	struct ink inks[ROLE_COUNT];
	int foregrounds[ROLE_COUNT]; /* -1: the terminal's own */
	int depth;                   /* colours in use; 0: none */
	bool styles;                 /* output's own colours and attributes are shown */
	bool ascii;                  /* marks and borders in ASCII */
};

/* How many colours to take on a terminal that has `available`. `color` is "auto", "256", "16", "8"
 * or "never"; "auto" takes what there is, or none where NO_COLOR says so, or CLICOLOR=0 without
 * CLICOLOR_FORCE. 0: none. */
int theme_depth(const char *color, int available);

/* Fill in for the terminal that curses has open; also to be called when the theme changes. */
void theme_init(struct theme *theme, enum theme_id which, const char *color, bool ascii);

/* Text of a role that brings a style along. What the style says of colours stands in place of the
 * role's, attributes are added. Without colours only bold, underlined and reversed are left; where
 * no colour was wanted ("never", NO_COLOR) it is the role alone. */
struct ink theme_styled(const struct theme *theme, enum role role, const struct berth_style *style);

#endif

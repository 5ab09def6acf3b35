/*
 * The line in the place of the footer, whatever it is for: one at a time, taken with Enter, given
 * up with Esc. What is done with it is its use's.
 */
#ifndef BERTH_TUI_INPUT_H
#define BERTH_TUI_INPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "keys/inputline.h"

struct app;

/* What a kind of line is for; what it does not need is NULL. */
struct input_use {
	size_t max; /* bytes that can be typed; 0: as many as fit */
	/* The text is another, or the cursor is elsewhere. */
	void (*changed)(struct app *app);
	/* Enter. Ends the line with input_end(), or says in its problem what is wrong. */
	void (*take)(struct app *app);
	/* It was given up and is closed. */
	void (*left)(struct app *app);
	/* An action before it means what it means in every line; false: not one of its own. */
	bool (*act)(struct app *app, enum action action);
	/* What is known of what is typed: "3 of 214"; dst is "" before. */
	void (*state)(const struct app *app, char dst[64]);
};

void input_open(struct app *app, enum input kind, const char *label, const char *text);
/* See inputline_end(). */
void input_end(struct app *app, const char *taken);
/* Whoever changes what is typed, or how it is meant, says so. */
void input_changed(struct app *app);
/* In the place of what is typed. */
void input_set(struct app *app, const char *text);
/* What is wrong with what is typed, until that changes. */
void input_problem(struct app *app, const char *problem);

/* A key that was typed as text; false if there is no room. */
bool input_type(struct app *app, const char *text, size_t len);
/* False if the action is not one of the line's. */
bool input_act(struct app *app, enum action action);
void input_state(const struct app *app, char dst[64]);

#endif

/*
 * A deployment to a protected target: its plan is shown, and it begins when the target's name has
 * been typed.
 */
#ifndef BERTH_TUI_CONFIRM_H
#define BERTH_TUI_CONFIRM_H

#include "keys/input.h"

struct app;
struct berth_deployment;
struct lines;

/* The deployment is copied. */
void confirm_open(struct app *app, const struct berth_deployment *deployment);
extern const struct input_use confirm_input;

/* The plan as it is known by now. */
void confirm_build(const struct app *app, struct lines *lines);

#endif

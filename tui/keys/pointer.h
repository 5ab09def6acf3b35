/* The mouse: a click chooses what stands under it, the wheel scrolls it. Nothing can be done with
 * it that keys do not do. */
#ifndef BERTH_TUI_POINTER_H
#define BERTH_TUI_POINTER_H

#include "app.h"

/* A pane, and in it the deployment, the field, the line of the log, the key in the last line. */
void pointer_click(struct app *app, int y, int x);
/* Rows down, negative: up. */
void pointer_wheel(struct app *app, int y, int x, int rows);

#endif

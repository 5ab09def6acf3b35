/* What a person asks of the engine, and the questions that come first. */
#ifndef BERTH_TUI_COMMANDS_H
#define BERTH_TUI_COMMANDS_H

#include "app.h"

/* Deploy what the form says; with a field wrong, go to it. */
void command_deploy(struct app *app);
/* Run the chosen deployment again. */
void command_again(struct app *app);
/* Ask whether to cancel the chosen deployment. */
void command_cancel(struct app *app);
/* Quit, or ask what to do with what is in flight. */
void command_quit(struct app *app);
/* The terminal is gone: quit when all that runs has ended. */
void command_keep(struct app *app);
/* Cancel all that runs and quit when it is put back: what a signal to end means. */
void command_leave(struct app *app);
/* Do what was answered to the question in app->prompt. */
void command_answer(struct app *app, enum answer given);

#endif

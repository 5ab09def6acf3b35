/* Deployments that were cut off, in the console: told at its start, settled on the terminal. */
#ifndef BERTH_TUI_RECOVER_ACTIONS_H
#define BERTH_TUI_RECOVER_ACTIONS_H

struct app;

/* Look for them; a notice tells if there are any. */
void recover_look(struct app *app);
/* Lend the terminal to `berth recover`, which shows them and asks. */
void recover_open(struct app *app);

#endif

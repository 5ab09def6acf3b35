/*
 * Which plugin the form is for: when one is chosen it is asked for its hello, and what it said is
 * kept for as long as the program runs.
 */
#ifndef BERTH_TUI_PLUGIN_FORM_H
#define BERTH_TUI_PLUGIN_FORM_H

#include <stdbool.h>

struct app;
struct berth_plugin;

enum { PLUGINS_KNOWN = 8 };

struct plugin_form {
	struct known_plugin {
		char *target;                /* NULL: free */
		struct berth_plugin *plugin; /* NULL: it could not be asked */
		char trouble[256];
	} known[PLUGINS_KNOWN];
	unsigned oldest;
	char *asked; /* target that is being asked; NULL: none */
	char *shown; /* target that the form is for; NULL: no plugin */
};

/* The target may be another one. */
void plugin_form_follow(struct app *app);
void plugin_form_release(struct plugin_form *plugins);

#endif

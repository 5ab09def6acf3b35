/* Targets that are programs, as their files see them. */
#ifndef TARGET_PLUGIN_H
#define TARGET_PLUGIN_H

#include <stdint.h>

#include <berth/plugin.h>

#include "proto/plugin_event.h"
#include "target/plugin/plugin_link.h"
#include "target/target.h"

struct timer;

struct plugin_target {
	struct target base;
	struct target_setup setup;
	const struct berth_deployment *request; /* the session's */
	int action;                             /* enum berth_plugin_action; -1: a deployment */
	char *id;                               /* of what the action is for; NULL: all */
	struct plugin_link *link;               /* NULL before it runs, and after its end */
	struct berth_plugin *plugin;            /* NULL before its hello */
	struct plugin_record record;
	struct timer *turn;     /* to begin, to go on, to be gone */
	struct timer *deadline; /* of the whole, then of what is cancelled */
	int64_t began_ms;
	bool told; /* it has been told what to do */
	bool cancelled, timed_out, ended, paused;
	unsigned nonsense; /* lines that were none */
	void (*closed)(void *context);
	void *closed_context;
};

/* plugin_words.c: what it is told, as JSON in malloc'd memory; NULL without memory. */
char *plugin_words_start(const struct plugin_target *t);
char *plugin_words_action(const struct plugin_target *t);
char *plugin_words_cancel(void);
/* The values against its fields: 0, or -1 with USAGE. */
int plugin_words_check(const struct plugin_target *t, struct berth_error *err);

#endif

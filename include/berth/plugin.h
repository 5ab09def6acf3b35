/*
 * Targets that are programs: what one says of itself in its handshake. The protocol is told by
 * `berth help plugins`.
 */
#ifndef BERTH_PLUGIN_H
#define BERTH_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/error.h>
#include <berth/target.h>

struct berth_engine;

/* The version of the protocol that berth speaks. */
#define BERTH_PLUGIN_VERSION 1

#define BERTH_PLUGIN_CHECKS(X)                                                                     \
	X(TEXT, "text", "one line of text")                                                        \
	X(NAME, "name", "letters, digits, '.', '_' and '-'")                                       \
	X(NUMBER, "number", "a whole number, 0 or more")                                           \
	X(FLAG, "flag", "true or false")                                                           \
	X(FOLDER, "folder", "an absolute path")                                                    \
	X(URL, "url", "an address that begins with http:// or https://")

enum berth_plugin_check {
#define X(id, name, right) BERTH_PLUGIN_##id,
	BERTH_PLUGIN_CHECKS(X)
#undef X
};

/* A value of its own, given as --set NAME=VALUE or in the form. */
struct berth_plugin_field {
	char *name, *label; /* "to", "Copy to" */
	char *help;         /* one line; may be empty */
	char *fallback;     /* NULL if it has none */
	enum berth_plugin_check check;
	bool required, secret;
	char **choices; /* NULL-terminated; NULL: any value */
};

enum berth_plugin_action {
	BERTH_PLUGIN_STOP,
	BERTH_PLUGIN_RESTART,
	BERTH_PLUGIN_REMOVE,
	BERTH_PLUGIN_LOGS,
	BERTH_PLUGIN_STATE,
	BERTH_PLUGIN_ACTION_COUNT
};

struct berth_plugin {
	char *name, *version, *about; /* clean text; version and about may be empty */
	struct berth_plugin_field *fields;
	size_t field_count;
	unsigned actions;                /* 1u << enum berth_plugin_action */
	struct berth_stage_list *stages; /* NULL: the usual ones of plugins */
};

void berth_plugin_free(struct berth_plugin *plugin);
const struct berth_plugin_field *berth_plugin_find(
	const struct berth_plugin *plugin, const char *name);
/* One value; 0, or -1 and an error that names field, value (not of a secret) and what is right. */
int berth_plugin_check(
	const struct berth_plugin_field *field, const char *value, struct berth_error *err);
const char *berth_plugin_check_name(enum berth_plugin_check check);
const char *berth_plugin_check_right(enum berth_plugin_check check);
const char *berth_plugin_action_name(enum berth_plugin_action action);
/* -1: there is none of that name. */
int berth_plugin_action_find(const char *name);

/* `plugin` is yours, or NULL and the error says why. */
typedef void berth_plugin_fn(
	void *context, struct berth_plugin *plugin, const struct berth_error *err);

/* Run `command` (NULL-terminated) for its handshake only. `told` is called exactly once, from the
 * loop, also when the engine is closed. */
int berth_engine_ask_plugin(struct berth_engine *engine, const char *const *command,
	berth_plugin_fn *told, void *context, struct berth_error *err);

#endif

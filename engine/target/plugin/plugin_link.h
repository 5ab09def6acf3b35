/*
 * A plugin that runs: its program, the handshake, lines as JSON in both directions, and how it is
 * brought to an end. What the lines mean is the business of who holds it.
 */
#ifndef TARGET_PLUGIN_LINK_H
#define TARGET_PLUGIN_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include <berth/plugin.h>

struct json_t;
struct uv_loop_s;
struct plugin_link;

/* Milliseconds; tests hurry. */
extern struct plugin_pace {
	int hello;  /* from its start to its hello */
	int cancel; /* from our wish to its result */
	int bye;    /* from our bye to its end */
	int kill;   /* from SIGTERM to SIGKILL */
	int full;   /* while nobody takes its events */
} plugin_pace;

struct plugin_link_setup {
	struct uv_loop_s *loop;
	const char *const *command; /* NULL-terminated */
	/* Its hello; yours. */
	void (*ready)(void *context, struct berth_plugin *plugin);
	/* A line after it; why is OK, or object is NULL and it says what is wrong. */
	void (*said)(void *context, const struct json_t *object, const char *line, size_t len,
		const struct berth_error *why);
	void (*printed)(void *context, const char *line, size_t len, bool continues);
	/* Its end, exactly once, after which it is freed; OK if it ended well, as it should. */
	void (*ended)(void *context, const struct berth_error *err);
	void *context;
};

/* Nothing is called before it returns, and nothing if it fails. */
struct plugin_link *plugin_link_start(
	const struct plugin_link_setup *setup, struct berth_error *err);
/* `text` is one JSON object; it is wiped and freed, also on failure (NULL: MEMORY). */
int plugin_link_tell(struct plugin_link *link, char *text, struct berth_error *err);
void plugin_link_pause(struct plugin_link *link);
void plugin_link_resume(struct plugin_link *link);
/* What it has printed up to now. */
void plugin_link_hear(struct plugin_link *link);
/* It has done its work: it may end by itself. */
void plugin_link_bye(struct plugin_link *link);
/* It has to end; `ended` says why, unless something else was wrong before. */
void plugin_link_stop(struct plugin_link *link, const struct berth_error *why);

#endif

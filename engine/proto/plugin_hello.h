/* The first line of a plugin: who it is, what it wants to be told, what it can do. */
#ifndef PROTO_PLUGIN_HELLO_H
#define PROTO_PLUGIN_HELLO_H

#include <berth/plugin.h>

struct json_t;

enum {
	PLUGIN_FIELDS_MAX = 32,
	PLUGIN_CHOICES_MAX = 64,
	PLUGIN_STAGES_MAX = 12,
	PLUGIN_TEXT_MAX = 200
};

/* NULL with PROTOCOL, in words for who writes plugins, or MEMORY. */
struct berth_plugin *plugin_hello_read(const struct json_t *object, struct berth_error *err);

#endif

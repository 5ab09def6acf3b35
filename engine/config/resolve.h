/* From texts to the checked request: one step a field, in an order in which each finds what it
 * depends on. */
#ifndef CONFIG_RESOLVE_H
#define CONFIG_RESOLVE_H

#include <stdbool.h>

#include "config/layers.h"

struct build {
	const struct berth_settings *settings;
	struct berth_deployment *deployment;
	bool read_files; /* false: only judge, as a form does while one types */
};

typedef int build_fn(struct build *build, struct berth_error *err);

/* plugin_target.c */
build_fn resolve_set;
/* resolve.c */
int resolve_command(
	struct berth_deployment *deployment, const char *const *command, struct berth_error *err);
/* resolve_server.c */
build_fn resolve_server_folder, resolve_server_ports;
/* resolve_ports.c */
build_fn resolve_ports, resolve_health;
/* resolve_files.c */
build_fn resolve_folder, resolve_dest, resolve_include, resolve_exclude, resolve_config_files;
/* resolve_env.c */
build_fn resolve_env_files, resolve_env;

#endif

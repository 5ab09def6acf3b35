/*
 * A profile: the values of a deployment saved under a name,
 * $XDG_CONFIG_HOME/berth/profiles/NAME.json in the format of berth.json. Of variables it holds
 * names; their values come from the environment.
 */
#ifndef CONFIG_PROFILE_H
#define CONFIG_PROFILE_H

#include "config/config_file.h"
#include "config/strings.h"

struct layer;

/* Put its values into the layer. USAGE if there is none of that name (tells the nearest), or if it
 * is wrong (file, line, column, what was expected). */
int profile_read(
	struct layer *layer, const char *name, enum folder_is folder_is, struct berth_error *err);

/* All names, sorted. */
int profile_names(struct strings *names, struct berth_error *err);

#endif

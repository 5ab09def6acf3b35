/*
 * A preset: a set of defaults for one kind of project, from a file of the user's or built in. It
 * never changes once read; settings share it by counting references.
 */
#ifndef CONFIG_PRESET_H
#define CONFIG_PRESET_H

#include <berth/settings.h>

#include "config/strings.h"

struct preset {
	unsigned references;
	char *name;
	char *origin;      /* "preset 'generic'", or "preset 'web' (/home/u/...)" */
	char *description; /* may be NULL */
	/* Plain values. Container and dest are not among them: they are patterns, and a field they
	 * are derived for counts as not set. */
	struct strings values[BERTH_FIELD_COUNT];
	bool set[BERTH_FIELD_COUNT];
	char *container; /* "fractalic-{name}"; NULL if none */
	char *dest;
	char *root_marker;
	struct strings card_section, card_label, card_value; /* as long as each other */
};

/* NULL with USAGE: unknown (names the nearest), or wrong (file, line, column, what was expected).
 */
struct preset *preset_load(const char *name, struct berth_error *err);
struct preset *preset_share(struct preset *preset);
void preset_drop(struct preset *preset); /* NULL is allowed */

/* All names, sorted, a user's own among them. */
int preset_names(struct strings *names, struct berth_error *err);
/* The names that files NAME.json of a folder beside the configuration give. */
int preset_own_names(struct strings *names, const char *folder, struct berth_error *err);

#endif

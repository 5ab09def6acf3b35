/* What a person prefers of the screen: read from the configuration, judged by the names that there
 * are. */
#ifndef BERTH_TUI_PREFERENCES_H
#define BERTH_TUI_PREFERENCES_H

#include <stdbool.h>

#include <berth/error.h>
#include <berth/screen_config.h>
#include <berth/settings.h>

#include "keys/keymap.h"
#include "term/theme.h"

struct preferences {
	struct keymap keys;
	enum theme_id theme;
	bool mouse;
	struct berth_notify notify;
};

/* What it is without a configuration. */
void preferences_init(struct preferences *preferences);

/* Load the settings and take the preferences from them: 0, or -1 with USAGE, so that nothing begins
 * with half a configuration. Preferences are complete in either case. */
int preferences_load(
	struct preferences *preferences, struct berth_settings *settings, struct berth_error *err);

#endif

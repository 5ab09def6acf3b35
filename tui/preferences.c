#include "preferences.h"

#include <berth/nearest.h>
#include <berth/screen_config.h>

static int read_theme(
	struct preferences *preferences, const struct berth_wish *wish, struct berth_error *err)
{
	if (!wish->text)
		return 0;
	enum theme_id which = theme_find(wish->text);
	if (which < THEME_COUNT) {
		preferences->theme = which;
		return 0;
	}
	const char *nearest = berth_nearest(wish->text, theme_names);
	berth_error_set(err, BERTH_E_USAGE, 0, "%s: unknown theme '%.60s'%s%s%s", wish->place,
		wish->text, nearest ? ", did you mean '" : "", nearest ? nearest : "",
		nearest ? "'?" : "");
	return berth_error_hint(err, "the themes are %s, %s, %s and %s", theme_names[THEME_DEFAULT],
		theme_names[THEME_LIGHT], theme_names[THEME_HIGH_CONTRAST],
		theme_names[THEME_TERMINAL]);
}

static int read_screen(struct preferences *preferences, const struct berth_screen_config *screen,
	struct berth_error *err)
{
	struct keymap keys = preferences->keys;
	if (read_theme(preferences, &screen->theme, err) < 0 || keymap_bind(&keys, screen, err) < 0)
		return -1;
	preferences->keys = keys;
	preferences->mouse = screen->mouse;
	preferences->notify = screen->notify;
	return 0;
}

void preferences_init(struct preferences *preferences)
{
	*preferences = (struct preferences){.theme = THEME_DEFAULT};
	keymap_init(&preferences->keys);
}

int preferences_load(
	struct preferences *preferences, struct berth_settings *settings, struct berth_error *err)
{
	preferences_init(preferences);
	if (berth_settings_load(settings, err) < 0)
		return -1;
	const struct berth_screen_config *screen = berth_settings_screen(settings);
	return screen ? read_screen(preferences, screen, err) : 0;
}

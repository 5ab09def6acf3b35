#include "config/screen_keys.h"

#include <stdlib.h>
#include <string.h>

#include "config/json_file.h"
#include "config/layers.h"
#include "config/parse.h"
#include "config/strings.h"

static int take_wish(struct berth_wish *wish, const struct json_file *file, enum json_place place,
	const char *text, struct berth_error *err)
{
	return string_copy(&wish->text, text, err) < 0
		       ? -1
		       : json_file_place(file, place, &wish->place, err);
}

static void release_wish(struct berth_wish *wish)
{
	free(wish->text);
	free(wish->place);
}

int screen_read_theme(struct berth_screen_config *screen, struct json_file *file,
	const json_t *value, struct berth_error *err)
{
	if (!json_is_string(value))
		return json_wrong_type(file, "theme", value, "a text", err);
	return take_wish(&screen->theme, file, JSON_AT_VALUE, json_string_value(value), err);
}

int screen_read_mouse(struct berth_screen_config *screen, struct json_file *file,
	const json_t *value, struct berth_error *err)
{
	if (!json_is_boolean(value))
		return json_wrong_type(file, "mouse", value, "true or false", err);
	screen->has_mouse = true;
	screen->mouse = json_is_true(value);
	return 0;
}

/* The place of `value` has been entered. */
static int read_key(struct berth_key_wish *wish, struct json_file *file, const char *action,
	const json_t *value, struct berth_error *err)
{
	if (!json_is_string(value))
		return json_wrong_type(
			file, action, value, "a text like \"Ctrl-G\", or a list of them", err);
	return take_wish(
		&wish->keys[wish->key_count++], file, JSON_AT_VALUE, json_string_value(value), err);
}

static int read_wish(struct berth_key_wish *wish, struct json_file *file, const char *action,
	const json_t *value, struct berth_error *err)
{
	size_t count = json_is_array(value) ? json_array_size(value) : 1;
	wish->keys = calloc(count + 1, sizeof *wish->keys);
	if (!wish->keys)
		return string_no_memory(err);
	if (take_wish(&wish->action, file, JSON_AT_KEY, action, err) < 0)
		return -1;
	if (!json_is_array(value))
		return read_key(wish, file, action, value, err);
	for (size_t i = 0; i < count; i++) {
		json_enter_index(file, i);
		if (read_key(wish, file, action, json_array_get(value, i), err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

int screen_read_keys(struct berth_screen_config *screen, struct json_file *file,
	const json_t *value, struct berth_error *err)
{
	const char *action;
	json_t *keys;
	if (!json_is_object(value))
		return json_wrong_type(file, "keys", value, "an object", err);
	screen->keys = calloc(json_object_size(value) + 1, sizeof *screen->keys);
	if (!screen->keys)
		return string_no_memory(err);
	json_object_foreach((json_t *)value, action, keys)
	{
		json_enter_key(file, action);
		if (read_wish(&screen->keys[screen->key_count++], file, action, keys, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

int screen_read_notify(struct berth_screen_config *screen, struct json_file *file,
	const json_t *value, struct berth_error *err)
{
	static const char *const right[] = {"bell", "terminal", "title", NULL};
	bool *const wanted[] = {
		&screen->notify.bell, &screen->notify.terminal, &screen->notify.title};
	static const char shape[] = "a list of bell, terminal and title";
	if (!json_is_array(value))
		return json_wrong_type(file, "notify", value, shape, err);
	for (size_t i = 0; i < json_array_size(value); i++) {
		const char *word = json_string_value(json_array_get(value, i));
		size_t which = 0;
		json_enter_index(file, i);
		if (!word)
			return json_wrong_type(
				file, "notify", json_array_get(value, i), shape, err);
		while (right[which] && strcmp(right[which], word) != 0)
			which++;
		if (!right[which]) {
			parse_choice("notify", word, right, err);
			return json_file_wrap(file, JSON_AT_VALUE, err);
		}
		*wanted[which] = true;
		json_leave(file);
	}
	return 0;
}

void screen_release(struct berth_screen_config *screen)
{
	release_wish(&screen->theme);
	for (size_t i = 0; i < screen->key_count; i++) {
		struct berth_key_wish *wish = &screen->keys[i];
		release_wish(&wish->action);
		for (size_t k = 0; wish->keys && k < wish->key_count; k++)
			release_wish(&wish->keys[k]);
		free(wish->keys);
	}
	free(screen->keys);
	*screen = (struct berth_screen_config){0};
}

const struct berth_screen_config *berth_settings_screen(const struct berth_settings *settings)
{
	return settings->user ? &settings->user->screen : NULL;
}

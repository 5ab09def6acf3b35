#include "keys/keymap.h"

#include <stdio.h>
#include <string.h>

#include <berth/nearest.h>

#include "keys/action_table.h"

static bool is_fixed(uint32_t key)
{
	return key == K_ESC || key == K_CTRL('C');
}

void keymap_init(struct keymap *keys)
{
	*keys = (struct keymap){0};
	for (size_t i = 0; i < keys_table_count && i < KEYMAP_ROWS; i++)
		keys->rows[keys->count++] = keys_table[i];
}

char *keymap_key(char dst[16], const struct keymap *keys, enum action action)
{
	dst[0] = '\0';
	for (size_t i = 0; i < keys->count; i++) {
		const struct binding *row = &keys->rows[i];
		if (row->action != action || row->keys[0] == 0)
			continue;
		if (!(row->where & IN_TEXT) || keys_shown(dst, row, IN_TEXT) == NULL)
			keys_name(dst, row->keys[0]);
		break;
	}
	return dst;
}

static int wrong(const struct berth_wish *wish, struct berth_error *err, const char *message)
{
	return berth_error_set(err, BERTH_E_USAGE, 0, "%s: %s", wish->place, message);
}

static bool has_row(const struct keymap *keys, enum action action)
{
	for (size_t i = 0; i < keys->count; i++) {
		if (keys->rows[i].action == action)
			return true;
	}
	return false;
}

static int find_action(const struct keymap *keys, const struct berth_wish *wish,
	enum action *action, struct berth_error *err)
{
	const char *names[ACTION_COUNT + 1] = {0};
	char message[256];
	size_t count = 0;
	*action = action_find(wish->text);
	if (*action != ACTION_NONE && has_row(keys, *action))
		return 0;
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		if (has_row(keys, (enum action)i))
			names[count++] = action_table[i].name;
	}
	const char *nearest = berth_nearest(wish->text, names);
	snprintf(message, sizeof message, "unknown action '%.60s'%s%s%s", wish->text,
		nearest ? ", did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	wrong(wish, err, message);
	return berth_error_hint(err, "'berth help keys' names the actions");
}

static int find_key(const struct berth_wish *wish, uint32_t *key, struct berth_error *err)
{
	char message[256];
	if (keys_parse(wish->text, key))
		return 0;
	const char *nearest = keys_nearest(wish->text);
	snprintf(message, sizeof message, "unknown key '%.60s'%s%s%s", wish->text,
		nearest ? ", did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	wrong(wish, err, message);
	return berth_error_hint(
		err, "a key is a character, or like Ctrl-G, Alt-x, F5, Page Up, Enter");
}

/* Held down for a moment too long, such a key would ask and answer in one. */
static int check_question(
	enum action action, uint32_t key, const struct berth_wish *wish, struct berth_error *err)
{
	char message[256], name[16];
	const struct action_row *row = &action_table[action];
	if (row->asks == QUESTION_NONE || !prompt_agrees(row->asks, key))
		return 0;
	snprintf(message, sizeof message,
		"key '%s' can't be '%s': it answers the question that '%s' asks first",
		keys_name(name, key), row->name, row->name);
	return wrong(wish, err, message);
}

static int parse_keys(const struct berth_key_wish *wish, enum action action,
	uint32_t parsed[KEYS_PER_BINDING], struct berth_error *err)
{
	for (size_t i = 0; i < wish->key_count; i++) {
		uint32_t key;
		if (i == KEYS_PER_BINDING - 1)
			return wrong(&wish->keys[i], err, "too many keys, expected 8 at most");
		if (find_key(&wish->keys[i], &key, err) < 0 ||
			check_question(action, key, &wish->keys[i], err) < 0)
			return -1;
		parsed[i] = key;
	}
	return 0;
}

/* A row keeps the fixed keys it has, behind those of the wish. */
static void replace_keys(struct binding *row, const uint32_t wished[KEYS_PER_BINDING])
{
	uint32_t old[KEYS_PER_BINDING];
	size_t count = 0;
	memcpy(old, row->keys, sizeof old);
	memset(row->keys, 0, sizeof row->keys);
	for (size_t i = 0; i < KEYS_PER_BINDING && wished[i]; i++)
		row->keys[count++] = wished[i];
	for (size_t i = 0; i < KEYS_PER_BINDING && old[i] && count < KEYS_PER_BINDING; i++) {
		bool again = false;
		for (size_t k = 0; k < count; k++)
			again |= row->keys[k] == old[i];
		if (is_fixed(old[i]) && !again)
			row->keys[count++] = old[i];
	}
}

/* The footer calls these two by one name. */
static bool are_partners(enum action a, enum action b)
{
	static const enum action pairs[][2] = {{ACTION_VALUE_NEXT, ACTION_VALUE_PREVIOUS},
		{ACTION_FIELD_NEXT, ACTION_FIELD_PREVIOUS}};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		if ((a == pairs[i][0] && b == pairs[i][1]) ||
			(a == pairs[i][1] && b == pairs[i][0]))
			return true;
	}
	return false;
}

static int apply(struct keymap *keys, const struct berth_key_wish *wish, struct berth_error *err)
{
	uint32_t wished[KEYS_PER_BINDING] = {0};
	enum action action;
	if (find_action(keys, &wish->action, &action, err) < 0 ||
		parse_keys(wish, action, wished, err) < 0)
		return -1;
	for (size_t i = 0; i < keys->count; i++) {
		struct binding *row = &keys->rows[i];
		if (row->action == action)
			replace_keys(row, wished);
		if (row->action == action || are_partners(row->action, action))
			row->names = NULL;
	}
	return 0;
}

static int conflict(const struct berth_wish *wish, uint32_t key, const struct binding *mine,
	const struct binding *other, struct berth_error *err)
{
	const char *name = action_table[other->action].name;
	char message[256], shown[16];
	snprintf(message, sizeof message, "key '%s' of '%s' is the key of '%s' %s",
		keys_name(shown, key), action_table[mine->action].name, name,
		keys_context_name(mine->where & other->where));
	wrong(wish, err, message);
	return is_fixed(key) ? berth_error_hint(err, "Esc and Ctrl-C stay what they are")
			     : berth_error_hint(err, "give '%s' another key, or none: \"%s\": []",
				       name, name);
}

static bool has_key(const struct binding *row, uint32_t key)
{
	for (size_t i = 0; i < KEYS_PER_BINDING && row->keys[i]; i++) {
		if (row->keys[i] == key)
			return true;
	}
	return false;
}

/* Two rows that have the key in a context where it works. */
static int check_row(const struct keymap *keys, const struct binding *mine,
	const struct berth_wish *wish, struct berth_error *err)
{
	uint32_t key;
	if (!keys_parse(wish->text, &key) || !has_key(mine, key))
		return 0;
	for (size_t i = 0; i < keys->count; i++) {
		const struct binding *other = &keys->rows[i];
		unsigned shared = mine->where & other->where;
		if (keys_printable(key))
			shared &= ~(unsigned)IN_TYPING;
		if (other->action != mine->action && shared != 0 && has_key(other, key))
			return conflict(wish, key, mine, other, err);
	}
	return 0;
}

static int check_conflicts(
	const struct keymap *keys, const struct berth_key_wish *wish, struct berth_error *err)
{
	enum action action = action_find(wish->action.text);
	for (size_t i = 0; i < keys->count; i++) {
		for (size_t k = 0; k < wish->key_count && keys->rows[i].action == action; k++) {
			if (check_row(keys, &keys->rows[i], &wish->keys[k], err) < 0)
				return -1;
		}
	}
	return 0;
}

/* All are applied before any is judged: two actions may have changed places. */
int keymap_bind(
	struct keymap *keys, const struct berth_screen_config *config, struct berth_error *err)
{
	for (size_t i = 0; i < config->key_count; i++) {
		if (apply(keys, &config->keys[i], err) < 0)
			return -1;
	}
	for (size_t i = 0; i < config->key_count; i++) {
		if (check_conflicts(keys, &config->keys[i], err) < 0)
			return -1;
	}
	return 0;
}

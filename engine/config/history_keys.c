#include "config/history_keys.h"

#include <string.h>

#include <jansson.h>

#include "config/json_file.h"

const struct berth_history_rules history_default_rules = {.runs = BERTH_HISTORY_RUNS,
	.days = BERTH_HISTORY_DAYS,
	.log_bytes = (uint64_t)BERTH_HISTORY_LOG_MB << 20};

enum { RUNS, DAYS, LOG_MB, KEYS };

static const struct {
	const char *name, *expected;
	json_int_t most;
} keys[KEYS] = {
	[RUNS] = {"runs", "a whole number from 1 to 1000000", 1000000},
	[DAYS] = {"days", "a whole number from 0 to 36500", 36500},
	[LOG_MB] = {"log_mb", "a whole number of MiB from 0 (no bound) to 1000000000", 1000000000},
};

static int find_key(struct json_file *file, const char *name, struct berth_error *err)
{
	const char *right[KEYS + 1] = {0};
	for (int i = 0; i < KEYS; i++) {
		if (strcmp(keys[i].name, name) == 0)
			return i;
		right[i] = keys[i].name;
	}
	return json_unknown_key(file, name, right, err);
}

static int read_one(struct berth_history_rules *rules, struct json_file *file, const char *name,
	const json_t *value, struct berth_error *err)
{
	int key = find_key(file, name, err);
	json_int_t number = json_integer_value(value);
	if (key < 0)
		return -1;
	if (!json_is_integer(value))
		return json_wrong_type(file, name, value, keys[key].expected, err);
	if (number < (key == RUNS) || number > keys[key].most)
		return json_file_error(file, JSON_AT_VALUE, err, "%s can't be %lld, expected %s",
			name, (long long)number, keys[key].expected);
	if (key == RUNS)
		rules->runs = (unsigned)number;
	else if (key == DAYS)
		rules->days = (unsigned)number;
	else
		rules->log_bytes = (uint64_t)number << 20;
	return 0;
}

int history_keys_read(struct berth_history_rules *rules, struct json_file *file,
	const struct json_t *value, struct berth_error *err)
{
	const char *name;
	json_t *element;
	if (!json_is_object(value))
		return json_wrong_type(file, "history", value, "an object", err);
	json_object_foreach((json_t *)value, name, element)
	{
		json_enter_key(file, name);
		if (read_one(rules, file, name, element, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

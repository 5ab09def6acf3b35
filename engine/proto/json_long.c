#include "proto/json_long.h"

#include <string.h>

#include <jansson.h>

#include "proto/json_repair.h"
#include "proto/json_tap.h"

/* The first member of that name is the one that was taken out. */
static json_t *holder_of(json_t *value, const char *key)
{
	json_t *found = NULL, *element;
	const char *name;

	json_object_foreach(value, name, element)
	{
		if (strcmp(name, key) == 0)
			return value;
		if (json_is_object(element) && (found = holder_of(element, key)) != NULL)
			return found;
	}
	return NULL;
}

int json_long_load(
	const struct buf *json, const char *key, struct json_t **value, struct berth_error *err)
{
	struct json_tap tap;
	json_t *holder;
	int status;

	if (json->len < JSON_LONG_MIN)
		return json_repair_load(json, value, err);
	json_tap_init(&tap, key, json->len);
	status = json_tap_feed(&tap, json->data, json->len, err);
	if (status == 0 && (!tap.found || tap.text.len < JSON_LONG_MIN / 2))
		status = json_repair_load(json, value, err);
	else if (status == 0 && (status = json_repair_load(&tap.rest, value, err)) == 0 &&
		 (holder = holder_of(*value, key)) != NULL)
		json_object_set_new_nocheck(
			holder, key, json_stringn_nocheck(tap.text.data, tap.text.len));
	json_tap_release(&tap);
	return status;
}

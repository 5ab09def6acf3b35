#include "history/history_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* A value that is no object, as a person would write it. malloc'd. */
static char *value_text(const json_t *value)
{
	char *joined = strdup("");
	const json_t *item;
	size_t i;
	if (json_is_string(value) || !json_is_array(value)) {
		free(joined);
		return json_is_string(value) ? strdup(json_string_value(value))
					     : json_dumps(value, JSON_ENCODE_ANY);
	}
	json_array_foreach(value, i, item)
	{
		char *text = value_text(item), *longer = NULL;
		int len = text && joined ? asprintf(&longer, "%s%s%s", joined, i ? ", " : "", text)
					 : -1;
		free(text);
		free(joined);
		if (len < 0)
			return NULL;
		joined = longer;
	}
	return joined;
}

/* {"env": {"A": "1"}} as {"env.A": "1"}, in its order. */
static int flatten(json_t *flat, const char *path, json_t *object)
{
	const char *key;
	json_t *value;
	json_object_foreach(object, key, value)
	{
		char *name, *text = NULL;
		if (asprintf(&name, "%s%s%s", path, *path ? "." : "", key) < 0)
			return -1;
		int status = 0;
		if (json_is_object(value))
			status = flatten(flat, name, value);
		else if ((text = value_text(value)) == NULL)
			status = -1;
		else
			status = json_object_set_new(flat, name, json_string(text));
		free(text);
		free(name);
		if (status < 0)
			return -1;
	}
	return 0;
}

static json_t *flat_of(const char *text)
{
	json_t *object = text ? json_loads(text, 0, NULL) : NULL, *flat = json_object();
	if (flat && json_is_object(object) && flatten(flat, "", object) < 0) {
		json_decref(flat);
		flat = NULL;
	}
	json_decref(object);
	return flat;
}

static char *copy(const json_t *text)
{
	return text ? strdup(json_string_value(text)) : NULL;
}

static int add(struct differences *differences, const char *field, const json_t *before,
	const json_t *after)
{
	struct difference *list = realloc(
		differences->list, (differences->count + 1) * sizeof *differences->list);
	if (!list)
		return -1;
	differences->list = list;
	struct difference *added = &list[differences->count++];
	*added = (struct difference){strdup(field), copy(before), copy(after)};
	return added->field && (added->before || !before) && (added->after || !after) ? 0 : -1;
}

static int compare(struct differences *differences, json_t *before, json_t *after)
{
	const char *field;
	json_t *value;
	json_object_foreach(before, field, value)
	{
		const json_t *other = json_object_get(after, field);
		if (!json_equal(value, other) && add(differences, field, value, other) < 0)
			return -1;
	}
	json_object_foreach(after, field, value)
	{
		if (!json_object_get(before, field) && add(differences, field, NULL, value) < 0)
			return -1;
	}
	return 0;
}

int differences_find(struct differences *differences, const char *before, const char *after)
{
	json_t *first = flat_of(before), *second = flat_of(after);
	*differences = (struct differences){0};
	int status = first && second ? compare(differences, first, second) : -1;
	json_decref(first);
	json_decref(second);
	if (status < 0)
		differences_release(differences);
	return status;
}

void differences_release(struct differences *differences)
{
	for (size_t i = 0; i < differences->count; i++) {
		free(differences->list[i].field);
		free(differences->list[i].before);
		free(differences->list[i].after);
	}
	free(differences->list);
	*differences = (struct differences){0};
}

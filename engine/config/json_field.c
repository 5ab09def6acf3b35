/* One field's value as JSON: the same texts as on the command line, in JSON's own types. */
#include "config/config_file.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/json_file.h"
#include "config/parse.h"
#include "config/paths.h"

static const char *expected(enum berth_field_kind kind)
{
	switch (kind) {
	case BERTH_KIND_LIST:
		return "a list of texts";
	case BERTH_KIND_SECRET_LIST:
		return "an object { \"NAME\": \"VALUE\" } or a list of \"NAME=VALUE\"";
	case BERTH_KIND_FLAG:
		return "true or false";
	case BERTH_KIND_NUMBER:
		return "a number";
	default:
		return "a text";
	}
}

/* Numbers and truth values as they would be typed; NULL if the type can't be a text. */
static char *as_text(const json_t *value)
{
	char *text = NULL;
	if (json_is_string(value))
		return strdup(json_string_value(value));
	if (json_is_boolean(value))
		return strdup(json_is_true(value) ? "true" : "false");
	if (json_is_integer(value) &&
		asprintf(&text, "%" JSON_INTEGER_FORMAT, json_integer_value(value)) >= 0)
		return text;
	return NULL;
}

static bool is_path(enum berth_field_id field)
{
	return field == BERTH_FIELD_FOLDER || field == BERTH_FIELD_ENV_FILE;
}

static int add_value(struct json_file *file, enum berth_field_id field, const char *text,
	const char *base, struct strings *values, struct berth_error *err)
{
	if (parse_check(field, text, values->count + 1, err) < 0)
		return json_file_wrap(file, JSON_AT_VALUE, err);
	if (!base || !is_path(field))
		return strings_add(values, text, err);
	char *path;
	if (path_absolute(&path, base, text, err) < 0)
		return -1;
	return strings_take(values, path, err);
}

static int scalar(struct json_file *file, enum berth_field_id field, const json_t *value,
	const char *base, struct strings *values, struct berth_error *err)
{
	const struct berth_field *row = &berth_fields[field];
	bool list = row->kind == BERTH_KIND_LIST;
	bool right = json_is_string(value) ||
		     (json_is_boolean(value) && row->kind == BERTH_KIND_FLAG) ||
		     (json_is_integer(value) && (list || row->kind == BERTH_KIND_NUMBER));
	if (!right)
		return json_wrong_type(file, row->name, value, expected(row->kind), err);
	cleanup_free char *text = as_text(value);
	if (!text)
		return string_no_memory(err);
	int status = add_value(file, field, text, base, values, err);
	explicit_bzero(text, strlen(text));
	return status;
}

static int array(struct json_file *file, enum berth_field_id field, const json_t *value,
	const char *base, struct strings *values, struct berth_error *err)
{
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_enter_index(file, i);
		if (scalar(file, field, json_array_get(value, i), base, values, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

static int variable(struct json_file *file, const char *name, const json_t *value,
	struct strings *values, struct berth_error *err)
{
	if (!parse_is_variable(name, strlen(name)))
		return json_file_error(file, JSON_AT_KEY, err,
			"env: a variable's name is letters, digits and '_', not starting with a "
			"digit");
	cleanup_free char *text = as_text(value);
	if (!text)
		return json_wrong_type(file, name, value, "a text", err);
	char *pair;
	int len = asprintf(&pair, "%s=%s", name, text);
	explicit_bzero(text, strlen(text));
	return strings_take(values, len < 0 ? NULL : pair, err);
}

static int variables(struct json_file *file, const json_t *value, struct strings *values,
	struct berth_error *err)
{
	const char *name;
	json_t *element;
	json_object_foreach((json_t *)value, name, element)
	{
		json_enter_key(file, name);
		if (variable(file, name, element, values, err) < 0)
			return -1;
		json_leave(file);
	}
	return 0;
}

int json_field_values(struct json_file *file, enum berth_field_id field, const json_t *value,
	const char *base, struct strings *values, struct berth_error *err)
{
	enum berth_field_kind kind = berth_fields[field].kind;
	int status;
	*values = (struct strings){0};
	if (json_is_object(value) && kind == BERTH_KIND_SECRET_LIST)
		status = variables(file, value, values, err);
	else if (json_is_array(value) &&
		 (kind == BERTH_KIND_LIST || kind == BERTH_KIND_SECRET_LIST))
		status = array(file, field, value, base, values, err);
	else
		status = scalar(file, field, value, base, values, err);
	if (status < 0)
		strings_release(values);
	return status;
}

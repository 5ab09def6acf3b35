#include "base/result_read.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/copy.h"

static const char *member(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* copy_text() of what may be missing. */
static char *text(const json_t *object, const char *name)
{
	const char *value = member(object, name);

	return value != NULL ? copy_text(value) : NULL;
}

static enum berth_code code_of(const char *name)
{
	for (int code = BERTH_E_OK; name != NULL && code <= BERTH_E_INTERNAL; code++)
		if (strcmp(berth_code_name((enum berth_code)code), name) == 0)
			return (enum berth_code)code;
	return BERTH_E_INTERNAL;
}

static int read_failure(struct berth_result *result, const json_t *object)
{
	struct berth_error err = {.code = code_of(member(object, "code"))};
	const json_t *exit_code = json_object_get(object, "exit_code"), *line;
	struct berth_failure *failure;
	size_t i;

	if (berth_result_fail(result, &err, member(object, "stage")) == -1)
		return -1;
	failure = result->failure;
	free(failure->message);
	free(failure->hint);
	failure->message = text(object, "message");
	failure->hint = text(object, "hint");
	failure->has_exit_code = json_is_integer(exit_code);
	failure->exit_code = (int)json_integer_value(exit_code);
	failure->oom = json_is_true(json_object_get(object, "oom"));
	json_array_foreach(json_object_get(object, "last_lines"), i, line)
	{
		const char *bytes = json_string_value(line);

		if (bytes != NULL && berth_failure_add_line(failure, bytes, strlen(bytes)) == -1)
			return -1;
	}
	json_array_foreach(json_object_get(object, "probes"), i, line)
	{
		const char *probe = json_string_value(line);

		if (probe != NULL && berth_failure_add_probe(failure, probe) == -1)
			return -1;
	}
	return 0;
}

static int read_details(struct berth_result *result, const json_t *list)
{
	const json_t *detail;
	size_t i;

	json_array_foreach(list, i, detail)
	{
		const char *section = member(detail, "section"), *label = member(detail, "label");
		const char *value = member(detail, "value");

		if (section != NULL && label != NULL && value != NULL &&
			berth_result_add_detail(result, section, label, value) == -1)
			return -1;
	}
	return 0;
}

static int read_lists(struct berth_result *result, json_t *object)
{
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach(json_object_get(object, "urls"), name, value)
	{
		if (json_is_string(value) &&
			berth_result_add_url(result, name, json_string_value(value)) == -1)
			return -1;
	}
	json_object_foreach(json_object_get(object, "health_status"), name, value)
	{
		if (berth_result_add_check(result, name, json_is_true(value)) == -1)
			return -1;
	}
	json_array_foreach(json_object_get(object, "left_behind"), i, value)
	{
		if (json_is_string(value) &&
			berth_result_add_left_behind(result, json_string_value(value)) == -1)
			return -1;
	}
	return read_details(result, json_object_get(object, "details"));
}

static void read_source(struct berth_source *source, const json_t *object)
{
	source->repository = text(object, "repository");
	source->commit = text(object, "commit");
	source->subject = text(object, "subject");
	source->author = text(object, "author");
	source->branch = text(object, "branch");
}

static int read_event(struct berth_result *result, const json_t *event)
{
	json_t *object = json_object_get(event, "result");
	const json_t *error = json_object_get(event, "error");

	if (!json_is_object(object))
		return -1;
	result->message = text(object, "message");
	result->endpoint_url = text(object, "endpoint_url");
	result->container_id = text(object, "container_id");
	result->image_digest = text(object, "image_digest");
	read_source(&result->source, json_object_get(object, "source"));
	result->rolled_back = json_is_true(json_object_get(object, "rolled_back"));
	result->duration_ms = json_integer_value(json_object_get(object, "duration_ms"));
	if (read_lists(result, object) == -1)
		return -1;
	return json_is_object(error) ? read_failure(result, error) : 0;
}

struct berth_result *result_from_json(const json_t *event, enum berth_outcome outcome)
{
	struct berth_result *result = berth_result_new();

	if (result == NULL)
		return NULL;
	result->outcome = outcome;
	if (read_event(result, event) == 0)
		return result;
	berth_result_free(result);
	return NULL;
}

struct berth_result *result_read(const char *json, enum berth_outcome outcome)
{
	json_t *event = json_loads(json, JSON_ALLOW_NUL, NULL);
	struct berth_result *result = event != NULL ? result_from_json(event, outcome) : NULL;

	json_decref(event);
	return result;
}

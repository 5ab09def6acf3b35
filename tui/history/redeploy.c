#include "history/redeploy.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

enum { VALUES_MAX = REDEPLOY_ENV_MAX };

/* Of one field. */
struct values {
	char *items[VALUES_MAX];
	size_t count;
	bool failed;
};

static void add(struct values *values, char *text)
{
	if (text == NULL || values->count == VALUES_MAX) {
		free(text);
		values->failed = true;
		return;
	}
	values->items[values->count++] = text;
}

static void __attribute__((format(printf, 2, 3)))
addf(struct values *values, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	va_start(args, format);
	int len = vasprintf(&text, format, args);
	va_end(args);
	add(values, len < 0 ? NULL : text);
}

/* Secrets may be among them. */
static void release(struct values *values)
{
	for (size_t i = 0; i < values->count; i++) {
		explicit_bzero(values->items[i], strlen(values->items[i]));
		free(values->items[i]);
	}
	*values = (struct values){0};
}

static int put(struct berth_settings *settings, enum berth_field_id field, struct values *values,
	struct berth_error *err)
{
	int status = values->failed
			     ? berth_error_set(err, BERTH_E_LIMIT, 0,
				       "there is no room for all of '%s'", berth_fields[field].name)
			     : berth_settings_replace(settings, field,
				       (const char *const *)values->items, values->count, err);
	release(values);
	return status;
}

char *redeploy_pin(const struct berth_past_run *run, struct berth_error *err)
{
	char *image;
	if (!run->kind || strcmp(run->kind, "docker") != 0) {
		berth_error_set(err, BERTH_E_USAGE, 0,
			"run %lld was on target '%s', which has no images to choose from: expected "
			"one of a Docker engine",
			(long long)run->number, run->target ? run->target : "");
		return NULL;
	}
	if (run->state != BERTH_PAST_ENDED || run->outcome != BERTH_DEPLOYED) {
		berth_error_set(err, BERTH_E_USAGE, 0,
			"run %lld did not end well, expected one that was deployed",
			(long long)run->number);
		berth_error_hint(err, "'berth history' lists them");
		return NULL;
	}
	if (!run->image || !run->image_digest || strncmp(run->image_digest, "sha256:", 7) != 0) {
		berth_error_set(err, BERTH_E_USAGE, 0,
			"of run %lld it is not known which image it was", (long long)run->number);
		return NULL;
	}
	/* Without a digest of before, and without a tag: a ':' behind the last '/'. */
	size_t len = strcspn(run->image, "@");
	const char *slash = memrchr(run->image, '/', len);
	const char *from = slash ? slash : run->image;
	const char *colon = memchr(from, ':', len - (size_t)(from - run->image));
	if (colon)
		len = (size_t)(colon - run->image);
	if (asprintf(&image, "%.*s@%s", (int)len, run->image, run->image_digest) >= 0)
		return image;
	berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	return NULL;
}

static const struct {
	const char *key;
	enum berth_field_id field;
} plain_fields[] = {
	{"target", BERTH_FIELD_TARGET},
	{"preset", BERTH_FIELD_PRESET},
	{"name", BERTH_FIELD_NAME},
	{"container", BERTH_FIELD_CONTAINER},
	{"platform", BERTH_FIELD_PLATFORM},
	{"dest", BERTH_FIELD_DEST},
	{"restart", BERTH_FIELD_RESTART},
	{"timeout", BERTH_FIELD_TIMEOUT},
	{"health_timeout", BERTH_FIELD_HEALTH_TIMEOUT},
};

static int put_plain(struct berth_settings *settings, const json_t *request, const char *key,
	enum berth_field_id field, struct berth_error *err)
{
	const json_t *value = json_object_get(request, key);
	struct values values = {0};
	if (json_is_string(value))
		add(&values, strdup(json_string_value(value)));
	else if (json_is_integer(value))
		addf(&values, "%lld", (long long)json_integer_value(value));
	return values.count > 0 || values.failed ? put(settings, field, &values, err) : 0;
}

static int put_list(struct berth_settings *settings, const json_t *request, const char *key,
	enum berth_field_id field, struct berth_error *err)
{
	const json_t *list = json_object_get(request, key);
	struct values values = {0};
	for (size_t i = 0; i < json_array_size(list); i++)
		add(&values, strdup(json_string_value(json_array_get(list, i))));
	return put(settings, field, &values, err);
}

/* "8080:80", "auto from 8000:80" and ":5859", as the history writes them. */
static int put_ports(
	struct berth_settings *settings, const json_t *request, struct berth_error *err)
{
	struct values ports = {0}, health = {0};
	const char *name;
	json_t *port;
	json_object_foreach(json_object_get(request, "ports"), name, port)
	{
		const char *text = json_string_value(json_object_get(port, "port"));
		const char *probe = json_string_value(json_object_get(port, "health"));
		const char *colon = text ? strchr(text, ':') : NULL;
		if (!colon)
			continue;
		if (strncmp(text, "auto", 4) == 0)
			addf(&ports, "%s=auto%s", name, colon);
		else
			addf(&ports, "%s=%s", name, text);
		if (probe && strcmp(probe, "auto") != 0)
			addf(&health, "%s=%s", name, probe);
	}
	if (put(settings, BERTH_FIELD_PORT, &ports, err) == 0)
		return put(settings, BERTH_FIELD_HEALTH, &health, err);
	release(&health);
	return -1;
}

static int put_config_files(
	struct berth_settings *settings, const json_t *request, struct berth_error *err)
{
	struct values values = {0};
	const char *name;
	json_t *places;
	json_object_foreach(json_object_get(request, "config_files"), name, places)
	{
		char text[4096];
		int len = snprintf(text, sizeof text, "%s", name);
		for (size_t i = 0;
			i < json_array_size(places) && len >= 0 && (size_t)len < sizeof text; i++)
			len += snprintf(text + len, sizeof text - (size_t)len, "%s%s",
				i == 0 ? ":" : ",", json_string_value(json_array_get(places, i)));
		add(&values, len >= 0 && (size_t)len < sizeof text ? strdup(text) : NULL);
	}
	return put(settings, BERTH_FIELD_CONFIG_FILE, &values, err);
}

/* The value that was given for it now; NULL: none. */
static const char *given(const struct berth_settings *settings, const char *name)
{
	size_t len = strlen(name);
	for (size_t i = berth_settings_count(settings, BERTH_FIELD_ENV); i > 0; i--) {
		const char *pair = berth_settings_at(settings, BERTH_FIELD_ENV, i - 1);
		if (pair && strncmp(pair, name, len) == 0 && pair[len] == '=')
			return pair;
	}
	return NULL;
}

static bool is_fingerprint(const char *value)
{
	return strncmp(value, "hmac:", 5) == 0 && strspn(value + 5, "0123456789abcdef") == 16 &&
	       value[21] == '\0';
}

static void put_variable(struct values *values, struct redeploy_missing *missing,
	const struct berth_settings *settings, const char *name, const char *value)
{
	const char *pair = given(settings, name);
	if (pair) {
		add(values, strdup(pair));
	} else if (!is_fingerprint(value)) {
		addf(values, "%s=%s", name, value);
	} else if (missing->count < REDEPLOY_ENV_MAX) {
		missing->names[missing->count] = strdup(name);
		values->failed = values->failed || !missing->names[missing->count];
		missing->count += missing->names[missing->count] != NULL;
	} else {
		values->failed = true;
	}
}

static int put_variables(struct berth_settings *settings, const json_t *request,
	struct redeploy_missing *missing, struct berth_error *err)
{
	struct values values = {0};
	const json_t *env = json_object_get(request, "env");
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)env, name, value) put_variable(&values, missing, settings,
		name, json_is_string(value) ? json_string_value(value) : "");
	/* What it did not have then, and is wanted now. */
	for (size_t i = 0; i < berth_settings_count(settings, BERTH_FIELD_ENV); i++) {
		const char *pair = berth_settings_at(settings, BERTH_FIELD_ENV, i);
		char bare[256];
		snprintf(bare, sizeof bare, "%.*s", (int)strcspn(pair, "="), pair);
		if (!json_object_get(env, bare))
			add(&values, strdup(pair));
	}
	return put(settings, BERTH_FIELD_ENV, &values, err);
}

static int put_one(struct berth_settings *settings, enum berth_field_id field, const char *text,
	struct berth_error *err)
{
	return berth_settings_replace(settings, field, &text, 1, err);
}

/* What was built is in the image: it is not made again, and its folder is not sent as files. */
static int put_source(
	struct berth_settings *settings, const json_t *request, struct berth_error *err)
{
	bool built = json_is_true(json_object_get(request, "build"));
	if (put_one(settings, BERTH_FIELD_BUILD, "false", err) < 0 ||
		berth_settings_replace(settings, BERTH_FIELD_GIT, NULL, 0, err) < 0)
		return -1;
	return built ? berth_settings_replace(settings, BERTH_FIELD_FOLDER, NULL, 0, err)
		     : put_plain(settings, request, "folder", BERTH_FIELD_FOLDER, err);
}

static int put_all(struct berth_settings *settings, const json_t *request, const char *image,
	struct redeploy_missing *missing, struct berth_error *err)
{
	for (size_t i = 0; i < sizeof plain_fields / sizeof *plain_fields; i++) {
		if (put_plain(settings, request, plain_fields[i].key, plain_fields[i].field, err) <
			0)
			return -1;
	}
	if (put_source(settings, request, err) < 0)
		return -1;
	/* A target of the configuration has a host of its own. */
	const char *target = json_string_value(json_object_get(request, "target"));
	if (target && strcmp(target, "local") == 0 &&
		put_plain(settings, request, "host", BERTH_FIELD_HOST, err) < 0)
		return -1;
	if (json_is_false(json_object_get(request, "rollback")) &&
		put_one(settings, BERTH_FIELD_NO_ROLLBACK, "true", err) < 0)
		return -1;
	if (put_one(settings, BERTH_FIELD_IMAGE, image, err) < 0 ||
		put_one(settings, BERTH_FIELD_PULL, "missing", err) < 0 ||
		put_list(settings, request, "include", BERTH_FIELD_INCLUDE, err) < 0 ||
		put_list(settings, request, "exclude", BERTH_FIELD_EXCLUDE, err) < 0 ||
		put_ports(settings, request, err) < 0 ||
		put_config_files(settings, request, err) < 0)
		return -1;
	return put_variables(settings, request, missing, err);
}

int redeploy_fill(struct berth_settings *settings, const struct berth_past_run *run,
	const char *image, struct redeploy_missing *missing, struct berth_error *err)
{
	json_t *request = run->request ? json_loads(run->request, 0, NULL) : NULL;
	*missing = (struct redeploy_missing){0};
	if (!request)
		return berth_error_set(err, BERTH_E_PROTOCOL, 0,
			"what run %lld was asked for can't be read", (long long)run->number);
	int status = put_all(settings, request, image, missing, err);
	json_decref(request);
	if (status < 0)
		redeploy_missing_release(missing);
	return status;
}

void redeploy_missing_release(struct redeploy_missing *missing)
{
	for (size_t i = 0; i < missing->count; i++)
		free(missing->names[i]);
	*missing = (struct redeploy_missing){0};
}

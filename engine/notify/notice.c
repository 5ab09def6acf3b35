#include "notify/notice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/secret.h"
#include "loop/timer.h"

extern char **environ;

static int set_text(json_t *object, const char *key, const char *text)
{
	return text == NULL ? 0 : json_object_set_new(object, key, json_string(text));
}

static json_t *of_result(const struct berth_event *end)
{
	cleanup_free char *text = berth_event_to_json(end);

	return text != NULL ? json_loads(text, JSON_ALLOW_NUL, NULL) : NULL;
}

static json_t *of_beginning(const struct notice *notice)
{
	json_t *object = json_object();
	char now[32];

	berth_format_timestamp(now, clock_unix_ms());
	if (object == NULL || json_object_set_new(object, "v", json_integer(1)) != 0 ||
		set_text(object, "deployment_id", notice->deployment_id) != 0 ||
		set_text(object, "timestamp", now) != 0) {
		json_decref(object);
		return NULL;
	}
	return object;
}

char *notice_json(const struct notice *notice)
{
	json_t *object = notice->end != NULL ? of_result(notice->end) : of_beginning(notice);
	char *text = NULL;

	if (object == NULL)
		return NULL;
	if (set_text(object, "moment", berth_moment_names[notice->moment]) == 0 &&
		set_text(object, "name", notice->request->name) == 0 &&
		set_text(object, "target", notice->request->target) == 0)
		text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	return text;
}

/* --- variables --- */

struct list {
	char **items;
	size_t count, room;
	bool failed;
};

static void add(struct list *list, const char *name, const char *value)
{
	if (list->failed || list->count == list->room || value == NULL)
		return;
	if (asprintf(&list->items[list->count], "%s=%s", name, value) < 0) {
		list->items[list->count] = NULL;
		list->failed = true;
		return;
	}
	list->count++;
}

static bool holds_secret(const struct secrets *secrets, const char *entry)
{
	struct buf out;
	bool changed = false;

	buf_init(&out, strlen(entry) + (1u << 20));
	/* What can't be judged does not go out. */
	changed = secrets_redact(secrets, entry, strlen(entry), &out, &changed, NULL) == -1 ||
		  changed;
	buf_release(&out);
	return changed;
}

/* `len`: of its name. */
static bool stays_here(const struct notice *notice, const char *entry, size_t len)
{
	const struct berth_secret *key = notice->key;

	if (strncmp(entry, "BERTH_", 6) == 0)
		return true;
	if (key->from == BERTH_SECRET_VARIABLE && strlen(key->source) == len &&
		strncmp(entry, key->source, len) == 0)
		return true;
	return holds_secret(notice->secrets, entry);
}

static void take_away(struct list *list, const struct notice *notice)
{
	for (char **entry = environ; *entry != NULL && !list->failed; entry++) {
		size_t len = strcspn(*entry, "=");

		if ((*entry)[len] == '\0' || !stays_here(notice, *entry, len))
			continue;
		list->items[list->count] = strndup(*entry, len);
		list->failed = list->items[list->count] == NULL;
		list->count += !list->failed;
	}
}

static void add_result(struct list *list, const struct berth_result *result)
{
	char duration[32];

	if (result == NULL)
		return;
	snprintf(duration, sizeof(duration), "%lld", (long long)result->duration_ms);
	add(list, "BERTH_RESULT", berth_outcome_name(result->outcome));
	add(list, "BERTH_MESSAGE", result->message);
	add(list, "BERTH_URL", result->endpoint_url);
	add(list, "BERTH_CONTAINER_ID", result->container_id);
	add(list, "BERTH_IMAGE_DIGEST", result->image_digest);
	add(list, "BERTH_DURATION_MS", duration);
	if (result->failure != NULL) {
		add(list, "BERTH_ERROR", result->failure->message);
		add(list, "BERTH_HINT", result->failure->hint);
		add(list, "BERTH_STAGE", result->failure->stage);
	}
}

char **notice_environment(const struct notice *notice)
{
	enum { OWN = 24 };
	struct list list = {.room = OWN};

	for (char **entry = environ; *entry != NULL; entry++)
		list.room++;
	list.items = calloc(list.room + 1, sizeof(*list.items));
	if (list.items == NULL)
		return NULL;
	take_away(&list, notice);
	add(&list, "BERTH_HOOK", berth_moment_names[notice->moment]);
	add(&list, "BERTH_DEPLOYMENT_ID", notice->deployment_id);
	add(&list, "BERTH_NAME", notice->request->name);
	add(&list, "BERTH_TARGET", notice->request->target);
	add(&list, "BERTH_IMAGE", notice->request->image);
	add(&list, "BERTH_CONTAINER", notice->request->container);
	add_result(&list, notice->end != NULL ? notice->end->result : NULL);
	if (!list.failed)
		return list.items;
	notice_environment_free(list.items);
	return NULL;
}

void notice_environment_free(char **environment)
{
	for (size_t i = 0; environment != NULL && environment[i] != NULL; i++)
		free(environment[i]);
	free(environment);
}

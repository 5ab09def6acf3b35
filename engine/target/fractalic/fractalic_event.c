/*
 * One event of the server. Servers name the documented stages, or say "deploying" all the time and
 * leave only the progress to tell the stage by. Progress falls at times, is 0 with the lines that
 * carry a command, and is 100 before the health is known and when it failed: none of that is taken
 * for the deployment's state.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "base/level.h"
#include "proto/json_repair.h"
#include "target/fractalic/fractalic.h"
#include "target/server/server_answer.h"

#define SERVER_MAX (8u << 20)
/* What is said of events that can't be read, before it is too much of it. */
#define BAD_EVENTS 20
/* From here on the run may have made its container. */
#define LAUNCHED 50

struct said {
	struct flat_text id, timestamp, message, stage;
	int progress;       /* -1: not said */
	const json_t *more; /* the whole, if it has members that have no place; else NULL */
};

static bool is_text(const struct flat_text *text, const char *wanted)
{
	return text->bytes != NULL && text->len == strlen(wanted) &&
	       memcmp(text->bytes, wanted, text->len) == 0;
}

static int stage_named(const struct flat_text *name)
{
	for (int i = 0; i < STAGE_COUNT; i++)
		if (is_text(name, registry_stages[i].name))
			return i;
	return -1;
}

/* Names that the record has, for what is no stage of a deployment's way. */
static bool is_end(const struct flat_text *name)
{
	return is_text(name, "completed") || is_text(name, "error") || is_text(name, "cancelled");
}

static int stage_at(int progress)
{
	static const int below[STAGE_COUNT] = {
		[STAGE_VALIDATE] = 10,
		[STAGE_PULL] = 35,
		[STAGE_PREPARE] = 50,
		[STAGE_START] = 70,
		[STAGE_COPY] = 90,
		[STAGE_HEALTH] = 101,
	};
	int stage = 0;

	while (stage < STAGE_HEALTH && progress >= below[stage])
		stage++;
	return stage;
}

static enum berth_level level_of(const struct said *said)
{
	if (is_text(&said->stage, "error"))
		return BERTH_ERROR;
	return level_of_mark(said->message.bytes, said->message.len, BERTH_INFO);
}

/* "Container started: 555747451cbf": the one thing that tells this run's container from another of
 * the same name. */
static void learn_container(struct fractalic *t, const struct flat_text *message)
{
	static const char mark[] = "Container started: ";
	const char *found = message->len > 0
				    ? memmem(message->bytes, message->len, mark, sizeof(mark) - 1)
				    : NULL;
	size_t len = 0, room;

	if (found == NULL)
		return;
	found += sizeof(mark) - 1;
	room = (size_t)(message->bytes + message->len - found);
	while (len < room && len < sizeof(t->made) - 1 &&
		strchr("0123456789abcdef", found[len]) != NULL && found[len] != '\0')
		len++;
	if (len < 12)
		return;
	memcpy(t->made, found, len);
	t->made[len] = '\0';
}

/* True if it was not known, or is another one. */
static bool learn_id(struct fractalic *t, const struct flat_text *id)
{
	char *copy;

	if (id->bytes == NULL || id->len == 0 || memchr(id->bytes, '\0', id->len) != NULL ||
		(t->id != NULL && is_text(id, t->id)))
		return false;
	copy = strndup(id->bytes, id->len);
	if (copy == NULL)
		return false;
	free(t->id);
	t->id = copy;
	return true;
}

static bool has_place(const char *key)
{
	static const char *const known[] = {
		"deployment_id", "timestamp", "message", "stage", "progress"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(key, known[i]) == 0)
			return true;
	return false;
}

static void put_more(struct json_writer *out, const json_t *more)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)more, key, value)
	{
		char *dump = has_place(key) ? NULL
					    : json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

		if (dump == NULL)
			continue;
		json_write_key(out, key);
		json_write_foreign(out, dump);
		free(dump);
	}
}

/* What it said that has no place in the record: its own id, the first time; a stage of its own; the
 * members nobody knows. NULL if there is nothing. */
static char *without_place(const struct said *said, bool new_id)
{
	struct json_writer out;
	bool odd_stage = said->stage.bytes != NULL && stage_named(&said->stage) < 0 &&
			 !is_end(&said->stage) && !is_text(&said->stage, "deploying");

	if (!new_id && !odd_stage && said->more == NULL)
		return NULL;
	json_writer_init(&out, SERVER_MAX);
	json_write_open(&out, '{');
	if (new_id) {
		json_write_key(&out, "deployment_id");
		json_write_bytes(&out, said->id.bytes, said->id.len);
	}
	if (odd_stage) {
		json_write_key(&out, "stage");
		json_write_bytes(&out, said->stage.bytes, said->stage.len);
	}
	put_more(&out, said->more);
	json_write_close(&out, '}');
	return json_writer_take(&out);
}

/* Stages are only gone through forwards, progress only rises; a failure moves neither, whatever
 * numbers come with it. Nor does the end: that it is complete is said once, with the result. */
static void move(struct fractalic *t, const struct said *said, enum berth_level level)
{
	int progress = said->progress > 100 ? 100 : said->progress;
	int stage = stage_named(&said->stage);
	bool raised;

	if ((level == BERTH_ERROR && progress >= 100) || is_end(&said->stage))
		return;
	if (stage < 0)
		stage = progress > 0 ? stage_at(progress) : t->run.stage;
	raised = progress > t->run.percent;
	if (raised)
		t->run.percent = progress;
	if (stage > t->run.stage) {
		t->run.stage = stage;
		server_run_say_status(&t->run,
			said->message.len > 0 ? said->message.bytes : registry_stages[stage].doing,
			said->message.len > 0 ? said->message.len
					      : strlen(registry_stages[stage].doing));
	} else if (raised) {
		t->run.setup.sink.emit(t->run.setup.sink.context,
			berth_event_new(BERTH_EVENT_PROGRESS, registry_stages[t->run.stage].name,
				t->run.percent, NULL, 0));
	}
}

static void log_it(
	struct fractalic *t, const struct said *said, enum berth_level level, bool new_id)
{
	struct berth_event *event;

	event = berth_event_new(BERTH_EVENT_LOG, registry_stages[t->run.stage].name, 0,
		said->message.bytes != NULL ? said->message.bytes : "", said->message.len);
	if (event != NULL) {
		event->level = level;
		event->stream = BERTH_SERVER;
		event->server = without_place(said, new_id);
	}
	t->run.setup.sink.emit(t->run.setup.sink.context, event);
}

static void say(struct fractalic *t, const struct said *said)
{
	enum berth_level level = level_of(said);
	bool new_id = learn_id(t, &said->id);

	t->seen++;
	t->stamp_len = said->timestamp.len < sizeof(t->stamp) ? said->timestamp.len : 0;
	if (t->stamp_len > 0)
		memcpy(t->stamp, said->timestamp.bytes, t->stamp_len);
	move(t, said, level);
	if (t->run.percent >= LAUNCHED)
		learn_container(t, &said->message);
	if (said->message.len > 0 || new_id || said->more != NULL)
		log_it(t, said, level, new_id);
}

/* --- whole objects --- */

static struct flat_text text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return (struct flat_text){0};
	return (struct flat_text){json_string_value(value), json_string_length(value)};
}

static int progress_of(const json_t *object)
{
	const json_t *value = json_object_get(object, "progress");
	double number = json_is_number(value) ? json_number_value(value) : -1;

	if (!(number >= 0))
		return -1;
	return number < 100 ? (int)number : 100;
}

static bool has_more(const json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value) if (!has_place(key)) return true;
	return false;
}

/* The last event says how it ended: {"result": ...}, {"error": ...}, or the stage "error". */
static void look_for_end(struct fractalic *t, const json_t *object, const struct said *said)
{
	const json_t *result = json_object_get(object, "result");
	char why[SERVER_ANSWER_MAX];

	if (json_is_object(result) && result_take(t, result, object))
		return;
	server_answer_json(why, json_object_get(object, "error"));
	if (why[0] == '\0' && !is_text(&said->stage, "error"))
		return;
	if (why[0] == '\0')
		server_answer_json(why, json_object_get(object, "message"));
	if (said->message.len == 0)
		server_run_say(&t->run, BERTH_ERROR, "%s", why);
	result_take_error(t, why, object);
}

/* As the route without a stream answers. */
static bool is_bare_result(const json_t *object)
{
	return json_is_boolean(json_object_get(object, "success")) &&
	       json_object_get(object, "result") == NULL;
}

void event_take_json(struct fractalic *t, const json_t *object)
{
	struct said said = {
		.message = text_of(object, "message"),
		.id = text_of(object, "deployment_id"),
		.timestamp = text_of(object, "timestamp"),
		.stage = text_of(object, "stage"),
		.progress = progress_of(object),
	};

	if (is_bare_result(object)) {
		result_take(t, object, object);
		return;
	}
	/* What ends it is kept with the result, not with the line. */
	look_for_end(t, object, &said);
	said.more = t->result == NULL && has_more(object) ? object : NULL;
	say(t, &said);
}

static void leave_out(struct fractalic *t, const char *text, size_t len)
{
	char start[SERVER_ANSWER_MAX];

	t->seen++;
	t->bad_events++;
	if (t->bad_events > BAD_EVENTS)
		return;
	server_answer_text(start, "text/plain", text, len);
	server_run_say(&t->run, BERTH_WARN, "The server sent an event that can't be read: %.120s%s",
		start, t->bad_events == BAD_EVENTS ? " (further ones are not told)" : "");
}

void event_take(struct fractalic *t, const char *json, size_t len)
{
	const struct buf text = {.data = (char *)json, .len = len, .max = len};
	struct flat_event flat;
	json_t *value = NULL;

	if (flat_event_read(&flat, json, len) && !is_text(&flat.text[FLAT_STAGE], "error")) {
		say(t, &(struct said){
			       .id = flat.text[FLAT_DEPLOYMENT_ID],
			       .timestamp = flat.text[FLAT_TIMESTAMP],
			       .message = flat.text[FLAT_MESSAGE],
			       .stage = flat.text[FLAT_STAGE],
			       .progress = flat.progress,
		       });
		return;
	}
	if (json_repair_load(&text, &value, NULL) < 0 || !json_is_object(value))
		leave_out(t, json, len);
	else
		event_take_json(t, value);
	json_decref(value);
}

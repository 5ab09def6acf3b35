#include <berth/detect.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "detect/option.h"

enum { MAX_TEXT = 4 * 1024 * 1024 };

static const char *const by_names[] = {
	[BERTH_DETECTED_FILES] = "files",
	[BERTH_DETECTED_DOCKERFILE] = "dockerfile",
	[BERTH_DETECTED_COMPOSE] = "compose",
	[BERTH_DETECTED_PIN] = "pin",
};

_Static_assert(
	sizeof by_names / sizeof *by_names == BERTH_DETECTED_PIN + 1, "every way has a name");

static void found_release(struct berth_found *found)
{
	free(found->value);
	free(found->from);
}

static void pairs_free(struct berth_found_pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(pairs[i].name);
		free(pairs[i].value);
	}
	free(pairs);
}

static void texts_free(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

void berth_detection_free(struct berth_detection *detection)
{
	if (!detection)
		return;
	candidate_release(&detection->best);
	candidate_release(&detection->second);
	found_release(&detection->build_file);
	found_release(&detection->version);
	found_release(&detection->manager);
	found_release(&detection->port);
	found_release(&detection->build);
	found_release(&detection->run);
	found_release(&detection->health);
	pairs_free(detection->environment, detection->environment_count);
	pairs_free(detection->databases, detection->database_count);
	texts_free(detection->exclude, detection->exclude_count);
	texts_free(detection->files, detection->file_count);
	free(detection);
}

static void write_text(struct json_writer *writer, const char *key, const char *text)
{
	json_write_key(writer, key);
	json_write_text(writer, text);
}

static void write_texts(
	struct json_writer *writer, const char *key, char *const *texts, size_t count)
{
	json_write_key(writer, key);
	json_write_open(writer, '[');
	for (size_t i = 0; i < count; i++)
		json_write_text(writer, texts[i]);
	json_write_close(writer, ']');
}

static void write_evidence(struct json_writer *writer, const struct berth_candidate *candidate)
{
	json_write_key(writer, "evidence");
	json_write_open(writer, '[');
	for (size_t i = 0; i < candidate->evidence_count; i++) {
		const struct berth_evidence *evidence = &candidate->evidence[i];
		json_write_open(writer, '{');
		json_write_key(writer, "points");
		json_write_integer(writer, evidence->points);
		write_text(writer, "file", *evidence->file ? evidence->file : NULL);
		write_text(writer, "text", evidence->text);
		json_write_close(writer, '}');
	}
	json_write_close(writer, ']');
}

static void write_second(struct json_writer *writer, const struct berth_candidate *second)
{
	json_write_key(writer, "runner_up");
	if (!second->stack) {
		json_write_null(writer);
		return;
	}
	json_write_open(writer, '{');
	write_text(writer, "stack", second->stack);
	json_write_key(writer, "confidence_score");
	json_write_integer(writer, second->confidence);
	write_text(writer, "framework", second->framework);
	write_text(writer, "folder", second->folder);
	write_evidence(writer, second);
	json_write_close(writer, '}');
}

static void write_environment(struct json_writer *writer, const struct berth_detection *detection)
{
	json_write_key(writer, "environment");
	json_write_open(writer, '{');
	for (size_t i = 0; i < detection->environment_count; i++)
		write_text(writer, detection->environment[i].name, detection->environment[i].value);
	json_write_close(writer, '}');
}

static void write_databases(struct json_writer *writer, const struct berth_detection *detection)
{
	json_write_key(writer, "databases");
	json_write_open(writer, '[');
	for (size_t i = 0; i < detection->database_count; i++)
		json_write_text(writer, detection->databases[i].name);
	json_write_close(writer, ']');
}

/* The file each value is from; null for the template's. */
static void write_origins(struct json_writer *writer, const struct berth_detection *detection)
{
	const struct {
		const char *key;
		const struct berth_found *found;
	} values[] = {
		{"runtime_version", &detection->version},
		{"package_manager", &detection->manager},
		{"internal_port", &detection->port},
		{"build_command", &detection->build},
		{"run_command", &detection->run},
		{"health_path", &detection->health},
	};

	json_write_key(writer, "origins");
	json_write_open(writer, '{');
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		if (values[i].found->value)
			write_text(writer, values[i].key, values[i].found->from);
	}
	json_write_close(writer, '}');
}

char *berth_detection_to_json(const struct berth_detection *detection)
{
	struct json_writer writer;

	json_writer_init(&writer, MAX_TEXT);
	json_write_open(&writer, '{');
	write_text(&writer, "stack", detection->best.stack);
	json_write_key(&writer, "confidence_score");
	json_write_integer(&writer, detection->best.confidence);
	write_text(&writer, "framework", detection->best.framework);
	write_texts(&writer, "detected_files", detection->files, detection->file_count);
	json_write_key(&writer, "requires_db");
	json_write_bool(&writer, detection->database_count > 0);
	json_write_key(&writer, "internal_port");
	if (detection->port.value)
		json_write_integer(&writer, strtol(detection->port.value, NULL, 10));
	else
		json_write_null(&writer);
	write_text(&writer, "build_command", detection->build.value);
	write_text(&writer, "run_command", detection->run.value);
	write_evidence(&writer, &detection->best);
	write_second(&writer, &detection->second);
	write_text(&writer, "folder", detection->best.folder);
	write_text(&writer, "detected_by", by_names[detection->by]);
	write_text(&writer, "build_file", detection->build_file.value);
	write_text(&writer, "runtime_version", detection->version.value);
	write_text(&writer, "package_manager", detection->manager.value);
	write_text(&writer, "health_path", detection->health.value);
	write_environment(&writer, detection);
	write_texts(&writer, "exclude", detection->exclude, detection->exclude_count);
	write_databases(&writer, detection);
	write_origins(&writer, detection);
	json_write_key(&writer, "looked_at");
	json_write_integer(&writer, (int64_t)detection->looked_at);
	json_write_key(&writer, "complete");
	json_write_bool(&writer, !detection->cut);
	json_write_close(&writer, '}');
	return json_writer_take(&writer);
}

#include "command/remote_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <berth/text.h>

#include "complain.h"

enum { COLUMNS = 5, CELL = 320 };

struct cells {
	char text[COLUMNS][CELL];
};

static void clean(char dst[CELL], const char *text)
{
	unsigned flags = BERTH_CLEAN_LINE | (locale_is_utf8() ? 0 : BERTH_CLEAN_ASCII);
	berth_text_clean(dst, CELL, text, strlen(text), flags);
	if (dst[0] == '\0')
		snprintf(dst, CELL, "-");
}

static struct cells cells_of(const struct berth_remote *remote)
{
	struct cells cells;
	clean(cells.text[0], remote->id);
	clean(cells.text[1], remote->name);
	clean(cells.text[2], remote->state);
	clean(cells.text[3], remote->address);
	clean(cells.text[4], remote->problem[0] != '\0' ? remote->problem : remote->container);
	return cells;
}

static void measure(int widths[COLUMNS], const struct cells *cells)
{
	for (int i = 0; i < COLUMNS; i++) {
		int width = berth_text_width(cells->text[i], strlen(cells->text[i]));
		widths[i] = width > widths[i] ? width : widths[i];
	}
}

static void print_row(const int widths[COLUMNS], const struct cells *cells)
{
	for (int i = 0; i < COLUMNS; i++) {
		const char *text = cells->text[i];
		int blanks = widths[i] - berth_text_width(text, strlen(text));
		if (i + 1 < COLUMNS)
			printf("%s%*s", text, blanks + 2, "");
		else
			puts(text);
	}
}

static void print_usage(const struct berth_usage *usage)
{
	printf("\nCPU %.1f %%, memory %.1f", usage->cpu_percent, usage->memory_mb);
	if (usage->memory_limit_mb > 0)
		printf(" of %.0f", usage->memory_limit_mb);
	printf(" MB, network %.1f MB in and %.1f MB out, disk %.1f MB read and %.1f MB written, "
	       "%lld processes\n",
		usage->received_mb, usage->sent_mb, usage->read_mb, usage->written_mb,
		usage->processes);
}

void remote_print(const struct berth_remote *list, size_t count)
{
	static const struct cells head = {{"ID", "NAME", "STATE", "ADDRESS", "CONTAINER"}};
	int widths[COLUMNS] = {0};
	struct cells cells;
	if (count == 0) {
		complain_text("nothing is deployed on this server");
		return;
	}
	measure(widths, &head);
	for (size_t i = 0; i < count; i++) {
		cells = cells_of(&list[i]);
		measure(widths, &cells);
	}
	print_row(widths, &head);
	for (size_t i = 0; i < count; i++) {
		cells = cells_of(&list[i]);
		print_row(widths, &cells);
		if (list[i].usage.known)
			print_usage(&list[i].usage);
	}
}

/* Takes the reference. */
static int print_object(json_t *json)
{
	char *line = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (!line)
		return -1;
	puts(line);
	free(line);
	return 0;
}

static json_t *text_json(const char *text)
{
	/* What is not UTF-8 is no JSON string. */
	char clean[CELL];
	berth_utf8_copy(clean, sizeof clean, text, strlen(text));
	return clean[0] != '\0' ? json_string(clean) : json_null();
}

static json_t *time_json(int64_t time_ms)
{
	char text[32];
	return time_ms > 0 ? json_string(berth_format_timestamp(text, time_ms)) : json_null();
}

static json_t *usage_json(const struct berth_usage *usage)
{
	if (!usage->known)
		return json_null();
	return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:I}", "cpu_percent",
		usage->cpu_percent, "memory_mb", usage->memory_mb, "memory_limit_mb",
		usage->memory_limit_mb, "received_mb", usage->received_mb, "sent_mb",
		usage->sent_mb, "read_mb", usage->read_mb, "written_mb", usage->written_mb,
		"processes", (json_int_t)usage->processes);
}

static json_t *remote_json(const char *target, const struct berth_remote *remote)
{
	return json_pack("{s:i, s:s, s:s, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o}", "v", 1,
		"target", target, "deployment_id", remote->id, "name", text_json(remote->name),
		"state", text_json(remote->state), "up", remote->up, "container",
		text_json(remote->container), "address", text_json(remote->address), "problem",
		text_json(remote->problem), "since", time_json(remote->since_ms), "usage",
		usage_json(&remote->usage));
}

int remote_print_json(const char *target, const struct berth_remote *remote)
{
	return print_object(remote_json(target, remote));
}

static json_t *error_json(const struct berth_error *err)
{
	return json_pack("{s:s, s:o, s:o}", "code", berth_code_name(err->code), "message",
		text_json(err->message), "hint", text_json(err->hint));
}

int remote_print_trouble(const char *target, const struct berth_error *err)
{
	return print_object(
		json_pack("{s:i, s:s, s:o}", "v", 1, "target", target, "error", error_json(err)));
}

int remote_print_done(const char *target, enum berth_deed deed, const char *word,
	const struct berth_remote *remote, const struct berth_error *err)
{
	json_t *error = err ? error_json(err) : json_null();
	return print_object(json_pack("{s:i, s:s, s:s, s:o, s:b, s:o, s:o}", "v", 1, "action",
		berth_deed_name(deed), "target", target, "deployment", text_json(word), "success",
		err == NULL, "now", remote ? remote_json(target, remote) : json_null(), "error",
		error));
}

int remote_print_line(enum berth_stream stream, const char *text, size_t len)
{
	char *copy = malloc(4 * len + 1);
	if (!copy)
		return -1;
	berth_utf8_copy(copy, 4 * len + 1, text, len);
	int status = print_object(json_pack("{s:i, s:s, s:s, s:s}", "v", 1, "type", "log", "stream",
		berth_stream_name(stream), "message", copy));
	free(copy);
	return status;
}

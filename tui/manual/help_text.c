#include "manual/help_text.h"

#include <stdio.h>
#include <string.h>

#include <berth/nearest.h>

#include "manual/manual.h"
#include "term/wrap.h"

enum { COLUMNS = 79, INDENT = 2, TOPICS_MAX = 32 };

static void print_filled(struct manual_writer *writer, const char *text, int indent)
{
	size_t len = strlen(text), at = 0, next;
	do {
		size_t row = wrap_words(text + at, len - at, COLUMNS - indent, &next);
		fprintf(writer->out, "%.*s\n", (int)row, text + at);
		at += next;
		if (at < len)
			fprintf(writer->out, "%*s", indent, "");
	} while (at < len);
}

/* A line of air between pieces; what belongs to the line before follows it at once. */
static void begin(struct manual_writer *writer, enum manual_last what)
{
	bool belongs = writer->last == MANUAL_NOTHING || writer->last == MANUAL_HEADING ||
		       (what == MANUAL_ROW && writer->last == MANUAL_ROW);
	if (!belongs)
		putc('\n', writer->out);
	writer->last = what;
}

static void print_heading(struct manual_writer *writer, const char *text)
{
	begin(writer, MANUAL_HEADING);
	fprintf(writer->out, "%s:\n", text);
}

static void print_text(struct manual_writer *writer, const char *text)
{
	begin(writer, MANUAL_TEXT);
	print_filled(writer, text, 0);
	if (text[strlen(text) - 1] == ':')
		writer->last = MANUAL_HEADING;
}

static void print_row(struct manual_writer *writer, const char *term, const char *text, int width)
{
	begin(writer, MANUAL_ROW);
	int len = (int)strlen(term);
	fprintf(writer->out, "%*s%s", INDENT, "", term);
	if (len > width)
		fprintf(writer->out, "\n%*s", INDENT + width + 2, "");
	else
		fprintf(writer->out, "%*s", width - len + 2, "");
	print_filled(writer, text, INDENT + width + 2);
}

static void print_lines(struct manual_writer *writer, const char *text)
{
	begin(writer, MANUAL_LINES);
	for (const char *end; *text && (end = strchr(text, '\n')); text = end + 1)
		fprintf(writer->out, "%*s%.*s\n", INDENT, "", (int)(end - text), text);
}

static struct manual_writer plain_writer(const struct keymap *keys)
{
	return (struct manual_writer){.heading = print_heading,
		.text = print_text,
		.row = print_row,
		.lines = print_lines,
		.keys = keys,
		.out = stdout};
}

static void print_all(const struct keymap *keys)
{
	struct manual_writer writer = plain_writer(keys);
	const struct manual_topic console = manual_topic_at(0);
	writer.text(&writer, "berth - a terminal deployment console");
	writer.heading(&writer, "Usage");
	manual_write_commands(&writer);
	writer.heading(&writer, "The console");
	manual_write(&writer, &console);
	writer.text(&writer, "'berth help deploy' explains a deployment, 'berth help demo' the "
			     "rehearsal, 'berth help config' the configuration.");
}

static void print_topic(const struct manual_topic *topic, const struct keymap *keys)
{
	struct manual_writer writer = plain_writer(keys);
	char head[256], usage[128];
	if (topic->row) {
		const char *space = topic->row->name ? " " : "";
		snprintf(head, sizeof head, "berth%s%s: %s", space, manual_usage(usage, topic->row),
			topic->row->help);
		writer.text(&writer, head);
	} else {
		writer.heading(&writer, topic->title);
		writer.last = MANUAL_TEXT;
	}
	manual_write(&writer, topic);
}

static int refuse(const char *topic, const char *const *names, struct berth_error *err)
{
	char list[256] = "";
	size_t used = 0;
	for (size_t i = 0; names[i] && used < sizeof list; i++)
		used += (size_t)snprintf(
			list + used, sizeof list - used, "%s%s", i ? ", " : "", names[i]);
	const char *nearest = berth_nearest(topic, names);
	if (nearest)
		return berth_error_set(err, BERTH_E_USAGE, 0,
			"there is no help on '%s', did you mean '%s'?", topic, nearest);
	berth_error_set(err, BERTH_E_USAGE, 0, "there is no help on '%s'", topic);
	return berth_error_hint(err, "there is help on %s", list);
}

int help_print(const char *name, const struct keymap *keys, struct berth_error *err)
{
	const char *names[TOPICS_MAX + 1] = {0};
	if (!name) {
		print_all(keys);
		return 0;
	}
	for (size_t i = 0; i < manual_topic_count() && i < TOPICS_MAX; i++) {
		const struct manual_topic topic = manual_topic_at(i);
		names[i] = topic.name;
		if (strcmp(topic.name, name) == 0) {
			print_topic(&topic, keys);
			return 0;
		}
	}
	return refuse(name, names, err);
}

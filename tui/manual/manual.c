#include "manual/manual.h"

#include <string.h>

#include <berth/config_keys.h>
#include <berth/plugin.h>
#include <berth/settings.h>

#include "keys/action_table.h"
#include "keys/keymap.h"
#include "manual/manual_text.h"
#include "term/theme.h"

enum { TERM_MAX = 128, HELP_MAX = 512, WIDTH_MAX = 30 };

/* Of each command, whatever else there is. */
static const struct {
	enum command command;
	const struct manual_block *blocks;
} commands[] = {
	{COMMAND_CONSOLE, manual_console},
	{COMMAND_DEPLOY, manual_deploy},
	{COMMAND_WATCH, manual_watch},
	{COMMAND_LIST, manual_list},
	{COMMAND_PORTS, manual_ports},
	{COMMAND_STOP, manual_act},
	{COMMAND_RESTART, manual_act},
	{COMMAND_REMOVE, manual_act},
	{COMMAND_LOGS, manual_logs},
	{COMMAND_DETECT, manual_detect},
	{COMMAND_GENERATE, manual_generate},
	{COMMAND_HISTORY, manual_history},
	{COMMAND_REPLAY, manual_replay},
	{COMMAND_RECOVER, manual_recover},
	{COMMAND_DOCTOR, manual_doctor},
	{COMMAND_COMPLETION, manual_completion},
	{COMMAND_HELP, manual_help},
};

static const struct manual_topic others[] = {
	{"demo", "The rehearsal", NULL, manual_demo},
	{"plugins", "Plugins", NULL, manual_plugins},
	{"keys", "Keys of the console", NULL, manual_keys},
	{"config", "The configuration", NULL, manual_config},
	{"environment", "Environment", NULL, manual_environment},
	{"files", "Files", NULL, manual_files},
};
#define OTHERS (sizeof others / sizeof *others)

size_t manual_topic_count(void)
{
	return args_command_count + OTHERS;
}

struct manual_topic manual_topic_at(size_t index)
{
	if (index >= args_command_count)
		return others[index - args_command_count];
	const struct args_command *row = &args_commands[index];
	struct manual_topic topic = {.name = row->name ? row->name : "console", .row = row};
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		if (commands[i].command == row->command)
			topic.blocks = commands[i].blocks;
	}
	return topic;
}

/* --help is no reason to speak of options. */
static bool has_options(enum command command)
{
	for (size_t i = 0; i < SWITCH_COUNT; i++) {
		if (i != SWITCH_HELP && (args_options[i].commands & (1u << command)))
			return true;
	}
	return args_takes_field(command, BERTH_FIELD_TARGET);
}

char *manual_usage(char dst[128], const struct args_command *row)
{
	snprintf(dst, 128, "%s%s%s%s", row->name ? row->name : "", row->argument ? " " : "",
		row->argument ? row->argument : "",
		row->name && has_options(row->command) ? " [options]" : "");
	return dst;
}

void manual_write_commands(struct manual_writer *writer)
{
	for (size_t i = 0; i < args_command_count; i++) {
		char term[TERM_MAX + 8] = "berth", usage[TERM_MAX];
		manual_usage(usage, &args_commands[i]);
		if (usage[0])
			snprintf(term, sizeof term, "berth %s", usage);
		writer->row(writer, term, args_commands[i].help, WIDTH_MAX);
	}
}

static void write_option(
	struct manual_writer *writer, const char *name, const char *metavar, const char *help)
{
	char term[TERM_MAX];
	snprintf(term, sizeof term, "--%s%s%s", name, metavar ? " " : "", metavar ? metavar : "");
	writer->row(writer, term, help, WIDTH_MAX);
}

/* What it is for, and what it is if nobody says. */
static const char *field_help(char dst[HELP_MAX], const struct berth_field *field)
{
	bool told = field->fallback && field->kind != BERTH_KIND_FLAG;
	snprintf(dst, HELP_MAX, "%s%s%s%s", field->help, told ? " [" : "",
		told ? field->fallback : "", told ? "]" : "");
	return dst;
}

/* The console fills in its form with the options of a deployment, which are explained there. */
static void write_options(struct manual_writer *writer, enum command command)
{
	char help[HELP_MAX];
	for (size_t i = 0; i < BERTH_FIELD_COUNT && command != COMMAND_CONSOLE; i++) {
		const struct berth_field *field = &berth_fields[i];
		if (args_takes_field(command, field->id))
			write_option(writer, field->name, field->metavar, field_help(help, field));
	}
	for (size_t i = 0; i < SWITCH_COUNT; i++) {
		const struct args_option *option = &args_options[i];
		if (option->commands & (1u << command))
			write_option(writer, option->name, option->metavar, option->help);
	}
}

static void write_keys(struct manual_writer *writer)
{
	for (size_t i = 0; i < writer->keys->count; i++) {
		const struct binding *binding = &writer->keys->rows[i];
		char keys[TERM_MAX], text[HELP_MAX];
		snprintf(text, sizeof text, "%s (%s)", binding->help,
			action_table[binding->action].name);
		writer->row(writer, keys_list(keys, sizeof keys, binding), text, 24);
	}
}

static void write_config_keys(struct manual_writer *writer, const struct berth_config_key *key)
{
	for (; key->name; key++) {
		char term[TERM_MAX];
		snprintf(term, sizeof term, "%s: %s", key->name, key->value);
		writer->row(writer, term, key->help, WIDTH_MAX);
	}
}

/* What a preset can't know is told by those who check it. */
static void write_preset_keys(struct manual_writer *writer)
{
	char text[HELP_MAX] = "It takes the values of a deployment except";
	size_t used = strlen(text), count = 0;
	for (size_t i = 0; i < BERTH_FIELD_COUNT && used < sizeof text; i++) {
		if (!berth_preset_takes((enum berth_field_id)i))
			used += (size_t)snprintf(text + used, sizeof text - used, "%s %s",
				count++ ? "," : "", berth_fields[i].name);
	}
	if (used < sizeof text)
		snprintf(text + used, sizeof text - used, "; and:");
	writer->text(writer, text);
	write_config_keys(writer, berth_preset_keys);
}

static void write_fields(struct manual_writer *writer)
{
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		const struct berth_field *field = &berth_fields[i];
		char term[TERM_MAX], help[HELP_MAX];
		if (field->id == BERTH_FIELD_TARGET)
			continue;
		snprintf(term, sizeof term, "%s: %s", field->name,
			field->metavar ? field->metavar : "true|false");
		writer->row(writer, term, field_help(help, field), WIDTH_MAX);
	}
}

static void write_kinds(struct manual_writer *writer)
{
	for (const struct berth_target_kind *kind = berth_target_kinds; kind->name; kind++) {
		char text[HELP_MAX];
		snprintf(text, sizeof text, "Kind %s is %s%s; %s is required:", kind->name,
			kind->help, kind->available ? "" : " (checked; not used by this version)",
			kind->required);
		writer->text(writer, text);
		for (size_t i = 0; kind->keys[i]; i++) {
			const struct berth_config_key *key = berth_target_key(kind->keys[i]);
			if (!key || strcmp(key->name, "kind") == 0)
				continue;
			char term[TERM_MAX];
			snprintf(term, sizeof term, "%s: %s", key->name, key->value);
			writer->row(writer, term, key->help, WIDTH_MAX);
		}
	}
}

/* One row each, though an action may have another row of keys elsewhere. */
static void write_actions(struct manual_writer *writer)
{
	bool written[ACTION_COUNT] = {false};
	for (size_t i = 0; i < keys_table_count; i++) {
		enum action action = keys_table[i].action;
		if (!written[action])
			writer->row(writer, action_table[action].name, keys_table[i].help,
				WIDTH_MAX - 10);
		written[action] = true;
	}
	for (int i = 0; i < ACTION_COUNT; i++) {
		if (action_table[i].help)
			writer->row(
				writer, action_table[i].name, action_table[i].help, WIDTH_MAX - 10);
	}
}

static void write_themes(struct manual_writer *writer)
{
	for (int i = 0; i < THEME_COUNT; i++)
		writer->row(writer, theme_names[i], theme_helps[i], WIDTH_MAX - 10);
}

static void write_variables(struct manual_writer *writer)
{
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		char text[TERM_MAX];
		snprintf(text, sizeof text, "--%s", berth_fields[i].name);
		writer->row(writer, berth_fields[i].variable, text, WIDTH_MAX);
	}
}

/* The widest term of the rows that begin here. */
static int rows_width(const struct manual_block *block)
{
	size_t width = 0;
	for (; block->kind == BLOCK_ROW; block++) {
		if (strlen(block->term) > width)
			width = strlen(block->term);
	}
	return width < WIDTH_MAX ? (int)width : WIDTH_MAX;
}

static void write_plugins(struct manual_writer *writer)
{
	for (int i = BERTH_PLUGIN_TEXT; i <= BERTH_PLUGIN_URL; i++)
		writer->row(writer, berth_plugin_check_name((enum berth_plugin_check)i),
			berth_plugin_check_right((enum berth_plugin_check)i), WIDTH_MAX / 2);
	char list[128] = "";
	for (int i = BERTH_PLUGIN_STOP; i <= BERTH_PLUGIN_STATE; i++)
		snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "",
			berth_plugin_action_name((enum berth_plugin_action)i));
	writer->row(writer, "actions", list, WIDTH_MAX / 2);
}

static void write_block(struct manual_writer *writer, const struct manual_topic *topic,
	const struct manual_block *block, int width)
{
	switch (block->kind) {
	case BLOCK_HEADING:
		writer->heading(writer, block->text);
		break;
	case BLOCK_TEXT:
		writer->text(writer, block->text);
		break;
	case BLOCK_ROW:
		writer->row(writer, block->term, block->text, width);
		break;
	case BLOCK_LINES:
		writer->lines(writer, block->text);
		break;
	case BLOCK_OPTIONS:
		write_options(writer, topic->row->command);
		break;
	case BLOCK_KEYS:
		write_keys(writer);
		break;
	case BLOCK_CONFIG_KEYS:
		write_config_keys(writer, berth_config_keys);
		break;
	case BLOCK_FIELDS:
		write_fields(writer);
		break;
	case BLOCK_KINDS:
		write_kinds(writer);
		break;
	case BLOCK_PRESET_KEYS:
		write_preset_keys(writer);
		break;
	case BLOCK_ACTIONS:
		write_actions(writer);
		break;
	case BLOCK_THEMES:
		write_themes(writer);
		break;
	case BLOCK_PLUGINS:
		write_plugins(writer);
		break;
	case BLOCK_VARIABLES:
		write_variables(writer);
		break;
	case BLOCK_END:
		break;
	}
}

void manual_write(struct manual_writer *writer, const struct manual_topic *topic)
{
	int width = 0;
	for (const struct manual_block *block = topic->blocks; block && block->kind != BLOCK_END;
		block++) {
		if (block->kind != BLOCK_ROW || block == topic->blocks ||
			block[-1].kind != BLOCK_ROW)
			width = rows_width(block);
		write_block(writer, topic, block, width);
	}
}

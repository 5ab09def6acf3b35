/* The help and the man pages say the same, and all that the tables know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <berth/config_keys.h>
#include <berth/settings.h>

#include "args.h"
#include "keys/action_table.h"
#include "manual/manual.h"
#include "support/process.h"

enum { LIMIT_MS = 30 * 1000 };

static const char *const pages[] = {"berth.1", "berth-config.5"};

static char *page_path(char dst[512], const char *page)
{
	snprintf(dst, 512, "%s/%s", BERTH_MAN_DIR, page);
	return dst;
}

/* Words with one blank between them: how lines are broken is not compared. */
static char *squeezed(char *text)
{
	char *out = text;
	for (char *p = text; *p; p++) {
		bool blank = *p == ' ' || *p == '\n' || *p == '\t';
		if (!blank)
			*out++ = *p;
		else if (out > text && out[-1] != ' ')
			*out++ = ' ';
	}
	*out = '\0';
	return text;
}

/* The page as it is read: requests gone, escapes resolved. */
static char *read_page(const char *page)
{
	static const struct {
		const char *escape, *text;
	} escapes[] = {{"\\e", "\\"}, {"\\-", "-"}, {"\\(aq", "'"}, {"\\(ga", "`"}, {"\\(ha", "^"},
		{"\\(ti", "~"}, {"\\(dq", "\""}, {"\\fB", ""}, {"\\fI", ""}, {"\\fR", ""},
		{"\\&", ""}};
	char path[512], *line = NULL, *text = NULL;
	size_t capacity = 0, size = 0;
	FILE *in = fopen(page_path(path, page), "r"), *out = open_memstream(&text, &size);
	assert_non_null(in);
	assert_non_null(out);
	while (getline(&line, &capacity, in) >= 0) {
		if (line[0] == '.' && strncmp(line, ".SS", 3) != 0)
			continue;
		for (const char *p = line; *p;) {
			size_t len = 1;
			const char *plain = NULL;
			for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
				size_t escape = strlen(escapes[i].escape);
				if (strncmp(p, escapes[i].escape, escape) == 0) {
					plain = escapes[i].text;
					len = escape;
				}
			}
			if (*p == '\\' && !plain)
				fail_msg("%s: unknown escape in '%s'", page, line);
			fwrite(plain ? plain : p, 1, plain ? strlen(plain) : 1, out);
			p += len;
		}
	}
	free(line);
	fclose(in);
	fclose(out);
	return squeezed(text);
}

static char *read_help(const char *topic)
{
	char *text = NULL;
	assert_int_equal(
		process_run(WORDS(BERTH_PROGRAM, "help", topic), NULL, LIMIT_MS, &text), 0);
	return text;
}

static void assert_says(const char *text, const char *part, const char *where)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in %s", part, where);
}

/* Every row and every paragraph of a help page stands in a man page, word by word. */
static void the_man_pages_hold_what_help_says(void **state)
{
	(void)state;
	char *man[2] = {read_page(pages[0]), read_page(pages[1])};
	for (size_t i = 0; i < manual_topic_count(); i++) {
		const struct manual_topic topic = manual_topic_at(i);
		char *help = read_help(topic.name), *piece = strchr(help, '\n');
		assert_non_null(piece);
		/* A piece ends with its paragraph, with a heading or before a row. */
		for (char *next; piece; piece = next) {
			char *ends[] = {strstr(piece, "\n\n"), strstr(piece, ":\n"),
				strstr(piece + 1, "\n  ")};
			next = NULL;
			for (size_t e = 0; e < 3; e++) {
				/* A row that goes on is indented further. */
				while (e == 2 && ends[e] && ends[e][3] == ' ')
					ends[e] = strstr(ends[e] + 1, "\n  ");
				if (ends[e] && (!next || ends[e] < next))
					next = ends[e];
			}
			bool heading = next && *next == ':';
			if (next)
				*next++ = '\0';
			squeezed(piece);
			if (!heading && !strstr(man[0], piece) && !strstr(man[1], piece))
				fail_msg("help %s: not in a man page:%s", topic.name, piece);
		}
		free(help);
	}
	free(man[0]);
	free(man[1]);
}

static void every_option_is_explained(void **state)
{
	(void)state;
	char *man = read_page(pages[0]);
	for (size_t c = 0; c < args_command_count; c++) {
		const struct args_command *row = &args_commands[c];
		char *help = read_help(row->name ? row->name : "console"), term[128];
		for (size_t i = 0; i < BERTH_FIELD_COUNT && row->command != COMMAND_CONSOLE; i++) {
			const struct berth_field *field = &berth_fields[i];
			if (!args_takes_field(row->command, field->id))
				continue;
			snprintf(term, sizeof term, "--%s%s%s", field->name,
				field->metavar ? " " : "", field->metavar ? field->metavar : "");
			assert_says(help, term, "the help");
			assert_says(man, term, pages[0]);
			assert_says(man, field->help, pages[0]);
			assert_says(man, field->variable, pages[0]);
		}
		for (size_t i = 0; i < SWITCH_COUNT; i++) {
			if (!(args_options[i].commands & (1u << row->command)))
				continue;
			snprintf(term, sizeof term, "--%s", args_options[i].name);
			assert_says(help, term, "the help");
			assert_says(man, term, pages[0]);
			assert_says(man, args_options[i].help, pages[0]);
		}
		assert_says(man, row->help + 1, pages[0]);
		free(help);
	}
	free(man);
}

static void every_key_is_explained(void **state)
{
	(void)state;
	char *man = read_page(pages[0]), *config = read_page(pages[1]), name[16];
	for (size_t i = 0; i < keys_table_count; i++) {
		const struct binding *binding = &keys_table[i];
		assert_says(man, binding->help, pages[0]);
		for (size_t k = 0; k < KEYS_PER_BINDING && binding->keys[k] && !binding->names; k++)
			assert_says(man, keys_name(name, binding->keys[k]), pages[0]);
	}
	for (size_t i = 0; i < keys_table_count; i++)
		assert_says(config, action_table[keys_table[i].action].name, pages[1]);
	for (const struct berth_config_key *key = berth_config_keys; key->name; key++)
		assert_says(config, key->help, pages[1]);
	for (const struct berth_config_key *key = berth_preset_keys; key->name; key++)
		assert_says(config, key->help, pages[1]);
	for (size_t i = 0; i < BERTH_FIELD_COUNT; i++) {
		if (i != BERTH_FIELD_TARGET)
			assert_says(config, berth_fields[i].help, pages[1]);
	}
	free(man);
	free(config);
}

static void every_key_of_a_target_is_explained(void **state)
{
	(void)state;
	char *config = read_page(pages[1]);
	for (const struct berth_target_kind *kind = berth_target_kinds; kind->name; kind++) {
		assert_says(config, kind->help, pages[1]);
		for (size_t i = 0; kind->keys[i]; i++) {
			const struct berth_config_key *key = berth_target_key(kind->keys[i]);
			char term[128];
			if (!key)
				fail_msg("'%s' of kind %s is not explained", kind->keys[i],
					kind->name);
			if (strcmp(key->name, "kind") == 0)
				continue;
			snprintf(term, sizeof term, "%s: %s %s", key->name, key->value, key->help);
			assert_says(config, term, pages[1]);
		}
	}
	free(config);
}

static void the_pages_have_no_mistake(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		static const char script[] = "set -e; mandoc -Tlint -W warning \"$0\"; "
					     "LC_ALL=C.UTF-8 groff -ww -man -Tutf8 -z \"$0\" 2>&1; "
					     "man --warnings -l -Tutf8 \"$0\" 2>&1 >/dev/null";
		char path[512], *said = NULL;
		int status = process_run(WORDS("sh", "-c", script, page_path(path, pages[i])), NULL,
			LIMIT_MS, &said);
		assert_string_equal(said, "");
		assert_int_equal(status, 0);
		free(said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_man_pages_hold_what_help_says),
		cmocka_unit_test(every_option_is_explained),
		cmocka_unit_test(every_key_is_explained),
		cmocka_unit_test(every_key_of_a_target_is_explained),
		cmocka_unit_test(the_pages_have_no_mistake),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

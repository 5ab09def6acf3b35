#include "detect/read.h"

#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/lexer.h"

/* A build file of Gradle is a program; what is taken from it are calls whose arguments stand there
 * as texts, in the blocks they belong to. */

enum { MAX_WORDS = 32, MAX_BLOCKS = 32 };

enum block { BLOCK_OTHER, BLOCK_PLUGINS, BLOCK_DEPENDENCIES, BLOCK_BUILDSCRIPT };

struct reader {
	json_t *root;
	struct token word[MAX_WORDS];
	size_t count;
	enum block blocks[MAX_BLOCKS + 1];
	size_t depth;
};

static void put(struct reader *reader, const char *into, const char *key, size_t key_len,
	const struct token *value)
{
	cleanup_free char *name = strndup(key, key_len);
	if (name)
		read_put(json_object_get(reader->root, into), name, value ? value->at : "",
			value ? value->len : 0);
}

static void put_once(struct reader *reader, const char *key, const struct token *value)
{
	if (value && !json_object_get(reader->root, key))
		read_put(reader->root, key, value->at, value->len);
}

static const struct token *text_at(const struct reader *reader, size_t from)
{
	for (size_t i = from; i < reader->count; i++) {
		if (reader->word[i].kind == TOKEN_TEXT)
			return &reader->word[i];
	}
	return NULL;
}

/* The text behind a word: `version "1"`, `version = "1"`, `name: 'x'`. */
static const struct token *text_after(const struct reader *reader, const char *word)
{
	for (size_t i = 0; i + 1 < reader->count; i++) {
		if (token_is(&reader->word[i], word))
			return text_at(reader, i + 1);
	}
	return NULL;
}

/* `libs.plugins.spring.boot`, wherever it stands: "plugins.spring.boot". */
static void take_alias(struct reader *reader)
{
	char accessor[256] = "";

	for (size_t i = 0; i + 2 < reader->count; i++) {
		if (!token_is(&reader->word[i], "libs") || !token_is(&reader->word[i + 1], "."))
			continue;
		for (i += 2; i < reader->count && reader->word[i].kind == TOKEN_WORD; i += 2) {
			const struct token *part = &reader->word[i];
			size_t used = strlen(accessor);
			if (used + part->len + 2 > sizeof accessor)
				return;
			if (used > 0)
				accessor[used++] = '.';
			memcpy(accessor + used, part->at, part->len);
			accessor[used + part->len] = '\0';
			if (i + 1 >= reader->count || !token_is(&reader->word[i + 1], "."))
				break;
		}
		json_object_set_new(
			json_object_get(reader->root, "aliases"), accessor, json_true());
		return;
	}
}

static void take_plugin(struct reader *reader)
{
	const struct token *name = text_at(reader, 0);

	if (!name) {
		if (reader->count == 1 && reader->word[0].kind == TOKEN_WORD)
			put(reader, "plugins", reader->word[0].at, reader->word[0].len, NULL);
	} else if (token_is(&reader->word[0], "kotlin")) {
		put(reader, "plugins", "kotlin", 6, text_after(reader, "version"));
	} else {
		put(reader, "plugins", name->at, name->len, text_after(reader, "version"));
	}
}

/* "group:name:version" */
static void take_coordinates(struct reader *reader, const struct token *text)
{
	const char *end = text->at + text->len;
	const char *first = memchr(text->at, ':', text->len);
	const char *second = first ? memchr(first + 1, ':', (size_t)(end - first - 1)) : NULL;

	if (!first)
		return;
	struct token version = {.at = second ? second + 1 : end};
	version.len = (size_t)(end - version.at);
	put(reader, "dependencies", text->at, (size_t)((second ? second : end) - text->at),
		&version);
}

static void take_dependency(struct reader *reader)
{
	const struct token *first = &reader->word[0];
	const struct token *group = text_after(reader, "group"), *name = text_after(reader, "name");

	if (first->len >= 4 && memcmp(first->at, "test", 4) == 0)
		return;
	if (group && name) {
		char text[256];
		size_t len = group->len + 1 + name->len;
		if (len >= sizeof text)
			return;
		memcpy(text, group->at, group->len);
		text[group->len] = ':';
		memcpy(text + group->len + 1, name->at, name->len);
		put(reader, "dependencies", text, len, text_after(reader, "version"));
		return;
	}
	for (size_t i = 1; i < reader->count; i++) {
		if (reader->word[i].kind == TOKEN_TEXT)
			take_coordinates(reader, &reader->word[i]);
	}
	take_alias(reader);
}

/* ":app:core" is the folder app/core. */
static void take_includes(struct reader *reader)
{
	for (size_t i = 1; i < reader->count; i++) {
		const struct token *text = &reader->word[i];
		if (text->kind != TOKEN_TEXT)
			continue;
		size_t skip = text->len > 0 && *text->at == ':' ? 1 : 0;
		cleanup_free char *folder = strndup(text->at + skip, text->len - skip);
		for (char *p = folder; p && *p; p++)
			*p = *p == ':' ? '/' : *p;
		if (folder)
			json_array_append_new(
				json_object_get(reader->root, "include"), json_string(folder));
	}
}

/* 17, '17', JavaVersion.VERSION_17, JavaLanguageVersion.of(17), "1.8" */
static void take_java(struct reader *reader)
{
	for (size_t i = reader->count; i-- > 1;) {
		struct token word = reader->word[i];
		if (word.kind == TOKEN_WORD && word.len > 8 &&
			memcmp(word.at, "VERSION_", 8) == 0) {
			word.at += 8;
			word.len -= 8;
		} else if (word.kind != TOKEN_NUMBER && word.kind != TOKEN_TEXT) {
			continue;
		}
		put_once(reader, "java", &word);
		return;
	}
}

static void take_setting(struct reader *reader)
{
	const struct token *first = &reader->word[0];

	if (token_is(first, "include"))
		take_includes(reader);
	else if (token_is(first, "rootProject") && text_after(reader, "name"))
		put_once(reader, "name", text_after(reader, "name"));
	else if (token_is(first, "version") && reader->depth == 0)
		put_once(reader, "version", text_at(reader, 1));
	else if (token_is(first, "apply") && text_after(reader, "plugin"))
		put(reader, "plugins", text_after(reader, "plugin")->at,
			text_after(reader, "plugin")->len, NULL);
	else if (token_is(first, "sourceCompatibility") || token_is(first, "languageVersion") ||
		 token_is(first, "jvmToolchain") ||
		 (token_is(first, "java") && reader->count > 2 &&
			 token_is(&reader->word[2], "sourceCompatibility")))
		take_java(reader);
}

static void end_statement(struct reader *reader)
{
	enum block block = reader->blocks[reader->depth];

	if (reader->count > 0) {
		if (block == BLOCK_PLUGINS) {
			take_plugin(reader);
			take_alias(reader);
		} else if (block == BLOCK_DEPENDENCIES) {
			take_dependency(reader);
		} else if (block == BLOCK_OTHER) {
			take_setting(reader);
		}
	}
	reader->count = 0;
}

static enum block block_named(const struct reader *reader)
{
	const struct token *first = &reader->word[0];

	/* What is inside of what the build itself needs is not the project's. */
	if (reader->blocks[reader->depth] == BLOCK_BUILDSCRIPT)
		return BLOCK_BUILDSCRIPT;
	if (reader->count == 0)
		return BLOCK_OTHER;
	if (token_is(first, "plugins"))
		return BLOCK_PLUGINS;
	if (token_is(first, "dependencies"))
		return BLOCK_DEPENDENCIES;
	if (token_is(first, "buildscript") || token_is(first, "pluginManagement"))
		return BLOCK_BUILDSCRIPT;
	return BLOCK_OTHER;
}

static void open_block(struct reader *reader)
{
	enum block block = block_named(reader), outer = reader->blocks[reader->depth];

	/* `implementation("g:n") { exclude ... }` still says what it needs. */
	if (outer == BLOCK_DEPENDENCIES)
		end_statement(reader);
	reader->count = 0;
	if (reader->depth < MAX_BLOCKS)
		reader->blocks[++reader->depth] = block;
}

json_t *read_gradle(const char *text, size_t len, struct berth_error *err)
{
	struct reader reader = {.root = json_pack("{s:{}, s:{}, s:{}, s:[]}", "plugins",
					"dependencies", "aliases", "include")};
	struct lexer lexer;
	unsigned brackets = 0;

	(void)err;
	lexer_init(&lexer, text, len, LEX_SLASH | LEX_TRIPLE);
	while (reader.root) {
		struct token token = lexer_next(&lexer);
		bool comma = reader.count && token_is(&reader.word[reader.count - 1], ",");
		if (token.kind == TOKEN_END)
			break;
		if (token.kind == TOKEN_LINE || token_is(&token, ";")) {
			if (brackets == 0 && !comma)
				end_statement(&reader);
			continue;
		}
		if (token_is(&token, "{")) {
			open_block(&reader);
			continue;
		}
		if (token_is(&token, "}")) {
			end_statement(&reader);
			reader.depth -= reader.depth > 0;
			continue;
		}
		brackets += token_is(&token, "(");
		brackets -= brackets > 0 && token_is(&token, ")");
		if (reader.count < MAX_WORDS)
			reader.word[reader.count++] = token;
	}
	end_statement(&reader);
	return reader.root;
}

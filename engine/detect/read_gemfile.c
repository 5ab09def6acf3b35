#include "detect/read.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/lexer.h"

enum { MAX_WORDS = 24, MAX_BLOCKS = 32 };

/* A statement: one line, or several where a line ends in a comma. */
struct statement {
	struct token word[MAX_WORDS];
	size_t count;
};

static bool next_statement(struct lexer *lexer, struct statement *statement)
{
	*statement = (struct statement){0};
	for (;;) {
		struct token token = lexer_next(lexer);
		const struct token *last = statement->count ? &statement->word[statement->count - 1]
							    : NULL;
		if (token.kind == TOKEN_END)
			return statement->count > 0;
		if (token.kind == TOKEN_LINE) {
			if (last && !token_is(last, ","))
				return true;
			continue;
		}
		if (statement->count < MAX_WORDS)
			statement->word[statement->count++] = token;
	}
}

static bool has_word(const struct statement *statement, const char *word)
{
	for (size_t i = 0; i < statement->count; i++) {
		if (token_is(&statement->word[i], word))
			return true;
	}
	return false;
}

/* The first text at or behind a word. */
static const struct token *text_from(const struct statement *statement, size_t from)
{
	for (size_t i = from; i < statement->count; i++) {
		if (statement->word[i].kind == TOKEN_TEXT)
			return &statement->word[i];
	}
	return NULL;
}

static bool is_for_development(const struct statement *statement)
{
	return has_word(statement, "development") || has_word(statement, "test");
}

static void take_gem(json_t *root, const struct statement *statement, bool development)
{
	const struct token *name = text_from(statement, 1);
	const struct token *version = NULL;

	if (!name)
		return;
	cleanup_free char *key = strndup(name->at, name->len);
	if (name + 2 < statement->word + statement->count && name[2].kind == TOKEN_TEXT)
		version = &name[2];
	if (key)
		read_put(json_object_get(root, development ? "dev" : "gems"), key,
			version ? version->at : "", version ? version->len : 0);
}

json_t *read_gemfile(const char *text, size_t len, struct berth_error *err)
{
	json_t *root = json_pack("{s:{}, s:{}}", "gems", "dev");
	struct statement statement;
	struct lexer lexer;
	bool development[MAX_BLOCKS + 1] = {false}; /* by block that is open */
	size_t blocks = 0;

	(void)err;
	lexer_init(&lexer, text, len, LEX_HASH);
	while (root && next_statement(&lexer, &statement)) {
		const struct token *first = &statement.word[0];
		bool here = development[blocks];
		if (token_is(first, "gem")) {
			take_gem(root, &statement,
				here || (has_word(&statement, "group") &&
						is_for_development(&statement)));
		} else if (token_is(first, "ruby")) {
			const struct token *version = text_from(&statement, 1);
			if (version)
				read_put(root, "ruby", version->at, version->len);
		} else if (token_is(first, "end") && blocks > 0) {
			blocks--;
		}
		if ((has_word(&statement, "do") || token_is(first, "if")) && blocks < MAX_BLOCKS)
			development[++blocks] = here || (token_is(first, "group") &&
								is_for_development(&statement));
	}
	return root;
}

/* "    rails (7.1.2)": indented by four in a list of specs; by two under DEPENDENCIES. */
static void take_locked(json_t *into, const char *line, size_t len)
{
	const char *space = memchr(line, ' ', len);
	size_t count = space ? (size_t)(space - line) : len;

	if (count > 0 && line[count - 1] == '!')
		count--;
	cleanup_free char *name = strndup(line, count);
	const char *open = memchr(line, '(', len), *close = memchr(line, ')', len);
	if (name && open && close && close > open)
		read_put(into, name, open + 1, (size_t)(close - open - 1));
	else if (name)
		read_put(into, name, "", 0);
}

json_t *read_gemfile_lock(const char *text, size_t len, struct berth_error *err)
{
	json_t *root = json_pack("{s:{}, s:{}}", "gems", "dependencies");
	char section[32] = "";

	(void)err;
	for (size_t at = 0; at < len && root;) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t stop = end ? (size_t)(end - text) : len;
		const char *line = text + at;
		size_t count = stop - at, indent = 0;
		at = stop + 1;
		while (count > 0 && line[count - 1] == '\r')
			count--;
		while (indent < count && line[indent] == ' ')
			indent++;
		if (indent == count)
			continue;
		if (indent == 0) {
			snprintf(section, sizeof section, "%.*s", (int)count, line);
		} else if (indent == 4 && strcmp(section, "GEM") == 0) {
			take_locked(json_object_get(root, "gems"), line + 4, count - 4);
		} else if (indent == 2 && strcmp(section, "DEPENDENCIES") == 0) {
			take_locked(json_object_get(root, "dependencies"), line + 2, count - 2);
		} else if (strcmp(section, "RUBY VERSION") == 0 && count > indent + 5 &&
			   memcmp(line + indent, "ruby ", 5) == 0) {
			size_t version = indent + 5;
			while (version < count && strchr("0123456789.", line[version]))
				version++;
			read_put(root, "ruby", line + indent + 5, version - indent - 5);
		}
	}
	return root;
}

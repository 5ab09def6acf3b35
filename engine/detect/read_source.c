#include "detect/read.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "detect/lexer.h"

enum { BACK = 6, CALL_TOKENS = 12 };

struct reader {
	json_t *root;
	struct lexer lexer;
	struct token last[BACK]; /* last[0] is the newest */
	unsigned in_call;        /* tokens left to look at in a call of what listens */
	bool importing;          /* inside Go's import (...) */
	bool requiring;          /* inside install_requires=[...] */
};

static void set_true(struct reader *reader, const char *into, const struct token *name, size_t len)
{
	cleanup_free char *key = strndup(name->at, len);
	if (key)
		json_object_set_new(json_object_get(reader->root, into), key, json_true());
}

static const struct token *back(const struct reader *reader, unsigned n)
{
	return &reader->last[n];
}

/* 0 if it is none. Below 80 it is something else: a duration, an index. */
static int port_of(const char *text, size_t len)
{
	int port = 0;

	if (len < 2 || len > 5)
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		port = port * 10 + text[i] - '0';
	}
	return port >= 80 && port <= 65535 ? port : 0;
}

/* ":8080", "0.0.0.0:8080", "8080" */
static int port_of_text(const struct token *token)
{
	const char *colon = memrchr(token->at, ':', token->len);
	const char *start = colon ? colon + 1 : token->at;

	return port_of(start, token->len - (size_t)(start - token->at));
}

static bool listens(const struct token *token)
{
	static const char *const words[] = {"listen", "Listen", "ListenAndServe", "Run", "Start",
		"bind", "run", "serve", "Addr", "run_simple", NULL};

	for (size_t i = 0; words[i]; i++) {
		if (token_is(token, words[i]))
			return true;
	}
	return false;
}

static bool is_port_word(const struct token *token)
{
	if (token->kind == TOKEN_TEXT)
		return token->len == 4 && memcmp(token->at, "PORT", 4) == 0;
	return token_is(token, "port") || token_is(token, "PORT");
}

/* `PORT || 3000`, `PORT ?? 3000`, `port = 3000`, `port: 3000`, `get("PORT", 3000)`. */
static bool follows_port(const struct reader *reader)
{
	static const char *const between[] = {"|", "?", "=", ":", ",", NULL};
	bool sign = false;

	for (size_t i = 0; between[i] && !sign; i++)
		sign = token_is(back(reader, 0), between[i]);
	return sign && (is_port_word(back(reader, 1)) || is_port_word(back(reader, 2)));
}

static void look_for_port(struct reader *reader, const struct token *token)
{
	int port = 0;

	if (json_object_get(reader->root, "port"))
		return;
	if (token->kind == TOKEN_NUMBER && (reader->in_call || follows_port(reader)))
		port = port_of(token->at, token->len);
	else if (token->kind == TOKEN_TEXT && follows_port(reader))
		port = port_of_text(token);
	else if (token->kind == TOKEN_TEXT && reader->in_call && memchr(token->at, ':', token->len))
		port = port_of_text(token);
	if (port)
		json_object_set_new(reader->root, "port", json_integer(port));
	if ((token_is(token, "(") || token_is(token, ":")) && listens(back(reader, 0)))
		reader->in_call = CALL_TOKENS;
	else if (reader->in_call)
		reader->in_call = token->kind == TOKEN_LINE ? 0 : reader->in_call - 1;
}

/* `require "x"`, `require("x")`, `from "x"`, `import "x"`, and inside Go's import (...). */
static void look_for_import(struct reader *reader, const struct token *token)
{
	const struct token *before = back(reader, 0);

	if (token_is(before, "("))
		before = back(reader, 1);
	if (token_is(token, "(") && token_is(back(reader, 0), "import"))
		reader->importing = true;
	if (token_is(token, ")"))
		reader->importing = false;
	if (token->kind == TOKEN_TEXT &&
		(reader->importing || token_is(before, "require") || token_is(before, "from") ||
			token_is(before, "import")))
		set_true(reader, "imports", token, token->len);
	if (token->kind == TOKEN_WORD && token_is(back(reader, 0), "package") &&
		back(reader, 0)->first)
		read_put(reader->root, "package", token->at, token->len);
}

/* `import a.b, c` and `from a.b import c`, of Python. */
static void look_for_module(struct reader *reader, const struct token *token)
{
	const struct token *before = back(reader, 0);

	if (token->kind != TOKEN_WORD)
		return;
	if (before->first && (token_is(before, "import") || token_is(before, "from")))
		set_true(reader, "imports", token, token->len);
	if (before->first && token_is(before, "def"))
		set_true(reader, "defines", token, token->len);
}

/* `app = Flask(` and `app = flask.Flask(`: at the opening bracket. */
static void look_for_call(struct reader *reader, const struct token *token)
{
	const struct token *name = back(reader, 2);

	if (!token_is(token, "(") || back(reader, 0)->kind != TOKEN_WORD)
		return;
	if (token_is(back(reader, 1), ".") && back(reader, 2)->kind == TOKEN_WORD)
		name = token_is(back(reader, 3), "=") ? back(reader, 4) : token;
	else if (!token_is(back(reader, 1), "="))
		return;
	if (name->kind != TOKEN_WORD || !name->first)
		return;
	cleanup_free char *call = strndup(back(reader, 0)->at, back(reader, 0)->len);
	json_t *calls = json_object_get(reader->root, "calls");
	if (call && !json_object_get(calls, call))
		read_put(calls, call, name->at, name->len);
}

/* `install_requires=["flask>=2"]`, or a list of that sense that stands by itself. */
static void look_for_requirement(struct reader *reader, const struct token *token)
{
	const struct token *name = back(reader, 1);

	if (token_is(token, "[") && token_is(back(reader, 0), "="))
		reader->requiring = token_is(name, "install_requires") ||
				    token_is(name, "requirements") || token_is(name, "requires") ||
				    token_is(name, "REQUIREMENTS");
	if (token_is(token, "]"))
		reader->requiring = false;
	if (token->kind == TOKEN_TEXT && reader->requiring)
		read_requirement(json_object_get(reader->root, "requires"), token->at, token->len);
}

static json_t *read_code(const char *text, size_t len, unsigned syntax)
{
	struct reader reader = {.root = json_pack("{s:{}, s:{}, s:{}, s:{}}", "imports", "calls",
					"defines", "requires")};

	lexer_init(&reader.lexer, text, len, syntax);
	while (reader.root) {
		struct token token = lexer_next(&reader.lexer);
		if (token.kind == TOKEN_END)
			break;
		look_for_port(&reader, &token);
		look_for_import(&reader, &token);
		look_for_module(&reader, &token);
		look_for_call(&reader, &token);
		look_for_requirement(&reader, &token);
		memmove(reader.last + 1, reader.last, sizeof reader.last - sizeof *reader.last);
		reader.last[0] = token;
	}
	return reader.root;
}

json_t *read_python(const char *text, size_t len, struct berth_error *err)
{
	(void)err;
	return read_code(text, len, LEX_HASH | LEX_TRIPLE);
}

json_t *read_ruby(const char *text, size_t len, struct berth_error *err)
{
	(void)err;
	return read_code(text, len, LEX_HASH);
}

json_t *read_go(const char *text, size_t len, struct berth_error *err)
{
	(void)err;
	return read_code(text, len, LEX_SLASH | LEX_BACKTICK | LEX_CHAR);
}

json_t *read_rust(const char *text, size_t len, struct berth_error *err)
{
	(void)err;
	return read_code(text, len, LEX_SLASH | LEX_CHAR);
}

json_t *read_javascript(const char *text, size_t len, struct berth_error *err)
{
	(void)err;
	return read_code(text, len, LEX_SLASH | LEX_BACKTICK);
}

json_t *read_prisma(const char *text, size_t len, struct berth_error *err)
{
	json_t *root = json_object();
	struct lexer lexer;
	struct token token, before = {0};
	bool source = false, provider = false;

	(void)err;
	lexer_init(&lexer, text, len, LEX_SLASH);
	while (root && (token = lexer_next(&lexer)).kind != TOKEN_END) {
		if (token_is(&token, "{") || token_is(&token, "}"))
			source = source && token_is(&token, "{");
		else if (before.first && token_is(&before, "datasource"))
			source = true;
		if (source && token_is(&token, "provider"))
			provider = true;
		if (provider && token.kind == TOKEN_TEXT) {
			read_put(root, "provider", token.at, token.len);
			break;
		}
		before = token;
	}
	return root;
}

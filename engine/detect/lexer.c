#include "detect/lexer.h"

#include <ctype.h>
#include <string.h>

void lexer_init(struct lexer *lexer, const char *text, size_t len, unsigned syntax)
{
	*lexer = (struct lexer){text, text + len, syntax, true};
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		lexer->at += 3;
}

static bool ahead(const struct lexer *lexer, const char *text)
{
	size_t len = strlen(text);
	return (size_t)(lexer->end - lexer->at) >= len && memcmp(lexer->at, text, len) == 0;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static void skip_until(struct lexer *lexer, const char *stop, size_t beyond)
{
	size_t left = (size_t)(lexer->end - lexer->at);
	const char *found = memmem(lexer->at, left, stop, strlen(stop));
	lexer->at = found ? found + beyond : lexer->end;
}

static void skip(struct lexer *lexer)
{
	while (lexer->at < lexer->end) {
		if (strchr(" \t\r\f", *lexer->at) && *lexer->at) {
			lexer->at++;
			lexer->fresh = false;
		} else if (*lexer->at == '\\' && lexer->end - lexer->at > 1 &&
			   lexer->at[1] == '\n') {
			lexer->at += 2;
		} else if (((lexer->syntax & LEX_HASH) && *lexer->at == '#') ||
			   ((lexer->syntax & LEX_SLASH) && ahead(lexer, "//"))) {
			skip_until(lexer, "\n", 0);
		} else if ((lexer->syntax & LEX_SLASH) && ahead(lexer, "/*")) {
			lexer->at += 2;
			skip_until(lexer, "*/", 2);
		} else {
			return;
		}
	}
}

/* Of one line: a quote that is never closed ends with the line, so that a mistake, or a regular
 * expression taken for a text, spoils no more than that. */
static struct token read_text(struct lexer *lexer)
{
	char quote = *lexer->at;
	struct token token = {.kind = TOKEN_TEXT, .at = ++lexer->at};

	while (lexer->at < lexer->end && *lexer->at != quote && *lexer->at != '\n')
		lexer->at += *lexer->at == '\\' && lexer->end - lexer->at > 1 ? 2 : 1;
	token.len = (size_t)(lexer->at - token.at);
	if (lexer->at < lexer->end && *lexer->at == quote)
		lexer->at++;
	return token;
}

static struct token read_long_text(struct lexer *lexer, const char *quote)
{
	size_t len = strlen(quote);
	struct token token = {.kind = TOKEN_TEXT, .at = lexer->at += len};

	skip_until(lexer, quote, 0);
	token.len = (size_t)(lexer->at - token.at);
	if (lexer->at < lexer->end)
		lexer->at += len;
	return token;
}

static bool is_text(const struct lexer *lexer)
{
	if (*lexer->at == '"')
		return true;
	return *lexer->at == '\'' && !(lexer->syntax & LEX_CHAR);
}

static struct token read_token(struct lexer *lexer)
{
	struct token token = {.kind = TOKEN_SIGN, .at = lexer->at, .len = 1};

	if ((lexer->syntax & LEX_TRIPLE) && ahead(lexer, "\"\"\""))
		return read_long_text(lexer, "\"\"\"");
	if ((lexer->syntax & LEX_TRIPLE) && ahead(lexer, "'''"))
		return read_long_text(lexer, "'''");
	if ((lexer->syntax & LEX_BACKTICK) && *lexer->at == '`')
		return read_long_text(lexer, "`");
	if (is_text(lexer))
		return read_text(lexer);
	if (*lexer->at == '\n') {
		token.kind = TOKEN_LINE;
	} else if (is_word(*lexer->at)) {
		token.kind = isdigit((unsigned char)*lexer->at) ? TOKEN_NUMBER : TOKEN_WORD;
		while (lexer->at < lexer->end && is_word(*lexer->at))
			lexer->at++;
		token.len = (size_t)(lexer->at - token.at);
		return token;
	}
	lexer->at++;
	return token;
}

struct token lexer_next(struct lexer *lexer)
{
	skip(lexer);
	if (lexer->at >= lexer->end)
		return (struct token){.kind = TOKEN_END, .at = lexer->end};
	bool first = lexer->fresh;
	struct token token = read_token(lexer);
	token.first = first && token.kind != TOKEN_LINE;
	lexer->fresh = token.kind == TOKEN_LINE;
	return token;
}

bool token_is(const struct token *token, const char *word)
{
	return (token->kind == TOKEN_WORD || token->kind == TOKEN_SIGN) &&
	       strlen(word) == token->len && memcmp(token->at, word, token->len) == 0;
}

/*
 * Words of a programming language: enough to tell what is said from what is a comment or a text.
 * Not a parser: a build file is a program, and only what stands in it plainly is read.
 */
#ifndef DETECT_LEXER_H
#define DETECT_LEXER_H

#include <stdbool.h>
#include <stddef.h>

enum lexer_syntax {
	LEX_HASH = 1 << 0,     /* "#" to the end of the line is a comment */
	LEX_SLASH = 1 << 1,    /* so is what follows two slashes, and what stands between slash-star
				  and star-slash */
	LEX_TRIPLE = 1 << 2,   /* texts in three quotes, over lines */
	LEX_BACKTICK = 1 << 3, /* texts in backticks, over lines */
	LEX_CHAR = 1 << 4,     /* one quote begins a character or a lifetime, not a text */
};

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_SIGN, TOKEN_LINE };

struct token {
	enum token_kind kind;
	const char *at; /* texts: without quotes, escapes as they are */
	size_t len;
	bool first; /* of its line, not indented */
};

struct lexer {
	const char *at, *end;
	unsigned syntax;
	bool fresh; /* at the start of a line */
};

void lexer_init(struct lexer *lexer, const char *text, size_t len, unsigned syntax);
/* TOKEN_LINE once for each end of a line. */
struct token lexer_next(struct lexer *lexer);

bool token_is(const struct token *token, const char *word); /* a word or a sign */

#endif

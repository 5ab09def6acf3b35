#include "source/glob.h"

#include <stdlib.h>
#include <string.h>

enum kind {
	PLAIN,
	ANY,    /* ? */
	SET,    /* [...] */
	STAR,   /* any number of characters but '/' */
	DEEP,   /* (.*'/')?, its entrance */
	INSIDE, /* ... and the inside of it: always the next one */
	REST,   /* all there is */
	END,
};

struct token {
	enum kind kind;
	uint32_t character; /* PLAIN */
	const char *set;    /* SET: the pattern behind '[' */
};

struct glob {
	char *pattern;
	char *plain; /* what it begins with, without signs: "docs/" of a pattern "docs/" and a star
		      */
	bool all_plain,
		tail_plain; /* no sign at all; none but a "**" and '/' in front of `plain` */
	size_t count;
	struct token tokens[];
};

/* The next character; a byte that is no UTF-8 is one beyond all of them. */
static uint32_t next_character(const char **at)
{
	const unsigned char *text = (const unsigned char *)*at;
	unsigned len = *text < 0xC2   ? 1
		       : *text < 0xE0 ? 2
		       : *text < 0xF0 ? 3
		       : *text < 0xF5 ? 4
				      : 1;
	uint32_t character = len == 1 ? *text : *text & (0x7Fu >> len);

	for (unsigned i = 1; i < len; i++) {
		if ((text[i] & 0xC0) != 0x80) {
			len = 1;
			break;
		}
		character = character << 6 | (text[i] & 0x3F);
	}
	*at += len;
	return len == 1 && *text >= 0x80 ? 0x110000u + *text : character;
}

static uint32_t set_character(const char **at)
{
	if (**at == '\\' && (*at)[1])
		++*at;
	return next_character(at);
}

static bool set_has(const char *at, uint32_t character)
{
	bool negated = *at == '^', found = false;

	at += negated;
	/* A ']' at the first place is the end: such a set never gets here. */
	while (*at != ']') {
		uint32_t low = set_character(&at), high = low;

		if (*at == '-' && at[1] != ']') {
			at++;
			high = set_character(&at);
		}
		found = found || (low <= character && character <= high);
	}
	return found != negated;
}

/* Behind its ']', or NULL if it has none or nothing in it. */
static const char *set_end(const char *at)
{
	const char *first = at + (*at == '^');

	for (at = first; *at && *at != ']'; at++) {
		if (*at == '\\' && at[1])
			at++;
	}
	return *at == ']' && at > first ? at + 1 : NULL;
}

/* Where two stars stand. */
static const char *take_stars(struct glob *glob, const char *at)
{
	at += 2;
	if (*at == '/')
		at++;
	if (!*at) {
		glob->tokens[glob->count++].kind = REST;
	} else {
		glob->tokens[glob->count++].kind = DEEP;
		glob->tokens[glob->count++].kind = INSIDE;
	}
	return at;
}

static const char *take_token(struct glob *glob, const char *at, struct berth_error *err)
{
	struct token *token = &glob->tokens[glob->count];

	if (at[0] == '*' && at[1] == '*')
		return take_stars(glob, at);
	glob->count++;
	switch (*at) {
	case '*':
		token->kind = STAR;
		return at + 1;
	case '?':
		token->kind = ANY;
		return at + 1;
	case '[':
		token->kind = SET;
		token->set = at + 1;
		at = set_end(at + 1);
		if (!at)
			berth_error_set(err, BERTH_E_USAGE, 0,
				"pattern '%s': a '[' without what belongs in it and a ']'",
				glob->pattern);
		return at;
	case '\\':
		if (!*++at) {
			berth_error_set(err, BERTH_E_USAGE, 0, "pattern '%s' ends with a '\\'",
				glob->pattern);
			return NULL;
		}
		break;
	default:
		break;
	}
	token->kind = PLAIN;
	token->character = next_character(&at);
	return at;
}

/* What most patterns are needs no search: a path, or a name in any folder. */
static void find_plain(struct glob *glob)
{
	const char *start = glob->pattern;
	size_t len;

	if (strncmp(start, "**/", 3) == 0 && !strpbrk(start + 3, "*?[\\"))
		glob->tail_plain = true;
	start += glob->tail_plain ? 3 : 0;
	len = strcspn(start, "*?[\\");
	glob->all_plain = !glob->tail_plain && !start[len];
	glob->plain = strndup(start, len);
}

struct glob *glob_new(const char *pattern, struct berth_error *err)
{
	size_t len = strlen(pattern);
	struct glob *glob;
	const char *at;

	if (len > GLOB_MAX) {
		berth_error_set(err, BERTH_E_LIMIT, 0,
			"a pattern of %zu bytes is too long: at most %d", len, GLOB_MAX);
		return NULL;
	}
	glob = calloc(1, sizeof(*glob) + (len + 2) * sizeof(glob->tokens[0]));
	if (glob)
		glob->pattern = strdup(pattern);
	if (glob && glob->pattern)
		find_plain(glob);
	if (!glob || !glob->pattern || !glob->plain) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		glob_free(glob);
		return NULL;
	}
	at = glob->pattern;
	while (at && *at)
		at = take_token(glob, at, err);
	if (!at) {
		glob_free(glob);
		return NULL;
	}
	glob->tokens[glob->count].kind = END;
	return glob;
}

void glob_free(struct glob *glob)
{
	if (!glob)
		return;
	free(glob->pattern);
	free(glob->plain);
	free(glob);
}

/* All places in the pattern where a match may stand at once: time is bounded by the product of both
 * lengths, whatever the stars. */
struct places {
	uint64_t bits[(GLOB_MAX + 2 + 63) / 64];
	bool any;
};

static void stand(const struct glob *glob, struct places *places, size_t at)
{
	for (;;) {
		uint64_t bit = (uint64_t)1 << at % 64;

		if (places->bits[at / 64] & bit)
			return;
		places->bits[at / 64] |= bit;
		places->any = true;
		if (glob->tokens[at].kind == DEEP) {
			stand(glob, places, at + 1);
			at += 2;
		} else if (glob->tokens[at].kind == STAR || glob->tokens[at].kind == REST) {
			at++;
		} else {
			return;
		}
	}
}

static void walk_on(const struct glob *glob, struct places *next, size_t at, uint32_t character)
{
	const struct token *token = &glob->tokens[at];

	switch (token->kind) {
	case PLAIN:
		if (token->character == character)
			stand(glob, next, at + 1);
		break;
	case ANY:
		if (character != '/')
			stand(glob, next, at + 1);
		break;
	case SET:
		if (set_has(token->set, character))
			stand(glob, next, at + 1);
		break;
	case STAR:
		if (character != '/')
			stand(glob, next, at);
		break;
	case INSIDE:
		stand(glob, next, at);
		if (character == '/')
			stand(glob, next, at + 1);
		break;
	case REST:
		stand(glob, next, at);
		break;
	case DEEP:
	case END:
		break;
	}
}

static bool search(const struct glob *glob, const char *path)
{
	struct places here = {0}, next;
	size_t words = glob->count / 64 + 1;

	stand(glob, &here, 0);
	while (*path) {
		uint32_t character = next_character(&path);

		memset(next.bits, 0, words * sizeof(next.bits[0]));
		next.any = false;
		for (size_t at = 0; at <= glob->count; at++) {
			if (here.bits[at / 64] >> at % 64 & 1)
				walk_on(glob, &next, at, character);
		}
		if (!next.any)
			return false;
		memcpy(here.bits, next.bits, words * sizeof(here.bits[0]));
	}
	return here.bits[glob->count / 64] >> glob->count % 64 & 1;
}

bool glob_match(const struct glob *glob, const char *path)
{
	size_t plain = strlen(glob->plain), len;

	if (glob->all_plain)
		return strcmp(path, glob->plain) == 0;
	if (!glob->tail_plain)
		return strncmp(path, glob->plain, plain) == 0 && search(glob, path);
	len = strlen(path);
	return len >= plain && memcmp(path + len - plain, glob->plain, plain) == 0 &&
	       (len == plain || path[len - plain - 1] == '/');
}

bool glob_may_match_below(const struct glob *glob, const char *folder)
{
	size_t plain = strlen(glob->plain), len = strlen(folder);

	if (glob->tail_plain)
		return true;
	if (strncmp(glob->plain, folder, plain < len ? plain : len) != 0)
		return false;
	return plain <= len ? !glob->all_plain : glob->plain[len] == '/';
}

#include "support/term_grammar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

/* Last: it makes macros of common words. */
#include <curses.h>
#include <term.h>

enum { SEQUENCE_MAX = 256 };

struct grammar_node {
	char byte;
	bool end;              /* of a sequence */
	size_t child, sibling; /* 0: none */
};

static size_t add_node(struct term_grammar *grammar, char byte)
{
	if (grammar->node_count == grammar->node_capacity) {
		grammar->node_capacity = 2 * grammar->node_capacity + 64;
		grammar->nodes = realloc(
			grammar->nodes, grammar->node_capacity * sizeof(grammar->nodes[0]));
		assert_non_null(grammar->nodes);
	}
	grammar->nodes[grammar->node_count] = (struct grammar_node){.byte = byte};
	return grammar->node_count++;
}

static size_t find_child(const struct term_grammar *grammar, size_t node, char byte)
{
	size_t child = grammar->nodes[node].child;

	while (child != 0 && grammar->nodes[child].byte != byte)
		child = grammar->nodes[child].sibling;
	return child;
}

/* A capability without its padding ("$<5>"). */
static void allow(struct term_grammar *grammar, const char *sequence)
{
	size_t node = 0;

	for (const char *at = sequence; *at != '\0'; at++) {
		if (strncmp(at, "$<", 2) == 0 && strchr(at, '>') != NULL) {
			at = strchr(at, '>');
			continue;
		}
		size_t child = find_child(grammar, node, *at);

		if (child == 0) {
			child = add_node(grammar, *at);
			grammar->nodes[child].sibling = grammar->nodes[node].child;
			grammar->nodes[node].child = child;
		}
		node = child;
	}
	if (node != 0)
		grammar->nodes[node].end = true;
}

static const char *capability(const char *name)
{
	const char *string = tigetstr(name);

	return string != NULL && string != (const char *)-1 ? string : NULL;
}

static void allow_plain(struct term_grammar *grammar)
{
	static const char *const names[] = {"clear", "home", "ll", "cr", "cub1", "cud1", "cuf1",
		"cuu1", "ht", "cbt", "ind", "ri", "el", "el1", "ed", "smcup", "rmcup", "enacs",
		"civis", "cnorm", "smkx", "rmkx", "sgr0", "bold", "dim", "sitm", "ritm", "smul",
		"rmul", "rev", "rmacs", "sc", "rc", "op", "oc", "smam", "il1", "dl1", "ich1",
		"dch1", "smir", "rmir"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (capability(names[i]) != NULL)
			allow(grammar, capability(names[i]));
	/* What curses makes of this one: back to the terminal's own colour. */
	if (tigetflag("AX") == 1) {
		allow(grammar, "\033[39m");
		allow(grammar, "\033[49m");
	}
	allow(grammar, "\033[?2004h");
	allow(grammar, "\033[?2004l");
}

static void allow_counted(struct term_grammar *grammar, const char *name, int first, int last)
{
	const char *string = capability(name);

	for (int n = first; string != NULL && n <= last; n++)
		allow(grammar, tparm(string, n, 0, 0, 0, 0, 0, 0, 0, 0));
}

static void allow_pairs(struct term_grammar *grammar, const char *name, int first, int second)
{
	const char *string = capability(name);

	for (int a = 0; string != NULL && a < first; a++)
		for (int b = 0; b < second; b++)
			allow(grammar, tparm(string, a, b, 0, 0, 0, 0, 0, 0, 0));
}

/* The character that is repeated has been seen as itself. */
static void allow_repeats(struct term_grammar *grammar, int width)
{
	const char *string = capability("rep");

	for (int n = 2; string != NULL && n <= width; n++)
		allow(grammar, tparm(string, 'x', n, 0, 0, 0, 0, 0, 0, 0) + 1);
}

/* A text, and the same without a part. */
static void allow_without(struct term_grammar *grammar, const char *text, const char *part)
{
	const char *at = part != NULL ? strstr(text, part) : NULL;
	char shorter[64];

	allow(grammar, text);
	if (at == NULL)
		return;
	snprintf(shorter, sizeof(shorter), "%.*s%s", (int)(at - text), text, at + strlen(part));
	allow(grammar, shorter);
}

static void allow_attributes(struct term_grammar *grammar, const char *without)
{
	const char *string = capability("sgr");
	char text[64];

	for (int bits = 0; string != NULL && bits < 32; bits++) {
		snprintf(text, sizeof(text), "%s",
			tparm(string, bits & 1, (bits >> 1) & 1, (bits >> 2) & 1, 0,
				(bits >> 3) & 1, (bits >> 4) & 1, 0, 0, 0));
		allow_without(grammar, text, without);
	}
}

void term_grammar_init(
	struct term_grammar *grammar, const char *type, int height, int width, bool utf8)
{
	static const char *const over_columns[] = {"cub", "cuf", "ech", "ich", "dch"};
	static const char *const over_rows[] = {"cuu", "cud", "il", "dl", "indn", "rin"};
	int status;

	*grammar = (struct term_grammar){.utf8 = utf8};
	add_node(grammar, '\0');
	if (setupterm(type, 1, &status) != OK)
		fail_msg("terminfo has no '%s'", type);
	allow_plain(grammar);
	for (size_t i = 0; i < sizeof(over_columns) / sizeof(over_columns[0]); i++)
		allow_counted(grammar, over_columns[i], 1, width);
	for (size_t i = 0; i < sizeof(over_rows) / sizeof(over_rows[0]); i++)
		allow_counted(grammar, over_rows[i], 1, height);
	allow_counted(grammar, "hpa", 0, width - 1);
	allow_counted(grammar, "vpa", 0, height - 1);
	allow_pairs(grammar, "cup", height, width);
	allow_pairs(grammar, "csr", height, height);
	allow_counted(grammar, "setaf", 0, tigetnum("colors") - 1);
	allow_counted(grammar, "setab", 0, tigetnum("colors") - 1);
	allow_repeats(grammar, width);
	/* The character set for line drawing, which is never entered, need not be left. */
	allow_attributes(grammar, capability("rmacs"));
	if (capability("sgr0") != NULL)
		allow_without(grammar, capability("sgr0"), capability("rmacs"));
	del_curterm(cur_term);
}

void term_grammar_release(struct term_grammar *grammar)
{
	free(grammar->nodes);
	*grammar = (struct term_grammar){0};
}

/* Not what shows nothing, makes text lie, or has terminals disagree on columns. */
static bool prints(const struct term_grammar *grammar, uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {{0x7f, 0x9f}, {0x61c, 0x61c}, {0x180b, 0x180f}, {0x200b, 0x200f},
		{0x2028, 0x202e}, {0x2060, 0x206f}, {0xd800, 0xdfff}, {0xfe00, 0xfe0f},
		{0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0x10ffff}};

	if (c < 0x20 || (!grammar->utf8 && c > 0x7e))
		return false;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (c >= hidden[i].first && c <= hidden[i].last)
			return false;
	return true;
}

/* Bytes of the longest sequence there; 0: none. */
static size_t match_sequence(const struct term_grammar *grammar, const char *bytes, size_t len)
{
	size_t node = 0, longest = 0;

	for (size_t i = 0; i < len && i < SEQUENCE_MAX; i++) {
		node = find_child(grammar, node, bytes[i]);
		if (node == 0)
			break;
		if (grammar->nodes[node].end)
			longest = i + 1;
	}
	return longest;
}

/* Bytes of the character there; 0: it may not be there, or is not all there. U+FFFD is what the
 * program shows bad bytes as, and never what a bad byte is taken for. */
static size_t match_character(const struct term_grammar *grammar, const char *bytes, size_t len)
{
	uint32_t c;
	size_t size = (size_t)(berth_utf8_next(bytes, bytes + len, &c) - bytes);

	if (c == 0xfffd && (size != 3 || memcmp(bytes, "\xef\xbf\xbd", 3) != 0))
		return 0;
	return prints(grammar, c) ? size : 0;
}

size_t term_grammar_take(struct term_grammar *grammar, const char *bytes, size_t len)
{
	size_t at = 0;

	while (at < len) {
		bool control = (unsigned char)bytes[at] < 0x20;
		size_t size = control ? match_sequence(grammar, bytes + at, len - at)
				      : match_character(grammar, bytes + at, len - at);

		if (size == 0)
			break;
		*(control ? &grammar->sequences : &grammar->characters) += 1;
		at += size;
	}
	return at;
}

/*
 * Everything a program may send to a terminal of one type and size, and nothing else: printable
 * text, the sequences that terminfo has for what curses does with such a terminal, each with every
 * parameter that makes sense there, and the two for bracketed paste. No bell, no other character
 * sets, no modes, no titles, no questions, no text that blinks or hides.
 *
 * Sequences are compared as bytes with what terminfo composes, so that nobody's opinion on how
 * sequences are parsed comes in between.
 */
#ifndef SUPPORT_TERM_GRAMMAR_H
#define SUPPORT_TERM_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

struct grammar_node;

struct term_grammar {
	struct grammar_node *nodes; /* of a tree of bytes; the first is its root */
	size_t node_count, node_capacity;
	bool utf8;
	size_t sequences, characters; /* met so far */
};

/* Fails the test if there is no such terminal. */
void term_grammar_init(
	struct term_grammar *grammar, const char *type, int rows, int columns, bool utf8);
void term_grammar_release(struct term_grammar *grammar);

/* How many of the bytes are as they may be. Less than `len`: an unfinished sequence or character
 * begins there, or what may not be there does. */
size_t term_grammar_take(struct term_grammar *grammar, const char *bytes, size_t len);

#endif

/*
 * Bytes that a terminal would obey or choke on, as somebody could put them into text: every control
 * in each of its forms, every kind of sequence with every end, attacks that are known, and UTF-8
 * that is none. Newlines are not among them.
 */
#ifndef SUPPORT_HOSTILE_TEXT_H
#define SUPPORT_HOSTILE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum { HOSTILE_LEN_MAX = 96, HOSTILE_MAX = 2048 };

struct hostile_text {
	char bytes[HOSTILE_LEN_MAX];
	size_t len;
	bool attack; /* of those that have a name: worth more trouble */
};

struct hostile_texts {
	struct hostile_text texts[HOSTILE_MAX];
	size_t count;
};

void hostile_texts_make(struct hostile_texts *all);

/* All attacks without a "\r", which would take those before it; a blank between them; at most
 * cap-1 bytes, whole attacks only. `utf8`: only those
 * that are valid UTF-8, as JSON would have them. Returns the length. */
size_t hostile_attacks(const struct hostile_texts *all, char *dst, size_t cap, bool utf8);

#endif

#include "base/secret.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A shorter line of a longer value is too often an ordinary word or a brace. */
#define LINE_MIN 8
/* Messages and lines are cut at some bound above this. */
#define MAYBE_CUT 200

enum needle_kind { NEEDLE_PLAIN, NEEDLE_NAMED, NEEDLE_BASE64 };

struct secret_needle {
	const char *text;
	size_t len;
	enum needle_kind kind;
	size_t keep;      /* of NEEDLE_NAMED: bytes of "NAME=" */
	bool left, right; /* of NEEDLE_BASE64: the character beside it holds bits of the value */
};

struct span {
	size_t start, end;
};

void secrets_init(struct secrets *secrets)
{
	*secrets = (struct secrets){0};
}

static void wipe_free(char *text, size_t len)
{
	if (text)
		explicit_bzero(text, len);
	free(text);
}

void secrets_release(struct secrets *secrets)
{
	for (size_t i = 0; i < secrets->count; i++)
		wipe_free((char *)secrets->needles[i].text, secrets->needles[i].len);
	free(secrets->needles);
	explicit_bzero(secrets, sizeof *secrets);
}

static unsigned pair(const char *text)
{
	unsigned first = (unsigned char)text[0], second = (unsigned char)text[1];

	return (first << 4 ^ second) % SECRET_STARTS;
}

static bool known(const struct secrets *secrets, const struct secret_needle *needle)
{
	for (size_t i = 0; i < secrets->count; i++) {
		const struct secret_needle *old = &secrets->needles[i];

		if (old->kind == needle->kind && old->len == needle->len &&
			old->keep == needle->keep && old->left == needle->left &&
			old->right == needle->right &&
			memcmp(old->text, needle->text, old->len) == 0)
			return true;
	}
	return false;
}

/* Add `needle` with a copy of its text. */
static int add_needle(struct secrets *secrets, struct secret_needle needle, struct berth_error *err)
{
	if (known(secrets, &needle))
		return 0;
	struct secret_needle *grown = realloc(
		secrets->needles, (secrets->count + 1) * sizeof *grown);
	if (!grown)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	secrets->needles = grown;
	char *copy = malloc(needle.len);
	if (!copy)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	memcpy(copy, needle.text, needle.len);
	needle.text = copy;
	grown[secrets->count++] = needle;
	secrets->starts[pair(copy) / 8] |= (unsigned char)(1u << pair(copy) % 8);
	return 0;
}

/*
 * Inside a longer encoded text the value stands 0, 1 or 2 bytes after a group's start; the first
 * and the last character may then hold bits of its neighbours. The needle is what lies between:
 * characters made of the value alone.
 */
static int add_base64(struct secrets *secrets, const char *value, size_t len, size_t shift,
	const char last_two[2], struct berth_error *err)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	size_t first = (8 * shift + 5) / 6, end = 8 * (shift + len) / 6;
	char *text = malloc(end - first);

	if (!text)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	for (size_t i = first; i < end; i++) {
		size_t bit = 6 * i - 8 * shift;
		const unsigned char *at = (const unsigned char *)value + bit / 8;
		unsigned two = (unsigned)at[0] << 8 | (bit % 8 > 2 ? at[1] : 0u);
		unsigned six = two >> (10 - bit % 8) & 0x3f;

		text[i - first] = six < 62 ? alphabet[six] : last_two[six - 62];
	}
	struct secret_needle needle = {.text = text, .len = end - first, .kind = NEEDLE_BASE64};
	needle.left = shift > 0;
	needle.right = 8 * (shift + len) % 6 != 0;
	int status = add_needle(secrets, needle, err);
	wipe_free(text, needle.len);
	return status;
}

static int add_anywhere(
	struct secrets *secrets, const char *value, size_t len, struct berth_error *err)
{
	struct secret_needle plain = {.text = value, .len = len, .kind = NEEDLE_PLAIN};

	if (add_needle(secrets, plain, err) < 0)
		return -1;
	for (size_t shift = 0; shift < 3; shift++) {
		if (add_base64(secrets, value, len, shift, "+/", err) < 0 ||
			add_base64(secrets, value, len, shift, "-_", err) < 0)
			return -1;
	}
	return 0;
}

static int add_named(
	struct secrets *secrets, const char *name, const char *value, struct berth_error *err)
{
	size_t keep = strlen(name) + 1, len = keep + strlen(value);
	char *text = malloc(len);

	if (!text)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	memcpy(text, name, keep - 1);
	text[keep - 1] = '=';
	memcpy(text + keep, value, len - keep);
	struct secret_needle named = {.text = text, .len = len, .kind = NEEDLE_NAMED, .keep = keep};
	int status = add_needle(secrets, named, err);
	wipe_free(text, len);
	return status;
}

static int add_lines(struct secrets *secrets, const char *value, struct berth_error *err)
{
	while (*value != '\0') {
		size_t len = strcspn(value, "\r\n");
		struct secret_needle line = {.text = value, .len = len, .kind = NEEDLE_PLAIN};

		if (len >= LINE_MIN && add_needle(secrets, line, err) < 0)
			return -1;
		value += len + (value[len] != '\0');
	}
	return 0;
}

/* A port number or a switch stands in every other line, and hides nothing. */
static bool is_common(const char *value, size_t len)
{
	static const char *const words[] = {
		"true", "false", "info", "debug", "production", "localhost"};

	if (len <= 5 && strspn(value, "0123456789") == len)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(value, words[i]) == 0)
			return true;
	return false;
}

int secrets_add(
	struct secrets *secrets, const char *name, const char *value, struct berth_error *err)
{
	size_t len = strlen(value);

	if (len == 0)
		return 0;
	if (len < SECRET_ANYWHERE || is_common(value, len)) {
		if (!name || name[0] == '\0')
			return 0;
		return add_named(secrets, name, value, err);
	}
	if (add_anywhere(secrets, value, len, err) < 0)
		return -1;
	return strpbrk(value, "\r\n") ? add_lines(secrets, value, err) : 0;
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_';
}

static bool is_base64(char c)
{
	return is_word(c) || c == '+' || c == '/' || c == '-';
}

/* What of the text is to go if `needle` stands at `at`; false if it does not count there. */
static bool span_of(const struct secret_needle *needle, const char *text, size_t len, size_t at,
	struct span *span)
{
	*span = (struct span){at, at + needle->len};
	switch (needle->kind) {
	case NEEDLE_PLAIN:
		return true;
	case NEEDLE_NAMED:
		span->start += needle->keep;
		return (at == 0 || !is_word(text[at - 1])) &&
		       (span->end == len || !is_word(text[span->end]));
	case NEEDLE_BASE64:
		if (needle->left && span->start > 0 && is_base64(text[span->start - 1]))
			span->start--;
		if (needle->right && span->end < len && is_base64(text[span->end]))
			span->end++;
		for (int i = 0; needle->right && i < 2; i++) {
			if (span->end < len && text[span->end] == '=')
				span->end++;
		}
		return true;
	}
	return false;
}

/* Long texts may have been cut in the middle of a value: what is left of it at their end, before
 * the
 * "..." that says so, is as good as the whole. */
static bool begins_at_end(const struct secret_needle *needle, const char *text, size_t len,
	size_t at, struct span *span)
{
	size_t end = len;

	if (len < MAYBE_CUT || needle->kind != NEEDLE_PLAIN)
		return false;
	if (memcmp(text + len - 3, "...", 3) == 0)
		end -= 3;
	*span = (struct span){at, end};
	return at + SECRET_ANYWHERE <= end && needle->len > end - at &&
	       memcmp(needle->text, text + at, end - at) == 0;
}

static bool stands_at(const struct secret_needle *needle, const char *text, size_t len, size_t at,
	struct span *span)
{
	if (needle->len <= len - at && memcmp(needle->text, text + at, needle->len) == 0)
		return span_of(needle, text, len, at, span);
	return begins_at_end(needle, text, len, at, span);
}

/* All that is to go because of what starts at `at`. */
static bool hidden_at(
	const struct secrets *secrets, const char *text, size_t len, size_t at, struct span *hidden)
{
	bool found = false;

	for (size_t i = 0; i < secrets->count; i++) {
		struct span span;

		if (!stands_at(&secrets->needles[i], text, len, at, &span))
			continue;
		if (!found || span.start < hidden->start)
			hidden->start = span.start;
		if (!found || span.end > hidden->end)
			hidden->end = span.end;
		found = true;
	}
	return found;
}

/* The next one that starts at *at or later; moves *at past its start. */
static bool find(const struct secrets *secrets, const char *text, size_t len, size_t *at,
	struct span *hidden)
{
	for (size_t i = *at; i + 1 < len; i++) {
		unsigned start = pair(text + i);

		if (secrets->starts[start / 8] & 1u << start % 8 &&
			hidden_at(secrets, text, len, i, hidden)) {
			*at = i + 1;
			return true;
		}
	}
	*at = len;
	return false;
}

static int put_mark(
	struct buf *out, const char *text, size_t from, size_t to, struct berth_error *err)
{
	if (buf_add(out, text + from, to > from ? to - from : 0, err) < 0)
		return -1;
	return buf_adds(out, SECRET_MARK, err);
}

int secrets_redact(const struct secrets *secrets, const char *text, size_t len, struct buf *out,
	bool *changed, struct berth_error *err)
{
	struct span hidden, more;
	size_t at = 0, written = 0;

	*changed = false;
	if (secrets->count == 0 || !find(secrets, text, len, &at, &hidden))
		return 0;
	buf_reset(out);
	/* One may start inside another, and its end must not stay: overlapping ones go as one. */
	while (find(secrets, text, len, &at, &more)) {
		if (more.start < hidden.end) {
			if (more.end > hidden.end)
				hidden.end = more.end;
			if (more.start < hidden.start)
				hidden.start = more.start;
			continue;
		}
		if (put_mark(out, text, written, hidden.start, err) < 0)
			return -1;
		written = hidden.end;
		hidden = more;
	}
	if (put_mark(out, text, written, hidden.start, err) < 0 ||
		buf_add(out, text + hidden.end, len - hidden.end, err) < 0)
		return -1;
	*changed = true;
	return 0;
}

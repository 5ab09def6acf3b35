#include "term/clipboard.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <berth/text.h>

/* Beginnings of TERM. They have no strings that they don't know, and print them. */
static const char *const without[] = {
	"dumb", "linux", "vt1", "vt2", "vt3", "vt4", "vt5", "ansi", "cons25", "unknown"};

enum clipboard_way clipboard_way(const char *word, const char *term)
{
	if (word != NULL && strcmp(word, "plain") == 0)
		return CLIPBOARD_PLAIN;
	if (word != NULL && strcmp(word, "tmux") == 0)
		return CLIPBOARD_TMUX;
	if (word != NULL && strcmp(word, "off") == 0)
		return CLIPBOARD_OFF;
	for (size_t i = 0; i < sizeof without / sizeof *without; i++) {
		if (term == NULL || strncmp(term, without[i], strlen(without[i])) == 0)
			return CLIPBOARD_NONE;
	}
	return CLIPBOARD_PLAIN;
}

static int too_long(struct berth_error *err)
{
	berth_error_set(err, BERTH_E_LIMIT, 0,
		"that is more than a terminal's clipboard takes (%d bytes)", CLIPBOARD_TEXT_MAX);
	return berth_error_hint(err, "export it to a file");
}

int clip_add(struct clip *clip, const char *text, size_t len, struct berth_error *err)
{
	/* Room to see that there was more: a character that does not fit is left out whole. */
	enum { SPARE = 8 };
	size_t at = clip->len;
	if (clip->text == NULL)
		clip->text = malloc(CLIPBOARD_TEXT_MAX + SPARE);
	if (clip->text == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
	if (at == CLIPBOARD_TEXT_MAX)
		return too_long(err);
	if (clip->lines > 0)
		clip->text[at++] = '\n';
	at += berth_text_clean(
		clip->text + at, CLIPBOARD_TEXT_MAX + SPARE - at, text, len, BERTH_CLEAN_LINE);
	if (at > CLIPBOARD_TEXT_MAX)
		return too_long(err);
	clip->len = at;
	clip->lines++;
	return 0;
}

void clip_release(struct clip *clip)
{
	free(clip->text);
	*clip = (struct clip){0};
}

/* With padding: terminals differ in what they make of base64 without. */
static char *put_base64(char *dst, const char *text, size_t len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < len; i += 3) {
		unsigned bits = (unsigned)(unsigned char)text[i] << 16;
		if (i + 1 < len)
			bits |= (unsigned)(unsigned char)text[i + 1] << 8;
		if (i + 2 < len)
			bits |= (unsigned char)text[i + 2];
		*dst++ = digits[bits >> 18];
		*dst++ = digits[bits >> 12 & 63];
		*dst++ = i + 1 < len ? digits[bits >> 6 & 63] : '=';
		*dst++ = i + 2 < len ? digits[bits & 63] : '=';
	}
	return dst;
}

static char *put(char *dst, const char *text)
{
	size_t len = strlen(text);
	memcpy(dst, text, len);
	return dst + len;
}

char *clip_sequence(
	const struct clip *clip, enum clipboard_way way, size_t *len, struct berth_error *err)
{
	enum { AROUND = 32 };
	bool envelope = way == CLIPBOARD_TMUX;
	char *bytes = malloc((clip->len + 2) / 3 * 4 + AROUND), *end = bytes;
	if (bytes == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "out of memory");
		return NULL;
	}
	/* The one escape inside is doubled, as tmux wants it; BEL ends what every terminal that
	 * knows the sequence takes. */
	end = put(end, envelope ? "\033Ptmux;\033" : "");
	end = put(end, "\033]52;c;");
	end = put_base64(end, clip->text, clip->len);
	end = put(end, "\a");
	end = put(end, envelope ? "\033\\" : "");
	*len = (size_t)(end - bytes);
	return bytes;
}

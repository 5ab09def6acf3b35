/* What a person sees of a field: secrets as bullets. */
#include "form/form.h"

#include <string.h>

#include <berth/text.h>

#include "form/form_own.h"
#include "form/words.h"

struct shown {
	char *dst;
	size_t cap, used;
	size_t cursor;
};

static void add(struct shown *out, const char *text, size_t len)
{
	out->used += berth_utf8_copy(out->dst + out->used, out->cap - out->used, text, len);
}

/* A bullet a character for what is typed, so that a key can be seen to do something. */
static void add_bullets(struct shown *out, const char *text, size_t len, const char *hidden)
{
	const char *end = text + len;
	uint32_t code_point;
	size_t bullet = (size_t)(berth_utf8_next(hidden, hidden + strlen(hidden), &code_point) -
				 hidden);
	while (text < end) {
		text = berth_utf8_next(text, end, &code_point);
		add(out, hidden, bullet);
	}
}

/* `at` is the cursor in the word, past its end if it is elsewhere. Without a '=' there is nothing
 * to hide. */
static void show_word(struct shown *out, const char *word, size_t len, size_t at, bool editing,
	const char *hidden)
{
	const char *equals = memchr(word, '=', len);
	size_t name = equals != NULL ? (size_t)(equals - word) + 1 : len;
	size_t start = out->used;
	/* A quote that begins before the name is not part of it. */
	size_t quote = equals != NULL && !editing && (*word == '"' || *word == '\'');
	add(out, word + quote, name - quote);
	if (at <= len)
		out->cursor = start + (at < name ? at : out->used - start);
	if (equals == NULL)
		return;
	if (!editing) {
		add(out, hidden, strlen(hidden));
		if (at <= len)
			out->cursor = out->used;
		return;
	}
	if (at > name && at <= len) {
		add_bullets(out, word + name, at - name, hidden);
		out->cursor = out->used;
		name = at;
	}
	add_bullets(out, word + name, len - name, hidden);
}

static void show_part(const struct form *form, size_t index, const struct form_row *part,
	bool focused, const char *hidden, struct shown *out)
{
	const struct form_field *field = &form->fields[index];
	const struct edit *edit = &field->edit;
	size_t len = part->end - part->start;
	bool here = edit->cursor >= part->start && edit->cursor <= part->end;
	size_t at = here ? edit->cursor - part->start : len + 1;
	bool editing = here && focused && field->entered;
	if (!form_is_secret(form, index) || (editing && form->reveal)) {
		if (here)
			out->cursor = out->used + at;
		add(out, edit->text + part->start, len);
		return;
	}
	show_word(out, edit->text + part->start, len, at, editing, hidden);
}

size_t form_show_row(const struct form *form, size_t index, const struct form_row *row,
	bool focused, const char *hidden, char *dst, size_t cap, size_t *cursor)
{
	struct shown out = {.dst = dst, .cap = cap};
	dst[0] = '\0';
	show_part(form, index, row, focused, hidden, &out);
	*cursor = out.cursor;
	return out.used;
}

size_t form_show(const struct form *form, size_t index, bool focused, const char *hidden, char *dst,
	size_t cap, size_t *cursor)
{
	const struct edit *edit = &form->fields[index].edit;
	struct shown out = {.dst = dst, .cap = cap};
	size_t copied = 0, position = 0;
	struct word word;
	const struct berth_plugin_field *own = form_own(form, index);
	if (own != NULL && own->secret && !(focused && form->reveal)) {
		dst[0] = '\0';
		add_bullets(&out, edit->text, edit->cursor, hidden);
		*cursor = out.used;
		add_bullets(&out, edit->text + edit->cursor, edit->len - edit->cursor, hidden);
		return out.used;
	}
	if (!form_is_secret(form, index)) {
		*cursor = edit->cursor;
		return berth_utf8_copy(dst, cap, edit->text, edit->len);
	}
	dst[0] = '\0';
	while (words_next(edit->text, edit->len, false, &position, &word)) {
		const struct form_row part = {word.start, word.end};
		if (edit->cursor >= copied && edit->cursor < word.start)
			out.cursor = out.used + (edit->cursor - copied);
		add(&out, edit->text + copied, word.start - copied);
		show_part(form, index, &part, focused, hidden, &out);
		copied = word.end;
	}
	if (edit->cursor > copied)
		out.cursor = out.used + (edit->cursor - copied);
	add(&out, edit->text + copied, edit->len - copied);
	*cursor = out.cursor;
	return out.used;
}

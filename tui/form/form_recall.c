/* Values that were deployed before from the same folder. */
#include "form/form.h"

#include <string.h>

#include <berth/text.h>

#include "form/form_own.h"
#include "form/words.h"

/* Of a variable only the name was kept: its value is taken from what stands in the field. */
static size_t with_value(const struct form *form, const char *name, char word[EDIT_MAX])
{
	const struct edit *edit = form->recalled > 0 ? &form->draft
						     : &form->fields[form->current].edit;
	size_t position = 0, len = strlen(name);
	struct word found;
	while (words_next(edit->text, edit->len, false, &position, &found)) {
		char value[EDIT_MAX];
		words_unquote(
			value, sizeof value, edit->text + found.start, found.end - found.start);
		bool same = strncmp(value, name, len) == 0 && value[len] == '=';
		explicit_bzero(value, sizeof value);
		if (!same)
			continue;
		memcpy(word, edit->text + found.start, found.end - found.start);
		return found.end - found.start;
	}
	return 0;
}

/* The n-th deployment's value of a field as it would be typed; the length, 0 if it had none or one
 * that does not fit. */
static size_t value_text(
	const struct form *form, size_t deployment, size_t index, char text[EDIT_MAX])
{
	enum berth_field_id field = form_id(form, index);
	size_t count = berth_recall_count(form->recall, deployment, field), used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		const char *value = berth_recall_at(form->recall, deployment, field, i);
		char word[EDIT_MAX];
		if (value == NULL || strlen(value) >= sizeof word / 2)
			return 0;
		size_t len = form_is_secret(form, index) ? with_value(form, value, word) : 0;
		if (len == 0 && form_is_list(form, index))
			len = words_quote(
				word, sizeof word, value, form_parts_at_commas(form, index));
		else if (len == 0)
			len = berth_utf8_copy(word, sizeof word, value, strlen(value));
		if (used + len + 2 > EDIT_MAX)
			return 0;
		if (used > 0)
			text[used++] = ' ';
		memcpy(text + used, word, len);
		used += len;
		text[used] = '\0';
	}
	return used;
}

static bool had_before(const struct form *form, size_t deployment, const char *text)
{
	char other[EDIT_MAX];
	for (size_t i = 0; i < deployment; i++) {
		if (value_text(form, i, form->current, other) > 0 && strcmp(other, text) == 0)
			return true;
	}
	return false;
}

/* The n-th (from 1) of the different values but the draft; false if there are fewer. *count (may be
 * NULL) gets how many were seen. */
static bool nth_value(const struct form *form, size_t n, char text[EDIT_MAX], size_t *count)
{
	const char *draft = form->recalled > 0 ? form->draft.text
					       : form->fields[form->current].edit.text;
	size_t seen = 0;
	for (size_t i = 0; i < berth_recall_deployments(form->recall); i++) {
		if (value_text(form, i, form->current, text) == 0 || strcmp(text, draft) == 0 ||
			had_before(form, i, text))
			continue;
		if (++seen == n)
			return true;
	}
	if (count != NULL)
		*count = seen;
	return false;
}

size_t form_recallable(const struct form *form)
{
	char text[EDIT_MAX];
	size_t count = 0;
	if (!form_is_choice(form, form->current) && form_own(form, form->current) == NULL)
		nth_value(form, 0, text, &count);
	return count;
}

bool form_recall(struct form *form, int step)
{
	struct edit *edit = &form->fields[form->current].edit;
	char text[EDIT_MAX];
	if (form_is_choice(form, form->current) || form_own(form, form->current) != NULL ||
		(step < 0 && form->recalled == 0))
		return false;
	size_t n = step > 0 ? form->recalled + 1 : form->recalled - 1;
	if (n > 0 && !nth_value(form, n, text, NULL))
		return false;
	if (form->recalled == 0)
		form->draft = *edit;
	form->recalled = n;
	form_splice(form, 0, edit->len, n > 0 ? text : form->draft.text);
	return true;
}

#include "form/completing.h"

#include <stdlib.h>
#include <string.h>

#include "form/form_own.h"
#include "form/words.h"

static bool takes_files(const struct form *form)
{
	return form_id(form, form->current) == BERTH_FIELD_ENV_FILE;
}

/* A folder over there can't be looked into. */
static bool can_be_completed(const struct form *form)
{
	enum berth_field_kind kind = berth_fields[form_id(form, form->current)].kind;
	bool here = kind == BERTH_KIND_FOLDER && berth_settings_server(form->settings) == NULL;
	return (here || kind == BERTH_KIND_FILE || takes_files(form)) &&
	       form_own(form, form->current) == NULL && form_applies(form, form->current);
}

bool completing_begin(struct completing *completing, const struct form *form)
{
	const struct form_field *field = &form->fields[form->current];
	const struct edit *edit = &field->edit;
	char path[EDIT_MAX];
	completing_end(completing);
	if (!can_be_completed(form) || !field->entered || !field->touched)
		return false;
	completing->start = 0;
	if (form_is_list(form, form->current)) {
		struct form_row rows[FORM_ROWS_MAX];
		size_t at;
		form_rows(form, form->current, rows, &at);
		completing->start = rows[at].start;
	}
	completing->end = edit->cursor;
	size_t len = completing->end - completing->start;
	if (form_is_list(form, form->current)) {
		len = words_unquote(path, sizeof path, edit->text + completing->start, len);
	} else {
		memcpy(path, edit->text, len);
		path[len] = '\0';
	}
	if (!complete_prepare(&completing->request, path, len, !takes_files(form)))
		return false;
	memcpy(completing->kept, path, completing->request.kept);
	completing->kept[completing->request.kept] = '\0';
	completing->asked = true;
	return true;
}

static void put(struct completing *completing, struct form *form, const char *name)
{
	char path[EDIT_MAX], word[EDIT_MAX];
	size_t kept = strlen(completing->kept), len = strlen(name);
	if (kept + len >= sizeof path)
		return;
	memcpy(path, completing->kept, kept);
	memcpy(path + kept, name, len + 1);
	const char *text = path;
	if (form_is_list(form, form->current)) {
		if (words_quote(word, sizeof word, path,
			    form_parts_at_commas(form, form->current)) == 0)
			return;
		text = word;
	}
	if (form_splice(form, completing->start, completing->end, text))
		completing->end = form->fields[form->current].edit.cursor;
}

bool completing_found(
	struct completing *completing, struct form *form, struct complete_names *names)
{
	completing->reading = false;
	bool more = strlen(names->common) > strlen(completing->request.prefix);
	if (more)
		put(completing, form, names->common);
	if (names->all < 2) {
		free(names);
		return more;
	}
	completing->names = names;
	completing->chosen = 0;
	return true;
}

void completing_choose(struct completing *completing, struct form *form, int step)
{
	const struct complete_names *names = completing->names;
	size_t count = names->count;
	if (step > 0)
		completing->chosen = completing->chosen % count + 1;
	else
		completing->chosen = completing->chosen > 1 ? completing->chosen - 1 : count;
	put(completing, form, names->names[completing->chosen - 1]);
}

void completing_end(struct completing *completing)
{
	free(completing->names);
	completing->names = NULL;
	completing->asked = completing->reading = false;
}

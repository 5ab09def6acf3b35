/* The values of a list field as rows. */
#include "form/form.h"

#include <string.h>

#include "form/words.h"

static bool is_blank(const struct form *form, size_t index, size_t at)
{
	const struct edit *edit = &form->fields[index].edit;
	return edit->text[at] == ' ' ||
	       (form_parts_at_commas(form, index) && edit->text[at] == ',');
}

/* Between two words the cursor is in a row of its own, which holds nothing yet. */
size_t form_rows(
	const struct form *form, size_t index, struct form_row rows[FORM_ROWS_MAX], size_t *at)
{
	const struct edit *edit = &form->fields[index].edit;
	size_t count = 0, position = 0;
	bool found = false;
	struct word word;
	*at = 0;
	while (count < FORM_ROWS_MAX - 1 &&
		words_next(edit->text, edit->len, form_parts_at_commas(form, index), &position,
			&word)) {
		if (!found && edit->cursor < word.start) {
			*at = count;
			found = true;
			rows[count++] = (struct form_row){edit->cursor, edit->cursor};
		}
		if (!found && edit->cursor <= word.end) {
			*at = count;
			found = true;
		}
		rows[count++] = (struct form_row){word.start, word.end};
	}
	if (!found && count < FORM_ROWS_MAX) {
		*at = count;
		rows[count++] = (struct form_row){edit->cursor, edit->cursor};
	}
	return count;
}

bool form_row_move(struct form *form, int step)
{
	struct form_row rows[FORM_ROWS_MAX];
	size_t at;
	if (!form_is_list(form, form->current))
		return false;
	size_t count = form_rows(form, form->current, rows, &at);
	if (step < 0 ? at == 0 : at + 1 >= count)
		return false;
	form->fields[form->current].edit.cursor = rows[step < 0 ? at - 1 : at + 1].end;
	form->fields[form->current].entered = true;
	return true;
}

static void cut_out(struct form *form, size_t from, size_t to)
{
	memcpy(form->cut.text, form->fields[form->current].edit.text + from, to - from);
	form->cut.len = to - from;
	form_splice(form, from, to, "");
}

bool form_row_edit(struct form *form, enum action action)
{
	struct form_row rows[FORM_ROWS_MAX];
	struct edit *edit = &form->fields[form->current].edit;
	size_t at;
	if (!form_is_list(form, form->current) || form_rows(form, form->current, rows, &at) < 2)
		return false;
	size_t start = rows[at].start, end = rows[at].end;
	switch (action) {
	case ACTION_EDIT_HOME:
	case ACTION_EDIT_KILL_START:
		if (edit->cursor == start)
			return false;
		if (action == ACTION_EDIT_KILL_START)
			cut_out(form, start, edit->cursor);
		edit->cursor = start;
		break;
	case ACTION_EDIT_END:
	case ACTION_EDIT_KILL_END:
		if (edit->cursor == end)
			return false;
		if (action == ACTION_EDIT_KILL_END)
			cut_out(form, edit->cursor, end);
		else
			edit->cursor = end;
		break;
	default:
		return false;
	}
	form->fields[form->current].entered = true;
	return true;
}

bool form_row_add(struct form *form)
{
	struct form_row rows[FORM_ROWS_MAX];
	size_t at;
	if (!form_is_list(form, form->current))
		return false;
	form_rows(form, form->current, rows, &at);
	/* Nothing is gained by an empty row below an empty row. */
	if (rows[at].start == rows[at].end)
		return true;
	const struct edit *edit = &form->fields[form->current].edit;
	bool last = rows[at].end == edit->len;
	if (!form_splice(form, rows[at].end, rows[at].end, last ? " " : "  "))
		return false;
	form->fields[form->current].edit.cursor = rows[at].end + 1;
	form->reveal = false;
	return true;
}

bool form_row_remove(struct form *form)
{
	struct form_row rows[FORM_ROWS_MAX];
	const struct edit *edit = &form->fields[form->current].edit;
	size_t at;
	if (!form_is_list(form, form->current))
		return false;
	size_t count = form_rows(form, form->current, rows, &at);
	size_t from = rows[at].start, to = rows[at].end;
	if (to > from) {
		memcpy(form->cut.text, edit->text + from, to - from);
		form->cut.len = to - from;
	}
	while (to < edit->len && is_blank(form, form->current, to))
		to++;
	/* The last row goes with what parts it from the one before. */
	while (to == edit->len && from > 0 && is_blank(form, form->current, from - 1))
		from--;
	form_splice(form, from, to, "");
	if (at + 1 < count)
		form->fields[form->current].edit.cursor = from +
							  (rows[at + 1].end - rows[at + 1].start);
	form->reveal = false;
	return true;
}

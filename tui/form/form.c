#include "form/form.h"

#include <string.h>

#include <berth/text.h>

#include "form/form_own.h"
#include "form/words.h"

enum { VALUES_MAX = 256 };

static const enum berth_field_id ids[] = {
	BERTH_FIELD_TARGET,
	BERTH_FIELD_PRESET,
	BERTH_FIELD_NAME,
	BERTH_FIELD_IMAGE,
	BERTH_FIELD_FOLDER,
	BERTH_FIELD_CONTAINER,
	BERTH_FIELD_PORT,
	BERTH_FIELD_PLATFORM,
	BERTH_FIELD_ENV,
	BERTH_FIELD_RESTART,
	BERTH_FIELD_HEALTH,
	BERTH_FIELD_PULL,
	BERTH_FIELD_ENV_FILE,
	BERTH_FIELD_DEST,
	BERTH_FIELD_GIT,
	BERTH_FIELD_BUILD,
};
_Static_assert(sizeof ids / sizeof ids[0] == FORM_FIELDS, "one id a field");

/* Where a target does not take the one it may take the other. */
static enum berth_field_id other_id(size_t index)
{
	return ids[index] == BERTH_FIELD_GIT ? BERTH_FIELD_REPO_ID : ids[index];
}

enum berth_field_id form_id(const struct form *form, size_t index)
{
	enum berth_field_id other = other_id(index);
	return berth_settings_applies(form->settings, other) ? other : ids[index];
}

static const struct berth_field *about(const struct form *form, size_t index)
{
	return &berth_fields[form_id(form, index)];
}

void form_forget(struct berth_settings *settings)
{
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		berth_settings_replace(settings, ids[i], NULL, 0, NULL);
		berth_settings_replace(settings, other_id(i), NULL, 0, NULL);
	}
}

/* Chosen by the words that a person would say; the settings have others. */
static const char *const flag_words[] = {"no", "yes", NULL};
static const char *const flag_values[] = {"false", "true"};

static bool is_flag(const struct form *form, size_t index)
{
	return form_own(form, index) == NULL && about(form, index)->kind == BERTH_KIND_FLAG;
}

static const char *flag_word(const char *value)
{
	return flag_words[strcmp(value, flag_values[1]) == 0];
}

const char *form_label(const struct form *form, size_t index)
{
	const struct berth_plugin_field *own = form_own(form, index);
	return own != NULL ? own->label : about(form, index)->label;
}

const char *form_name(const struct form *form, size_t index)
{
	const struct berth_plugin_field *own = form_own(form, index);
	return own != NULL ? own->name : about(form, index)->name;
}

bool form_is_choice(const struct form *form, size_t index)
{
	const struct berth_plugin_field *own = form_own(form, index);
	return own != NULL ? own->choices != NULL
			   : about(form, index)->kind == BERTH_KIND_CHOICE || is_flag(form, index);
}

bool form_applies(const struct form *form, size_t index)
{
	return berth_settings_applies(form->settings, form_id(form, index)) ||
	       form_own(form, index) != NULL;
}

bool form_requires(const struct form *form, size_t index)
{
	const struct berth_plugin_field *own = form_own(form, index);
	if (own != NULL)
		return own->required;
	/* Of a container made here only the image is needed, and its error says so. */
	return berth_settings_server(form->settings) != NULL &&
	       berth_settings_requires(form->settings, form_id(form, index));
}

bool form_is_secret(const struct form *form, size_t index)
{
	return form_own(form, index) == NULL && about(form, index)->kind == BERTH_KIND_SECRET_LIST;
}

bool form_is_list(const struct form *form, size_t index)
{
	return form_own(form, index) == NULL &&
	       (about(form, index)->kind == BERTH_KIND_LIST || form_is_secret(form, index));
}

/* A comma may be part of a variable's value, but of no port and no path worth the name. */
bool form_parts_at_commas(const struct form *form, size_t index)
{
	return form_is_list(form, index) && !form_is_secret(form, index);
}

/* The text of a field as the settings have it. */
static void read_field(struct form *form, size_t index)
{
	struct form_field *field = &form->fields[index];
	const struct berth_plugin_field *own = form_own(form, index);
	char text[EDIT_MAX];
	size_t used = 0;
	if (own != NULL) {
		edit_set(&field->edit, form_own_value(form, own));
		return;
	}
	if (is_flag(form, index)) {
		edit_set(&field->edit,
			flag_word(berth_settings_effective(form->settings, form_id(form, index))));
		return;
	}
	if (!form_is_list(form, index)) {
		edit_set(&field->edit,
			berth_settings_effective(form->settings, form_id(form, index)));
		return;
	}
	for (size_t i = 0; i < berth_settings_count(form->settings, form_id(form, index)); i++) {
		char word[EDIT_MAX];
		const char *value = berth_settings_at(form->settings, form_id(form, index), i);
		size_t len = words_quote(
			word, sizeof word, value, form_parts_at_commas(form, index));
		if (used + len + 2 > sizeof text)
			break;
		if (used > 0)
			text[used++] = ' ';
		memcpy(text + used, word, len);
		used += len;
	}
	text[used] = '\0';
	edit_set(&field->edit, text);
}

/* Whatever changed, derived values may follow from it. */
static void read_derived(struct form *form)
{
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		if (!form->fields[i].own && !form->fields[i].touched)
			read_field(form, i);
	}
}

static void check_field(struct form *form, size_t index)
{
	struct form_field *field = &form->fields[index];
	const struct berth_plugin_field *own = form_own(form, index);
	struct berth_error err;
	int status = 0;
	field->error[0] = '\0';
	if (own != NULL)
		status = berth_plugin_check(own, form_own_value(form, own), &err);
	else if (form_applies(form, index))
		status = berth_settings_check(form->settings, form_id(form, index), &err);
	if (status != 0)
		berth_utf8_copy(
			field->error, sizeof field->error, err.message, strlen(err.message));
}

/* A field's error may have gone with the value of another. */
static void check_again(struct form *form)
{
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		if (form->fields[i].error[0] != '\0')
			check_field(form, i);
	}
}

void form_check(struct form *form)
{
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		if (form->fields[i].edit.len > 0)
			check_field(form, i);
	}
}

void form_init(struct form *form, struct berth_settings *settings)
{
	memset(form, 0, sizeof *form);
	form->settings = settings;
	form_read(form);
}

static int replace_scalar(struct form *form, size_t index, struct berth_error *err)
{
	const struct edit *edit = &form->fields[index].edit;
	const char *value = edit->text + strspn(edit->text, " ");
	char trimmed[EDIT_MAX];
	size_t len = berth_utf8_copy(trimmed, sizeof trimmed, value, strlen(value));
	while (len > 0 && trimmed[len - 1] == ' ')
		trimmed[--len] = '\0';
	value = trimmed;
	if (is_flag(form, index) && len > 0)
		value = flag_values[strcmp(value, flag_words[1]) == 0];
	if (form_own(form, index) != NULL)
		return form_own_put(form, form_own(form, index), value, err);
	return berth_settings_replace(form->settings, form_id(form, index), &value, len > 0, err);
}

static int replace_list(struct form *form, size_t index, struct berth_error *err)
{
	const struct edit *edit = &form->fields[index].edit;
	const char *values[VALUES_MAX];
	char text[2 * EDIT_MAX];
	size_t count = 0, used = 0, position = 0;
	struct word word;
	while (words_next(
		edit->text, edit->len, form_parts_at_commas(form, index), &position, &word)) {
		if (count == VALUES_MAX)
			return berth_error_set(err, BERTH_E_LIMIT, 0,
				"more than %d values for '%s'", VALUES_MAX,
				about(form, index)->name);
		values[count++] = text + used;
		used += words_unquote(text + used, sizeof text - used, edit->text + word.start,
				word.end - word.start) +
			1;
	}
	int status = berth_settings_replace(
		form->settings, form_id(form, index), values, count, err);
	if (form_is_secret(form, index))
		explicit_bzero(text, used);
	return status;
}

static bool decides_others(const struct form *form, size_t index)
{
	return form_own(form, index) == NULL &&
	       (ids[index] == BERTH_FIELD_TARGET || ids[index] == BERTH_FIELD_PRESET ||
		       ids[index] == BERTH_FIELD_FOLDER);
}

/* An image and a build exclude each other, so do a folder and a repository. What stands in a field
 * that means nothing now is not said, and is again when it does. */
static int say_what_applies(struct form *form, struct berth_error *err)
{
	int status = 0;
	for (size_t i = 0; i < FORM_FIELDS && status == 0; i++) {
		if ((ids[i] != BERTH_FIELD_IMAGE && ids[i] != BERTH_FIELD_FOLDER) ||
			!form->fields[i].own || form_own(form, i) != NULL)
			continue;
		if (form_applies(form, i))
			status = replace_scalar(form, i, err);
		else
			status = berth_settings_replace(form->settings, ids[i], NULL, 0, err);
	}
	return status == 0 ? berth_settings_load(form->settings, err) : status;
}

static void put_field(struct form *form, size_t index)
{
	struct form_field *field = &form->fields[index];
	struct berth_error err;
	int status = form_is_list(form, index) ? replace_list(form, index, &err)
					       : replace_scalar(form, index, &err);
	field->own = strspn(field->edit.text, " ") < field->edit.len;
	field->touched = false;
	field->entered = false;
	/* One blank between values and none behind them; quotes may make it longer, not twice as
	 * long. */
	if (form_is_list(form, index) && status == 0 && field->own &&
		field->edit.len < EDIT_MAX / 2)
		read_field(form, index);
	if (status == 0 && decides_others(form, index))
		status = berth_settings_load(form->settings, &err);
	if (status == 0 && (ids[index] == BERTH_FIELD_GIT || ids[index] == BERTH_FIELD_BUILD))
		status = say_what_applies(form, &err);
	read_derived(form);
	check_field(form, index);
	if (status != 0 && field->error[0] == '\0')
		berth_utf8_copy(
			field->error, sizeof field->error, err.message, strlen(err.message));
	else
		check_again(form);
}

void form_leave(struct form *form)
{
	struct form_field *field = &form->fields[form->current];
	if (field->touched)
		put_field(form, form->current);
	field->entered = false;
	field->edit.cursor = field->edit.len;
	form->reveal = false;
	form->recalled = 0;
	edit_undo_clear(&form->undo);
}

void form_read(struct form *form)
{
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		struct form_field *field = &form->fields[i];
		const struct berth_plugin_field *own = form_own(form, i);
		field->own = own != NULL
				     ? own->fallback == NULL ||
					       strcmp(form_own_value(form, own), own->fallback) != 0
				     : berth_settings_layer(form->settings, form_id(form, i)) ==
					       BERTH_FROM_OPTION;
		field->touched = field->entered = false;
		field->error[0] = '\0';
		read_field(form, i);
	}
}

void form_go(struct form *form, size_t index)
{
	form_leave(form);
	form->current = index;
	form->fields[index].edit.cursor = form->fields[index].edit.len;
}

static size_t neighbour(size_t index, int step, size_t columns)
{
	size_t rows = FORM_FIELDS / columns;
	size_t at = index % columns * rows + index / columns;
	at = (at + (step > 0 ? 1 : FORM_FIELDS - 1)) % FORM_FIELDS;
	return at % rows * columns + at / rows;
}

void form_move(struct form *form, int step, int columns)
{
	form_leave(form);
	size_t next = form->current;
	do {
		next = neighbour(next, step, (size_t)columns);
	} while (next != form->current && !form_applies(form, next));
	form_go(form, next);
}

const char *const *form_choices(const struct form *form, size_t index)
{
	const struct berth_plugin_field *own = form_own(form, index);
	if (own != NULL)
		return (const char *const *)own->choices;
	if (is_flag(form, index))
		return flag_words;
	switch (form_id(form, index)) {
	case BERTH_FIELD_TARGET:
		return berth_settings_targets(form->settings);
	case BERTH_FIELD_PRESET:
		return berth_settings_presets(form->settings);
	default:
		return about(form, index)->choices;
	}
}

void form_choose(struct form *form, int step)
{
	struct form_field *field = &form->fields[form->current];
	const char *const *names = form_choices(form, form->current);
	size_t count = 0, at = 0;
	bool found = false;
	for (; names != NULL && names[count] != NULL; count++) {
		if (strcmp(names[count], field->edit.text) == 0) {
			at = count;
			found = true;
		}
	}
	if (count == 0)
		return;
	if (found)
		at = (at + (step > 0 ? 1 : count - 1)) % count;
	edit_set(&field->edit, names[at]);
	put_field(form, form->current);
}

static void changed(struct form *form, const struct edit *before)
{
	struct form_field *field = &form->fields[form->current];
	edit_undo_note(&form->undo, before, &field->edit);
	field->entered = true;
	field->touched = true;
	field->error[0] = '\0';
}

bool form_insert(struct form *form, const char *text, size_t len)
{
	struct form_field *field = &form->fields[form->current];
	if (form_is_choice(form, form->current))
		return true;
	const struct edit before = field->edit;
	if (!field->own && !field->entered)
		edit_set(&field->edit, "");
	bool fits = edit_insert(&field->edit, text, len);
	changed(form, &before);
	return fits;
}

bool form_splice(struct form *form, size_t from, size_t to, const char *text)
{
	struct edit *edit = &form->fields[form->current].edit;
	const struct edit before = *edit;
	memmove(edit->text + from, edit->text + to, edit->len - to + 1);
	edit->len -= to - from;
	edit->cursor = from;
	bool fits = edit_insert(edit, text, strlen(text));
	if (!fits)
		*edit = before;
	changed(form, &before);
	return fits;
}

/* Back where one came in, the field is again what it was then. */
static void undo(struct form *form)
{
	struct form_field *field = &form->fields[form->current];
	if (!edit_undo_step_back(&form->undo, &field->edit) || form->undo.count > 0 ||
		form->undo.forgot)
		return;
	field->touched = false;
}

bool form_edit(struct form *form, enum action action)
{
	struct form_field *field = &form->fields[form->current];
	if (form_is_choice(form, form->current))
		return false;
	if (action == ACTION_EDIT_UNDO) {
		undo(form);
		return true;
	}
	if (form_row_edit(form, action))
		return true;
	const struct edit before = field->edit;
	if (!edit_do(&field->edit, action, &form->cut))
		return false;
	/* No editing key leaves another text of the same length. */
	if (field->edit.len != before.len)
		changed(form, &before);
	field->entered = true;
	return true;
}

struct berth_deployment *form_resolve(struct form *form, struct berth_error *err)
{
	enum berth_field_id wrong = BERTH_FIELD_COUNT;
	form_leave(form);
	size_t own = form_own_wrong(form, err);
	if (own < FORM_FIELDS) {
		form->current = own;
		check_field(form, own);
		return NULL;
	}
	struct berth_deployment *deployment = berth_settings_resolve(form->settings, &wrong, err);
	if (deployment != NULL)
		return deployment;
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		if (form_id(form, i) != wrong)
			continue;
		form->current = i;
		berth_utf8_copy(form->fields[i].error, sizeof form->fields[i].error, err->message,
			strlen(err->message));
	}
	return NULL;
}

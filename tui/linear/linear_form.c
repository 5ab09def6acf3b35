/* The form: its fields by number and by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <berth/nearest.h>

#include "linear/linear_private.h"

/* Values of variables are not shown, here as on the screen. */
static void add_value(const struct form *form, size_t index, char *dst, size_t cap)
{
	size_t cursor;
	form_show(form, index, false, "***", dst, cap, &cursor);
}

void linear_field(struct linear *linear, size_t index)
{
	const struct form *form = &linear->app.form;
	char value[2 * EDIT_MAX];
	add_value(form, index, value, sizeof value);
	if (!form_applies(form, index))
		linear_say(linear, "%zu. %s: means nothing for this target", index + 1,
			form_label(form, index));
	else if (value[0] == '\0')
		linear_say(linear, "%zu. %s: %s", index + 1, form_label(form, index),
			form_requires(form, index) ? "empty, and needed" : "empty");
	else
		linear_say(linear, "%zu. %s: %s", index + 1, form_label(form, index), value);
	if (form->fields[index].error[0] != '\0')
		linear_say(linear, "   wrong: %s", form->fields[index].error);
}

void linear_form(struct linear *linear)
{
	for (size_t i = 0; i < FORM_FIELDS; i++)
		linear_field(linear, i);
	linear->said.field = linear->app.form.current;
	linear_say(linear, "A number asks for a new value, 'set NAME VALUE' gives one.");
}

void linear_field_ask(struct linear *linear, size_t number)
{
	struct form *form = &linear->app.form;
	if (number < 1 || number > FORM_FIELDS) {
		linear_say(linear, "The form has no field %zu: there are %d.", number, FORM_FIELDS);
		return;
	}
	form_go(form, number - 1);
	linear_field(linear, number - 1);
	linear->said.field = number - 1;
	if (!form_applies(form, number - 1))
		return;
	linear->field_asked = true;
	if (!form_is_choice(form, number - 1)) {
		linear_say(linear, "New value (an empty line leaves it as it is):");
		return;
	}
	const char *const *choices = form_choices(form, number - 1);
	for (size_t i = 0; choices != NULL && choices[i] != NULL; i++)
		linear_say(linear, "   %zu. %s", i + 1, choices[i]);
	linear_say(linear, "Number or name (an empty line leaves it as it is):");
}

/* The name of a choice, or its number in the list that was shown; NULL if it is neither. */
static const char *find_choice(const char *const *choices, const char *value)
{
	char *end;
	unsigned long number = strtoul(value, &end, 10);
	for (size_t i = 0; choices != NULL && choices[i] != NULL; i++) {
		if (strcasecmp(choices[i], value) == 0)
			return choices[i];
		if (*value != '\0' && *end == '\0' && number == i + 1)
			return choices[i];
	}
	return NULL;
}

/* One after the other, as the screen does it, until it is there. */
static void choose(struct linear *linear, const char *value)
{
	struct form *form = &linear->app.form;
	const char *const *choices = form_choices(form, form->current);
	const char *found = find_choice(choices, value);
	const char *nearest = found == NULL && choices != NULL ? berth_nearest(value, choices)
							       : NULL;
	char wanted[EDIT_MAX];
	if (found == NULL) {
		linear_say(linear, "%s can't be '%s'%s%s%s", form_label(form, form->current), value,
			nearest != NULL ? ", did you mean '" : ".", nearest != NULL ? nearest : "",
			nearest != NULL ? "'?" : "");
		return;
	}
	size_t count = 0;
	while (choices[count] != NULL)
		count++;
	snprintf(wanted, sizeof wanted, "%s", found);
	for (size_t i = 0; i < count && strcmp(form->fields[form->current].edit.text, wanted) != 0;
		i++)
		form_choose(form, 1);
	app_endpoint(&linear->app);
}

static void replace(struct linear *linear, const char *value)
{
	struct form *form = &linear->app.form;
	form_edit(form, ACTION_EDIT_END);
	form_edit(form, ACTION_EDIT_KILL_START);
	if (value[0] != '\0' && !form_insert(form, value, strlen(value)))
		linear_say(linear, "That is too long for a field.");
	form_leave(form);
}

static void put(struct linear *linear, const char *value)
{
	size_t index = linear->app.form.current;
	if (!form_applies(&linear->app.form, index)) {
		linear_field(linear, index);
		return;
	}
	if (form_is_choice(&linear->app.form, index))
		choose(linear, value);
	else
		replace(linear, value);
	linear_field(linear, index);
	linear->said.field = index;
}

void linear_field_take(struct linear *linear, const char *value)
{
	linear->field_asked = false;
	if (value[0] != '\0')
		put(linear, value);
}

static bool is_field(const struct form *form, size_t index, const char *name, size_t len)
{
	const char *option = form_name(form, index);
	return strncasecmp(option, name, len) == 0 ||
	       strncasecmp(form_label(form, index), name, len) == 0;
}

/* FORM_FIELDS if it is none, or could be two. */
static size_t find_field(const struct form *form, const char *name, size_t len)
{
	size_t found = FORM_FIELDS, count = 0;
	for (size_t i = 0; i < FORM_FIELDS; i++) {
		if (!is_field(form, i, name, len))
			continue;
		if (strlen(form_name(form, i)) == len)
			return i;
		found = i;
		count++;
	}
	return count == 1 ? found : FORM_FIELDS;
}

static void refuse_field(struct linear *linear, const char *name)
{
	const char *names[FORM_FIELDS + 1] = {0};
	for (size_t i = 0; i < FORM_FIELDS; i++)
		names[i] = form_name(&linear->app.form, i);
	const char *nearest = berth_nearest(name, names);
	if (nearest != NULL)
		linear_say(linear, "The form has no field '%s'. Did you mean '%s'?", name, nearest);
	else if (berth_field_find(name) != NULL)
		linear_say(linear, "'%s' is not in the form; start berth with --%s.", name, name);
	else
		linear_say(linear, "The form has no field '%s'; 'form' lists them.", name);
}

void linear_set(struct linear *linear, const char *text)
{
	char name[64];
	size_t len = strcspn(text, " =\t");
	const char *value = text + len + strspn(text + len, " \t");
	if (*value == '=')
		value += 1 + strspn(value + 1, " \t");
	snprintf(name, sizeof name, "%.*s", (int)len, text);
	size_t index = len > 0 ? find_field(&linear->app.form, name, strlen(name)) : FORM_FIELDS;
	if (len == 0) {
		linear_say(linear, "'set' needs the name of a field and its value.");
	} else if (index == FORM_FIELDS) {
		refuse_field(linear, name);
	} else {
		form_go(&linear->app.form, index);
		put(linear, value);
	}
}

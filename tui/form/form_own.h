/*
 * The fields of a plugin in the form. They stand where the fields are that a plugin has no use for,
 * in the order of its hello; what does not fit is given by --set.
 */
#ifndef BERTH_TUI_FORM_OWN_H
#define BERTH_TUI_FORM_OWN_H

#include <berth/plugin.h>

#include "form/form.h"

/* The field of a plugin that stands there; NULL: none, it is one of the settings. */
const struct berth_plugin_field *form_own(const struct form *form, size_t index);
/* What the settings hold for it; its default or "" if they hold nothing. */
const char *form_own_value(const struct form *form, const struct berth_plugin_field *own);
/* "" forgets it. */
int form_own_put(struct form *form, const struct berth_plugin_field *own, const char *value,
	struct berth_error *err);
/* The first of them that is wrong; FORM_FIELDS if none is. */
size_t form_own_wrong(const struct form *form, struct berth_error *err);

/* Another plugin, or none: borrowed until the next call. trouble: why there is none; may be NULL.
 */
void form_own_take(struct form *form, const struct berth_plugin *plugin, const char *trouble);

#endif

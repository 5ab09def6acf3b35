#include "form_actions.h"

bool form_act(struct app *app, enum action action)
{
	switch (action) {
	case ACTION_FIELD_NEXT:
	case ACTION_FIELD_PREVIOUS:
		form_move(
			&app->form, action == ACTION_FIELD_NEXT ? 1 : -1, app->layout.form_columns);
		break;
	case ACTION_VALUE_NEXT:
	case ACTION_VALUE_PREVIOUS:
		form_choose(&app->form, action == ACTION_VALUE_NEXT ? 1 : -1);
		/* Another target says something else in the header and where nothing runs yet. */
		app_endpoint(app);
		break;
	default:
		if (!form_edit(&app->form, action))
			return false;
	}
	/* The keys in the footer depend on the kind of field. */
	app_stale(app, PANE_FOOTER, STALE_PAINT);
	app_stale(app, PANE_FORM, STALE_PAINT);
	return true;
}

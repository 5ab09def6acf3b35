#include "form/form_actions.h"

#include "actions.h"
#include "form/completing.h"
#include "form/profile_actions.h"

/* A row, an earlier value, a field: the nearest there is in that direction. */
static void move_up(struct app *app)
{
	struct form *form = &app->form;
	if (form->recalled == 0 && form_row_move(form, -1))
		return;
	size_t known = form_recallable(form);
	if (form_recall(form, 1))
		app_notice(app, "Earlier value %zu of %zu. Down goes back, Enter takes it.",
			form->recalled, known);
	else if (known > 0)
		app_notice(app, "There is no earlier value.");
	else
		form_move(form, -1, app->layout.form_columns);
}

static void move_down(struct app *app)
{
	struct form *form = &app->form;
	if (form->recalled > 0)
		form_recall(form, -1);
	else if (!form_row_move(form, 1))
		form_move(form, 1, app->layout.form_columns);
}

static void complete(struct app *app)
{
	if (app->completing.names != NULL)
		completing_choose(&app->completing, &app->form, 1);
	else if (!completing_begin(&app->completing, &app->form))
		actions_do(app, ACTION_PANE_NEXT, 1);
}

static bool act_on_text(struct app *app, enum action action)
{
	switch (action) {
	case ACTION_FORM_UP:
		move_up(app);
		return true;
	case ACTION_FORM_DOWN:
		move_down(app);
		return true;
	case ACTION_ROW_ADD:
		form_row_add(&app->form);
		return true;
	case ACTION_ROW_REMOVE:
		form_row_remove(&app->form);
		return true;
	case ACTION_REVEAL:
		app->form.reveal = !app->form.reveal;
		app->form.fields[app->form.current].entered = true;
		return true;
	default:
		return form_edit(&app->form, action);
	}
}

static bool act_on_form(struct app *app, enum action action)
{
	switch (action) {
	case ACTION_FIELD_NEXT:
	case ACTION_FIELD_PREVIOUS:
		form_move(
			&app->form, action == ACTION_FIELD_NEXT ? 1 : -1, app->layout.form_columns);
		return true;
	case ACTION_VALUE_NEXT:
	case ACTION_VALUE_PREVIOUS:
		form_choose(&app->form, action == ACTION_VALUE_NEXT ? 1 : -1);
		/* Another target says something else in the header and where nothing runs yet. */
		app_endpoint(app);
		return true;
	case ACTION_EXPLAIN:
		page_open(app, PAGE_EXPLAIN);
		return true;
	case ACTION_AS_COMMAND:
		page_open(app, PAGE_AS_COMMAND);
		return true;
	case ACTION_PROFILE_SAVE:
		profile_ask_save(app);
		return true;
	case ACTION_PROFILE_LOAD:
		profile_ask_load(app);
		return true;
	default:
		return act_on_text(app, action);
	}
}

/* What a list of names is open for; everything else closes it. */
static bool act_on_names(struct app *app, enum action action)
{
	if (app->completing.names != NULL && action == ACTION_PANE_PREVIOUS) {
		completing_choose(&app->completing, &app->form, -1);
		return true;
	}
	bool open = app->completing.names != NULL;
	completing_end(&app->completing);
	return open && action == ACTION_BACK;
}

bool form_act(struct app *app, enum action action)
{
	bool done = true;
	if (action == ACTION_COMPLETE)
		complete(app);
	else
		done = act_on_names(app, action) || act_on_form(app, action);
	/* The keys in the footer depend on the kind of field. */
	app_stale(app, PANE_FOOTER, STALE_PAINT);
	app_stale(app, PANE_FORM, STALE_PAINT);
	return done;
}

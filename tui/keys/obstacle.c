#include "keys/obstacle.h"

#include "keys/action_table.h"
#include "list/remote_actions.h"

#define OF_A_RUN (IF_CANCELLABLE | IF_ENDED | IF_SEVERAL)

static const struct {
	enum condition needed;
	const char *reason;
} reasons[] = {
	{IF_CANCELLABLE, "the chosen deployment is not running"},
	{IF_ENDED, "the chosen deployment has not ended"},
	{IF_SEVERAL, "there are not several deployments"},
	{IF_FOLDED, "the form is open"},
	{IF_ROWS, "the field takes one value"},
	{IF_SECRET, "the field hides nothing"},
	{IF_CONTAINER, "there is no container of it"},
	{IF_UP, "the container does not run"},
};

static const char *elsewhere(unsigned where)
{
	static const struct {
		unsigned where; /* all of them */
		const char *reason;
	} places[] = {
		{IN_FORM, "only in the form"},
		{IN_TEXT, "only in a text field"},
		{IN_CHOICE, "only at a choice of the form"},
		{IN_LIST, "only in the list of deployments"},
		{IN_RESULT, "only in the result"},
		{IN_HELP, "only in the help"},
	};
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		if ((where & places[i].where) == places[i].where)
			return places[i].reason;
	}
	return "only elsewhere";
}

static const char *missing(const struct app *app, unsigned needs)
{
	unsigned lacking = needs & ~app_conditions(app);
	if ((lacking & OF_A_RUN) && app_run(app) == NULL && app_container(app) == NULL)
		return "nothing is deployed yet";
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		if (lacking & reasons[i].needed)
			return reasons[i].reason;
	}
	return NULL;
}

const char *obstacle(const struct app *app, enum action action)
{
	const struct keymap *keys = &app->preferences.keys;
	const char *where = NULL, *not_there = remote_refusal(app, action);
	if (app_refuses(app, action))
		return action_read_only;
	if (not_there != NULL)
		return not_there;
	for (size_t i = 0; i < keys->count; i++) {
		const struct binding *row = &keys->rows[i];
		if (row->action != action)
			continue;
		/* What is the log's can be done from anywhere: there is one log. */
		if (row->where & (app_context_behind(app) | (unsigned)IN_LOG))
			return missing(app, row->needs);
		where = elsewhere(row->where);
	}
	return where;
}

/* Questions that want a text: the same that the screen asks in its footer. */
#include <string.h>

#include <berth/search.h>
#include <berth/text.h>

#include "actions.h"
#include "linear/linear_private.h"

void linear_ask(struct linear *linear)
{
	const struct inputline *input = &linear->app.input;
	const char *proposal = input->edit.text;
	if (input->problem[0] != '\0')
		linear_say(linear, "%s", input->problem);
	if (proposal[0] != '\0' && input->problem[0] == '\0')
		linear_say(linear, "%s(an empty line: %s; a dot alone gives it up)", input->label,
			proposal);
	else
		linear_say(linear, "%s(a dot alone gives it up)", input->label);
}

/* As if it had been typed: a search is tried with every letter, as on the screen. */
static void type(struct app *app, const char *text)
{
	const char *end = text + strlen(text);
	uint32_t key;
	actions_do(app, ACTION_EDIT_END, 1);
	actions_do(app, ACTION_EDIT_KILL_START, 1);
	while (text < end) {
		text = berth_utf8_next(text, end, &key);
		if (keys_printable(key))
			actions_key(app, key);
	}
}

bool linear_ask_take(struct linear *linear, const char *text)
{
	struct app *app = &linear->app;
	if (strcmp(text, ".") == 0) {
		linear_ask_leave(linear);
		return true;
	}
	if (text[0] != '\0')
		type(app, text);
	actions_do(app, ACTION_INPUT_TAKE, 1);
	return app->input.kind == INPUT_NONE;
}

void linear_ask_leave(struct linear *linear)
{
	actions_do(&linear->app, ACTION_INPUT_LEAVE, 1);
}

void linear_ask_expressions(struct linear *linear)
{
	unsigned *flags = &linear->app.pattern_flags;
	*flags ^= BERTH_PATTERN_REGEX;
	linear_say(linear, *flags & BERTH_PATTERN_REGEX
				   ? "Searches and filters are regular expressions."
				   : "Searches and filters are plain text.");
}

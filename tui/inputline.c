#include "inputline.h"

#include <stdio.h>
#include <string.h>

#include <berth/search.h>

static const struct {
	const char *label, *regex;
} labels[] = {
	[INPUT_NONE] = {"", ""},
	[INPUT_SEARCH] = {"Search: ", "Search regex: "},
	[INPUT_FILTER] = {"Show only (! hides): ", "Show only regex (! hides): "},
	[INPUT_EXPORT] = {"Export to: ", "Export to: "},
};
_Static_assert(sizeof labels / sizeof labels[0] == INPUT_COUNT, "each kind has a label");

void inputline_ask(struct inputline *input, enum input kind, const char *text)
{
	input->kind = kind;
	input->problem[0] = '\0';
	edit_set(&input->edit, text);
}

void inputline_end(struct inputline *input, bool taken)
{
	if (taken)
		snprintf(input->last[input->kind], EDIT_MAX, "%s", input->edit.text);
	input->kind = INPUT_NONE;
}

void inputline_recall(struct inputline *input)
{
	edit_set(&input->edit, input->last[input->kind]);
}

const char *inputline_label(const struct inputline *input)
{
	return input->flags & BERTH_PATTERN_REGEX ? labels[input->kind].regex
						  : labels[input->kind].label;
}

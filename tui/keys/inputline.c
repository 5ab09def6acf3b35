#include "keys/inputline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void inputline_release(struct inputline *input)
{
	for (int kind = 0; kind < INPUT_COUNT; kind++) {
		struct input_history *history = &input->history[kind];
		for (size_t i = 0; i < history->count; i++)
			free(history->lines[i]);
		history->count = 0;
	}
}

void inputline_ask(struct inputline *input, enum input kind, const char *label, const char *text)
{
	input->kind = kind;
	input->problem[0] = '\0';
	input->recalled = 0;
	snprintf(input->label, sizeof input->label, "%s", label);
	edit_set(&input->edit, text);
}

/* Each once: what was taken again is the newest. Without memory it is not remembered. */
static void remember(struct input_history *history, const char *text)
{
	size_t at = 0;
	char *line = strdup(text);
	if (line == NULL)
		return;
	while (at < history->count && strcmp(history->lines[at], text) != 0)
		at++;
	if (at == INPUT_REMEMBERED)
		at--;
	if (at < history->count)
		free(history->lines[at]);
	else
		history->count++;
	memmove(history->lines + 1, history->lines, at * sizeof *history->lines);
	history->lines[0] = line;
}

void inputline_end(struct inputline *input, const char *taken)
{
	if (taken != NULL && taken[0] != '\0')
		remember(&input->history[input->kind], taken);
	input->kind = INPUT_NONE;
}

bool inputline_recall(struct inputline *input, int step)
{
	const struct input_history *history = &input->history[input->kind];
	if (step < 0 ? input->recalled == 0 : input->recalled == history->count)
		return false;
	if (input->recalled == 0)
		snprintf(input->kept, sizeof input->kept, "%s", input->edit.text);
	input->recalled = step < 0 ? input->recalled - 1 : input->recalled + 1;
	edit_set(&input->edit,
		input->recalled > 0 ? history->lines[input->recalled - 1] : input->kept);
	return true;
}

const char *inputline_last(const struct inputline *input, enum input kind)
{
	const struct input_history *history = &input->history[kind];
	return history->count > 0 ? history->lines[0] : "";
}

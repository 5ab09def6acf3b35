#include "panes/card_markdown.h"

#include <stdio.h>
#include <stdlib.h>

#include "panes/card.h"

enum { COLUMNS = 4000 }; /* so wide that nothing is broken */

/* What the rows of a card are, told by where they stand. */
enum part { PART_HEADLINE, PART_SECTION, PART_QUOTE, PART_FACT, PART_MORE };

static enum part part_of(const struct line *line, size_t index)
{
	if (index == 0)
		return PART_HEADLINE;
	if (line->indent == 0)
		return PART_SECTION;
	if (line->tab == line->indent)
		return PART_QUOTE;
	return line->label[0] != '\0' ? PART_FACT : PART_MORE;
}

/* Quotes are indented, as a fence could be closed by what is quoted. */
static void write_line(FILE *out, const struct berth_run *run, const struct line *line,
	enum part part, enum part before)
{
	switch (part) {
	case PART_HEADLINE:
		fprintf(out, "## %s: %s\n\n", run->deployment->name, line->value);
		break;
	case PART_SECTION:
		fprintf(out, "\n### %s\n\n", line->value);
		break;
	case PART_QUOTE:
		fprintf(out, "%s    %s\n",
			before == PART_QUOTE || before == PART_SECTION ? "" : "\n", line->value);
		break;
	case PART_FACT:
		fprintf(out, "- %s: %s\n", line->label, line->value);
		break;
	case PART_MORE:
		fprintf(out, "  %s\n", line->value);
		break;
	}
}

char *card_markdown(const struct berth_run *run)
{
	static const struct theme theme = {.ascii = false};
	struct lines lines = {0};
	enum part before = PART_HEADLINE;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	if (out == NULL)
		return NULL;
	card_build(&lines, run, COLUMNS, &theme);
	for (size_t i = 0; i < lines.count; i++) {
		const struct line *line = &lines.list[i];
		enum part part = part_of(line, i);
		if (line->label != NULL && line->value != NULL)
			write_line(out, run, line, part, before);
		before = part;
	}
	lines_release(&lines);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

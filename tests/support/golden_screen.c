#include "support/golden_screen.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 512, LOOK_MAX = 64, DIFFERENCES_MAX = 40 };

/* A row as letters of one byte, to find in it what is to be made the same. */
static void flatten(const struct term *term, int row, int columns, char *flat)
{
	for (int column = 0; column < columns; column++) {
		struct term_cell cell = term_cell(term, row, column);
		bool ascii = cell.text[0] > 0 && cell.text[1] == '\0';

		flat[column] = ascii ? cell.text[0] : '\1';
	}
	flat[columns] = '\0';
}

/* How many bytes of `text` are like `shape`, where 0 stands for a digit; 0 if not all are. */
static size_t is_like(const char *text, const char *shape)
{
	size_t len = strlen(shape);

	for (size_t i = 0; i < len; i++)
		if (shape[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != shape[i])
			return 0;
	return len;
}

/* Times of day and durations, each as wide as it ever is. */
static size_t changing(const char *text, bool begins)
{
	static const char *const anywhere[] = {"0000-00-00 00:00", "00:00:00.000", "00:00:00",
		"@00:00", "since 00:00", "at 00:00", "127.0.0.1:00000"};
	static const char *const alone[] = {"0.0 s", "00 ms", "0 ms", "0:00 "};
	size_t len = 0;

	for (size_t i = 0; len == 0 && i < sizeof(anywhere) / sizeof(anywhere[0]); i++)
		len = is_like(text, anywhere[i]);
	for (size_t i = 0; begins && len == 0 && i < sizeof(alone) / sizeof(alone[0]); i++)
		len = is_like(text, alone[i]);
	return len;
}

static void still(char *flat)
{
	static const char folder[] = "/tmp/";

	for (size_t at = 0; flat[at] != '\0'; at++) {
		size_t len = changing(flat + at, at == 0 || !isalnum((unsigned char)flat[at - 1]));

		for (size_t i = 0; i < len; i++)
			if (isdigit((unsigned char)flat[at + i]))
				flat[at + i] = '0';
		if (strncmp(flat + at, folder, sizeof(folder) - 1) != 0)
			continue;
		for (at += sizeof(folder) - 1; isalnum((unsigned char)flat[at]) || flat[at] == '-';
			at++)
			flat[at] = 'x';
		at--;
	}
}

static const char *still_mark(const char *text)
{
	static const char *const turning[] = {"◓", "◑", "◒"};

	for (size_t i = 0; i < sizeof(turning) / sizeof(turning[0]); i++)
		if (strcmp(text, turning[i]) == 0)
			return "◐";
	return text;
}

static char *row_text(const struct term *term, int row, int columns)
{
	char flat[COLUMNS_MAX + 1], *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	flatten(term, row, columns, flat);
	still(flat);
	for (int column = 0; column < columns; column++) {
		if (flat[column] != '\1')
			fputc(flat[column], out);
		else
			fputs(still_mark(term_cell(term, row, column).text), out);
	}
	fclose(out);
	while (len > 0 && text[len - 1] == ' ')
		text[--len] = '\0';
	return text;
}

char *golden_text(const struct term *term)
{
	char *text = NULL, *before = NULL;
	size_t len = 0;
	int rows, columns, again = 0;
	FILE *out = open_memstream(&text, &len);

	term_size(term, &rows, &columns);
	for (int row = 0; row <= rows; row++) {
		char *now = row < rows ? row_text(term, row, columns) : NULL;

		if (now != NULL && before != NULL && strcmp(now, before) == 0) {
			again++;
			free(now);
			continue;
		}
		if (again > 0)
			fprintf(out, "=%d\n", again);
		if (now != NULL)
			fprintf(out, "|%s\n", now);
		again = 0;
		free(before);
		before = now;
	}
	fclose(out);
	return text;
}

/* "" if it is plain. */
static void look_of(const struct term_cell *cell, char look[LOOK_MAX])
{
	bool blank = strcmp(cell->text, " ") == 0 || cell->text[0] == '\0';
	bool seen = !blank || cell->reverse || cell->underline;
	char colors[32] = "";

	look[0] = '\0';
	if (seen && cell->foreground != TERM_DEFAULT_COLOR)
		snprintf(colors, sizeof(colors), " %d", cell->foreground);
	if (cell->background != TERM_DEFAULT_COLOR)
		snprintf(colors + strlen(colors), sizeof(colors) - strlen(colors), " on %d",
			cell->background);
	snprintf(look, LOOK_MAX, "%s%s%s%s%s%s", seen && cell->bold ? " bold" : "",
		seen && cell->dim ? " dim" : "", seen && cell->italic ? " italic" : "",
		cell->underline ? " underline" : "", cell->reverse ? " reverse" : "", colors);
}

/* Blanks between two runs of one look belong to it: nothing of it is seen on them. */
static char *row_attributes(const struct term *term, int row, int columns)
{
	char *text = NULL, look[LOOK_MAX], run[LOOK_MAX] = "";
	size_t len = 0;
	int first = 0, last = 0;
	FILE *out = open_memstream(&text, &len);

	for (int column = 0; column <= columns; column++) {
		struct term_cell cell = {.text = "x",
			.foreground = TERM_DEFAULT_COLOR,
			.background = TERM_DEFAULT_COLOR};

		if (column < columns)
			cell = term_cell(term, row, column);
		look_of(&cell, look);
		bool blank = strcmp(cell.text, " ") == 0 || cell.text[0] == '\0';
		if (blank && look[0] == '\0')
			continue;
		if (strcmp(look, run) == 0) {
			last = column;
			continue;
		}
		if (run[0] != '\0' && first == last)
			fprintf(out, "%s %d%s", ftell(out) > 0 ? "," : "", first, run);
		else if (run[0] != '\0')
			fprintf(out, "%s %d-%d%s", ftell(out) > 0 ? "," : "", first, last, run);
		snprintf(run, sizeof(run), "%s", look);
		first = last = column;
	}
	fclose(out);
	return text;
}

/* Rows that look the same are told once, where the first of them is. */
char *golden_attributes(const struct term *term)
{
	char *text = NULL;
	size_t len = 0;
	int rows, columns;
	FILE *out = open_memstream(&text, &len);

	term_size(term, &rows, &columns);
	char **looks = calloc((size_t)rows, sizeof(*looks));

	for (int row = 0; row < rows; row++)
		looks[row] = row_attributes(term, row, columns);
	for (int row = 0; row < rows; row++) {
		if (looks[row] == NULL || looks[row][0] == '\0')
			continue;
		fprintf(out, "%d", row);
		for (int next = row + 1; next < rows; next++) {
			if (looks[next] == NULL || strcmp(looks[next], looks[row]) != 0)
				continue;
			fprintf(out, ",%d", next);
			free(looks[next]);
			looks[next] = NULL;
		}
		fprintf(out, ":%s\n", looks[row]);
	}
	for (int row = 0; row < rows; row++)
		free(looks[row]);
	free(looks);
	fclose(out);
	return text;
}

static size_t line_len(const char *text)
{
	return strcspn(text, "\n");
}

static const char *next_line(const char *text)
{
	text += line_len(text);
	return *text == '\n' ? text + 1 : text;
}

void golden_print_difference(const char *wanted, const char *found)
{
	int shown = 0;

	for (int number = 1; (*wanted != '\0' || *found != '\0') && shown < DIFFERENCES_MAX;
		number++) {
		size_t a = line_len(wanted), b = line_len(found);

		if (a != b || strncmp(wanted, found, a) != 0) {
			fprintf(stderr, "%4d - %.*s\n     + %.*s\n", number, (int)a, wanted, (int)b,
				found);
			shown++;
		}
		wanted = next_line(wanted);
		found = next_line(found);
	}
}

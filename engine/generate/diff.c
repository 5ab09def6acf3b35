#include "generate/diff.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "config/strings.h"

enum { AROUND = 3, MAX_TEXT_LINES = 1000 * 1000 };

struct line {
	const char *text;
	size_t len; /* without its newline */
	bool ended; /* with one */
};

struct side {
	struct line *lines;
	size_t count;
};

/* One row of the difference: ' ', '-' or '+'. */
struct row {
	char kind;
	const struct line *line;
};

static int split(struct side *side, const char *text, struct berth_error *err)
{
	size_t count = 0;

	for (const char *p = text; *p && count < MAX_TEXT_LINES; count++)
		p += strcspn(p, "\n") + (strchr(p, '\n') != NULL);
	side->lines = calloc(count + 1, sizeof *side->lines);
	if (!side->lines)
		return string_no_memory(err);
	for (side->count = 0; side->count < count; side->count++) {
		size_t len = strcspn(text, "\n");
		side->lines[side->count] = (struct line){text, len, text[len] == '\n'};
		text += len + (text[len] == '\n');
	}
	return 0;
}

static bool is_same(const struct line *a, const struct line *b)
{
	return a->len == b->len && a->ended == b->ended && memcmp(a->text, b->text, a->len) == 0;
}

/* Rows of the middle, by the longest common subsequence. */
static size_t compare(
	struct row *rows, const struct side *old, const struct side *new, const uint16_t *longest)
{
	size_t i = 0, j = 0, count = 0, width = new->count + 1;

	while (i < old->count || j < new->count) {
		bool both = i < old->count && j < new->count;
		if (both && longest && is_same(&old->lines[i], &new->lines[j])) {
			rows[count++] = (struct row){' ', &old->lines[i++]};
			j++;
		} else if (i < old->count &&
			   (!both || !longest ||
				   longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
			rows[count++] = (struct row){'-', &old->lines[i++]};
		} else {
			rows[count++] = (struct row){'+', &new->lines[j++]};
		}
	}
	return count;
}

/* longest[i][j]: of what is left from line i of the old and j of the new text. */
static uint16_t *measure(const struct side *old, const struct side *new)
{
	size_t width = new->count + 1;

	if (old->count > DIFF_MAX_LINES || new->count > DIFF_MAX_LINES)
		return NULL;
	uint16_t *longest = calloc((old->count + 1) * width, sizeof *longest);
	if (!longest)
		return NULL;
	for (size_t i = old->count; i-- > 0;) {
		for (size_t j = new->count; j-- > 0;) {
			uint16_t down = longest[(i + 1) * width + j];
			uint16_t right = longest[i * width + j + 1];
			uint16_t both = longest[(i + 1) * width + j + 1];
			longest[i * width + j] = is_same(&old->lines[i], &new->lines[j])
							 ? (uint16_t)(both + 1)
						 : down > right ? down
								: right;
		}
	}
	return longest;
}

static int write_row(struct buf *out, const struct row *row, struct berth_error *err)
{
	return buf_addf(out, err, "%c%.*s\n%s", row->kind, (int)row->line->len, row->line->text,
		row->line->ended ? "" : "\\ No newline at end of file\n");
}

static int write_range(
	struct buf *out, char sign, size_t start, size_t count, struct berth_error *err)
{
	if (count == 1)
		return buf_addf(out, err, " %c%zu", sign, start + 1);
	return buf_addf(out, err, " %c%zu,%zu", sign, count ? start + 1 : start, count);
}

static int write_hunk(struct buf *out, const struct row *rows, size_t count, const size_t start[2],
	struct berth_error *err)
{
	size_t old = 0, new = 0;

	for (size_t i = 0; i < count; i++) {
		old += rows[i].kind != '+';
		new += rows[i].kind != '-';
	}
	if (buf_adds(out, "@@", err) < 0 || write_range(out, '-', start[0], old, err) < 0 ||
		write_range(out, '+', start[1], new, err) < 0 || buf_adds(out, " @@\n", err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (write_row(out, &rows[i], err) < 0)
			return -1;
	}
	return 0;
}

/* From the first change to the last one that is not further than twice the lines around. */
static int write_hunks(
	struct buf *out, const struct row *rows, size_t count, struct berth_error *err)
{
	size_t at[2] = {0, 0}; /* line of the old and the new text that row `done` is */
	size_t done = 0;

	for (size_t i = 0; i < count;) {
		if (rows[i].kind == ' ') {
			i++;
			continue;
		}
		size_t last = i;
		for (size_t j = i; j < count && j <= last + 2 * AROUND; j++)
			last = rows[j].kind == ' ' ? last : j;
		size_t first = i - done > AROUND ? i - AROUND : done;
		size_t end = count - last - 1 > AROUND ? last + 1 + AROUND : count;
		for (; done < first; done++) {
			at[0] += rows[done].kind != '+';
			at[1] += rows[done].kind != '-';
		}
		if (write_hunk(out, rows + first, end - first, at, err) < 0)
			return -1;
		for (; done < end; done++) {
			at[0] += rows[done].kind != '+';
			at[1] += rows[done].kind != '-';
		}
		i = end;
	}
	return 0;
}

static int write_sides(struct buf *out, const char *path, const struct side *old,
	const struct side *new, struct berth_error *err)
{
	cleanup_free struct row *rows = calloc(old->count + new->count + 1, sizeof *rows);
	size_t before = 0, after = 0, count = 0;

	if (!rows)
		return string_no_memory(err);
	while (before < old->count &&
		before < new->count &&is_same(&old->lines[before], &new->lines[before]))
		before++;
	while (after < old->count - before &&
		after < new->count - before &&is_same(&old->lines[old->count - after - 1],
					     &new->lines[new->count - after - 1]))
		after++;
	const struct side inner_old = {old->lines + before, old->count - before - after};
	const struct side inner_new = {new->lines + before, new->count - before - after};
	if (inner_old.count + inner_new.count == 0)
		return 0;
	cleanup_free uint16_t *longest = measure(&inner_old, &inner_new);
	for (; count < before; count++)
		rows[count] = (struct row){' ', &old->lines[count]};
	count += compare(rows + count, &inner_old, &inner_new, longest);
	for (size_t i = old->count - after; i < old->count; i++)
		rows[count++] = (struct row){' ', &old->lines[i]};
	if (buf_addf(out, err, "--- %s\n+++ %s\n", path, path) < 0)
		return -1;
	return write_hunks(out, rows, count, err);
}

int diff_write(struct buf *out, const char *path, const char *old, const char *new,
	struct berth_error *err)
{
	struct side sides[2] = {{NULL, 0}, {NULL, 0}};
	int status = split(&sides[0], old, err);

	if (status == 0)
		status = split(&sides[1], new, err);
	if (status == 0)
		status = write_sides(out, path, &sides[0], &sides[1], err);
	free(sides[0].lines);
	free(sides[1].lines);
	return status;
}

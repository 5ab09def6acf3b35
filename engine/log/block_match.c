#include "log/block_match.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <berth/text.h>

#include "log/pattern.h"
#include "log/record.h"
#include "log/shown.h"

enum {
	/* A byte becomes at most eight columns of blanks. */
	CLEAN_FACTOR = 8,
	CLEAN_KEPT = 64 << 10,
	BLOCK_COST = 256, /* to go to it */
	/* What the lines of a block may cost in one go: all of it cleaned, or one or two lines that
	 * a regular expression gives up on. */
	LINES_COST = 512 << 10,
	METER_LINES = 8, /* between two looks at the clock */
};

/* The part of a block that is looked at. */
struct view {
	const char *bytes;
	const struct block_span *span;
	unsigned lines; /* of the block */
	size_t len;
	bool indexed;
	uint32_t starts[STORE_BLOCK_LINES + 1]; /* the one past the last as well */
};

void block_match_init(struct block_match *match, const struct berth_log_criteria *criteria)
{
	*match = (struct block_match){.criteria = *criteria};
}

void block_match_release(struct block_match *match)
{
	free(match->clean);
	match->clean = NULL;
	match->clean_cap = 0;
}

static unsigned wanted_levels(const struct block_match *match)
{
	return ~0u << match->criteria.lowest;
}

bool block_match_skips(const struct block_match *match, const struct log_block *block)
{
	return (block->levels & wanted_levels(match)) == 0;
}

static void mask_fill(struct line_mask *mask, unsigned from, unsigned to)
{
	memset(mask, 0, sizeof *mask);
	for (unsigned n = from; n < to; n++)
		mask->words[n / 64] |= UINT64_C(1) << n % 64;
}

static bool mask_has(const struct line_mask *mask, unsigned n)
{
	return mask->words[n / 64] >> n % 64 & 1;
}

static void mask_set(struct line_mask *mask, unsigned n, bool on)
{
	uint64_t bit = UINT64_C(1) << n % 64;

	mask->words[n / 64] = on ? mask->words[n / 64] | bit : mask->words[n / 64] & ~bit;
}

static bool mask_is_empty(const struct line_mask *mask)
{
	uint64_t any = 0;

	for (int i = 0; i < LINE_MASK_WORDS; i++)
		any |= mask->words[i];
	return any == 0;
}

/* A line that the bytes do not hold, in a file that somebody has cut, is empty. */
static void view_index(struct view *view)
{
	size_t at = 0;

	if (view->indexed)
		return;
	for (unsigned n = 0; n < view->lines; n++) {
		const char *newline = at < view->len
					      ? memchr(view->bytes + at, '\n', view->len - at)
					      : NULL;

		view->starts[n] = (uint32_t)at;
		at = newline != NULL ? (size_t)(newline - view->bytes) + 1 : view->len;
	}
	view->starts[view->lines] = (uint32_t)at;
	view->indexed = true;
}

static void view_range(struct view *view, size_t *from, size_t *to)
{
	bool whole = view->span->from == 0 && view->span->to == view->lines;

	if (!whole)
		view_index(view);
	*from = whole ? 0 : view->starts[view->span->from];
	*to = whole ? view->len : view->starts[view->span->to];
}

static size_t line_end(const struct view *view, unsigned n)
{
	size_t end = view->starts[n + 1];

	return end > view->starts[n] && view->bytes[end - 1] == '\n' ? end - 1 : end;
}

/* The text of a line; NULL if that is no record. */
static const char *line_text(const struct view *view, unsigned n, size_t *len)
{
	const char *record = view->bytes + view->starts[n];
	size_t record_len = line_end(view, n) - view->starts[n];
	size_t text = record_text(record, record_len);

	*len = record_len - text;
	return text > 0 ? record + text : NULL;
}

/* Lines with the pattern in their text; what is found in their heads does not count. */
static void find_plain(struct view *view, struct berth_pattern *pattern, struct line_mask *hits)
{
	unsigned n = view->span->from;
	size_t at, end, hit;

	memset(hits, 0, sizeof *hits);
	view_range(view, &at, &end);
	while (at < end && pattern_find_plain(pattern, view->bytes, end, at, &hit)) {
		const char *text;
		size_t len;

		view_index(view);
		while (n < view->span->to && view->starts[n + 1] <= hit)
			n++;
		if (n == view->span->to)
			return;
		text = line_text(view, n, &len);
		if (text != NULL && view->bytes + hit < text) {
			at = (size_t)(text - view->bytes);
			continue;
		}
		if (text != NULL)
			mask_set(hits, n, true);
		at = view->starts[n + 1];
	}
}

/* True if no pattern is left to ask the lines about that remain. */
static bool apply_plain(const struct block_match *match, struct view *view, struct line_mask *pass)
{
	const struct berth_log_criteria *criteria = &match->criteria;
	bool all = true;

	for (unsigned i = 0; i < criteria->count; i++) {
		struct line_mask hits;

		if (!pattern_is_plain(criteria->patterns[i].pattern)) {
			all = false;
			continue;
		}
		find_plain(view, criteria->patterns[i].pattern, &hits);
		for (int w = 0; w < LINE_MASK_WORDS; w++)
			pass->words[w] &= criteria->patterns[i].drop ? ~hits.words[w]
								     : hits.words[w];
		if (mask_is_empty(pass))
			return true;
	}
	return all;
}

static int make_room(struct block_match *match, size_t len, struct berth_error *err)
{
	size_t cap = len * CLEAN_FACTOR + 1;
	char *clean;

	if (cap <= match->clean_cap)
		return 0;
	clean = realloc(match->clean, cap);
	if (clean == NULL)
		return berth_error_set(err, BERTH_E_MEMORY, 0, "not enough memory for a long line");
	match->clean = clean;
	match->clean_cap = cap;
	return 0;
}

/* What a line needs beyond what its block has been asked already. */
struct asked {
	bool levels, plain;
};

static bool patterns_pass(
	struct block_match *match, const char *text, size_t len, bool skip_plain, size_t *spent)
{
	const struct berth_log_criteria *criteria = &match->criteria;
	bool gave_up = false, pass = true;

	for (unsigned i = 0; i < criteria->count && pass; i++) {
		struct berth_pattern *pattern = criteria->patterns[i].pattern;
		enum regex_result result;

		if (skip_plain && pattern_is_plain(pattern))
			continue;
		result = pattern_test(pattern, text, len, spent);
		gave_up = gave_up || result == REGEX_GAVE_UP;
		pass = (result == REGEX_MATCH) != criteria->patterns[i].drop;
	}
	match->undecided += gave_up;
	return pass;
}

static int line_passes(struct block_match *match, const struct view *view, unsigned n,
	const struct asked *asked, size_t *spent, bool *passes, struct berth_error *err)
{
	size_t len;
	const char *text = line_text(view, n, &len);

	*passes = text != NULL;
	if (text != NULL && !asked->levels)
		*passes = record_level(view->bytes + view->starts[n]) >= match->criteria.lowest;
	if (!*passes)
		return 0;
	if (!asked->plain && !shown_as_is(text, len)) {
		*spent += len * CLEAN_FACTOR;
		if (make_room(match, len, err))
			return -1;
		len = berth_text_clean(match->clean, match->clean_cap, text, len, BERTH_CLEAN_LINE);
		text = match->clean;
	}
	*passes = patterns_pass(match, text, len, asked->plain, spent);
	return 0;
}

/* What no step of a pattern counts, such as a repeat that gives back a byte at a time, is counted
 * by the clock: a byte for a nanosecond. */
struct meter {
	struct timespec begun;
	size_t spent;
};

static void meter_start(struct meter *meter, size_t spent)
{
	clock_gettime(CLOCK_MONOTONIC, &meter->begun);
	meter->spent = spent;
}

static void meter_read(const struct meter *meter, size_t *spent)
{
	struct timespec now;
	int64_t took;

	clock_gettime(CLOCK_MONOTONIC, &now);
	took = (int64_t)(now.tv_sec - meter->begun.tv_sec) * 1000000000 +
	       (now.tv_nsec - meter->begun.tv_nsec);
	if (*spent - meter->spent < (uint64_t)took)
		*spent = meter->spent + (size_t)took;
}

/* Line by line, as long as it is not too much. */
static int run_lines(struct block_match *match, struct view *view, const struct asked *asked,
	struct block_span *span, size_t *spent, struct line_mask *pass, struct berth_error *err)
{
	unsigned count = span->to - span->from;
	size_t enough = *spent + LINES_COST;
	struct meter meter;

	view_index(view);
	meter_start(&meter, *spent);
	for (unsigned i = 0; i < count; i++) {
		unsigned n = span->backward ? span->to - 1 - i : span->from + i;
		bool passes = false;

		if (i % METER_LINES == METER_LINES - 1)
			meter_read(&meter, spent);
		if (i > 0 && *spent >= enough) {
			if (span->backward)
				span->from = n + 1;
			else
				span->to = n;
			break;
		}
		if (!mask_has(pass, n))
			continue;
		if (line_passes(match, view, n, asked, spent, &passes, err))
			return -1;
		mask_set(pass, n, passes);
	}
	meter_read(&meter, spent);
	if (match->clean_cap > CLEAN_KEPT)
		block_match_release(match);
	return 0;
}

int block_match_run(struct block_match *match, const struct log_block *block,
	struct block_span *span, size_t *spent, struct line_mask *pass, struct berth_error *err)
{
	const struct block_span whole = *span;
	struct asked asked = {.levels = (block->levels & ~wanted_levels(match)) == 0};
	struct view view = {
		.bytes = block->bytes, .span = &whole, .lines = block->lines, .len = block->len};
	size_t from, to;

	*spent += BLOCK_COST;
	mask_fill(pass, span->from, block->bytes != NULL ? span->to : span->from);
	if (block->bytes == NULL)
		return 0;
	view_range(&view, &from, &to);
	*spent += to - from;
	asked.plain = match->criteria.count == 0 || shown_as_is(view.bytes + from, to - from);
	if (asked.plain) {
		bool enough = apply_plain(match, &view, pass);

		if (mask_is_empty(pass) || (enough && asked.levels))
			return 0;
	}
	return run_lines(match, &view, &asked, span, spent, pass, err);
}

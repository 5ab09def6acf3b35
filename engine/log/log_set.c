#include <berth/search.h>

#include <stdlib.h>

#include "log/block_match.h"
#include "log/line_set.h"
#include "log/log_store.h"

struct berth_log_set {
	struct berth_log *log;
	struct block_match match;
	struct line_set lines;
	uint64_t low, high; /* looked at: lines from low to high, without high */
	bool backward;
	bool met_end; /* high was the end once: lines that arrive go first */
	bool is_all;
};

/* On the edge of a block, so that the first one is looked at in one go. */
static void place(struct berth_log_set *set, uint64_t from)
{
	struct log_block block;

	set->low = set->high = berth_log_end(set->log);
	if (from >= set->high || !log_store_block(set->log, from, false, &block))
		return;
	set->low = set->high = set->backward ? block.first + block.lines : block.first;
}

static void note_end(struct berth_log_set *set)
{
	set->met_end = set->met_end || set->high == berth_log_end(set->log);
}

struct berth_log_set *berth_log_set_new(struct berth_log *log,
	const struct berth_log_criteria *criteria, uint64_t from, bool backward,
	struct berth_error *err)
{
	struct berth_log_set *set = calloc(1, sizeof *set);

	if (set == NULL) {
		berth_error_set(err, BERTH_E_MEMORY, 0, "not enough memory for a search");
		return NULL;
	}
	set->log = log;
	set->backward = backward;
	set->is_all = criteria->lowest == BERTH_DEBUG && criteria->count == 0;
	block_match_init(&set->match, criteria);
	line_set_init(&set->lines);
	place(set, from);
	note_end(set);
	return set;
}

void berth_log_set_free(struct berth_log_set *set)
{
	if (set == NULL)
		return;
	line_set_release(&set->lines);
	block_match_release(&set->match);
	free(set);
}

void berth_log_set_turn(struct berth_log_set *set, bool backward)
{
	set->backward = backward;
}

static int add_lines(struct berth_log_set *set, const struct log_block *block,
	const struct line_mask *pass, const struct block_span *span)
{
	for (unsigned w = span->from / 64; w < LINE_MASK_WORDS; w++)
		for (uint64_t rest = pass->words[w]; rest != 0; rest &= rest - 1) {
			unsigned n = w * 64 + (unsigned)__builtin_ctzll(rest);

			if (n >= span->from && n < span->to &&
				line_set_add(&set->lines, block->first + n, NULL))
				return -1;
		}
	return 0;
}

/* At the lines of `span`, or fewer if they are hard work. */
static int look(
	struct berth_log_set *set, struct log_block *block, struct block_span *span, size_t *spent)
{
	struct line_mask pass;

	if (!block_match_skips(&set->match, block))
		log_store_block(set->log, block->first, true, block);
	if (block_match_run(&set->match, block, span, spent, &pass, NULL))
		return -1;
	return add_lines(set, block, &pass, span);
}

/* False if there is nothing to look at, or no memory to do it with. */
static bool advance(struct berth_log_set *set, size_t *spent)
{
	bool ahead = set->high < berth_log_end(set->log);
	bool backward = set->low > 0 && (!ahead || (set->backward && !set->met_end));
	struct log_block block;
	struct block_span span;

	if (!ahead && !backward)
		return false;
	if (!log_store_block(set->log, backward ? set->low - 1 : set->high, false, &block))
		return false;
	span.backward = backward;
	span.from = backward ? 0 : (unsigned)(set->high - block.first);
	span.to = backward ? (unsigned)(set->low - block.first) : block.lines;
	if (look(set, &block, &span, spent))
		return false;
	if (backward)
		set->low = block.first + span.from;
	else
		set->high = block.first + span.to;
	note_end(set);
	return true;
}

bool berth_log_set_step(struct berth_log_set *set, size_t bytes)
{
	size_t spent = 0;

	if (set->is_all)
		return false;
	while (advance(set, &spent) && spent < bytes)
		continue;
	return set->low > 0 || set->high < berth_log_end(set->log);
}

unsigned berth_log_set_done(const struct berth_log_set *set)
{
	uint64_t end = berth_log_end(set->log), looked = set->high - set->low;

	if (set->is_all || looked == end)
		return 100;
	return (unsigned)(looked * 100 / end);
}

uint64_t berth_log_set_undecided(const struct berth_log_set *set)
{
	return set->match.undecided;
}

uint64_t berth_log_set_count(const struct berth_log_set *set)
{
	return set->is_all ? berth_log_end(set->log) : set->lines.count;
}

uint64_t berth_log_set_count_from(const struct berth_log_set *set, uint64_t line)
{
	uint64_t end = berth_log_end(set->log);

	if (set->is_all)
		return line < end ? end - line : 0;
	return set->lines.count - line_set_rank(&set->lines, line);
}

bool berth_log_set_at(const struct berth_log_set *set, uint64_t k, uint64_t *line)
{
	if (!set->is_all)
		return line_set_select(&set->lines, k, line);
	*line = k;
	return k < berth_log_end(set->log);
}

bool berth_log_set_next(const struct berth_log_set *set, uint64_t line, uint64_t *found)
{
	if (!set->is_all)
		return line_set_next(&set->lines, line, found);
	*found = line;
	return line < berth_log_end(set->log);
}

bool berth_log_set_previous(const struct berth_log_set *set, uint64_t line, uint64_t *found)
{
	uint64_t end = berth_log_end(set->log);

	if (!set->is_all)
		return line_set_previous(&set->lines, line, found);
	*found = line < end ? line - 1 : end - 1;
	return line > 0 && end > 0;
}

/* The lines between the place and the answer must all have been looked at. */
bool berth_log_set_next_known(const struct berth_log_set *set, uint64_t line)
{
	uint64_t end = berth_log_end(set->log), found;

	if (set->is_all || line >= end)
		return true;
	if (line < set->low)
		return false;
	return set->high == end || (line_set_next(&set->lines, line, &found) && found < set->high);
}

bool berth_log_set_previous_known(const struct berth_log_set *set, uint64_t line)
{
	uint64_t end = berth_log_end(set->log), found;

	if (line > end)
		line = end;
	if (set->is_all || line == 0)
		return true;
	if (line > set->high)
		return false;
	return set->low == 0 || (line_set_previous(&set->lines, line, &found) && found >= set->low);
}

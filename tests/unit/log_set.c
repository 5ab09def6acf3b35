#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <berth/search.h>
#include <berth/text.h>

#include "log/log_store.h"
#include "log/record.h"
#include "noise.h"

/*
 * A log of blocks that the test cuts and loses as it likes. What it lends is a copy that is gone at
 * the next call, so that a search that keeps it is noticed.
 */
enum { BLOCKS_MAX = 4096, LINE_BYTES = 400 };

struct fake_block {
	char *bytes;
	size_t len;
	unsigned lines, levels;
	bool lost;
};

struct berth_log {
	struct fake_block blocks[BLOCKS_MAX];
	size_t count;
	unsigned block_lines; /* in a whole one */
	uint64_t end;
	char *lent;
	size_t lent_bytes; /* in all */
};

uint64_t berth_log_end(const struct berth_log *log)
{
	return log->end;
}

bool log_store_block(struct berth_log *log, uint64_t n, bool bytes, struct log_block *block)
{
	uint64_t first = 0;
	size_t at = 0;

	if (n >= log->end)
		return false;
	for (; first + log->blocks[at].lines <= n; at++)
		first += log->blocks[at].lines;
	const struct fake_block *held = &log->blocks[at];

	*block = (struct log_block){.first = first,
		.lines = held->lines,
		.levels = held->levels,
		.len = held->len,
		.complete = at + 1 < log->count};
	free(log->lent);
	log->lent = NULL;
	if (!bytes || held->lost)
		return true;
	log->lent = malloc(held->len);
	assert_non_null(log->lent);
	memcpy(log->lent, held->bytes, held->len);
	log->lent_bytes += held->len;
	block->bytes = log->lent;
	return true;
}

static struct berth_log *new_log(unsigned block_lines)
{
	struct berth_log *log = calloc(1, sizeof *log);

	assert_non_null(log);
	log->block_lines = block_lines;
	return log;
}

static void free_log(struct berth_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		free(log->blocks[i].bytes);
	free(log->lent);
	free(log);
}

static void add(struct berth_log *log, enum berth_level level, const char *text, size_t len)
{
	struct berth_log_line line = {.time_ms = 1763634600000,
		.level = level,
		.stream = BERTH_STDOUT,
		.stage = "starting_container",
		.text = text,
		.len = len};
	struct fake_block *last = log->count > 0 ? &log->blocks[log->count - 1] : NULL;

	if (last == NULL || last->lines == log->block_lines) {
		assert_true(log->count < BLOCKS_MAX);
		last = &log->blocks[log->count++];
	}
	last->bytes = realloc(last->bytes, last->len + RECORD_HEAD_MAX + len);
	assert_non_null(last->bytes);
	last->len += record_put(last->bytes + last->len, &line);
	last->levels |= 1u << level;
	last->lines++;
	log->end++;
}

static void adds(struct berth_log *log, enum berth_level level, const char *text)
{
	add(log, level, text, strlen(text));
}

/* --- the same, the slow way --- */

struct wanted {
	const char *text;
	bool regex, drop;
};

static bool contains(const char *text, const char *part, bool caseless)
{
	size_t len = strlen(part);

	for (; *text != '\0'; text++)
		if ((caseless ? strncasecmp(text, part, len) : strncmp(text, part, len)) == 0)
			return true;
	return false;
}

static bool has_capital(const char *text)
{
	while (*text != '\0' && !isupper((unsigned char)*text))
		text++;
	return *text != '\0';
}

static bool grep(const struct wanted *wanted, const char *text)
{
	bool caseless = !has_capital(wanted->text), found;
	regex_t regex;

	if (!wanted->regex)
		return contains(text, wanted->text, caseless);
	assert_int_equal(regcomp(&regex, wanted->text,
				 REG_EXTENDED | REG_NOSUB | (caseless ? REG_ICASE : 0)),
		0);
	found = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return found;
}

static bool naive(const struct berth_log *log, uint64_t n, enum berth_level lowest,
	const struct wanted *wanted, unsigned count)
{
	char clean[LINE_BYTES * 8], stage[RECORD_STAGE_MAX + 1];
	struct berth_log_line line;
	size_t at = 0;
	const char *record, *newline;

	for (; log->blocks[at].lines <= n; at++)
		n -= log->blocks[at].lines;
	if (log->blocks[at].lost)
		return false;
	record = log->blocks[at].bytes;
	for (; n > 0; n--)
		record = strchr(record, '\n') + 1;
	newline = strchr(record, '\n');
	assert_true(record_get(record, (size_t)(newline - record), stage, &line));
	if (line.level < lowest)
		return false;
	berth_text_clean(clean, sizeof clean, line.text, line.len, BERTH_CLEAN_LINE);
	for (unsigned i = 0; i < count; i++)
		if (grep(&wanted[i], clean) == wanted[i].drop)
			return false;
	return true;
}

static struct berth_log_criteria criteria_of(
	enum berth_level lowest, const struct wanted *wanted, unsigned count)
{
	struct berth_log_criteria criteria = {.lowest = lowest, .count = count};

	for (unsigned i = 0; i < count; i++) {
		criteria.patterns[i].pattern = berth_pattern_new(
			wanted[i].text, wanted[i].regex ? BERTH_PATTERN_REGEX : 0, NULL);
		criteria.patterns[i].drop = wanted[i].drop;
		assert_non_null(criteria.patterns[i].pattern);
	}
	return criteria;
}

static void free_patterns(struct berth_log_criteria *criteria)
{
	for (unsigned i = 0; i < criteria->count; i++)
		berth_pattern_free(criteria->patterns[i].pattern);
}

static struct berth_log_set *new_set(struct berth_log *log,
	const struct berth_log_criteria *criteria, uint64_t from, bool backward)
{
	struct berth_log_set *set = berth_log_set_new(log, criteria, from, backward, NULL);

	assert_non_null(set);
	return set;
}

/* --- random logs --- */

static const char *const words[] = {"error", "Error", "info", "stdout", "starting_container",
	"timeout after 12ms", " ", " ", "aab", "ab", "x", "\x1b[1;31m", "\x1b[0m", "\r", "\b", "\t",
	"er\x1b[1mror", "größe", "\xff", "2026", "\xe2\x80\xae", "\x7f"};

static const struct wanted some_wanted[] = {
	{"error", false, false},
	{"Error", false, false},
	{"info", false, false},
	{"stdout", false, true},
	{"2026", false, false},
	{"starting_container ", false, false},
	{"x", false, true},
	{"a", false, false},
	{"[0-9]+ms", true, false},
	{"^(a|x)", true, false},
	{"b$", true, true},
	{"E.*r", true, false},
	{"  +", true, false},
};

enum { SOME = sizeof some_wanted / sizeof some_wanted[0] };

static void add_random(struct noise *noise, struct berth_log *log, size_t count, bool tame)
{
	char text[LINE_BYTES];

	for (; count > 0; count--) {
		size_t len = 0;

		if (tame)
			for (size_t i = noise_below(noise, 6); i > 0; i--)
				len += (size_t)snprintf(text + len, sizeof text - len, "%s",
					words[noise_below(noise, 11)]);
		else
			len = noise_fill(noise, text, 60, words, sizeof words / sizeof words[0]);
		for (size_t i = 0; i < len; i++)
			if (text[i] == '\n' || text[i] == '\0')
				text[i] = '.';
		add(log, (enum berth_level)noise_below(noise, 4), text, len);
	}
}

/* What is known is true, and known to be known only where it is. */
static void assert_known(
	const struct berth_log_set *set, const char *passes, uint64_t end, uint64_t line)
{
	uint64_t next = line, previous = line < end ? line : end, found;

	while (next < end && !passes[next])
		next++;
	while (previous > 0 && !passes[previous - 1])
		previous--;
	if (berth_log_set_next(set, line, &found))
		assert_true(found >= line && passes[found]);
	if (berth_log_set_next_known(set, line)) {
		assert_int_equal(berth_log_set_next(set, line, &found), next < end);
		if (next < end)
			assert_int_equal(found, next);
	}
	if (berth_log_set_previous(set, line, &found))
		assert_true(found < line && passes[found]);
	if (berth_log_set_previous_known(set, line)) {
		assert_int_equal(berth_log_set_previous(set, line, &found), previous > 0);
		if (previous > 0)
			assert_int_equal(found, previous - 1);
	}
}

static void assert_complete(const struct berth_log_set *set, const char *passes, uint64_t end)
{
	uint64_t k = 0, line;

	assert_int_equal(berth_log_set_done(set), 100);
	for (uint64_t n = 0; n < end; n++) {
		assert_true(berth_log_set_next_known(set, n));
		assert_true(berth_log_set_previous_known(set, n));
		assert_known(set, passes, end, n);
		if (!passes[n])
			continue;
		assert_true(berth_log_set_at(set, k, &line));
		assert_int_equal(line, n);
		k++;
	}
	assert_int_equal(berth_log_set_count(set), k);
	assert_false(berth_log_set_at(set, k, &line));
	for (uint64_t n = end; n > 0; n--) {
		k -= passes[n - 1] ? 1 : 0;
		assert_int_equal(
			berth_log_set_count_from(set, n - 1), berth_log_set_count(set) - k);
	}
}

struct round {
	struct noise *noise;
	size_t slice;
	bool backward, tame;
	size_t arrive; /* lines at most, between two slices, of the first few */
};

static void run_round(const struct round *round)
{
	struct noise *noise = round->noise;
	struct berth_log *log = new_log(1 + (unsigned)noise_below(noise, STORE_BLOCK_LINES));
	struct wanted wanted[3];
	unsigned count = (unsigned)noise_below(noise, 4);
	enum berth_level lowest = (enum berth_level)noise_below(noise, 4);
	char *passes;
	int slices = 0;

	for (unsigned i = 0; i < count; i++)
		wanted[i] = some_wanted[noise_below(noise, SOME)];
	if (count == 0 && lowest == BERTH_DEBUG)
		lowest = BERTH_WARN;
	add_random(noise, log, noise_below(noise, 600), round->tame);
	for (size_t i = 0; i < log->count; i++)
		log->blocks[i].lost = noise_below(noise, 10) == 0;

	struct berth_log_criteria criteria = criteria_of(lowest, wanted, count);
	struct berth_log_set *set = new_set(
		log, &criteria, noise_below(noise, log->end + 2), round->backward);
	bool more = true;

	passes = calloc(1, 1);
	for (uint64_t known = 0; more; slices++) {
		more = berth_log_set_step(set, round->slice);
		passes = realloc(passes, log->end + 1);
		assert_non_null(passes);
		for (; known < log->end; known++)
			passes[known] = (char)naive(log, known, lowest, wanted, count);
		assert_known(set, passes, log->end, noise_below(noise, log->end + 2));
		assert_true(more == (berth_log_set_done(set) < 100));
		if (slices < 20 && round->arrive > 0) {
			add_random(noise, log, noise_below(noise, round->arrive), round->tame);
			more = true;
		}
	}
	assert_complete(set, passes, log->end);
	assert_int_equal(berth_log_set_undecided(set), 0);
	free(passes);
	berth_log_set_free(set);
	free_patterns(&criteria);
	free_log(log);
}

static void finds_what_grep_finds(void **state)
{
	static const size_t slices[] = {1, 100, 5000, 1 << 20};
	struct noise noise = {.state = 2026};

	(void)state;
	for (int i = 0; i < 160; i++)
		run_round(&(struct round){.noise = &noise,
			.slice = slices[i % 4],
			.backward = i / 4 % 2 == 1,
			.tame = i / 8 % 2 == 1});
}

static void goes_on_with_lines_that_arrive(void **state)
{
	static const size_t slices[] = {1, 3000, 1 << 20};
	struct noise noise = {.state = 11};

	(void)state;
	for (int i = 0; i < 60; i++)
		run_round(&(struct round){.noise = &noise,
			.slice = slices[i % 3],
			.backward = i / 3 % 2 == 1,
			.tame = i / 6 % 2 == 1,
			.arrive = i % 5 == 0 ? 300 : 4});
}

static void finish(struct berth_log_set *set)
{
	for (int steps = 0; berth_log_set_step(set, 1000); steps++)
		assert_true(steps < 100 * 1000);
}

static void assert_finds(const char *text, bool regex, const char *line, bool expected)
{
	struct wanted wanted = {text, regex, false};
	struct berth_log_criteria criteria = criteria_of(BERTH_DEBUG, &wanted, 1);
	struct berth_log *log = new_log(STORE_BLOCK_LINES);
	struct berth_log_set *set;

	adds(log, BERTH_INFO, "before");
	adds(log, BERTH_INFO, line);
	adds(log, BERTH_INFO, "after");
	set = new_set(log, &criteria, 0, false);
	finish(set);
	if (berth_log_set_count(set) != expected)
		fail_msg("'%s' in '%s'", text, line);
	berth_log_set_free(set);
	free_patterns(&criteria);
	free_log(log);
}

static void what_is_shown_is_what_is_searched(void **state)
{
	(void)state;
	assert_finds("error", false, "er\x1b[31mror", true);
	assert_finds("Error", false, "Er\x1b[31mror", true);
	assert_finds("31m", false, "er\x1b[31mror", false);
	assert_finds("[31", false, "er\x1b[31mror", false);
	assert_finds("^error$", true, "\x1b[1merror\x1b[0m", true);
	assert_finds("10%", false, "10%\r20%", false);
	assert_finds("20%", false, "10%\r20%", true);
	assert_finds("done", false, "done\r", true);
	assert_finds("a  ", false, "a\tb", true);
	assert_finds("a\tb", false, "a\tb", false);
	assert_finds("größe", false, "die GRÖßE", true);
	assert_finds("GRÖßE", false, "die größe", false);
	assert_finds("a\xef\xbf\xbd"
		     "b",
		false,
		"a\xff"
		"b",
		true);
}

static void heads_of_records_are_not_text(void **state)
{
	(void)state;
	assert_finds("info", false, "nothing", false);
	assert_finds("Z info", false, "nothing", false);
	assert_finds("stdout", false, "nothing", false);
	assert_finds("starting_container", false, "nothing", false);
	assert_finds("container not", false, "nothing", false);
	assert_finds("info", false, "for your info", true);
	assert_finds("^2026", true, "nothing", false);
	assert_finds("STDOUT", false, "to STDOUT", true);
}

static void add_numbered(struct berth_log *log, unsigned count)
{
	char text[32];

	for (unsigned i = 0; i < count; i++) {
		snprintf(text, sizeof text, "line %u%s", i, i % 1000 == 500 ? " hit" : "");
		adds(log, i % 2000 == 0 ? BERTH_ERROR : BERTH_INFO, text);
	}
}

static void the_nearest_is_known_first(void **state)
{
	struct wanted wanted = {"hit", false, false};
	struct berth_log_criteria criteria = criteria_of(BERTH_DEBUG, &wanted, 1);
	struct berth_log *log = new_log(100);
	struct berth_log_set *set;
	uint64_t line;

	(void)state;
	add_numbered(log, 20 * 1000);
	set = new_set(log, &criteria, 10 * 1000, false);
	assert_false(berth_log_set_next_known(set, 10 * 1000));
	for (int i = 0; i < 6; i++)
		assert_true(berth_log_set_step(set, 1));
	assert_true(berth_log_set_next_known(set, 10 * 1000));
	assert_true(berth_log_set_next(set, 10 * 1000, &line));
	assert_int_equal(line, 10500);
	assert_false(berth_log_set_previous_known(set, 10 * 1000));
	assert_false(berth_log_set_next_known(set, 10501));
	berth_log_set_turn(set, true);
	for (int i = 0; i < 5; i++)
		assert_true(berth_log_set_step(set, 1));
	assert_true(berth_log_set_previous_known(set, 10 * 1000));
	assert_true(berth_log_set_previous(set, 10 * 1000, &line));
	assert_int_equal(line, 9500);
	assert_false(berth_log_set_next_known(set, 9000));
	assert_true(berth_log_set_done(set) >= 5 && berth_log_set_done(set) <= 6);
	finish(set);
	assert_int_equal(berth_log_set_count(set), 20);
	assert_int_equal(berth_log_set_count_from(set, 10500), 10);
	berth_log_set_free(set);
	free_patterns(&criteria);
	free_log(log);
}

/* While the old ones are still being looked through, what arrives must not wait for them. */
static void lines_that_arrive_go_first_at_the_end(void **state)
{
	struct wanted wanted = {"hit", false, false};
	struct berth_log_criteria criteria = criteria_of(BERTH_DEBUG, &wanted, 1);
	struct berth_log *log = new_log(100);
	struct berth_log_set *set;
	uint64_t line;

	(void)state;
	add_numbered(log, 20 * 1000);
	set = new_set(log, &criteria, UINT64_MAX, true);
	assert_true(berth_log_set_step(set, 1));
	adds(log, BERTH_INFO, "a new hit");
	assert_true(berth_log_set_step(set, 1));
	assert_true(berth_log_set_next_known(set, 20 * 1000));
	assert_true(berth_log_set_next(set, 20 * 1000, &line));
	assert_int_equal(line, 20 * 1000);
	berth_log_set_free(set);
	free_patterns(&criteria);
	free_log(log);
}

static void blocks_without_the_level_are_not_read(void **state)
{
	struct berth_log_criteria criteria = {.lowest = BERTH_ERROR};
	struct berth_log *log = new_log(100);
	struct berth_log_set *set;

	(void)state;
	add_numbered(log, 20 * 1000);
	set = new_set(log, &criteria, 0, false);
	finish(set);
	assert_int_equal(berth_log_set_count(set), 10);
	assert_true(log->lent_bytes <= 10 * 100 * (RECORD_HEAD_MAX + 20));
	berth_log_set_free(set);
	free_log(log);
}

static void everything_is_known_at_once(void **state)
{
	struct berth_log_criteria criteria = {.lowest = BERTH_DEBUG};
	struct berth_log *log = new_log(100);
	struct berth_log_set *set = new_set(log, &criteria, 0, false);
	uint64_t line;

	(void)state;
	assert_int_equal(berth_log_set_count(set), 0);
	assert_int_equal(berth_log_set_done(set), 100);
	assert_false(berth_log_set_next(set, 0, &line));
	assert_false(berth_log_set_previous(set, 5, &line));
	add_numbered(log, 1000);
	assert_false(berth_log_set_step(set, 1));
	assert_int_equal(log->lent_bytes, 0);
	assert_int_equal(berth_log_set_count(set), 1000);
	assert_int_equal(berth_log_set_count_from(set, 990), 10);
	assert_int_equal(berth_log_set_count_from(set, 2000), 0);
	assert_true(berth_log_set_next(set, 7, &line) && line == 7);
	assert_true(berth_log_set_next_known(set, 7));
	assert_true(berth_log_set_previous(set, 7, &line) && line == 6);
	assert_true(berth_log_set_previous(set, 5000, &line) && line == 999);
	assert_true(berth_log_set_previous_known(set, 7));
	assert_false(berth_log_set_next(set, 1000, &line));
	assert_true(berth_log_set_at(set, 42, &line) && line == 42);
	assert_false(berth_log_set_at(set, 1000, &line));
	berth_log_set_free(set);
	free_log(log);
}

/* Somebody has cut the file, or written into it. */
static void bytes_that_are_no_records_pass_nothing(void **state)
{
	struct wanted wanted[] = {{"line", false, false}, {"i", true, false}};
	struct berth_log_criteria criteria = criteria_of(BERTH_INFO, wanted, 2);
	static const char *const junk[] = {"", "\n", "line\nline\nline\n", "\n\n\n\n\n\nline",
		"2026-11-20T10:30:00.000Z info  stdout line", "line line line"};

	(void)state;
	for (size_t i = 0; i < sizeof junk / sizeof junk[0]; i++) {
		struct berth_log *log = new_log(100);
		struct berth_log_set *set;

		adds(log, BERTH_INFO, "a line");
		adds(log, BERTH_INFO, "a line");
		log->blocks[0].len = strlen(junk[i]);
		memcpy(log->blocks[0].bytes, junk[i], strlen(junk[i]));
		for (unsigned patterns = 0; patterns <= 2; patterns++) {
			criteria.count = patterns;
			criteria.lowest = patterns == 0 ? BERTH_WARN : BERTH_INFO;
			log->blocks[0].levels = 1u << BERTH_INFO | 1u << BERTH_WARN;
			set = new_set(log, &criteria, 0, false);
			finish(set);
			assert_int_equal(berth_log_set_count(set), 0);
			berth_log_set_free(set);
		}
		free_log(log);
	}
	criteria.count = 2;
	free_patterns(&criteria);
}

/* A step has a bound even where every line is as hard as can be, and the end is told. */
static void hard_patterns_take_small_steps(void **state)
{
	struct wanted wanted = {"(a+)+$", true, false};
	struct berth_log_criteria criteria = criteria_of(BERTH_DEBUG, &wanted, 1);
	struct berth_log *log = new_log(STORE_BLOCK_LINES);

	(void)state;
	for (int i = 0; i < 30; i++)
		adds(log, BERTH_INFO,
			i == 15 ? "aaa" : "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!");
	for (int backward = 0; backward < 2; backward++) {
		struct berth_log_set *set = new_set(log, &criteria, 15, backward);
		uint64_t line;
		int steps = 1;

		while (berth_log_set_step(set, 100 * 1000))
			steps++;
		assert_true(steps >= 10);
		assert_int_equal(berth_log_set_undecided(set), 29);
		assert_int_equal(berth_log_set_count(set), 1);
		assert_true(berth_log_set_at(set, 0, &line));
		assert_int_equal(line, 15);
		berth_log_set_free(set);
	}
	free_patterns(&criteria);
	free_log(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_grep_finds),
		cmocka_unit_test(goes_on_with_lines_that_arrive),
		cmocka_unit_test(what_is_shown_is_what_is_searched),
		cmocka_unit_test(heads_of_records_are_not_text),
		cmocka_unit_test(the_nearest_is_known_first),
		cmocka_unit_test(lines_that_arrive_go_first_at_the_end),
		cmocka_unit_test(blocks_without_the_level_are_not_read),
		cmocka_unit_test(everything_is_known_at_once),
		cmocka_unit_test(bytes_that_are_no_records_pass_nothing),
		cmocka_unit_test(hard_patterns_take_small_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

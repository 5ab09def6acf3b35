#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "log/line_set.h"
#include "noise.h"

enum { MANY = 10 * 1000 * 1000 };

/* The same, the slow way: a byte a line. */
struct model {
	char *has;
	uint64_t end, count;
};

static uint64_t model_rank(const struct model *model, uint64_t line)
{
	uint64_t rank = 0;

	for (uint64_t n = 0; n < line && n < model->end; n++)
		rank += (uint64_t)model->has[n];
	return rank;
}

static void assert_same_around(const struct line_set *set, const struct model *model, uint64_t line)
{
	uint64_t next = line, previous = line < model->end ? line : model->end, found;

	assert_int_equal(line_set_rank(set, line), model_rank(model, line));
	while (next < model->end && !model->has[next])
		next++;
	assert_int_equal(line_set_next(set, line, &found), next < model->end);
	if (next < model->end)
		assert_int_equal(found, next);
	while (previous > 0 && !model->has[previous - 1])
		previous--;
	assert_int_equal(line_set_previous(set, line, &found), previous > 0);
	if (previous > 0)
		assert_int_equal(found, previous - 1);
}

static void assert_same_order(const struct line_set *set, const struct model *model)
{
	uint64_t k = 0, line;

	for (uint64_t n = 0; n < model->end; n++)
		if (model->has[n]) {
			assert_true(line_set_select(set, k++, &line));
			assert_int_equal(line, n);
		}
	assert_int_equal(set->count, k);
	assert_false(line_set_select(set, k, &line));
}

static void try_random(struct noise *noise, uint64_t end, size_t adds)
{
	struct model model = {.has = calloc(end, 1), .end = end};
	struct line_set set;

	assert_non_null(model.has);
	line_set_init(&set);
	for (size_t i = 0; i < adds; i++) {
		uint64_t line = noise_below(noise, end);

		/* Runs as well as single lines. */
		for (size_t run = noise_below(noise, 4) ? 1 : 100; run > 0 && line < end; run--) {
			assert_int_equal(line_set_add(&set, line, NULL), 0);
			model.has[line++] = 1;
		}
		assert_same_around(&set, &model, noise_below(noise, end + 100));
		assert_same_around(&set, &model, line);
	}
	assert_same_around(&set, &model, 0);
	assert_same_around(&set, &model, end);
	assert_same_around(&set, &model, UINT64_MAX);
	assert_same_order(&set, &model);
	line_set_release(&set);
	free(model.has);
}

static void answers_as_a_plain_list_does(void **state)
{
	struct noise noise = {.state = 42};

	(void)state;
	for (int round = 0; round < 50; round++)
		try_random(&noise, 1 + noise_below(&noise, 300), 40);
	for (int round = 0; round < 6; round++)
		try_random(&noise, 1 + noise_below(&noise, 400 * 1000), 60);
}

static void nothing_is_in_an_empty_one(void **state)
{
	struct line_set set;
	uint64_t line;

	(void)state;
	line_set_init(&set);
	assert_int_equal(line_set_rank(&set, UINT64_MAX), 0);
	assert_false(line_set_next(&set, 0, &line));
	assert_false(line_set_previous(&set, UINT64_MAX, &line));
	assert_false(line_set_select(&set, 0, &line));
	line_set_release(&set);
}

/* The edges of words, groups and chunks, from both sides. */
static void edges_are_no_different(void **state)
{
	static const uint64_t edges[] = {64, 4096, 65536, 131072, 10 * 65536};
	struct line_set set;
	uint64_t found;

	(void)state;
	for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
		uint64_t edge = edges[i];

		line_set_init(&set);
		assert_int_equal(line_set_add(&set, edge, NULL), 0);
		assert_int_equal(line_set_add(&set, edge - 1, NULL), 0);
		assert_int_equal(line_set_add(&set, edge, NULL), 0);
		assert_int_equal(set.count, 2);
		assert_int_equal(line_set_rank(&set, edge - 1), 0);
		assert_int_equal(line_set_rank(&set, edge), 1);
		assert_int_equal(line_set_rank(&set, edge + 1), 2);
		assert_true(line_set_next(&set, edge, &found));
		assert_int_equal(found, edge);
		assert_true(line_set_previous(&set, edge, &found));
		assert_int_equal(found, edge - 1);
		assert_false(line_set_next(&set, edge + 1, &found));
		assert_false(line_set_previous(&set, edge - 1, &found));
		line_set_release(&set);
	}
}

static void ten_million_lines_are_all_there(void **state)
{
	struct line_set set;
	uint64_t line;

	(void)state;
	line_set_init(&set);
	for (uint64_t n = MANY; n-- > 0;)
		line_set_add(&set, n, NULL);
	assert_int_equal(set.count, MANY);
	for (uint64_t n = 0; n < MANY; n += 99991) {
		assert_int_equal(line_set_rank(&set, n), n);
		assert_true(line_set_select(&set, n, &line));
		assert_int_equal(line, n);
	}
	line_set_release(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_as_a_plain_list_does),
		cmocka_unit_test(nothing_is_in_an_empty_one),
		cmocka_unit_test(edges_are_no_different),
		cmocka_unit_test(ten_million_lines_are_all_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

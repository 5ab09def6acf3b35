#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "plan/undo.h"

/* A step of the tests: notes its letter, then answers at once, later, or with an error. */
struct step {
	char letter;
	bool later;
	int failures; /* how often it still fails */
	enum berth_code code;
};

static char order[64];
static int done_count;
static struct undo undo;

static void note(char letter)
{
	size_t len = strlen(order);

	order[len] = letter;
	order[len + 1] = '\0';
}

static void answer(enum berth_code code)
{
	struct berth_error err = {0};

	if (code != BERTH_E_OK)
		berth_error_set(&err, code, 0, "the engine is gone");
	undo_step_done(&undo, code != BERTH_E_OK ? &err : NULL);
}

static void run(struct undo *self, void *context)
{
	struct step *step = context;
	bool fails = step->failures > 0;

	assert_ptr_equal(self, &undo);
	assert_true(self->running);
	note(step->letter);
	if (step->later)
		return;
	step->failures -= fails;
	answer(fails ? step->code : BERTH_E_OK);
}

static void run_other(struct undo *self, void *context)
{
	run(self, context);
}

static void on_done(void *context)
{
	assert_ptr_equal(context, order);
	assert_false(undo.running);
	done_count++;
}

static int setup(void **state)
{
	(void)state;
	undo = (struct undo){0};
	order[0] = '\0';
	done_count = 0;
	return 0;
}

static void push(undo_fn *fn, struct step *step)
{
	assert_int_equal(undo_push(&undo, fn, step, NULL, "step %c", step->letter), 0);
}

static void nothing_to_do_is_done_at_once(void **state)
{
	(void)state;
	undo_run(&undo, on_done, order);
	assert_int_equal(done_count, 1);
	assert_int_equal(undo.left_count, 0);
}

static void newest_first(void **state)
{
	struct step steps[] = {{'a'}, {'b'}, {'c'}};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		push(run, &steps[i]);
	undo_run(&undo, on_done, order);
	assert_string_equal(order, "cba");
	assert_int_equal(done_count, 1);
	assert_int_equal(undo.count, 0);
}

static void one_waits_for_the_other(void **state)
{
	struct step steps[] = {{'a', .later = true}, {'b'}, {'c', .later = true}, {'d'}};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		push(run, &steps[i]);
	undo_run(&undo, on_done, order);
	assert_string_equal(order, "dc");
	assert_true(undo.running);
	answer(BERTH_E_OK);
	assert_string_equal(order, "dcba");
	assert_int_equal(done_count, 0);
	answer(BERTH_E_OK);
	assert_int_equal(done_count, 1);
	assert_false(undo.running);
}

static void what_fails_is_tried_once_more(void **state)
{
	struct step steps[] = {
		{'a'}, {'b', .failures = 1, .code = BERTH_E_BROKEN}, {'c', .later = true}};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		push(run, &steps[i]);
	undo_run(&undo, on_done, order);
	answer(BERTH_E_UNREACHABLE);
	assert_string_equal(order, "cc");
	answer(BERTH_E_OK);
	assert_string_equal(order, "ccbba");
	assert_int_equal(done_count, 1);
	assert_int_equal(undo.left_count, 0);
}

static void a_failure_is_remembered_and_stops_nothing(void **state)
{
	struct step steps[] = {
		{'a', .failures = 2, .code = BERTH_E_REFUSED}, {'b'}, {'c', .later = true}};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		push(run, &steps[i]);
	undo_run(&undo, on_done, order);
	answer(BERTH_E_UNREACHABLE);
	assert_int_equal(undo.left_count, 0);
	answer(BERTH_E_UNREACHABLE);
	assert_string_equal(order, "ccbaa");
	assert_int_equal(done_count, 1);
	assert_int_equal(undo.left_count, 2);
	assert_string_equal(undo.left[0], "step c: the engine is gone");
	assert_string_equal(undo.left[1], "step a: the engine is gone");
}

static void what_took_all_its_time_is_not_tried_again(void **state)
{
	struct step steps[] = {{'a'}, {'b', .failures = 9, .code = BERTH_E_TIMEOUT}};

	(void)state;
	for (size_t i = 0; i < 2; i++)
		push(run, &steps[i]);
	undo_run(&undo, on_done, order);
	assert_string_equal(order, "ba");
	assert_int_equal(undo.left_count, 1);
}

static void an_error_without_a_code_is_none(void **state)
{
	struct step step = {'a', .later = true};
	struct berth_error none = {0};

	(void)state;
	push(run, &step);
	undo_run(&undo, on_done, order);
	undo_step_done(&undo, &none);
	assert_int_equal(done_count, 1);
	assert_int_equal(undo.left_count, 0);
}

static void what_is_forgotten_is_not_run(void **state)
{
	struct step steps[] = {{'a'}, {'B'}, {'c'}, {'D'}, {'e'}};

	(void)state;
	for (size_t i = 0; i < 5; i++)
		push(i % 2 == 1 ? run_other : run, &steps[i]);
	undo_forget(&undo, run_other);
	assert_int_equal(undo.count, 3);
	undo_run(&undo, on_done, order);
	assert_string_equal(order, "eca");
}

static void one_of_a_kind_is_forgotten(void **state)
{
	struct step steps[] = {{'a'}, {'b'}, {'c'}};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		push(run, &steps[i]);
	undo_forget_of(&undo, run, &steps[1]);
	undo_forget_of(&undo, run_other, &steps[0]);
	undo_run(&undo, on_done, order);
	assert_string_equal(order, "ca");
}

static void the_bound_is_an_error(void **state)
{
	struct step step = {'x', .failures = 100, .code = BERTH_E_REFUSED};
	struct berth_error err;

	(void)state;
	for (int i = 0; i < UNDO_MAX_STEPS; i++)
		push(run, &step);
	assert_int_equal(undo_push(&undo, run, &step, &err, "one too many"), -1);
	assert_int_equal(err.code, BERTH_E_INTERNAL);
	assert_int_equal(undo.count, UNDO_MAX_STEPS);
	undo_run(&undo, on_done, order);
	assert_int_equal(strlen(order), 2 * UNDO_MAX_STEPS);
	assert_int_equal(undo.left_count, UNDO_MAX_STEPS);
}

static void long_names_are_cut(void **state)
{
	struct step step = {'x', .later = true};
	struct berth_error err = {.code = BERTH_E_TIMEOUT};
	char name[1000];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memset(err.message, 'm', sizeof(err.message) - 1);
	assert_int_equal(undo_push(&undo, run, &step, NULL, "%s", name), 0);
	undo_run(&undo, on_done, order);
	undo_step_done(&undo, &err);
	assert_int_equal(done_count, 1);
	assert_true(strlen(undo.left[0]) < sizeof(undo.left[0]));
	assert_non_null(strstr(undo.left[0], "n: m"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_to_do_is_done_at_once, setup),
		cmocka_unit_test_setup(newest_first, setup),
		cmocka_unit_test_setup(one_waits_for_the_other, setup),
		cmocka_unit_test_setup(what_fails_is_tried_once_more, setup),
		cmocka_unit_test_setup(what_took_all_its_time_is_not_tried_again, setup),
		cmocka_unit_test_setup(a_failure_is_remembered_and_stops_nothing, setup),
		cmocka_unit_test_setup(an_error_without_a_code_is_none, setup),
		cmocka_unit_test_setup(what_is_forgotten_is_not_run, setup),
		cmocka_unit_test_setup(one_of_a_kind_is_forgotten, setup),
		cmocka_unit_test_setup(the_bound_is_an_error, setup),
		cmocka_unit_test_setup(long_names_are_cut, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

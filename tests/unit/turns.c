/* Who waits for whom at a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "session/turns.h"

static void the_first_has_its_turn_and_the_rest_wait(void **state)
{
	struct turns turns = {0};
	struct turn a, b, c;

	(void)state;
	turns_join(&turns, &a, "http://x");
	turns_join(&turns, &b, "http://x");
	turns_join(&turns, &c, "http://x");
	assert_null(turns_ahead(&a));
	assert_ptr_equal(turns_ahead(&b), &a);
	assert_ptr_equal(turns_ahead(&c), &b);
	turns_leave(&turns, &a);
	assert_null(turns_ahead(&b));
	assert_ptr_equal(turns_ahead(&c), &b);
	assert_null(a.place);
}

static void places_are_apart(void **state)
{
	struct turns turns = {0};
	struct turn a, b, c, d;
	char same[] = "http://x";

	(void)state;
	turns_join(&turns, &a, "http://x");
	turns_join(&turns, &b, "http://y");
	turns_join(&turns, &c, same);
	turns_join(&turns, &d, "http://x/y");
	assert_null(turns_ahead(&b));
	assert_ptr_equal(turns_ahead(&c), &a);
	assert_null(turns_ahead(&d));
	turns_leave(&turns, &b);
	assert_ptr_equal(turns_ahead(&c), &a);
}

static void who_gives_up_in_the_middle_lets_the_others_close_up(void **state)
{
	struct turns turns = {0};
	struct turn a, b, c;

	(void)state;
	turns_join(&turns, &a, "x");
	turns_join(&turns, &b, "x");
	turns_join(&turns, &c, "x");
	turns_leave(&turns, &b);
	assert_ptr_equal(turns_ahead(&c), &a);
	turns_leave(&turns, &b);
	assert_ptr_equal(turns_ahead(&c), &a);
	turns_leave(&turns, &a);
	assert_null(turns_ahead(&c));
	turns_leave(&turns, &c);
	assert_null(turns.first);
	assert_null(turns.last);
}

static void who_is_in_no_line_waits_for_nobody(void **state)
{
	struct turns turns = {0};
	struct turn none = {0}, a;

	(void)state;
	turns_join(&turns, &a, "x");
	assert_null(turns_ahead(&none));
	turns_leave(&turns, &none);
	assert_ptr_equal(turns.first, &a);
}

/* Many come and go at random: at each place exactly the oldest has its turn. */
static void at_each_place_the_oldest_has_its_turn(void **state)
{
	enum { MANY = 64, STEPS = 4000, PLACES = 3 };
	static const char *const places[PLACES] = {"a", "b", "c"};
	static struct turn all[MANY];
	static unsigned joined[MANY];
	struct turns turns = {0};
	unsigned seed = 4711, clock = 0;

	(void)state;
	for (int step = 0; step < STEPS; step++) {
		seed = seed * 1103515245 + 12345;
		unsigned which = seed >> 16 & (MANY - 1);

		if (all[which].place != NULL) {
			turns_leave(&turns, &all[which]);
		} else {
			turns_join(&turns, &all[which], places[(seed >> 8) % PLACES]);
			joined[which] = ++clock;
		}
		for (int i = 0; i < MANY; i++) {
			const struct turn *expected = NULL;
			unsigned newest = 0;

			for (int j = 0; j < MANY && all[i].place != NULL; j++) {
				if (all[j].place == all[i].place && joined[j] < joined[i] &&
					joined[j] > newest) {
					expected = &all[j];
					newest = joined[j];
				}
			}
			assert_ptr_equal(turns_ahead(&all[i]), expected);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_has_its_turn_and_the_rest_wait),
		cmocka_unit_test(places_are_apart),
		cmocka_unit_test(who_gives_up_in_the_middle_lets_the_others_close_up),
		cmocka_unit_test(who_is_in_no_line_waits_for_nobody),
		cmocka_unit_test(at_each_place_the_oldest_has_its_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

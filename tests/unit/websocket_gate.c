/* Control frames go on whole, and nothing is lost, however the bytes come. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "loop/websocket_gate.h"

#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *bytes;
	size_t len;
	size_t control, control_end; /* never cut between these */
	int close_code;
} cases[] = {
	{BYTES("\x81\x02hi\x89\x02pp\x81\x01x"), 4, 8, 0},
	{BYTES("\x81\x7e\x00\x80"
	       "0123456789012345678901234567890123456789012345678901234567890123"
	       "0123456789012345678901234567890123456789012345678901234567890123"
	       "\x88\x04\x03\xe8\xc3\xa9"),
		132, 138, 0},
	{BYTES("\x01\x01p\x88\x02\x03\xf4"), 3, 7, 1012},
	{BYTES("\x88\x04\x03\xf6ok"), 0, 6, 1014},
	{BYTES("\x88\x02\x03\xf7"), 0, 4, 0},
	/* Wrong by its head: it goes on for wslay to say so. */
	{BYTES("\x89\x85\x01\x02\x03\x04 ping"), 0, 2, 0},
	{BYTES("\x89\x7e\x01\x00"), 0, 4, 0},
};

static void feed(size_t nth, size_t first, size_t step)
{
	struct websocket_gate gate = {0};
	unsigned char out[256], bytes[512];
	size_t done = 0, at = 0;

	while (at < cases[nth].len) {
		size_t size = at == 0 && first > 0 ? first : step, held = gate.held_len, passed;

		size = size < cases[nth].len - at ? size : cases[nth].len - at;
		memcpy(bytes, gate.held, held);
		memcpy(bytes + held, cases[nth].bytes + at, size);
		passed = websocket_gate_pass(&gate, bytes, held + size);
		memcpy(out + done, bytes, passed);
		done += passed;
		at += size;
		assert_false(done > cases[nth].control && done < cases[nth].control_end);
	}
	assert_int_equal(done, cases[nth].len);
	assert_int_equal(gate.held_len, 0);
	assert_int_equal(gate.close_code, cases[nth].close_code);
	if (gate.close_code == 0)
		assert_memory_equal(out, cases[nth].bytes, done);
	else
		assert_memory_equal(out + cases[nth].control + 2, "\x03\xe9", 2);
}

static void frames_in_any_pieces(void **state)
{
	(void)state;
	for (size_t nth = 0; nth < sizeof(cases) / sizeof(cases[0]); nth++) {
		feed(nth, 0, 1);
		for (size_t split = 0; split < cases[nth].len; split++)
			feed(nth, split, cases[nth].len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(frames_in_any_pieces)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

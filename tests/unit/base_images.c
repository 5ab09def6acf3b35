/* What a Dockerfile is made from, and where it is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "source/base_images.h"

static void images_are_found(void **state)
{
	static const struct {
		const char *text, *images;
	} rows[] = {
		{"FROM a", "a"},
		{"from a:1 as b\nFROM b\nRUN x\n", "a:1"},
		{"# syntax=docker/dockerfile:1\nFROM a", "docker/dockerfile:1 a"},
		{"# a comment\n# syntax=docker/dockerfile:1\nFROM a", "a"},
		{"ARG V=3.11\nFROM python:${V}-slim\n", "python:3.11-slim"},
		{"ARG V\nFROM python:$V\n", ""},
		{"ARG V\nFROM python:${V:-3}\n", "python:3"},
		{"FROM --platform=$BUILDPLATFORM a AS x\nFROM scratch\nCOPY --from=x / /\n", "a"},
		{"FROM a\nCOPY --from=b:2 --chown=1:1 x y\nCOPY --from=0 x y\n", "a b:2"},
		{"FROM a\nRUN x \\\n  # a comment\n\n  && y\nFROM b", "a b"},
		{"FROM a\nRUN <<EOF\nFROM nothing\nEOF\nCOPY a b\n", "a"},
		{"# escape=`\nFROM a\nRUN x `\n  FROM y\n", "a"},
		{"\xEF\xBB\xBF"
		 "FROM a\r\nRUN x\r\n",
			"a"},
		{"FROM a\nFROM a\n", "a"},
		{"FROM \"a:1\"", "a:1"},
		{"FROM a\nONBUILD RUN x\nHEALTHCHECK CMD x\n", "a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct base_images images;
		struct berth_error err = {0};
		char said[256] = "";

		if (base_images_find(
			    &images, "Dockerfile", rows[i].text, strlen(rows[i].text), &err))
			fail_msg("row %zu: %s", i, err.message);
		for (size_t k = 0; k < images.count; k++) {
			strcat(said, k ? " " : "");
			strcat(said, images.list[k]);
		}
		assert_string_equal(said, rows[i].images);
		base_images_release(&images);
	}
}

static void faults_are_named(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{"", "Dockerfile line 1: there is no FROM in it"},
		{"# nothing\n\nARG A=1\n", "Dockerfile line 3: there is no FROM in it"},
		{"FROM a\n\nRUNN x\n", "Dockerfile line 3: 'RUNN' is no instruction"},
		{"FROM a\nRUN x \\\n  && \\\n  y\nCOPPY\n",
			"Dockerfile line 5: 'COPPY' is no instruction"},
		{"FROM a\nRUN\n", "Dockerfile line 2: RUN with nothing after it"},
		{"RUN x\n", "Dockerfile line 1: RUN before the first FROM, where only ARG may be"},
		{"FROM --platform=x\n",
			"Dockerfile line 1: FROM without an image, expected 'FROM IMAGE'"},
		{"FROM a b\n",
			"Dockerfile line 1: 'b' after 'FROM a', expected nothing or 'AS NAME'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct base_images images;
		struct berth_error err = {0};

		assert_int_equal(base_images_find(&images, "Dockerfile", rows[i].text,
					 strlen(rows[i].text), &err),
			-1);
		assert_string_equal(err.message, rows[i].message);
		assert_int_equal(err.code, BERTH_E_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_are_found),
		cmocka_unit_test(faults_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
